"""Makes a clean page look as bad as leaked scans do, and moves the places on it along."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from examples.synthetic_lists.draw import quad_of
from examples.synthetic_lists.layout import load_font
from examples.synthetic_lists.truth import Quad, TrueCell, TruePage

QUALITIES = ("clean", "degraded", "worn")
SCAN_DPI = 200
SKEW_DEG = (0.7, 1.9)
BLUR_PX = 0.8
NOISE = 7.0  # standard deviation, of 255
JPEG_QUALITY = 45
STAMP_RED, STAMP_ALPHA = (205, 25, 25), 150

Pixels = NDArray[np.float32]
Move = Callable[[float, float], tuple[float, float]]


def degraded(
    page: TruePage,
    quality: str = "degraded",
    *,
    seed: str,
    dpi: int = SCAN_DPI,
    skew_deg: float | None = None,
    jpeg_quality: int = JPEG_QUALITY,
) -> TruePage:
    """The page as a bad office scanner gives it; as it is for the quality "clean".

    Both others: a stamp over the table, then turned by 0.7 to 1.9 degrees either way (or `skew_deg`, clockwise),
    `dpi`, blur, noise, shading, JPEG. "worn" was folded twice and photocopied before.
    """
    if quality == "clean":
        return page
    rng = random.Random(seed)
    turn = rng.choice((-1, 1)) * rng.uniform(*SKEW_DEG) if skew_deg is None else -skew_deg
    page = stamped(page, rng)
    scale = dpi / page.dpi
    image = Image.fromarray(page.image)
    size = (round(image.width * scale), round(image.height * scale))
    small = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    turned = small.rotate(turn, Image.Resampling.BICUBIC, fillcolor="white")
    pixels = np.asarray(turned.filter(ImageFilter.GaussianBlur(BLUR_PX * dpi / 200))).astype(np.float32)
    marks = page.marks
    if quality == "worn":
        pixels, folds = _folded(pixels, rng)
        pixels = _photocopied(pixels, rng)
        marks = (*marks, *(("fold", fold) for fold in folds))
    pixels = _noisy(_shaded(pixels, rng), rng)
    out = BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "JPEG", quality=jpeg_quality, dpi=(dpi, dpi))
    final = np.asarray(Image.open(BytesIO(out.getvalue())).convert("RGB"))
    move = _turning(image.size, turn, size[0] / image.width, size[1] / image.height)
    moved = moved_page(replace(page, image=final, dpi=dpi), move)
    stayed = tuple(mark for mark in marks if mark[0] == "fold")
    return replace(moved, skew_deg=-turn, jpeg=out.getvalue(), marks=(*moved.marks, *stayed))


def stamped(page: TruePage, rng: random.Random) -> TruePage:
    """The page with a round red stamp with a star and a line of text, somewhere over its first table."""
    height, width = page.image.shape[:2]
    side = width // 6
    x0, y0, x1, y1 = page.tables[0].box if page.tables else (0, 0, width, height)
    x = rng.randrange(x0, max(x0 + 1, x1 - side))
    y = rng.randrange(y0, max(y0 + 1, y1 - side))
    layer = Image.new("L", (side, side), 0)
    brush = ImageDraw.Draw(layer)
    brush.ellipse((0, 0, side - 1, side - 1), outline=STAMP_ALPHA, width=side // 24)
    middle, radius = side / 2, side / 6
    points = [
        (
            middle + (radius if i % 2 == 0 else radius / 2.6) * float(np.sin(i * np.pi / 5)),
            middle * 0.8 - (radius if i % 2 == 0 else radius / 2.6) * float(np.cos(i * np.pi / 5)),
        )
        for i in range(10)
    ]
    brush.polygon(points, fill=STAMP_ALPHA)
    brush.text((middle, side * 0.76), "云麓谷县评估专用章", font=load_font("Hani", 9), fill=STAMP_ALPHA, anchor="ms")
    image = Image.fromarray(page.image)
    image.paste(STAMP_RED, (x, y), mask=layer)
    mark = ("stamp", quad_of(x, y, x + side, y + side))
    return replace(page, image=np.asarray(image), marks=(*page.marks, mark))


def turned(page: TruePage, turn_deg: int) -> TruePage:
    """The page turned clockwise by 90, 180 or 270 degrees, as it may lie in the scanner."""
    height, width = page.image.shape[:2]
    moves: dict[int, Move] = {
        90: lambda x, y: (height - y, x),
        180: lambda x, y: (width - x, height - y),
        270: lambda x, y: (y, width - x),
    }
    image = np.ascontiguousarray(np.rot90(page.image, -turn_deg // 90))
    moved = moved_page(replace(page, image=image), moves[turn_deg])
    return replace(moved, turn_deg=turn_deg, jpeg=b"")


def moved_page(page: TruePage, move: Move) -> TruePage:
    """The page with every place on it moved; the image is left as it is."""

    def moved(quad: Quad) -> Quad:
        first, second, third, fourth = (move(*corner) for corner in quad)
        return (first, second, third, fourth)

    def moved_cell(cell: TrueCell) -> TrueCell:
        lines = tuple(replace(line, quad=moved(line.quad)) for line in cell.lines)
        return replace(cell, quad=moved(cell.quad), lines=lines)

    tables = tuple(
        replace(table, quad=moved(table.quad), cells=tuple(map(moved_cell, table.cells))) for table in page.tables
    )
    strays = tuple(replace(line, quad=moved(line.quad)) for line in page.strays)
    marks = tuple((name, moved(quad)) for name, quad in page.marks)
    return replace(page, tables=tables, strays=strays, marks=marks)


def _turning(size: tuple[int, int], turn_deg: float, scale_x: float, scale_y: float) -> Move:
    """Where a point goes when the image is made smaller and then turned counter-clockwise about its middle."""
    angle = np.deg2rad(-turn_deg)
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    cx, cy = size[0] * scale_x / 2, size[1] * scale_y / 2

    def move(x: float, y: float) -> tuple[float, float]:
        dx, dy = x * scale_x - cx, y * scale_y - cy
        return cx + dx * cos - dy * sin, cy + dx * sin + dy * cos

    return move


def _shaded(pixels: Pixels, rng: random.Random) -> Pixels:
    """Darker towards one side and the bottom, as under the lid of a copier that does not close."""
    height, width = pixels.shape[:2]
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    shade = 0.97 * (1 - rng.uniform(0.1, 0.25) * (across if rng.random() < 0.5 else 1 - across) - 0.08 * down)
    return pixels * shade[..., None]


def _noisy(pixels: Pixels, rng: random.Random) -> Pixels:
    height, width = pixels.shape[:2]
    noise = np.random.default_rng(rng.randrange(1 << 30)).standard_normal((height, width), dtype=np.float32) * NOISE
    return np.clip(pixels + noise[..., None], 0, 255)


def _folded(pixels: Pixels, rng: random.Random) -> tuple[Pixels, tuple[Quad, ...]]:
    """A fold down and a fold across: a bright edge with a dark one beside it, and a soft shadow."""
    height, width = pixels.shape[:2]
    pixels = pixels.copy()
    folds = []
    for axis, length in ((1, width), (0, height)):
        at = round(length * rng.uniform(0.35, 0.65))
        away = np.abs(np.arange(length, dtype=np.float32) - at)
        factor = 1 - 0.16 * np.exp(-away / 14)
        lines = factor[None, :, None] if axis == 1 else factor[:, None, None]
        pixels *= lines
        ridge = pixels[:, at - 1 : at + 2] if axis == 1 else pixels[at - 1 : at + 2]
        ridge += (235 - ridge) * 0.55  # the toner has come off
        folds.append(quad_of(at - 2, 0, at + 2, height) if axis == 1 else quad_of(0, at - 2, width, at + 2))
    return pixels, tuple(folds)


def _photocopied(pixels: Pixels, rng: random.Random) -> Pixels:
    """Grey, with hard contrast, specks, and the black edge of a copy of a copy."""
    grey = pixels @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    grey = 255 / (1 + np.exp(-(grey - 150) / 22))
    height, width = grey.shape
    chance = np.random.default_rng(rng.randrange(1 << 30))
    for _ in range(rng.randrange(150, 400)):
        y, x, side = chance.integers(0, height), chance.integers(0, width), chance.integers(1, 4)
        grey[y : y + side, x : x + side] = chance.integers(0, 90)
    edge = rng.randrange(6, 22)
    if rng.random() < 0.5:
        grey[:, :edge] = 25
    else:
        grey[:, -edge:] = 25
    return np.repeat(grey[:, :, None].astype(np.float32), 3, axis=2)
