"""A leak to be redacted: invented names in four scripts, one over two lines, a table, and a page nobody can read."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
from examples.sample_leak.pdf import Table, Text, write_image_pdf, write_pdf
from PIL import Image, ImageDraw

from fairwitness.case.case import Case
from tests.work.support import open_quietly

NAME = "Tursun Barat"
LINES = (
    "Register of the water office for the year 2017",
    "On 3 March Tursun Barat asked for a second well.",
    "The answer was sent to the village on the same day.",
    "Later somebody wrote to the office in the name of Tursun",
    "Barat, who was not at home that week, and nobody knows why.",
    "The office has kept no copy of what was written then.",
)
MIXED = ("تۇرسۇن بارات", "Турсун Барат работал в конторе.", "吐尔逊·巴拉提", "Call +7 701 234 56 78 before noon.")
TABLE = (("No", "Name", "Village"), ("1", "Tursun Barat", "Qum"), ("2", "Aynur Sabit", "Tal"))


def scribble(width: int = 500, height: int = 700) -> bytes:
    """A JPEG with strokes that are no writing."""
    image = Image.new("L", (width, height), 240)
    pen = ImageDraw.Draw(image)
    chance = np.random.default_rng(5)
    for _ in range(30):
        x, y, dx, dy = (int(each) for each in chance.integers(10, 400, 4))
        pen.line((x, y, x + dx // 4, y + dy // 4), fill=60, width=2)
    out = BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()


def case_to_redact(folder: Path) -> Case:
    """A case of a PDF of two pages with text and an image PDF whose page nobody has read; open for reading."""
    leak = folder / "leak"
    leak.mkdir(parents=True)
    pages = [[Text(line) for line in LINES], [*(Text(line) for line in MIXED), Table(TABLE)]]
    (leak / "letter.pdf").write_bytes(write_pdf(pages, title="made up"))
    (leak / "note.pdf").write_bytes(write_image_pdf(scribble(), width_px=500, height_px=700, title="made up"))
    open_quietly(leak, folder / "case")
    return Case.open(folder / "case")


def named(case: Case, name: str) -> str:
    """The digest of what was found under that name."""
    return next(found.document for found in case.queries.finds() if found.name == name.encode())
