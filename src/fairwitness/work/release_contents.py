"""What a release shows of a case: findings with the lines they rest on, redacted pages, lists, what is not known.

Everything here comes from what was painted or decided: no pixel and no word of a page that is not redacted.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.core.errors import NotFound
from fairwitness.publish.bag import Content
from fairwitness.publish.site import SiteCite, SiteDocument, SiteFinding, SiteList, SitePage
from fairwitness.work.account import account_of
from fairwitness.work.bag_contents import Names, list_files
from fairwitness.work.findings import Finding
from fairwitness.work.gating import Gated
from fairwitness.work.proving import NotCommitted, ProvenPage, note_proof
from fairwitness.work.proving_files import prove_rebuilt
from fairwitness.work.redacting import PaintedPage, Rebuilt, Redaction
from fairwitness.work.redaction_drawing import PageDrawer
from fairwitness.work.release_recipe import DocumentPart, ListPart
from fairwitness.work.showing import look_up

CROP_INCHES = 0.25  # of page above and below the lines of a cite
_LEAST_CROP_PX = 60
_TECHNICAL = ("_cite", "_status", "_normal", "_flags")
_HIDDEN = frozenset({"row", "document"})


@dataclass(frozen=True, slots=True)
class Released:
    """A redacted document of a release: what the recipe says of it, the redaction, the file and its gate.

    `proofs` are those of its pages by their numbers, of pages that were committed to before.
    """

    part: DocumentPart
    redaction: Redaction
    gated: Gated
    proofs: Mapping[int, ProvenPage]


def site_documents(released: Sequence[Released], names: Names) -> tuple[SiteDocument, ...]:
    """The documents page by page, as they were painted."""
    return tuple(_document(one, names.of(one.redaction.document)) for one in released)


def site_findings(
    case: Case, findings: Sequence[Finding], released: Sequence[Released], names: Names, *, unlocked: bool = False
) -> tuple[SiteFinding, ...]:
    """The findings, each with the lines of the released pages that it rests on.

    A cite of a page that is not released is told as that, with its page and nothing of its text.
    """
    pages = {(one.redaction.document, page.number): page for one in released for page in one.gated.made.pages}
    made = []
    with PageDrawer(case, unlocked=unlocked) as drawer:
        for number, finding in enumerate(findings, 1):
            cites = tuple(_cite(case, cite, pages, drawer, names) for cite in finding.cites)
            made.append(SiteFinding(f"f{number}", finding.sentence, cites))
    return tuple(made)


def site_lists(case: Case, parts: Sequence[ListPart], names: Names) -> tuple[SiteList, ...]:
    """The lists as they are handed over, what is personal withheld."""
    made = []
    for number, part in enumerate(parts, 1):
        files = {
            path.partition("/")[2].partition("/")[2]: _bytes_of(data)
            for path, data in list_files(case, [part.list], names).items()
        }
        made.append(_list(f"l{number}", part.title, files))
    return tuple(made)


def stated(case: Case, released: Sequence[Released], asked: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a reader must know: what was not read, what is covered and why, what cannot be excluded."""
    account = account_of(case).as_json()
    yield (
        "What was received",
        f"{account['expected']:,} files; {account['read']:,} could be read and {account['failed']:,} could not. "
        f"Of {account['pages']['expected']:,} pages {account['pages']['failed']:,} could not be read by a machine; "
        "a search cannot have found anything on them.",
    )
    reasons = Counter(kept.box.reason for one in released for kept in one.redaction.boxes)
    if reasons:
        told = ", ".join(f"{reason}: {count:,}" for reason, count in sorted(reasons.items()))
        yield "Covered places, by reason", f"{told}. A second person looked at each place and at each page."
    pages = sum(len(one.gated.made.pages) for one in released)
    proven = sum(len(one.proofs) for one in released)
    if pages:
        yield "Proofs", f"Of {pages:,} pages {proven:,} have a proof that what is visible was on the page received."
    short = sum(one.gated.not_searched for one in released)
    if short:
        yield "Not searched for", f"{short:,} covered strings are too short to be looked for in what is published."
    yield from asked.items()


# --- parts --------------------------------------------------------------------------------------------------------


