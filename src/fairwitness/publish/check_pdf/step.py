"""The step that judges one PDF, in the locked child."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain
from typing import ClassVar

import cv2
import numpy as np
import pikepdf
from pikepdf import Name
from PIL import Image

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Source
from fairwitness.publish.check_pdf._boxes import find_boxes
from fairwitness.publish.check_pdf._bytes import bytes_beside, dead_objects, earlier_revisions
from fairwitness.publish.check_pdf._content import (
    DAMAGED,
    Run,
    annotations_of,
    bytes_of,
    has_text,
    run_appearances,
    run_form,
    run_page,
)
from fairwitness.publish.check_pdf._objects import Inspection, inspect, readable
from fairwitness.publish.check_pdf._pictures import hidden_pictures
from fairwitness.publish.check_pdf._seen import CHECK_DPI, PageSeen, Word, draw, look_at
from fairwitness.publish.check_pdf._words import Shown
from fairwitness.publish.check_pdf.findings import Finding, Severity, finding_to_text
from fairwitness.read._pdfium import geometry_of, open_document, open_page, pdfium
from fairwitness.read.read_pdf import ReadPdf

MAX_BYTES = 256 << 20
MAX_PAGES = 2_000
MAX_FINDINGS = 5_000
_THUMBNAIL_PX = 400
_FEW_LETTERS = 2  # hidden on a page, from which on they are told: one alone is a bullet or a mark
_LIGATURE = 4  # letters that one glyph may stand for
_MANY_LEFT = 60  # letters that a font has over, from which on they tell nothing
_KINDS: dict[str, tuple[str, Severity]] = {
    "covered": ("text-covered", "leak"),
    "ground-colour": ("text-ground-colour", "leak"),
    "outside": ("text-outside", "leak"),
    "not-drawn": ("text-not-drawn", "leak"),
    "under-annotation": ("text-under-annotation", "leak"),
    "in-hidden-layer": ("text-in-hidden-layer", "leak"),
    "faint": ("text-faint", "leak"),
    "tiny": ("text-tiny", "leak"),
    "blocks": ("text-as-blocks", "leak"),
    "on-dark": ("layer-on-dark", "weakness"),
}


@dataclass(slots=True)
class _Pages:
    """What was seen of all pages."""

    shown: Shown = field(default_factory=Shown)
    findings: list[Finding] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    small: dict[int, Image.Image] = field(default_factory=dict)
    count: int = 0


@dataclass(frozen=True, slots=True)
class CheckPdf:
    """Judges a PDF: yields one `About` named "finding" for each, and "page-unread" for each page not looked at."""

    max_pages: int = MAX_PAGES
    name: ClassVar[str] = "check-pdf"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what was found, the pages first.

        Raises:
            ReadError: ENCRYPTED if a password is needed, UNREADABLE if this is no PDF, LIMIT_MEMORY if it is too large.
        """
        if item.size_bytes > MAX_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "larger than a file to be judged may be")
        item.file.seek(0)
        data = item.file.read()
        pages = _Pages()
        yield from self._look(item, pages)
        told = 0
        try:
            for finding in chain(pages.findings, _judge_file(data, pages)):  # what comes before a crash is kept
                told += 1
                if told <= MAX_FINDINGS:
                    yield _said(finding)
        except pikepdf.PasswordError:
            raise ReadError(Cause.ENCRYPTED, "pdf cannot be opened") from None
        except DAMAGED:
            yield _said(Finding("not-judged", "weakness"))
        if told > MAX_FINDINGS:
            yield _said(Finding("not-judged", "weakness", 0, told - MAX_FINDINGS))
        yield End(Cause.OK if pages.count <= self.max_pages else Cause.PARTIAL, expected_pages=pages.count)

    def _look(self, item: Source, pages: _Pages) -> Iterator[Part]:
        with open_document(item) as document:
            pages.count = max(0, pdfium.FPDF_GetPageCount(document))
            if not pages.count:
                raise ReadError(Cause.UNREADABLE, "no page")
            for number in range(1, pages.count + 1):
                if number > self.max_pages:
                    yield About("page-unread", str(number), "limit")
                    continue
                try:
                    with open_page(document, number) as page:
                        seen = look_at(page)
                        _note_page(seen, number, pages)
                        for hidden in hidden_pictures(page, seen):
                            box = _in_points(hidden.box, seen)
                            pages.findings.append(Finding(hidden.kind, "leak", number, hidden.cells, box))
                except (ReadError, cv2.error, OverflowError, ValueError):
                    yield About("page-unread", str(number), "damaged")
        if len(set(pages.widths)) > 1 or len(pages.widths) == 1:
            pages.findings.append(Finding("box-width", "weakness", 0, len(pages.widths)))


def _said(finding: Finding) -> About:
    return About("finding", finding_to_text(finding), "check-pdf")


# --- pages --------------------------------------------------------------------------------------------------------


