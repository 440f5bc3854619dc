"""One module for each case format."""
