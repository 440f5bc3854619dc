"""The whole path without a network, without CI in the environment, in a fresh home, writing nowhere but the case."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from examples.sample_leak import build

from fairwitness.work.indexing import POOL_PAGES
from tests.work.support import CORPUS, ROOT

# Kills on socket(), and lets nothing be written but below the folders named; then becomes fairwitness.
GUARD = """
import os, sys
from pathlib import Path
from fairwitness.run import lock
from fairwitness.run.syscalls import this_machine

table = this_machine()
lock._prctl(38, 1)
lock._restrict_files(table, [Path("/")], [Path(sys.argv[1]), Path("/dev/null")])
lock._set_filter(
    table,
    lock._prologue(table)
    + lock._answer(table.pick("socket"), lock._RET_KILL_PROCESS)
    + lock._statement(lock._RETURN, lock._RET_ALLOW),
)
os.execv(sys.executable, [sys.executable, "-m", "fairwitness", *sys.argv[2:]])
"""


def listing(folder: Path) -> list[tuple[str, int, int]]:
    return sorted(
        (str(path.relative_to(folder)), path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")
    )


def guarded(case: Path, home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "XDG_CACHE_HOME", "TMPDIR")}
    environment |= {"HOME": str(home), "TMPDIR": str(home / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", GUARD, str(case), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=home, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "tmp").mkdir(parents=True)
    return tmp_path / "home"


def check_whole_path(leak: Path, case: Path, home: Path, query: str) -> None:
    case.mkdir()
    before = listing(leak), listing(home)
    for arguments in (
        ["open", leak, "--case", case, "--quiet", "--json"],
        ["search", case, query, "--json"],
        ["ocr", case, "--quiet", "--second-share", "1", "--pages", "20"],
        ["quality", case, "--below", "1"],
        ["duplicates", case],
        ["account", case],
        ["failures", case, "--retry"],
        ["verify", case],
    ):
        done = guarded(case, home, *arguments)
        assert done.returncode == 0, (arguments[0], done.returncode, done.stderr[-500:])
        assert "sandbox_violation" not in done.stdout
    assert (listing(leak), listing(home)) == before


def test_the_guard_itself_kills_on_socket_and_refuses_to_write(home: Path, tmp_path: Path) -> None:
    def after_guard(act: str) -> int:
        script = GUARD.split("os.execv")[0] + act
        command = [sys.executable, "-c", script, str(tmp_path / "case")]
        return subprocess.run(command, cwd=home, capture_output=True, check=False).returncode

    (tmp_path / "case").mkdir()
    assert after_guard("import socket; socket.socket()") == -31
    assert after_guard("open('made', 'w')") == 1
    assert after_guard("open(sys.argv[1] + '/made', 'w')") == 0
    assert listing(home) == [("tmp", (home / "tmp").lstat().st_mtime_ns, (home / "tmp").lstat().st_size)]


def test_the_whole_path_uses_no_network_and_writes_only_to_the_case(home: Path, tmp_path: Path) -> None:
    build(tmp_path / "leak")
    check_whole_path(tmp_path / "leak", tmp_path / "case", home, "环境保护")


def test_pages_enough_for_a_pool_are_indexed_where_processes_can_share_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "pages.txt").write_text("\f".join(f"page {number}" for number in range(POOL_PAGES)))
    (tmp_path / "case").mkdir()
    done = guarded(tmp_path / "case", home, "open", tmp_path / "leak", "--case", tmp_path / "case", "--quiet", "--json")
    assert done.returncode == 0, done.stderr[-500:]
    assert json.loads(done.stdout)["pages"]["read"] == POOL_PAGES


@pytest.mark.slow
def test_the_same_on_many_real_files(home: Path, tmp_path: Path) -> None:
    if not (CORPUS / "files").exists():
        pytest.skip("the corpus is not here")
    shutil.copytree(CORPUS / "files", tmp_path / "leak")
    check_whole_path(tmp_path / "leak", tmp_path / "case", home, "test")


def test_no_source_file_names_an_address_to_call() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text("utf-8")
        for word in ("urllib.request", "http.client", "import requests", "import httpx", "urlopen"):
            assert word not in text, path.name
