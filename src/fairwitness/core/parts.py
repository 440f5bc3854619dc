"""What comes out of a file while it is read: the parts that a reading step yields, in order.

A reading step takes a `Source` and yields parts. It runs in the sandbox; the parts cross to the parent as frames
(`fairwitness.run.frames`), so every field here is a number, a short string, bytes or an array of numbers.

The order is free, except: an `Entry` with bytes is followed by its `EntryData` and one `EntryEnd` before anything
else; `End` comes last. A step that returns without `End` is taken to have read everything.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

from fairwitness.core.outcome import Cause
from fairwitness.core.recognition import Recognition
from fairwitness.core.tables import PageTables

PageKind = Literal["page", "slide", "sheet", "section", "body"]
EntryKind = Literal["file", "directory", "symlink", "special"]
EntryRole = Literal["member", "attachment", "message", "stream"]


def no_numbers() -> array[int]:
    """A fresh empty array of unsigned 32-bit numbers."""
    return array("I")


@dataclass(frozen=True, slots=True)
class Source:
    """The untrusted bytes of one document, open for reading and seekable.

    `hint` is the extension of the name it was found under: lower case, ASCII letters and digits only, no dot, may be
    empty or wrong. `media_type` and `charset` are what the content was identified as, where already known. `passwords`
    are those that people supplied, to be tried in order; a reader never says which of them fitted.
    """

    file: BinaryIO
    size_bytes: int
    hint: str = ""
    media_type: str = ""
    charset: str = ""
    passwords: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Kind:
    """What the content is: an IANA media type where one exists, and the encoding of plain text."""

    media_type: str
    charset: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """One statement of the file about itself, such as ("created", "2017-03-01", "PDF Info CreationDate").

    The names are those of docs/metadata.md. `source` names the field it was read from, in words of ours. Dates are ISO
    8601, cut to the day; beside each stands the moment as it was written: ("created-time", "D:20170301102205+08'00'").
    """

    name: str
    value: str
    source: str = ""


OPENED = About("opened-with-password", "yes", "passwords supplied by people")
"""Said of a file that was opened with one of the passwords supplied, never with which."""


@dataclass(frozen=True, slots=True)
class PageText:
    """One page, slide, sheet or section with its text as it was read; `text` may be empty on a blank page.

    With a `cause`, the text is only part of what is on the page (a stamp beside a scan, say): it can be searched, and
    the page counts as not read all the same.

    Pages that are pictures (`kind` "page") carry `width_px`, `height_px` and `dpi` of the rendered image: origin top
    left, crop box and rotation applied. `words` is flat, six numbers a word: start and end in `text` (code points),
    then x0, y0, x1, y1 in pixels of that image. `cells` is flat, four numbers a cell: start, end, row, column (both
    from 0). Words and cells are in text order and do not overlap. `recognition` says how the text of a picture was
    read; None for text that the file itself holds.
    """

    number: int
    kind: PageKind
    text: str
    width_px: int = 0
    height_px: int = 0
    dpi: int = 0
    words: array[int] = field(default_factory=no_numbers)
    cells: array[int] = field(default_factory=no_numbers)
    label: str = ""
    cause: Cause | None = None
    recognition: Recognition | None = None


@dataclass(frozen=True, slots=True)
class PageMissed:
    """A page that exists and is not read, with the reason; its size where it is known."""

    number: int
    kind: PageKind
    cause: Cause
    width_px: int = 0
    height_px: int = 0
    dpi: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """Something inside a container. `name` is the raw bytes of its name, never used as a path.

    Of kind "file" with no `cause`, its bytes follow. With a `cause` there are no bytes and this is the failure.
    `size_bytes` is what the container claims, -1 if it claims nothing. `modified` is an ISO day or empty.
    """

    number: int
    name: bytes
    kind: EntryKind = "file"
    role: EntryRole = "member"
    size_bytes: int = -1
    modified: str = ""
    cause: Cause | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EntryData:
    """The next bytes of the entry that is open; at most `MAX_DATA_BYTES`."""

    data: bytes


@dataclass(frozen=True, slots=True)
class EntryEnd:
    """The open entry is complete, or ends early because of `cause`; what came is kept either way."""

    cause: Cause | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pixels:
    """An image: rows from the top, `channels` bytes a pixel (1 grey, 3 RGB), no padding."""

    width_px: int
    height_px: int
    channels: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the analyser made of one page, ready for an index: each field is tokens joined by single spaces."""

    number: int
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one page, as a machine found and read them."""

    page: PageTables


@dataclass(frozen=True, slots=True)
class End:
    """The step is done. `expected_*` say how many there are, read or not; -1 when the file does not tell.

    `detail` is a short phrase of ours, never text of the file.
    """

    outcome: Cause
    detail: str = ""
    expected_pages: int = -1
    expected_entries: int = -1


Part = Kind | About | PageText | PageMissed | Entry | EntryData | EntryEnd | Pixels | Tokens | Tables | End

MAX_DATA_BYTES = 1 << 20
MAX_TEXT_CHARS = 4_000_000  # a longer "page" is cut into sections by its reader
