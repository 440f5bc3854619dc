"""Alembic asks this module how to reach the database: through the connection that the case hands over."""

from alembic import context

from fairwitness.case.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
