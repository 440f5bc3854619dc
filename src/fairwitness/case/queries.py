"""What can be asked of the records of a case."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from sys import intern
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Engine,
    LargeBinary,
    RowMapping,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    true,
)

from fairwitness.case import schema
from fairwitness.case.pages import frame_digest, unpack_page
from fairwitness.core.errors import NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.records import Document, Find, Indexed, Judgement, Made, PageScan, Reading, TableSearch
from fairwitness.core.tables import PageTables, page_tables_from_bytes

T = TypeVar("T")
Statement = tuple[str, str, str]  # name, value, and the field it was read from
_SLASH = literal(b"/", LargeBinary)
_AMONG = 500  # documents that are asked for at once


class Queries:
    """Reads; every answer is one consistent view."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _rows(self, statement: Select[Any]) -> Iterator[RowMapping]:
        with self._engine.connect() as connection:
            yield from connection.execution_options(yield_per=1000).execute(statement).mappings()

    def finds(self) -> Iterator[Find]:
        """Every find, in the order of container, number and name."""
        table = schema.find.c
        for row in self._rows(select(schema.find).order_by(table.depth, table.parent, table.ordinal, table.name)):
            yield _find(row)

    def finds_of(self, digest: str) -> list[Find]:
        """Everywhere the document was found, shallowest first."""
        table = schema.find.c
        statement = select(schema.find).where(table.document == digest)
        order = (table.depth, table.parent, table.ordinal, table.name)
        return [_find(row) for row in self._rows(statement.order_by(*order))]

    def places(self) -> Iterator[tuple[str, bytes, str]]:
        """Container, name and document of every find, containers before what is in them; no document for folders."""
        table = schema.find.c
        columns = select(table.parent, table.name, table.document)
        for row in self._rows(columns.order_by(table.depth, table.parent, table.ordinal, table.name)):
            yield row["parent"], row["name"], row["document"]

    def statements_named(self, name: str) -> Iterator[tuple[str, str]]:
        """Document and value of every statement of that name, in the readings that the index holds."""
        table, held = schema.reading.c, schema.indexed.c
        columns = select(table.document, table.about).join(schema.indexed, held.reading == table.id)
        for row in self._rows(columns.where(table.about.contains(f'"{name}"', autoescape=True))):
            for said, value, _ in statements(json.loads(row["about"])):
                if said == name:
                    yield row["document"], value

    def table_sizes(self) -> tuple[int, ...]:
        """How many finds, readings and indexed documents there are; what was derived from them is stale on a change."""
        counts = [select(func.count()).select_from(table) for table in (schema.find, schema.reading, schema.indexed)]
        with self._engine.connect() as connection:
            return tuple(int(connection.execute(count).scalar_one()) for count in counts)

    def finds_in(self, parent: str, start: int, limit: int, folder: bytes | None = None) -> tuple[int, list[Find]]:
        """How many finds lie in a container, folders aside, and some of them in its order from number `start` on.

        With `parent` empty, those that lie in that folder of the leak itself, by name.
        """
        table = schema.find.c
        inside = _inside(parent, folder)
        statement = select(schema.find).where(inside).order_by(table.ordinal, table.name)
        with self._engine.connect() as connection:
            total = int(connection.execute(select(func.count()).select_from(schema.find).where(inside)).scalar_one())
        return total, [_find(row) for row in self._rows(statement.limit(limit).offset(start))]

    def rank_of(self, found: Find, folder: bytes | None = None) -> int:
        """How many of those that `finds_in` lists stand before it."""
        table = schema.find.c
        before = (table.ordinal < found.ordinal) | ((table.ordinal == found.ordinal) & (table.name < found.name))
        with self._engine.connect() as connection:
            statement = select(func.count()).select_from(schema.find).where(_inside(found.parent, folder), before)
            return int(connection.execute(statement).scalar_one())

    def readings_that_name(self, words: Sequence[str], limit: int) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """Documents with their statements, where one of the words stands in these; a look at every reading."""
        table = schema.reading.c
        named = or_(*(func.instr(table.about, json.dumps(word)[1:-1]) > 0 for word in words))
        for row in self._rows(select(table.document, table.about).where(named).order_by(table.document).limit(limit)):
            yield row["document"], statements(json.loads(row["about"]))

    def top_finds(self) -> Iterator[tuple[bytes, int, str, str]]:
        """Name, size, modified and document of what lies in the leak folder itself and has bytes."""
        table = schema.find.c
        columns = select(table.name, table.size_bytes, table.modified, table.document)
        for row in self._rows(columns.where(table.depth == 0, table.document != "")):
            yield row["name"], row["size_bytes"], row["modified"], row["document"]

    def documents(self, depth: int) -> list[Document]:
        """Documents of that depth, in order of digest."""
        table = schema.document.c
        statement = select(schema.document).where(table.depth == depth).order_by(table.digest)
        return [Document(**row) for row in self._rows(statement)]

    def document(self, digest: str) -> Document:
        """The document of that digest.

        Raises:
            NotFound: if there is none.
        """
        for row in self._rows(select(schema.document).where(schema.document.c.digest == digest)):
            return Document(**row)
        raise NotFound("No such document in this case.")

    def document_starting(self, beginning: str) -> str:
        """Digest of the one document that starts so.

        Raises:
            NotFound: if there is none, or more than one.
        """
        statement = select(schema.document.c.digest).where(schema.document.c.digest.startswith(beginning)).limit(2)
        found = [row["digest"] for row in self._rows(statement)]
        if len(found) != 1:
            raise NotFound("No document, or more than one, starts with those digits.")
        return str(found[0])

    def deepest(self) -> int:
        """The greatest depth of any document, -1 for none."""
        with self._engine.connect() as connection:
            found = connection.execute(select(func.max(schema.document.c.depth))).scalar()
        return -1 if found is None else int(found)

    def document_count(self) -> int:
        """How many different documents there are."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(schema.document)).scalar_one())

    def readings(self, *, about: bool = True) -> Iterator[Reading]:
        """Every reading, in order of document; without what the files say of themselves where that is not needed."""
        table = schema.reading.c
        columns = select(schema.reading) if about else select(*(column for column in table if column.name != "about"))
        for row in self._rows(columns.order_by(table.document, table.id)):
            yield _reading(row)

    def sizes(self) -> Iterator[tuple[str, int]]:
        """Digest and size of every document."""
        for row in self._rows(select(schema.document.c.digest, schema.document.c.size_bytes)):
            yield row["digest"], row["size_bytes"]

    def sizes_among(self, digests: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Digest and size of these documents."""
        table = schema.document.c
        for row in self._among(select(table.digest, table.size_bytes), table.digest, digests):
            yield row["digest"], row["size_bytes"]

    def containers(self) -> set[str]:
        """Digests of all documents in which something was found."""
        statement = select(schema.find.c.parent).where(schema.find.c.parent != "").distinct()
        return {row["parent"] for row in self._rows(statement)}

    def folders_in(self, parent: str, path: bytes) -> list[tuple[bytes, int, int]]:
        """The folders just inside a path of a container: own name, how much was found in and below it, and bytes.

        `path` is empty or ends with a slash; `parent` is empty for the leak folder.
        """
        find, document = schema.find.c, schema.document.c
        rest = func.substr(find.name, len(path) + 1)
        own = func.substr(rest, 1, func.instr(rest, _SLASH) - 1).label("own")
        columns = select(
            own, func.count().label("files"), func.sum(func.coalesce(document.size_bytes, 0)).label("bytes")
        )
        joined = columns.select_from(schema.find.outerjoin(schema.document, find.document == document.digest))
        chosen = joined.where(*_below(parent, path), func.instr(rest, _SLASH) > 0).group_by(own).order_by(own)
        return [(bytes(row["own"]), int(row["files"]), int(row["bytes"])) for row in self._rows(chosen)]

    def files_in(self, parent: str, path: bytes, limit: int, offset: int = 0) -> tuple[int, list[Find]]:
        """How much was found right in a path of a container, folders aside, and some of it in the order of names."""
        find = schema.find.c
        right_in = (*_below(parent, path), func.instr(func.substr(find.name, len(path) + 1), _SLASH) == 0)
        with self._engine.connect() as connection:
            total = int(connection.execute(select(func.count()).select_from(schema.find).where(*right_in)).scalar_one())
        some = select(schema.find).where(*right_in).order_by(find.name, find.ordinal).limit(limit).offset(offset)
        return total, [_find(row) for row in self._rows(some)]

    def entry_counts(self, digests: Iterable[str]) -> dict[str, int]:
        """How much was found in each of these documents that is a container."""
        table = schema.find.c
        columns = select(table.parent, func.count().label("entries")).group_by(table.parent)
        return {row["parent"]: row["entries"] for row in self._among(columns, table.parent, digests)}

    def several_places(self, limit: int, offset: int = 0) -> list[tuple[str, int, int]]:
        """Digest, number of places and size of documents found in more than one, those in most places first."""
        find, document = schema.find.c, schema.document.c
        places = func.count().label("places")
        columns = select(find.document, places, document.size_bytes)
        joined = columns.select_from(schema.find.join(schema.document, find.document == document.digest))
        several = joined.group_by(find.document).having(places > 1).order_by(places.desc(), find.document)
        rows = self._rows(several.limit(limit).offset(offset))
        return [(row["document"], row["places"], row["size_bytes"]) for row in rows]

    def repeated(self) -> tuple[int, int, int]:
        """How many documents lie in several places, in how many places, and the bytes of all places but the first."""
        find, document = schema.find.c, schema.document.c
        places = select(find.document, func.count().label("places")).where(find.document != "")
        several = places.group_by(find.document).having(func.count() > 1).subquery()
        more = func.sum((several.c.places - 1) * document.size_bytes)
        columns = select(func.count(), func.sum(several.c.places), more)
        statement = columns.select_from(several.join(schema.document, several.c.document == document.digest))
        with self._engine.connect() as connection:
            documents, found, spare = connection.execute(statement).one()
        return int(documents), int(found or 0), int(spare or 0)

    def readings_of(self, digest: str) -> list[Reading]:
        """All readings of one document, in the order of `readings`."""
        table = schema.reading.c
        statement = select(schema.reading).where(table.document == digest).order_by(table.id)
        return [_reading(row) for row in self._rows(statement)]

    def state_of(self, digest: str) -> tuple[int, int]:
        """Changes whenever the document is read again, or a page of it is recognised."""
        reading, scan = schema.reading.c, schema.page_scan.c
        readings = select(func.count()).where(reading.document == digest).scalar_subquery()
        scans = select(func.max(scan.seq)).where(scan.document == digest).scalar_subquery()
        with self._engine.connect() as connection:
            found = connection.execute(select(readings, scans)).one()
        return int(found[0]), int(found[1] or 0)

    def reading_keys(self) -> dict[str, list[tuple[str, str]]]:
        """For each document its readings as (media type, reading id)."""
        table = schema.reading.c
        keys: dict[str, list[tuple[str, str]]] = {}
        for row in self._rows(select(table.document, table.media_type, table.id)):
            keys.setdefault(row["document"], []).append((row["media_type"], row["id"]))
        return keys

    def scans(self, document: str = "") -> Iterator[PageScan]:
        """Every scan, or those of one document, in the order in which they came."""
        table = schema.page_scan.c
        columns = select(*(column for column in table if column.name != "frame"))
        chosen = columns.where(table.document == document) if document else columns
        for row in self._rows(chosen.order_by(table.seq)):
            yield _scan(row)

    def scans_by_document(self) -> Iterator[PageScan]:
        """Every scan, in order of document, those of one document in the order in which they came."""
        table = schema.page_scan.c
        columns = select(*(column for column in table if column.name != "frame"))
        for row in self._rows(columns.order_by(table.document, table.seq)):
            yield _scan(row)

    def last_scans(self) -> dict[str, int]:
        """For each document that has scans the number of the last one."""
        table = schema.page_scan.c
        statement = select(table.document, func.max(table.seq).label("last")).group_by(table.document)
        return {row["document"]: row["last"] for row in self._rows(statement)}

    def scanned_page(self, seq: int) -> PageText:
        """The page of the scan of that number.

        Raises:
            NotFound: if there is none.
        """
        table = schema.page_scan.c
        for row in self._rows(select(table.frame).where(table.seq == seq)):
            page = unpack_page(row["frame"]) if row["frame"] else None
            if isinstance(page, PageText):
                return page
        raise NotFound("That page was not recognised.")

    def table_searches(self, document: str = "") -> Iterator[TableSearch]:
        """Every search for tables on a page, or those on pages of one document, in the order in which they came."""
        table = schema.page_table.c
        columns = select(*(column for column in table if column.name != "frame"))
        chosen = columns.where(table.document == document) if document else columns
        for row in self._rows(chosen.order_by(table.seq)):
            yield _table_search(row)

    def found_tables(self, seqs: Iterable[int]) -> Iterator[tuple[int, PageTables]]:
        """What the searches of these numbers found, with their numbers, as far as they found anything."""
        wanted, table = list(seqs), schema.page_table.c
        for start in range(0, len(wanted), _AMONG):
            chosen = select(table.seq, table.frame).where(table.seq.in_(wanted[start : start + _AMONG]))
            for row in self._rows(chosen.order_by(table.seq)):
                if row["frame"]:
                    yield row["seq"], page_tables_from_bytes(zlib.decompress(row["frame"]))

    def judgements(self, what: str = "", about: str = "") -> Iterator[Judgement]:
        """Every judgement, those on one question, or those about one record, in the order in which they came."""
        table = schema.judgement.c
        chosen = select(schema.judgement)
        chosen = chosen.where(table.what == what) if what else chosen
        chosen = chosen.where(table.about == about) if about else chosen
        for row in self._rows(chosen.order_by(table.seq)):
            yield judgement_of(row)

    def judgements_beginning(self, about: str) -> Iterator[Judgement]:
        """Every judgement about a record whose name begins so, in the order in which they came. Pass plain ASCII."""
        table = schema.judgement.c
        named = (table.about >= about, table.about < f"{about}\x7f")
        for row in self._rows(select(schema.judgement).where(*named).order_by(table.seq)):
            yield judgement_of(row)

    def judgement_rows(self, about: str, after: int = 0) -> list[tuple[int, str, str, str, str, int, str, str]]:
        """Number, id, about, what, value, at, replaces and by of every judgement behind number `after`, in that order.

        Of those whose record has a name that begins so (plain ASCII). For lists: tens of thousands in a moment.
        """
        table = schema.judgement.c
        columns = select(table.seq, table.id, table.about, table.what, table.value, table.at, table.replaces, table.by)
        chosen = columns.where(table.about >= about, table.about < f"{about}\x7f", table.seq > after)
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(chosen.order_by(table.seq))]

    def judgements_signed(self, about: str, by: str, before: int, limit: int) -> list[Judgement]:
        """The last that `by` signed about records whose name begins so, with a number below `before` (0 for any)."""
        table = schema.judgement.c
        chosen = select(schema.judgement).where(table.about >= about, table.about < f"{about}\x7f", table.by == by)
        chosen = chosen.where(table.seq < before) if before else chosen
        return [judgement_of(row) for row in self._rows(chosen.order_by(table.seq.desc()).limit(limit))]

    def counting_judgements(self, about: str = "") -> Iterator[Judgement]:
        """The judgement that counts on each question about each record, or one; withdrawn ones too, oldest first.

        Without `about`, those about cells of lists are left out: there are tens of thousands, and what counts of them
        does not follow from their order (`fairwitness.work.heads`).
        """
        table = schema.judgement.c
        last = select(func.max(table.seq)).group_by(table.what, table.about)
        last = last.where(table.about == about if about else or_(table.about < "cell:", table.about >= "cell;"))
        for row in self._rows(select(schema.judgement).where(table.seq.in_(last)).order_by(table.seq)):
            yield judgement_of(row)

    def last_judgements(self, before: int, limit: int) -> list[Judgement]:
        """The last judgements of all, or of those with a number below `before`, the latest first."""
        table = schema.judgement.c
        chosen = select(schema.judgement).order_by(table.seq.desc()).limit(limit)
        rows = self._rows(chosen.where(table.seq < before) if before else chosen)
        return [judgement_of(row) for row in rows]

    def signers(self) -> list[str]:
        """The pseudonyms by which people signed, who did so last first."""
        table = schema.judgement.c
        chosen = select(table.by).where(table.by != "").group_by(table.by).order_by(func.max(table.seq).desc())
        return [row["by"] for row in self._rows(chosen)]

    def last_judgement_seq(self) -> int:
        """Number of the last judgement, 0 for none; what was derived from judgements is stale once it has changed."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(schema.judgement.c.seq))).scalar() or 0)

    def attempts(self) -> dict[str, int]:
        """Attempts that have begun and not ended in a reading, by document."""
        return {row["document"]: row["count"] for row in self._rows(select(schema.attempt))}

    def indexed(self) -> dict[str, Indexed]:
        """What the index holds, by document."""
        return {
            row["document"]: Indexed(row["reading"], row["pages"], row["scans"], row["judged"])
            for row in self._rows(select(schema.indexed))
        }

    def indexed_among(self, digests: Iterable[str]) -> dict[str, Indexed]:
        """What the index holds of these documents, as far as it was marked."""
        rows = self._among(select(schema.indexed), schema.indexed.c.document, digests)
        return {row["document"]: Indexed(row["reading"], row["pages"], row["scans"]) for row in rows}

    def readings_among(self, digests: Iterable[str]) -> dict[str, list[Reading]]:
        """All readings of these documents, each in the order of `readings`."""
        table = schema.reading.c
        rows = self._among(select(schema.reading).order_by(table.id), table.document, digests)
        return _by_document((row["document"], _reading(row)) for row in rows)

    def scans_among(self, digests: Iterable[str]) -> dict[str, list[PageScan]]:
        """All scans of these documents, each in the order in which they came."""
        table = schema.page_scan.c
        columns = select(*(column for column in table if column.name != "frame")).order_by(table.seq)
        return _by_document((row["document"], _scan(row)) for row in self._among(columns, table.document, digests))

    def finds_among(self, digests: Iterable[str]) -> dict[str, list[Find]]:
        """Everywhere these documents were found, each in the order of `finds_of`."""
        table = schema.find.c
        columns = select(schema.find).order_by(table.depth, table.parent, table.ordinal, table.name)
        return _by_document((row["document"], _find(row)) for row in self._among(columns, table.document, digests))

    def _among(
        self, statement: Select[Any], column: ColumnElement[str], digests: Iterable[str]
    ) -> Iterator[RowMapping]:
        wanted = list(digests)
        for start in range(0, len(wanted), _AMONG):
            yield from self._rows(statement.where(column.in_(wanted[start : start + _AMONG])))

    def events(self, after: int = 0) -> Iterator[bytes]:
        """Bodies of the events behind the first `after`, in order."""
        table = schema.event.c
        for row in self._rows(select(table.body).where(table.seq > after).order_by(table.seq)):
            yield _body(row["body"])

    def page_digests(self) -> Iterator[tuple[str, str]]:
        """Id of every scan and every search for tables, with the digest of its page as it is stored."""
        for table in (schema.page_scan.c, schema.page_table.c):
            for row in self._rows(select(table.id, table.frame)):
                yield row["id"], frame_digest(row["frame"])

    def event(self, number: int) -> bytes | None:
        """Body of the event of that number, counted from 1; None if there is none."""
        table = schema.event.c
        with self._engine.connect() as connection:
            found = connection.execute(select(table.body).where(table.seq == number)).scalar()
        return _body(found) if found is not None else None

    def events_of(self, kind: str) -> Iterator[tuple[int, bytes]]:
        """Number, from 1, and body of every event of that type, in order. Pass plain ASCII."""
        table = schema.event.c
        telling = func.instr(table.body, literal(f'"type":"{kind}"'.encode(), LargeBinary)) > 0
        for row in self._rows(select(table.seq, table.body).where(telling).order_by(table.seq)):
            if json.loads(row["body"])["type"] == kind:
                yield row["seq"], row["body"]

    def last_events(self, before: int, limit: int) -> list[tuple[int, bytes]]:
        """Number and body of the last events of all, or of those with a number below `before`, the latest first."""
        table = schema.event.c
        chosen = select(table.seq, table.body).order_by(table.seq.desc()).limit(limit)
        rows = self._rows(chosen.where(table.seq < before) if before else chosen)
        return [(row["seq"], _body(row["body"])) for row in rows]

    def event_count(self) -> int:
        """How many events there are: the number of the last one, for none is ever taken away."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(schema.event.c.seq))).scalar() or 0)

    def reading_event_count(self) -> int:
        """How many events tell of something other than a judgement; marks leave it as it is."""
        with self._engine.connect() as connection:
            events, judged = (
                select(func.max(table.c.seq)).scalar_subquery() for table in (schema.event, schema.judgement)
            )
            count = func.coalesce(events, 0) - func.coalesce(judged, 0)
            return int(connection.execute(select(count)).scalar_one())


