"""What the tests of containers share: running a step on bytes and looking at what came out."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, field

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import (
    MAX_DATA_BYTES,
    About,
    End,
    Entry,
    EntryData,
    EntryEnd,
    PageText,
    Source,
)
from fairwitness.intake._libarchive import find_library


@dataclass
class Unpacked:
    entries: list[Entry] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)  # by entry
    ends: list[EntryEnd | None] = field(default_factory=list)  # by entry; None where no bytes follow
    pages: list[PageText] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    end: End = End(Cause.OK)  # noqa: RUF009

    @property
    def names(self) -> list[bytes]:
        return [entry.name for entry in self.entries]

    def by_name(self) -> dict[bytes, bytes]:
        return dict(zip(self.names, self.data, strict=True))

    def causes(self) -> list[Cause | None]:
        pairs = zip(self.entries, self.ends, strict=True)
        return [entry.cause or (end.cause if end else None) for entry, end in pairs]


def unpack(step, data: bytes, media_type: str = "", passwords: tuple[str, ...] = ()) -> Unpacked:
    """Run the step and check the grammar of its parts, which every step must keep."""
    out, is_open, over = Unpacked(), False, False
    for part in step(Source(io.BytesIO(data), len(data), media_type=media_type, passwords=passwords)):
        assert not over
        if isinstance(part, EntryData):
            assert is_open
            assert 0 < len(part.data) <= MAX_DATA_BYTES
            out.data[-1] += part.data
            continue
        if isinstance(part, EntryEnd):
            assert is_open
            out.ends[-1], is_open = part, False
            continue
        assert not is_open
        if isinstance(part, Entry):
            assert part.number == len(out.entries) + 1
            out.entries.append(part)
            out.data.append(b"")
            out.ends.append(None)
            is_open = part.kind == "file" and part.cause is None
        elif isinstance(part, PageText):
            part.text.encode()
            assert part.number == len(out.pages) + 1
            out.pages.append(part)
        elif isinstance(part, About):
            part.value.encode()
            out.about[part.name] = part.value
        else:
            assert isinstance(part, End)
            out.end, over = part, True
    assert over
    return out


def outcome(step, data: bytes, media_type: str = "") -> Cause:
    return unpack(step, data, media_type).end.outcome


def load_writer():
    """libarchive-c on the library that comes with us, to write archives that Python cannot."""
    os.environ["LIBARCHIVE"] = find_library()
    import libarchive

    return libarchive
