"""What an answer says about itself: the spellings that were found, and why nothing was."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.search.explain import MAX_SHOWN, Spelling
from fairwitness.search.query import parse

from .support import Texts, make, pages_of

TEXTS = [
    "colour",
    "color color",
    "color",
    "colon цвет",
    "kolor",
    "отчёт",
    "отчот",
    "环境保护",
    "环绕保护",
    "مۇھىت",
    "مۇھىتى",
]


@pytest.mark.parametrize(
    ("query", "forms"),
    [
        ("color~1", {"color": 2, "colour": 1, "colon": 1}),
        ("color~1!", {"color": 2, "colour": 1, "colon": 1, "kolor": 1}),
        ("отчет~1", {"отчет": 1, "отчот": 1}),
        ("مۇھىت~2", {"مۇھىت": 1, "مۇھىتى": 1}),
        ("col*", {"color": 2, "colour": 1, "colon": 1}),
        ("*lor", {"color": 2, "kolor": 1}),
        ("/[ck]olor/", {"color": 2, "kolor": 1}),
        ("环?保护", {"环境保护": 1, "环绕保护": 1}),
        ("环境保卫~1", {"环境保护": 1}),
        ("color~1 -colon", {"color": 2, "colour": 1, "colon": 1}),
        ("colour -color~1", None),
    ],
)
def test_the_spellings_that_were_found_are_named_with_their_pages(
    tmp_path: Path, query: str, forms: dict[str, int] | None
) -> None:
    pages = pages_of(*TEXTS)
    with make(tmp_path, pages) as index:
        found = index.explainer(Texts(pages)).spellings(parse(query))
        assert [{form.form: form.pages for form in one.forms} for one in found] == ([forms] if forms else [])
        assert all(one.others == 0 for one in found)


def test_pages_that_were_taken_away_no_longer_count_for_a_spelling(tmp_path: Path) -> None:
    pages = pages_of("color", "color", "colour")
    with make(tmp_path, pages) as index:
        index.delete_document(pages[0].document)
        index.delete_document(pages[2].document)
        index.commit()
        (found,) = index.explainer(Texts(pages)).spellings(parse("colo*"))
        assert found.forms == (Spelling("color", 1),)


def test_of_many_spellings_the_most_frequent_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    pages = pages_of(*[f"word{n:03d} word007" for n in range(100)])
    with make(tmp_path, pages) as index:
        (found,) = index.explainer(Texts(pages)).spellings(parse("word*"))
        assert found.forms[0] == Spelling("word007", 100)
        assert (len(found.forms), found.others) == (MAX_SHOWN, 100 - MAX_SHOWN)


def test_nothing_found_is_explained_part_by_part_with_what_might_be_meant(tmp_path: Path) -> None:
    pages = pages_of("环境保护 kadastro", "环境 état", "kadastro есеп", "colour")
    with make(tmp_path, pages) as index:
        parts = index.explainer(Texts(pages)).parts(parse("环境 kadastr (etat OR 环境保卫)^2 -colour type:xls"))
        assert [(part.part, part.pages) for part in parts] == [
            ("环境", 2),
            ("kadastr", 0),
            ("etat", 0),
            ("环境保卫", 0),
            ("NOT colour", 3),
            ('type:"xls"', 0),
        ]
        assert [[spelling.form for spelling in part.meant] for part in parts] == [
            [],
            ["kadastro"],
            ['loose:"etat"'],
            ["环境保护"],
            [],
            [],
        ]


def test_several_runs_of_chinese_that_are_nowhere_are_explained_too(tmp_path: Path) -> None:
    pages = pages_of(*TEXTS)
    with make(tmp_path, pages) as index:
        parts = index.explainer(Texts(pages)).parts(parse('"环境卫生 打印字符"'))
        assert [(part.pages, part.meant) for part in parts] == [(0, ())]
