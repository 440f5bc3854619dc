"""Format 3: pages that text recognition read, one by one."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Make the table, and let the index say which scans it holds."""
    op.create_table(
        "page_scan",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("page", sa.BigInteger, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("options", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("has_text", sa.Integer, nullable=False),
        sa.Column("signs", sa.Text, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("frame", sa.LargeBinary, nullable=False),
    )
    op.create_index("page_scan_by_document", "page_scan", ["document", "page"])
    op.add_column("indexed", sa.Column("scans", sa.BigInteger, nullable=False, server_default="0"))
