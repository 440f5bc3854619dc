"""Which text of a page can be seen: the page is drawn with its text and without, and the two are compared.

What does not change a pixel cannot be seen, whatever hides it: a cover, its own colour, a clip, a layer, the edge of
the page. Text that lies over other text is taken away apart from it, so that a label does not stand for what it covers.
The invisible text of a scan is held against the ink of the scan instead.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fairwitness.read._pdfium import Geometry, draw_page, geometry_of, pdfium

CHECK_DPI = 110
MAX_SIDE_PX = 2_400
MAX_CHARS = 60_000  # of a page
FAINT = 24  # levels of 255 by which a letter must differ from its ground to be read; 38 is a pale watermark
TINY_PT = 0.8  # height of a letter
_MAX_GROUPS = 8  # of text that is taken away together
_INVISIBLE = 3  # text rendering mode (PDF 1.7, 9.3.6)
_INK = 40  # levels
_INK_SHARE = 0.015  # of the place of a word
_DARK = 96
_BLOCK = 0.93  # of the place of a letter that is painted, where the letters are boxes
_FAINT_RUN, _HIDDEN_RUN = 4, 3  # letters in a word that is seen otherwise, from which on they count
_BLOCK_PX = 8  # height of a letter from which on it can be told from a block
_BRIGHT = (255, 0, 255)
_NO_ANNOTATIONS = 0

Box = tuple[int, int, int, int]
Plane = NDArray[np.uint8]


@dataclass(slots=True)
class Letter:
    """A letter of the text layer with its place in pixels; `owner` is the text object that it belongs to."""

    char: str
    box: Box | None
    owner: int
    height_pt: float


@dataclass(slots=True)
class Word:
    """A word, or a run of letters of one, and why it cannot be seen; "" if it can."""

    text: str
    boxes: list[Box]
    why: str = ""
    owners: frozenset[int] = frozenset()


@dataclass(slots=True)
class PageSeen:
    """A page as it is seen."""

    geometry: Geometry
    pixels: NDArray[np.uint8]
    words: list[Word] = field(default_factory=list)
    is_cut: bool = False
    unjudged: int = 0


def draw(page: Any, geometry: Geometry) -> NDArray[np.uint8]:
    """The page as an image of height, width, 3."""
    data = draw_page(page, geometry, grey=False)
    return np.frombuffer(data, np.uint8).reshape(geometry.height_px, geometry.width_px, 3)


def look_at(page: Any) -> PageSeen:
    """The page with all its words, and which of them cannot be seen."""
    geometry = geometry_of(page, CHECK_DPI, MAX_SIDE_PX)
    seen = PageSeen(geometry, draw(page, geometry))
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        seen.unjudged = 1
        return seen
    try:
        owners: dict[int, Any] = {}
        letters = _letters(text_page, geometry, owners)
        seen.is_cut = pdfium.FPDFText_CountChars(text_page) > MAX_CHARS
        _judge(page, seen, letters, owners)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return seen


def _letters(text_page: Any, geometry: Geometry, owners: dict[int, Any]) -> list[Letter]:
    found = []
    sides = [ctypes.c_double() for _ in range(4)]
    loose = pdfium.FS_RECTF()
    for at in range(min(max(0, pdfium.FPDFText_CountChars(text_page)), MAX_CHARS)):
        code = pdfium.FPDFText_GetUnicode(text_page, at)
        char = chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd"
        if pdfium.FPDFText_IsGenerated(text_page, at) == 1 or char.isspace():
            found.append(Letter(" ", None, 0, 0.0))
            continue
        owner = pdfium.FPDFText_GetTextObject(text_page, at)
        number = ctypes.cast(owner, ctypes.c_void_p).value or 0
        owners.setdefault(number, owner)
        pdfium.FPDFText_GetCharBox(text_page, at, *(ctypes.byref(side) for side in sides))
        left, right, bottom, top = (side.value for side in sides)
        if right <= left or top <= bottom:
            pdfium.FPDFText_GetLooseCharBox(text_page, at, ctypes.byref(loose))
            left, right = sorted((loose.left, loose.right))
            bottom, top = sorted((loose.bottom, loose.top))
        found.append(Letter(char, geometry.box_px(left, bottom, right, top), number, max(top - bottom, right - left)))
    return found


def _runs(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Words: letters without a space between them, seen or invisible all of them."""
    run: list[Letter] = []
    for letter in letters:
        if letter.char == " ":
            if run:
                yield run
            run = []
        else:
            run.append(letter)
    if run:
        yield run


