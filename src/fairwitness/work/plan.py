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
from fairwitness.core.parts import End, Part, Source
from fairwitness.core.records import Made
from fairwitness.core.step import Step
from fairwitness.intake.identify import IDENTIFY_VERSION, identify
from fairwitness.intake.unpackers import unpacker_for
from fairwitness.read.readers import reader_for

OPEN_FILE = f"{__name__}:OpenFile"
NOTHING = "none"  # name of the step where no reader knows the type


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
        step = step_for(kind.media_type, dataclasses.asdict(self))
        if step is None:
            outcome = Cause.EMPTY if item.size_bytes == 0 else Cause.UNSUPPORTED
            yield End(outcome, expected_pages=0, expected_entries=0)
            return
        item.file.seek(0)
        yield from step(dataclasses.replace(item, media_type=kind.media_type, charset=kind.charset))


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
