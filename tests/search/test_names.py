"""`name:` finds the forms of a name in every script, marks them, and finds exactly what comparing every window finds."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from fairwitness.names import BadName, Level, compare, is_within
from fairwitness.names.compare import is_passed_over
from fairwitness.search._names import asked
from fairwitness.search._nodes import Named
from fairwitness.search._view import View
from fairwitness.search.analyser import analyse, han_runs, is_han
from fairwitness.search.highlight import matches
from fairwitness.search.query import BadQuery, parse, unparse

from .oracle import OraclePage
from .support import Texts, digest, found, found_texts, make

TEXTS = [
    "The list names Memet Tursun and others.",
    "据报道，买买提·吐尔逊已经离开。",
    "ئۇ يەردە مەمەت تۇرسۇن بار ئىدى.",
    "В списке Мемет Турсун и другие.",
    "Maimaiti Tuerxun signed it.",
    "TURSUN, Memet (born 1970)",
    "Ehmet Tursun is another man.",
    "A page about cotton.",
    "Meeting of Mehmet with Tursunov.",
    "书记买买提吐尔逊同志",
    "Memet Ibrahim Tursun",
    "Memet, son of a man; Tursun.",
]


def test_a_name_is_found_in_every_script(tmp_path: Path) -> None:
    assert found_texts(tmp_path, 'name:"Memet Tursun"', *TEXTS) == [0, 1, 2, 3, 4, 5, 9]


def test_the_levels_find_less_and_more(tmp_path: Path) -> None:
    assert found_texts(tmp_path / "a", 'name~exact:"Memet Tursun"', *TEXTS) == [0, 1, 2, 3, 4, 5, 9]
    wide = found_texts(tmp_path / "b", 'name~wide:"Memet Tursun"', *TEXTS)
    assert {0, 1, 2, 3, 4, 5, 6, 9, 10} <= set(wide) and not {7} & set(wide)


@pytest.mark.parametrize(
    "query", ["name:陈全国", 'name:"Chen Quanguo"', 'name:"Чэнь Цюаньго"', "name:\"Ch'en Ch'uan-kuo\""]
)
def test_a_chinese_name_is_found_in_characters_and_all_romanisations(tmp_path: Path, query: str) -> None:
    texts = [
        "自治区党委书记陈全国主持会议",
        "主席陳全國出席",
        "Chen Quanguo spoke",
        "CHEN Quan-guo",
        "Ch'en Ch'üan-kuo",
        "Чэнь Цюаньго",
        "Quanguo Chen",
        "全国人大代表陈",
        "Chen Quanfu",
    ]
    assert found_texts(tmp_path, query, *texts) == [0, 1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Ah, Memet  Tursun!", ["Memet  Tursun"]),
        ("据报道，买买提·吐尔逊已经", ["买买提·吐尔逊"]),
        ("TURSUN, Memet (x)", ["TURSUN, Memet"]),
        ("ئۇ مەمەت تۇرسۇن بار", ["مەمەت تۇرسۇن"]),
    ],
)
def test_the_form_is_marked_where_it_stands(text: str, marked: list[str]) -> None:
    assert [text[low:high] for low, high in matches(parse('name:"Memet Tursun"'), text)] == marked


def test_a_mention_says_its_form_its_level_and_why() -> None:
    (mention,) = asked(Named("Memet Tursun")).mentions(View.of_text("书记买买提·吐尔逊同志"))
    assert mention.form == "买买提·吐尔逊"
    assert mention.match.level == "exact" and "买买提 read as memet" in mention.match.why


@pytest.mark.parametrize(
    "query",
    [
        "name:买",
        'name:""',
        "name:12",
        'name:"Memet 7"',
        "name~near:Memet",
        "name:" + "a" * 5_000,
        "name:\u202e",
        'name:"\U000e0fff x"',
        "name:བོད",
    ],
)
def test_what_is_no_name_is_a_bad_query_with_a_place(query: str) -> None:
    with pytest.raises(BadQuery) as refused:
        parse(query)
    assert refused.value.reason and 0 <= refused.value.position <= len(query)


@pytest.mark.parametrize(
    "query", ['name:"Memet Tursun"', "name~wide:Memet", 'name~exact:"陈全国"', 'a AND name:"x y"^2']
)
def test_a_name_survives_being_written_and_read(query: str) -> None:
    assert parse(unparse(parse(query))) == parse(query)


WORDS = [
    "Memet",
    "Mehmet",
    "Muhammad",
    "Tursun",
    "Tursunov",
    "Ali",
    "Eli",
    "Hesen",
    "Hasan",
    "Imin",
    "Emin",
    "Chen",
    "Quanguo",
    "Zhang",
    "Wei",
    "Chang",
    "Lu",
    "Hsiu",
    "lien",
    "al",
    "oghli",
    "Мемет",
    "Турсун",
    "Али",
    "Хасан",
    "Чэнь",
    "Цюаньго",
    "مەمەت",
    "تۇرسۇن",
    "ئەلى",
    "ھەسەن",
    "Maimaiti",
    "Tuerxun",
    "and",
    "the",
    "of",
    "Yusup",
    "Юсуп",
]
HAN = [
    "买买提",
    "吐尔逊",
    "艾力",
    "艾山",
    "陈全国",
    "陳全國",
    "张伟",
    "張偉",
    "的",
    "玉素甫",
    "阿",
    "吕秀莲",
    "依明",
    "国",
    "买",
    "提",
]
NAMES = [
    "Memet Tursun", "Ali Hasan", "Chen Quanguo", "陈全国", "买买提·吐尔逊", "Zhang Wei", "Chang Wei", "مەمەت تۇرسۇن", "Юсуп Али",
    "Memet", "Ali", "Yusup Hasan Ali", "Lu Hsiu-lien", "Tursunov", "Imin", "Aya Memet", "张伟", "Maimaiti Tuerxun",
]  # fmt: skip


def made_page(drawn: random.Random) -> str:
    parts = []
    for _ in range(drawn.randint(3, 14)):
        parts.append(drawn.choice(WORDS) if drawn.random() < 0.6 else drawn.choice(HAN))
        parts.append(drawn.choice([" ", " ", " ", "·", ", ", "", "-"]))
    return "".join(parts)


def windows(text: str, words: int, level: Level) -> set[str]:
    """All that could be a form, written without the code of the search: runs of words, and parts of Han runs."""
    found: set[str] = set()
    tokens = analyse(text)
    plain = [None if is_han(token.text) or token.text == "¦" else token.text for token in tokens]
    for start, end in itertools.combinations(range(len(plain) + 1), 2):
        part = plain[start:end]
        if None in part or end - start > 8:
            continue
        counted = [word for word in part if word and not is_passed_over(word)]
        if counted and (is_passed_over(part[0] or "") or is_passed_over(part[-1] or "")):
            continue
        least = words - 1 if level == "wide" and words > 2 else words
        if len(counted) == 1 or least <= len(counted) <= words + (level == "wide"):
            found.add(" ".join(filter(None, part)))
    return found


def expected(name: str, level: Level, text: str, words: int) -> bool:
    joined = words == 1 or asked(Named(name, level)).joined_keys  # a short name is not looked for as one word
    for window in windows(text, words, level):
        try:
            match = compare(name, window)
        except BadName:
            continue
        if is_within(match.level, level) and (joined or " " in window):
            return True
    return False


@pytest.mark.parametrize("level", ["exact", "likely", "wide"])
def test_the_engine_finds_what_looking_at_every_page_finds(tmp_path: Path, level: Level) -> None:
    drawn = random.Random(7)
    pages = [OraclePage(digest(i), 1, made_page(drawn)) for i in range(300)]
    with make(tmp_path, pages, 3) as index:
        for name in NAMES:
            leaf = Named(name, level)
            by_looking = {
                (page.document, page.number) for page in pages if asked(leaf).mentions(View.of_text(page.text))
            }
            assert found(index, leaf, Texts(pages)) == by_looking, name


@pytest.mark.parametrize("level", ["exact", "likely"])
def test_what_comparing_every_window_of_words_finds_is_found(level: Level) -> None:
    drawn = random.Random(11)
    for _ in range(150):
        text = made_page(drawn)
        for name, words in [("Memet Tursun", 2), ("Ali Hasan", 2), ("Юсуп Али", 2), ("Memet", 1)]:
            if expected(name, level, text, words):
                assert asked(Named(name, level)).mentions(View.of_text(text)), (name, text)


def test_what_comparing_every_part_of_a_run_finds_is_found() -> None:
    drawn = random.Random(13)
    for _ in range(200):
        text = made_page(drawn)
        for run in han_runs(text):
            for low, high in itertools.combinations(range(len(run.chars) + 1), 2):
                if 2 <= high - low <= 6:
                    match = compare("陈全国", run.chars[low:high])
                    if is_within(match.level, "likely"):
                        assert asked(Named("陈全国")).mentions(View.of_text(text)), text
