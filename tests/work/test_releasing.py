"""A release: two people stand behind it, the gate lets it pass, and nothing that is covered stands anywhere in it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.custody.ledger import check_log
from fairwitness.publish.source_marks import CHECKLIST
from fairwitness.work import redacting
from fairwitness.work.committing import commit_pages
from fairwitness.work.findings import CHECKED, add_finding, change_finding
from fairwitness.work.progress import Progress
from fairwitness.work.redaction_finding import find_name
from fairwitness.work.redaction_kept import ACCEPT
from fairwitness.work.release_recipe import BadRelease, read_release_recipe
from fairwitness.work.releasing import (
    NotReleasable,
    Prepared,
    ReleaseMade,
    approve,
    make_release,
    prepare,
    questions_before,
)
from fairwitness.work.searching import CaseSearch
from fairwitness.work.source_safety import answer_checklist
from tests.work.redaction_case import NAME, case_to_redact, named
from tests.work.support import run_cli

ENGINE = "tesseract-eng"
RECIPE = """[release]
name = "water"
title = "The second well"
dated = "2026-11-24"
language = "en"
summary = ["What the water office wrote down."]
method = ["Two people read each page."]
findings = ["FINDING"]

[[document]]
redaction = "REDACTION"
title = "Register of 2017"
language = "en"
"""


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with case_to_redact(tmp_path_factory.mktemp("release")) as opened:
        yield opened


def cite_of(case: Case, query: str) -> str:
    searching = CaseSearch(case)
    node = searching.understood(query)
    return next(iter(searching.all_hits(node))).cite


@pytest.fixture(scope="module")
def recipe(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe of one finding and one redacted page, all of it done but for the approval."""
    document = named(case, "letter.pdf")
    one = redacting.begin_redaction(case, document, "Register", "heron", "1")
    one = find_name(case, one, NAME, "heron").redaction
    one = redacting.review_boxes(case, one, [box.id for box in one.boxes], ACCEPT, "tern")
    one = redacting.review_page(case, one, 1, ACCEPT, "tern")
    with Case.open(case.folder, writing=True) as writing:
        commit_pages(writing, Progress(None))
    answers = dict.fromkeys(CHECKLIST, "none") | {"one_copy": "accepted"}
    answer_checklist(case, document, answers, "tern")
    cites = [cite_of(case, '"the village on the same day"'), cite_of(case, "noon")]  # the second is on no page of it
    finding = add_finding(case, "The answer was sent at once.", "heron", cites)
    change_finding(case, finding.id, "tern", status=CHECKED)
    path = tmp_path_factory.mktemp("recipe") / "release.toml"
    path.write_text(RECIPE.replace("FINDING", finding.id[:10]).replace("REDACTION", one.id[:10]), "utf-8")
    return path


@pytest.fixture(scope="module")
def made(case: Case, recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ReleaseMade, Path]:
    ready = prepare(case, read_release_recipe(recipe))
    approve(case, ready, "tern")
    target = tmp_path_factory.mktemp("out") / "release"
    return make_release(case, ready, target, "heron", engine=ENGINE), target


def refused(case: Case, ready: Prepared, by: str = "heron") -> dict[str, str]:
    return {one.name: one.why for one in questions_before(case, ready, by) if not one.passed}


def test_nothing_leaves_before_somebody_else_approved_exactly_this(case: Case, recipe: Path, tmp_path: Path) -> None:
    other = tmp_path / "release.toml"
    other.write_text(recipe.read_text("utf-8").replace("The second well", "The second well, corrected"), "utf-8")
    ready = prepare(case, read_release_recipe(other))
    assert set(refused(case, ready)) == {"approval"}
    with pytest.raises(NotReleasable, match="Nobody else has approved"):
        make_release(case, ready, tmp_path / "out", "heron", engine=ENGINE)
    approve(case, ready, "heron")
    assert "cannot approve it as well" in refused(case, ready)["approval"]
    approve(case, ready, "tern")
    assert refused(case, ready) == {}
    other.write_text(other.read_text("utf-8") + "\n# one more word\n", "utf-8")
    assert set(refused(case, prepare(case, read_release_recipe(other)))) == {"approval"}
    assert not (tmp_path / "out").exists()


