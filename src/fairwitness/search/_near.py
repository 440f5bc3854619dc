"""Decides whether things stand near each other on a page, exactly, and where.

near(a b c, n): there is an occurrence of each item, no two sharing a unit, so that of the units from the first to the
last of them at most n belong to none of them. With `ordered`, they also follow one another in the order of the query.
A unit is a word or one Han character, so every occurrence of an item has the same length.

"a b c"~n counts tokens: with o_i the number of tokens in the words before word i, and p_i the position of the first
token of an occurrence of word i, all different, max(p_i - o_i) - min(p_i - o_i) <= n. For two words this is
Lucene's definition (words in reverse order are 2 apart).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fairwitness.search._view import Occurrence, Range, Unit, View

MAX_ITEMS = 8  # subsets of items are counted


def near_ranges(items: Sequence[Sequence[Range]], slop: int, *, ordered: bool) -> list[Range]:
    """Ranges of the occurrences that stand in a window together; empty exactly if there is no such window.

    `items` are the unit ranges of the occurrences of each item, ascending, within one item all of one length.
    """
    chosen: dict[Range, None] = {}
    for window in _windows(items, slop, ordered=ordered):
        chosen.update(dict.fromkeys((low, high) for low, high, _ in window))
    return sorted(chosen)


def is_near(items: Sequence[Sequence[Range]], slop: int, *, ordered: bool) -> bool:
    """Whether there is such a window."""
    return next(_windows(items, slop, ordered=ordered), None) is not None


def _windows(items: Sequence[Sequence[Range]], slop: int, *, ordered: bool) -> Iterator[list[tuple[int, int, int]]]:
    """Yields the occurrences in each window in which every item can have its own."""
    if not all(items):
        return
    size = slop + sum(found[0][1] - found[0][0] for found in items)
    every = sorted({(*place, item) for item, found in enumerate(items) for place in found})
    end = 0
    for at, (start, _, _) in enumerate(every):
        end = max(end, at)
        while end < len(every) and every[end][0] < start + size:
            end += 1
        window = [entry for entry in every[at:end] if entry[1] <= start + size]
        if len({item for _, _, item in window}) == len(items) and _fits(window, len(items), ordered=ordered):
            yield window


def _fits(window: list[tuple[int, int, int]], items: int, *, ordered: bool) -> bool:
    """Whether each item can have an occurrence in the window, none overlapping another.

    Method: of every set of items, the least unit at which occurrences of them, one behind the other, can end.
    """
    whole = (1 << items) - 1
    ends = {0: -1}
    for low, high, item in window:
        bit = 1 << item
        for held, last in list(ends.items()):
            if held & bit or last > low or (ordered and held != bit - 1):
                continue
            if high < ends.get(held | bit, high + 1):
                ends[held | bit] = high
        if whole in ends:
            return True
    return False


def slop_ranges(units: list[Unit], slop: int, view: View) -> list[Range]:
    """Ranges of the words of a phrase with slop; empty exactly if the page does not match."""
    if len(units) == 1:
        return [(found.start, found.end) for found in view.occurrences(units[0])]
    entries: list[tuple[int, int, Occurrence]] = []  # adjusted position, unit, occurrence
    offset = 0
    for index, unit in enumerate(units):
        found = view.occurrences(unit)
        if not found:
            return []
        entries.extend((occurrence.position - offset, index, occurrence) for occurrence in found)
        offset += len(unit)
    entries.sort(key=lambda entry: entry[:2])
    ranges: list[Range] = []
    marked = 0
    end = 0
    for start, (low, _, _) in enumerate(entries):
        while end < len(entries) and entries[end][0] <= low + slop:
            end += 1
        if end > marked and _can_choose(entries[start:end], len(units)):
            first = max(start, marked)
            ranges.extend((found.start, found.end) for _, _, found in entries[first:end])
            marked = end
    return ranges


def _can_choose(entries: list[tuple[int, int, Occurrence]], units: int) -> bool:
    """Whether every unit can have an occurrence of its own. Method: augmenting paths, Kuhn 1955."""
    choices: list[list[Range]] = [[] for _ in range(units)]
    for _, unit, occurrence in entries:
        choices[unit].append((occurrence.position, occurrence.start))
    if not all(choices):
        return False
    owner: dict[Range, int] = {}

    def settle(unit: int, seen: set[Range]) -> bool:
        for choice in choices[unit]:
            if choice in seen:
                continue
            seen.add(choice)
            if choice not in owner or settle(owner[choice], seen):
                owner[choice] = unit
                return True
        return False

    return all(settle(unit, set()) for unit in range(units))


def slop_of_words(words: list[str], slop: int, sequence: str) -> bool:
    """Whether a phrase with slop of different plain words, none Han, is in a sequence without Han characters."""
    return _within(_word_positions(words, sequence, range(len(words))), slop)


def near_of_words(words: list[str], slop: int, sequence: str, *, ordered: bool) -> bool:
    """Whether different plain words, none Han, stand near each other in a sequence without Han characters."""
    entries = _word_positions(words, sequence, [0] * len(words))
    if not ordered:
        return _within(entries, slop + len(words) - 1)
    places: list[list[int]] = [[] for _ in words]
    for position, word in sorted(entries):
        places[word].append(position)
    for start in places[0]:
        last = start
        for later in places[1:]:
            last = next((position for position in later if position > last), -1)
            if last < 0:
                return False  # nor for any later start
        if last - start <= slop + len(words) - 1:
            return True
    return False


def _word_positions(words: list[str], sequence: str, shifts: Sequence[int]) -> list[tuple[int, int]]:
    """Positions of the words, less their shifts, with the number of the word."""
    padded = f" {sequence} "
    entries: list[tuple[int, int]] = []
    for number, word in enumerate(words):
        wanted = f" {word} "
        place = padded.find(wanted)
        counted = position = 0
        while place >= 0:
            position += padded.count(" ", counted, place)
            counted = place
            entries.append((position - shifts[number], number))
            place = padded.find(wanted, place + 1)
    return entries


def _within(entries: list[tuple[int, int]], distance: int) -> bool:
    """Whether one entry of every number lies within the distance."""
    numbers = {number for _, number in entries}
    last: dict[int, int] = {}
    wanted = max(numbers, default=-1) + 1
    for position, number in sorted(entries):
        last[number] = position
        if len(last) == wanted and position - min(last.values()) <= distance:
            return True
    return False
