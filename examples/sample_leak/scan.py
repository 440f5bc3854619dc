"""Makes a clean page look as if it had been printed, laid on a scanner a little askew, and scanned."""

from __future__ import annotations

import random
from collections.abc import Sequence
from io import BytesIO

import pypdfium2
from PIL import Image, ImageChops

from examples.sample_leak.pdf import Block, write_image_pdf, write_pdf

SCAN_DPI = 150
TURN_DEG = 0.8
PAPER = 244  # grey of the paper, 0 to 255
NOISE = 26  # the most by which the noise darkens a pixel
SEED = 2019


def write_scan(blocks: Sequence[Block], *, title: str) -> bytes:
    """A PDF file whose one page is a grey JPEG image of `blocks`, turned by `TURN_DEG` and noisy, with no text."""
    document = pypdfium2.PdfDocument(write_pdf([blocks], title=title))
    clean = document[0].render(scale=SCAN_DPI / 72, grayscale=True).to_pil().convert("L")
    document.close()
    turned = clean.rotate(TURN_DEG, Image.Resampling.BICUBIC, fillcolor=255)
    grain = Image.frombytes("L", turned.size, random.Random(SEED).randbytes(turned.width * turned.height))
    grain = grain.point([255 - value * NOISE // 255 for value in range(256)])
    paper = Image.new("L", turned.size, PAPER)
    scanned = ImageChops.multiply(ImageChops.darker(turned, paper), grain)
    out = BytesIO()
    scanned.save(out, "JPEG", quality=60, dpi=(SCAN_DPI, SCAN_DPI))
    return write_image_pdf(out.getvalue(), width_px=scanned.width, height_px=scanned.height, title=title)
