"""Text as bytes and as code points: what several stages need alike; imports nothing of ours but `core`."""
