"""Pages that are images are recognised, searched, cited, drawn and judged, in the order that people need; real engines."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pikepdf
import pytest
from examples.sample_leak.pdf import Text, write_image_pdf, write_pdf
from examples.sample_leak.scan import write_scan
from examples.sample_leak.texts import SCANNED
from PIL import Image, ImageDraw, ImageFont

from fairwitness.case.case import Case
from fairwitness.core.cite import parse_cite
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Made, PageScan
from fairwitness.work.account import account_of
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import NoEngine, Recognised, Wish, recognise, recognise_waiting, waiting
from fairwitness.work.rereading import readings_of_page, reread
from fairwitness.work.scans import choose, rules
from fairwitness.work.searching import CaseSearch
from fairwitness.work.showing import draw, look_up
from fairwitness.work.verifying import verify
from fairwitness.work.wanted import wish
from tests.read.ocr.pages import load_font
from tests.work.support import check_sums, open_quietly, run_cli, run_json

QUIET = Progress(None)
ENGLISH = ("Minutes of the meeting", "of 12 March 2017 on water", "signed by the committee")
CHINESE = ("会议记录二〇一七年", "关于水资源管理的报告")
ONE = Wish(second_share=0.0)


def picture(lines: tuple[str, ...], font: str = "NotoSans-Regular") -> Image.Image:
    """A clean scan at 100 dpi of an A4 page with a few lines."""
    page = Image.new("L", (827, 1169), 250)
    pen = ImageDraw.Draw(page)
    face: ImageFont.FreeTypeFont = load_font(font, 32)
    for row, line in enumerate(lines):
        pen.text((50, 45 + 60 * row), line, 20, font=face)
    return page


def jpeg(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=80, dpi=(100, 100))
    return out.getvalue()


def image_pdf(page: Image.Image, title: str = "scan") -> bytes:
    return write_image_pdf(jpeg(page), width_px=page.width, height_px=page.height, title=title)


def lying_pdf() -> bytes:
    """A scan whose invisible text layer says something else than its pixels."""
    told = pikepdf.open(
        io.BytesIO(write_pdf([[Text("A harmless invitation to a garden party in the summer")]], title="t"))
    )
    page, seen = told.pages[0], picture(ENGLISH)
    image = pikepdf.Stream(told, jpeg(seen))
    image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": seen.width,
                  "/Height": seen.height, "/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 8,
                  "/Filter": pikepdf.Name.DCTDecode})  # fmt: skip
    page.add_resource(image, pikepdf.Name.XObject, pikepdf.Name.Scan)
    page.contents_add(b"q 595 0 0 842 0 0 cm /Scan Do Q")
    page.contents_add(b"3 Tr", prepend=True)
    out = io.BytesIO()
    told.save(out)
    return out.getvalue()


def write_leak(folder: Path) -> Path:
    folder.mkdir()
    (folder / "b-english.pdf").write_bytes(image_pdf(picture(ENGLISH)))
    pages = [picture((f"page number {number} of the register",)) for number in range(1, 4)]
    pages[0].save(folder / "a-register.tif", save_all=True, append_images=pages[1:], dpi=(100, 100))
    picture(CHINESE, "NotoSansSC").save(folder / "c-chinese.png", dpi=(100, 100))
    (folder / "d-lying.pdf").write_bytes(lying_pdf())
    (folder / "e-words.txt").write_text("meeting words of a file that needs nothing")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case in which everything that waits was recognised, two pages at first."""
    place = tmp_path_factory.mktemp("scans")
    before = open_quietly(write_leak(place / "leak"), place / "case")
    assert before["needs_ocr"] == 5
    with Case.open(place / "case", writing=True) as case:
        first = recognise_waiting(case, QUIET, Wish(second_share=0.0, max_pages=2))
        assert (first.pages, first.left) == (2, 3)
        assert first.estimate is not None
        second = recognise_waiting(case, QUIET, ONE)
        assert (second.pages, second.left) == (3, 0)
        assert recognise_waiting(case, QUIET, ONE).pages == 0
    return place / "case"


def found(folder: Path, query: str) -> list[tuple[str, int]]:
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        answer, node = searching.ask(query, order="document")
        hits = [searching.hit(node, hit) for hit in answer.hits]
        return sorted((hit.found_as, hit.page) for hit in hits)


