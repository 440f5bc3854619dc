"""The pages of the reading room, a module for each family; each has `routes()`."""
