"""kill -9 at random moments, then go on: the same records, ids and counts as one undisturbed run."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from examples.sample_leak import build

from tests.bad_input import write_bad_inputs
from tests.work.support import CORPUS, check_sums, open_quietly, records_of, run_cli, run_json


def kill_after(leak: Path, case: Path, seconds: float) -> bool:
    """Whether a run that began now was still going on when it was killed."""
    command = [sys.executable, "-m", "fairwitness", "open", str(leak), "--case", str(case), "--quiet"]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(seconds)
    run.send_signal(signal.SIGKILL)
    return run.wait() == -signal.SIGKILL


def check_kills(leak: Path, tmp_path: Path, kills: int, seed: int) -> None:
    started = time.monotonic()
    account = open_quietly(leak, tmp_path / "undisturbed")
    took_s = time.monotonic() - started
    check_sums(account)
    chance = random.Random(seed)
    killed = 0
    for _ in range(kills):
        killed += kill_after(leak, tmp_path / "disturbed", chance.uniform(0.5, 0.5 + took_s * 0.8))
        done = run_cli("account", tmp_path / "disturbed", "--json", check=False)
        if done.returncode == 0:
            check_sums(json.loads(done.stdout))  # it adds up in the middle too
        else:
            assert re.search("no case in that folder|begun and never made", done.stderr), done.stderr
    open_quietly(leak, tmp_path / "disturbed")
    assert killed >= 1, "no run was killed while it was at work"
    assert records_of(tmp_path / "disturbed") == records_of(tmp_path / "undisturbed")
    assert run_json("verify", tmp_path / "disturbed")["sound"]


def test_three_kills_change_nothing(tmp_path: Path) -> None:
    build(tmp_path / "leak")
    check_kills(tmp_path / "leak", tmp_path, kills=3, seed=1)


@pytest.mark.slow
def test_ten_kills_among_bad_input_change_nothing(tmp_path: Path) -> None:
    build(tmp_path / "leak")
    (tmp_path / "leak" / "bad").mkdir()
    write_bad_inputs(tmp_path / "leak" / "bad")
    check_kills(tmp_path / "leak", tmp_path, kills=10, seed=1)


@pytest.mark.slow
def test_ten_kills_on_many_real_files_change_nothing(tmp_path: Path) -> None:
    if not (CORPUS / "files").exists():
        pytest.skip("the corpus is not here")
    check_kills(CORPUS / "files", tmp_path, kills=10, seed=2)
