"""The reading room: a case in a browser, on this machine only (docs/reading-room.md)."""
