"""Pages that are not plain: several scripts, low and high resolution, askew, in columns, ruled, stamped."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from fairwitness.read.ocr import tessdata
from fairwitness.read.ocr.engines import engine_named
from fairwitness.read.ocr.scan import Scan
from fairwitness.read.ocr.stamps import without_stamps
from tests.read.ocr.pages import ARTICLE, DrawnPage, TrueLine, degrade, draw_line, draw_page, load_font, turn_page
from tests.read.ocr.score import comparable, distance, error_rate, missed_lines

pytestmark = pytest.mark.skipif(
    any(not tessdata.find_data(name) for name in ("eng", "rus", "kaz", "ara")), reason="no data of Tesseract"
)
FONTS = {"eng": "NotoSans-Regular", "kaz": "NotoSans-Regular", "rus": "NotoSans-Regular", "zh-Hans": "NotoSansSC"}
FONTS |= {"tur": "NotoSans-Regular", "uig": "NotoNaskhArabic-Regular"}


def read(page: DrawnPage) -> Scan:
    return engine_named("hybrid").read(page.image, page.dpi)


def mixed_page(dpi: int = 300) -> DrawnPage:
    """A form: one line in each language, the first words of the Declaration's first article."""
    image = Image.new("RGB", (round(7 * dpi), round(4 * dpi)), "white")
    lines = []
    for row, language in enumerate(("zh-Hans", "uig", "eng", "kaz", "tur", "rus")):
        face = load_font(FONTS[language], round(dpi / 6))
        text = ARTICLE[language]
        text = text[:22] if language == "zh-Hans" else " ".join(text.split()[:6])
        side = round(0.6 * dpi)
        lines.append(draw_line(image, text, side, image.width - side, round((0.5 + 0.5 * row) * dpi), face, language))
    return DrawnPage(np.asarray(image), dpi, tuple(lines))


def nearest(line: TrueLine, scan: Scan) -> str:
    middle = sum(y for _, y in line.quad) / 4
    return min(scan.lines, key=lambda one: abs(sum(y for _, y in one.quad) / 4 - middle)).text


def test_every_line_of_a_mixed_page_is_read_in_its_own_script() -> None:
    page = degrade(mixed_page(), seed="mixed", stamp=False, mark=False)
    scan = read(page)
    for line in page.lines:
        true, got = comparable(line.text), comparable(nearest(line, scan))
        assert distance(true, got) <= 0.05 * len(true), line.language
    assert {line.script for line in scan.lines} == {"Hani", "Arab", "Latn", "Cyrl"}


@pytest.mark.parametrize("dpi", [pytest.param(150, marks=pytest.mark.slow), 600])
def test_the_resolution_does_not_matter(dpi: int) -> None:
    page = draw_page("rus", font=FONTS["rus"], number=2, lines=4, dpi=dpi)
    assert error_rate(page, read(page)) <= 0.01


@pytest.mark.parametrize("skew_deg", [pytest.param(-5.0, marks=pytest.mark.slow), 5.0])
def test_a_page_askew_by_five_degrees_is_read(skew_deg: float) -> None:
    page = degrade(draw_page("eng", font=FONTS["eng"], number=2, lines=6), seed="askew", skew_deg=skew_deg)
    scan = read(page)
    assert abs(scan.skew_deg - skew_deg) <= 0.4
    assert error_rate(page, scan) <= 0.01
    assert missed_lines(page, scan) == 0


def test_a_page_may_be_turned_and_askew_at_once() -> None:
    page = turn_page(degrade(draw_page("kaz", font=FONTS["kaz"], number=1, lines=6), seed="both"), 270)
    scan = read(page)
    assert scan.turn_deg == 270
    assert error_rate(page, scan) <= 0.03
    assert missed_lines(page, scan) == 0


def test_a_grey_page_is_read_like_a_coloured_one() -> None:
    page = draw_page("eng", font=FONTS["eng"], number=1, lines=4, dpi=150)
    grey = np.asarray(Image.fromarray(page.image).convert("L"))
    scan = engine_named("hybrid").read(grey, page.dpi)
    assert error_rate(page, scan) <= 0.01


def test_text_under_a_stamp_stays_and_the_stamp_goes() -> None:
    image = Image.new("RGB", (800, 600), (235, 235, 235))
    brush = ImageDraw.Draw(image)
    brush.ellipse((300, 200, 520, 420), outline=(205, 30, 30), width=10)
    brush.rectangle((100, 305, 700, 312), fill=(25, 25, 25))
    clean = without_stamps(np.asarray(image))
    spread = clean.max(axis=2).astype(int) - clean.min(axis=2)
    assert spread.max() < 20
    assert (clean[306:311, 110:690] < 60).all()
    assert (clean[210:290, 300:520] > 200).all()


def test_red_letters_are_no_stamp() -> None:
    image = Image.new("RGB", (1200, 600), "white")
    ImageDraw.Draw(image).text((60, 100), "人民政府文件", font=load_font("NotoSansSC", 40), fill=(200, 20, 20))
    assert np.array_equal(without_stamps(np.asarray(image)), np.asarray(image))


def test_cells_of_a_ruled_table_are_read_row_by_row_without_their_rulings() -> None:
    image = Image.new("RGB", (1500, 560), "white")
    brush = ImageDraw.Draw(image)
    face = load_font("NotoSansSC", 40)
    cells = [["姓名", "年龄", "地址"], ["艾山江", "34", "阿克苏路12号"], ["帕提古丽", "27", "友谊街5号"]]
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            brush.rectangle(
                (60 + 460 * column, 60 + 140 * row, 520 + 460 * column, 200 + 140 * row), outline=0, width=3
            )
            brush.text((90 + 460 * column, 100 + 140 * row), text, font=face, fill=(15, 15, 15))
    scan = engine_named("hybrid").read(np.asarray(image), 200)
    assert [line.text.replace(" ", "") for line in scan.lines] == [text for row in cells for text in row]
    assert scan.ink_outside < 0.02


def test_ink_that_no_line_covers_is_reported() -> None:
    page = draw_page("eng", font=FONTS["eng"], number=1, lines=4, dpi=150)
    image = page.image.copy()
    rng = np.random.default_rng(7)
    for _ in range(60):  # strokes that are no letters, as of handwriting that was not found
        x, y = rng.integers(100, 1100), rng.integers(900, 1500)
        image[y : y + 3, x : x + 14] = 20
    with_strokes = engine_named("hybrid").read(image, page.dpi)
    assert read(page).ink_outside < 0.01
    assert with_strokes.ink_outside > 0.1 or missed_strokes_are_lines(with_strokes)


def missed_strokes_are_lines(scan: Scan) -> bool:
    return sum(line.box[1] > 880 for line in scan.lines) >= 30
