"""A report as a PDF: tagged, for archives (PDF/A-2a and PDF/UA-1), with its fonts inside, the same bytes each time.

Set by typst from one template. What the report says is handed over as data and never as markup, so that a label can
hold anything. Every figure is a link to its claim on a page of the same file.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from importlib import resources
from pathlib import Path
from typing import Any

from fairwitness.core.errors import FairwitnessError
from fairwitness.publish._extra import needed
from fairwitness.publish._fonts import FAMILIES, covered, cut_fonts
from fairwitness.publish._leaf import Leaf, Leaves, Piece, leaves_of
from fairwitness.publish._svg import Drawing, Text, is_from_right
from fairwitness.publish.charts import draw
from fairwitness.publish.report import BadReport, Report

_STANDARDS = ["a-2a", "ua-1"]
_OWN = "•-\u2011…"  # what typst sets of its own accord
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class CannotSet(FairwitnessError):
    """The report could not be made a PDF."""

    code = "cannot_set"
    advice = "The HTML of the same report says the same; tell us what the report held."


def write_pdf(report: Report, evidence: str = "") -> bytes:
    """The report as a PDF, the same bytes each time; `evidence` as for `write_html`.

    A letter that no bundled font has is spelled out as its code point.

    Raises:
        BadReport: if it cannot be set.
        ReportExtraMissing: if the packages for PDFs are not installed.
        CannotSet: if typst refuses.
    """
    typst = needed("typst")
    if not _DAY.fullmatch(report.dated):
        raise BadReport("The report has no date.", advice="Give it in the recipe as 2024-03-05.")
    day = date.fromisoformat(report.dated)
    leaves = leaves_of(report, evidence)
    data = json.dumps(_data(leaves), ensure_ascii=False)
    template = resources.files("fairwitness.publish").joinpath("templates/report.typ").read_bytes()
    letters = "".join(sorted(set(data + template.decode() + _OWN)))
    with tempfile.TemporaryDirectory(prefix="fairwitness-") as folder:
        for at, cut in enumerate(cut_fonts(letters)):
            Path(folder, f"{at}.otf").write_bytes(cut.data)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        compiler = typst.Compiler(
            template, root=folder, font_paths=fonts, ignore_system_fonts=True, sys_inputs={"report": data}
        )
        try:
            made = compiler.compile(
                format="pdf", pdf_standards=_STANDARDS, timestamp=datetime.combine(day, time(), UTC)
            )
        except typst.TypstError as error:
            raise CannotSet("The report could not be made a PDF.") from error
    return bytes(made)


def _data(leaves: Leaves) -> dict[str, Any]:
    """The report as the template reads it."""
    language, _, region = leaves.language.partition("-")
    ours = [
        ("How each number was counted", "how", leaves.claims),
        ("What this report was made from", "from", leaves.about),
    ]
    contents = [_words(part.text) | {"id": part.id, "level": part.level, "is_ours": False} for part in leaves.contents]
    contents += [_words(text) | {"id": place, "level": 1, "is_ours": True} for text, place, some in ours if some]
    return {
        "title": covered(leaves.title),
        "dated": leaves.dated,
        "lang": language.lower(),
        "region": region if re.fullmatch("[A-Za-z]{2}", region) else None,
        "from_right": leaves.from_right,
        "digest": leaves.digest,
        "evidence": leaves.evidence,
        "fonts": list(FAMILIES),
        "contents": contents,
        "parts": [_MAKE[part.kind](part, leaves) for part in leaves.parts],
        "claims": [
            {
                "id": claim.id,
                "value": covered(claim.value),
                "sentence": _words(claim.sentence),
                "lines": [
                    _words(value) | {"name": name, "is_digest": is_digest} for name, value, is_digest in claim.lines
                ],
                "cannot": [_words(one) for one in claim.cannot],
                "used": [f"{place}" for place in claim.used if not _is_in_chart(place, leaves)],
                "evidence": claim.evidence,
            }
            for claim in leaves.claims
        ],
        "about": [{"name": _words(name), "value": _words(value)} for name, value in leaves.about],
    }


def _is_in_chart(place: str, leaves: Leaves) -> bool:
    """Whether the figure stands in the numbers of a chart, which a PDF does not print again."""
    return any(
        part.kind == "chart" and piece.id == place for part in leaves.parts for row in part.rows for piece in row
    )


def _words(text: str) -> dict[str, Any]:
    return {"text": covered(text), "is_rtl": is_from_right(text)}


def _piece(piece: Piece) -> dict[str, Any]:
    return _words(piece.text) | {"claim": piece.claim, "id": piece.id}


def _heading(part: Leaf, leaves: Leaves) -> dict[str, Any]:
    return _words(part.text) | {"kind": part.kind, "level": part.level, "id": part.id}


def _prose(part: Leaf, leaves: Leaves) -> dict[str, Any]:
    is_rtl = is_from_right("".join(piece.text for piece in part.pieces))
    pieces = [_piece(piece) | {"is_rtl": is_rtl} for piece in part.pieces]
    return {"kind": part.kind, "caution": part.caution, "pieces": pieces, "is_rtl": is_rtl}


def _table(part: Leaf, leaves: Leaves) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "caption": _words(part.text),
        "columns": [_words(name) for name in part.columns],
        "numeric": list(part.numeric),
        "rows": [[_piece(piece) for piece in row] for row in part.rows],
        "notes": [_words(note) for note in part.notes],
    }


def _chart(part: Leaf, leaves: Leaves) -> dict[str, Any]:
    assert part.chart is not None
    drawn: Drawing = draw(part.chart, from_right=leaves.from_right)
    return {
        "kind": part.kind,
        "caption": _words(part.text),
        "is_again": part.is_again,
        "alternative": covered(part.chart.alternative),
        "shapes": drawn.shapes,
        "width": drawn.width,
        "height": drawn.height,
        "texts": [_text(text) for text in drawn.texts],
        "notes": [_words(note) for note in (*drawn.unseen, *part.notes)],
    }


def _text(text: Text) -> dict[str, Any]:
    return _words(text.text) | {
        "x": text.x,
        "y": text.y,
        "anchor": text.anchor,
        "size": text.size,
        "weight": text.weight,
        "fill": text.fill,
        "claim": text.claim,
    }


_MAKE: Mapping[str, Callable[[Leaf, Leaves], dict[str, Any]]] = {
    "heading": _heading,
    "prose": _prose,
    "table": _table,
    "chart": _chart,
}
