"""Draws pages of which every letter is known: real fonts, seven languages, clean or as from a bad scanner.

For tests, for the ranking of engines and for bench/bench_ocr.py. The text is the Universal Declaration of Human
Rights, which is public, mixed with invented numbers and dates. The same arguments always give the same page.

    page = draw_page("uig", font="UKIJTuz", number=0, quality="degraded")
    page.image, page.dpi, page.lines[0].text, page.lines[0].quad
"""

from __future__ import annotations

import os
import random
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib import resources
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from fairwitness.read.ocr.scan import Quad

UDHR = Path(__file__).resolve().parents[3] / ".." / "shared" / "corpus" / "udhr"
PAGE_IN = (8.27, 11.69)  # A4, in inches
LINES = 26
SIZE_PT = 12.0
RIGHT_TO_LEFT = ("uig",)
QUALITIES = ("clean", "degraded")

LANGUAGES = {
    "eng": ("eng", ("LiberationSerif-Regular", "LiberationSans-Regular", "DejaVuSans")),
    "tur": ("tur", ("LiberationSerif-Regular", "LiberationSans-Regular", "DejaVuSans")),
    "rus": ("rus", ("LiberationSerif-Regular", "LiberationSans-Regular", "DejaVuSans")),
    "kaz": ("kaz", ("DejaVuSerif", "NotoSans-Regular", "DejaVuSans")),
    "uig": ("uig_arab", ("UKIJTuz", "UKIJNsq", "NotoNaskhArabic-Regular")),
    "zh-Hans": ("cmn_hans", ("NotoSansCJK-Regular:2", "NotoSerifCJK-Regular:2", "uming:0")),
    "zh-Hant": ("cmn_hant", ("NotoSansCJK-Regular:3", "NotoSerifCJK-Regular:3", "uming:1")),
}
"""Language: file of its text, fonts (with the number of the font inside a collection)."""

PACKAGED = {
    "NotoSans-Regular": ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    "NotoSansSC": ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"),
    "NotoNaskhArabic-Regular": ("pylopdf_fonts_ar", "NotoNaskhArabic-Variable.ttf"),
}
"""Fonts that come with the packages for development, so that they are always there."""

ARTICLE = {
    "eng": "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.",
    "tur": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler.",
    "rus": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.",
    "kaz": "Барлық адамдар тумысынан азат және қадір-қасиеті мен кұқықтары тең болып дүниеге келеді. Адамдарға ақыл-парасат, ар-ождан берілген, сондықтан олар бір-бірімен туыстық, бауырмалдық қарым-қатынас жасаулары тиіс.",
    "uig": "ھەممە ئادەم زانىدىنلا ئەركىن، ئىززەت-ھۆرمەت ۋە ھوقۇقتا باپباراۋەر بولۇپ تۇغۇلغان. ئۇلار ئەقىلگە ۋە ۋىجدانغا ئىگە ھەمدە بىر-بىرىگە قېرىنداشلىق مۇناسىۋىتىگە خاس روھ بىلەن مۇئامىلە قىلىشى كېرەك.",
    "zh-Hans": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "zh-Hant": "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。",
}
"""Article 1, for where the corpus is not."""


