"""Expected values are worked out by hand from the definitions in the papers; the sums stand beside them."""

from __future__ import annotations

import random

import pytest
from bench._tables import CellScore, FoundCell, Node, comparable, looks_right, score_cells, teds, tree_distance, tree_of


def table(*rows: str) -> list[FoundCell]:
    """Cells of one letter or more, divided by bars."""
    return [(r, c, 1, 1, text) for r, row in enumerate(rows) for c, text in enumerate(row.split("|"))]


def test_a_table_is_as_far_from_itself_as_nothing() -> None:
    assert teds(table("a|b", "c|d"), table("a|b", "c|d")) == 1.0
    assert teds([], []) == 1.0
    assert teds([], table("a")) == teds(table("a"), []) == 0.0


def test_a_missing_row_costs_its_node_and_its_cells() -> None:
    # 1 table + 3 rows + 6 cells = 10 nodes; of them 1 row and 2 cells are deleted.
    assert teds(table("a|b", "c|d"), table("a|b", "x|y", "c|d")) == pytest.approx(1 - 3 / 10)


def test_a_wrong_text_costs_the_share_of_its_letters_that_differ() -> None:
    # 1 + 1 + 2 = 4 nodes; "abcd" to "abxd" is 1 of 4 letters.
    assert teds(table("abcd|e"), table("abxd|e")) == pytest.approx(1 - 0.25 / 4)
    assert teds(table("abcd|e"), table("abxd|e"), structure_only=True) == 1.0


def test_another_span_costs_a_whole_node() -> None:
    merged: list[FoundCell] = [(0, 0, 1, 2, "a"), (1, 0, 1, 1, "b"), (1, 1, 1, 1, "c")]
    whole: list[FoundCell] = [(0, 0, 1, 1, "a"), (1, 0, 1, 1, "b"), (1, 1, 1, 1, "c")]
    assert teds(whole, merged) == pytest.approx(1 - 1 / 6)
    assert teds(whole, merged, structure_only=True) == pytest.approx(1 - 1 / 6)


def test_the_distance_of_the_example_of_zhang_and_shasha_is_two() -> None:
    # Their figure 4: f(d(a c(b)) e) and f(c(d(a b)) e), told apart here by text, where another text costs 1.
    def node(text: str, *children: Node) -> Node:
        return Node("cell", text=text, children=children)

    one = node("f", node("d", node("a"), node("c", node("b"))), node("e"))
    other = node("f", node("c", node("d", node("a"), node("b"))), node("e"))
    assert tree_distance(one, other) == 2.0


def test_the_distance_is_that_of_a_search_through_all_mappings() -> None:
    chance = random.Random(1)

    def forest(a: tuple[Node, ...], b: tuple[Node, ...]) -> float:  # the definition, by recursion on the last tree
        if not a and not b:
            return 0.0
        if not a:
            return float(sum(node.size for node in b))
        if not b:
            return float(sum(node.size for node in a))
        x, y = a[-1], b[-1]
        same = float((x.what, x.text) != (y.what, y.text))
        return min(
            forest((*a[:-1], *x.children), b) + 1,
            forest(a, (*b[:-1], *y.children)) + 1,
            forest(a[:-1], b[:-1]) + forest(x.children, y.children) + same,
        )

    for _ in range(30):
        pair = []
        for _ in range(2):
            rows = ["|".join(chance.choices("xyz", k=chance.randint(1, 2))) for _ in range(chance.randint(1, 2))]
            pair.append(tree_of(table(*rows)))
        assert tree_distance(*pair) == forest((pair[0],), (pair[1],))


def test_width_of_signs_and_white_space_are_no_difference() -> None:
    assert comparable("２０１７．３ \n同意") == "2017.3同意"


def test_cells_are_counted_beside_their_rows_though_a_row_is_missing_or_invented() -> None:
    true = table("a|b|c", "d|e|f", "g|h|i")
    assert score_cells(true, true) == CellScore(cells=9, exact=9, letters=9, rows=3, rows_found=3)
    without_first = score_cells(table("d|e|f", "g|h|x"), true)
    assert without_first == CellScore(cells=9, exact=5, letters=9, letters_wrong=4, rows=3, rows_found=2)
    invented = score_cells(table("a|b|c", "?|?|?", "d|e|f", "g|h|i"), true)
    assert (invented.exact, invented.rows_found, invented.rows_invented) == (9, 3, 1)


def test_a_cell_in_the_wrong_column_is_not_right() -> None:
    assert score_cells(table("b|a|c"), table("a|b|c")).exact == 1


def test_empty_cells_of_a_missing_row_are_not_right() -> None:
    assert score_cells(table("a|b"), table("a|b", "c|")).exact == 2
    assert score_cells([], table("a|b", "c|")) == CellScore(cells=4, letters=3, letters_wrong=3, rows=2)


def test_a_number_is_exact_or_flagged_or_passes_as_right() -> None:
    # The example of GB 11643-1999, annex A; and a number whose last figures were changed so that the check digit fits.
    right, other, broken = "11010519491231002X", "110105194912310038", "110105194912310021"
    assert looks_right(right) and looks_right(other) and not looks_right(broken)
    for read, expected in ((right, (1, 1, 0)), (other, (1, 0, 0)), (broken, (1, 0, 1)), ("", (1, 0, 1))):
        score = score_cells(table(f"1|{read}"), table(f"1|{right}"), number_column=1)
        assert (score.numbers, score.numbers_exact, score.numbers_flagged) == expected
    assert score_cells(table("x|y"), table("1|number"), number_column=1).numbers == 0