def _judge(page: Any, seen: PageSeen, letters: list[Letter], owners: dict[int, Any]) -> None:
    invisible = {
        number
        for number, owner in owners.items()
        if owner and pdfium.FPDFTextObj_GetTextRenderMode(owner) == _INVISIBLE
    }
    drawn = [number for number in owners if number and number not in invisible]
    groups = _groups(drawn, letters)
    changes = {}
    for group in groups:
        change = _change_without(page, seen, [owners[number] for number in group])
        changes.update(dict.fromkeys(group, change))
    hidden: list[Word] = []
    for run in _runs(letters):
        scanned = [letter for letter in run if letter.owner in invisible]
        printed = [letter for letter in run if letter.owner in changes]
        if scanned:
            seen.words.append(_word_of_scan(scanned, seen.pixels))
        for word in _words_drawn(printed, changes):
            seen.words.append(word)
            if word.why == "hidden":
                hidden.append(word)
        lost = [letter for letter in run if letter.owner not in changes and letter.owner not in invisible]
        seen.unjudged += any(letter.char.isalnum() and letter.owner for letter in lost)
    if hidden:
        _tell_why(page, seen, hidden, owners)


def _groups(numbers: Sequence[int], letters: Sequence[Letter]) -> list[list[int]]:
    """The text objects in groups of which none lies over another of its group; the last may hold several that do."""
    extents: dict[int, list[int]] = {}
    for letter in letters:
        if letter.box is None:
            continue
        sides = extents.setdefault(letter.owner, list(letter.box))
        sides[:2] = [min(sides[0], letter.box[0]), min(sides[1], letter.box[1])]
        sides[2:] = [max(sides[2], letter.box[2]), max(sides[3], letter.box[3])]
    groups: list[list[int]] = []
    places: list[list[NDArray[np.int64]]] = []
    for number in numbers:
        box = np.array(extents.get(number, (0, 0, 0, 0)))
        at = next((at for at, taken in enumerate(places) if not _overlaps(box, np.array(taken))), len(groups))
        if at == len(groups) == _MAX_GROUPS:
            at -= 1
        elif at == len(groups):
            groups.append([])
            places.append([])
        groups[at].append(number)
        places[at].append(box)
    return groups


def _overlaps(box: NDArray[np.int64], others: NDArray[np.int64]) -> bool:
    """Whether more than a hair of the box lies over one of the others."""
    wide = np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0])
    high = np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1])
    return bool(np.any((wide > 1) & (high > 3)))


def _change_without(page: Any, seen: PageSeen, owners: Iterable[Any]) -> Plane:
    """By how much each pixel changes when these text objects are not drawn."""
    taken = list(owners)
    for owner in taken:
        pdfium.FPDFPageObj_SetIsActive(owner, False)
    without = draw(page, seen.geometry)
    for owner in taken:
        pdfium.FPDFPageObj_SetIsActive(owner, True)
    change: Plane = np.abs(seen.pixels.astype(np.int16) - without).max(axis=2).astype(np.uint8)
    return change


def _inner(box: Box) -> Box:
    """The box without its outermost pixels, where the letters beside it may reach in."""
    x0, y0, x1, y1 = box
    if x1 - x0 > 4:
        x0, x1 = x0 + 1, x1 - 1
    return x0, y0, x1, y1


def _words_drawn(run: list[Letter], changes: dict[int, Plane]) -> Iterator[Word]:
    """The runs of letters of a word that are seen alike."""
    kinds = [_how_seen(letter, changes[letter.owner]) for letter in run]
    if "" in kinds:  # a thin letter among others, which hardly any pixel shows
        kinds = _without_short(_without_short(kinds, "faint", _FAINT_RUN), "hidden", _HIDDEN_RUN)
    start = 0
    for at in range(1, len(run) + 1):
        if at < len(run) and kinds[at] == kinds[start]:
            continue
        part = run[start:at]
        word = Word("".join(letter.char for letter in part), [one.box for one in part if one.box], kinds[start])
        word.owners = frozenset(letter.owner for letter in part)
        if not word.why and _are_blocks(part, changes):
            word.why = "blocks"
        yield word
        start = at


def _how_seen(letter: Letter, change: Plane) -> str:
    if letter.box is None:
        return "outside"
    if letter.height_pt < TINY_PT and letter.char.isalnum():
        return "tiny"
    x0, y0, x1, y1 = _inner(letter.box)
    most = int(change[y0:y1, x0:x1].max(initial=0))
    return "" if most >= FAINT else "faint" if most > 2 else "hidden"


