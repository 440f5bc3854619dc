"""How the attempt to read something ended, and why something could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cause(StrEnum):
    """Why an item, an entry of a container or a page is not read, and, in `OK` and `EMPTY`, that it is."""

    OK = "ok"
    EMPTY = "empty"  # read to the end, and there is nothing in it
    PARTIAL = "partial"  # something of it is read, the rest is not
    UNSUPPORTED = "unsupported"  # no reader for this type
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"  # damaged: the reader refused it
    NEEDS_OCR = "needs_ocr"  # an image of text; waits for text recognition
    LIMIT_MEMORY = "limit_memory"
    LIMIT_CPU = "limit_cpu"
    LIMIT_WALL = "limit_wall"
    LIMIT_OUTPUT = "limit_output"  # more came out than may: a bomb, or a limit set too low
    LIMIT_DEPTH = "limit_depth"  # containers nested deeper than allowed
    LIMIT_ENTRIES = "limit_entries"
    CRASH_SIGNAL = "crash_signal"
    SANDBOX_VIOLATION = "sandbox_violation"  # the child did what it must not; never tried again
    PROTOCOL_VIOLATION = "protocol_violation"  # the child answered what it must not
    QUARANTINED = "quarantined"  # three attempts ended without any result
    DISAPPEARED = "disappeared"  # seen during the walk, gone when it was to be copied
    DENIED = "denied"  # the file system refused us the bytes
    SYMLINK = "symlink"  # recorded, never followed
    SPECIAL = "special"  # device, socket, pipe, hard link in an archive
    NOT_READ_YET = "not_read_yet"
    MISSING_MODEL = "missing_model"  # text recognition lacks what this script needs; `fairwitness ocr` names it

    # New causes go to the end: page blobs hold their number in this list.


READ = frozenset({Cause.OK, Cause.EMPTY})
"""Outcomes that count as read; every other one counts as failed, with the outcome as its cause."""

NEVER_RETRIED = frozenset({Cause.SANDBOX_VIOLATION})


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that is in the leak and was not read.

    `item` is the digest of the document or the id of the find; `where` narrows it ("pages 3-7", "entry 12").
    `detail` is for people and never holds leaked text.
    """

    item: str
    step: str
    cause: Cause
    detail: str = ""
    where: str = ""
