"""The engines read pages of which every letter is known; their parent stays fit to be forked."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from fairwitness.core.errors import NotFound
from fairwitness.read.ocr import models, tessdata
from fairwitness.read.ocr.engines import engine_named, missing
from fairwitness.read.ocr.models import ModelMissing, Weights, read_weights
from fairwitness.read.ocr.scan import Scan
from tests.read.ocr.pages import DrawnPage, draw_page, turn_page
from tests.read.ocr.score import error_rate, missed_lines

ROOT = Path(__file__).resolve().parents[3]
FONTS = {
    "eng": "NotoSans-Regular",
    "tur": "NotoSans-Regular",
    "rus": "NotoSans-Regular",
    "kaz": "NotoSans-Regular",
    "uig": "NotoNaskhArabic-Regular",
    "zh-Hans": "NotoSansSC",
}
needs_data = pytest.mark.skipif(
    any(not tessdata.find_data(name) for name in tessdata.LANGUAGES), reason="the data of Tesseract are not here"
)


def page_of(language: str, quality: str = "clean", lines: int = 5) -> DrawnPage:
    return draw_page(language, font=FONTS[language], number=1, quality=quality, lines=lines)


def read(page: DrawnPage, engine: str = "hybrid") -> Scan:
    return engine_named(engine).read(page.image, page.dpi)


@needs_data
@pytest.mark.parametrize(
    ("language", "at_most"),
    [("eng", 0.01), ("tur", 0.02), ("rus", 0.02), ("kaz", 0.02), ("uig", 0.10), ("zh-Hans", 0.02)],
)
def test_a_degraded_page_is_read_in_its_own_script(language: str, at_most: float) -> None:
    page = page_of(language, "degraded")
    scan = read(page)
    assert error_rate(page, scan) <= at_most
    assert missed_lines(page, scan) == 0
    assert scan.ink_outside < 0.1


@needs_data
def test_whole_page_tesseract_reads_a_clean_page() -> None:
    page = page_of("eng")
    assert error_rate(page, read(page, "tesseract")) <= 0.01


def test_the_bad_engine_is_sure_and_wrong() -> None:
    page = page_of("eng")
    good, bad = read(page), read(page, "bad")
    assert [line.box for line in bad.lines] == [line.box for line in good.lines]
    assert error_rate(page, bad) > 0.25
    assert all(line.confidence > 0.9 for line in bad.lines)


def test_an_empty_page_gives_no_lines() -> None:
    scan = engine_named("hybrid").read(np.full((900, 700, 3), 250, np.uint8), 100)
    assert scan == Scan((), 0, 0.0, 0.0)


def test_the_same_page_gives_the_same_answer_twice() -> None:
    page = page_of("zh-Hans", "degraded", lines=3)
    assert read(page) == read(page)


def test_boxes_and_words_lie_on_the_page_and_words_are_pieces_of_their_line() -> None:
    page = page_of("eng", "degraded")
    height, width = page.image.shape[:2]
    lines = read(page).lines
    assert len(lines) >= 5
    for line in lines:
        assert line.words
        assert " ".join(line.text[word.start : word.end] for word in line.words) == line.text
        for x0, y0, x1, y1 in (line.box, *(word.box for word in line.words)):
            assert 0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height


def test_an_engine_names_its_models_by_hash() -> None:
    for name in ("hybrid", "ppocr", "tesseract"):
        engine = engine_named(name)
        assert engine.version
        assert engine.models
        assert all(len(digest) == 64 for digest in engine.models.values())


def test_there_is_no_engine_of_an_unknown_name() -> None:
    with pytest.raises(NotFound):
        engine_named("tesseract-xx")


def test_weights_that_were_changed_are_refused() -> None:
    with pytest.raises(ModelMissing):
        read_weights(Weights(models.TINY_LETTERS.file, "0" * 64))


def test_a_missing_language_is_named_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("FAIRWITNESS_TESSDATA", str(tmp_path))
    (tmp_path / "rus.traineddata").write_bytes(b"data")
    if not any(Path("/usr/share/tesseract-ocr").glob("*/tessdata/uig.traineddata")):
        assert "tesseract uig" in dict(missing())
        assert "make tessdata" in dict(missing())["tesseract uig"]
    assert "tesseract rus" not in dict(missing())
    assert tessdata.need_data("rus") == tmp_path / "rus.traineddata"
    with pytest.raises(ModelMissing):
        tessdata.need_data("xx")


@needs_data
def test_a_locked_child_of_the_warmed_parent_reads_a_page(tmp_path: Path) -> None:
    """After `warm` one thread is alive; the child opens nothing, starts nothing and connects to nothing."""
    page = page_of("kaz", "degraded", lines=3)
    np.save(tmp_path / "page.npy", page.image)
    script = textwrap.dedent("""
        import os, sys
        import fairwitness.read.ocr
        import numpy
        from fairwitness.read.ocr.engines import engine_named, warm
        from fairwitness.run.lock import Limits, limit_resources, lock_parser
        page = numpy.load(sys.argv[1])
        warm()
        assert len(os.listdir("/proc/self/task")) == 1, "a thread is alive"
        with open("/proc/self/status") as status:
            held = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
        assert held < 700_000, held
        child = os.fork()
        if child == 0:
            limit_resources(Limits())
            lock_parser()
            text = "\\n".join(line.text for line in engine_named("hybrid").read(page, 150).lines)
            os.write(1, text.encode())
            os._exit(0)
        sys.exit(os.waitstatus_to_exitcode(os.wait()[1]))
    """)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "page.npy")], capture_output=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr.decode()[-500:]
    assert done.stdout.decode() == "\n".join(line.text for line in read(page).lines)


@needs_data
@pytest.mark.parametrize(("language", "turn_deg"), [("uig", 180), ("uig", 270), ("zh-Hans", 90), ("zh-Hans", 180)])
def test_a_turned_page_is_read_and_its_lines_stay_in_their_places(language: str, turn_deg: int) -> None:
    page = turn_page(page_of(language, lines=4), turn_deg)
    scan = read(page)
    assert scan.turn_deg == turn_deg
    assert error_rate(page, scan) <= 0.05
    assert missed_lines(page, scan) == 0


@needs_data
def test_tesseract_may_say_something_behind_the_lock() -> None:
    script = textwrap.dedent(
        """
        import os
        from fairwitness.read.ocr.recognise_tesseract import api_of
        from fairwitness.run.lock import lock_parser
        api = api_of("eng")
        if os.fork():
            os._exit(os.waitstatus_to_exitcode(os.wait()[1]) != 0)
        lock_parser()
        api.ReadConfigFile("no-such-file")  # it complains, and crashes if it must open a file for that
        os._exit(0)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-300:]
