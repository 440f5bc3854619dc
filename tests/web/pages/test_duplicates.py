"""What is there twice is shown as the command finds it, once it was looked for, and not after something was added."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compare.texts import ENGLISH
from tests.web.serving import Client, serving
from tests.work.support import open_quietly, run_json


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    leak = tmp_path / "leak"
    (leak / "копии").mkdir(parents=True)
    (leak / "one.txt").write_text(ENGLISH)
    (leak / "копии" / "one again.txt").write_text(ENGLISH)
    (leak / "two.txt").write_text(f"17\n{ENGLISH}")
    (leak / "other.txt").write_text("nothing like it")
    open_quietly(leak, tmp_path / "case")
    return leak


@pytest.fixture
def client(leak: Path, tmp_path: Path) -> Iterator[Client]:
    with serving(tmp_path / "case") as opened:
        yield opened


def test_the_same_bytes_need_not_be_looked_for(client: Client) -> None:
    text = client.ask("/duplicates").text
    assert "one.txt" in text
    assert "one again.txt" in text
    assert "other.txt" not in text
    assert "has not been looked for yet" in client.ask("/duplicates?of=groups").text


def test_groups_are_those_that_the_command_found(client: Client, leak: Path, tmp_path: Path) -> None:
    told = run_json("duplicates", tmp_path / "case", "--quiet")
    text = client.ask("/duplicates?of=groups").text
    assert len(told["groups"]) == 1
    for page in told["groups"][0]["pages"]:
        assert f"/documents/{page['document']}" in text
    versions = client.ask("/duplicates?of=documents").text
    assert len(re.findall(r'class="card group"', versions)) == len(told["documents"]) == 1
    assert "There are none" in client.ask("/duplicates?of=forms").text
    shutil.copy(leak / "other.txt", leak / "new.txt")
    (leak / "newer.txt").write_text("added later")
    open_quietly(leak, tmp_path / "case")
    assert "Something was added to the case" in client.ask("/duplicates?of=groups").text


def test_a_list_that_is_longer_than_a_page_has_more_pages(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / "leak" / folder).mkdir(parents=True)
        for number in range(60):
            (tmp_path / "leak" / folder / f"{number}.txt").write_text(f"content {number}")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with serving(tmp_path / "case") as client:
        first, second = client.ask("/duplicates").text, client.ask("/duplicates?from=50").text
        assert "1 to 50 of 60" in first
        assert "51 to 60 of 60" in second
        names = set(re.findall(r"a/(\d+)\.txt", first)) | set(re.findall(r"a/(\d+)\.txt", second))
        assert len(names) == 60
        assert client.ask("/duplicates?of=nonsense&from=99999").status == 200
