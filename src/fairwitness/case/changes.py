"""Everything that can be added to a case, inside one transaction."""

from __future__ import annotations

import json
import secrets
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import Insert, insert

from fairwitness.case import schema
from fairwitness.case.pages import pack_page
from fairwitness.case.queries import judgement_of
from fairwitness.core.canonical import canonical_json
from fairwitness.core.parts import PageText
from fairwitness.core.records import Document, Find, Indexed, Judgement, PageScan, Reading, TableSearch
from fairwitness.core.tables import PageTables, page_tables_to_bytes

_BATCH = 500  # rows that go in with one statement


class Changes:
    """Additions; each is there once, however often it is added."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_find(self, found: Find) -> bool:
        """The find is in the case; False if it was before."""
        done = self._connection.execute(insert(schema.find).values(_find_row(found)).on_conflict_do_nothing())
        return done.rowcount == 1

    def add_finds(self, finds: Iterable[tuple[Find, Document | None]]) -> int:
        """The finds are in the case with their documents, and an event for each that is new; how many are.

        A batch goes in with a few statements: an archive of 100,000 entries is one transaction, and whoever marks
        something meanwhile waits for it.
        """
        new = 0
        for batch in _batches(finds):
            documents = [_document_row(document) for _, document in batch if document is not None]
            if documents:
                self._connection.execute(_add_document(), documents)
            rows = {row["id"]: row for row in (_find_row(found) for found, _ in batch)}
            there = select(schema.find.c.id).where(schema.find.c.id.in_(rows))
            for known in self._connection.execute(there).scalars():
                del rows[known]
            if rows:
                self._connection.execute(insert(schema.find), list(rows.values()))
                bodies = (_event("intake", {"find": row["id"], "document": row["document"]}) for row in rows.values())
                self._connection.execute(insert(schema.event), [{"body": body} for body in bodies])
            new += len(rows)
        return new

    def add_document(self, document: Document) -> None:
        """The document is in the case.

        Found again at the same depth, it keeps the larger allowance and the first hint in alphabetical order, so that
        the row does not depend on which find came first. Found deeper, the row stays as it is.
        """
        self._connection.execute(_add_document(), _document_row(document))

    def add_reading(self, reading: Reading) -> bool:
        """The reading is in the case and its attempts are settled; False if it was before."""
        row = {
            "id": reading.id,
            "document": reading.document,
            "media_type": reading.media_type,
            "charset": reading.charset,
            "step": reading.made.step,
            "version": reading.made.version,
            "options": reading.made.options,
            "outcome": reading.outcome,
            "detail": reading.detail,
            "pages_expected": reading.pages_expected,
            "pages_read": reading.pages_read,
            "pages_with_text": reading.pages_with_text,
            "page_causes": canonical_json(reading.page_causes).decode(),
            "entries_expected": reading.entries_expected,
            "entries_found": reading.entries_found,
            "pages": reading.pages,
            "about": json.dumps(reading.about, ensure_ascii=True),
        }
        done = self._connection.execute(insert(schema.reading).values(row).on_conflict_do_nothing())
        self._connection.execute(delete(schema.attempt).where(schema.attempt.c.document == reading.document))
        return done.rowcount == 1

    def add_scan(self, scan: PageScan, page: PageText | None) -> bool:
        """The scan is in the case with its page; False if it was before."""
        row = {
            "id": scan.id,
            "document": scan.document,
            "page": scan.page,
            "step": scan.made.step,
            "version": scan.made.version,
            "options": scan.made.options,
            "outcome": scan.outcome,
            "detail": scan.detail,
            "has_text": int(page is not None),
            "signs": json.dumps(scan.signs),
            "milliseconds": scan.milliseconds,
            "frame": pack_page(page) if page is not None else b"",
        }
        done = self._connection.execute(insert(schema.page_scan).values(row).on_conflict_do_nothing())
        return done.rowcount == 1

    def add_page_tables(self, search: TableSearch, page: PageTables | None) -> bool:
        """The search for tables is in the case with what it found; False if it was before."""
        row = {
            "id": search.id,
            "document": search.document,
            "page": search.page,
            "step": search.made.step,
            "version": search.made.version,
            "options": search.made.options,
            "outcome": search.outcome,
            "detail": search.detail,
            "milliseconds": search.milliseconds,
            "frame": zlib.compress(page_tables_to_bytes(page)) if page is not None else b"",
        }
        done = self._connection.execute(insert(schema.page_table).values(row).on_conflict_do_nothing())
        return done.rowcount == 1

    def forget_page_tables(self, ids: Iterable[str]) -> None:
        """These pages are to be searched again; used for retries of what failed, with an event beside it."""
        for name in ids:
            self._connection.execute(delete(schema.page_table).where(schema.page_table.c.id == name))

    def add_judgement(self, judgement: Judgement) -> bool:
        """The judgement is in the case and counts from now on; False if it was there before."""
        row = {name: getattr(judgement, name) for name in ("id", "about", "what", "value", "at", "replaces", "by")}
        done = self._connection.execute(insert(schema.judgement).values(row).on_conflict_do_nothing())
        return done.rowcount == 1

    def add_judgements(self, judgements: Sequence[Judgement]) -> None:
        """The judgements, all of them new, are in the case in that order, each with the event that tells of it."""
        names = ("id", "about", "what", "value", "at", "replaces", "by")
        for start in range(0, len(judgements), _BATCH):
            rows = [{name: getattr(one, name) for name in names} for one in judgements[start : start + _BATCH]]
            told = [{name: row[name] for name in names[1:] if name != "at"} | {"judgement": row["id"]} for row in rows]
            self._connection.execute(insert(schema.judgement), rows)
            self._connection.execute(insert(schema.event), [{"body": _event("judge", fields)} for fields in told])

    def known_judgements(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        """What those of the judgements are about that are in the case, and the question they answer, by id."""
        wanted, table = list(ids), schema.judgement.c
        columns = select(table.id, table.about, table.what)
        found: dict[str, tuple[str, str]] = {}
        for start in range(0, len(wanted), _BATCH):
            chosen = columns.where(table.id.in_(wanted[start : start + _BATCH]))
            found |= {row.id: (row.about, row.what) for row in self._connection.execute(chosen)}
        return found

    def last_judgement(self, about: str, what: str) -> Judgement | None:
        """The judgement that counts on that question about that record, as it is within this transaction."""
        table = schema.judgement.c
        chosen = select(schema.judgement).where(table.what == what, table.about == about)
        row = self._connection.execute(chosen.order_by(table.seq.desc()).limit(1)).mappings().first()
        return judgement_of(row) if row is not None else None

    def judgements(self, about: str, what: str = "") -> list[Judgement]:
        """Every judgement about that record, or on one question about it, as they are within this transaction."""
        table = schema.judgement.c
        chosen = select(schema.judgement).where(table.about == about)
        chosen = chosen.where(table.what == what) if what else chosen
        return [judgement_of(row) for row in self._connection.execute(chosen.order_by(table.seq)).mappings()]

    def forget_scans(self, ids: Iterable[str]) -> None:
        """These pages are to be recognised again; used for retries of what failed, with an event beside it."""
        for name in ids:
            self._connection.execute(delete(schema.page_scan).where(schema.page_scan.c.id == name))

    def forget_readings(self, documents: Iterable[str]) -> list[str]:
        """These documents are to be read again; used for retries of what failed, with an event beside it.

        Gives the ids of those entries of theirs that had a cause and no bytes. They are forgotten too: they come
        again, with bytes or without.
        """
        forgotten: list[str] = []
        entry = schema.find.c
        for digest in documents:
            for table in (schema.reading, schema.attempt, schema.indexed):
                self._connection.execute(delete(table).where(table.c.document == digest))
            failed = (entry.parent == digest, entry.cause != "", entry.document == "")
            forgotten += self._connection.execute(select(entry.id).where(*failed)).scalars()
            self._connection.execute(delete(schema.find).where(*failed))
        return forgotten

    def count_attempt(self, document: str) -> None:
        """One more attempt is about to be made; counted before it runs, so that a crash counts too."""
        statement = insert(schema.attempt).values(document=document, count=1)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["document"], set_={"count": schema.attempt.c.count + 1})
        )

    def mark_indexed(self, document: str, held: Indexed) -> None:
        """The index holds that of the document. Call it only after the index has committed."""
        row = {"reading": held.reading, "pages": held.pages, "scans": held.scans, "judged": held.judged}
        statement = insert(schema.indexed).values(document=document, **row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["document"], set_=row))

    def forget_indexed(self) -> None:
        """The index holds nothing."""
        self._connection.execute(delete(schema.indexed))

    def add_event(self, kind: str, fields: Mapping[str, Any]) -> None:
        """An event is in the outbox of the log: canonical JSON with a random nonce, so that its hash tells nothing."""
        self._connection.execute(insert(schema.event).values(body=_event(kind, fields)))


def _event(kind: str, fields: Mapping[str, Any]) -> bytes:
    return canonical_json({"type": kind, "at": int(time.time()), "nonce": secrets.token_hex(16), **fields})


def _batches(finds: Iterable[tuple[Find, Document | None]]) -> Iterator[list[tuple[Find, Document | None]]]:
    rest = iter(finds)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _find_row(found: Find) -> dict[str, Any]:
    return {
        "id": found.id,
        "parent": found.parent,
        "ordinal": found.ordinal,
        "name": found.name,
        "kind": found.kind,
        "role": found.role,
        "document": found.document,
        "size_bytes": found.size_bytes,
        "modified": found.modified,
        "cause": found.cause or "",
        "detail": found.detail,
        "depth": found.depth,
    }


def _document_row(document: Document) -> dict[str, Any]:
    return {
        "digest": document.digest,
        "size_bytes": document.size_bytes,
        "depth": document.depth,
        "allowance_bytes": document.allowance_bytes,
        "hint": document.hint,
    }


def _add_document() -> Insert:
    old, statement = schema.document.c, insert(schema.document)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["digest"],
        set_={
            "allowance_bytes": func.max(old.allowance_bytes, new.allowance_bytes),
            "hint": func.min(old.hint, new.hint),
        },
        where=old.depth == new.depth,
    )
