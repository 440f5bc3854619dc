from __future__ import annotations

import random
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tantivy

from fairwitness.core.errors import CaseBusy
from fairwitness.search import _plan
from fairwitness.search._walk import walk
from fairwitness.search.analyser import index_fields
from fairwitness.search.index import IndexedPage, IndexOutdated, IndexUnusable, TantivyIndex
from fairwitness.search.query import And, BadQuery, Not, Term, parse
from tests.thorough import examples

from .oracle import OraclePage
from .support import Texts, digest, found, found_texts, indexed, make, pages_of

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "udhr"


def test_a_committed_page_is_found_and_an_uncommitted_one_is_not(tmp_path: Path) -> None:
    one, two = pages_of("环境保护", "环境")
    with make(tmp_path, [one]) as index:
        index.add([indexed(two)])
        assert found(index, "环境", Texts([one, two])) == {(one.document, 1)}
        index.commit()
        assert len(found(index, "环境", Texts([one, two]))) == 2


def test_a_page_added_twice_is_there_once_with_its_new_text(tmp_path: Path) -> None:
    old, new = OraclePage(digest(1), 1, "old"), OraclePage(digest(1), 1, "new")
    with make(tmp_path, [old]) as index:
        index.add([indexed(new), indexed(new)])
        index.commit()
        assert index.page_count() == 1
        assert found(index, "old", Texts([new])) == set()
        assert found(index, "new", Texts([new])) == {(digest(1), 1)}


def test_a_deleted_document_is_gone_with_all_its_pages_and_no_other(tmp_path: Path) -> None:
    pages = [OraclePage(digest(d), n, "есеп") for d in range(3) for n in range(4)]
    with make(tmp_path, pages) as index:
        index.delete_document(digest(1))
        index.commit()
        assert index.page_count() == 8
        assert found(index, "есеп", Texts(pages)) == {(p.document, p.number) for p in pages if p.document != digest(1)}


def test_a_reader_sees_a_commit_of_another_after_it_reloads(tmp_path: Path) -> None:
    pages = pages_of("one", "two")
    with make(tmp_path, pages[:1]) as writer:
        reader = TantivyIndex.open_reading(tmp_path)
        writer.add([indexed(pages[1])])
        writer.commit()
        assert reader.page_count() == 1
        reader.reload()
        assert reader.page_count() == 2
        assert len(found(reader, "one OR two", Texts(pages))) == 2  # the tokenizer is registered here, too
        with pytest.raises(ValueError, match="reading only"):
            reader.commit()


def test_a_second_writer_is_told_that_the_index_is_busy(tmp_path: Path) -> None:
    with make(tmp_path, pages_of("a")), pytest.raises(CaseBusy):
        TantivyIndex.create_or_open(tmp_path)
    TantivyIndex.create_or_open(tmp_path).close()


def test_an_index_of_another_analyser_is_refused(tmp_path: Path) -> None:
    make(tmp_path, pages_of("a")).close()
    (tmp_path / "made-by").write_text("schema 1 analyser 0\n")
    for opened in (TantivyIndex.create_or_open, TantivyIndex.open_reading):
        with pytest.raises(IndexOutdated):
            opened(tmp_path)


def test_a_missing_and_a_damaged_index_are_refused_without_a_path(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable):
        TantivyIndex.open_reading(tmp_path / "none")
    make(tmp_path, pages_of("a")).close()
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(IndexUnusable) as caught:
        TantivyIndex.open_reading(tmp_path)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("document", ["", "abc", "A" * 64, "g" * 64])
def test_a_document_is_named_by_its_digest(tmp_path: Path, document: str) -> None:
    with make(tmp_path, pages_of("a")) as index, pytest.raises(ValueError, match="SHA-256"):
        index.add([IndexedPage(document, 1, "pdf", (), None, index_fields("a"))])