def _without_short(kinds: list[str], kind: str, least: int) -> list[str]:
    """The kinds, with runs of one of them that are shorter than `least` taken for seen."""
    kept, at = list(kinds), 0
    for value, group in groupby(kinds):
        count = len(list(group))
        if value == kind and count < least:
            kept[at : at + count] = [""] * count
        at += count
    return kept


def _are_blocks(part: list[Letter], changes: dict[int, Plane]) -> bool:
    if len({letter.char for letter in part if letter.char.isalpha()}) < 3:
        return False
    shares = []
    for letter in part:
        if letter.box is not None and letter.char.isalpha():
            x0, y0, x1, y1 = _inner(letter.box)
            change = changes[letter.owner]
            shares.append(float((change[y0 + 1 : y1 - 1, x0:x1] >= FAINT).mean()) if y1 - y0 >= _BLOCK_PX else 0.0)
    return bool(shares) and min(shares) >= _BLOCK


def _word_of_scan(run: list[Letter], pixels: NDArray[np.uint8]) -> Word:
    """A word of the text layer of a scan, which is there to be found and not to be seen: is there ink in its place?"""
    boxes = [letter.box for letter in run if letter.box is not None]
    word = Word("".join(letter.char for letter in run), boxes)
    if not boxes:
        word.why = "outside"
        return word
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, y1 = max(box[2] for box in boxes), max(box[3] for box in boxes)
    room = max(1, (y1 - y0) // 4)
    inner = pixels[y0 : y1 or 1, x0 : x1 or 1].astype(np.int16).mean(axis=2)
    ground = float(np.median(inner)) if inner.size else 255.0
    if ground < _DARK:
        no_ink = float((np.abs(inner - ground) > _INK).mean()) < _INK_SHARE
        word.why = "not-drawn" if no_ink else "on-dark"
        return word
    wider = pixels[max(0, y0 - room) : y1 + room, max(0, x0 - room) : x1 + room].astype(np.int16).mean(axis=2)
    if float((np.abs(wider - ground) > _INK).mean()) < _INK_SHARE / 3:
        word.why = "not-drawn"
    return word


def _tell_why(page: Any, seen: PageSeen, hidden: list[Word], owners: dict[int, Any]) -> None:
    """What hides the hidden words: an annotation, a layer, their own colour, or a cover or clip."""
    numbers = sorted({number for word in hidden for number in word.owners})
    bright = [owners[number] for number in numbers]
    plain = _draw_without_annotations(page, seen.geometry)
    for owner in bright:
        pdfium.FPDFPageObj_SetIsActive(owner, False)
    bare = _draw_without_annotations(page, seen.geometry)
    for owner in bright:
        pdfium.FPDFPageObj_SetIsActive(owner, True)
        pdfium.FPDFPageObj_SetFillColor(owner, *_BRIGHT, 255)
    coloured = draw(page, seen.geometry)
    under = np.abs(plain.astype(np.int16) - bare).max(axis=2)
    painted = np.abs(coloured.astype(np.int16) - seen.pixels).max(axis=2)
    for word in hidden:
        if any(_is_in_layer(owners[number]) for number in word.owners):
            word.why = "in-hidden-layer"
        elif _most(under, word.boxes) >= FAINT:
            word.why = "under-annotation"
        elif _most(painted, word.boxes) >= FAINT:
            word.why = "ground-colour"
        else:
            word.why = "covered"


def _draw_without_annotations(page: Any, geometry: Geometry) -> NDArray[np.uint8]:
    width, height = geometry.width_px, geometry.height_px
    pixels = np.full((height, width, 3), 255, np.uint8)
    buffer = pixels.ctypes.data_as(ctypes.c_void_p)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, buffer, width * 3)
    if bitmap:
        flags = _NO_ANNOTATIONS | pdfium.FPDF_REVERSE_BYTE_ORDER
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        pdfium.FPDFBitmap_Destroy(bitmap)
    return pixels


def _most(plane: NDArray[Any], boxes: Iterable[Box]) -> int:
    return max((int(plane[y0:y1, x0:x1].max(initial=0)) for x0, y0, x1, y1 in boxes), default=0)


def _is_in_layer(owner: Any) -> bool:
    """Whether the object says that it belongs to a layer."""
    for at in range(max(0, pdfium.FPDFPageObj_CountMarks(owner))):
        mark = pdfium.FPDFPageObj_GetMark(owner, at)
        size = ctypes.c_ulong()
        buffer = (ctypes.c_ushort * 16)()
        if not mark or not pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), ctypes.byref(size)):
            continue
        if bytes(buffer)[: max(0, size.value - 2)].decode("utf-16-le", "replace") == "OC":
            return True
    return False