def _note_page(seen: PageSeen, number: int, pages: _Pages) -> None:
    visible = [word for word in seen.words if word.why in ("", "blocks", "on-dark")]
    pages.shown.add([" ".join(word.text for word in visible if word.why != "blocks")])
    _note_hidden(seen, visible, number, pages)
    boxes = find_boxes(seen.pixels, CHECK_DPI)
    pages.widths.extend(right - left for left, _, right, _ in boxes)
    image = Image.fromarray(seen.pixels).convert("L")
    image.thumbnail((_THUMBNAIL_PX, _THUMBNAIL_PX), Image.Resampling.BOX)
    pages.small[number] = image
    if seen.is_cut or seen.unjudged:
        pages.findings.append(Finding("not-judged", "weakness", number, max(1, seen.unjudged)))


def _note_hidden(seen: PageSeen, visible: list[Word], number: int, pages: _Pages) -> None:
    groups: dict[str, list[Word]] = {}
    places: dict[str, list[tuple[int, int, int, int]]] = {}
    for word in visible:
        places.setdefault(word.text, []).extend(word.boxes[:1])
    for word in seen.words:
        says = any(char.isalnum() or _is_private(char) for char in word.text)
        if word.why and says and not _is_doubled(word, places):
            groups.setdefault(word.why, []).append(word)
    for why, words in groups.items():
        if sum(char.isalnum() or _is_private(char) for word in words for char in word.text) < _FEW_LETTERS:
            continue
        kind, severity = _KINDS[why]
        boxes = [box for word in words for box in word.boxes]
        text = " ".join(word.text for word in words)
        box = _in_points(_around(boxes), seen) if boxes else None
        pages.findings.append(Finding(kind, severity, number, len(words), box, text))


def _is_private(char: str) -> bool:
    return char == "\ufffd" or unicodedata.category(char) == "Co"


def _is_doubled(word: Word, places: dict[str, list[tuple[int, int, int, int]]]) -> bool:
    """Whether the same letters are seen in the same place: programs draw bold letters and shadows twice."""
    if word.why not in ("covered", "hidden", "ground-colour", "not-drawn", "faint") or not word.boxes:
        return False
    x, y = word.boxes[0][:2]
    return any(abs(x - box[0]) <= 3 and abs(y - box[1]) <= 3 for box in places.get(word.text, ()))


