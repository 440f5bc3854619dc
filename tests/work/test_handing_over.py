"""A bag of a case: nothing in it leads to the leak unless somebody chose so, and the log vouches for every file."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from examples.leaky_pdfs.on_pages import under_black_rectangle

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.custody.keys import new_key
from fairwitness.custody.note import encode_key
from fairwitness.publish.bag import BadBag
from fairwitness.publish.rebuilt import RebuiltPage, build_pdf
from fairwitness.work.current import bare_readings
from fairwitness.work.findings import add_finding, change_finding
from fairwitness.work.handing_over import BagOptions, hand_over
from fairwitness.work.judging import BadSignature
from fairwitness.work.kept_lists import change_list
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from fairwitness.work.verifying_bags import verify_bag
from tests.work.support_lists import case_with_text, json_of, list_in, said_by
from tests.work.test_list_export import COLUMNS, SETUP

SENTENCE = "The register has *two* rows."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a list, a checked finding, a draft and one that was withdrawn."""
    folder = tmp_path_factory.mktemp("handing")
    with case_with_text(folder) as case:
        kept = list_in(case, 5, columns=COLUMNS)
        change_list(case, kept.id, "heron", setup=SETUP)
        digest = digest_in(case)
        cite = f"{digest[:16]}:p1:c2-7:{bare_readings(case, [digest])[digest].id[:8]}"
        change_finding(case, add_finding(case, SENTENCE, "heron", [cite]).id, "tern", status="checked")
        add_finding(case, "Not yet sure.", "heron", [cite])
        change_finding(case, add_finding(case, "Wrong.", "heron").id, "tern", status="withdrawn")
    return folder / "case"


def digest_in(case: Case) -> str:
    return case.queries.documents(0)[0].digest


def handed(made: Path, target: Path, **options: object) -> dict[str, bytes]:
    with Case.open(made) as case:
        hand_over(case, target, BagOptions(**options), "egret")  # type: ignore[arg-type]
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def test_by_default_nothing_in_a_bag_leads_to_the_leak(made: Path, tmp_path: Path) -> None:
    files = handed(made, tmp_path / "bag", lists=("Register",))
    with Case.open(made) as case:
        digest = digest_in(case)
        reading = bare_readings(case, [digest])[digest].id
        for name, data in files.items():
            for secret in (
                digest[:16],
                reading[:8],
                "Aynur",
                "a.txt",
                "heron",
                "egret",
                "Not yet sure",
                "Wrong.",
            ):
                assert secret.encode() not in data, (name, secret)
        found = json.loads(files["data/findings/findings.json"])["findings"]
        assert [(one["sentence"], one["cites"][0]["cite"]) for one in found] == [(SENTENCE, "d1:p1:c2-7")]
        assert json.loads(files["data/documents.json"]) == {"documents": [{"document": "d1", "event": 1}]}
        rows = list(csv.DictReader(io.StringIO(files["data/lists/list-1/list.csv"].decode())))
        assert {row["document"] for row in rows} == {"d1"} and "name" not in rows[0]
        assert verify(case, Progress(None)).is_sound
    assert len([name for name in files if name.endswith(".tlog-proof")]) == 1


def test_the_bag_is_what_the_log_says_and_cannot_be_called_signed(made: Path, tmp_path: Path) -> None:
    handed(made, tmp_path / "bag", lists=("Register",))
    found = verify_bag(tmp_path / "bag")
    assert (found.refused, found.status) == ((), 2)
    assert any(sentence.startswith("Published files: ") for sentence in found.proven)
    (tmp_path / "bag/data/findings/findings.md").write_text("Another finding.\n")
    assert verify_bag(tmp_path / "bag").status == 1


def test_handing_over_the_same_again_is_no_second_event_and_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    one, two = handed(made, tmp_path / "one", title="A"), handed(made, tmp_path / "two", title="A")
    assert one == two
    other = handed(made, tmp_path / "three", title="A", findings=("all",))
    assert len(other["data/log/leaf-hashes.txt"].splitlines()) == len(one["data/log/leaf-hashes.txt"].splitlines()) + 2


def test_an_original_and_its_digest_go_out_by_choice_alone(made: Path, tmp_path: Path) -> None:
    with Case.open(made) as case:
        digest = digest_in(case)
        told = hand_over(case, tmp_path / "bag", BagOptions(originals=(digest[:10],), quotes=True), "egret")
        original = case.objects.path(digest).read_bytes()
    assert any("which copy was taken" in warning for warning in told.warnings)
    data = tmp_path / "bag/data"
    assert (data / "originals/d1.original").read_bytes() == original
    assert json.loads((data / "documents.json").read_text())["documents"][0]["sha256"] == digest
    place = json.loads((data / "findings/findings.json").read_text())["findings"][0]["cites"][0]
    assert place["quote"] == "Aynur" and place["sha256"] == digest
    assert verify_bag(tmp_path / "bag").refused == ()
    (data / "originals/d1.original").write_bytes(original + b" ")
    assert dict(verify_bag(tmp_path / "bag").refused)["data/originals/d1.original"]


