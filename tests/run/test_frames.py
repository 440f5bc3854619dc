"""Parts cross as frames unchanged, and nothing a liar sends gets through."""

from __future__ import annotations

import json
from array import array
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import (
    About,
    End,
    Entry,
    EntryData,
    EntryEnd,
    Kind,
    PageMissed,
    PageText,
    Part,
    Pixels,
    Tables,
    Tokens,
)
from fairwitness.core.tables import PageTables, Stray, Table, TableCell
from fairwitness.run.frames import FRAME, ProtocolViolation, decode_part, encode_part

texts = st.text(max_size=60)
CELL = TableCell(1, 0, 1, 2, (5, 6, 50, 40), text="文", confidence=991, engine="ppocrv6-small", flags=("stamped",))
TABLES = PageTables(7, (Table("ruled", (5, 6, 90, 80), 2, 2, (CELL,)),), (Stray((0, 0, 9, 9), "7"),), 100, 90, 300)
causes = st.sampled_from(list(Cause))
details = st.text("abc 019,.:/()-", max_size=20)


@st.composite
def pages(draw: st.DrawFn) -> PageText:
    text = draw(texts)
    width, height = draw(st.integers(1, 2000)), draw(st.integers(1, 2000))
    words, at = array("I"), 0
    for length in draw(st.lists(st.integers(1, 5), max_size=10)):
        if at + length > len(text):
            break
        x0, y0 = draw(st.integers(0, width)), draw(st.integers(0, height))
        words.extend((at, at + length, x0, y0, draw(st.integers(x0, width)), draw(st.integers(y0, height))))
        at += length
    cells = array("I", [0, len(text), 5, 6]) if text else array("I")
    return PageText(draw(st.integers(1, 9999)), "page", text, width, height, 200, words, cells, draw(texts))


parts = st.one_of(
    pages(),
    st.builds(PageMissed, st.integers(1, 99), st.just("page"), causes, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    st.builds(Kind, st.just("text/plain"), st.sampled_from(["", "utf-8"])),
    st.builds(About, st.just("title"), texts, st.sampled_from(["", "PDF Info Title"])),
    st.builds(Entry, st.integers(1, 99), st.binary(max_size=50), st.just("file"), st.just("member"), st.integers(-1, 1 << 40), st.just("2017-03-01"), st.none() | causes, details),
    st.builds(EntryData, st.binary(max_size=100)),
    st.builds(EntryEnd, st.none() | causes, details),
    st.builds(End, causes, details, st.integers(-1, 99), st.integers(-1, 99)),
    st.builds(Tokens, st.integers(1, 99), st.lists(st.tuples(st.sampled_from(["tok", "han"]), texts), max_size=3).map(tuple)),
    st.just(Pixels(2, 3, 3, bytes(18))),
    st.just(Tables(TABLES)),
)  # fmt: skip


def split(frame: bytes) -> tuple[bytes, bytes]:
    head_bytes, body_bytes = FRAME.unpack_from(frame)
    head, body = frame[FRAME.size : FRAME.size + head_bytes], frame[FRAME.size + head_bytes :]
    assert len(body) == body_bytes
    return head, body


@given(parts)
def test_a_part_comes_out_as_it_went_in(part: Part) -> None:
    assert decode_part(*split(encode_part(part))) == part


def test_a_lone_surrogate_becomes_a_replacement_and_moves_nothing() -> None:
    page = PageText(1, "section", "a\ud800b")
    assert decode_part(*split(encode_part(page))) == replace(page, text="a\ufffdb")


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_random_bytes_are_refused_and_never_crash(head: bytes, body: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        decode_part(head, body)


@given(parts, st.data())
def test_a_changed_field_is_refused_or_still_a_part(part: Part, data: st.DataObject) -> None:
    head, body = split(encode_part(part))
    fields = json.loads(head)
    key = data.draw(st.sampled_from(sorted(fields)))
    fields[key] = data.draw(st.sampled_from([None, -5, 1 << 70, 1.5, "x" * 2000, "../../etc", [], {"a": 1}, True]))
    try:
        decode_part(json.dumps(fields).encode(), body)
    except ProtocolViolation:
        pass


WORD = array("I", [0, 2, 1, 1, 5, 5])


@pytest.mark.parametrize(
    "page",
    [
        PageText(1, "page", "ab", 4, 9, 200, WORD),  # box right of the page
        PageText(1, "page", "ab", 9, 4, 200, WORD),  # box below the page
        PageText(1, "page", "a", 9, 9, 200, WORD),  # span behind the text
        PageText(1, "page", "ab", 9, 9, 200, array("I", [0, 2, 5, 1, 1, 5])),  # box turned inside out
        PageText(1, "page", "ab", 9, 9, 200, array("I", [1, 1, 1, 1, 5, 5])),  # empty span
        PageText(1, "page", "abc", 9, 9, 200, array("I", [1, 3, 1, 1, 5, 5, 0, 1, 1, 1, 5, 5])),  # out of order
        PageText(1, "page", "abc", 9, 9, 200, array("I", [0, 2, 1, 1, 5, 5, 1, 3, 1, 1, 5, 5])),  # overlapping
        PageText(1, "sheet", "ab", 0, 0, 0, array("I"), array("I", [0, 3, 0, 0])),  # cell behind the text
        PageText(0, "page", "ab"),  # pages count from 1
    ],
)
def test_a_page_that_cannot_be_is_refused(page: PageText) -> None:
    with pytest.raises(ProtocolViolation):
        decode_part(*split(encode_part(page)))


@pytest.mark.parametrize(
    "part",
    [Tables(replace(TABLES, width_px=20)), Tables(replace(TABLES, number=0)), EntryData(bytes((1 << 20) + 1)), Pixels(2, 3, 3, bytes(17)), Pixels(2, 3, 2, bytes(12)), End(Cause.OK, "Ömer"),
     About("x\nname", "v"), About("name", "v", "Ömer"), About("name", "v", "x" * 200), Entry(1, b"x" * 70_000)],
)  # fmt: skip
def test_a_part_beyond_its_bounds_is_refused(part: Part) -> None:
    with pytest.raises(ProtocolViolation):
        decode_part(*split(encode_part(part)))
