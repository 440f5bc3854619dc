"""A comparison as one HTML page: both texts side by side with every difference marked, then all differences with cites.

The page needs nothing else: no script, no font, no image, and a policy in it forbids to fetch any. Leaked text is
escaped, characters that would turn or hide their surroundings are spelled out, and its direction is kept apart from
ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib import resources
from typing import Any

from fairwitness.compare.differences import Change, Passage, Span
from fairwitness.text.language import languages_of
from fairwitness.text.visible import visible
from fairwitness.work.comparing import Comparison, Side
from fairwitness.work.printing import count

CONTEXT = 24  # words of equal text shown around a difference
_TAGS = {Change.CHANGED: "mark", Change.MISSING: "del", Change.ADDED: "ins", Change.MOVED: "b"}
_MARKS = "\u061c\u200e\u200f"  # of direction; each turns nothing but signs beside it, and Arabic script needs them
_SIGNS = {Change.CHANGED: "~", Change.MISSING: "−", Change.ADDED: "+", Change.MOVED: "⇄"}
_SAID = {
    Change.CHANGED: "changed: other words in the same place",
    Change.MISSING: "missing: only in A",
    Change.ADDED: "added: only in B",
    Change.MOVED: "moved: in both, at different places",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Passages that are shown together, or one that is the same on both sides and folded away."""

    passages: tuple[Passage, ...]
    is_folded: bool = False


def comparison_page(found: Comparison) -> str:
    """The whole page."""
    style = resources.files("fairwitness.work").joinpath("comparison.css").read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>Two documents compared</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + comparison_body(found)
        + "\n</main>\n</body>\n</html>\n"
    )


def comparison_body(found: Comparison) -> str:
    """What stands on the page, as HTML in which everything leaked is escaped and kept apart."""
    columns = (_Column(found.left, is_left=True), _Column(found.right, is_left=False))
    return "\n".join([*_head(found), *_texts(found, columns), *_table(found, columns)])


def _leaked(text: str) -> str:
    return escape(visible(text, keep_lines=True, keep=_MARKS))


def _head(found: Comparison) -> Iterator[str]:
    yield "<h1>Two documents compared</h1>"
    yield '<table class="sides"><caption>What was compared</caption>'
    yield '<thead><tr><td></td><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody>'
    sides = (found.left, found.right)
    rows = [
        ("found as", [f'<bdi dir="auto">{_leaked(side.found_as)}</bdi>' for side in sides]),
        ("SHA-256", [f"<code>{side.document}</code>" for side in sides]),
        ("compared", [f"{count(len(side.words), 'word')} on {count(len(side.parts), 'page')}" for side in sides]),
        ("read by text recognition", [count(side.recognised, "page") for side in sides]),
        ("not compared", [_missed(side) for side in sides]),
    ]
    for name, cells in rows:
        yield f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table>"
    yield f"<p>{_share(found.similarity)} of the words are the same, in the same place."
    yield "A Chinese character counts as a word.</p>"
    yield "<ul class=legend>"
    for change, number in found.counts().items():
        kind = Change(change)
        tag = _TAGS[kind]
        yield f"<li><{tag}>{_SIGNS[kind]}</{tag}> {number:,} {_SAID[kind]}</li>"
    yield "</ul>"


def _missed(side: Side) -> str:
    return ", ".join(f"{count(number, 'page')} {escape(cause)}" for cause, number in side.not_compared.items()) or "-"


def _share(share: float) -> str:
    return f"{int(share * 1000) / 10:.1f} %"


def stretches(passages: Sequence[Passage]) -> Iterator[Stretch]:
    """Yields the passages in order, long equal ones cut so that their middle can be folded away."""
    shown: list[Passage] = []
    for at, passage in enumerate(passages):
        size = passage.left[1] - passage.left[0]
        if passage.change is not Change.SAME or size <= 3 * CONTEXT:
            shown.append(passage)
            continue
        before, behind = CONTEXT * (at > 0), CONTEXT * (at + 1 < len(passages))
        if before:
            shown.append(_cut(passage, 0, before))
        if shown:
            yield Stretch(tuple(shown))
        yield Stretch((_cut(passage, before, size - behind),), is_folded=True)
        shown = [_cut(passage, size - behind, size)] if behind else []
    if shown:
        yield Stretch(tuple(shown))


def _cut(passage: Passage, start: int, end: int) -> Passage:
    left, right = passage.left[0], passage.right[0]
    return replace(passage, left=(left + start, left + end), right=(right + start, right + end))


