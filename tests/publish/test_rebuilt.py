"""PDFs made of pixels and of what was read from them."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from io import BytesIO

import numpy as np
import pikepdf
import pytest
from fontTools.pens.areaPen import AreaPen
from fontTools.ttLib import TTFont
from PIL import Image

from fairwitness.core.parts import PageText, Source
from fairwitness.publish._empty_font import FONT_FILE
from fairwitness.publish.painting import paint, snap
from fairwitness.publish.rebuilt import RebuiltPage, Word, build_pdf, decoded_image, encoded_image
from fairwitness.read.read_pdf import ReadPdf
from fairwitness.read.render import RenderPage

WORDS: tuple[Word, ...] = (
    ("Register", (40, 40, 160, 62)),
    ("2017", (170, 40, 230, 62)),
    ("张伟", (40, 90, 90, 115)),
    ("𠮷野", (100, 90, 150, 115)),
    ("Мухаммад", (40, 140, 190, 162)),
    ("Қайрат", (200, 140, 300, 162)),
    ("مەمەت", (320, 190, 400, 215)),
    ("ئابدۇللا", (200, 190, 305, 215)),
)


def _noise(height: int = 300, width: int = 420) -> np.ndarray:
    return np.random.default_rng(11).integers(0, 256, (height, width, 3)).astype(np.uint8)


def _source(pdf: bytes) -> Source:
    return Source(BytesIO(pdf), len(pdf), media_type="application/pdf")


def _text(pdf: bytes) -> str:
    return "\n".join(part.text for part in ReadPdf()(_source(pdf)) if isinstance(part, PageText))


def test_words_of_every_script_come_out_as_they_went_in() -> None:
    pdf = build_pdf([RebuiltPage(_noise(), 200, WORDS)])
    assert _text(pdf).split("\n") == ["Register 2017", "张伟 𠮷野", "Мухаммад Қайрат", "مەمەت ئابدۇللا"]


def test_words_lie_where_they_stand_on_the_page() -> None:
    pdf = build_pdf([RebuiltPage(_noise(), 200, WORDS)])
    (page,) = [part for part in ReadPdf()(_source(pdf)) if isinstance(part, PageText)]
    found = {page.text[a:b]: (x0, x1, y0, y1) for a, b, x0, y0, x1, y1 in np.array(page.words, int).reshape(-1, 6)}
    for text, (left, top, right, bottom) in WORDS:
        if text in found:  # Han is a word for each character
            x0, x1, y0, y1 = found[text]
            assert abs(x0 - left) <= 1 and abs(x1 - right) <= 1 and abs(y0 - top) <= 2 and abs(y1 - bottom) <= 2
    assert len(found) == 10


def test_the_pixels_come_back_exactly_when_nothing_is_lost() -> None:
    for pixels in (_noise(), _noise()[..., 0]):
        pdf = build_pdf([RebuiltPage(pixels, 200, WORDS)])
        drawn = next(iter(RenderPage(1, 200)(_source(pdf))))
        back = np.frombuffer(drawn.data, np.uint8).reshape(drawn.height_px, drawn.width_px, 3)  # type: ignore[union-attr]
        assert back.shape[:2] == pixels.shape[:2]
        assert np.array_equal(back if pixels.ndim == 3 else back[..., 0], pixels)  # and the words are not drawn


def test_jpeg_lets_nothing_cross_the_edge_of_a_box_on_the_grid() -> None:
    one, other = _noise(), _noise()
    covered = snap([(100, 100, 180, 130)], 420, 300)
    other[108:122, 108:172] = 255 - other[108:122, 108:172]  # another name below the box
    made = [build_pdf([RebuiltPage(paint(page, covered), 200)], "jpeg") for page in (one, other)]
    assert made[0] == made[1]
    with pikepdf.open(BytesIO(made[0])) as pdf:
        image = Image.open(BytesIO(pdf.pages[0].Resources.XObject.I.read_raw_bytes())).convert("RGB")
        x0, y0, x1, y1 = covered[0]
        inside = np.asarray(image)[y0:y1, x0:x1]
        assert inside.max() <= 2 and (inside == inside[0, 0]).all()  # one colour


def test_only_what_a_page_of_pixels_needs_is_in_the_file() -> None:
    pdf = build_pdf([RebuiltPage(_noise(), 200, WORDS), RebuiltPage(_noise(90, 80), 0)])
    assert pdf.count(b"%%EOF") == 1
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert not opened.check_pdf_syntax()
        assert len(opened.objects) == 8 + 2 * 3
        assert set(opened.trailer.keys()) == {"/Size", "/Root"}
        assert set(opened.Root.keys()) == {"/Type", "/Pages"}
        for page in opened.pages:
            assert set(page.keys()) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
            assert set(page.Resources.XObject.keys()) == {"/I"}
            content = page.Contents.read_bytes()
            assert re.fullmatch(rb"q [0-9. ]+ cm /I Do Q\nBT 3 Tr\n(/F [^\n]+ Tj\n)*ET\n", content)


def test_the_font_has_one_glyph_and_that_has_no_area() -> None:
    font = TTFont(BytesIO(FONT_FILE))
    assert font.getGlyphOrder() == [".notdef"]
    pen = AreaPen(font.getGlyphSet())
    font.getGlyphSet()[".notdef"].draw(pen)
    assert pen.value == 0
    head = font.reader.tables["head"]
    times = FONT_FILE[head.offset + 20 : head.offset + 36]  # created and modified, eight bytes each
    assert times == bytes(16)


def test_the_same_pages_give_the_same_bytes_in_another_process() -> None:
    again = (
        "import hashlib, numpy as np\n"
        "from fairwitness.publish.rebuilt import RebuiltPage, build_pdf\n"
        "page = RebuiltPage(np.arange(90 * 70 * 3, dtype=np.uint32).astype(np.uint8).reshape(90, 70, 3), 200, "
        "(('张伟 Ä', (4, 4, 40, 20)),))\n"
        "print(*[hashlib.sha256(build_pdf([page, page], coding)).hexdigest() for coding in ('lossless', 'jpeg')])"
    )
    page = RebuiltPage(
        np.arange(90 * 70 * 3, dtype=np.uint32).astype(np.uint8).reshape(90, 70, 3), 200, (("张伟 Ä", (4, 4, 40, 20)),)
    )
    ours = [hashlib.sha256(build_pdf([page, page], coding)).hexdigest() for coding in ("lossless", "jpeg")]  # type: ignore[arg-type]
    theirs = subprocess.run([sys.executable, "-c", again], check=True, capture_output=True, text=True).stdout.split()
    assert theirs == ours


def test_control_characters_and_empty_words_are_left_out() -> None:
    words = (("a\x00b\ud800", (10, 10, 60, 30)), ("\x07", (70, 10, 90, 30)), ("none", (5, 5, 5, 9)))
    assert _text(build_pdf([RebuiltPage(_noise(), 200, words)])).split() == ["ab"]


def test_a_pdf_without_pages_is_refused() -> None:
    with pytest.raises(ValueError, match="one page"):
        build_pdf([])


def test_what_was_encoded_without_loss_is_decoded_to_the_same_pixels() -> None:
    grey = np.repeat(_noise()[..., :1], 3, axis=2)
    for pixels in (_noise(), grey):
        encoded = encoded_image(pixels)
        assert np.array_equal(decoded_image(encoded[1], *pixels.shape[:2]), pixels)
        assert build_pdf([RebuiltPage(pixels, 200, (), encoded)]) == build_pdf([RebuiltPage(pixels, 200)])