def _document(one: Released, name: str) -> SiteDocument:
    pages = tuple(_page(page, one.proofs.get(page.number)) for page in one.gated.made.pages)
    return SiteDocument(
        id=name,
        title=one.part.title,
        language=one.part.language,
        pages=pages,
        pdf=one.gated.made.pdf,
        told=tuple(one.gated.statement.strip().splitlines()[2:]),
    )


def proofs_of(case: Case, made: Rebuilt, *, unlocked: bool = False) -> dict[int, ProvenPage]:
    """The proofs of the pages of a redacted document, of the very pixels of its PDF, where they were committed to.

    Raises:
        NoProof: if a page that was committed to cannot be proved any more.
    """
    found = {}
    for page in made.pages:
        with suppress(NotCommitted):
            proven = prove_rebuilt(case, made, page.number, unlocked=unlocked)
            note_proof(case, proven.page, made.redaction)
            found[page.number] = proven.page
    return found


def _page(page: PaintedPage, proof: ProvenPage | None) -> SitePage:
    pixels = page.pixels
    return SitePage(
        number=page.number,
        picture=proof.png if proof is not None else _png(pixels),
        width=pixels.shape[1],
        height=pixels.shape[0],
        lines=tuple(_lines(page)),
        covered=len(page.rectangles),
        proof=proof.as_bytes() if proof is not None else b"",
    )


def _lines(page: PaintedPage) -> Iterator[str]:
    """Yield the words read of the painted page, those that stand at one height as one line, in their order."""
    line: list[str] = []
    middle = bottom = top = 0.0
    for text, (_, y0, _, y1) in page.words:
        middle = (y0 + y1) / 2
        if line and not top < middle < bottom:
            yield " ".join(line)
            line = []
        if not line:
            top, bottom = y0, y1
        line.append(text)
    if line:
        yield " ".join(line)


def _cite(
    case: Case, cite: str, pages: Mapping[tuple[str, int], PaintedPage], drawer: PageDrawer, names: Names
) -> SiteCite:
    parsed = parse_any_cite(cite)
    shown = look_up(case, parsed)
    page = pages.get((shown.document, shown.page))
    name = names.of(shown.document)
    if page is None:
        return SiteCite(name, shown.page, why_none="This page is not part of the release.")
    boxes = [(parsed.x0, parsed.y0, parsed.x1, parsed.y1)] if isinstance(parsed, RegionCite) else list(shown.boxes)
    dpi = parsed.dpi if isinstance(parsed, RegionCite) else shown.dpi
    if not boxes:
        return SiteCite(name, shown.page, why_none="The words have no place in the picture of the page.")
    lie = drawer.draw(shown.document, shown.page).lie
    sides = [lie.sides(RegionCite(shown.document[:16], shown.page, *box, dpi)) for box in boxes]
    crop = _band(page, min(side[1] for side in sides), max(side[3] for side in sides))
    return SiteCite(name, shown.page, _png(crop), crop.shape[1], crop.shape[0])


def _band(page: PaintedPage, top: float, bottom: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The painted page from a little above to a little below, in its whole width: where a cite ends is not cut out."""
    pixels = page.pixels
    room = max(_LEAST_CROP_PX, page.dpi * CROP_INCHES)
    band: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = pixels[
        max(0, floor(top - room)) : min(pixels.shape[0], ceil(bottom + room))
    ]
    if not band.size:
        raise NotFound("A cite lies beyond the edge of its page.")
    return band


def _png(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    grey = pixels.ndim == 2 or bool((pixels == pixels[..., :1]).all())
    plain = pixels if pixels.ndim == 2 else pixels[..., 0] if grey else pixels
    data = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(plain)).save(data, "PNG", optimize=False, compress_level=6)
    return data.getvalue()


def _list(name: str, title: str, files: Mapping[str, bytes]) -> SiteList:
    table = next(path for path in files if path.endswith(".csv"))
    head, *rows = csv.reader(io.StringIO(files[table].decode("utf-8-sig")))
    at = [n for n, column in enumerate(head) if column not in _HIDDEN and not column.endswith(_TECHNICAL)]
    return SiteList(
        id=name,
        title=title,
        columns=tuple(head[n] for n in at),
        rows=tuple(tuple(row[n] for n in at) for row in rows),
        notes=("An empty cell is not told, not read, or withheld; the table beside it says which for each cell.",),
        files=files,
    )


def _bytes_of(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
