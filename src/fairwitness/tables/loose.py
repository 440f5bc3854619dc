"""Grids of tables that rulings part only partly, or not at all: what is not drawn is taken from the white gaps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from fairwitness.core.tables import Box, TableKind
from fairwitness.tables.gaps import Band, bands_of, column_cuts, in_columns, lines_of, row_cuts
from fairwitness.tables.grid import Grid, GridCell
from fairwitness.tables.pieces import Piece
from fairwitness.tables.rulings import Segment

_LONG = 8.0  # heights of a line of text: a ruling of a table without rulings down it
_LIKE = 2.0  # of these heights: rulings of one table begin and end within that
_FULL = 0.55  # share of the columns with writing in each row that a strip between rulings is parted into
_THROUGH = 0.25  # of the height of a line: closer to its edge, a cut only touches it
_MANY_RULINGS = 3  # inside a table: then they part its rows
_MOST = 0.5  # of the height of the table: a strip that is as high may hold many rows all the same
_RUNNING = 9.0  # heights of a line, as wide is a line of running text
_BREAK = 3.5  # times the usual white band: there a table ends
_BOTH = 0.5  # share of the lines with writing in two columns, of a table of two
_CROSS = 0.25  # heights of a line that a piece must reach over a gap to lie in both columns


def frame_grid(frame: Grid, pieces: Sequence[Piece], text_px: float) -> Grid | None:
    """The grid of a table whose rulings part rows only, or nothing, or not all rows; None if it is no table."""
    inside = _inside(pieces, frame.box)
    edges_x: Sequence[float] = frame.column_edges
    if frame.columns == 1:
        cuts = column_cuts(inside, text_px)
        if not cuts:
            return None
        edges_x = (frame.box[0], *cuts, frame.box[2])
    edges_y = rows_within(frame.row_edges, inside, edges_x[1:-1], text_px)
    if len(edges_y) == len(frame.row_edges) and frame.columns > 1:
        return frame
    headers = header_rows_in(frame.row_edges, edges_y)
    return make_grid("partly", edges_x, edges_y, inside, text_px, headers)


def stacked_grids(along: Sequence[Segment], pieces: Sequence[Piece], text_px: float) -> list[Grid]:
    """The grids of tables with rulings along them alone."""
    found = []
    for stack in _stacks(along, text_px):
        ys = [line.at for line in stack]
        x0, x1 = min(line.start for line in stack), max(line.end for line in stack)
        inside = _inside(pieces, (round(x0), round(ys[0]), round(x1), round(ys[-1])))
        cuts = column_cuts(inside, text_px)
        if not cuts:
            continue
        edges_y = rows_within(ys, inside, cuts, text_px)
        if len(edges_y) < 3:
            continue
        headers = header_rows_in(ys, edges_y)
        found.append(make_grid("partly", (x0, *cuts, x1), edges_y, inside, text_px, headers))
    return found


def borderless_grids(pieces: Sequence[Piece], text_px: float) -> list[Grid]:
    """The grids of tables that nothing but white gaps part."""
    found = []
    for block in _blocks(bands_of(pieces), text_px):
        whole = [piece for band in block for piece in band.pieces]
        cuts = column_cuts(whole, text_px)
        if _is_table(block, whole, cuts, text_px):
            found.append(_borderless(_trimmed(block, cuts, text_px), text_px))
    return found


def _borderless(block: Sequence[Band], text_px: float) -> Grid:
    inside = [piece for band in block for piece in band.pieces]
    cuts = column_cuts(inside, text_px)
    rows = row_cuts(inside, cuts)
    edge = 0.3 * text_px
    edges_x = (min(piece.x0 for piece in inside) - edge, *cuts, max(piece.x1 for piece in inside) + edge)
    edges_y = (block[0].start - edge, *rows, block[-1].end + edge)
    return make_grid("borderless", edges_x, edges_y, inside, text_px, 1 if rows else 0)


def table_bands(inside: Sequence[Piece], cuts: Sequence[float], text_px: float) -> list[Band]:
    """The bands of a table whose columns are known, less headings above it and page numbers below it."""
    bands = bands_of(inside)
    return _trimmed(bands, cuts, text_px) if bands else []


def rows_within(ys: Sequence[float], inside: Sequence[Piece], cuts: Sequence[float], text_px: float) -> list[float]:
    """The edges of the rows: the rulings `ys`, and between two of them those of several rows that none parts."""
    edges = [float(ys[0])]
    height = ys[-1] - ys[0]
    for top, bottom in pairwise(ys):
        strip = [piece for piece in inside if top <= piece.middle < bottom]
        is_large = bottom - top > _MOST * height
        if len(ys) - 2 < _MANY_RULINGS or is_large:
            found = row_cuts(strip, cuts)
            if found and _are_rows(found, strip, cuts):
                edges += found
        edges.append(float(bottom))
    return [edge for at, edge in enumerate(edges) if at == 0 or edge - edges[at - 1] > 0.3 * text_px]


def _are_rows(found: Sequence[float], strip: Sequence[Piece], cuts: Sequence[float]) -> bool:
    """Whether most parts of the strip have writing in most columns: further lines of a cell have it in few.

    Nor are they rows where a cut goes through lines: a row whose cells are set to its middle has lines of other cells
    there, above and below it.
    """
    if any(
        piece.y0 + _THROUGH * piece.height < cut < piece.y1 - _THROUGH * piece.height
        for cut in found
        for piece in strip
    ):
        return False
    columns = in_columns(strip, cuts)
    used = [column for column in columns if column]
    if len(used) < min(2, len(columns)):
        return False  # lines of one cell, as in the rest of a torn row
    edges = [float("-inf"), *found, float("inf")]
    shares = [
        sum(any(top <= piece.middle < bottom for piece in column) for column in used) / len(used)
        for top, bottom in pairwise(edges)
    ]
    return median(shares) >= _FULL


def header_rows_in(rulings: Sequence[float], edges: Sequence[float]) -> int:
    """The rows above the first ruling inside the table, where few other rulings part its rows; else one."""
    if len(rulings) == len(edges) or len(rulings) < 3:
        return 1 if len(edges) > 2 else 0
    return max(1, sum(edge < rulings[1] - 0.5 for edge in edges[1:]) + 1)


def make_grid(
    kind: TableKind,
    edges_x: Sequence[float],
    edges_y: Sequence[float],
    inside: Sequence[Piece],
    text_px: float,
    header_rows: int,
) -> Grid:
    """The grid with those edges; cells of a row are one where writing goes over the gap between them."""
    columns, rows = len(edges_x) - 1, len(edges_y) - 1
    xs, ys = tuple(round(x) for x in edges_x), tuple(round(y) for y in edges_y)
    cells = []
    for row, (top, bottom) in enumerate(pairwise(ys)):
        own = [piece for piece in inside if top <= piece.middle < bottom]
        open_cuts = [at for at in range(1, columns) if _goes_over(own, xs, at, _CROSS * text_px, row < header_rows)]
        starts = [at for at in range(columns) if at not in open_cuts]
        for column, end in pairwise([*starts, columns]):
            cells.append(GridCell(row, column, 1, end - column, (xs[column], top, xs[end], bottom)))
    return Grid(kind, (xs[0], ys[0], xs[-1], ys[-1]), rows, columns, tuple(cells), ys, xs, min(header_rows, rows))


def _goes_over(own: Sequence[Piece], xs: Sequence[int], at: int, reach: float, is_header: bool) -> bool:
    """Whether the writing of a row makes the cells beside edge `at` one.

    Below headers it must be all that stands in them: traces of stamps go over gaps too.
    """
    over = [piece for piece in own if piece.x0 < xs[at] - reach and piece.x1 > xs[at] + reach]
    beside = [piece for piece in own if piece.x1 > xs[at - 1] and piece.x0 < xs[at + 1]]
    return bool(over) and (is_header or len(over) == len(beside) == 1)


def _inside(pieces: Sequence[Piece], box: Box) -> list[Piece]:
    x0, y0, x1, y1 = box
    return [one for one in pieces if x0 <= (one.x0 + one.x1) / 2 < x1 and y0 <= one.middle < y1]


def _stacks(along: Sequence[Segment], text_px: float) -> list[list[Segment]]:
    """Long rulings that begin and end alike, from top to bottom; two at least."""
    stacks: list[list[Segment]] = []
    for line in sorted(_joined(along, text_px), key=lambda one: one.at):
        if line.length < _LONG * text_px:
            continue
        near = _LIKE * text_px
        for stack in stacks:
            if abs(stack[0].start - line.start) < near and abs(stack[0].end - line.end) < near:
                stack.append(line)
                break
        else:
            stacks.append([line])
    return [stack for stack in stacks if len(stack) >= 2]


def _joined(along: Sequence[Segment], text_px: float) -> list[Segment]:
    """Pieces of a broken ruling, and both of a double one, as one."""
    lines: list[Segment] = []
    for piece in sorted(along, key=lambda one: (one.at, one.start)):
        for at, line in enumerate(lines):
            is_level = abs(line.at - piece.at) < 0.5 * text_px
            if is_level and piece.start < line.end + 3 * text_px and piece.end > line.start - 3 * text_px:
                middle = (line.at * line.length + piece.at * piece.length) / (line.length + piece.length)
                lines[at] = Segment(min(line.start, piece.start), max(line.end, piece.end), middle)
                break
        else:
            lines.append(piece)
    return lines


def _blocks(bands: Sequence[Band], text_px: float) -> list[list[Band]]:
    """Runs of bands that may be a table: parted where nothing but one piece stands, or the white band is high."""
    gaps = [low.start - high.end for high, low in pairwise(bands)]
    usual = median(gaps) if gaps else 0.0
    blocks: list[list[Band]] = []
    before: Band | None = None
    for band in bands:
        is_far = before is None or band.start - before.end > max(_BREAK * usual, 2.0 * text_px)
        if is_far or not blocks:
            blocks.append([])
        blocks[-1].append(band)
        before = band
    return [block for block in blocks if len(block) >= 2]


def _is_table(block: Sequence[Band], inside: Sequence[Piece], cuts: Sequence[float], text_px: float) -> bool:
    """Whether the gaps make columns that are no columns of running text."""
    if not cuts:
        return False
    columns = [column for column in in_columns(inside, cuts) if column]
    widths = [median(piece.x1 - piece.x0 for piece in column) for column in columns]
    if len(columns) < 2 or sum(wide >= _RUNNING * text_px for wide in widths) > 0.5 * len(widths):
        return False
    lines = lines_of(inside)
    both = sum(sum(bool(column) for column in in_columns(line.pieces, cuts)) >= 2 for line in lines)
    return len(lines) >= 3 and both >= (_BOTH * len(lines) if len(columns) == 2 else 3) and len(block) >= 2


def _trimmed(block: list[Band], cuts: Sequence[float], text_px: float) -> list[Band]:
    """The block less headings above it and page numbers below it: single pieces that stand apart or lie across gaps."""
    kept = list(block)
    while len(kept) > 2 and _is_apart(kept[0], kept[1].start - kept[0].end, kept, cuts, text_px):
        kept = kept[1:]
    while len(kept) > 2 and _is_apart(kept[-1], kept[-1].start - kept[-2].end, kept, cuts, text_px):
        kept = kept[:-1]
    return kept


def _is_apart(band: Band, gap: float, block: Sequence[Band], cuts: Sequence[float], text_px: float) -> bool:
    if len({sum((p.x0 + p.x1) / 2 > cut for cut in cuts) for p in band.pieces}) > 1:
        return False
    gaps = [low.start - high.end for high, low in pairwise(block)]
    lies_across = any(
        p.x0 < cut - _CROSS * text_px and p.x1 > cut + _CROSS * text_px for p in band.pieces for cut in cuts
    )
    return lies_across or gap > 1.25 * max(gaps[1:-1], default=0.0)
