"""Migrations of `records.db`, run by Alembic; revision N belongs to case format N."""
