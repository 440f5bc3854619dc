"""Cells cut out of the image of their page: turned upright, with some page around them, and outlined."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from fairwitness.work.looking import Box, Shape, turned_box

MARGIN_X = (0.25, 0.15, 0.9)  # of the cell's width; at least and at most so many inches
MARGIN_Y = (0.4, 0.12, 0.4)
DIM = 0.8  # how bright the page around the cell stays
FRAME = (181, 84, 26)
PAPER = 255
_BY_INCH = 200  # where nobody knows how many pixels an inch has

Sides = tuple[float, float, float, float]


def upright_sides(box: Box, shape: Shape, skew_mdeg: int = 0) -> Sides:
    """The sides of the cell on the page turned by `shape.turn_deg`, then about the middle of the cell by the skew.

    `box` is the smallest upright rectangle around the cell on the unturned page, which is larger than a skewed cell is.
    """
    x0, y0, x1, y1 = turned_box(box, shape)
    wide, high = float(x1 - x0), float(y1 - y0)
    angle = abs(math.radians(skew_mdeg / 1000))
    cos, sin = math.cos(angle), math.sin(angle)
    if skew_mdeg and cos > sin:
        unskewed = (wide * cos - high * sin) / (cos * cos - sin * sin), (high * cos - wide * sin) / (cos * cos - sin**2)
        if min(unskewed) > 0.3 * min(wide, high):  # else the box is no box of a cell that lies so
            wide, high = unskewed
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def level_size(width: float, height: float, skew_mdeg: int) -> tuple[int, int]:
    """Size of the paper that holds all of an upright page once it is level."""
    if not skew_mdeg:
        return round(width), round(height)
    angle = abs(math.radians(skew_mdeg / 1000))
    cos, sin = math.cos(angle), math.sin(angle)
    return math.ceil(width * cos + height * sin), math.ceil(height * cos + width * sin)


def level_sides(box: Box, shape: Shape, skew_mdeg: int) -> Sides:
    """Where the cell is on the level page (`level_size`), in pixels at the size of `shape`."""
    x0, y0, x1, y1 = upright_sides(box, shape, skew_mdeg)
    wide, high = shape.turned
    level_wide, level_high = level_size(wide, high, skew_mdeg)
    angle = math.radians(skew_mdeg / 1000)
    x, y = (x0 + x1 - wide) / 2, (y0 + y1 - high) / 2
    x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
    half_wide, half_high = (x1 - x0) / 2, (y1 - y0) / 2
    x, y = x + level_wide / 2, y + level_high / 2
    return x - half_wide, y - half_high, x + half_wide, y + half_high


def level(page: Image.Image, skew_mdeg: int) -> Image.Image:
    """The upright page turned clockwise by the skew, on white paper that holds all of it."""
    if not skew_mdeg:
        return page
    fill = PAPER if page.mode == "L" else (PAPER,) * 3
    return page.rotate(-skew_mdeg / 1000, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)


def cut_cell(page: Image.Image, box: Box, shape: Shape, skew_mdeg: int = 0, *, outlined: bool = True) -> Image.Image:
    """The cell with some of the page around it; `page` is already turned by `shape.turn_deg`, but not by the skew.

    `box` is in pixels of the unturned page at the size of `shape`; `page` may be smaller or larger than that. What lies
    beyond the edge of the page is white.
    """
    scale = page.width / shape.turned[0]
    sides = tuple(side * scale for side in upright_sides(box, shape, skew_mdeg))
    dpi = shape.dpi * scale if shape.dpi else _BY_INCH
    x_room = _room(sides[2] - sides[0], MARGIN_X, dpi)
    y_room = _room(sides[3] - sides[1], MARGIN_Y, dpi)
    left, top = math.floor(sides[0] - x_room), math.floor(sides[1] - y_room)
    right, bottom = math.ceil(sides[2] + x_room), math.ceil(sides[3] + y_room)
    if not skew_mdeg:  # the page ends where it ends
        left, top, right, bottom = max(0, left), max(0, top), min(page.width, right), min(page.height, bottom)
    piece = _upright_piece(
        page, (left, top, right, bottom), ((sides[0] + sides[2]) / 2, (sides[1] + sides[3]) / 2), skew_mdeg
    )
    if not outlined:
        return piece
    x0, y0, x1, y1 = (round(side - start) for side, start in zip(sides, (left, top, left, top), strict=True))
    return _outlined(piece.convert("RGB"), (x0, y0, x1, y1))


def _room(length: float, margin: tuple[float, float, float], dpi: float) -> float:
    share, least, most = margin
    return min(max(share * length, least * dpi), most * dpi)


def _upright_piece(page: Image.Image, view: Box, middle: tuple[float, float], skew_mdeg: int) -> Image.Image:
    """What is in view once the page is turned clockwise by the skew about `middle`."""
    left, top, right, bottom = view
    if not skew_mdeg:
        return page.crop(view)
    # of each pixel in view, where it comes from: turned back, counter-clockwise
    angle = math.radians(skew_mdeg / 1000)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = middle
    a, b, d, e = cos, sin, -sin, cos
    c = x + a * (left - x) + b * (top - y)
    f = y + d * (left - x) + e * (top - y)
    fill = PAPER if page.mode == "L" else (PAPER,) * 3
    size = (right - left, bottom - top)
    return page.transform(size, Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BICUBIC, fillcolor=fill)


def _outlined(piece: Image.Image, cell: Box) -> Image.Image:
    """The piece with its surroundings dimmed and a line around the cell, outside of it."""
    x0, y0, x1, y1 = cell
    dimmed = piece.point(lambda value: round(value * DIM))
    inside = (max(0, x0), max(0, y0), min(piece.width, x1), min(piece.height, y1))
    dimmed.paste(piece.crop(inside), inside[:2])
    ImageDraw.Draw(dimmed).rectangle((x0 - 3, y0 - 3, x1 + 2, y1 + 2), outline=FRAME, width=3)
    return dimmed