def _texts(found: Comparison, columns: tuple[_Column, _Column]) -> Iterator[str]:
    yield '<table class="texts"><caption>Both texts, with the differences numbered</caption>'
    yield '<thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody>'
    for stretch in stretches(found.passages):
        if stretch.is_folded:
            (passage,) = stretch.passages
            summary = f"<summary>{count(passage.left[1] - passage.left[0], 'word')} the same</summary>"
            folded = f"<details>{summary}{columns[0].text(stretch.passages)}</details>"
            yield f'<tr class="same"><td colspan="2">{folded}</td></tr>'
        else:
            yield "<tr>" + "".join(f"<td>{column.text(stretch.passages)}</td>" for column in columns) + "</tr>"
    yield "</tbody></table>"


def _table(found: Comparison, columns: tuple[_Column, _Column]) -> Iterator[str]:
    yield '<table class="list"><caption>All differences, with their places</caption><thead><tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in ("No.", "what", "A", "B")) + "</tr></thead><tbody>"
    for passage, within in found.differences():
        what = passage.change.value + (f' in <a href="#t{within}">{within}</a>' if within else "")
        cells = [
            "".join(_place(place, column) for place in column.side.places(span))
            for column, span in zip(columns, (passage.left, passage.right), strict=True)
        ]
        number = f'<a href="#t{passage.number}">{passage.number}</a>'
        yield f'<tr id="d{passage.number}"><td>{number}</td><td>{what}</td>'
        yield f"<td>{cells[0]}</td><td>{cells[1]}</td></tr>"
    yield "</tbody></table>"


def _place(place: dict[str, Any], column: _Column) -> str:
    label = f' <bdi dir="auto">{_leaked(place["label"])}</bdi>' if place["label"] else ""
    return (
        f"<p>page {place['page']}{label} <code>{place['cite']}</code></p>"
        f'<blockquote dir="auto"{column.language}>{_leaked(place["text"])}</blockquote>'
    )


class _Column:
    """One of the two texts, as HTML."""

    def __init__(self, side: Side, *, is_left: bool) -> None:
        self.side = side
        self._is_left = is_left
        self._anchored: set[int] = set()
        found = languages_of("\n".join(part.text for part in side.parts)[:20_000])
        self.language = f' lang="{found[0]}"' if len(found) == 1 and found[0] != "und" else ""

    def _span(self, passage: Passage) -> Span:
        return passage.left if self._is_left else passage.right

    def text(self, passages: Sequence[Passage]) -> str:
        """The passages as a block of running text."""
        flow = "".join(self._flow(passage) for passage in passages)
        return f'<div class="text" dir="auto"{self.language}>{flow}</div>'

    def _flow(self, passage: Passage) -> str:
        span = self._span(passage)
        if passage.change is Change.SAME:
            return "".join(self._lines(span, ""))
        if span[0] == span[1]:
            return self._label(passage) if passage.other is None else ""
        label = self._label(passage)
        if passage.inner:
            inner = "".join(self._flow(part) for part in passage.inner)
            marked = inner.rstrip()
            return f"{label}<b>{marked}</b>{inner[len(marked) :]}"
        return label + "".join(self._lines(span, _TAGS[passage.change]))

    def _label(self, passage: Passage) -> str:
        """The number of a difference; that of the left text can be linked to, if there is one."""
        anchor = ""
        if self._is_left and passage.number not in self._anchored:
            self._anchored.add(passage.number)
            anchor = f' id="t{passage.number}"'
        sign, number = _SIGNS[passage.change], passage.number
        return f'<a class="no"{anchor} href="#d{number}"><bdi dir="ltr">{sign}{number}</bdi></a>'

    def _lines(self, span: Span, tag: str) -> Iterator[str]:
        """Yields the text of the words page by page; signs and blanks behind the last word stand outside of the tag."""
        words, at = self.side.words, span[0]
        while at < span[1]:
            number = words[at].part
            last = at
            while last + 1 < span[1] and words[last + 1].part == number:
                last += 1
            part = self.side.parts[number]
            is_first = at == 0 or words[at - 1].part != number
            goes_on = last + 1 < len(words) and words[last + 1].part == number
            start, end = words[at].start, words[last].end
            rest = part.text[end : words[last + 1].start if goes_on else len(part.text)]
            if is_first:
                yield f'<span class="page"><bdi dir="ltr">page {part.page.number}</bdi></span>'
                yield _leaked(part.text[:start])
            text = _leaked(part.text[start:end])
            yield f"<{tag}>{text}</{tag}>{_leaked(rest)}" if tag else text + _leaked(rest)
            at = last + 1
