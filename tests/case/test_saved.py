"""Saved searches survive a process that dies while it writes one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.case.saved import Run, SavedSearch, SavedSearches
from fairwitness.core.errors import CaseError

SAVED = SavedSearch("水", "水 OR вода", (Run("2026-01-01T00:00:00Z", 3, 9, 3, 0),), {"ab": "1-2,7"})


def test_what_was_put_is_read_again_and_half_a_file_is_nothing(tmp_path: Path) -> None:
    saved = SavedSearches(tmp_path / "searches")
    assert saved.all() == []
    saved.put(SAVED)
    (tmp_path / "searches" / "0123.abcd.new").write_text('{"name": "half')
    assert saved.all() == [SAVED] == [saved.get("水")]


def test_a_disk_that_cannot_be_written_to_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "searches").write_text("a file where the folder should be")
    saved = SavedSearches(tmp_path / "searches")
    with pytest.raises(CaseError):
        saved.put(SAVED)
    with pytest.raises(CaseError), saved.alone():
        pass