def _around(boxes: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    sides = np.array(boxes)
    low, high = sides.min(axis=0), sides.max(axis=0)
    return int(low[0]), int(low[1]), int(high[2]), int(high[3])


def _in_points(box: tuple[int, int, int, int], seen: PageSeen) -> tuple[int, int, int, int]:
    unit = 72 / max(1, seen.geometry.dpi)
    left, top, right, bottom = (round(side * unit) for side in box)
    return left, top, right, bottom


# --- the file -----------------------------------------------------------------------------------------------------


def _judge_file(data: bytes, pages: _Pages) -> Iterator[Finding]:
    with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
        is_mended = any("reconstruct" in str(warning) for warning in pdf.get_warnings())
        if is_mended or b"%%EOF" not in data or b" obj" in data[data.rfind(b"%%EOF") :]:
            yield Finding("not-judged", "weakness")  # another viewer may make another file of the same pieces
        run = Run()
        for page in pdf.pages:
            try:
                run_page(page, run)
                run_appearances(page, run)
            except DAMAGED:
                run.unread += 1
        inspection = Inspection(pages.shown, run, _has_boxes(pdf, pages), pages.small)
        for text in run.spoken:
            inspection.say("spoken-text", text, 0, is_content=True)
        for text in run.comments:
            inspection.say("comment", text, 0, is_content=False)
        reached = inspect(pdf, inspection)
        yield from inspection.results()
        if run.unread:
            yield Finding("not-judged", "weakness", 0, run.unread)
        for judge in (
            lambda: _judge_annotations(pdf),
            lambda: _judge_fonts(run, inspection),
            lambda: _judge_revisions(data, pages.shown),
            lambda: _judge_layers(pdf),
            lambda: _judge_dead(data, pdf, reached, inspection),
            lambda: _judge_patterns(pdf, run, inspection),  # last: it changes what it judges
        ):
            yield from _surely(judge)


def _surely(judge: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What a part of the judgement finds; one that a damaged file defeats is told, and the others go on."""
    try:
        yield from judge()
    except DAMAGED:
        yield Finding("not-judged", "weakness")


def _has_boxes(pdf: pikepdf.Pdf, pages: _Pages) -> bool:
    return bool(pages.widths) or any(
        annotation.get("/Subtype") == Name.Redact for page in pdf.pages for annotation in annotations_of(page.obj)
    )


def _judge_annotations(pdf: pikepdf.Pdf) -> Iterator[Finding]:
    for number, page in enumerate(pdf.pages, 1):
        count = sum(annotation.get("/Subtype") == Name.Redact for annotation in annotations_of(page.obj))
        if count:
            yield Finding("redaction-unapplied", "leak", number, count)


def _judge_fonts(run: Run, seen: Inspection) -> Iterator[Finding]:
    for key, font in run.fonts.items():
        for text in font.texts.values():
            letters = sum(char.isalnum() for char in text)
            if letters > _LIGATURE and len(unicodedata.normalize("NFC", text)) > _LIGATURE and not _is_ligature(text):
                yield Finding("glyph-for-word", "leak", 0, letters, None, text)
        if not font.is_subset:
            continue
        used = run.used_codes.get(key, set())
        shown = {char for code in used for char in font.text_of(code)}
        left = {char for code, text in font.texts.items() if code not in used for char in text}
        left = {char for char in left - shown if char.isalnum()}
        if left:
            tells = len(left) <= _MANY_LEFT
            severity: Severity = "note" if not tells else "leak" if seen.has_boxes else "weakness"
            yield Finding("font-leftover", severity, 0, len(left), None, " ".join(sorted(left)))


def _is_ligature(text: str) -> bool:
    """Whether Unicode itself has one sign for this text, such as those for phrases in Arabic script."""
    squeezed = "".join(text.split())
    return any("".join(unicodedata.normalize("NFKC", chr(code)).split()) == squeezed for code in range(0xFBEA, 0xFE00))


def _judge_patterns(pdf: pikepdf.Pdf, run: Run, seen: Inspection) -> Iterator[Finding]:
    """Text in patterns and masks, which no text layer holds: is it seen when the page is drawn?"""
    groups = [stream for stream in (*run.patterns.values(), *run.masks.values()) if has_text(bytes_of(stream))]
    if not groups:
        return
    texts = Run()
    for stream in groups:
        run_form(stream, texts)
    said = " ".join(texts.texts)
    before = _drawn(pdf)
    for stream in groups:
        commands = [
            one for one in pikepdf.parse_content_stream(stream) if str(one.operator) not in ("Tj", "TJ", "'", '"')
        ]
        stream.write(pikepdf.unparse_content_stream(commands))
    after = _drawn(pdf)
    changed = any(not np.array_equal(one, two) for one, two in zip(before, after, strict=True))
    yield Finding(
        "pattern-text" if changed else "text-in-pattern", "weakness" if changed else "leak", 0, len(groups), None, said
    )


def _drawn(pdf: pikepdf.Pdf) -> list[np.ndarray]:
    out = BytesIO()
    pdf.save(out, static_id=True)
    source = Source(BytesIO(out.getvalue()), len(out.getvalue()))
    found = []
    with open_document(source) as document:
        for number in range(1, min(pdfium.FPDF_GetPageCount(document), 50) + 1):
            with open_page(document, number) as page:
                found.append(draw(page, geometry_of(page, CHECK_DPI, 2_400)))
    return found


def _judge_layers(pdf: pikepdf.Pdf) -> Iterator[Finding]:
    layers = pdf.Root.get("/OCProperties")
    if layers is not None:
        yield Finding("layers", "note")


# --- its bytes ----------------------------------------------------------------------------------------------------


def _judge_revisions(data: bytes, shown: Shown) -> Iterator[Finding]:
    count = 0
    for earlier in earlier_revisions(data):
        count += 1
        words = shown.lacks(_text_of(earlier))
        if words:
            yield Finding("earlier-revision", "leak", 0, len(words), None, " ".join(words))
    if count:
        yield Finding("revisions", "note", 0, count)


def _text_of(data: bytes) -> str:
    texts = []
    try:
        for part in ReadPdf(max_pages=MAX_PAGES)(Source(BytesIO(data), len(data))):
            texts.append(getattr(part, "text", "") or (part.value if isinstance(part, About) else ""))
            if isinstance(part, About) and part.name not in ("title", "subject", "keywords"):
                texts.pop()
    except ReadError:
        return "\n".join(texts)
    return "\n".join(texts)


def _is_word(word: str) -> bool:
    """Whether it is longer than what chance makes of bytes; a sign of Han is a word."""
    return len(word) > 2 or ord(word[0]) >= 0x2E80


def _judge_dead(data: bytes, pdf: pikepdf.Pdf, reached: set[tuple[int, int]], seen: Inspection) -> Iterator[Finding]:
    if pdf.is_encrypted:
        yield Finding("not-judged", "weakness")
        return
    said = Shown()
    said.add(seen.strings)
    words: list[str] = []
    pictures = closed = 0
    for dead in dead_objects(data, pdf, reached):
        pictures += dead.is_picture
        closed += dead.is_closed
        words.extend(word for word in seen.shown.lacks(dead.text) if _is_word(word) and said.lacks(word))
    if words:
        unique = list(dict.fromkeys(words))
        yield Finding("dead-object", "leak", 0, len(unique), None, " ".join(unique))
    if pictures:
        yield Finding("dead-object", "leak", 0, pictures)
    if closed:
        yield Finding("dead-object", "weakness", 0, closed)
    rest = bytes_beside(data)
    found = [word for word in seen.shown.lacks(readable(rest)) if said.lacks(word)] if rest else []
    if found:
        yield Finding("bytes-beside", "leak", 0, len(found), None, " ".join(found))
    elif len(rest) > 64:
        yield Finding("bytes-beside", "weakness", 0, len(rest))
