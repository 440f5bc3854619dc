"""Things to try fairwitness with; not part of the package."""
