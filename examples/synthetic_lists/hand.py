"""Draws over a page what a hand does with a pen: ticks, circles, lines through the writing."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from examples.synthetic_lists.draw import quad_of
from examples.synthetic_lists.truth import Quad, TrueCell, TruePage, box_of

PEN = (25, 35, 130)
PEN_PX = 6
SHARE = 0.12  # of the cells with text
KINDS = ("tick", "circle", "strike")

Points = list[tuple[float, float]]


def scribbled(page: TruePage, rng: random.Random) -> TruePage:
    """The page with marks of each kind on some cells of its tables; which, their `marks` say."""
    image = Image.fromarray(page.image)
    brush = ImageDraw.Draw(image)
    marks: list[tuple[str, Quad]] = []
    tables = []
    for table in page.tables:
        full = [number for number, cell in enumerate(table.cells) if cell.lines and cell.list_row >= 0]
        chosen = rng.sample(full, max(len(KINDS), round(SHARE * len(full))))
        cells = list(table.cells)
        for turn, number in enumerate(chosen):
            kind = KINDS[turn % len(KINDS)]
            for stroke in _strokes(kind, cells[number], rng):
                brush.line(stroke, fill=PEN, width=PEN_PX, joint="curve")
                xs, ys = [x for x, _ in stroke], [y for _, y in stroke]
                marks.append((kind, quad_of(min(xs), min(ys), max(xs), max(ys))))
            cells[number] = replace(cells[number], marks=(kind,))
        tables.append(replace(table, cells=tuple(cells)))
    return replace(page, image=np.asarray(image), tables=tuple(tables), marks=(*page.marks, *marks))


def _strokes(kind: str, cell: TrueCell, rng: random.Random) -> list[Points]:
    boxes = [box_of(line.quad) for line in cell.lines]
    x0, y0 = min(box[0] for box in boxes), min(box[1] for box in boxes)
    x1, y1 = max(box[2] for box in boxes), max(box[3] for box in boxes)
    if kind == "strike":  # a line through each line of text
        return [_shaky(box[0] - 8, (box[1] + box[3]) / 2, box[2] + 8, rng) for box in boxes]
    if kind == "circle":
        turns = np.linspace(-0.3, 2 * np.pi + rng.uniform(0, 0.5), 60)
        cx, cy, rx, ry = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 + 22, (y1 - y0) / 2 + 18
        lean = rng.uniform(-0.1, 0.1)
        return [[(cx + rx * float(np.cos(t + lean)), cy + ry * float(np.sin(t))) for t in turns]]
    size = rng.uniform(36, 60)
    x, y = rng.uniform(x0, x1), (y0 + y1) / 2
    return [[(x, y), (x + size * 0.35, y + size * 0.5), (x + size * 1.1, y - size * 0.7)]]


def _shaky(x0: float, y: float, x1: float, rng: random.Random) -> Points:
    count = max(2, round((x1 - x0) / 40))
    rise = rng.uniform(-6, 6)
    return [(float(x), y + rise * at / count + rng.uniform(-3, 3)) for at, x in enumerate(np.linspace(x0, x1, count))]
