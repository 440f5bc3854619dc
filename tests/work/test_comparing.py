from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.cite import parse_cite
from fairwitness.work.comparing import Comparison, compare
from fairwitness.work.comparison_page import comparison_page, stretches
from fairwitness.work.showing import look_up
from tests.compare.texts import CHINESE, ENGLISH, UYGHUR
from tests.work.support import open_quietly, run_cli, run_json

EVIL = 'one two <script>alert(1)</script> & "three" \u202egnp.exe\u202c four'
LONG = "\n\n".join(f"Paragraph {number}. {ENGLISH} Number {number} ends here." for number in range(40))


def texts() -> dict[str, str]:
    lines = ENGLISH.split("\n")
    ways = [lines[0], lines[3], lines[1].replace("northern", "southern"), "A sentence that nobody has seen before."]
    return {
        "en a": ENGLISH,
        "en b": "\n".join([*ways, lines[2], lines[4]]),
        "zh a": CHINESE,
        "zh b": CHINESE.replace("全部费用", "一半费用"),
        "ug a": UYGHUR,
        "ug b": UYGHUR.replace("ناسوس", "موتور"),
        "evil a": EVIL,
        "evil b": EVIL.replace("three", "<img src=x onerror=alert(2)>"),
        "long a": LONG,
        "long b": LONG.replace("Paragraph 17", "Chapter 17").replace("Number 30 ends", "Number 30 stops"),
    }


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comparing")
    (folder / "leak").mkdir()
    for name, text in texts().items():
        (folder / "leak" / f"{name}.txt").write_text(text)
    (folder / "leak" / "empty.txt").write_text("...")
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def digest_of(name: str) -> str:
    return hashlib.sha256(texts()[name].encode()).hexdigest()[:16]


def compared(case: Path, name: str) -> Comparison:
    with Case.open(case) as opened:
        return compare(opened, digest_of(f"{name} a"), digest_of(f"{name} b"))


def test_every_difference_has_a_cite_that_shows_its_text(case: Path) -> None:
    answer = run_json("compare", case, digest_of("en a"), digest_of("en b"))
    assert answer["counts"] == {"changed": 1, "missing": 0, "added": 1, "moved": 1}
    kinds = {difference["kind"]: difference for difference in answer["differences"]}
    assert [place["text"] for place in kinds["changed"]["left"] + kinds["changed"]["right"]] == ["northern", "southern"]
    assert kinds["added"]["left"] == []
    assert kinds["moved"]["left"][0]["text"] == kinds["moved"]["right"][0]["text"]
    with Case.open(case) as opened:
        for difference in answer["differences"]:
            for place in difference["left"] + difference["right"]:
                assert look_up(opened, parse_cite(place["cite"])).quote == place["text"]


@pytest.mark.parametrize(("name", "old", "new"), [("zh", "全部", "一半"), ("ug", "ناسوس", "موتور")])
def test_one_changed_word_is_the_only_difference(case: Path, name: str, old: str, new: str) -> None:
    ((difference, within),) = compared(case, name).differences()
    found = compared(case, name)
    assert within == 0
    assert [place["text"] for place in found.left.places(difference.left)] == [old]
    assert [place["text"] for place in found.right.places(difference.right)] == [new]


def test_differences_on_later_pages_name_their_pages(case: Path) -> None:
    answer = compared(case, "long").as_json()
    assert answer["left"]["pages"] > 2
    pages = [(d["left"][0]["page"], d["right"][0]["page"]) for d in answer["differences"]]
    assert len(pages) == 2
    assert pages[0] < pages[1]
    assert all(left == right > 1 for left, right in pages)


def test_two_cited_passages_are_compared_and_nothing_around_them(case: Path) -> None:
    hits = {hit["found_as"]: hit for hit in run_json("search", case, '"office alone"')["hits"]}
    answer = run_json("compare", case, hits["en a.txt"]["cite"], hits["en b.txt"]["cite"])
    assert (answer["left"]["words"], answer["similarity"], answer["differences"]) == (2, 1.0, [])


@pytest.mark.parametrize("name", ["nonsense", "abcdef0123456789", "0" * 16 + ":p1:c0-1:" + "0" * 8, ""])
def test_what_is_not_in_the_case_is_refused_with_a_sentence(case: Path, name: str) -> None:
    done = run_cli("compare", case, digest_of("en a"), name, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_document_without_words_says_so(case: Path) -> None:
    empty = hashlib.sha256(b"...").hexdigest()
    done = run_cli("compare", case, digest_of("en a"), empty, "--json", check=False)
    assert (done.returncode, '"nothing_to_compare"' in done.stdout) == (2, True)


def test_the_printed_comparison_isolates_what_leaked(case: Path) -> None:
    printed = run_cli("compare", case, digest_of("evil a"), digest_of("evil b")).stdout
    assert "\u202e" not in printed
    assert "\\u202e" in printed


class Reader(HTMLParser):
    """Elements and texts of a page, with the ids that it has and those that it refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["en", "zh", "ug", "evil", "long"])
def test_the_page_is_well_formed_and_refers_to_nothing_but_itself(case: Path, name: str) -> None:
    page = comparison_page(compared(case, name))
    read = Reader(page)
    assert not read.tags & {"script", "img", "link", "iframe", "object", "form"}
    assert not {name for name in read.attributes if name.startswith("on")}
    assert len(read.ids) == len(set(read.ids))
    assert read.links <= {f"#{name}" for name in read.ids}
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?:", page)


def test_the_page_says_the_language_and_leaves_the_direction_to_the_text(case: Path) -> None:
    page = comparison_page(compared(case, "ug"))
    assert '<div class="text" dir="auto" lang="ug">' in page
    assert "<mark>ناسوس</mark>" in page
    assert '<blockquote dir="auto" lang="zh-Hans">' in comparison_page(compared(case, "zh"))


def test_leaked_text_is_escaped_and_cannot_turn_the_page(case: Path) -> None:
    page = comparison_page(compared(case, "evil"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("name", ["en", "zh", "long"])
def test_the_page_holds_both_texts_whole(case: Path, name: str) -> None:
    found = compared(case, name)
    shown = [passage for stretch in stretches(found.passages) for passage in stretch.passages]
    assert [at for passage in shown for at in range(*passage.left)] == list(range(len(found.left.words)))
    assert [at for passage in shown for at in range(*passage.right)] == list(range(len(found.right.words)))


def test_equal_text_between_differences_is_folded_away(case: Path) -> None:
    page = comparison_page(compared(case, "long"))
    assert page.count("<details>") == 3
    assert "words the same</summary>" in page


def test_the_report_is_written_as_a_page_or_as_text(case: Path, tmp_path: Path) -> None:
    names = (digest_of("en a"), digest_of("en b"))
    assert run_json("compare", case, *names, "-o", tmp_path / "a.html")["output"] == str(tmp_path / "a.html")
    run_cli("compare", case, *names, "-o", tmp_path / "a.txt")
    assert (tmp_path / "a.html").read_text("utf-8").startswith("<!doctype html>")
    assert "»northern«" in (tmp_path / "a.txt").read_text("utf-8")
