"""Full-text search over pages: the analyser, the query language, the index and the places of the hits."""
