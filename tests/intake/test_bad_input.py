"""Every bad input ends as expected, and no step touches the file system or goes on for ever."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.intake.read_mail import ReadMail
from fairwitness.intake.unpack_archive import UnpackArchive
from fairwitness.intake.unpack_stream import UnpackStream
from fairwitness.intake.unpack_zip import UnpackZip
from fairwitness.intake.walk import walk
from tests.bad_input import Expectation, write_bad_inputs
from tests.intake.parts import unpack

_LIMIT = 100 << 20
_STEPS = {
    ".zip": UnpackZip(max_unpacked_bytes=_LIMIT),
    ".tar": UnpackArchive(max_unpacked_bytes=_LIMIT),
    ".gz": UnpackStream(max_unpacked_bytes=_LIMIT),
    ".bz2": UnpackStream(max_unpacked_bytes=_LIMIT),
    ".xz": UnpackStream(max_unpacked_bytes=_LIMIT),
    ".eml": ReadMail(max_unpacked_bytes=_LIMIT),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Expectation]]:
    folder = tmp_path_factory.mktemp("bad")
    started = time.monotonic()
    table = write_bad_inputs(folder)
    assert time.monotonic() - started < 20  # 1 s on an idle core
    return folder, table


def test_every_bad_input_has_an_expectation_and_is_small(bad: tuple[Path, dict[str, Expectation]]) -> None:
    folder, table = bad
    assert {path.name for path in folder.iterdir()} == set(table)
    assert all(path.lstat().st_size < 3 << 20 for path in folder.iterdir())


def test_every_container_ends_as_expected(bad: tuple[Path, dict[str, Expectation]]) -> None:
    folder, table = bad
    tried = 0
    for name, expected in table.items():
        step = _STEPS.get(Path(name).suffix)
        if step is None:
            continue
        tried += 1
        out = unpack(step, (folder / name).read_bytes())
        assert out.end.outcome in expected.outcomes, name
        assert len(out.entries) >= expected.min_entries, name
        assert len(out.pages) >= expected.min_pages, name
    assert tried >= 15


def test_the_walk_names_every_bad_input(bad: tuple[Path, dict[str, Expectation]]) -> None:
    folder, table = bad
    found = {found.name: found.cause for found in walk(folder)}
    assert len(found) == len(table)
    assert {cause for cause in found.values() if cause} == {Cause.SYMLINK, Cause.SPECIAL}


_WITHOUT_FILES = """
import io, sys
from fairwitness.core.parts import Source
from fairwitness.intake.unpackers import unpacker_for
cases = eval(sys.stdin.read())
armed = True
def watch(event, arguments):
    if armed and event.split(".")[0] in ("open", "import", "os", "subprocess", "socket", "tempfile", "shutil"):
        sys.stderr.write(f"{event} {arguments[:1]}\\n")
sys.addaudithook(watch)
for media_type, data in cases:
    list(unpacker_for(media_type)()(Source(io.BytesIO(data), len(data), media_type=media_type)))
armed = False
"""


def test_no_step_opens_imports_or_starts_anything(bad: tuple[Path, dict[str, Expectation]]) -> None:
    folder, table = bad
    types = {
        ".zip": "application/zip",
        ".tar": "application/x-tar",
        ".gz": "application/gzip",
        ".eml": "message/rfc822",
    }
    cases = [
        (types[Path(name).suffix], (folder / name).read_bytes())
        for name in table
        if Path(name).suffix in types and "bomb" not in name
    ]
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_FILES], input=repr(cases), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
