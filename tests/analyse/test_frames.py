"""Results become frames, and frames are taken in; polars is there, pandas is not."""

from __future__ import annotations

import polars
import pytest

from fairwitness.analyse.contrasts import TwoByTwo, contrast
from fairwitness.analyse.estimates import mse
from fairwitness.analyse.frames import NoFrame, frame, rows_from
from fairwitness.analyse.overlap import Overlap
from fairwitness.analyse.tabulate import Coding, tabulate_persons, tabulate_rows

CODES = Coding("reasons", "1", ("a", "b"))
ROWS = [{"who": "p", "why": ["a", "b"]}, {"who": "q", "why": ["a"]}, {"who": "q", "why": None}]


def test_a_polars_frame_gives_what_plain_rows_give():
    plain = polars.DataFrame(ROWS, strict=False)
    assert tabulate_rows(plain, "why", CODES) == tabulate_rows(ROWS, "why", CODES)
    assert tabulate_persons(plain, "why", CODES, person="who") == tabulate_persons(ROWS, "why", CODES, person="who")


class LikePandas:
    """What of a pandas frame is asked for: its records, with NaN where nothing stands."""

    def to_dict(self, how):
        assert how == "records"
        return [{"why": row["why"] if row["why"] is not None else float("nan")} for row in ROWS]


def test_nothing_is_nothing_however_a_frame_writes_it():
    assert tabulate_rows(LikePandas(), "why", CODES) == tabulate_rows(ROWS, "why", CODES)


def test_a_result_with_lines_is_a_frame_of_them_and_another_one_row():
    made = frame(tabulate_rows(ROWS, "why", CODES))
    assert made["code"].to_list() == ["a", "b"] and made["count"].to_list() == [2, 1]
    made = frame(contrast(TwoByTwo(60, 40, 45, 80)))
    assert made.height == 1 and made["odds_value"][0] == pytest.approx(60 * 80 / (40 * 45)) and made["table_a"][0] == 60
    estimates = mse(
        Overlap.of(["A", "B", "C"], {"100": 30, "010": 20, "001": 25, "110": 9, "011": 8, "101": 7, "111": 4}),
        bootstrap=0,
    )
    assert frame(estimates)["method"].to_list() == [one.method for one in estimates.table]
    assert rows_from([TwoByTwo(1, 2, 3, 4)]) == [{"a": 1, "b": 2, "c": 3, "d": 4}]


def test_what_is_no_result_or_no_library_here_is_refused():
    for thing in ("text", 3, TwoByTwo):
        with pytest.raises(NoFrame):
            rows_from(thing)
    with pytest.raises(NoFrame):
        frame(TwoByTwo(1, 2, 3, 4), "no_such_library")
