"""Finds tables on page images and in files, and reads their cells. Works on what `read` knows to read."""
