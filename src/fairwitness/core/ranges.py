"""Page numbers as people write them: 1-3,7."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def write_ranges(numbers: Iterable[int]) -> str:
    """The ascending `numbers` as ranges, such as "1-3,7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def read_ranges(text: str) -> Iterator[int]:
    """The numbers that `write_ranges` wrote."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def count_ranges(text: str) -> int:
    """How many numbers `write_ranges` wrote."""
    total = 0
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        total += int(last or first) - int(first) + 1
    return total
