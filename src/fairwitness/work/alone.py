"""Reads one document in a process of its own that we watch, for documents whose last attempt nobody saw the end of.

When a run is killed, what it was reading has an unfinished attempt, and nobody knows whether the document is to blame:
the run may have been killed from outside. Here the document can only take this process down, and then it is to blame.

Started by `run.launch`: a JSON object on standard input, one on standard output.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.case.queries import statements
from fairwitness.case.unlocking import KEY_FILE, KEYRING, is_encrypted, read_key_file
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Document, Find, Made, Reading
from fairwitness.run.launch import python_command
from fairwitness.run.lock import die_with_parent
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.work.current import made_today, task_for
from fairwitness.work.receiving import DocumentReceiver
from fairwitness.work.steps import OPEN_FILE


@dataclass(frozen=True, slots=True)
class Result:
    """The records of one attempt, and what it took."""

    reading: Reading
    finds: list[tuple[Find, Document | None]]
    milliseconds: int
    peak_bytes: int


def read_watched(case: Case, document: Document, *, unlocked: bool, passwords: tuple[str, ...] = ()) -> Result | None:
    """The result of one attempt in a process of its own; None if that process died."""
    question: dict[str, Any] = {"case": str(case.folder.absolute()), "document": document.digest, "unlocked": unlocked}
    question["passwords"] = passwords
    if is_encrypted(case.folder / "records.db"):
        question["key"] = KEYRING.key_of(case.folder).hex()
    done = subprocess.run(  # noqa: S603  our own interpreter and module, no shell
        python_command("fairwitness.work.alone"),
        input=json.dumps(question).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback may hold paths; that it died is all that counts
        check=False,
    )
    return _from_json(json.loads(done.stdout)) if done.returncode == 0 else None


def read_with(sandbox: SandboxRunner, case: Case, document: Document) -> Result:
    """The result of one attempt, by a sandbox that is there."""
    ((attempt, receiver),) = sandbox.run([task_for(case, document)], lambda _: DocumentReceiver(case, document))
    reading = receiver.close(attempt, made_today(case, document, receiver.kind.media_type))
    return Result(reading, receiver.finds(), int(attempt.seconds * 1000), attempt.peak_bytes)


def main() -> None:
    """Answer one question."""
    die_with_parent()
    question = json.load(sys.stdin)
    if "key" in question:
        KEYRING.learn(read_key_file(Path(question["case"]) / KEY_FILE), bytes.fromhex(question["key"]))
    with (
        Case.open(Path(question["case"])) as case,
        SandboxRunner(
            [OPEN_FILE.partition(":")[0]], workers=1, unlocked=question["unlocked"], passwords=question["passwords"]
        ) as sandbox,
    ):
        result = read_with(sandbox, case, case.queries.document(question["document"]))
    json.dump(_as_json(result), sys.stdout)


def _as_json(result: Result) -> dict[str, Any]:
    plain = asdict(result)
    for found, _ in plain["finds"]:
        found["name"] = base64.b64encode(found["name"]).decode()
    return plain


def _from_json(plain: dict[str, Any]) -> Result:
    reading = plain["reading"]
    reading["made"] = Made(**reading["made"])
    reading["outcome"] = Cause(reading["outcome"])
    reading["about"] = statements(reading["about"])
    finds = [(_find(found), Document(**document) if document else None) for found, document in plain["finds"]]
    return Result(Reading(**reading), finds, plain["milliseconds"], plain["peak_bytes"])


def _find(plain: dict[str, Any]) -> Find:
    plain["name"] = base64.b64decode(plain["name"])
    plain["cause"] = Cause(plain["cause"]) if plain["cause"] else None
    return Find(**plain)
