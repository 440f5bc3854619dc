"""Secrets of a case: made once, for their owner alone."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from fairwitness.case.secret_files import make_secret, read_secret
from fairwitness.core.errors import CaseError


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    assert read_secret(tmp_path, "pages") is None
    made = make_secret(tmp_path, "pages")
    assert len(made) == 32 and made == make_secret(tmp_path, "pages") == read_secret(tmp_path, "pages")
    assert make_secret(tmp_path, "other") != made
    assert stat.S_IMODE((tmp_path / "secrets" / "pages").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == ["other", "pages"]


def test_processes_that_make_it_at_once_get_the_same(tmp_path: Path) -> None:
    say = "import sys; from pathlib import Path; from fairwitness.case.secret_files import make_secret as m; print(m(Path(sys.argv[1]), 'pages').hex())"
    started = [
        subprocess.Popen([sys.executable, "-c", say, tmp_path], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["pages"]


@pytest.mark.parametrize("damaged", ["", "00", "zz" * 32, "00" * 33])
def test_a_damaged_secret_is_never_replaced(tmp_path: Path, damaged: str) -> None:
    make_secret(tmp_path, "pages")
    (tmp_path / "secrets" / "pages").write_text(damaged)
    for ask in (make_secret, read_secret):
        with pytest.raises(CaseError, match="damaged"):
            ask(tmp_path, "pages")
    assert (tmp_path / "secrets" / "pages").read_text() == damaged
