"""Pages rebuilt from pixels carry no leak of any kind, by every judge that there is."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from bench.bench_check_pdf import by_objects, by_text
from examples.leaky_pdfs import Made, harmless, leaky
from examples.leaky_pdfs.in_files import attachment, earlier_revision, info
from examples.leaky_pdfs.on_pages import exif_thumbnail, painted_scan, under_black_rectangle
from examples.leaky_pdfs.rebuilt import rebuilt

from fairwitness.publish.check_pdf import check_pdf, checking_sandbox
from fairwitness.publish.released_form import read_released
from tests.work.support import open_quietly, run_json

# a cover, a scan, and what the file says beside its page; the others with the slow tests
SOME = (under_black_rectangle, painted_scan, earlier_revision)
EXIF_OF_THE_PROGRAM_ITSELF = ("SourceFile", "ExifTool", "System", "File")


def judge_all(files: list[Made]) -> None:
    with checking_sandbox() as sandbox:
        for made in files:
            pdf = rebuilt(made.pdf)
            read_released(pdf)
            assert by_text(pdf) == by_objects(pdf) == "", made.name
            judged = check_pdf(pdf, sandbox=sandbox)
            assert judged.is_whole and judged.leaks == (), made.name


def test_rebuilt_pages_carry_no_leak() -> None:
    judge_all([Made(make.__name__, "", make()) for make in SOME])


@pytest.mark.slow
def test_no_rebuilt_page_of_any_file_carries_a_leak() -> None:
    judge_all([*leaky(), *harmless()])


def test_the_judges_by_text_and_by_objects_find_what_was_not_rebuilt() -> None:
    assert by_text(under_black_rectangle()) == by_objects(attachment()) == "x"


@pytest.mark.slow
def test_exiftool_and_mat2_find_nothing_about_rebuilt_pages(tmp_path: Path) -> None:
    exiftool, mat2 = shutil.which("exiftool"), shutil.which("mat2")
    if exiftool is None and mat2 is None:
        pytest.skip("neither exiftool nor mat2 is here")
    for make in (*SOME, attachment, info, exif_thumbnail):
        path = tmp_path / f"{make.__name__}.pdf"
        path.write_bytes(rebuilt(make()))
        if exiftool is not None:
            told = subprocess.run([exiftool, "-json", "-a", "-G1", path], capture_output=True, check=True, timeout=60)
            (found,) = json.loads(told.stdout)
            about = {key: value for key, value in found.items() if key.split(":")[0] not in EXIF_OF_THE_PROGRAM_ITSELF}
            assert about == {"PDF:PDFVersion": 1.7, "PDF:Linearized": "No", "PDF:PageCount": 1}, make.__name__
        if mat2 is not None:
            told = subprocess.run([mat2, "--show", path], capture_output=True, check=False, timeout=120)
            lines = {line.strip() for line in told.stdout.decode().splitlines()[1:]}
            assert lines == {"creation-date: -1", "format: PDF-1.7", "mod-date: -1"}, make.__name__  # -1: there is none


@pytest.mark.slow
def test_all_files_open_as_a_case_without_a_crash(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    leak.mkdir()
    files = [*leaky(), *harmless()]
    for made in files:
        (leak / f"{made.name}.pdf").write_bytes(made.pdf)
    open_quietly(leak, tmp_path / "case")
    told = run_json("account", tmp_path / "case")
    given = told["given"]
    assert given["expected"] == len(files)
    assert given["failed"] == sum(given["by_cause"].values())
    assert not set(given["by_cause"]) & {"crash_signal", "sandbox_violation", "protocol_violation", "quarantined"}
