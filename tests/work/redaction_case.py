"""A leak to be redacted: invented names in four scripts, one over two lines, a table, a page nobody can read, and images."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
from examples.sample_leak.pdf import Table, Text, write_image_pdf, write_pdf
from PIL import Image, ImageDraw

from fairwitness.case.case import Case
from tests.work.support import open_quietly

NAME = "Tursun Barat"
RED = (220, 20, 20)
SPOT = (300, 200, 420, 260)  # of an image as it is shown: left, top, right, bottom
LONG_SPOT = (1500, 200, 2400, 320)
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


def picture(width: int, height: int, spot: tuple[int, int, int, int]) -> Image.Image:
    """Grey paper with a red spot on it."""
    image = Image.new("RGB", (width, height), (240, 240, 235))
    image.paste(RED, spot)
    return image


def _write_letters(leak: Path) -> None:
    """A PDF of two pages with text, and an image PDF that nobody has read."""
    pages = [[Text(line) for line in LINES], [*(Text(line) for line in MIXED), Table(TABLE)]]
    (leak / "letter.pdf").write_bytes(write_pdf(pages, title="made up"))
    (leak / "note.pdf").write_bytes(write_image_pdf(scribble(), width_px=500, height_px=700, title="made up"))


def _write_images(leak: Path) -> None:
    """Pages that lie in every way."""
    upright = picture(1000, 700, SPOT)
    upright.save(leak / "plain.jpg", "JPEG", quality=60)
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side; whoever shows it turns it by 90 degrees clockwise
    upright.transpose(Image.Transpose.ROTATE_90).save(leak / "turned.jpg", "JPEG", quality=60, exif=exif)
    picture(5500, 500, LONG_SPOT).save(leak / "long.png", "PNG")  # longer than a page that is painted may be
    with pikepdf.open(BytesIO(write_pdf([[Text("Nobody was there.")]], title="made up"))) as pdf:
        pdf.pages[0].Rotate = 90
        pdf.save(leak / "rotated.pdf", deterministic_id=True)


def case_to_redact(folder: Path, *, with_images: bool = False) -> Case:
    """A case of it, open for reading."""
    leak = folder / "leak"
    leak.mkdir(parents=True)
    _write_letters(leak)
    if with_images:
        _write_images(leak)
    open_quietly(leak, folder / "case")
    return Case.open(folder / "case")


def named(case: Case, name: str) -> str:
    """The digest of what was found under that name."""
    return next(found.document for found in case.queries.finds() if found.name == name.encode())
