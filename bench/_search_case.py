"""A real case of real pages for the benchmark of search, and the same tokens in SQLite FTS5."""

from __future__ import annotations

import itertools
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench._real_pages import RealPages
from fairwitness.case.case import Case
from fairwitness.core.parts import PageText
from fairwitness.search.analyser import ANALYSER_VERSION, index_fields
from fairwitness.work.current import current_readings
from fairwitness.work.scans import DocumentPages

# Tokens are parted by blanks and nothing else: every other kind of sign belongs to one.
_FTS = "CREATE VIRTUAL TABLE page USING fts5(tok, content='', tokenize=\"unicode61 remove_diacritics 0 categories {}\")"
_KINDS = "'L* M* N* P* S* Co Cn'"


def prepare(folder: Path, pages: int) -> dict[str, Any]:
    """The folder holds a case of so many pages and `fts.db`; what was built before of the same is kept.

    Gives what the building cost: CPU seconds of reading and of indexing, bytes.
    """
    stamp = folder / "built.json"
    wanted = {"pages": pages, "analyser": ANALYSER_VERSION}
    if stamp.is_file():
        told: dict[str, Any] = json.loads(stamp.read_text("utf-8"))
        if {name: told[name] for name in wanted} == wanted:
            return told
        sys.exit("the folder holds a case of other pages or of another version")
    leak, case = folder / "leak", folder / "case"
    leak.mkdir(parents=True)
    source = RealPages()
    for document, group in itertools.groupby(source.pages(pages), lambda page: page.document):
        text = "\f".join(page.text for page in group)
        (leak / f"{document:06d}.txt").write_text(text, "utf-8")
    told = wanted | {"sources": source.told} | _opened(leak, case)
    shutil.rmtree(leak)
    told |= _fts(case, folder / "fts.db")
    stamp.write_text(json.dumps(told), "utf-8")
    return told


def _opened(leak: Path, case: Path) -> dict[str, Any]:
    """What `fairwitness open` cost, and what its index alone does when it is made again."""

    def run(*arguments: str) -> tuple[float, float]:
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [sys.executable, "-m", "fairwitness", *arguments, "--quiet"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cpu_s, time.monotonic() - start

    open_s, open_wall_s = run("open", str(leak), "--case", str(case))
    with Case.open(case, writing=True) as opened:
        opened.discard_index()
    index_s, index_wall_s = run("open", str(case))
    return {
        "open_cpu_s": open_s,
        "open_wall_s": open_wall_s,
        "index_cpu_s": index_s,
        "index_wall_s": index_wall_s,
        "index_bytes": sum(file.stat().st_size for file in (case / "index").iterdir()),
    }


def texts_of(case: Path) -> Iterator[str]:
    """Yields the text of every page of the case."""
    with Case.open(case) as opened:
        for reading in current_readings(opened).values():
            if reading.pages_with_text:
                with DocumentPages(opened, reading) as pages:
                    yield from (page.text for page in pages if isinstance(page, PageText))


def _fts(case: Path, path: Path) -> dict[str, Any]:
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute(_FTS.format(_KINDS))
    count = text_bytes = 0
    terms: set[str] = set()
    for text in texts_of(case):
        tokens = dict(index_fields(text))["tok"]
        database.execute("INSERT INTO page (rowid, tok) VALUES (?, ?)", (count, tokens))
        terms.update(tokens.split())
        count += 1
        text_bytes += len(text.encode())
    database.execute("INSERT INTO page (page) VALUES ('optimize')")
    database.commit()
    database.close()
    return {
        "case_pages": count,
        "terms": len(terms),
        "text_bytes": text_bytes,
        "fts_bytes": path.stat().st_size,
    }
