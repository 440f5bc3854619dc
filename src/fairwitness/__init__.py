"""fairwitness turns a leak into findings that a stranger can check and that harm nobody."""

__version__ = "0.1.0"
