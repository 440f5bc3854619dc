"""The gate on a case: what a second person accepted leaves; what changed, was withdrawn or tampered with does not."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from fairwitness.case.case import Case
from fairwitness.cli import main
from fairwitness.core.cite import RegionCite
from fairwitness.custody.ledger import check_log
from fairwitness.publish.gate import GateReport, NotPassed
from fairwitness.publish.rebuilt import RebuiltPage, build_pdf
from fairwitness.work import redacting
from fairwitness.work.findings import CHECKED, WITHDRAWN, add_finding, change_finding
from fairwitness.work.gating import Gated, OwnPass, gate, let_pass, note_gate, statement_of, withdrawn_of, withheld_of
from fairwitness.work.redacting import Rebuilt, Redaction, make_redaction, review_boxes, review_page
from fairwitness.work.redaction_finding import find_name, find_numbers
from fairwitness.work.redaction_kept import ACCEPT, OBJECT
from tests.work.redaction_case import NAME, case_to_redact, named
from tests.work.support import ROOT

pytestmark = pytest.mark.slow  # that what was made passes is tested every day, with redactions
ENGINE = "tesseract-eng"
_names = (f"Letter {number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with case_to_redact(tmp_path_factory.mktemp("gate")) as opened:
        yield opened


def accepted(case: Case, pages: str = "1") -> Redaction:
    one = redacting.begin_redaction(case, named(case, "letter.pdf"), next(_names), "heron", pages)
    one = find_name(case, one, NAME, "heron").redaction
    one = find_numbers(case, one, "heron").redaction
    one = review_boxes(case, one, [box.id for box in one.boxes], ACCEPT, "tern")
    for number in redacting.pages_of(case, one):
        one = review_page(case, one, number, ACCEPT, "tern")
    return one


@pytest.fixture(scope="module")
def letter(case: Case) -> Redaction:
    return accepted(case)


@pytest.fixture(scope="module")
def made(case: Case, letter: Redaction) -> Rebuilt:
    return make_redaction(case, letter, engine=ENGINE)


def said(gated: Gated, name: str) -> str:
    return next(check.answer for check in gated.report.checks if check.name == name)


def test_what_a_second_person_accepted_passes_and_lies_with_its_statement(
    case: Case, letter: Redaction, made: Rebuilt, tmp_path: Path
) -> None:
    gated = gate(case, letter, made, engine=ENGINE)
    assert gated.report.passed, [check for check in gated.report.checks if not check.passed]
    gated.write(tmp_path / "letter.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["letter.pdf", "letter.pdf.gate.json", "letter.pdf.txt"]
    assert (tmp_path / "letter.pdf").read_bytes() == made.pdf
    stated = (tmp_path / "letter.pdf.txt").read_text("utf-8")
    assert made.sha256 in stated
    assert "Findings that are still open: " in stated
    assert "Tursun" not in stated + (tmp_path / "letter.pdf.gate.json").read_text("utf-8")
    note_gate(case, gated, "tern")
    event = [body.decode() for body in case.queries.events() if b'"statement"' in body][-1]
    assert '"passed":true' in event
    assert "Tursun" not in event
    assert check_log(case).problems == ()


def test_a_file_with_one_name_left_in_its_pixels_is_refused(
    case: Case, letter: Redaction, made: Rebuilt, tmp_path: Path
) -> None:
    """The page as it was drawn, nothing painted: the same form, the same judge, and the name can be read."""
    page = made.pages[0]
    bad = replace(made, pdf=build_pdf([RebuiltPage(page.drawn, page.dpi, page.words)]))
    gated = gate(case, letter, bad, engine=ENGINE)
    assert said(gated, "structure") == "passed"
    assert said(gated, "reread") == "refused"
    assert said(gated, "pixels") == "refused"
    with pytest.raises(NotPassed):
        gated.write(tmp_path / "bad.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_is_not_the_page_is_refused(case: Case, letter: Redaction, made: Rebuilt) -> None:
    page = made.pages[0]
    pixels = page.pixels.copy()
    pixels[-40:-20, 40:60] = np.uint8(7)
    gated = gate(case, letter, replace(made, pdf=build_pdf([RebuiltPage(pixels, page.dpi, page.words)])), engine=None)
    assert said(gated, "pixels") == "refused"
    assert said(gated, "reread") == "could not run"
    assert not gated.report.passed


def test_a_redaction_that_changed_since_is_refused(case: Case) -> None:
    one = accepted(case)
    made = make_redaction(case, one, engine=None)
    review_boxes(case, one, [one.boxes[0].id], OBJECT, "tern")
    assert said(gate(case, one, made, engine=None), "review") == "refused"


def test_a_release_whose_evidence_was_withdrawn_is_refused(case: Case, letter: Redaction, made: Rebuilt) -> None:
    cite = str(RegionCite(letter.document[:16], 1, 10, 10, 90, 40, 200))
    found = add_finding(case, "A second well was asked for.", "heron", [cite])
    assert withdrawn_of(case, [found.id]) == []
    assert statement_of(case, made).open_findings == 1
    change_finding(case, found.id, "tern", status=CHECKED)
    assert statement_of(case, made).open_findings == 0
    change_finding(case, found.id, "tern", status=WITHDRAWN)
    assert withdrawn_of(case, [found.id]) == [f"finding {found.id}"]
    assert withdrawn_of(case, ["0123456789abcdef"])  # one that the case does not have
    assert withdrawn_of(case, [], [("nobody", "name")])  # a personal field that nobody let go
    assert statement_of(case, made).open_findings == 0


def test_a_person_lets_pass_what_only_reads_alike_and_not_the_one_who_covered_it(case: Case, letter: Redaction) -> None:
    with pytest.raises(OwnPass):
        let_pass(case, letter, 1, 0, "heron")
    let_pass(case, letter, 1, 0, "tern")
    assert redacting.redaction(case, letter.id).version == letter.version


def test_withheld_are_the_names_and_numbers_and_what_was_looked_for(case: Case, letter: Redaction) -> None:
    strings, short = withheld_of(letter)
    assert NAME in strings
    assert short == 0


def test_a_report_from_elsewhere_lets_nothing_through(made: Rebuilt, tmp_path: Path) -> None:
    with pytest.raises(NotPassed):
        Gated(made, GateReport("0" * 64, 1, ()), "", 0).write(tmp_path / "x.pdf")
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_only_what_passes(case: Case, letter: Redaction, tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    given = [
        "redact",
        "make",
        str(case.folder),
        letter.name,
        "-o",
        str(out),
        "--by",
        "tern",
        "--engine",
        ENGINE,
        "--quiet",
    ]
    told = CliRunner().invoke(main, [*given, "--json"])
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert answer["passed"]
    assert out.exists()
    documented = (ROOT / "docs" / "json.md").read_text("utf-8")
    for field in (*answer, *answer["checks"][0]):
        assert f"`{field}`" in documented, field
    refused = CliRunner().invoke(main, [*given[:-1], "--rests-on", "0123456789abcdef"])
    assert refused.exit_code == 1
    assert "refused: nothing was written" in refused.stdout
