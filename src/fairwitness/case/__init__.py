"""The case folder: the only code that writes to it."""
