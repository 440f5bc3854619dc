"""Dates and identity numbers in a text: to redact them, and to check a document against itself. For nothing else."""
