"""Ids, canonical JSON, cites and page ranges."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.canonical import canonical_json, record_id
from fairwitness.core.cite import Cite, cite_of, parse_cite
from fairwitness.core.errors import BadCite
from fairwitness.core.outcome import Cause
from fairwitness.core.ranges import count_ranges, read_ranges, write_ranges
from fairwitness.core.records import Find, Made, SheetCell, TextRange, reading_id

texts = st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"b": 1, "a": "ھۆججەت"}) == canonical_json({"a": "ھۆججەت", "b": 1})
    assert canonical_json({"b": [1, None], "a": "文"}) == '{"a":"文","b":[1,null]}'.encode()


def test_canonical_json_refuses_floats_wherever_they_are() -> None:
    for value in (1.5, [1.0], {"a": {"b": (2.5,)}}):
        with pytest.raises(ValueError, match="float"):
            canonical_json(value)


@given(values)
def test_equal_values_have_equal_ids_and_the_kind_matters(value: object) -> None:
    assert record_id("A", {"v": value}) == record_id("A", {"v": value})
    assert record_id("A", {"v": value}) != record_id("B", {"v": value})


def test_an_id_is_the_sha256_that_anybody_can_compute() -> None:
    expected = hashlib.sha256(b'Reading\n{"document":"d","options":"{}","step":"s","version":"1"}').hexdigest()
    assert reading_id("d", Made("s", "1")) == expected


def test_an_id_is_the_same_in_another_process() -> None:
    found = Find("ab", 3, b"\xff\xfe.txt", document="cd", cause=Cause.PARTIAL)
    script = (
        "from fairwitness.core.records import Find\nfrom fairwitness.core.outcome import Cause\n"
        "print(Find('ab', 3, b'\\xff\\xfe.txt', document='cd', cause=Cause.PARTIAL).id)"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == found.id


def test_two_places_of_the_same_bytes_are_two_finds() -> None:
    assert Find("", 0, b"a", document="d").id != Find("", 0, b"b", document="d").id
    assert Find("p", 1, b"a", document="d").id != Find("p", 2, b"a", document="d").id


@given(
    st.text("0123456789abcdef", min_size=64, max_size=64),
    st.integers(1, 99999),
    st.integers(0, 10**6),
    st.integers(1, 1000),
)
def test_a_cite_survives_being_written_and_read(digest: str, page: int, start: int, length: int) -> None:
    cite = cite_of(TextRange(digest, page, start, start + length, digest[::-1]))
    assert parse_cite(f"  {cite} ") == cite
    assert (cite.page, cite.start, cite.end) == (page, start, start + length)


@given(st.text(max_size=60))
def test_what_is_no_cite_is_refused_and_never_crashes(text: str) -> None:
    try:
        assert isinstance(parse_cite(text), Cite)
    except BadCite as error:
        assert text.strip() not in str(error) or len(text.strip()) < 8


@pytest.mark.parametrize("text", ["", "x", "3fa9c1d2e4b5a697:p3:c5-5:1a2b3c4d", "3fa9c1d2e4b5a697:p3:c9-5:1a2b3c4d"])
def test_an_empty_or_backward_cite_is_refused(text: str) -> None:
    with pytest.raises(BadCite):
        parse_cite(text)


@given(st.sets(st.integers(1, 300)))
def test_ranges_hold_exactly_the_numbers_they_were_made_of(numbers: set[int]) -> None:
    text = write_ranges(sorted(numbers))
    assert list(read_ranges(text)) == sorted(numbers)
    assert count_ranges(text) == len(numbers)


def test_ranges_are_written_as_people_write_them() -> None:
    assert write_ranges([1, 2, 3, 7]) == "1-3,7"


@pytest.mark.parametrize(
    ("row", "column", "address"), [(0, 0, "A1"), (16, 1, "B17"), (0, 26, "AA1"), (1048575, 16383, "XFD1048576")]
)
def test_cells_have_the_addresses_that_spreadsheets_give_them(row: int, column: int, address: str) -> None:
    assert SheetCell("d", "s", row, column).address == address
