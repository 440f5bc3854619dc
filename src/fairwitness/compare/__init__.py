"""Which pages say the same, which documents are versions of one another, and where two texts differ."""
