"""Format 5: who decided, as a pseudonym."""

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Add the column, empty for what was decided before, and find what was decided about one record quickly."""
    op.add_column("judgement", sa.Column("by", sa.Text, nullable=False, server_default=""))
    op.create_index("judgement_by_record", "judgement", ["about"])
