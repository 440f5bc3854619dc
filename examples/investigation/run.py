"""The investigation, step by step: commands of fairwitness where a machine works, and people where people do."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from examples.investigation.people import People
from examples.synthetic_lists import TrueList, TruePage, draw_page, make_list, sheet_of, write_scan_pdf, write_text_pdf
from fairwitness.case.case import Case
from fairwitness.core.lists import Column
from fairwitness.lists.setup import Setup, write_setup
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.reporting import make_report

Run = Callable[..., object]
NAME = "Register"
ENOUGH = 60  # rows for the tables of the whole recipe
PERSONAL = frozenset({"name", "sex", "number", "born", "address", "reason", "remarks", "ended"})


class RowsMissed(Exception):
    """The machine found other rows than were drawn, so that nobody can say what its cells hold in truth."""


@dataclass(frozen=True, slots=True)
class Investigated:
    """What was drawn, what people did wrong with it, and where the report is."""

    truth: TrueList
    pages: tuple[TruePage, ...]
    planted: dict[str, int]
    case: Path
    report: Path


def investigate(
    folder: Path, *, pages: int = 8, rows: int = 88, seed: int = 2019, quality: str = "degraded", run: Run | None = None
) -> Investigated:
    """The folder holds a leak of one file, its case, the recipe and the report with its evidence.

    `quality` is that of the scan, or "printed" for a PDF with its text, which needs no recognition. `run` runs a
    command of ours, by default in a process of its own.

    Raises:
        RowsMissed: if the rows that the machine found are not those that were drawn.
    """
    run = run or _run
    leak, case, report = folder / "leak", folder / "leak.case", folder / "report"
    leak.mkdir(parents=True)
    truth = make_list(seed, pages=pages, rows=rows)
    drawn = _written(truth, leak / "register.pdf", quality, seed)
    run("open", str(leak), "--quiet")
    with Case.open(case) as opened:
        document = opened.queries.documents(0)[0].digest
    setup = folder / "register.toml"
    setup.write_text(_setup(truth, document, pages), "utf-8")
    run("list", "find", str(case), document[:8], "--setup", str(setup), "--quiet")
    run("list", "new", str(case), NAME, "--setup", str(setup), "--by", "heron")
    run("list", "make", str(case), NAME, "--by", "heron")
    recipe = folder / "recipe.toml"
    with Case.open(case) as opened:
        people = People(opened, kept_list(opened, NAME), truth, seed)
        if people.rows() != rows:
            raise RowsMissed(f"{people.rows()} rows were found of {rows}")
        people.key()
        people.code(_own("reasons.toml"))
        people.audit(min(60, rows * 2))
        text = _own("recipe.toml" if rows >= ENOUGH else "small.toml")
        digest = make_report(opened, text, renew=True).digests["register"]
        recipe.write_text(text.replace('digest = ""', f'digest = "{digest}"'), "utf-8")
    run("report", str(case), str(recipe), "-o", str(report), "--evidence")
    return Investigated(truth, drawn, people.planted, case, report)


def _written(truth: TrueList, file: Path, quality: str, seed: int) -> tuple[TruePage, ...]:
    """The register as a file, and where each of its cells was drawn."""
    pages = range(len(truth.pages))
    scan = "clean" if quality == "printed" else quality
    drawn = tuple(draw_page(truth, page, quality=scan, seed=seed) for page in pages)
    if quality == "printed":
        file.write_bytes(write_text_pdf([sheet_of(truth, page) for page in pages], title=NAME))
        return drawn
    with file.open("wb") as out:
        write_scan_pdf(drawn, out, title=NAME)
    return drawn


def _run(*arguments: str) -> None:
    print(f"\n$ fairwitness {shlex.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "-m", "fairwitness", *arguments], check=True)


def _setup(truth: TrueList, document: str, pages: int) -> str:
    columns = tuple(
        Column(one.name, one.title, one.kind, one.script, one.codes, one.scheme, one.name in PERSONAL)  # type: ignore[arg-type]
        for one in truth.columns
    )
    text = write_setup(Setup(name=NAME, columns=columns))
    return re.sub(r"^pages = \[\]$", f'pages = ["{document[:16]}:1-{pages}"]', text, flags=re.MULTILINE)


def _own(name: str) -> str:
    return resources.files("examples.investigation").joinpath(name).read_text("utf-8")


def fresh(folder: Path) -> Path:
    """The folder, emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    return folder
