"""Lists as data: set-up, values, rules and codes. No I/O, and nothing about any person."""
