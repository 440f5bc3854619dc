"""Which step reads what: one step opens a file, identifies it, and hands it to its reader or unpacker.

The stages do not know one another; here they meet. The module is imported by the warmed parent of the sandbox: it
imports every parser and nothing else, since every child pays for what the warmed parent holds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fairwitness.core.canonical import canonical_json
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import OPENED, About, End, Entry, Part, Source
from fairwitness.core.records import Made
from fairwitness.core.step import Step
from fairwitness.intake._unpacking import Unpacking
from fairwitness.intake.identify import IDENTIFY_VERSION, identify
from fairwitness.intake.unlock_office import EXCEL_DEFAULT, OLE_TYPES, unlock_office
from fairwitness.intake.unpackers import unpacker_for
from fairwitness.read.readers import reader_for
from fairwitness.read.unlock_pdf import unlock_pdf
from fairwitness.work.steps import NOTHING


@dataclass(frozen=True, slots=True)
class OpenFile:
    """Identifies a file, then yields what its reader or unpacker finds in it."""

    max_entries: int
    max_unpacked_bytes: int
    name: ClassVar[str] = "open-file"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the kind first, then the parts."""
        kind = identify(item)
        yield kind
        said, opened = _unlocked(item, kind.media_type)
        if opened is not None:
            # The file without its lock is a document of its own: nothing later needs the password again.
            yield said
            unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes, expected_entries=1)
            name = f"unlocked.{item.hint}" if item.hint else "unlocked"
            yield from unpacking.finish(unpacking.file(Entry(0, name.encode(), role="stream"), opened))
            return
        item.file.seek(0)
        step = step_for(kind.media_type, dataclasses.asdict(self))
        if step is None:
            outcome = Cause.EMPTY if item.size_bytes == 0 else Cause.UNSUPPORTED
            yield End(outcome, expected_pages=0, expected_entries=0)
            return
        item.file.seek(0)
        yield from step(dataclasses.replace(item, media_type=kind.media_type, charset=kind.charset))


def _unlocked(item: Source, media_type: str) -> tuple[About, Iterator[bytes] | None]:
    """What to say of a file that a password locked, and its pieces without the lock; None if it has or keeps it."""
    opened = unlock_office(item, media_type, (EXCEL_DEFAULT,)) if media_type in OLE_TYPES else None
    if opened is not None:
        return About(OPENED.name, "default", "the password that Excel tries by itself"), opened
    return OPENED, unlock_office(item, media_type, item.passwords) or unlock_pdf(item, media_type)


def step_for(media_type: str, limits: dict[str, Any]) -> Step[Source, Part] | None:
    """The step for that type with those of the `limits` that it knows; None if there is none."""
    unpacker = unpacker_for(media_type)
    step: Any = unpacker() if unpacker is not None else reader_for(media_type)
    if step is None:
        return None
    known = {field.name for field in dataclasses.fields(step)}
    found: Step[Source, Part] = dataclasses.replace(step, **{n: value for n, value in limits.items() if n in known})
    return found


def made_for(media_type: str, limits: dict[str, Any]) -> Made:
    """What a reading of that type is made with today; the key of its result."""
    step = step_for(media_type, limits)
    if step is None:
        return Made(NOTHING, IDENTIFY_VERSION)
    options = dataclasses.asdict(step)  # type: ignore[call-overload]
    return Made(step.name, f"{IDENTIFY_VERSION}.{step.version}", canonical_json(options).decode())
