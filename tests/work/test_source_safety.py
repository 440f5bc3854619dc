"""Marks of the source in documents of a case and in files: found, told without quoting, asked for at the gate."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.publish.rebuilt import RebuiltPage, build_pdf
from fairwitness.publish.source_marks import CHECKLIST
from fairwitness.work.source_safety import (
    BadAnswer,
    CannotScan,
    answer_checklist,
    checklist_of,
    scan_document,
    scan_file,
    source_gate,
)
from fairwitness.work.source_warning import warning_of
from tests.publish.drawn_dots import PATTERNS, page
from tests.read.documents import docx, wp
from tests.work.support import open_quietly
from tests.work.support_lists import json_of, said_by

NOTICE = "The office told every village to send a list by the third of March and to keep one copy of it.\n" * 3
CORE = (
    '<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Invented Kestrel'
    "</dc:creator></cp:coreProperties>"
)


def _photograph() -> bytes:
    image = Image.new("RGB", (64, 48), "white")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Invented Optics"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.BodySerialNumber] = "SN-271828"
    inner[ExifTags.Base.MakerNote] = b"notes of the maker"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (1.0, 2.0, 3.0)
    out, small = io.BytesIO(), io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    image.save(small, "JPEG")
    return out.getvalue() + small.getvalue()


def _letter() -> bytes:
    changed = '<w:p><w:ins w:author="Invented Tern" w:rsidR="00AB12CD"><w:r><w:t>new</w:t></w:r></w:ins></w:p>'
    return docx(
        wp("hello") + changed,
        docProps__core_dot_xml=CORE,
        docProps__thumbnail_dot_jpeg=b"\xff\xd8\xff",
        word__printerSettings__printerSettings1_dot_bin=b"<?xml version",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of a photograph, a letter, two copies of a notice, and a scan with dots."""
    root = tmp_path_factory.mktemp("source")
    leak = root / "leak"
    leak.mkdir()
    (leak / "photograph.jpg").write_bytes(_photograph())
    (leak / "letter.docx").write_bytes(_letter())
    (leak / "one.txt").write_text(NOTICE, "utf-8")
    (leak / "two.txt").write_text(NOTICE.replace("village", "vill\u200bage", 1), "utf-8")
    Image.fromarray(page(5, PATTERNS["15x8"], 100, size_mm=(210, 297))).save(leak / "scan.png")
    open_quietly(leak, root / "case")
    return root / "case"


@pytest.fixture
def case(folder: Path) -> Iterator[Case]:
    with Case.open(folder) as opened:
        yield opened


def _document(case: Case, name: str) -> str:
    return next(found.document for found in case.queries.finds() if found.name == name.encode())


def _kinds(found: dict[str, Any]) -> set[str]:
    return {mark["kind"] for mark in found["marks"] if mark["sureness"] == "likely"}


def test_a_letter_is_told_apart_by_people_revisions_and_pictures_that_it_holds(case: Case) -> None:
    found = scan_document(case, _document(case, "letter.docx")).as_json()
    assert _kinds(found) == {"person", "revision_ids", "thumbnail", "printer_settings", "earlier_state"}
    assert "Invented" not in json.dumps(found)
    assert set(found["advice"]) == set(found["by_kind"])


def test_a_photograph_names_its_camera_its_place_and_a_picture_behind_it(folder: Path, case: Case) -> None:
    told = said_by("source-scan", folder, _document(case, "photograph.jpg"), "--json")
    assert {"device", "place", "maker_note", "thumbnail"} <= _kinds(json.loads(told))
    assert "271828" not in told and "Invented" not in told


def test_a_scan_with_dots_is_told_and_the_page_is_named(case: Case) -> None:
    found = scan_document(case, _document(case, "scan.png"))
    assert [mark.where for mark in found.marks if mark.kind == "printer_dots"] == ["page 1"]
    assert dict(found.dots) == {"found": 1}


def test_one_copy_alone_never_excludes_a_mark_and_a_second_one_shows_it(folder: Path, case: Case) -> None:
    one, two = _document(case, "one.txt"), _document(case, "two.txt")
    alone = json_of("source-scan", folder, one)
    assert "cannot be excluded" in alone["cannot_exclude"] and not alone["marks"]
    both = json_of("source-scan", folder, one, "--copy", two)
    assert _kinds(both) == {"copies_differ"} and both["cannot_exclude"] == ""
    (mark,) = scan_document(case, two).marks
    assert mark.kind == "zero_width" and mark.where.startswith(f"{two[:16]}:p1:c")