def test_the_release_is_a_site_in_a_bag_that_its_own_script_verifies(made: tuple[ReleaseMade, Path]) -> None:
    told, target = made
    assert all(one.passed for one in told.questions)
    assert (told.findings, told.pages) == (1, 1) and told.covered >= 1
    site = target / "data" / "site"
    index = (site / "index.html").read_text("utf-8")
    assert "The answer was sent at once." in index
    assert "This page is not part of the release." in index
    page = target / "data" / "proofs" / "d1-p1.png"
    done = subprocess.run(
        [sys.executable, "-I", str(target / "verify.py")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Nothing is refused" in done.stdout) == (2, True), done.stdout  # 2: nobody has signed
    data = bytearray(page.read_bytes())
    data[len(data) // 2] ^= 1
    page.chmod(0o644)
    page.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-I", str(target / "verify.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "data/proofs/d1-p1.png" in done.stdout + done.stderr
    data[len(data) // 2] ^= 1
    page.write_bytes(data)


def test_nothing_in_the_release_names_who_is_covered_or_leads_to_the_leak(
    case: Case, made: tuple[ReleaseMade, Path]
) -> None:
    document = named(case, "letter.pdf")
    for path in made[1].rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for kept in (b"Tursun", b"letter.pdf", document.encode(), document[:16].encode(), b"heron", b'tern"'):
                assert kept not in data, (path.name, kept)


def test_the_lines_of_a_cite_are_cut_out_of_the_painted_page(made: tuple[ReleaseMade, Path]) -> None:
    site = made[1] / "data" / "site"
    page = Image.open(made[1] / "data" / "proofs" / "d1-p1.png").convert("L")
    crop = Image.open(site / "cites" / "f1-1.png").convert("L")
    assert crop.width == page.width and 100 < crop.height < page.height // 2
    tops = [
        top
        for top in range(page.height - crop.height + 1)
        if page.crop((0, top, page.width, top + crop.height)).tobytes() == crop.tobytes()
    ]
    assert len(tops) == 1
    assert min(crop.tobytes()) < 80, "there is no ink in it"


def test_the_log_tells_of_the_release_and_stays_sound(case: Case, made: tuple[ReleaseMade, Path]) -> None:
    assert made[1].exists()
    assert check_log(case).problems == ()
    events = [json.loads(body)["type"] for body in case.queries.events()]
    assert {"gate", "hand-over"} <= set(events)


@pytest.mark.parametrize("sentence", ["Tursun Barat asked for a well.", "吐尔逊·巴拉提 asked.", "T u r s u n  Barat!"])
def test_a_name_that_is_covered_may_not_stand_in_a_sentence_in_any_script(
    case: Case, recipe: Path, tmp_path: Path, sentence: str
) -> None:
    other = tmp_path / "release.toml"
    other.write_text(recipe.read_text("utf-8").replace("What the water office wrote down.", sentence), "utf-8")
    why = refused(case, prepare(case, read_release_recipe(other)))["words"]
    assert "covered stands in: the summary" in why
    assert "Tursun" not in why


@pytest.mark.slow
def test_a_name_that_a_machine_reads_on_a_page_holds_the_release_back(case: Case, recipe: Path, tmp_path: Path) -> None:
    """Another document of the release has the name, and there nobody covered it."""
    document = named(case, "letter.pdf")
    other = redacting.begin_redaction(case, document, "Uncovered", "heron", "2")
    other = redacting.review_page(case, other, 2, ACCEPT, "tern")
    path = tmp_path / "release.toml"
    more = f'\n[[document]]\nredaction = "{other.id[:10]}"\ntitle = "Second page"\n'
    path.write_text(recipe.read_text("utf-8") + more, "utf-8")
    ready = prepare(case, read_release_recipe(path))
    approve(case, ready, "tern")
    with pytest.raises(NotReleasable, match="covered stands in: d1, page 2") as told:
        make_release(case, ready, tmp_path / "out", "heron", engine=ENGINE)
    assert "Tursun" not in str(told.value)
    assert not (tmp_path / "out").exists()


def test_a_finding_that_only_its_writer_checked_is_refused(case: Case, recipe: Path, tmp_path: Path) -> None:
    own = add_finding(case, "Checked by its writer.", "heron")
    change_finding(case, own.id, "heron", status=CHECKED)
    draft = add_finding(case, "Checked by nobody.", "heron")
    for finding, why in ((own, "checked by who wrote them"), (draft, "nobody has checked")):
        text = recipe.read_text("utf-8")
        other = tmp_path / "release.toml"
        line = next(line for line in text.splitlines() if line.startswith("findings"))
        other.write_text(text.replace(line, f'findings = ["{finding.id[:10]}"]'), "utf-8")
        assert why in refused(case, prepare(case, read_release_recipe(other)))["findings"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("dated =", "datum =", "datum"),
        ('"2026-11-24"', '"tomorrow"', "no date"),
        ('name = "water"', 'name = "../water"', "form"),
        ("[[document]]", "[document]", "document is not written"),
        ('title = "Register of 2017"', "", "title in"),
        ("[release]", "[release", "not TOML"),
    ],
)
def test_a_recipe_that_says_what_there_is_not_is_refused(
    recipe: Path, tmp_path: Path, old: str, new: str, why: str
) -> None:
    other = tmp_path / "release.toml"
    other.write_text(recipe.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(BadRelease, match=why):
        read_release_recipe(other)


def test_the_command_says_what_to_do_where_something_is_missing(case: Case, recipe: Path, tmp_path: Path) -> None:
    draft = add_finding(case, "Checked by nobody at all.", "heron")
    other = tmp_path / "release.toml"
    text = recipe.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("findings"))
    other.write_text(text.replace(line, f'findings = ["{draft.id[:10]}"]'), "utf-8")
    told = run_cli("release", case.folder, other, "--check", "--by", "heron", check=False).stdout
    assert "Next: fairwitness finding CASE FINDING --status checked --by ANOTHER" in told
    assert "Next: fairwitness source-scan" not in told


def test_a_report_that_leads_to_pictures_of_cells_may_not_leave(case: Case, recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "claims.json").write_text("{}", "utf-8")
    (tmp_path / "report" / "report.html").write_text('<a href="evidence/c1.html">cells</a>', "utf-8")
    other = tmp_path / "release.toml"
    more = '\n[[report]]\nfolder = "report"\ntitle = "Counted"\n'
    other.write_text(recipe.read_text("utf-8") + more, "utf-8")
    assert "pictures of cells" in refused(case, prepare(case, read_release_recipe(other)))["evidence"]


def test_the_command_tells_what_is_missing_and_writes_a_recipe(case: Case, recipe: Path, tmp_path: Path) -> None:
    new = run_cli("release", case.folder, "--new").stdout
    assert "[release]" in new and "[[document]]" in new
    other = tmp_path / "release.toml"
    other.write_text(recipe.read_text("utf-8") + "# another\n", "utf-8")
    done = run_cli("release", case.folder, other, "--check", "--by", "heron", check=False)
    assert done.returncode == 1
    assert "NO   approval" in done.stdout
    assert "--approve" in done.stdout
    assert run_cli("release", case.folder, other, "--approve", "--by", "tern").returncode == 0
    assert run_cli("release", case.folder, other, "--check", "--by", "heron").returncode == 0
