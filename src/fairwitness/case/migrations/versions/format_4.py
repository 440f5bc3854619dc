"""Format 4: what people decided about documents."""

import sqlalchemy as sa
from alembic import op

revision = "4"
down_revision = "3"


def upgrade() -> None:
    """Make the table, and let the index say which judgements it holds."""
    op.create_table(
        "judgement",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("replaces", sa.Text, nullable=False),
    )
    op.create_index("judgement_by_about", "judgement", ["what", "about"])
    op.add_column("indexed", sa.Column("judged", sa.BigInteger, nullable=False, server_default="0"))
