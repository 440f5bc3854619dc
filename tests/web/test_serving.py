from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from examples.sample_leak import build

from tests.web.serving import Client
from tests.work.support import run_cli


def test_a_leak_is_shown_while_it_is_being_read_and_afterwards(tmp_path: Path) -> None:
    build(tmp_path / "leak")
    command = [sys.executable, "-m", "fairwitness", "open", str(tmp_path / "leak"), "--serve", "--json", "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        told = [json.loads(process.stdout.readline()) for _ in range(2)]
        (link,) = [one["link"] for one in told if "link" in one]
        (account,) = [one for one in told if "expected" in one]
        assert account["read"] > 0
        client = Client(urlsplit(link).port or 0, link)
        client.enter()
        assert client.ask("/machine").status == 200
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(30)


def test_a_folder_without_a_case_is_said_so(tmp_path: Path) -> None:
    done = run_cli("serve", tmp_path, check=False)
    assert done.returncode == 2
    assert "no case in that folder" in done.stderr


def test_a_port_that_is_taken_is_said_so(sample_case: Path, room: Client) -> None:
    done = run_cli("serve", sample_case, "--port", room.port, check=False)
    assert done.returncode == 2
    assert "is taken" in done.stderr
