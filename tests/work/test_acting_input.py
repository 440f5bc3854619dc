"""Files whose content wants to act are read as text and told about; nothing runs, nothing is fetched, all are counted.

With `tests/bad_input.py`, `tests/run/test_frames.py` and `tests/run/test_sandbox.py` these are the bad inputs that every
version must answer as it does today.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.records import Reading
from fairwitness.work.current import current_readings
from fairwitness.work.scans import DocumentPages
from tests.acting_input import HTTP, MARKUP, write_acting_inputs
from tests.work.support import check_sums, open_quietly, run_cli, run_json

READ = {Cause.OK, Cause.EMPTY}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("acting")
    (place / "leak").mkdir()
    write_acting_inputs(place / "leak")
    check_sums(open_quietly(place / "leak", place / "case", cpu_s=30))
    return place / "case"


def reading_of(folder: Path, name: str) -> tuple[Reading, str, dict[str, str]]:
    """The reading of that file, the text of all its pages, and what it says about itself."""
    with Case.open(folder) as case:
        digest = next(found.document for found in case.queries.finds() if os.fsdecode(found.name) == name)
        reading = current_readings(case)[digest]
        with DocumentPages(case, reading) as pages:
            text = "\n".join(page.text for page in pages if isinstance(page, PageText))
    told = {statement[0]: " ".join(s[1] for s in reading.about if s[0] == statement[0]) for statement in reading.about}
    return reading, text, told


def test_a_pdf_that_only_its_owner_may_change_is_read(folder: Path) -> None:
    reading, text, _ = reading_of(folder, "owner-password.pdf")
    assert reading.outcome in READ
    assert "List of villages 2017" in text


@pytest.mark.parametrize("name", ["flate-of-flate.pdf", "three-million-operators.pdf"])
def test_a_page_that_costs_too_much_ends_at_a_limit_or_is_read(folder: Path, name: str) -> None:
    reading, _, _ = reading_of(folder, name)
    limits = {Cause.LIMIT_MEMORY, Cause.LIMIT_CPU, Cause.LIMIT_WALL, Cause.CRASH_SIGNAL, Cause.UNREADABLE}
    assert reading.outcome in READ | limits
    if reading.outcome in READ:
        assert reading.pages_expected == 1


def test_what_a_pdf_would_do_is_listed_and_not_done(folder: Path) -> None:
    reading, text, told = reading_of(folder, "actions.pdf")
    assert reading.outcome in READ
    assert "List of villages" in text
    for word in ("javascript", "launch", "submitform"):
        assert word in told["active-content"].lower(), told["active-content"]


def test_a_form_in_xml_draws_no_file_in(folder: Path) -> None:
    reading, text, told = reading_of(folder, "xfa.pdf")
    assert reading.outcome in READ
    assert "root:" not in text + repr(told)


def test_pages_beyond_the_cap_are_counted_and_not_read(folder: Path) -> None:
    reading, _, _ = reading_of(folder, "hundred-thousand-pages.tiff")
    assert reading.outcome in {Cause.PARTIAL, Cause.LIMIT_CPU, Cause.LIMIT_WALL}
    assert reading.pages_expected >= 10_000


def test_a_picture_that_moves_is_one_page(folder: Path) -> None:
    reading, _, _ = reading_of(folder, "fifty-thousand-frames.gif")
    assert reading.pages_expected == 1


def test_formulas_are_shown_and_never_computed(folder: Path) -> None:
    _, text, _ = reading_of(folder, "formulas.xlsx")
    assert 'WEBSERVICE("http://tracker.example.org/")' in text
    _, text, _ = reading_of(folder, "formulas.csv")
    assert "=cmd|'/c calc'!A1" in text


def test_links_to_a_server_are_listed(folder: Path) -> None:
    reading, text, told = reading_of(folder, "remote-picture.docx")
    assert reading.outcome in READ
    assert "words of the letter" in text
    assert f"{HTTP}image" in told["external-link"]
    assert f"{HTTP}attachedTemplate" in told["external-link"]


def test_a_linked_section_stays_empty(folder: Path) -> None:
    reading, text, _ = reading_of(folder, "linked-section.odt")
    assert reading.outcome in READ
    assert "before the section" in text
    assert "root:" not in text


def test_macros_are_told_of(folder: Path) -> None:
    reading, _, told = reading_of(folder, "macros.doc")
    assert told["macros"] == "vba"
    assert reading.outcome not in {Cause.CRASH_SIGNAL, Cause.SANDBOX_VIOLATION}


def test_a_mail_shows_its_text_and_counts_what_it_would_fetch(folder: Path) -> None:
    reading, text, told = reading_of(folder, "beacon.eml")
    assert reading.outcome in READ
    assert "body of the mail" in text
    assert "the end" in text
    assert "alert" not in text
    assert int(told["remote-content"]) >= 1


def test_markup_in_a_name_or_a_cell_stays_text(folder: Path) -> None:
    hits = run_json("search", folder, "onerror")["hits"]
    assert sorted(hit["type"] for hit in hits) == ["spreadsheet", "text"] or len(hits) == 2
    for hit in hits:
        assert MARKUP in hit["snippet"]
    assert any(MARKUP.replace("/", "") in hit["found_as"] for hit in hits)
    assert MARKUP in run_cli("search", folder, "onerror").stdout
