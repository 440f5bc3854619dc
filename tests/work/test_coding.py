"""Several people code free texts by versioned codebooks, independently of one another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import Column
from fairwitness.lists.errors import BadCodebook
from fairwitness.work.coding import BadCode, Coding, add_codebook, code_cell, codebook_of, codebooks_of
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk, EntryStale, enter
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.lists.test_codebook import BOOK
from tests.work.support import run_cli, run_json
from tests.work.support_lists import case_with_text, list_in

COLUMNS = (Column("name", kind="name"), Column("reason", kind="free"))
REASONS = ["applied for a passport", "applied twice for a passport", "wore a long coat", "wore long coats", ""]


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coding")
    with case_with_text(folder) as case:
        kept = list_in(case, 5, columns=COLUMNS)
        for row, text in zip(Desk(case, kept).list.rows, REASONS, strict=True):
            if text:
                enter(case, kept, row.cells[1].places[0], "heron", "review", "text", text, "engine")
        add_codebook(case, kept, BOOK, "heron")
    return folder / "case"


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Case:
    return Case.open(Path(shutil.copytree(made_case, tmp_path / "case")))


def coding(case: Case, called: str = "reasons") -> Coding:
    desk = Desk(case, kept_list(case, "Register"))
    return Coding(case, desk, codebook_of(case, desk.kept, called))


def say(case: Case, cell: str, codes: tuple[str, ...], by: str, **rest):
    now = coding(case)
    return code_cell(case, now.desk, now.book, cell, codes, by, **rest)


def test_a_codebook_of_a_version_never_changes_and_versions_stand_side_by_side(case: Case) -> None:
    kept = kept_list(case, "Register")
    assert add_codebook(case, kept, BOOK, "tern") == codebooks_of(case, kept)[0]
    with pytest.raises(BadCodebook):
        add_codebook(case, kept, BOOK.replace("Stated", "Given"), "tern")
    add_codebook(case, kept, BOOK.replace('version = "1"', 'version = "2"'), "tern")
    assert [book.called for book in codebooks_of(case, kept)] == ["reasons@1", "reasons@2"]
    cell = coding(case).queue("tern", "reason")[0]
    desk = Desk(case, kept)
    code_cell(case, desk, codebook_of(case, kept, "reasons@1"), cell, ["travel"], "tern")
    assert coding(case, "reasons@2").by_coder == {}
    assert verify(case, Progress(None)).is_sound


def test_a_coder_codes_each_decided_text_once_and_can_change_their_mind(case: Case) -> None:
    cells = coding(case).queue("tern", "reason")
    assert len(cells) == 4
    first = say(case, cells[0], ("dress", "travel"), "tern", note="both")
    assert first.codes == ("travel", "dress")  # in the order of the codebook
    assert coding(case).queue("tern", "reason") == cells[1:] and coding(case).queue("gull", "reason") == cells
    with pytest.raises(EntryStale):
        say(case, cells[0], (), "tern")
    say(case, cells[0], (), "tern", replaces=first.id)
    assert coding(case).by_coder["tern"][cells[0]].codes == ()
    assert coding(case).counts() == {"tern": {"": 1}}


def test_codes_that_the_codebook_does_not_have_are_refused(case: Case) -> None:
    cell = coding(case).queue("tern", "reason")[0]
    with pytest.raises(BadCode):
        say(case, cell, ("faith",), "tern")
    with pytest.raises(NotFound):
        say(case, "0011223344556677:p1:r0,0,1,1@200", ("travel",), "tern")
    kept = kept_list(case, "Register")
    one = add_codebook(case, kept, BOOK.replace('version = "1"', 'version = "3"\nseveral = false'), "tern")
    with pytest.raises(BadCode):
        code_cell(case, Desk(case, kept), one, cell, ["travel", "dress"], "tern")


def test_proposals_come_from_the_own_codes_of_a_coder_and_from_nobody_elses(case: Case) -> None:
    cells = coding(case).queue("tern", "reason")
    say(case, cells[0], ("travel",), "tern")
    (proposed,) = coding(case).proposals("tern", cells[1])
    assert proposed.code == "travel" and proposed.because[0].cell == cells[0]
    assert coding(case).proposals("gull", cells[1]) == []


def test_agreement_leaves_out_what_was_said_beside_a_proposal(case: Case) -> None:
    cells = coding(case).queue("tern", "reason")
    for by, codes in (("tern", "ttdd"), ("gull", "ttdt")):
        for cell, code in zip(cells, codes, strict=True):
            say(case, cell, ("travel",) if code == "t" else ("dress",), by, proposed=by == "tern" and cell == cells[0])
    travel, dress = coding(case).agreement(samples=50)
    # Three cells count: tern says yes no no, gull yes no yes. Two of three are equal.
    assert (travel.cells, travel.coders) == (3, 2) and travel.percent.value == pytest.approx(2 / 3)
    # Krippendorff: coincidences o(yes,yes) = 2, o(no,no) = 2, o(yes,no) = 2; alpha = 1 - 5 * 2 / (2 * 3 * 3) = 4/9.
    assert travel.alpha.value == pytest.approx(4 / 9) and dress.alpha.value == pytest.approx(4 / 9)


def test_the_commands_keep_a_codebook_code_a_cell_and_count(case: Case, tmp_path: Path) -> None:
    (tmp_path / "book.toml").write_text(BOOK.replace('version = "1"', 'version = "7"'), "utf-8")
    told = run_json("list", "codebook", case.folder, "Register", tmp_path / "book.toml", "--by", "tern")
    assert told["codebooks"][0]["codebook"] == "reasons@7"
    cell = coding(case).queue("tern", "reason")[0]
    coded = ("list", "code", case.folder, "Register", cell, "--book", "reasons@7", "--code", "travel", "--by", "tern")
    assert run_json(*coded)["codes"] == ["travel"]
    told = run_json("list", "codes", case.folder, "Register", "--book", "reasons@7")
    assert told["coders"] == {"tern": {"travel": 1}} and told["codes"][0]["alpha"]["why"] != ""
    assert "travel" in run_cli("list", "codes", case.folder, "Register", "--book", "reasons@7").stdout
