"""What a cell says among what was read, by what its column allows: nothing is made up, nothing silently replaced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from fairwitness.core.lists import Column
from fairwitness.read.ocr.ctc import LineScores
from fairwitness.tables.choosing import MISFIT_MOST, Seen, choose
from fairwitness.tables.columns import ANY, Known, guess_column, known_of

SIGNS = "0123456789Xx.-男女云桥社区白杨·・:待核实"
NUMBER = "659877199407309198"  # invented; its checksum fits, its region was never given out
IDENTITY = Known("identity", "digits", scheme="cn-resident")


def seen(*readings: Sequence[tuple[str, float]] | str, sure: float = 0.99) -> Seen:
    """What networks would have read: each letter with its probability, or with another letter beside it."""
    made = []
    for reading in readings:
        steps = [(one, sure) for one in reading] if isinstance(reading, str) else reading
        made.append((_scores(steps),))
    return Seen(("first", "second")[: len(made)], tuple(made))


def _scores(steps: Sequence[tuple[str, float]]) -> LineScores:
    number_of = {sign: number for number, sign in enumerate(SIGNS, start=1)}
    rows = []
    for signs, sure in steps:
        row = np.full(len(SIGNS) + 1, 1e-6, np.float32)
        row[number_of[signs[0]]] = sure
        for other in signs[1:]:
            row[number_of[other]] = (1 - sure) / len(signs[1:])
        gap = np.full(len(SIGNS) + 1, 1e-6, np.float32)
        gap[0] = 1.0
        rows += [row, gap]
    return LineScores(np.array(rows), ("", *SIGNS), number_of, 8.0, 8 * len(rows))


def test_a_number_that_both_read_alike_and_that_fits_is_sure() -> None:
    chosen = choose(seen(NUMBER, NUMBER), IDENTITY)
    assert (chosen.text, chosen.flags, chosen.alternatives) == (NUMBER, (), ())
    assert chosen.confidence >= 980


def test_one_doubtful_figure_is_settled_by_the_checksum_and_that_is_said() -> None:
    doubtful = [(sign, 0.99) for sign in NUMBER]
    doubtful[17] = ("38", 0.55)  # 3 is read, 8 is what fits
    chosen = choose(seen(doubtful, doubtful), IDENTITY)
    assert chosen.text == NUMBER
    assert "constrained" in chosen.flags and chosen.confidence < 950
    assert NUMBER[:17] + "3" in [one.text for one in chosen.alternatives]


def test_a_number_that_is_plainly_written_wrong_stays_wrong() -> None:
    wrong = NUMBER[:17] + "3"
    chosen = choose(seen(wrong, wrong, sure=0.9999), IDENTITY)
    assert chosen.text == wrong
    assert chosen.flags == ("misfit",) and chosen.confidence <= MISFIT_MOST


@pytest.mark.parametrize("known", [IDENTITY, Known("date", "digits"), Known("number", "digits")])
def test_words_in_a_column_of_figures_are_no_figures(known: Known) -> None:
    chosen = choose(seen("待核实", "待核实"), known)
    assert chosen.text == "待核实"
    assert chosen.confidence <= MISFIT_MOST


def test_a_code_is_chosen_where_the_pixels_speak_for_it_and_not_otherwise() -> None:
    known = Known("code", "Hani", ("云桥社区", "白杨社区"))
    near = [("云", 0.99), (".桥", 0.7), ("社", 0.99), ("区", 0.99)]
    chosen = choose(seen(near, near), known)
    assert (chosen.text, chosen.flags) == ("云桥社区", ("constrained",))
    other = choose(seen("待核实", "待核实"), known)
    assert (other.text, other.flags) == ("待核实", ("misfit",))


def test_the_dot_of_a_name_is_one_sign_however_it_was_read() -> None:
    read = [("云", 0.99), ("・", 0.9), ("桥", 0.99)]
    assert choose(seen(read, read), Known("name", "Hani")).text == "云·桥"
    assert choose(seen(read, read), ANY).text == "云・桥"


def test_a_dot_that_was_seen_and_not_read_is_put_back_and_that_is_said() -> None:
    scores = _scores([("云", 0.99), ("桥", 0.99), ("白", 0.99)])
    name = Known("name", "Hani")
    assert choose(Seen(("first",), ((scores,),)), name).text == "云桥白"
    scores.scores[3, SIGNS.index("·") + 1] = 0.02  # between the second letter and the third, where nothing was read
    chosen = choose(Seen(("first",), ((scores,),)), name)
    assert (chosen.text, chosen.flags) == ("云桥·白", ("constrained",))
    assert chosen.confidence <= 900 and [one.text for one in chosen.alternatives] == ["云桥白"]
    assert choose(Seen(("first",), ((scores,),)), ANY).text == "云桥白"


def test_a_speck_at_the_end_of_a_name_is_no_dot() -> None:
    assert choose(seen("云·桥·", "云·桥·"), Known("name", "Hani")).text == "云·桥"


def test_networks_that_differ_are_less_sure_than_those_that_agree() -> None:
    agree, differ = choose(seen("云桥", "云桥"), ANY), choose(seen("云桥", "云杨"), ANY)
    assert agree.confidence > 950 > differ.confidence
    assert [one.text for one in differ.alternatives] == ["云杨"]


def test_columns_are_guessed_from_their_cells_alone() -> None:
    assert guess_column("", [NUMBER, NUMBER, "待核实", NUMBER, NUMBER]).scheme == "cn-resident"
    assert guess_column("出生", ["1994.7.30", "1978.4.7"]).kind == "date"
    assert guess_column("姓名", ["伊尔曼·卡兰提", "罗鲁孜・苏依丁"]).kind == "name"
    assert guess_column("备注", ["待核实", "另册登记"]) == ANY
    assert guess_column("", []) == ANY


def test_what_a_person_said_of_a_column_is_taken_as_it_is() -> None:
    column = Column("sex", kind="code", script="Hani", codes=("男", "女"))
    assert known_of(column) == Known("code", "Hani", ("男", "女"))
    assert known_of(column).allows("男") and known_of(column).allows("云") is False
