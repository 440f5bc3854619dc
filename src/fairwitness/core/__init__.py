"""Record types, errors and the step protocol. Standard library only, no I/O."""
