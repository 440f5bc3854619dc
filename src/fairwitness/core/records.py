"""The records of a case: frozen, named by their content, never edited."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from fairwitness.core.canonical import record_id
from fairwitness.core.outcome import Cause


@dataclass(frozen=True, slots=True)
class Made:
    """What a result was made with: the step, its version and its options as canonical JSON."""

    step: str
    version: str
    options: str = "{}"


@dataclass(frozen=True, slots=True)
class Find:
    """Something that was found in one place: a file of the leak, or an entry of a container.

    `parent` is the digest of the container, empty for what lay in the leak folder itself; `ordinal` its number in the
    container, 0 outside. `name` is the raw bytes: of the path relative to the leak folder, or of the entry's name.
    `document` is the digest of the bytes; empty when there are none, and then `cause` says why. A find with both has
    only part of its bytes. `size_bytes` is what was claimed, -1 for nothing; `modified` an ISO day or empty.
    """

    parent: str
    ordinal: int
    name: bytes
    kind: str = "file"
    role: str = "member"
    document: str = ""
    size_bytes: int = -1
    modified: str = ""
    cause: Cause | None = None
    detail: str = ""
    depth: int = 0

    @property
    def id(self) -> str:
        """The same for the same thing found in the same place, on any machine."""
        name = base64.b64encode(self.name).decode()
        fields = {"parent": self.parent, "ordinal": self.ordinal, "name": name, "kind": self.kind}
        return record_id("Find", fields | {"document": self.document, "cause": self.cause or ""})


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes, named by their SHA-256 in hex, stored once however often they are found.

    `depth` is 0 for what lay in the leak folder, else that of the shallowest container plus 1. `allowance_bytes` is
    how much may come out of it if it is a container (docs/decisions/005). `hint` is the extension it was found with.
    """

    digest: str
    size_bytes: int
    depth: int
    allowance_bytes: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of one document gave; the key of everything that is derived from it.

    `pages_with_text` can be searched: those read, and those of which only a part was. `page_causes` maps a cause to
    page ranges such as "1-3,7". `pages` is the digest of the page blob, empty for none. `about` is what the file
    says of itself: name, value, and the field it was read from. -1 means unknown.
    """

    document: str
    media_type: str
    charset: str
    made: Made
    outcome: Cause
    detail: str = ""
    pages_expected: int = 0
    pages_read: int = 0
    pages_with_text: int = 0
    page_causes: dict[str, str] = field(default_factory=dict)
    entries_expected: int = 0
    entries_found: int = 0
    pages: str = ""
    about: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> str:
        """SHA-256 over document, step, version and options: the key of the cache, the resume and the provenance."""
        return reading_id(self.document, self.made)


def reading_id(document: str, made: Made) -> str:
    """Id of the reading that `made` gives of `document`."""
    fields = {"document": document, "step": made.step, "version": made.version, "options": made.options}
    return record_id("Reading", fields)


@dataclass(frozen=True, slots=True)
class PageScan:
    """What text recognition gave of one page; the page itself is stored beside it.

    `signs` are the numbers that its trust rests on (`fairwitness.text.quality`), `seq` its place in the order in
    which scans came into the case.
    """

    document: str
    page: int
    made: Made
    outcome: Cause
    detail: str = ""
    has_text: bool = False
    signs: tuple[tuple[str, int], ...] = ()
    milliseconds: int = 0
    seq: int = 0

    @property
    def id(self) -> str:
        """SHA-256 over document, page, step, version and options."""
        return scan_id(self.document, self.page, self.made)


def scan_id(document: str, page: int, made: Made) -> str:
    """Id of the scan that `made` gives of that page."""
    fields = {"document": document, "page": page, "step": made.step, "version": made.version, "options": made.options}
    return record_id("PageScan", fields)


@dataclass(frozen=True, slots=True)
class TableSearch:
    """What a search for tables gave of one page; the tables themselves are stored beside it.

    `made.options` hold what was told of the layout and the columns, so that another set-up is another search. `seq` is
    its place in the order in which searches came into the case.
    """

    document: str
    page: int
    made: Made
    outcome: Cause
    detail: str = ""
    milliseconds: int = 0
    seq: int = 0

    @property
    def id(self) -> str:
        """SHA-256 over document, page, step, version and options."""
        return table_search_id(self.document, self.page, self.made)


def table_search_id(document: str, page: int, made: Made) -> str:
    """Id of the search for tables that `made` makes on that page."""
    fields = {"document": document, "page": page, "step": made.step, "version": made.version, "options": made.options}
    return record_id("TableSearch", fields)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person decided about a record: judgements are appended, never edited, and the last one counts.

    `about` is the digest of a document or the name of a finding or a list, `what` the question, `value` the answer,
    empty where an earlier answer is withdrawn; `at` in seconds since 1970; `replaces` the id of the judgement that
    counted before, if any, or the ids of several, with blanks between, where it settles what two copies of the case
    said apart; `by` the pseudonym of who decided, empty where nobody signed; `seq` the place in the order in which
    judgements came into the case.
    """

    about: str
    what: str
    value: str
    at: int
    replaces: str = ""
    by: str = ""
    seq: int = 0

    @property
    def id(self) -> str:
        """SHA-256 over what was decided, when, what it replaces, and by whom where somebody signed."""
        fields = {"about": self.about, "what": self.what, "value": self.value, "at": self.at, "replaces": self.replaces}
        return record_id("Judgement", fields | ({"by": self.by} if self.by else {}))


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the search index holds of a document.

    A reading, its scans up to number `scans`, judgements about it up to number `judged`; how many pages.
    """

    reading: str = ""
    pages: int = 0
    scans: int = 0
    judged: int = 0


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle on a page image: pixels of the image at `dpi`, origin top left, right and bottom excluded."""

    document: str
    page: int
    dpi: int
    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class TextRange:
    """Code points `start` to `end` (excluded) of the text that the reading named by `reading` gave of a page."""

    document: str
    page: int
    start: int
    end: int
    reading: str


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A cell of a spreadsheet; row and column count from 0."""

    document: str
    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        """The way people write it: B17."""
        letters, left = "", self.column + 1
        while left:
            left, digit = divmod(left - 1, 26)
            letters = chr(ord("A") + digit) + letters
        return f"{letters}{self.row + 1}"


Place = Region | TextRange | SheetCell
