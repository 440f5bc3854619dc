"""Chinese questions without quotes give the pages on which the characters stand in a row, no page more and none less."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from fairwitness.search.query import parse

from .support import Texts, make, pages_of

COMMON = (
    "的一是在人民政府环境保护国家年月日第号会议关于加强工作通知学习中心教育培训管理办法" * 3
    + "墨玉县和田地区乌鲁木齐喀什"
)
BETWEEN = [
    "，",
    "。",
    "、",
    "\n",
    "\r\n",
    " \n ",
    "\n\n",
    "\t",
    "　",
    "2017",
    "３",
    "A",
    "Wi-Fi",
    "ئا",
    "·",
    " ",
    "（",
    "）",
]
WRAP = re.compile(r"(?<=[一-鿿]) *\r?\n *(?=[一-鿿])")


def made_text(chance: random.Random) -> str:
    pieces: list[str] = []
    for _ in range(chance.randint(5, 60)):
        pieces.append("".join(chance.choices(COMMON, k=chance.randint(1, 12))))
        pieces.append(chance.choice(BETWEEN))
    return "".join(pieces)


def questions(texts: list[str], size: int, count: int, chance: random.Random) -> list[str]:
    """Half from the pages, half made up, so that some are nowhere."""
    asked = {"".join(chance.choices(COMMON, k=size)) for _ in range(count // 2)}
    while len(asked) < count:
        text = chance.choice(texts)
        at = chance.randrange(len(text))
        piece = text[at : at + size]
        if re.fullmatch(f"[一-鿿]{{{size}}}", piece):
            asked.add(piece)
    return sorted(asked)


def check(folder: Path, page_count: int, question_count: int) -> None:
    chance = random.Random(17)
    texts = [made_text(chance) for _ in range(page_count)]
    plain = [WRAP.sub("", text) for text in texts]  # lines wrap; nothing else is taken away
    pages = pages_of(*texts)
    context = Texts(pages)
    at = {page.document: number for number, page in enumerate(pages)}
    nowhere = 0
    with make(folder, pages) as index:
        for size in (2, 3, 4):
            for question in questions(texts, size, question_count, chance):
                expected = {number for number, text in enumerate(plain) if question in text}
                found = index.search(parse(question), context, limit=page_count)
                assert {at[hit.document] for hit in found.hits} == expected, question
                assert found.total == len(expected)
                nowhere += not expected
    assert nowhere  # the empty answer is among the answers


def test_chinese_questions_equal_a_scan_for_the_characters(tmp_path: Path) -> None:
    check(tmp_path, 400, 100)


@pytest.mark.slow
def test_chinese_questions_equal_a_scan_of_ten_thousand_pages(tmp_path: Path) -> None:
    check(tmp_path, 10_000, 1_000)
