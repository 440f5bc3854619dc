"""How a page was recognised crosses and is kept unchanged; what is not as it must be is refused."""

from __future__ import annotations

import json
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.recognition import Alternative, Recognition, recognition_from_bytes, recognition_to_bytes

names = st.sampled_from(["hybrid", "ppocr6 tiny", "tesseract-uig"])
letters = st.characters(exclude_categories=["Cs"])


@st.composite
def recognitions(draw: st.DrawFn) -> tuple[Recognition, int]:
    engines, scripts = ("hybrid", "tesseract-uig"), ("Arab", "Latn", "Hani")
    lines, at = array("I"), 0
    for length in draw(st.lists(st.integers(1, 30), max_size=6)):
        lines.extend((at, at + length, draw(st.integers(0, 1000)), draw(st.integers(0, 1)), draw(st.integers(0, 2))))
        at += length + 1
    others = st.builds(
        Alternative,
        st.integers(0, max(0, len(lines) // 5 - 1)),
        st.integers(0, 1000),
        names,
        st.text(letters, max_size=9),
    )
    made = Recognition(
        draw(names),
        engines,
        scripts,
        lines,
        tuple(draw(st.lists(others, max_size=3))) if lines else (),
        draw(st.sampled_from([0, 90, 180, 270])),
        draw(st.integers(-15_000, 15_000)),
        draw(st.integers(0, 1000)),
        draw(st.integers(-1, 1000)),
        draw(st.integers(0, 50)),
        draw(st.integers(-1, 1000)),
    )
    return made, at


@given(recognitions())
def test_a_recognition_comes_back_as_it_was(given_one: tuple[Recognition, int]) -> None:
    made, chars = given_one
    assert recognition_from_bytes(recognition_to_bytes(made), chars) == made


GOOD = Recognition(
    "hybrid", ("hybrid",), ("Latn",), array("I", [0, 5, 900, 0, 0]), (Alternative(0, 500, "other", "w"),)
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lines", [0, 6, 900, 0, 0]),
        ("lines", [0, 5, 1001, 0, 0]),
        ("lines", [0, 5, 900, 1, 0]),
        ("lines", [0, 5, 900, 0, 7]),
        ("lines", [3, 3, 900, 0, 0]),
        ("lines", [0, 5, 900, 0]),
        ("lines", [0, 5, -1, 0, 0]),
        ("lines", [0, 5, 0.5, 0, 0]),
        ("lines", [0, 5, True, 0, 0]),
        ("lines", "none"),
        ("engine", "<script>"),
        ("engine", 5),
        ("engines", ["a"] * 101),
        ("alternatives", [[1, 500, "other", "w"]]),
        ("alternatives", [[0, 500, "other", "w" * 5000]]),
        ("alternatives", [[0, 500, "other", "\ud800"]]),
        ("alternatives", [5]),
        ("numbers", [45, 0, 0, -1, 0, -1]),
        ("numbers", [0, 0, 2000, -1, 0, -1]),
        ("numbers", [0, 0, 0, -2, 0, -1]),
        ("numbers", [0, 0, 0, -1, 0]),
        ("numbers", None),
    ],
)
def test_what_is_not_as_it_must_be_is_refused(field: str, value: object) -> None:
    plain = json.loads(recognition_to_bytes(GOOD))
    assert recognition_from_bytes(json.dumps(plain).encode(), 5) == GOOD
    plain[field] = value
    with pytest.raises(ValueError, match=r".+"):
        recognition_from_bytes(json.dumps(plain).encode(), 5)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_recognition_at_all_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        recognition_from_bytes(raw, 5)
