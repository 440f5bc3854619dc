"""The evidence folder of a case: what is behind each claim, and what cannot be shown of it says why."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from lxml import html

from fairwitness.publish.report import Prose
from fairwitness.work.entering import enter
from fairwitness.work.evidencing import write_evidence
from fairwitness.work.list_export import BadExport
from tests.publish.reports import SHARE, a_report
from tests.work.support_lists import case_with_text, list_in


def test_cells_of_a_text_are_shown_in_their_text_and_others_say_why_not(tmp_path: Path) -> None:
    case = case_with_text(tmp_path)
    kept = list_in(case, 4)
    document = case.queries.documents(0)[0].digest
    hit = case.queries.readings_of(document)[0].id[:8]
    row = f"{document[:16]}:p1:r0,0,90,9@200"
    enter(case, kept, row, "heron", "review", "text", "the first")
    report = a_report(parts=(Prose(("Nothing.",)),), claims=(SHARE,))
    behind = {"c1": ((row, (row, f"{document[:16]}:p1:c2-7:{hit}", "no cite")),)}
    told = write_evidence(case, report, behind, tmp_path / "evidence")
    case.close()
    page = html.document_fromstring((tmp_path / "evidence" / "c1.html").read_text())
    assert page.xpath("//h2")[0].text == "Register, row 1, page 1"
    assert page.xpath("//mark")[0].text_content() == "Aynur"
    assert "the first" in page.xpath("//figcaption")[0].text_content()
    missing = {said.text_content().strip() for said in page.xpath("//p[@class='missing']")}
    assert missing == {f"No picture: {reason}" for reason in told.without}
    assert "This is not a cite." in told.without
    assert (told.pages, told.pictures, sum(told.without.values())) == (2, 0, 2)
    assert stat.S_IMODE((tmp_path / "evidence" / "c1.html").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "evidence").stat().st_mode) == 0o700


def test_nothing_of_an_earlier_report_is_left_and_files_of_others_are(tmp_path: Path) -> None:
    case, folder = case_with_text(tmp_path), tmp_path / "evidence"
    write_evidence(case, a_report(), {}, folder)
    (folder / "notes.txt").write_text("mine")
    write_evidence(case, a_report(parts=(), claims=(SHARE,)), {}, folder)
    case.close()
    assert sorted(one.name for one in folder.iterdir()) == ["c1.html", "cells", "index.html", "notes.txt"]


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    case = case_with_text(tmp_path)
    with pytest.raises(BadExport):
        write_evidence(case, a_report(), {}, tmp_path / "file" / "evidence")
    case.close()
