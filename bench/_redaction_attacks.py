"""What a painted page tells of the name under its box: pages that differ in one name, and how many look the same.

The attacker of Bland, Iyer and Levchenko (PETS 2023) has a list of candidates and sets each of them as the page was
set; ours also has the scanner and its JPEG. A page tells log2(n) bits less the mean of log2 over how many of the n
candidates give the very same painted page (all of its pixels, exactly).
"""

from __future__ import annotations

import hashlib
import itertools
import math
import random
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from fairwitness.core.parts import PageText
from fairwitness.core.redaction import Box, Width
from fairwitness.publish.painting import paint, snap
from fairwitness.work.redaction_places import Lie, rectangles_of

DPI = 200
WIDTH, HEIGHT = 1100, 420
SIZE_PX = 31  # 11 points
_STARTS = (
    "Bar",
    "Tur",
    "Ay",
    "Mem",
    "Gul",
    "Sab",
    "Yun",
    "Il",
    "Qur",
    "Had",
    "Mi",
    "Zul",
    "Pati",
    "Omer",
    "Dil",
    "Wal",
)
_ENDS = ("at", "sun", "nur", "et", "jan", "it", "us", "ham", "ban", "ir", "gul", "piya", "me", "shat", "iddin", "li")


def candidates(count: int = 4000) -> list[str]:
    """So many different invented names of two words, the same each time; no list of real persons was used."""
    words = [one + other for one, other in itertools.product(_STARTS, _ENDS)]
    chance = random.Random(17)
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{chance.choice(words)} {chance.choice(words)}"] = None
    return list(names)


@dataclass(frozen=True, slots=True)
class Page:
    """A page with a name on it: its pixels, its words, and the rectangle of ink of the name."""

    pixels: np.ndarray
    text: PageText
    name: tuple[int, int, int, int]


def set_page(name: str, *, in_table: bool) -> Page:
    """The page with that name set in it, every other word in the same place unless the name moves it."""
    font = _font()
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(image)
    words: list[tuple[str, tuple[int, int, int, int]]] = []
    place = (0, 0, 0, 0)
    for row, line in enumerate(_TABLE if in_table else _LINES):
        x, y = 60, 40 + 52 * row
        for at, piece in enumerate(line):
            if in_table:
                x = (60, 170, 640)[at]
            shown = name if piece == "*" else piece
            boxes = []
            for word in shown.split():
                pen.text((x, y), word, "black", font)
                left, top, right, bottom = pen.textbbox((x, y), word, font)
                boxes.append((int(left), int(top), math.ceil(right), math.ceil(bottom)))
                words.append((word, boxes[-1]))
                x += math.ceil(font.getlength(word + " "))
            if piece == "*":
                place = (boxes[0][0], min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes))
    return Page(np.array(image), _text_of(words), place)


_LINES: tuple[tuple[str, ...], ...] = (
    ("The office was closed on the day before the", "feast."),
    ("A letter came from the village in the spring.",),
    ("On 3 March", "*", "asked for a second well."),
    ("Nobody had an answer to that, and the file was kept.",),
    ("It went to the archive at the end of the year.",),
)
_TABLE = (("No", "Name", "Village"), ("1", "Rana Example", "Qum"), ("2", "*", "Tal"), ("3", "Adil Example", "Qum"))


def _font() -> ImageFont.FreeTypeFont:
    from importlib.resources import files

    return ImageFont.truetype(str(files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"), SIZE_PX)


def _text_of(words: Sequence[tuple[str, tuple[int, int, int, int]]]) -> PageText:
    text, numbers = "", array("I")
    for word, box in words:
        numbers.extend((len(text), len(text) + len(word), *box))
        text += word + " "
    return PageText(1, "page", text, WIDTH, HEIGHT, DPI, numbers)


def as_drawn(page: Page) -> tuple[np.ndarray, Lie]:
    """The page as a PDF of text is drawn: no image on it."""
    return page.pixels, Lie((WIDTH, HEIGHT), DPI, 1.0, 0)


def as_jpeg(quality: int, subsampling: int) -> Callable[[Page], tuple[np.ndarray, Lie]]:
    """The page as an image file that was kept as JPEG, at its own size."""

    def scanned(page: Page) -> tuple[np.ndarray, Lie]:
        out = BytesIO()
        Image.fromarray(page.pixels).save(out, "JPEG", quality=quality, subsampling=subsampling)
        return np.asarray(Image.open(out).convert("RGB")), Lie((WIDTH, HEIGHT), 0, 1.0, 1000)

    return scanned


def as_coarse_scan(quality: int, per_pixel: float = 4 / 3) -> Callable[[Page], tuple[np.ndarray, Lie]]:
    """The page as a PDF holds it that was scanned at 150 dpi, drawn at 200: blocks of 21 pixels that begin anywhere."""

    def scanned(page: Page) -> tuple[np.ndarray, Lie]:
        small = Image.fromarray(page.pixels).resize(
            (round(WIDTH / per_pixel), round(HEIGHT / per_pixel)), Image.Resampling.BOX
        )
        out = BytesIO()
        small.save(out, "JPEG", quality=quality, subsampling=2)
        back = Image.open(out).convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
        return np.asarray(back), Lie((WIDTH, HEIGHT), DPI, 1.0, round(1000 * per_pixel))

    return scanned


def painted(page: Page, seen: tuple[np.ndarray, Lie], width: Width) -> bytes:
    """The pixels that leave, by our rules."""
    pixels, lie = seen
    dpi = 0 if not lie.dpi else DPI
    x0, y0, x1, y1 = page.name
    box = Box(f"{'0' * 16}:p1:r{x0},{y0},{x1},{y1}@{dpi}", "person", "search", width, "g", "a")
    return paint(pixels, rectangles_of([box], page.text, lie)).tobytes()


def covered(width: Width) -> Callable[[Page, tuple[np.ndarray, Lie]], bytes]:
    """`painted` with that width."""
    return lambda page, seen: painted(page, seen, width)


def cell_painted(page: Page, seen: tuple[np.ndarray, Lie]) -> bytes:
    """The same for the whole cell of the table, as a list has it."""
    pixels, lie = seen
    cell = (160, 40 + 52 * 2 - 4, 620, 40 + 52 * 3 - 8)
    dpi = 0 if not lie.dpi else DPI
    place = f"{'0' * 16}:p1:r{','.join(map(str, cell))}@{dpi}"
    return paint(pixels, rectangles_of([Box(place, "person", "column", "cell")], page.text, lie)).tobytes()


def tightly_painted(page: Page, seen: tuple[np.ndarray, Lie]) -> bytes:
    """The pixels that leave as most people paint: the ink of the name and a pixel around it."""
    pixels, lie = seen
    return paint(pixels, snap([page.name], lie.width_px, lie.height_px, 1, 1)).tobytes()


def digests(
    names: Sequence[str], look: Callable[[Page], tuple[np.ndarray, Lie]], cover: Callable[..., bytes], *, in_table: bool
) -> Iterator[bytes]:
    """Yields the digest of the painted page of each name."""
    for name in names:
        page = set_page(name, in_table=in_table)
        yield hashlib.sha256(cover(page, look(page))).digest()


def bits(seen: Sequence[bytes]) -> float:
    """How many bits of which name it is the pages tell."""
    count = len(seen)
    told = math.log2(count) - sum(n * math.log2(n) for n in Counter(seen).values()) / count
    return abs(round(told, 9))  # less than that is the rounding of the logarithms
