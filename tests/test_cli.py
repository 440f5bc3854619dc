"""The command line as a stranger uses it: status, messages, JSON, places."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from examples.sample_leak import build
from PIL import Image

from fairwitness.cli import tells_errors
from tests.work.support import open_quietly, run_cli, run_json


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    build(folder / "leak")
    open_quietly(folder / "leak", folder / "leak.case")
    return folder / "leak.case"


def test_a_case_is_made_beside_the_leak_and_the_account_comes_last(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.txt").write_text("一切照常")
    done = run_cli("open", tmp_path / "leak")
    assert (tmp_path / "leak.case" / "case.toml").exists()
    assert done.stdout.splitlines()[1].split()[:4] == ["files", "given", "1", "1"]
    assert run_json("open", tmp_path / "leak")["expected"] == 1


def test_a_single_file_is_a_leak_too(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ھۆججەت")
    assert run_json("open", tmp_path / "a.txt")["read"] == 1
    assert run_json("search", tmp_path / "a.txt.case", "ھۆججەت")["hits"][0]["found_as"] == "a.txt"


def test_every_hit_has_all_that_it_takes_to_check_it(case: Path) -> None:
    answer = run_json("search", case, '"环境保护" AND type:pdf')
    assert answer["total"] == len(answer["hits"]) == 3
    assert answer["searched"] + answer["not_searched"] >= answer["total"]
    assert answer["not_searched_pages"] == {"needs_ocr": 1}
    for hit in answer["hits"]:
        assert len(hit["document"]) == 64
        assert hit["boxes"]
        assert "环境保护" in hit["snippet"]
        assert [hit["snippet"][start:end] for start, end in hit["marks"]] == ["环境保护"] * len(hit["marks"])
        shown = run_json("show", case, hit["cite"])
        assert (shown["quote"], shown["document"], shown["page"]) == ("环境保护", hit["document"], hit["page"])


def test_the_crop_has_the_mark_and_the_whole_page_too(case: Path, tmp_path: Path) -> None:
    hit = run_json("search", case, "环境保护 type:pdf")["hits"][0]
    run_cli("show", case, hit["cite"], "-o", tmp_path / "crop.png")
    run_cli("show", case, hit["cite"], "-o", tmp_path / "page.png", "--page")
    crop, page = (Image.open(tmp_path / name).convert("RGB") for name in ("crop.png", "page.png"))
    shown = run_json("show", case, hit["cite"])
    assert page.size == (shown["width_px"], shown["height_px"])
    assert crop.width == page.width
    assert crop.height < page.height / 4
    x0, y0, x1, y1 = shown["boxes"][0]
    corner = page.getpixel((x0 + 1, y0 + 1))
    assert corner[2] < corner[0] - 30, "the place is not marked"
    dark = page.crop((x0, y0, x1, y1)).convert("L").histogram()[:110]
    assert sum(dark) > 50, "there is no text at the place"


def test_drawing_without_a_lock_is_written_to_the_log(case: Path, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "case")
    hit = run_json("search", tmp_path / "case", "环境保护 type:pdf")["hits"][0]
    before = run_json("verify", tmp_path / "case")["log"]["events"]
    run_cli("show", tmp_path / "case", hit["cite"], "-o", tmp_path / "crop.png", "--unlocked-sandbox")
    after = run_json("verify", tmp_path / "case")
    assert after["sound"]
    assert (after["log"]["events"], after["log"]["size"]) == (before + 1, before + 1)


def test_a_place_in_text_is_quoted_and_has_no_image(case: Path, tmp_path: Path) -> None:
    hit = run_json("search", case, "مۇھىت type:text")["hits"][0]
    refused = run_cli("show", case, hit["cite"], "-o", tmp_path / "x.png", check=False)
    assert (refused.returncode, (tmp_path / "x.png").exists()) == (2, False)
    run_cli("show", case, hit["cite"], "-o", tmp_path / "x.txt")
    assert "»مۇھىت«" in (tmp_path / "x.txt").read_text("utf-8")


def test_a_hit_in_a_sheet_names_its_cell(case: Path) -> None:
    hit = run_json("search", case, "Çıkış type:xlsx")["hits"][0]
    assert hit["cells"] == ["A1", "A2", "A3", "A4"]
    assert run_json("show", case, hit["cite"])["cells"] == ["A1"]
    assert hit["label"] == "Özet"


def test_a_document_says_what_it_is_and_in_which_field(case: Path) -> None:
    documents = [json.loads(line) for line in run_cli("metadata", case, "--json").stdout.splitlines()]
    assert [found["document"] for found in documents] == sorted(found["document"] for found in documents)
    mail = next(found for found in documents if found["type"] == "mail")
    assert run_json("metadata", case, mail["document"][:12]) == mail
    assert {"sent", "from", "subject"} <= {told["name"] for told in mail["statements"]}
    assert all(told["source"] for found in documents for told in found["statements"])
    printed = run_cli("metadata", case, mail["document"][:12]).stdout
    assert "[mail header Date]" in printed
    assert mail["document"] in printed


def test_all_hits_come_a_line_each_in_the_order_of_documents(case: Path) -> None:
    head, *hits = (json.loads(line) for line in run_cli("search", case, "*", "--all", "--json").stdout.splitlines())
    assert head["total"] == head["searched"] == len(hits)
    assert [(hit["document"], hit["page"]) for hit in hits] == sorted((hit["document"], hit["page"]) for hit in hits)
    paged = [
        run_json("search", case, "*", "--by-document", "--limit", "5", "--offset", str(at))["hits"]
        for at in range(0, 20, 5)
    ]
    assert [hit["cite"] for page in paged for hit in page] == [hit["cite"] for hit in hits]


def test_presentation_forms_find_standard_letters(case: Path) -> None:
    assert run_json("search", case, "ﻣﯘھﯩﺖ")["total"] == run_json("search", case, "مۇھىت")["total"] > 0


def test_a_bad_query_names_the_place_and_the_reason(case: Path) -> None:
    done = run_cli("search", case, 'good "bad', "--json", check=False)
    answer = json.loads(done.stdout)
    assert done.returncode == 2
    assert (answer["error"], answer["position"]) == ("bad_query", 5)
    assert answer["reason"]


@pytest.mark.parametrize("arguments", [["search", "x"], ["account"], ["failures"], ["verify"], ["show", "x"]])
def test_a_folder_without_a_case_is_a_sentence_and_status_2(tmp_path: Path, arguments: list[str]) -> None:
    done = run_cli(arguments[0], tmp_path, *arguments[1:], check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_cite_from_elsewhere_is_refused(case: Path) -> None:
    for cite in ("nonsense", f"{'0' * 16}:p1:c0-1:{'0' * 8}"):
        done = run_cli("show", case, cite, check=False)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_hostile_names_cannot_command_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "\x1b[2J\u202egnp.exe\n.txt").write_text("needle")
    run_cli("open", tmp_path / "leak", "--quiet")
    for output in (
        run_cli("search", tmp_path / "leak.case", "needle").stdout,
        run_cli("failures", tmp_path / "leak.case").stdout,
    ):
        assert "\x1b" not in output
        assert "\u202e" not in output


def test_an_unforeseen_error_tells_its_place_and_nothing_of_the_leak(capsys: pytest.CaptureFixture[str]) -> None:
    @tells_errors
    def command() -> None:
        raise ValueError("the name of a person in /some/leaked/path")

    with pytest.raises(SystemExit):
        command()
    told = capsys.readouterr().err
    assert "ValueError at test_cli:" in told
    assert "person" not in told
    assert "leaked" not in told


def test_a_search_waits_for_no_parser(case: Path) -> None:
    code = (
        "import sys\nfrom fairwitness.cli import main\n"
        f"main(['search', {str(case)!r}, '环境保护'], standalone_mode=False)\n"
        "held = {'alembic', 'cv2', 'onnxruntime', 'pypdfium2', 'lxml', 'fairwitness.read', 'fairwitness.work.plan'}\n"
        "print('held', sorted(held & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "held []"
