"""Read documents: text with its places, page images, and what could not be read."""
