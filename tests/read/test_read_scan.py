from __future__ import annotations

from dataclasses import dataclass

from fairwitness.core.parts import Pixels
from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.scan import Line, Scan
from fairwitness.read.read_scan import page_of_scan
from fairwitness.search.analyser import analyse


@dataclass(frozen=True)
class Named:
    """An engine of which only the name is asked."""

    name: str = "x"


def text_of(*lines: tuple[str, tuple[int, int, int, int]]) -> str:
    scan = Scan(tuple(Line(text, box, quad_of(box), 0.99, "x", "Hani") for text, box in lines), 0, 0.0, 0.0)
    page = page_of_scan(1, Pixels(1200, 900, 1, bytes(1200 * 900)), 150, scan, Named())  # type: ignore[arg-type]
    held = [
        page.text[start:end]
        for start, end in zip(page.recognition.lines[::5], page.recognition.lines[1::5], strict=True)
    ]  # type: ignore[union-attr]
    assert held == [text for text, _ in lines]
    assert [page.text[start:end] for start, end in zip(page.words[::6], page.words[1::6], strict=True)] == held
    return page.text


def test_a_word_goes_on_over_the_end_of_a_line_and_not_into_the_next_cell_or_column() -> None:
    running = text_of(("关于加强环", (100, 100, 500, 130)), ("境保护", (100, 150, 300, 180)))
    assert "环境" in [token.text for token in analyse(running)]
    cells = text_of(("民族", (100, 100, 160, 130)), ("性别", (400, 100, 460, 130)), ("汉", (100, 150, 130, 180)))
    assert [token.text for token in analyse(cells)] == ["民族", "性别", "汉"]
