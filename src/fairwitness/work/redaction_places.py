"""Where boxes are painted: from places that people or searches named to rectangles whose outline says nothing.

The extent of a box never follows the ink of a name where that can be helped (docs/redaction.md, "What a box tells").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.core.redaction import Box
from fairwitness.publish.painting import GRID_PX, PAD_PX, Rectangle, snap
from fairwitness.publish.rebuilt import runs_left

FIXED_INCHES = 2.0  # of boxes with one width; names of four words set in 12 points are shorter
VECTOR_GRID_PX = VECTOR_PAD_PX = 4  # where the page has no image, nothing spreads; see docs/redaction.md
_BY_INCH = 200
_BAND = 1.0  # height of a band, in heights of the taller words of the page
_OVERHANG = 0.32  # by which letters rise over, or hang under, those that do neither, in the same heights
_SLACK = 0.08  # by which those that rise or hang differ among one another
_BEARING = 0.12  # by which letters begin before or behind where their line does
_RISING = frozenset("bdfhkltбф0123456789")
_HANGING = frozenset("gjpqyQруфцщ")
_NEAR = 3.0  # a word that ends so near before a box, in the same heights, is the one before it
_JUSTIFIED = 0.6  # of the long lines ending at the same place, from which on the page counts as justified
_SAME_END_PX = 4
_LEAST_LINES = 5


Sides = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Lie:
    """How a page that was drawn lies beside its cites.

    `drawn_px` is width and height of the image as drawn; turned clockwise by `turn_deg` (0, 90, 180, 270) it can be
    read, and so it is painted. `dpi` is what it was drawn with, 0 for an image file, of which a cited pixel is `own` of
    its pixels. `lossy` is how many of its pixels one of the coarsest image on the page is, in
    thousandths, 0 where the page has no image.
    """

    drawn_px: tuple[int, int]
    dpi: int
    own: float
    lossy: int
    turn_deg: int = 0

    @property
    def width_px(self) -> int:
        """Of the page as it can be read."""
        return self.drawn_px[self.turn_deg in (90, 270)]

    @property
    def height_px(self) -> int:
        """Of the page as it can be read."""
        return self.drawn_px[self.turn_deg not in (90, 270)]

    def per_cited(self, dpi: int) -> float:
        """Pixels of the drawn page for one pixel of a cite made at `dpi`."""
        return self.dpi / dpi if dpi and self.dpi else self.own

    def sides(self, cite: RegionCite) -> Sides:
        """The cited rectangle in pixels of the page as it can be read."""
        scale = self.per_cited(cite.dpi)
        return self.turned((cite.x0 * scale, cite.y0 * scale, cite.x1 * scale, cite.y1 * scale))

    def turned(self, sides: Sides) -> Sides:
        """Sides on the page as drawn, in pixels of the page as it can be read."""
        x0, y0, x1, y1 = sides
        width, height = self.drawn_px
        if self.turn_deg == 90:
            return height - y1, x0, height - y0, x1
        if self.turn_deg == 180:
            return width - x1, height - y1, width - x0, height - y0
        if self.turn_deg == 270:
            return y0, width - x1, y1, width - x0
        return x0, y0, x1, y1

    def unturned(self, sides: Sides) -> Sides:
        """The sides on the page as it can be read, in pixels of the page as drawn."""
        back = Lie((self.width_px, self.height_px), self.dpi, self.own, self.lossy, -self.turn_deg % 360)
        return back.turned(sides)

    @property
    def grid_px(self) -> int:
        """To which boxes grow outwards: a block of a JPEG where there may have been one."""
        return GRID_PX if self.lossy else VECTOR_GRID_PX

    @property
    def pad_px(self) -> int:
        """By how much boxes grow first: a whole block of the coarsest image, wherever its blocks begin."""
        if not self.lossy:
            return VECTOR_PAD_PX
        if self.lossy == 1000 and not self.dpi and not self.turn_deg:  # an image file as it is: its blocks are ours
            return PAD_PX
        return max(PAD_PX, ceil(GRID_PX * self.lossy / 1000) + 1)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def height(self) -> float:
        return self.y1 - self.y0


def rectangles_of(boxes: Sequence[Box], page: PageText | PageMissed | None, lie: Lie) -> tuple[Rectangle, ...]:
    """What is painted of these boxes of one page, in pixels of the page as drawn, snapped and joined.

    `page` gives the words of the page, for the lines and for the height of its writing. Boxes lie on the page.
    """
    if not boxes:
        return ()
    words = _words(page, lie)
    given = [lie.sides(_region(box)) for box in boxes]
    hidden = [word for word in words if any(_covers(one, word) for one in given)]
    seen = [word for word in words if word not in hidden]
    to_left = [_runs_left(box, one, hidden) for box, one in zip(boxes, given, strict=True)]
    spread = [
        one if box.width in ("exact", "cell") else _started(_banded(one, seen, words), seen, lie, to_left=left)
        for box, one, left in zip(boxes, given, to_left, strict=True)
    ]
    groups: dict[str, list[int]] = {}
    is_justified = _is_justified([word for word in seen if not any(_beside(one, word) for one in given)])
    for at, box in enumerate(boxes):
        if box.width == "fixed":
            groups.setdefault(box.group, []).append(at)
        elif box.width == "line":
            spread[at] = _to_line_end(spread[at], lie, to_left=to_left[at], is_justified=is_justified)
    for members in groups.values():
        _widen(spread, members, to_left, lie)
    plain = [(max(0, floor(x0)), max(0, floor(y0)), ceil(x1), ceil(y1)) for x0, y0, x1, y1 in spread]
    return snap(plain, lie.width_px, lie.height_px, lie.grid_px, lie.pad_px)


def _region(box: Box) -> RegionCite:
    cite = parse_any_cite(box.place)
    assert isinstance(cite, RegionCite)  # looked at when the box was added
    return cite


def _words(page: PageText | PageMissed | None, lie: Lie) -> list[_Word]:
    if not isinstance(page, PageText) or not page.width_px:
        return []
    scale = lie.drawn_px[0] / page.width_px
    found = []
    for at in range(0, len(page.words), 6):
        start, end, x0, y0, x1, y1 = page.words[at : at + 6]
        if y1 > y0:
            found.append(_Word(page.text[start:end], *lie.turned((x0 * scale, y0 * scale, x1 * scale, y1 * scale))))
    return found


def _covers(one: Sides, word: _Word) -> bool:
    """Whether the middle of the word lies in the box."""
    return one[0] <= (word.x0 + word.x1) / 2 <= one[2] and one[1] <= (word.y0 + word.y1) / 2 <= one[3]


def _runs_left(box: Box, one: Sides, hidden: Sequence[_Word]) -> bool:
    """Whether what is covered is written from right to left: by the words under it, else by what is known of it."""
    return runs_left(" ".join(word.text for word in hidden if _covers(one, word)) or box.withheld)


def _beside(one: Sides, word: _Word) -> bool:
    """Whether the word stands on the line of the box."""
    return word.y0 < (one[1] + one[3]) / 2 < word.y1


def _tall(words: Sequence[_Word]) -> float:
    """How tall the taller words of the page are: those with a letter that rises or hangs."""
    heights = sorted(word.height for word in words)
    return heights[len(heights) * 9 // 10] if heights else 0.0


def _banded(one: Sides, seen: Sequence[_Word], words: Sequence[_Word]) -> Sides:
    """The box as high as its line by the words of it that stay in sight, so that hidden letters do not tell by height.

    Where none of these rises or hangs, room is left for hidden ones that may. It covers what was given in any case.
    """
    x0, y0, x1, y1 = one
    tall = _tall(seen or words) * _BAND
    beside = [word for word in seen if min(y1, word.y1) - max(y0, word.y0) > 0.5 * min(y1 - y0, word.height)]
    if not beside:
        middle = (y0 + y1) / 2
        return x0, min(y0, middle - tall / 2), x1, max(y1, middle + tall / 2)
    signs = set("".join(word.text for word in beside))
    above = tall * (_SLACK if signs & _RISING or any(map(str.isupper, signs)) else _OVERHANG)
    below = tall * (_SLACK if signs & _HANGING else _OVERHANG)
    top, bottom = min(word.y0 for word in beside) - above, max(word.y1 for word in beside) + below
    return x0, min(y0, top), x1, max(y1, bottom)


def _started(one: Sides, seen: Sequence[_Word], lie: Lie, *, to_left: bool) -> Sides:
    """The box from the end of the word before it, or from where other lines begin, not from its own first letter.

    Letters begin with more or less white, and a grid makes a pixel of that sixteen. Where an image may be a JPEG, the
    block that the first letter shares with the word before it goes too.
    """
    if to_left:  # the same on the page as a mirror shows it
        width = lie.width_px
        mirrored = [_Word(word.text, width - word.x1, word.y0, width - word.x0, word.y1) for word in seen]
        x0, y0, x1, y1 = _started((width - one[2], one[1], width - one[0], one[3]), mirrored, lie, to_left=False)
        return width - x1, y0, width - x0, y1
    x0, y0, x1, y1 = one
    tall = _tall(seen) * _BAND
    middle = (y0 + y1) / 2
    before = [
        word.x1
        for word in seen
        if word.y0 < middle < word.y1 and x0 - _NEAR * tall <= word.x1 <= x0 + tall / 4 and word.x0 < x0
    ]
    if before:
        start = max(before) + (0 if lie.lossy else lie.pad_px)
    else:
        start = min((word.x0 for word in seen if abs(word.x0 - x0) < tall / 2), default=x0) - _BEARING * tall
    return min(x0, start), y0, x1, y1


def _to_line_end(one: Sides, lie: Lie, *, to_left: bool, is_justified: bool) -> Sides:
    """The box to the end of the page in the direction of its writing; over the whole line where lines are justified.

    To the end of the page and not of the line: where a line ends says how long all of it is. Where lines are spread to
    one width, the blanks before a name tell how wide it is.
    """
    x0, y0, x1, y1 = one
    if is_justified:
        return 0.0, y0, float(lie.width_px), y1
    if to_left:
        return 0.0, y0, x1, y1
    return x0, y0, float(lie.width_px), y1


def _is_justified(words: Sequence[_Word]) -> bool:
    """Whether most lines that are seen end at the same place, as they do where blanks are spread."""
    lines: list[list[_Word]] = []
    for word in sorted(words, key=lambda word: (word.y0 + word.y1) / 2):
        middle = (word.y0 + word.y1) / 2
        if lines and lines[-1][-1].y0 <= middle <= lines[-1][-1].y1:
            lines[-1].append(word)
        else:
            lines.append([word])
    long = [line for line in lines if len(line) >= _LEAST_LINES]
    if len(long) < _LEAST_LINES:
        return False
    for side in (max(word.x1 for word in line) for line in long):
        same = sum(abs(max(word.x1 for word in line) - side) <= _SAME_END_PX for line in long)
        starts = sum(abs(min(w.x0 for w in line) - min(w.x0 for w in long[0])) <= _SAME_END_PX for line in long)
        if same >= _JUSTIFIED * len(long) and starts >= _JUSTIFIED * len(long):
            return True
    return False


def _widen(spread: list[Sides], members: Sequence[int], to_left: Sequence[bool], lie: Lie) -> None:
    """The boxes of a group have one width: two inches, or four, or as many times two as the widest needs.

    Boxes that stand above one another begin and end at the same place, so that neither says how wide its text is.
    """
    step = FIXED_INCHES * (lie.dpi or _BY_INCH)
    widest = max(spread[at][2] - spread[at][0] for at in members)
    width = step * max(1, ceil(widest / step))
    columns: list[tuple[float, float, list[int]]] = []
    for at in sorted(members, key=lambda at: spread[at][0]):
        x0, _, x1, _ = spread[at]
        if columns and x0 < columns[-1][1]:
            left, right, inside = columns.pop()
            columns.append((left, max(right, x1), [*inside, at]))
        else:
            columns.append((x0, x1, [at]))
    for left, right, inside in columns:
        is_left = any(to_left[at] for at in inside)
        x0 = max(0.0, min(left, right - width) if is_left else left)
        x1 = min(float(lie.width_px), right if is_left else max(right, left + width))
        for at in inside:
            spread[at] = (x0, spread[at][1], x1, spread[at][3])
