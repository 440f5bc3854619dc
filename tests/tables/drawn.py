"""Pages with tables drawn for tests: where every ruling lies is known because it was put there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from random import Random

import cv2
import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from fairwitness.read.ocr.scan import Image

LETTERS = "街道村民小组教育学习工作单位长期外出未归表现良好家庭困难结业转化建议"
WIDTHS = (30, 60, 70, 30, 110, 150, 190, 60, 85)


@dataclass(frozen=True)
class Drawn:
    """A page, and where its rulings are: their middles, in pixels."""

    image: Image
    ys: tuple[float, ...]
    xs: tuple[float, ...]


def draw_list(seed: int = 0, dpi: int = 150, rows: int = 12, rulings: str = "all", height_inch: float = 8.27) -> Drawn:
    """A page as wide as A4 lies, with one list. `rulings` is all, along, down, head, or none."""
    chance, unit = Random(seed), dpi / 72
    width, height = round(11.69 * dpi), round(height_inch * dpi)
    page = Picture.new("L", (width, height), 255)
    pen = ImageDraw.Draw(page)
    font = _font(round(8 * unit))
    pen.text((0.4 * width, 12 * unit), "街道人员名册", 0, font)
    scale = (width - 60 * unit) / sum(WIDTHS)
    xs = [30 * unit + scale * sum(WIDTHS[:at]) for at in range(len(WIDTHS) + 1)]
    ys = [40 * unit]
    for row in range(rows):
        cells = [_words(chance, row, column, scale * wide / (8 * unit)) for column, wide in enumerate(WIDTHS)]
        for x, cell in zip(xs, cells, strict=False):
            for at, line in enumerate(cell):
                pen.text((x + 2 * unit, ys[-1] + 1.5 * unit + 10 * unit * at), line, font=font, fill=0)
        ys.append(ys[-1] + 10 * unit * max(map(len, cells)) + 5 * unit)
    pen.text((0.48 * width, height - 20 * unit), "第3页", font=font, fill=0)
    _rule(pen, xs, ys, rulings, max(1, round(0.5 * unit)))
    return Drawn(np.array(page.convert("RGB")), tuple(ys), tuple(xs))


def draw_prose(dpi: int = 150) -> Image:
    """An upright A4 page with twenty lines of running text."""
    chance, unit = Random(1), dpi / 72
    page = Picture.new("L", (round(8.27 * dpi), round(11.69 * dpi)), 255)
    pen = ImageDraw.Draw(page)
    for line in range(20):
        letters = 40 if line % 7 < 6 else 22
        pen.text((60 * unit, (80 + 22 * line) * unit), "".join(chance.choices(LETTERS, k=letters)), 0, _font(25))
    return np.array(page.convert("RGB")).astype(np.uint8)


def _font(size_px: int) -> ImageFont.FreeTypeFont:
    with resources.as_file(resources.files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as path:
        return ImageFont.truetype(str(path), size_px)


def _words(chance: Random, row: int, column: int, letters: float) -> list[str]:
    if row == 0:
        return ["".join(chance.choices(LETTERS, k=min(2, int(letters))))]
    if column == 0:
        return [str(row)]
    if column == 4:
        return ["".join(chance.choices("0123456789", k=16))]
    most = max(1, int(letters) - 1)
    lines = chance.choice((1, 1, 2)) if column in (5, 6) else 1
    return ["".join(chance.choices(LETTERS, k=chance.randint(max(1, most // 2), most))) for _ in range(lines)]


def _rule(pen: ImageDraw.ImageDraw, xs: list[float], ys: list[float], rulings: str, thick: int) -> None:
    across = {"all": ys, "along": ys, "down": [ys[0], ys[1], ys[-1]], "head": [ys[0], ys[1], ys[-1]]}.get(rulings, [])
    for y in across:
        pen.line((xs[0], y, xs[-1], y), fill=0, width=thick)
    for x in xs if rulings in ("all", "down") else []:
        pen.line((x, ys[0], x, ys[-1]), fill=0, width=thick)


def worn(page: Image, skew_deg: float, seed: int = 0, noise: float = 8.0) -> Image:
    """The page askew, blurred, shaded, with noise and a red stamp over it, as a bad JPEG."""
    height, width = page.shape[:2]
    over = page.copy()
    cv2.circle(over, (int(0.7 * width), int(0.6 * height)), int(0.09 * height), (200, 30, 40), max(3, width // 250))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1.0)
    bent = cv2.warpAffine(np.minimum(page, over), turn, (width, height), borderValue=(255, 255, 255))
    shade = np.linspace(0.8, 1, width)[None, :, None] * np.linspace(1, 0.9, height)[:, None, None]
    grain = np.random.default_rng(seed).normal(0, noise, (height, width, 1))
    rough = np.clip(cv2.GaussianBlur(bent, (0, 0), 0.7) * shade + grain, 0, 255).astype(np.uint8)
    _, packed = cv2.imencode(".jpg", rough[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 45])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])
