"""Cases made by tests, and what is in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.work.account import account_of
from fairwitness.work.opening import open_leak
from fairwitness.work.progress import Progress
from fairwitness.work.searching import CaseSearch

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"


def open_quietly(leak: Path, folder: Path, **settings: int) -> dict[str, Any]:
    """The account after `leak` was opened into the case in `folder`."""
    with Case.create_or_open(folder, settings) as case:
        open_leak(case, leak, Progress(None))
        return account_of(case).as_json()


def records_of(folder: Path) -> dict[str, Any]:
    """Everything that the case records, in an order that does not depend on how it came about."""
    with Case.open(folder) as case:
        readings = sorted(case.queries.readings(), key=lambda reading: reading.id)
        return {
            "finds": sorted((found.id, repr(found)) for found in case.queries.finds()),
            "documents": [case.queries.document(reading.document) for reading in readings],
            "readings": readings,
            "ids": [reading.id for reading in readings],
            "attempts": case.queries.attempts(),
            "indexed": case.queries.indexed(),
            "pages": CaseSearch(case).searched(),
            "account": account_of(case).as_json(),
        }


def check_sums(account: dict[str, Any]) -> None:
    """The account adds up in every line."""

    def adds_up(line: dict[str, Any]) -> None:
        assert line["expected"] == line["read"] + line["failed"]
        assert line["failed"] == sum(line["by_cause"].values())

    lines = [account, account["given"], account["inside"], account["pages"]]
    for line in lines + list(account["by_type"].values()) + account["containers"]:
        adds_up(line)
    for field in ("expected", "read", "failed"):
        assert account[field] == account["given"][field] + account["inside"][field]
        assert account[field] == sum(line[field] for line in account["by_type"].values())
        assert account["inside"][field] == sum(line[field] for line in account["containers"])
    assert account["needs_ocr"] == account["pages"]["by_cause"].get("needs_ocr", 0)


def run_cli(*arguments: object, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own."""
    command = [sys.executable, "-m", "fairwitness", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done


def run_json(*arguments: object) -> dict[str, Any]:
    """What the command printed as JSON."""
    answer: dict[str, Any] = json.loads(run_cli(*arguments, "--json").stdout)
    return answer