def _body(stored: bytes | str) -> bytes:
    """SQLite gives a text where somebody else's hand has put one; then it is for the log to say that it was changed."""
    return stored if isinstance(stored, bytes) else str(stored).encode("utf-8", "replace")


def _below(parent: str, path: bytes) -> tuple[ColumnElement[bool], ...]:
    """Conditions for what was found in that path of a container or below it, but for folders that could be listed."""
    find = schema.find.c
    listed = (find.kind == "directory") & (find.cause == "")
    return find.parent == parent, func.substr(find.name, 1, len(path)) == literal(path, LargeBinary), ~listed


def _by_document(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for document, one in pairs:
        found.setdefault(document, []).append(one)
    return found


def _scan(row: RowMapping) -> PageScan:
    return PageScan(
        document=row["document"],
        page=row["page"],
        made=Made(row["step"], intern(row["version"]), intern(row["options"])),
        outcome=Cause(row["outcome"]),
        detail=row["detail"],
        has_text=bool(row["has_text"]),
        signs=tuple((name, value) for name, value in json.loads(row["signs"])),
        milliseconds=row["milliseconds"],
        seq=row["seq"],
    )


def _table_search(row: RowMapping) -> TableSearch:
    return TableSearch(
        document=row["document"],
        page=row["page"],
        made=Made(row["step"], intern(row["version"]), intern(row["options"])),
        outcome=Cause(row["outcome"]),
        detail=row["detail"],
        milliseconds=row["milliseconds"],
        seq=row["seq"],
    )


def judgement_of(row: RowMapping) -> Judgement:
    """The judgement that a row of its table is."""
    return Judgement(**{name: row[name] for name in Judgement.__dataclass_fields__})


def _find(row: RowMapping) -> Find:
    fields = {key: row[key] for key in Find.__dataclass_fields__}
    fields["cause"] = Cause(row["cause"]) if row["cause"] else None
    return Find(**fields)


def _inside(parent: str, folder: bytes | None) -> ColumnElement[bool]:
    """Finds in the container; with `folder`, those right in that folder of the leak."""
    table = schema.find.c
    inside = and_(table.parent == parent, table.kind != "directory")
    if folder is None:
        return inside
    head = folder + b"/" if folder else b""
    rest = func.substr(table.name, len(head) + 1)
    begins = and_(table.name >= head, table.name < folder + b"0") if folder else true()  # "0" comes after "/"
    return and_(inside, begins, func.instr(rest, b"/") == 0)


def statements(rows: list[list[str]]) -> tuple[tuple[str, str, str], ...]:
    """Statements as they were stored; those from before the source was kept have none."""
    return tuple((row[0], row[1], row[2] if len(row) > 2 else "") for row in rows)


def _reading(row: RowMapping) -> Reading:
    return Reading(
        document=row["document"],
        media_type=row["media_type"],
        charset=row["charset"],
        made=Made(row["step"], row["version"], row["options"]),
        outcome=Cause(row["outcome"]),
        detail=row["detail"],
        pages_expected=row["pages_expected"],
        pages_read=row["pages_read"],
        pages_with_text=row["pages_with_text"],
        page_causes=json.loads(row["page_causes"]) if row["page_causes"] != "{}" else {},
        entries_expected=row["entries_expected"],
        entries_found=row["entries_found"],
        pages=row["pages"],
        about=statements(json.loads(row["about"])) if "about" in row else (),
    )
