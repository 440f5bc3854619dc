"""Format 2: the case remembers which readings the search index holds."""

import sqlalchemy as sa
from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Make the table; an index from before is built anew."""
    op.create_table(
        "indexed",
        sa.Column("document", sa.Text, primary_key=True),
        sa.Column("reading", sa.Text, nullable=False),
        sa.Column("pages", sa.BigInteger, nullable=False),
    )
