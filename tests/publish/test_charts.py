"""Charts of a report: what is drawn where, in which words, and that it is the same everywhere."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import uharfbuzz
from lxml import etree
from PIL import Image

from fairwitness.publish import _svg as drawing
from fairwitness.publish import charts
from fairwitness.publish._fonts import cut_fonts, is_covered, width_of, wrapped
from fairwitness.publish._periods import Span, periods_of
from fairwitness.publish._svg import Drawing
from fairwitness.publish.charts import WIDE_PX, draw
from fairwitness.publish.report import BadReport, ChartPart
from tests.publish.reports import BARS, ESTIMATES, HAN, INTERVALS, KAZAKH, OVERLAP, TIMELINE, UYGHUR

_ALL = (INTERVALS, OVERLAP, TIMELINE, BARS, ESTIMATES)


@pytest.fixture(scope="module")
def drawn() -> dict[str, Drawing]:
    return {part.kind: draw(part) for part in _ALL}


def test_every_kind_is_drawn_the_same_again(drawn: dict[str, Drawing]) -> None:
    charts._draw.cache_clear()
    assert all(draw(part) == drawn[part.kind] for part in _ALL)


@pytest.mark.parametrize("width", [WIDE_PX, 344])
def test_no_label_leaves_the_drawing_or_lies_on_another(width: int) -> None:
    for part in (INTERVALS, OVERLAP, TIMELINE, BARS, ESTIMATES):
        made, boxes = draw(part, width), []
        for text in made.texts:
            wide = width_of(text.text, text.size, text.weight)
            left = text.x - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
            assert left >= -1 and left + wide <= width + 1, (part.kind, text)
            assert text.size < text.y <= made.height
            boxes.append((left, text.y - 0.7 * text.size, left + wide, text.y))
        for at, (a, b, c, d) in enumerate(boxes):
            others = boxes[at + 1 :]
            assert not any(a < g and e < c and b < h and f < d for e, f, g, h in others), part.kind


def test_an_interval_lies_where_its_numbers_are(drawn: dict[str, Drawing]) -> None:
    """The axis of shares goes from 0 to 100 %; its first and last label give the scale, by hand."""
    made = drawn["intervals"]
    at = {text.text.replace("\xa0", " "): text.x for text in made.texts}
    start, one = at["0 %"], at["100 %"] - at["0 %"]
    (first, *_) = [line for line in _lines(made) if line.get("stroke-width") == "6" and line.get("x2") != "22"]
    x0 = float(re.findall(r"translate\(([-\d.]+)", first.get("transform"))[-1]) + float(
        re.findall(r"translate\(([-\d.]+)", first.get("transform"))[0]
    )
    assert x0 == pytest.approx(start + 0.58 * one, abs=1)
    assert float(first.get("x2")) == pytest.approx((0.665 - 0.58) * one, abs=1)


def test_points_intervals_and_bounds_differ_without_colour(drawn: dict[str, Drawing]) -> None:
    widths = {line.get("stroke-width") for line in _lines(drawn["intervals"])}
    assert {"6", "1.25"} <= widths
    grey = [_grey(colour) for colour in (drawing.INK, drawing.MAIN, drawing.PALE, drawing.PAPER)]
    assert all(b - a > 30 for a, b in pairwise(grey))


def test_a_figure_in_a_chart_leads_to_its_claim(drawn: dict[str, Drawing]) -> None:
    tree = etree.fromstring(drawn["intervals"].svg.encode())
    links = {link.get("href"): "".join(link.itertext()) for link in tree.iter("{*}a")}
    assert {href: text.replace("\xa0", " ") for href, text in links.items()} == {"#c1": "62.4 %", "#c2": "31.0 %"}
    assert {text.claim for text in drawn["overlap"].texts} == {"", "c3"}


def test_a_drawing_can_load_and_run_nothing(drawn: dict[str, Drawing]) -> None:
    for made in drawn.values():
        tree = etree.fromstring(made.svg.encode())
        assert {etree.QName(element).localname for element in tree.iter()} <= {"svg", "path", "line", "a", "text"}
        names = {name for element in tree.iter() for name in element.attrib}
        assert not {name for name in names if name.startswith("on") or name in ("style", "class")}
        assert all(href.startswith("#") for href in tree.xpath("//@*[local-name()='href']"))


def test_labels_are_words_in_their_direction_and_nothing_else(drawn: dict[str, Drawing]) -> None:
    tree = etree.fromstring(drawn["intervals"].svg.encode())
    said = {"".join(text.itertext()): text for text in tree.iter("{*}text")}
    assert {HAN, UYGHUR, KAZAKH} <= set(said)
    assert said[UYGHUR].get("direction") == "rtl"
    assert (said[UYGHUR].get("text-anchor"), said[HAN].get("text-anchor")) == ("end", "start")
    assert "alert(1)" in " ".join(said)
    assert "script" not in {etree.QName(element).localname for element in tree.iter()}


def test_a_label_that_turns_its_surroundings_is_spelled_out() -> None:
    part = ChartPart("bars", "", "", ({"label": "a\u202eb\x00", "value": 1},))
    assert [text.text for text in draw(part).texts if "a" in text.text] == ["a\\u202eb\\u0000"]


def test_the_bundled_fonts_have_what_lists_are_written_in() -> None:
    every = HAN + UYGHUR + KAZAKH + "ئېۈۆڭگچپژھ" + "әғқңөұүһіӘҒҚҢӨҰҮҺІ" + "ğışĞİŞ" + "登记表维吾尔〇㐂" + "–−…•\u202f"
    assert [char for char in every if not is_covered(char)] == []
    assert {cut.family for cut in cut_fonts(every)} == {"Noto Sans", "Noto Naskh Arabic", "Noto Sans SC"}


def test_arabic_script_is_joined_in_what_is_cut_from_its_font() -> None:
    """The letter meem alone and in the middle of a word are two glyphs; a cut that lost the tables would give one."""
    (cut,) = [cut for cut in cut_fonts("م") if cut.family == "Noto Naskh Arabic" and cut.weight == 400]
    font, glyphs = uharfbuzz.Font(uharfbuzz.Face(cut.data)), []
    for word in ("م", "ممم"):
        buffer = uharfbuzz.Buffer()
        buffer.add_str(word)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        glyphs.append({info.codepoint for info in buffer.glyph_infos})
    assert len(glyphs[1]) == 3
    assert 0 not in glyphs[0] | glyphs[1]


def test_long_labels_break_between_words_and_between_han_characters() -> None:
    assert wrapped("one two", width_of("one two", 12) - 1, 12) == ("one", "two")
    assert wrapped(HAN * 4, width_of(HAN * 2, 12) + 1, 12) == (HAN * 2, HAN * 2)
    assert "".join(wrapped("x" * 50, 60, 12)) == "x" * 50


def test_less_exact_dates_are_spread_by_days(drawn: dict[str, Drawing]) -> None:
    """31 days of January and 28 of February share 59 dates: 31 and 28 of them, counted by hand."""
    spans = [Span("", str(row["earliest"]), str(row["latest"]), row["count"]) for row in TIMELINE.rows[:3]]  # type: ignore[arg-type]
    found = periods_of(spans, most=75)
    assert (found.unit, found.names) == ("month", ("2017-01", "2017-02"))
    assert [(one.known, one.spread) for one in found.counts[""]] == [(62, 31), (4, 28)]
    assert drawn["timeline"].unseen == ("1 periods have a count that is not shown.",)


def test_the_bars_of_a_timeline_are_as_high_as_its_counts(drawn: dict[str, Drawing]) -> None:
    picture = Image.open(io.BytesIO(_png(drawn["timeline"].shapes))).convert("RGB")
    pixels = np.asarray(picture)[30:]  # below the key
    main = (abs(pixels.astype(int) - (0x1D, 0x5C, 0x8A)).sum(axis=2) < 12).sum(axis=0)
    # 62 are known to January and 4 to February: 55 and 4 of 90 pixels to 100, and lines around what is spread
    january, february = main[main.size // 4], main[main.size * 9 // 10]
    assert (january, february) == (pytest.approx(56, abs=3), pytest.approx(6, abs=3))


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (replace(BARS, rows=()), "no rows"),
        (replace(BARS, rows=BARS.rows * 30), "60 rows"),
        (replace(TIMELINE, rows=({"label": "", "earliest": "2017", "latest": "2017", "count": 1},)), "date"),
        (replace(TIMELINE, rows=TIMELINE.rows[3:]), "no counts"),
    ],
)
def test_what_cannot_be_drawn_says_so(part: ChartPart, said: str) -> None:
    with pytest.raises(BadReport, match=said) as caught:
        draw(part)
    assert caught.value.advice


def _lines(made: Drawing) -> list[etree._Element]:
    return list(etree.fromstring(made.svg.encode()).iter("{*}line"))


def _grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _png(svg: str) -> bytes:
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg))


def test_a_label_without_letters_does_not_shift_what_others_lead_to() -> None:
    rows = (
        {"label": "", "value": 1, "claim": "c1"},
        {"label": " ", "value": 2},
        {"label": "b", "value": 3, "claim": "c2"},
    )
    assert {text.text: text.claim for text in draw(ChartPart("bars", "", "", rows)).texts if text.claim} == {
        "1": "c1",
        "3": "c2",
    }


def test_labels_of_a_timeline_that_never_come_again_are_its_periods() -> None:
    rows = tuple(
        {
            "label": f"2017-{month:02}",
            "earliest": f"2017-{month:02}-01",
            "latest": f"2017-{month:02}-28",
            "count": count,
        }
        for month, count in ((1, 30), (2, 7), (3, None), (4, 12))
    )
    made = draw(replace(TIMELINE, rows=rows))
    words = [text.text for text in made.texts]
    assert "2017-01" in words
    assert words.count("x") == 1  # March, whose count is held back
    assert made.height < 160  # one panel, and not four
    assert draw(replace(TIMELINE, rows=rows), 344).height == made.height
