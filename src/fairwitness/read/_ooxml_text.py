"""The text of WordprocessingML and DrawingML: both call a paragraph p, its text t, a table tbl, a row tr, a cell tc."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fairwitness.read._package import Element, forget, local, walk_xml

# Subtrees without text of their own: properties hold tab stops called "tab"; Fallback repeats its sibling
# Choice.
_SKIPPED = frozenset({"tabs", "tabLst", "rPr", "tblPr", "trPr", "tcPr", "bodyPr", "lstStyle", "Fallback", "instrText"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_DELETED = "delText"
# What a formula puts above, below or under a line, as it is written in one line.
_MATH = {"sup": "^", "sub": "_", "den": "/", "deg": " "}
_DRAWN = frozenset({"docPr", "cNvPr"})  # name a drawing and describe it
PARAGRAPH_END = "\n\n"
CELL_END = "\t"
ROW_END = "\t\n"


@dataclass(slots=True)
class _Paragraph:
    text: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def blocks(self) -> Iterator[str]:
        for pieces in (self.text, self.deleted):
            joined = "".join(pieces).strip("\n")
            if joined.strip():
                yield joined


@dataclass(slots=True)
class _Row:
    cells: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)  # of the cell that is open


@dataclass(slots=True)
class _Walk:
    """What is open at this point of the document."""

    whole_paragraphs: frozenset[str]
    text_names: frozenset[str]
    paragraphs: list[_Paragraph] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    skipped: Element | None = None
    said_by: str = ""  # author of the comment that begins
    described: list[str] = field(default_factory=list)  # descriptions of drawings outside any paragraph

    def start(self, element: Element, name: str) -> None:
        if self.skipped is not None:
            return
        if name in _SKIPPED:
            self.skipped = element
        elif name == "p" or name in self.whole_paragraphs:
            self.paragraphs.append(_Paragraph())
        elif name == "tr":
            self.rows.append(_Row())
        elif name == "comment":
            self.said_by = next((str(v) for key, v in element.attrib.items() if str(key).endswith("}author")), "")
        elif name in _DRAWN:
            self._describe(element)
        elif name in _MATH and self.paragraphs and "/math" in str(element.tag):
            self.paragraphs[-1].text.append(_MATH[name])

    def _describe(self, element: Element) -> None:
        texts = [str(element.get(name, "")).strip() for name in ("title", "descr")]
        text = "\n".join(dict.fromkeys(filter(None, texts)))
        if text and self.paragraphs:
            self.paragraphs[-1].text.append(f"\n{text}\n")
        elif text:
            self.described.append(text)

    def end(self, element: Element, name: str) -> Iterator[str]:
        if self.skipped is not None:
            if self.skipped is element:
                self.skipped = None
                element.clear(keep_tail=False)
            return
        if name in self.text_names:
            self._add_text(element)
        elif name == _DELETED and self.paragraphs:
            self.paragraphs[-1].deleted.append(element.text or "")
        elif name in _SIGNS and self.paragraphs:
            self.paragraphs[-1].text.append(_SIGNS[name])
        elif name == "sym" and self.paragraphs:
            self.paragraphs[-1].text.append(_symbol(element))
        elif name == "p":
            yield from self._place(self.paragraphs.pop())
            forget(element)
        elif name in _DRAWN and self.described:
            described, self.described = self.described, []
            yield from self._place(_Paragraph(described))
        elif name == "tc" and self.rows:
            row = self.rows[-1]
            row.cells.append("\n".join(row.lines))
            row.lines = []
        elif name == "tr":
            yield from self._end_row()
            forget(element)
        if name in self.whole_paragraphs:
            yield from self._place(self.paragraphs.pop())

    def _add_text(self, element: Element) -> None:
        if self.paragraphs:
            self.paragraphs[-1].text.append(element.text or "")

    def _place(self, paragraph: _Paragraph) -> Iterator[str]:
        for block in paragraph.blocks():
            if self.said_by:
                block, self.said_by = f"{self.said_by}: {block}", ""  # noqa: PLW2901  the first paragraph only
            if self.rows:
                self.rows[-1].lines.append(block)
            else:
                yield block + PARAGRAPH_END

    def _end_row(self) -> Iterator[str]:
        row = self.rows.pop()
        cells = [*row.cells, *row.lines]
        if not any(cell.strip() for cell in cells):
            return
        if self.rows:
            self.rows[-1].lines.append(CELL_END.join(cells))
        else:
            yield CELL_END.join(cells) + ROW_END


def _symbol(element: Element) -> str:
    """A character of a symbol font: its private code is kept, it is no letter."""
    value: Any = next((value for name, value in element.attrib.items() if str(name).endswith("char")), "")
    try:
        return chr(int(str(value), 16))
    except (ValueError, OverflowError):
        return ""


def read_blocks(stream: Any, also: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the paragraphs and table rows of a part in order, each with its end.

    Paragraphs end with an empty line; cells are parted by a tab and rows end with a tab and a line end, so
    that runs of Han never join over a border. Deleted text of tracked changes is a block of its own. `also`
    names elements whose own text is a paragraph.
    """
    walk = _Walk(whole_paragraphs=also, text_names=frozenset({"t"}) | also)
    for event, element in walk_xml(stream):
        name = local(element)
        if event == "start":
            walk.start(element, name)
        else:
            yield from walk.end(element, name)