@dataclass(frozen=True, slots=True)
class TrueLine:
    """What stands in one line, and where: top left, top right, bottom right, bottom left, in pixels."""

    text: str
    quad: Quad
    language: str


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page image, (height, width, 3), and what is on it in reading order."""

    image: NDArray[np.uint8]
    dpi: int
    lines: tuple[TrueLine, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


class NoFont(Exception):
    """A font that is neither installed nor in a package."""


def font_folders() -> list[Path]:
    told = os.environ.get("FAIRWITNESS_TEST_FONTS")
    return [Path(name) for name in ([told] if told else []) + [f"{sys.prefix}/share/fonts", "/usr/share/fonts"]]


@cache
def _font_files() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in font_folders():
        for path in sorted(folder.rglob("*.[to]t[fc]")):
            found.setdefault(path.stem, path)
    return found


def load_font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    """The font of that name.

    Raises:
        NoFont: if it is not on this machine.
    """
    stem, _, index = name.partition(":")
    path = _font_files().get(stem)
    if path is not None:
        return ImageFont.truetype(str(path), size_px, index=int(index or 0), layout_engine=ImageFont.Layout.RAQM)
    if stem in PACKAGED:
        package, file = PACKAGED[stem]
        data = resources.files(package).joinpath(file).read_bytes()
        return ImageFont.truetype(BytesIO(data), size_px, layout_engine=ImageFont.Layout.RAQM)
    raise NoFont(name)


@cache
def paragraphs_of(language: str) -> tuple[str, ...]:
    """Paragraphs in that language: of the corpus if it is there, else one article."""
    path = UDHR / f"{LANGUAGES[language][0]}.html"
    if not path.exists():
        return (ARTICLE[language],) * 12
    html = path.read_text("utf-8")
    found = re.findall(r"<(p|li|h\d)[^>]*>(.*?)</\1>", html, re.DOTALL)
    texts = (" ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()) for _, text in found)
    return tuple(unicodedata.normalize("NFC", text) for text in texts if text)


def _wrapped(paragraphs: Sequence[str], width_px: int, font: ImageFont.FreeTypeFont, language: str) -> Iterator[str]:
    for paragraph in paragraphs:
        is_han = language.startswith("zh")
        pieces = list(paragraph) if is_han else paragraph.split()
        line = ""
        for piece in pieces:
            longer = line + piece if is_han else f"{line} {piece}".strip()
            closing = is_han and piece in "，。、；：）」"  # may stand beyond the margin, never at a start
            if line and not closing and font.getlength(longer, direction=_direction(language)) > width_px:
                yield line
                line = piece
            else:
                line = longer
        if line.strip():
            yield line.strip()


def _direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _invented(rng: random.Random, language: str) -> str:
    """A line of invented numbers and dates, as forms have them."""
    number, year = rng.randrange(10_000, 99_999), rng.randrange(2009, 2020)
    day, month = rng.randrange(1, 29), rng.randrange(1, 13)
    if language.startswith("zh"):
        return f"第{number}{'号' if language == 'zh-Hans' else '號'}　{year}年{month}月{day}日"
    return f"{number}  {day:02}.{month:02}.{year}" if language != "uig" else f"{year}-{month:02}-{day:02}"


def text_lines(
    language: str, number: int, width_px: int, font: ImageFont.FreeTypeFont, count: int = LINES
) -> list[str]:
    """`count` lines of running text, another part for each `number`, with a few invented numbers between."""
    rng = random.Random(f"{language} {number}")
    whole = paragraphs_of(language)
    start = (number * 17) % len(whole)
    lines: list[str] = []
    for line in _wrapped(whole[start:] + whole[:start], width_px, font, language):
        if len(lines) % 12 == 7:
            lines.append(_invented(rng, language))
        lines.append(line)
        if len(lines) >= count:
            break
    return lines[:count]


def draw_page(
    language: str, *, font: str = "", number: int = 0, quality: str = "clean", lines: int = LINES, dpi: int = 300
) -> DrawnPage:
    """One page of running text in one language and font, `quality` "clean" or "degraded".

    Raises:
        NoFont: if the font is not on this machine.
    """
    name = font or LANGUAGES[language][1][number % 3]
    face = load_font(name, round(SIZE_PT * dpi / 72))
    width, height = round(PAGE_IN[0] * dpi), round(PAGE_IN[1] * dpi)
    margin = round(0.9 * dpi)
    texts = text_lines(language, number, width - 2 * margin, face, lines)
    step = (height - 2 * margin) / LINES
    page = Image.new("RGB", (width, height), "white")
    true = []
    for at, text in enumerate(texts):
        true.append(draw_line(page, text, margin, width - margin, margin + round(at * step), face, language))
    drawn = DrawnPage(np.asarray(page), dpi, tuple(true))
    return degrade(drawn, seed=f"{language} {name} {number}") if quality == "degraded" else drawn


def draw_line(
    page: Image.Image, text: str, left: int, right: int, top: int, face: ImageFont.FreeTypeFont, language: str
) -> TrueLine:
    """Draw one line at the side where its script begins; what was drawn, and where."""
    brush = ImageDraw.Draw(page)
    direction = _direction(language)
    x = right - round(face.getlength(text, direction=direction)) if direction == "rtl" else left
    brush.text((x, top), text, font=face, fill=(20, 20, 20), direction=direction)
    x0, y0, x1, y1 = brush.textbbox((x, top), text, font=face, direction=direction)
    return TrueLine(text, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), language)


def degrade(
    page: DrawnPage,
    *,
    seed: str,
    dpi: int = 150,
    skew_deg: float | None = None,
    quality: int = 40,
    stamp: bool = True,
    mark: bool = True,
) -> DrawnPage:
    """The page as a bad office scanner gives it: turned by 1 to 3 degrees, shaded, stamped, blurred, noisy, JPEG."""
    rng = random.Random(seed)
    turn = rng.choice((-1, 1)) * rng.uniform(1, 3) if skew_deg is None else skew_deg
    image = Image.fromarray(page.image)
    if mark:
        _watermark(image, rng)
    if stamp:
        _stamp(image, rng)
    turned = image.rotate(turn, Image.Resampling.BICUBIC, fillcolor="white")
    size = (round(image.width * dpi / page.dpi), round(image.height * dpi / page.dpi))
    small = turned.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.6 * dpi / 150))
    pixels = np.asarray(small).astype(np.float32)
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 7, pixels.shape[:2]).astype(np.float32)
    across = np.linspace(0, 1, size[0], dtype=np.float32)[None, :]
    down = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    shade = 1 - rng.uniform(0.1, 0.25) * (across if rng.random() < 0.5 else 1 - across) - 0.08 * down
    pixels = np.clip(pixels * shade[..., None] * 0.97 + noise[..., None], 0, 255)
    out = BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "JPEG", quality=quality)
    final = np.asarray(Image.open(out).convert("RGB"))
    lines = tuple(
        TrueLine(line.text, _moved(line.quad, image.size, turn, dpi / page.dpi), line.language) for line in page.lines
    )
    return DrawnPage(final, dpi, lines)


def turn_page(page: DrawnPage, turn_deg: int) -> DrawnPage:
    """The page turned counter-clockwise by 90, 180 or 270 degrees: it must be turned clockwise to be upright."""
    image = np.ascontiguousarray(np.rot90(page.image, turn_deg // 90))
    height, width = page.image.shape[:2]

    def moved(x: float, y: float) -> tuple[float, float]:
        return {0: (x, y), 90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[turn_deg % 360]

    lines = tuple(
        TrueLine(
            line.text,
            (moved(*line.quad[0]), moved(*line.quad[1]), moved(*line.quad[2]), moved(*line.quad[3])),
            line.language,
        )
        for line in page.lines
    )
    return DrawnPage(image, page.dpi, lines)


def _moved(quad: Quad, size: tuple[int, int], turn_deg: float, scale: float) -> Quad:
    angle = np.deg2rad(-turn_deg)
    cx, cy = size[0] / 2, size[1] / 2

    def move(x: float, y: float) -> tuple[float, float]:
        dx, dy = x - cx, y - cy
        return (
            float(cx + dx * np.cos(angle) - dy * np.sin(angle)) * scale,
            float(cy + dx * np.sin(angle) + dy * np.cos(angle)) * scale,
        )

    return (move(*quad[0]), move(*quad[1]), move(*quad[2]), move(*quad[3]))


def _watermark(image: Image.Image, rng: random.Random) -> None:
    layer = Image.new("L", image.size, 0)
    face = ImageFont.load_default(size=image.width // 8)
    ImageDraw.Draw(layer).text((image.width // 6, image.height // 2), "SPECIMEN", font=face, fill=28)
    layer = layer.rotate(rng.uniform(20, 40), Image.Resampling.BILINEAR)
    image.paste((120, 120, 120), mask=layer)


def _stamp(image: Image.Image, rng: random.Random) -> None:
    side = image.width // 6
    layer = Image.new("L", image.size, 0)
    brush = ImageDraw.Draw(layer)
    x = rng.randrange(image.width // 2, image.width - side - image.width // 12)
    y = rng.randrange(image.height * 2 // 3, image.height - side - image.height // 14)
    brush.ellipse((x, y, x + side, y + side), outline=150, width=side // 22)
    centre, radius = (x + side / 2, y + side / 2), side / 6
    star = [
        (
            centre[0] + (radius if i % 2 == 0 else radius / 2.6) * np.sin(i * np.pi / 5),
            centre[1] - (radius if i % 2 == 0 else radius / 2.6) * np.cos(i * np.pi / 5),
        )
        for i in range(10)
    ]
    brush.polygon(star, fill=150)
    image.paste((205, 25, 25), mask=layer)