def test_all_events_can_be_released_and_each_is_proven(made: Path, tmp_path: Path) -> None:
    files = handed(made, tmp_path / "bag", events="all")
    bodies = [name for name in files if re.fullmatch(r"data/log/events/\d+\.json", name)]
    assert len(bodies) == len(files["data/log/leaf-hashes.txt"].splitlines())
    assert verify_bag(tmp_path / "bag").refused == ()


def test_other_tools_get_nothing_that_is_not_in_the_bag(made: Path, tmp_path: Path) -> None:
    files = handed(made, tmp_path / "bag", lists=("Register",), tools=("ftm", "sqlite", "csv"))
    tools = {name: data for name, data in files.items() if name.startswith("data/tools/")}
    assert {"data/tools/entities.ftm.json", "data/tools/findings.db", "data/tools/csv/cites.csv"} <= set(tools)
    with Case.open(made) as case:
        for secret in (digest_in(case)[:16], "Aynur", "a.txt", "heron"):
            assert not [name for name, data in tools.items() if secret.encode() in data], secret
    with sqlite3.connect(":memory:") as opened:
        opened.deserialize(tools["data/tools/findings.db"])
        assert opened.execute("select sentence, status from findings").fetchall() == [(SENTENCE, "checked")]
        assert opened.execute("select cite from cites").fetchall() == [("d1:p1:c2-7",)]
        columns = [row[1] for row in opened.execute("pragma table_info(list_1)")]
        assert opened.execute("select count(*) from list_1").fetchone() == (5,)
    opened.close()
    assert "serial" in columns and "name" not in columns
    assert verify_bag(tmp_path / "bag").refused == ()


def test_a_key_signs_the_log_the_bag_and_what_was_derived(made: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made, tmp_path / "case"))
    with Case.open(copy) as case:
        key = new_key(case.log_name)
        options = BagOptions(originals=(digest_in(case)[:10],))
        told = hand_over(case, tmp_path / "bag", options, "egret", key=key)
        again = hand_over(case, tmp_path / "again.zip", options, "egret", key=key)
    assert told.signed == (encode_key(key.public),) and (told.event, told.size) == (again.event, again.size)
    found = verify_bag(tmp_path / "bag", encode_key(key.public))
    assert (found.status, found.refused, found.unchecked) == (0, (), ())
    assert len(list((tmp_path / "bag/data/log/statements").iterdir())) == 1
    assert verify_bag(tmp_path / "again.zip").status == 0
    assert verify_bag(tmp_path / "bag", encode_key(new_key(case.log_name).public)).status == 1


def test_what_cannot_be_handed_over_leaves_the_log_as_it_was(made: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "x.exe").write_bytes(b"MZ")
    (tmp_path / "leaky.pdf").write_bytes(under_black_rectangle())
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    with Case.open(made) as case:
        before = case.queries.event_count()
        withdrawn = next(one for one in json_of("findings", made)["findings"] if one["status"] == "withdrawn")
        for target, options, by, error in (
            (tmp_path / "there", BagOptions(), "egret", BadBag),
            (made / "bag", BagOptions(), "egret", BadBag),
            (tmp_path / "a", BagOptions(), "", BadSignature),
            (tmp_path / "b", BagOptions(findings=(withdrawn["finding"],)), "egret", BadBag),
            (tmp_path / "c", BagOptions(lists=("None",)), "egret", NotFound),
            (tmp_path / "d", BagOptions(originals=("0" * 64,)), "egret", NotFound),
            (tmp_path / "e", BagOptions(add=(tmp_path / "x.exe",)), "egret", BadBag),
            (tmp_path / "f", BagOptions(add=(tmp_path / "broken.pdf",)), "egret", BadBag),
            (tmp_path / "g", BagOptions(add=(tmp_path / "leaky.pdf",)), "egret", BadBag),
        ):
            with pytest.raises(error):
                hand_over(case, target, options, by)
        assert case.queries.event_count() == before


def test_the_commands_hand_over_and_check(made: Path, tmp_path: Path) -> None:
    (tmp_path / "made.pdf").write_bytes(build_pdf([RebuiltPage(np.full((64, 64, 3), 255, np.uint8), 200, ())]))
    told = json_of(
        "bag", made, tmp_path / "b.zip", "--add", tmp_path / "made.pdf", "--by", "egret", "--list", "Register"
    )
    assert told["files"] == 13 and told["released"] == 1 and told["signed"] == []
    from click.testing import CliRunner

    from fairwitness.cli import main

    done = CliRunner().invoke(main, ["verify-bag", str(tmp_path / "b.zip"), "--json"])
    assert done.exit_code == 2 and json.loads(done.stdout)["refused"] == []
    assert "not signed" in said_by("bag", made, tmp_path / "again", "--by", "egret")
