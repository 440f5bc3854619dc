"""Runs the content streams of a file, as a viewer does: which streams, pictures and codes of fonts are in use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from fairwitness.publish.check_pdf._fonts import Font, read_font

SHOWS_TEXT = frozenset({"Tj", "TJ", "'", '"'})
_TEXT_OPERATOR = re.compile(rb"[)>\]]\s*(?:Tj|TJ|'|\")(?![A-Za-z])")
_DRAWING = re.compile(rb"[-+.0-9]+|/[^\s()<>]*|[\[\]]|[A-Za-z]{1,2}[01]?\*?|scn|SCN|BDC|BMC|EMC|true|false")
_GLYPH = re.compile(rb"[-+.\d\s]+d[01]\s")  # how the drawing of a letter begins
_MAX_DEPTH = 12
_MAX_STREAM_BYTES = 64 << 20
_SPOKEN = ("/ActualText", "/Alt", "/E")

Key = tuple[int, int]
DAMAGED = (pikepdf.PdfError, AttributeError, IndexError, KeyError, OverflowError, RuntimeError, TypeError, ValueError)
"""What pikepdf, and who takes an object for what it should be, raises over a damaged file."""


@dataclass(slots=True)
class Run:
    """What running the content of one stream, and of all that it draws, used."""

    streams: set[Key] = field(default_factory=set)
    images: set[Key] = field(default_factory=set)
    patterns: dict[Key, Object] = field(default_factory=dict)
    masks: dict[Key, Object] = field(default_factory=dict)
    fonts: dict[Key, Font] = field(default_factory=dict)
    used_codes: dict[Key, set[int]] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    unread: int = 0


def key_of(thing: Object) -> Key:
    """The number and generation of an object; (0, 0) of a direct one."""
    return thing.objgen if thing.is_indirect else (0, 0)


def bytes_of(stream: Object) -> bytes:
    """The decoded bytes of a stream; empty where it cannot be decoded."""
    try:
        data = bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return b""
    return data[:_MAX_STREAM_BYTES]


def has_text(data: bytes) -> bool:
    """Whether these bytes look like commands that show text."""
    return b"BT" in data and _TEXT_OPERATOR.search(data) is not None


def is_drawing(data: bytes) -> bool:
    """Whether these bytes are commands that draw lines and pictures: numbers and operators, and hardly a word."""
    if _GLYPH.match(data):
        return True
    tokens = data[:20_000].split()[:400]
    drawing = sum(_DRAWING.fullmatch(token) is not None for token in tokens)
    return len(tokens) >= 3 and drawing >= 0.8 * len(tokens)


def run_page(page: pikepdf.Page, run: Run) -> None:
    """Everything that a page draws is in `run`."""
    contents = page.obj.get("/Contents")
    parts = list(contents) if isinstance(contents, Array) else [contents]
    for part in parts:
        if isinstance(part, pikepdf.Stream):
            run.streams.add(key_of(part))
            note_comments(bytes_of(part), run)
    resources = page.obj.get("/Resources") or _inherited(page.obj) or Dictionary()
    _run(page.obj, resources, run, 0)


def _inherited(page: Object) -> Object | None:
    node = page.get("/Parent")
    for _ in range(_MAX_DEPTH):
        if not isinstance(node, Dictionary):
            return None
        if isinstance(node.get("/Resources"), Dictionary):
            return node.Resources
        node = node.get("/Parent")
    return None


def run_form(form: Object, run: Run, resources: Object | None = None, depth: int = 0) -> None:
    """Everything that a form, a pattern, a glyph or an appearance draws is in `run`."""
    key = key_of(form)
    if depth > _MAX_DEPTH or (key != (0, 0) and key in run.streams):
        return
    run.streams.add(key)
    note_comments(bytes_of(form), run)
    own = form.get("/Resources")
    _run(form, own if isinstance(own, Dictionary) else resources or Dictionary(), run, depth)


def _run(holder: Object, resources: Object, run: Run, depth: int) -> None:
    _note_groups(resources, run, depth)
    font: Key | None = None
    try:
        commands = [(str(each.operator), each) for each in pikepdf.parse_content_stream(holder)]
    except DAMAGED:
        run.unread += 1
        return
    for name, command in commands:
        operands = list(command.operands)
        if name == "Do" and operands:
            _do(_resource(resources, "/XObject", operands[0]), resources, run, depth)
        elif name == "Tf" and operands:
            font = _note_font(_resource(resources, "/Font", operands[0]), run, depth)
        elif name in SHOWS_TEXT and operands:
            _show(operands[-1], font, run)
        elif name in ("BDC", "DP") and len(operands) == 2:
            _note_spoken(operands[1], resources, run)


def _resource(resources: Object, kind: str, name: Any) -> Object | None:
    group = resources.get(kind)
    if not isinstance(group, Dictionary) or not isinstance(name, Name):
        return None
    found = group.get(str(name))
    return found if isinstance(found, Object) else None


def _do(thing: Object | None, resources: Object, run: Run, depth: int) -> None:
    if not isinstance(thing, pikepdf.Stream):
        return
    if thing.get("/Subtype") == Name.Image:
        run.images.add(key_of(thing))
    else:
        run_form(thing, run, resources, depth + 1)


def _note_font(thing: Object | None, run: Run, depth: int) -> Key | None:
    if not isinstance(thing, Dictionary):
        return None
    key = key_of(thing)
    if key not in run.fonts:
        run.fonts[key] = read_font(thing)
        procedures = thing.get("/CharProcs")
        if isinstance(procedures, Dictionary):
            for glyph in procedures.values():
                if isinstance(glyph, pikepdf.Stream):
                    run_form(glyph, run, thing.get("/Resources"), depth + 1)
    return key


def _show(operand: Any, font: Key | None, run: Run) -> None:
    pieces = operand if isinstance(operand, Array | list) else [operand]
    known = run.fonts.get(font) if font is not None else None
    said = []
    for piece in pieces:
        if not isinstance(piece, String | bytes):
            continue
        raw = bytes(piece)
        if known is None:
            said.append(raw.decode("latin-1"))
            continue
        codes = known.codes(raw)
        if font is not None:
            run.used_codes.setdefault(font, set()).update(codes)
        said.append("".join(known.text_of(code) for code in codes))
    run.texts.append("".join(said))


def _note_spoken(properties: Any, resources: Object, run: Run) -> None:
    if isinstance(properties, Name):
        properties = _resource(resources, "/Properties", properties)
    if isinstance(properties, Dictionary):
        run.spoken.extend(str(properties[key]) for key in _SPOKEN if isinstance(properties.get(key), String))


def _note_groups(resources: Object, run: Run, depth: int) -> None:
    """Patterns and soft masks of the resources are noted, and run, since pages use them by name in many ways."""
    patterns = resources.get("/Pattern")
    for pattern in patterns.values() if isinstance(patterns, Dictionary) else ():
        if isinstance(pattern, pikepdf.Stream) and key_of(pattern) not in run.patterns:
            run.patterns[key_of(pattern)] = pattern
            run_form(pattern, run, resources, depth + 1)
    states = resources.get("/ExtGState")
    for state in states.values() if isinstance(states, Dictionary) else ():
        mask = state.get("/SMask") if isinstance(state, Dictionary) else None
        group = mask.get("/G") if isinstance(mask, Dictionary) else None
        if isinstance(group, pikepdf.Stream) and key_of(group) not in run.masks:
            run.masks[key_of(group)] = group
            run_form(group, run, resources, depth + 1)


def run_appearances(page: pikepdf.Page, run: Run) -> None:
    """Everything that the annotations of a page may draw is in `run`."""
    for annotation in annotations_of(page.obj):
        for look in appearances_of(annotation):
            run_form(look, run)


def annotations_of(page: Object) -> Iterator[Object]:
    """The annotations of a page, as dictionaries."""
    annotations = page.get("/Annots")
    for annotation in annotations if isinstance(annotations, Array) else ():
        if isinstance(annotation, Dictionary):
            yield annotation


def appearances_of(annotation: Object) -> Iterator[Object]:
    """All the looks of an annotation."""
    looks = annotation.get("/AP")
    for look in looks.values() if isinstance(looks, Dictionary) else ():
        if isinstance(look, pikepdf.Stream):
            yield look
        elif isinstance(look, Dictionary):
            yield from (each for each in look.values() if isinstance(each, pikepdf.Stream))


def note_comments(data: bytes, run: Run) -> None:
    """Comments between the commands of a content stream are in `run`."""
    if b"%" not in data:
        return
    at, depth = 0, 0
    while at < len(data):
        sign = data[at : at + 1]
        if sign == b"\\" and depth:
            at += 1
        elif sign == b"(":
            depth += 1
        elif sign == b")" and depth:
            depth -= 1
        elif sign == b"%" and not depth:
            end = min(
                (place for place in (data.find(b"\n", at), data.find(b"\r", at)) if place >= 0), default=len(data)
            )
            run.comments.append(data[at + 1 : end].decode("utf-8", "replace"))
            at = end
        elif sign == b"I" and data[at : at + 3] in (b"ID ", b"ID\n", b"ID\r"):  # an inline image: bytes of any kind
            end = data.find(b"EI", at)
            at = end if end >= 0 else len(data)
        at += 1
