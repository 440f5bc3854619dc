"""Statistics about institutions, in aggregate, with their uncertainty; nothing here gives a value for a person."""
