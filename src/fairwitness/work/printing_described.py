"""Plain lines for people about what files say of themselves."""

from __future__ import annotations

from collections.abc import Iterator

from fairwitness.work.describing import Description
from fairwitness.work.observing import Observation
from fairwitness.work.printing import count, safe

SHORT_DIGEST = 16
_VALUE_CHARS = 300  # of a value that is printed; all of it with --json


def described(found: Description) -> str:
    """Every statement with its source, then what does not fit together."""
    lines = [f"{safe(found.found_as[0] if found.found_as else '')}", f"SHA-256 {found.document}", ""]
    lines += [
        f"{one.name:<22}{safe(one.value[:_VALUE_CHARS])}  [{one.source}]"
        for one in (*found.statements, *found.file_times)
    ]
    lines += ["", f"{count(len(found.observations), 'observation')}: what does not fit together, without a verdict"]
    for one in found.observations:
        lines += _observation(one)
    return "\n".join(lines)


def overview(found: Description) -> str:
    """One line, and one for each observation."""
    name = safe(found.found_as[0] if found.found_as else "")
    head = f"{found.document[:SHORT_DIGEST]} {name}: {count(len(found.statements), 'statement')}"
    return "\n".join([head, *(f"  {one.text}" for one in found.observations)])


def _observation(one: Observation) -> Iterator[str]:
    yield f"  {one.text}"
    for statement in one.statements:
        yield f"    {statement.name} {safe(statement.value[:_VALUE_CHARS])} [{statement.source}]"
    if one.known is not None:
        yield f"    {one.known.what}: to be had since {one.known.day} (docs/first-seen.md)"
