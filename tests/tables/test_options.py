"""What a person told of a list, as options of a step: read back as it was, and no more than reading needs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.lists import COLUMN_KINDS, Column
from fairwitness.core.tables import Layout
from fairwitness.tables.options import columns_from_json, columns_to_json, layout_from_json, layout_to_json

words = st.text('名ab·"\\', max_size=4)
columns = st.builds(
    Column, words, kind=st.sampled_from(COLUMN_KINDS), script=words, codes=st.lists(words, max_size=3).map(tuple)
)


@given(st.lists(columns, max_size=4).map(tuple))
def test_columns_come_back_as_they_were(made: tuple[Column, ...]) -> None:
    assert columns_from_json(columns_to_json(made)) == made


def test_what_reading_does_not_depend_on_is_left_out() -> None:
    plain, told = Column("a"), Column("a", title="Titel", personal=False, required=True)
    assert columns_to_json((plain,)) == columns_to_json((told,))
    assert columns_to_json(()) == layout_to_json(None) == ""


def test_layouts_come_back_as_they_were() -> None:
    for layout in (Layout((0, 500, 1000)), Layout((10, 20), 5, 900, (5, 40, 900), 0, 2), Layout((1, 9), rows="lines")):
        assert layout_from_json(layout_to_json(layout)) == layout
    assert layout_from_json("") is None
