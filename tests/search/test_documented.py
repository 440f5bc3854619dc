"""The examples of docs/search.md give what it says."""

from __future__ import annotations

import re
from pathlib import Path

from fairwitness.search.query import parse, unparse

from .oracle import OraclePage, brute_force
from .support import Texts, digest, found, make

PAGE = (Path(__file__).parents[2] / "docs" / "search.md").read_text("utf-8")


def rows(head: str) -> list[list[str]]:
    table = PAGE[PAGE.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


def test_everything_that_one_can_ask_is_understood_and_survives_writing() -> None:
    queries = [query for row in rows("| you type |") for query in re.findall("`([^`]+)`", row[0])]
    assert len(queries) >= 45
    for query in queries:
        assert parse(unparse(parse(query))) == parse(query), query


def test_the_examples_find_the_pages_that_they_name(tmp_path: Path) -> None:
    examples = PAGE[PAGE.index("### Examples") : PAGE.index("| query | pages |")].replace("\n", " ")
    texts = dict(re.findall(r"([0-9]) \*([^*]+)\*", examples))
    assert sorted(texts) == ["1", "2", "3", "4", "5", "6"]
    pages = [OraclePage(digest(number), int(number), text) for number, text in texts.items()]
    context = Texts(pages)
    with make(tmp_path, pages) as index:
        for query, expected in rows("| query | pages |"):
            node = parse(query.strip("`"))
            assert {number for _, number in found(index, node, context)} == set(map(int, expected.split())), query
            assert {page.number for page in pages if brute_force(node, page)} == set(map(int, expected.split())), query
