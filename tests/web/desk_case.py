"""A case with made-up lists in Chinese and in Uyghur, of which every cell is known, as a machine may have read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from examples.synthetic_lists import TrueList, TruePage, draw_page, make_list, make_other_list
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.core.cite import RegionCite
from fairwitness.core.lists import Cell, Column, List, Row
from fairwitness.core.tables import Alternative
from fairwitness.work.kept_lists import begin_list, change_list
from tests.work.support import open_quietly

SETUP = """[list]
name = "{name}"
keying = "{keying}"
pages = [{pages}]
"""


@dataclass(frozen=True)
class Known:
    """A list in the case, and what stands in each of its cells."""

    id: str
    truth: dict[str, str]
    read: dict[str, str]


def desk_case(folder: Path, *, rows: int = 8, pages: int = 2) -> tuple[Path, dict[str, Known]]:
    """The folder of a new case with the lists "Hani" and "Arab", which are entered twice, and "Read", which is reviewed.

    What the machine read is wrong in every ninth cell. "Read" holds the same rows as "Hani".
    """
    lists = {
        "Hani": make_list(7, pages=pages, rows=rows),
        "Arab": make_other_list("Arab", 7, pages=pages, rows=rows),
    }
    leak = folder / "leak"
    leak.mkdir(parents=True)
    drawn: dict[str, list[TruePage]] = {}
    for name, one in lists.items():
        drawn[name] = [draw_page(one, page) for page in range(len(one.pages))]
        for number, page in enumerate(drawn[name]):
            Image.fromarray(page.image).save(leak / f"{name}-{number}.png", compress_level=1)
    open_quietly(leak, folder / "case")
    with Case.open(folder / "case") as case:
        digests = {found.name.decode(): found.document for found in case.queries.finds()}
        known = {name: _keep(case, name, one, drawn[name], digests) for name, one in lists.items()}
        known["Read"] = _keep(case, "Hani", lists["Hani"], drawn["Hani"], digests, "review")
    return folder / "case", known


def _keep(
    case: Case, name: str, one: TrueList, drawn: list[TruePage], digests: dict[str, str], keying: str = "double"
) -> Known:
    columns = tuple(
        Column(column.name, column.title, column.kind, column.script, column.codes, column.scheme)  # type: ignore[arg-type]
        for column in one.columns
    )
    made: dict[int, list[Cell]] = {}
    where: dict[int, tuple[str, int, tuple[int, int, int, int]]] = {}
    truth: dict[str, str] = {}
    read: dict[str, str] = {}
    for number, page in enumerate(drawn):
        digest = digests[f"{name}-{number}.png"]
        for cell in page.tables[0].cells:
            if cell.list_row < 0:
                continue
            x0, y0, x1, y1 = cell.box
            cite = str(RegionCite(digest[:16], 1, x0, y0, x1, y1, 0))
            text = "\n".join(line.text for line in cell.lines)
            said = text[:-1] + "口" if text and len(truth) % 9 == 4 else text
            truth[cite], read[cite] = text, said
            sure = 990 if said == text else 700
            others = (Alternative(text, 600, "other"),) if said != text else ()
            flags = ("stamped",) if said != text else ()
            made.setdefault(cell.list_row, []).append(
                Cell(cell.list_column, (cite,), said, sure, "made-up", columns[cell.list_column].script, others, flags)
            )
            old = where.get(cell.list_row, (digest, 1, cell.box))[2]
            where[cell.list_row] = digest, 1, (min(old[0], x0), min(old[1], y0), max(old[2], x1), max(old[3], y1))
    rows = [
        Row(
            str(RegionCite(where[at][0][:16], 1, *where[at][2], 0)),
            at + 1,
            "data",
            where[at][0],
            1,
            tuple(sorted(cells, key=lambda cell: cell.column)),
        )
        for at, cells in sorted(made.items())
    ]
    pages = tuple((digests[f"{name}-{number}.png"], 1, "ok") for number in range(len(drawn)))
    title = f"List {name} {keying}"
    named = ", ".join(f'"{digest[:16]}:1"' for digest, _, _ in pages)
    kept = begin_list(case, title, SETUP.format(name=title, keying=keying, pages=named), "heron")
    change_list(case, kept.id, "heron", rows=List(columns, tuple(rows), (), pages))
    return Known(kept.id, truth, read)