def test_looking_through_a_document_is_in_the_log_without_a_word_of_it(case: Case) -> None:
    document = _document(case, "letter.docx")
    scan_document(case, document)
    event = json.loads([body for body in case.queries.events() if b'"source-scan"' in body][-1])
    assert event["document"] == document and event["marks"]["thumbnail"] == 1
    assert "Invented" not in json.dumps(event)


def test_the_account_warns_of_documents_that_name_people_machines_or_places(folder: Path, case: Case) -> None:
    assert warning_of(case)["documents"] == 2
    assert json_of("account", folder)["source_marks"]["by_kind"]["place"] == 1
    assert "2 documents that name" in said_by("account", folder)
    assert json_of("overview", folder)["source_marks"]["documents"] == 2
    assert json_of("source-scan", folder)["documents"] == 2


def test_a_file_is_looked_through_outside_a_case_and_its_copies_are_compared(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NOTICE, "utf-8")
    (tmp_path / "b.txt").write_text(NOTICE.replace("third", "fourth"), "utf-8")
    found = json_of("source-scan", tmp_path / "a.txt", "--copy", tmp_path / "b.txt")
    assert _kinds(found) == {"copies_differ"}
    assert scan_file(tmp_path / "a.txt").marks == ()


DAMAGED = (b"\xff\xd8\xff\xe0broken", b"PK\x03\x04broken", b"%PDF-1.7 broken", b"\x89PNG\r\n")


def test_a_damaged_file_is_said_to_be_not_looked_at_and_does_not_leave(case: Case, tmp_path: Path) -> None:
    for number, data in enumerate(DAMAGED):
        (tmp_path / f"{number}").write_bytes(data)
    answer = source_gate(case, [], [], [tmp_path / f"{number}" for number in range(len(DAMAGED))])[0]
    assert not answer.passed and "Not looked at" in answer.why and "unreadable" in answer.why


@pytest.mark.slow
@pytest.mark.parametrize("data", DAMAGED)
def test_every_sort_of_damaged_file_is_said_to_be_not_looked_at(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    assert sum(scan_file(tmp_path / "x").not_looked_at.values())


def test_a_file_that_is_not_there_is_refused_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(CannotScan) as refused:
        scan_file(tmp_path / "secret-name")
    assert "secret" not in str(refused.value)


def test_the_gate_opens_only_when_files_texts_copies_and_people_have_spoken(case: Case, tmp_path: Path) -> None:
    document = _document(case, "one.txt")
    clean = tmp_path / "clean.txt"
    clean.write_text("They were held for praying.", "utf-8")
    passed = {check.name: check.passed for check in source_gate(case, [document], ["They were held."], [clean])}
    assert passed == {
        "source-marks-files": True,
        "source-marks-texts": True,
        "source-copies": False,
        "source-checklist": False,
    }
    answer_checklist(case, document, dict.fromkeys(CHECKLIST, "none") | {"one_copy": "accepted"}, "heron")
    assert checklist_of(case, document)["folds"] == ("none", "heron")
    assert all(check.passed for check in source_gate(case, [document], [], [clean]))
    answer_checklist(case, document, {"stamps": "there"}, "tern")
    assert not all(check.passed for check in source_gate(case, [document], [], [clean]))


def test_what_is_no_answer_to_the_checklist_is_refused(folder: Path, case: Case) -> None:
    document = _document(case, "one.txt")
    for answers in ({"folds": "perhaps"}, {"weather": "none"}, {"one_copy": "none"}):
        with pytest.raises(BadAnswer):
            answer_checklist(case, document, answers, "heron")
    with pytest.raises(FairwitnessError):
        answer_checklist(case, document, {"folds": "none"}, "")


def test_what_we_make_ourselves_goes_through_the_gate(case: Case, tmp_path: Path) -> None:
    pixels = np.full((400, 300, 3), 255, np.uint8)
    pixels[100:120, 50:200] = 0
    (tmp_path / "page.pdf").write_bytes(build_pdf([RebuiltPage(pixels, 100, (("held", (50, 100, 120, 120)),))]))
    (tmp_path / "page.html").write_text('<!doctype html><html lang="en"><title>Report</title><p>Held</p>', "utf-8")
    (tmp_path / "rows.csv").write_text("place,count\r\nNorth,17\r\n", "utf-8")
    (tmp_path / "map.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>North</text></svg>', "utf-8")
    files = sorted(tmp_path.iterdir())
    assert scan_file(tmp_path / "rows.csv").marks == ()
    assert source_gate(case, [], [], files)[0].passed
    (tmp_path / "page.html").write_text("<!doctype html><!-- copy\u200b 7 --><title>Report</title><p>Held</p>", "utf-8")
    answer = source_gate(case, [], [], files)[0]
    assert not answer.passed and "zero_width" in answer.why