def test_recognised_pages_are_found(folder: Path) -> None:
    assert found(folder, '"12 March 2017"') == [("b-english.pdf", 1)]
    assert found(folder, "水资源") == [("c-chinese.png", 1)]
    assert found(folder, "register") == [("a-register.tif", 1), ("a-register.tif", 2), ("a-register.tif", 3)]
    assert found(folder, "type:image AND trust>=.6") == [("a-register.tif", n) for n in (1, 2, 3)] + [
        ("c-chinese.png", 1)
    ]


def test_the_account_counts_recognised_pages_as_read(folder: Path) -> None:
    with Case.open(folder) as case:
        account = account_of(case).as_json()
    check_sums(account)
    assert account["needs_ocr"] == 0
    assert account["pages"]["failed"] == 0


def test_a_cite_of_a_recognised_page_shows_its_pixels(folder: Path) -> None:
    with Case.open(folder) as case:
        searching = CaseSearch(case)
        answer, node = searching.ask("March")
        hit = searching.hit(node, answer.hits[0])
        assert hit.recognised_by == "hybrid"
        shown = look_up(case, parse_cite(hit.cite))
        assert shown.quote == "March"
        assert len(shown.boxes) == 1
        crop = Image.open(io.BytesIO(draw(case, shown)))
    x0, _, x1, _ = shown.boxes[0]
    ink = Image.eval(crop.convert("L").crop((x0, 0, x1, crop.height)), lambda value: 255 if value < 90 else 0).getbbox()
    assert ink is not None  # the letters of the word stand inside its box


