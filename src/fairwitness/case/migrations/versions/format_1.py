"""Format 1: finds, documents, readings, attempts and events."""

import sqlalchemy as sa
from alembic import op

revision = "1"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "find",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("parent", "kind", "role", "document")),
        sa.Column("ordinal", sa.BigInteger, nullable=False),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("modified", "cause", "detail")),
        sa.Column("depth", sa.Integer, nullable=False),
    )
    op.create_index("find_by_parent", "find", ["parent", "ordinal"])
    op.create_index("find_by_document", "find", ["document"])
    op.create_table(
        "document",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("depth", sa.Integer, nullable=False),
        sa.Column("allowance_bytes", sa.BigInteger, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
    )
    op.create_index("document_by_depth", "document", ["depth"])
    texts = ("document", "media_type", "charset", "step", "version", "options", "outcome", "detail")
    op.create_table(
        "reading",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("pages_expected", sa.BigInteger, nullable=False),
        sa.Column("pages_read", sa.BigInteger, nullable=False),
        sa.Column("pages_with_text", sa.BigInteger, nullable=False),
        sa.Column("page_causes", sa.Text, nullable=False),
        sa.Column("entries_expected", sa.BigInteger, nullable=False),
        sa.Column("entries_found", sa.BigInteger, nullable=False),
        sa.Column("pages", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
    )
    op.create_index("reading_by_document", "reading", ["document"])
    op.create_table(
        "attempt",
        sa.Column("document", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