def test_killing_the_writer_loses_what_was_not_committed_and_nothing_else(tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from fairwitness.search.analyser import index_fields
        from fairwitness.search.index import IndexedPage, TantivyIndex
        index = TantivyIndex.create_or_open(Path(sys.argv[1]), heap_bytes=30_000_000)
        page = lambda n: IndexedPage(f"{n:064x}", 1, "pdf", ("zh",), None, index_fields(f"环境保护 {n}"))
        index.add(page(n) for n in range(50))
        index.commit()
        index.add(page(n) for n in range(50, 90))
        print("ready", flush=True)
        time.sleep(60)
        """
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    pages = [OraclePage(f"{n:064x}", 1, f"环境保护 {n}") for n in range(90)]
    with TantivyIndex.create_or_open(tmp_path) as index:
        assert found(index, "环境保护", Texts(pages)) == {(p.document, 1) for p in pages[:50]}
        index.add(map(indexed, pages))
        index.commit()
        assert len(found(index, "环境保护", Texts(pages))) == 90


def test_paging_by_keys_gives_every_hit_once_even_where_digests_begin_alike(tmp_path: Path) -> None:
    twins = ["0123456789abcdef" * 3 + f"{n:016x}" for n in range(4)]
    pages = [OraclePage(d, n, "бет") for d in [*twins, digest(1), digest(2)] for n in (*range(7), 99, 12_345)]
    with make(tmp_path, pages, commits=3) as index:
        query = index._plan(parse("бет"), Texts(pages))
        expected = sorted((p.document, p.number) for p in pages)
        for batch in (1, 2, 3, 5, 1000):
            walked = [(d, n) for d, n, _ in walk(index._schema, index._searcher, query, batch)]
            assert walked == expected


def test_pages_of_an_answer_add_up_to_the_answer(tmp_path: Path) -> None:
    pages = pages_of(*[f"есеп {'есеп ' * (i % 5)}{i}" for i in range(40)])
    context = Texts(pages)
    with make(tmp_path, pages) as index:
        for order in ("relevance", "document"):
            parts = [index.search(Term("есеп"), context, limit=7, offset=o, order=order) for o in range(0, 49, 7)]
            assert {part.total for part in parts} == {40}
            hits = [(hit.document, hit.number) for part in parts for hit in part.hits]
            assert len(hits) == len(set(hits)) == 40
            if order == "document":
                assert hits == sorted(hits)
        best = index.search(Term("есеп"), context, limit=40).hits
        assert best[0].score > best[-1].score > 0
        assert index.search(Term("есеп"), context, limit=0).total == 40
        assert index.search(Term("есеп"), context, limit=10**12, offset=39).total == 40


# What the engine gets wrong when it is asked naively


def test_three_words_near_each_other_are_found_whatever_their_frequency(tmp_path: Path) -> None:
    filler = ["a"] * 10 + ["c"] * 20 + ["b"] * 30
    assert found_texts(tmp_path, '"a b c"~2', "a x b y c", *filler) == [0]


def test_a_repeated_word_must_stand_there_as_often_as_it_is_asked_for(tmp_path: Path) -> None:
    assert found_texts(tmp_path, '"the although the"~3', "the although", "the although the") == [1]


def test_long_words_are_found(tmp_path: Path) -> None:
    long = ["f" * 64, "достопримечательностями", "环境保护" * 30, "x" * 400]
    for number, word in enumerate(long):
        assert found_texts(tmp_path / str(number), word, *long) == [number]


# Semantics, one by one


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("环境保护", [0, 1]),
        ("护", [0, 1, 2, 3]),
        ("环?护", [3]),
        ("环*护", [0, 1, 3]),
        ("/环.{1,2}护/", [0, 1, 3]),
        ("环境保户~1", [0, 1]),
        ("境环保护~1", [0, 1]),
        ("-护", [4]),
        ("环境护*", []),
        ("*境保*", [0, 1]),
        ("环境 环护", []),
        ("/(环境|护林)./", [0, 1, 2]),
    ],
)
def test_han_patterns_match_parts_of_runs(tmp_path: Path, query: str, hits: list[int]) -> None:
    texts = ["环境保护。", "关于环境\n保护的", "护林员环、境", "环绕护城河环城护", "nothing"]
    assert found_texts(tmp_path, query, *texts) == hits


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("2017年", [0, 1, 2]),
        ("2017年度", [1, 2]),
        ("第3章", [3, 4]),
        ("关于第3章", [4]),
        ("3月5日", [5]),
        ('"第 3"', [3, 4]),
        ('"年 2017"', [6]),
    ],
)
def test_numbers_with_a_han_character_are_found_before_and_behind_other_characters(
    tmp_path: Path, query: str, hits: list[int]
) -> None:
    texts = ["2017年", "于2017年度", "2017年度报告", "第3章", "关于第3章", "13月5号3月5日下午", "度年2017"]
    assert found_texts(tmp_path, query, *texts) == hits


def test_common_characters_with_others_between_are_found_by_the_places_of_their_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_plan, "_MANY", 0)
    texts = ["环绕护", "环，绕护", "环护绕护", "绕环城护林", "护环", "环a护", "环绕城护"]
    assert found_texts(tmp_path / "1", "环?护", *texts) == [0, 3]
    assert found_texts(tmp_path / "2", "环??护", *texts) == [2, 6]
    assert found_texts(tmp_path / "3", "环?护?", *texts) == [3]
    assert found_texts(tmp_path / "4", "-环?护", *texts) == [1, 2, 4, 5, 6]
    monkeypatch.setattr(_plan, "_MANY", 10**9)
    assert found_texts(tmp_path / "5", "环?护", *texts) == [0, 3]


def test_a_pair_that_only_punctuation_makes_is_no_hit(tmp_path: Path) -> None:
    assert found_texts(tmp_path, "讨论证", "讨论、论证", "讨论证据") == [1]
    assert found_texts(tmp_path / "x", '"环 环"', "小环境", "环，环") == [1]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("отчет", [0]),
        ("ОТЧЁТ", [0]),
        ("отч*", [0]),
        ("отчот~1", [0]),
        ("очтёт~1", [0]),
        ("/отч[её]т/", [0]),
        ("ISPARTA", [1]),
        ("ısparta", [1]),
        ("İsparta", [1]),
        ("IS*", [1]),
        ("ﺑﻪﻟﮕﻪ", [2]),
        ("بەل*", [2]),
        ("état", [3]),
        ("etat", []),
        ("etat~1", []),
        ("etat~1!", [3]),
        ("state-owned", [4]),
        ("owned-state", []),
        ('"owned state"~2', [4]),
        ('"owned state"~1', []),
        ("Türkiye", [5]),
        ("/[a-z]{5}/", [4]),
    ],
)
def test_words_are_found_in_their_spellings(tmp_path: Path, query: str, hits: list[int]) -> None:
    texts = ["Отчёт", "ısparta", "بەلگە", "État", "STATE OWNED", "Türkiye'nin"]
    assert found_texts(tmp_path, query, *texts) == hits


def test_filters_combine_with_words(tmp_path: Path) -> None:
    pages = [
        OraclePage(digest(0), 1, "есеп", "application/pdf", ("kk", "ru"), 20170301, "Box/A.pdf"),
        OraclePage(digest(1), 1, "есеп", "text/plain", ("kk",), 20180101, "box/b.txt"),
        OraclePage(digest(2), 1, "есеп", "text/plain", (), None, "other/c.txt"),
    ]
    expected = {
        "type:application/pdf": {0},
        "type:*PDF": {0},
        "type:(text/plain OR application/*) есеп": {0, 1, 2},
        "lang:ru": {0},
        "-lang:kk": {2},
        "path:box/": {0, 1},
        "есеп path:*.TXT": {1, 2},
        "path:nowhere": set(),
        "date:2017": {0},
        "date:[* TO *]": {0, 1},
        "NOT date:2017": {1, 2},
        "date:{2017-03-01 TO 2018]": {1},
        "есеп -type:text/* lang:kk date:2017-03": {0},
    }
    with make(tmp_path, pages) as index:
        for query, numbers in expected.items():
            assert found(index, query, Texts(pages)) == {(digest(n), 1) for n in numbers}, query


def test_a_path_that_became_known_later_counts_at_once(tmp_path: Path) -> None:
    page = OraclePage(digest(0), 1, "a", path="old")
    with make(tmp_path, [page]) as index:
        context = Texts([page])
        assert found(index, "path:new", context) == set()
        context.pages[digest(0), 1] = OraclePage(digest(0), 1, "a", path="new")
        assert found(index, "path:new", context) == {(digest(0), 1)}


def test_only_pages_that_the_rest_of_the_query_leaves_are_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [OraclePage(digest(i), 1, f"环绕护城河 {i}") for i in range(200)]
    context = Texts(pages)
    with make(tmp_path, pages) as index:
        looked_at: list[str] = []
        whole = index._sequences

        def counted(query: tantivy.Query) -> Iterator[tuple[str, str]]:
            for found in whole(query):
                looked_at.append(found[1])
                yield found

        monkeypatch.setattr(index, "_sequences", counted)
        query = And((Term("7"), Not(parse("环?护"))))
        index.search(query, context, limit=5)
        index.search(query, context, limit=5, offset=5)
        assert looked_at == ["环绕护城河 7"]


@pytest.mark.parametrize(
    "query",
    [
        "/a*a*a*a*a*a*a*a*a*a*b/",
        "/" + "(a|a)" * 30 + "b/",
        "/" + "a?" * 60 + "a" * 60 + "b/",
        "a*a*a*a*a*a*a*a*a*b",
        "/.*a.{30}/",
        "/.{255}.{255}.{255}/",
        "/(环|环|.)*(环|.)*(环|.)*护/",
        "环*环*环*环*环*环*环*环*护",
    ],
)
def test_a_pattern_that_would_try_all_combinations_is_answered_at_once(tmp_path: Path, query: str) -> None:
    texts = ["a" * 255, "a" * 60 + "b", "环" * 2_000, "环" * 60 + "护"]
    started = time.process_time()
    hits = found_texts(tmp_path, query, *texts)
    assert time.process_time() - started < 5
    assert set(hits) <= ({3} if "环" in query else {0, 1})


@pytest.mark.parametrize("source", [".{255}" * 8, "(abc|def){255}(abc|def){255}"])
def test_a_pattern_that_is_too_large_is_refused(source: str) -> None:
    with pytest.raises(BadQuery, match="too large"):
        parse(f"/{source}/")


# Every Chinese query finds exactly the pages with that part


def chinese_pages(count: int) -> list[OraclePage]:
    sentences: list[str] = []
    for name in ("cmn_hans", "cmn_hant"):
        path = CORPUS / f"{name}.html"
        if path.exists():
            text = re.sub(r"<[^>]+>", "\n", path.read_text(encoding="utf-8"))
            sentences += [s.strip() for s in re.split(r"[。；\n]", text) if len(s.strip()) > 3]
    chooser = random.Random(7)
    if not sentences:
        common = "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
        sentences = ["".join(chooser.choices(common, k=chooser.randint(4, 30))) for _ in range(400)]
    ends = ["。", "，", "、", "\n\n", " 2017", " art. ", "；"]
    pages = []
    for number in range(count):
        text = "".join(chooser.choice(sentences) + chooser.choice(ends) for _ in range(6))
        pages.append(OraclePage(digest(number // 50), number % 50, text))
    return pages


def test_chinese_queries_find_exactly_the_pages_that_hold_them(tmp_path: Path) -> None:
    count = examples(10_000)
    pages = chinese_pages(count)
    started = time.monotonic()
    chooser = random.Random(11)
    with make(tmp_path, pages) as index:
        assert index.page_count() == count
        for length in (1, 2, 3, 4):
            for _ in range(examples(25)):
                runs = re.findall("[\u4e00-\u9fff]+", chooser.choice(pages).text)
                run = chooser.choice([run for run in runs if len(run) >= length])
                start = chooser.randint(0, len(run) - length)
                word = run[start : start + length]
                expected = sum(word in page.text for page in pages)
                answer = index.search(Term(word), Texts(()), limit=1)
                assert (answer.total, expected > 0) == (expected, True), word
    assert time.monotonic() - started < 60


def test_loose_words_find_other_spellings_and_plain_words_do_not(tmp_path: Path) -> None:
    texts = ("État", "etat", "環境保護", "环境保护", "қағаз", "кагаз", "ئۇيغۇر تىلى", "ۇيغۇر تىلي")
    for number, (query, expected) in enumerate(
        [
            ("etat", [1]),
            ("loose:étát", [0, 1]),
            ("环境", [3]),
            ("loose:環境保护", [2, 3]),
            ("loose:环", [2, 3]),
            ("loose:護", [2, 3]),
            ("loose:КАҒАЗ", [4, 5]),
            ('loose:"ئۇيغۇر تىلى"', [6, 7]),
            ("loose:nothing", []),
        ]
    ):
        assert found_texts(tmp_path / str(number), query, *texts) == expected, query


def test_a_loose_phrase_with_single_characters_is_found_in_both_ways_of_writing(tmp_path: Path) -> None:
    texts = ("第3環", "于第3环境", "第 3 環", "3環", "第3保")
    assert found_texts(tmp_path / "a", "loose:第3環", *texts) == [0, 1, 2]
    assert found_texts(tmp_path / "b", 'loose:"3 环"', *texts) == [0, 1, 2, 3]


def test_a_word_in_a_han_run_is_found_as_a_word_only(tmp_path: Path) -> None:
    texts = ("发展中国家", "中国的环境", "他在中\n国", "大環境")
    assert found_texts(tmp_path / "a", "中国", *texts) == [0, 1, 2]
    assert found_texts(tmp_path / "b", "word:中国", *texts) == [1, 2]
    assert found_texts(tmp_path / "c", "word:環境", *texts) == [3]


def test_stems_are_those_of_the_languages_of_the_page(tmp_path: Path) -> None:
    def page(name: str, text: str, *languages: str) -> OraclePage:
        return OraclePage(digest(name), 1, text, languages=languages)

    pages = [
        page("a", "reports", "en"),
        page("b", "reports", "und"),
        page("c", "report", "zh"),
        page("d", "отчётами", "ru"),
    ]
    with make(tmp_path, pages) as index:
        for query, expected in [
            ("stem:report", "ac"),
            ("stem:reports", "ab"),
            ("stem:отчет", "d"),
            ("stem:reports -lang:en", "b"),
        ]:
            assert found(index, query, Texts(pages)) == {(digest(name), 1) for name in expected}, query