def test_a_page_that_lies_on_its_side_is_read_and_shown_upright(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    leak.mkdir()
    lines = tuple(f"line {number} of the register of letters received" for number in range(1, 15))
    (leak / "side.png").write_bytes(png(picture(lines).rotate(90, expand=True)))
    open_quietly(leak, tmp_path / "case")
    with Case.open(tmp_path / "case", writing=True) as case:
        recognise_waiting(case, QUIET, ONE)
        searching = CaseSearch(case)
        answer, node = searching.ask('"register of letters received"')
        assert answer.total == 1
        shown = look_up(case, parse_cite(searching.hit(node, answer.hits[0]).cite))
        assert shown.turn_deg == 90
        crop = Image.open(io.BytesIO(draw(case, shown)))
    x0, _, x1, _ = shown.boxes[0]
    assert crop.width == shown.height_px  # the whole length of the line, now from left to right
    assert crop.height < shown.width_px
    assert x1 - x0 < 80  # the box itself is that of the image as it is


def test_a_short_line_in_another_script_is_not_taken_for_a_third_one(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "scan.pdf").write_bytes(write_scan(SCANNED, title="scan"))
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with Case.open(tmp_path / "case", writing=True) as case:
        recognise_waiting(case, QUIET, ONE)
        page = case.queries.scanned_page(1)
    assert "COD (mg/L)" in page.text
    assert not any("CYRILLIC" in unicodedata.name(letter, "") for letter in page.text)


def test_the_log_tells_of_every_scan(folder: Path) -> None:
    with Case.open(folder) as case:
        assert verify(case, QUIET).is_sound
        for scan in case.queries.scans():
            options = json.loads(scan.made.options)
            assert options["engine"] == "hybrid"
            assert options["models"]
            assert all(len(digest) == 64 for digest in options["models"].values())


def test_pixels_rule_over_a_text_layer_that_says_something_else(folder: Path, tmp_path: Path) -> None:
    case_folder = copied(folder, tmp_path)
    assert found(case_folder, "garden") == [("d-lying.pdf", 1)]
    with Case.open(case_folder, writing=True) as case:
        assert reread(case, "garden", QUIET, ONE).pages == 1
    assert found(case_folder, "garden") == []
    assert ("d-lying.pdf", 1) in found(case_folder, "committee")
    with Case.open(case_folder) as case:
        document = case.queries.document_starting(next(iter(digest_of(case, b"d-lying.pdf"))))
        texts = readings_of_page(case, document, 1)
        assert [text.counts for text in texts] == [True, False]
        assert "garden" in texts[1].text
        assert texts[1].likeness < 0.8
        plain = texts[0].as_json()
        assert plain["options"]["models"]
        assert "\n".join(line["text"] for line in plain["lines"]) == plain["text"]
        assert all(0.5 < line["confidence"] <= 1 and line["script"] == "Latn" for line in plain["lines"])
        assert look_up(case, parse_cite(texts[1].cite)).quote == texts[1].text  # old cites stay true


def test_a_bad_engine_does_not_replace_a_better_text(folder: Path, tmp_path: Path) -> None:
    case_folder = copied(folder, tmp_path)
    with Case.open(case_folder, writing=True) as case:
        assert reread(case, "type:pdf March", QUIET, Wish(engine="bad", second_share=0.0)).pages == 1
        document = next(iter(digest_of(case, b"b-english.pdf")))
        texts = readings_of_page(case, document, 1)
    assert [text.engine for text in texts if text.counts] == ["hybrid"]
    assert {text.engine for text in texts} == {"hybrid", "bad"}
    assert found(case_folder, "March") == [("b-english.pdf", 1)]


def test_a_second_engine_says_how_far_it_agrees(folder: Path, tmp_path: Path) -> None:
    case_folder = copied(folder, tmp_path)
    with Case.open(case_folder, writing=True) as case:
        document = next(iter(digest_of(case, b"b-english.pdf")))
        recognise(case, QUIET, [(document, 1)], Wish(second="tesseract", second_share=1.0))
        signs = [dict(scan.signs) for scan in case.queries.scans(document)]
    assert signs[0]["agreement"] == -1
    assert signs[-1]["agreement"] > 900


def test_what_somebody_looked_at_comes_first_and_then_first_pages(tmp_path: Path) -> None:
    open_quietly(write_leak(tmp_path / "leak"), tmp_path / "case")
    with Case.open(tmp_path / "case") as reading:
        register = next(iter(digest_of(reading, b"a-register.tif")))
        wish(reading, [(register, 2)], "almost-hit")
        wish(reading, [(register, 3)], "looked-at")
    with Case.open(tmp_path / "case", writing=True) as case:
        assert len(list(waiting(case))) == 5
        done = [order_of(case, Wish(second_share=0.0, max_pages=1)) for _ in range(5)]
    assert done[:2] == [("a-register.tif", 3), ("a-register.tif", 2)]
    assert done[2:] == [("a-register.tif", 1), ("b-english.pdf", 1), ("c-chinese.png", 1)]


def order_of(case: Case, wanted: Wish) -> tuple[str, int]:
    before = {scan.id for scan in case.queries.scans()}
    recognise_waiting(case, QUIET, wanted)
    (scan,) = [scan for scan in case.queries.scans() if scan.id not in before]
    return case.queries.finds_of(scan.document)[0].name.decode(), scan.page


def test_a_search_wishes_for_pages_beside_its_hits(tmp_path: Path) -> None:
    leak = write_leak(tmp_path / "leak")
    open_quietly(leak, tmp_path / "case")
    run_cli("search", tmp_path / "case", "register")  # no page says so yet, but a file is called so
    with Case.open(tmp_path / "case", writing=True) as case:
        names = {order_of(case, Wish(second_share=0.0, max_pages=1))[0] for _ in range(3)}
    assert names == {"a-register.tif"}


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    open_quietly(write_leak(tmp_path / "leak"), tmp_path / "case")
    command = [sys.executable, "-m", "fairwitness", "ocr", str(tmp_path / "case"), "--quiet", "--second-share", "0"]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while scans_in(tmp_path / "case") < 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    there = scans_in(tmp_path / "case")
    assert there >= 1
    answer = run_json("ocr", tmp_path / "case", "--second-share", "0", "--quiet")
    assert (answer["pages"], answer["left"]) == (5 - there, 0)
    with Case.open(tmp_path / "case") as case:
        assert verify(case, QUIET).is_sound
        assert len({(scan.document, scan.page) for scan in case.queries.scans()}) == 5


def scans_in(folder: Path) -> int:
    with Case.open(folder) as case:
        return sum(1 for _ in case.queries.scans())


def test_a_page_that_cannot_be_drawn_fails_alone_and_is_tried_again_when_asked(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    leak.mkdir()
    (leak / "good.pdf").write_bytes(image_pdf(picture(ENGLISH)))
    (leak / "slow.pdf").write_bytes(image_pdf(picture(ENGLISH[:1])))
    open_quietly(leak, tmp_path / "case", scan_cpu_s=1, wall_s=1)
    with Case.open(tmp_path / "case", writing=True) as case:
        done = recognise_waiting(case, QUIET, ONE)
        assert set(done.by_outcome) <= {"ok", "limit_wall", "limit_cpu"}
        causes = account_of(case).pages.causes
        assert causes.total() == done.pages - done.by_outcome["ok"]
    answer = run_json("failures", tmp_path / "case", "--retry", "--wall-s", "180", "--scan-cpu-s", "120")
    assert answer["total"] == account_total(tmp_path / "case")
    with Case.open(tmp_path / "case", writing=True) as case:
        recognise_waiting(case, QUIET, ONE)
        assert account_of(case).pages.causes.total() == 0


def account_total(folder: Path) -> int:
    with Case.open(folder) as case:
        return account_of(case).given.failed


def test_an_engine_that_is_not_there_is_named(folder: Path, tmp_path: Path) -> None:
    case_folder = copied(folder, tmp_path)
    with Case.open(case_folder, writing=True) as case, pytest.raises(NoEngine, match="no-such"):
        reread(case, "March", QUIET, Wish(engine="no-such", second_share=0.0))


def test_a_missing_model_is_reported_by_name_and_the_page_is_not_empty(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    leak.mkdir()
    lines = ("Протокол заседания комиссии", "по водным ресурсам района", "подписан всеми участниками")
    (leak / "ru.png").write_bytes(png(picture(lines)))
    open_quietly(leak, tmp_path / "case")
    (tmp_path / "nothing").mkdir()
    nowhere = str(tmp_path / "nothing")
    told = run_cli("ocr", tmp_path / "case", "--json", "--quiet", "--second-share", "0", FAIRWITNESS_TESSDATA=nowhere)
    answer = json.loads(told.stdout)
    assert answer["missing"]
    assert all(one["name"] and one["install"] for one in answer["missing"])
    assert answer["by_outcome"] == {"missing_model": 1}
    with Case.open(tmp_path / "case") as case:
        assert account_of(case).pages.causes == {"missing_model": 1}
    again = run_json("ocr", tmp_path / "case", "--quiet", "--second-share", "0")  # now with the models
    assert again["by_outcome"] == {"ok": 1}


def png(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "PNG", dpi=(100, 100))
    return out.getvalue()


def test_the_most_trusted_scan_counts_and_of_equals_the_last() -> None:
    def scan(seq: int, confidence: int, outcome: Cause = Cause.OK) -> PageScan:
        signs = (("recognised", 1), ("letters", 100), ("expected", 5 * (1000 - confidence)), ("layer", -1))
        return PageScan("d", 1, Made("s", str(seq)), outcome, has_text=outcome is Cause.OK, signs=signs, seq=seq)

    assert choose([scan(1, 900), scan(2, 800)])[1].seq == 1
    assert choose([scan(1, 900), scan(2, 900)])[1].seq == 2
    assert choose([scan(1, 900), scan(2, 950)], upto=1)[1].seq == 1
    assert choose([scan(1, 300), scan(2, 999, Cause.LIMIT_CPU)])[1].seq == 1
    assert rules(scan(1, 900))


def test_the_command_line_says_what_was_done_and_what_is_left(tmp_path: Path) -> None:
    open_quietly(write_leak(tmp_path / "leak"), tmp_path / "case")
    said = run_cli("ocr", tmp_path / "case", "--pages", "2", "--quiet", "--second-share", "0").stdout
    assert "Recognised 2 pages" in said
    assert "3 pages left: about" in said
    assert Recognised().as_json().keys() <= run_json("ocr", tmp_path / "case", "--pages", "1", "--quiet").keys()
    listed = run_json("quality", tmp_path / "case", "--below", "1")
    assert listed["total"] >= 1
    assert "trust" in listed["hits"][0]


def copied(folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(folder, tmp_path / "copy")
    return tmp_path / "copy"


def digest_of(case: Case, name: bytes) -> list[str]:
    return [one.document for one in case.queries.finds() if one.name == name]
