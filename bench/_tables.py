"""How right a found table is: tree edit distance, cells that are exactly right, rows found, numbers that pass as right.

TEDS is that of Zhong, ShafieiBavani and Jimeno Yepes, "Image-based table recognition: data, model, and evaluation",
ECCV 2020: 1 - distance / size of the larger tree, where a table is a tree of rows and cells, inserting or deleting a
node costs 1, changing the spans of a cell costs 1, and changing its text costs the edit distance of the texts over the
length of the longer one. The distance is that of Zhang and Shasha, SIAM Journal on Computing 18 (1989) 1245. All rows
hang directly on the table, so that which of them are called a header does not count here.

Texts are compared after NFKC and without white space: a line end inside a cell is no mistake.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

FoundCell = tuple[int, int, int, int, str]
"""Row, column, rows spanned, columns spanned, text."""


def comparable(text: str) -> str:
    """The text in its normal form, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a table as a tree: what it is ("table", "row" or "cell"), its spans, its text."""

    what: str
    spans: tuple[int, int] = (1, 1)
    text: str = ""
    children: tuple[Node, ...] = ()

    @property
    def size(self) -> int:
        """This node and all below it."""
        return 1 + sum(child.size for child in self.children)


def tree_of(cells: Sequence[FoundCell]) -> Node:
    """The table of those cells as a tree; a row in which no cell begins is there and empty."""
    rows: dict[int, list[FoundCell]] = {row: [] for row in range(1 + max((cell[0] for cell in cells), default=-1))}
    for cell in sorted(cells):
        rows[cell[0]].append(cell)
    made = [
        Node("row", children=tuple(Node("cell", (cell[2], cell[3]), comparable(cell[4])) for cell in row))
        for _, row in sorted(rows.items())
    ]
    return Node("table", children=tuple(made))


def teds(found: Sequence[FoundCell], true: Sequence[FoundCell], *, structure_only: bool = False) -> float:
    """The TEDS of a found table, 0 to 1; with `structure_only` texts do not count."""
    one, other = tree_of(found), tree_of(true)
    if not found or not true:
        return float(not found and not true)
    return 1 - tree_distance(one, other, structure_only=structure_only) / max(one.size, other.size)


def tree_distance(one: Node, other: Node, *, structure_only: bool = False) -> float:
    """The least cost of making one ordered tree into the other: Zhang and Shasha 1989."""
    a, b = _Ordered(one), _Ordered(other)
    distance = [[0.0] * len(b.nodes) for _ in a.nodes]
    change = [[_change(x, y, structure_only=structure_only) for y in b.nodes] for x in a.nodes]
    for i in a.keyroots:
        for j in b.keyroots:
            _fill(distance, change, a.leftmost, b.leftmost, i, j)
    return distance[-1][-1]


class _Ordered:
    """The nodes of a tree, children first; for each the leftmost leaf below it; the roots that need a table."""

    def __init__(self, root: Node) -> None:
        self.nodes: list[Node] = []
        self.leftmost: list[int] = []
        self._walk(root)
        last = {leaf: at for at, leaf in enumerate(self.leftmost)}
        self.keyroots = sorted(last.values())

    def _walk(self, node: Node) -> int:
        leaves = [self._walk(child) for child in node.children]
        self.leftmost.append(leaves[0] if leaves else len(self.nodes))
        self.nodes.append(node)
        return self.leftmost[-1]


def _change(x: Node, y: Node, *, structure_only: bool) -> float:
    if x.what != y.what or x.spans != y.spans:
        return 1.0
    if structure_only or x.text == y.text:
        return 0.0
    return Levenshtein.normalized_distance(x.text, y.text)


def _fill(
    distance: list[list[float]],
    change: list[list[float]],
    left_a: list[int],
    left_b: list[int],
    i: int,
    j: int,
) -> None:
    """Fills in the distances of the trees at `i` and `j`, and of all pairs of trees on their left edges."""
    low_a, low_b = left_a[i], left_b[j]
    width = j - low_b + 2
    above = [float(at) for at in range(width)]
    rows = [above]
    for x in range(low_a, i + 1):
        row = [above[0] + 1] + [0.0] * (width - 1)
        for at, y in enumerate(range(low_b, j + 1), start=1):
            dearest = min(above[at], row[at - 1]) + 1
            if left_a[x] == low_a and left_b[y] == low_b:
                row[at] = min(dearest, above[at - 1] + change[x][y])
                distance[x][y] = row[at]
            else:
                row[at] = min(dearest, rows[left_a[x] - low_a][left_b[y] - low_b] + distance[x][y])
        rows.append(row)
        above = row


@dataclass(frozen=True, slots=True)
class CellScore:
    """Counts over the cells of one table; ratios are for who adds them up.

    `exact` cells have the same text in the right row and column. A row is found if at least half of its cells that
    hold text are exact. `numbers` counts identity numbers: of them `numbers_exact` are right, and `numbers_flagged`
    are wrong, but say so by a checksum that fails or a form that no number has.
    """

    cells: int = 0
    exact: int = 0
    letters: int = 0
    letters_wrong: int = 0
    rows: int = 0
    rows_found: int = 0
    rows_invented: int = 0
    numbers: int = 0
    numbers_exact: int = 0
    numbers_flagged: int = 0

    def __add__(self, other: CellScore) -> CellScore:
        values = zip(_values(self), _values(other), strict=True)
        return CellScore(*(one + two for one, two in values))


def _values(score: CellScore) -> list[int]:
    return [getattr(score, name) for name in CellScore.__dataclass_fields__]


def score_cells(found: Sequence[FoundCell], true: Sequence[FoundCell], *, number_column: int = -1) -> CellScore:
    """What is right in a found table, its rows laid beside the true ones in order, so that most cells agree.

    Text of a merged cell stands where the cell begins. Rows above `number_column`'s first number are a header, whose
    cells count as cells, not as numbers.
    """
    ours, theirs = _by_row(found), _by_row(true)
    partner = _aligned(ours, theirs)
    total = CellScore(rows_invented=len(set(ours) - set(partner.values())))
    for row, cells in theirs.items():
        beside = ours.get(partner.get(row, -1), {})
        total += _score_row(cells, beside, number_column)
    return total


def _score_row(cells: dict[int, str], beside: dict[int, str], number_column: int) -> CellScore:
    exact = sum(beside.get(column, "") == text for column, text in cells.items() if beside or text)
    held = [column for column, text in cells.items() if text]
    held_exact = sum(beside.get(column, "") == cells[column] for column in held)
    number = cells.get(number_column, "")
    is_number = looks_right(number)
    is_exact = is_number and beside.get(number_column, "") == number
    return CellScore(
        cells=len(cells),
        exact=exact,
        letters=sum(map(len, cells.values())),
        letters_wrong=sum(Levenshtein.distance(beside.get(column, ""), text) for column, text in cells.items()),
        rows=1,
        rows_found=int(2 * held_exact >= max(1, len(held))),
        numbers=int(is_number),
        numbers_exact=int(is_exact),
        numbers_flagged=int(is_number and not is_exact and not looks_right(beside.get(number_column, ""))),
    )


def looks_right(number: str) -> bool:
    """Whether it has the form and the check digit of a Chinese identity number (ISO 7064 MOD 11-2)."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    total = sum(int(figure) * pow(2, 17 - at, 11) for at, figure in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def _by_row(cells: Sequence[FoundCell]) -> dict[int, dict[int, str]]:
    rows: dict[int, dict[int, str]] = {}
    for row, column, _, _, text in sorted(cells):
        rows.setdefault(row, {})[column] = comparable(text)
    return rows


def _aligned(ours: dict[int, dict[int, str]], theirs: dict[int, dict[int, str]]) -> dict[int, int]:
    """For true rows the found row beside it: in order, with the most equal cells that hold text in all."""
    left, right = sorted(theirs), sorted(ours)

    def agreement(row: int, other: int) -> int:
        return sum(bool(text) and ours[other].get(column) == text for column, text in theirs[row].items())

    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    gain = [[agreement(row, other) for other in right] for row in left]
    for i, _ in enumerate(left, start=1):
        for j, _ in enumerate(right, start=1):
            best[i][j] = max(best[i - 1][j], best[i][j - 1], best[i - 1][j - 1] + gain[i - 1][j - 1])
    partner, i, j = {}, len(left), len(right)
    while i and j:
        if gain[i - 1][j - 1] and best[i][j] == best[i - 1][j - 1] + gain[i - 1][j - 1]:
            partner[left[i - 1]] = right[j - 1]
            i, j = i - 1, j - 1
        elif best[i][j] == best[i - 1][j]:
            i -= 1
        else:
            j -= 1
    return partner
