"""Tables of `records.db`, for SQLite now and PostgreSQL later. Rows are added, not edited.

Two tables hold the state of the work rather than records: `attempt` counts tries that have not ended in a reading
yet, and `indexed` says which reading of a document the search index holds, with its scans and judgements up to which
number.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

find = Table(
    "find",
    metadata,
    Column("id", Text, primary_key=True),
    Column("parent", Text, nullable=False),
    Column("ordinal", BigInteger, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("modified", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("depth", Integer, nullable=False),
    Index("find_by_parent", "parent", "ordinal"),
    Index("find_by_document", "document"),
)

document = Table(
    "document",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("allowance_bytes", BigInteger, nullable=False),
    Column("hint", Text, nullable=False),
    Index("document_by_depth", "depth"),
)

reading = Table(
    "reading",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("charset", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("pages_expected", BigInteger, nullable=False),
    Column("pages_read", BigInteger, nullable=False),
    Column("pages_with_text", BigInteger, nullable=False),
    Column("page_causes", Text, nullable=False),  # JSON: cause -> "1-3,7"
    Column("entries_expected", BigInteger, nullable=False),
    Column("entries_found", BigInteger, nullable=False),
    Column("pages", Text, nullable=False),
    Column("about", Text, nullable=False),  # JSON: list of [name, value, source]
    Index("reading_by_document", "document"),
)

page_scan = Table(  # a row for each page: recognising one costs seconds, a row nothing (docs/decisions/008)
    "page_scan",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("document", Text, nullable=False),
    Column("page", BigInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("has_text", Integer, nullable=False),
    Column("signs", Text, nullable=False),  # JSON: list of pairs
    Column("milliseconds", Integer, nullable=False),
    Column("frame", LargeBinary, nullable=False),  # the page as in a page blob; empty for none
    Index("page_scan_by_document", "document", "page"),
)

page_table = Table(  # as for recognised pages: a search takes seconds, a row nothing
    "page_table",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("document", Text, nullable=False),
    Column("page", BigInteger, nullable=False),
    Column("step", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("frame", LargeBinary, nullable=False),  # zlib of the tables of the page; empty where it could not be read
    Index("page_table_by_document", "document", "page"),
)

judgement = Table(
    "judgement",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("about", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("replaces", Text, nullable=False),
    Column("by", Text, nullable=False, server_default=""),
    Index("judgement_by_about", "what", "about"),
    Index("judgement_by_record", "about"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("document", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)

indexed = Table(
    "indexed",
    metadata,
    Column("document", Text, primary_key=True),
    Column("reading", Text, nullable=False),
    Column("pages", BigInteger, nullable=False),
    Column("scans", BigInteger, nullable=False, server_default="0"),
    Column("judged", BigInteger, nullable=False, server_default="0"),
)

event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("body", LargeBinary, nullable=False),
)
