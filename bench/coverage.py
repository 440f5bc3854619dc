"""Writes docs/coverage.md: what `open` reads of a folder of real files, by type, as the account of a fresh case says.

python -m bench.coverage ../shared/corpus/files
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.work.account import account_of
from fairwitness.work.opening import open_leak
from fairwitness.work.progress import Progress

OUT = Path(__file__).parents[1] / "docs" / "coverage.md"
HEAD = """# What is read of 866 real files

Test files of public projects (Apache Tika, pdf.js, Kreuzberg) in some 150 formats, many of them damaged or odd on
purpose; they are not part of this repository. The table is what `fairwitness account` says after `fairwitness open`; to
repeat it: `python -m bench.coverage FOLDER`. `expected = read + failed` in every line. What is found in containers, the
pictures and attachments in documents among it, is counted beside the files that were given.

"""


def row(name: str, line: dict[str, Any]) -> str:
    why = ", ".join(
        f"{cause} {count}" for cause, count in sorted(line["by_cause"].items(), key=lambda c: (-c[1], c[0]))
    )
    return f"| {name} | {line['expected']:,} | {line['read']:,} | {line['failed']:,} | {why} |"


def main() -> None:
    """Open the folder named on the command line in a case that is thrown away, and write the page."""
    with tempfile.TemporaryDirectory() as folder, Case.create_or_open(Path(folder) / "case") as case:
        open_leak(case, Path(sys.argv[1]), Progress(sys.stderr))
        account = account_of(case).as_json()
    head = "| {} | expected | read | failed | why |\n| --- | ---: | ---: | ---: | --- |"
    lines = [HEAD + head.format("")]
    lines += [row(name, account[key]) for name, key in (("files given", "given"), ("found in containers", "inside"))]
    lines += [row("all files", account), row("pages", account["pages"]), "", head.format("by type")]
    lines += [row(name, line) for name, line in account["by_type"].items()]
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
