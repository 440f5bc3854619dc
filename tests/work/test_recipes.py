"""Recipes are read strictly: every key is known, what is wrong is said with its line, and the documents tell all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fairwitness.lists.errors import BadRecipe
from fairwitness.work.recipes import PARTS, parse_recipe

DOCUMENT = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8")
GOOD = """\
[report]
title = "T"
dated = 2026-11-24
by = "heron"

[[list]]
list = "Register"

[[variable]]
name = "outcome"
column = "verdict"
groups = { kept = ["a"], gone = ["b", "c"] }

[[part]]
kind = "tabulate"
variable = "outcome"
"""


def test_the_recipe_of_the_document_can_be_read_and_every_kind_and_key_is_in_it() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    recipe = parse_recipe(block.replace('digest = "..."', f'digest = "{"0" * 64}"'))
    assert (recipe.dated, recipe.lists[0].row_is, recipe.variables[1].rest) == ("2026-11-24", "case", "other")
    words = set(re.findall(r"`([a-z_-]+)`", DOCUMENT))
    assert set(PARTS) <= words
    assert {key for keys in PARTS.values() for key in keys} <= words
    assert {
        field for field in ("collected_by", "how", "is_independent", "person", "row_is", "census") if field in DOCUMENT
    } >= {"how"}


def test_a_recipe_says_what_is_as_it_is_by_default() -> None:
    recipe = parse_recipe(GOOD)
    assert (recipe.seed, recipe.threshold, recipe.language, recipe.lists[0].name) == (1, 5, "en", "Register")
    assert recipe.parts[0].values["unit"] == "row" and recipe.variables[0].groups["gone"] == ("b", "c")


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('title = "T"', "title = 3", 2, "title"),
        ('title = "T"', 'colour = "T"', 1, "title"),
        ('by = "heron"', 'by = "heron"\nmood = "calm"', 5, "mood"),
        ("2026-11-24", '"24.11.2026"', 3, "dated"),
        ("2026-11-24", "2026-11-24T10:00:00Z", 3, "dated"),
        ('by = "heron"', 'by = "heron"\nlanguage = "fr"', 5, "language"),
        ('by = "heron"', 'by = "heron"\nthreshold = 1', 5, "threshold"),
        ('list = "Register"', 'list = "Register"\ndigest = "12"', 8, "digest"),
        ('list = "Register"', 'list = "Register"\nrow_is = "Person 1"', 8, "row_is"),
        ('gone = ["b", "c"]', 'gone = ["b", "a"]', 12, "groups"),
        ('name = "outcome"', 'name = "Out come"', 10, "name"),
        ('column = "verdict"', 'column = "verdict"\ndate_part = "year"', 10, "name"),
        ('kind = "tabulate"', 'kind = "score"', 15, "kind"),
        ('variable = "outcome"', "", 14, "variable"),
        ('variable = "outcome"', 'variable = "outcome"\nunit = "family"', 17, "unit"),
        ('variable = "outcome"', 'variable = "outcome"\nlist = "other"', 17, "list"),
        ('variable = "outcome"', 'variable = "outcome"\npredict = true', 17, "predict"),
        ("[[part]]", "[part]", 14, "part"),
        ("[[list]]", "[[lists]]", 6, "lists"),
        ('title = "T"', "title = ", 2, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_key(old: str, new: str, line: int, key: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(BadRecipe) as caught:
        parse_recipe(GOOD.replace(old, new))
    assert (caught.value.line, caught.value.key) == (line, key) and caught.value.advice


def test_a_name_that_is_given_twice_is_refused() -> None:
    part = '[[part]]\nkind = "heading"\ntext = "x"\n'
    assert len(parse_recipe(GOOD + part + part).parts) == 3
    named = '[[part]]\nkind = "tabulate"\nname = "a"\nvariable = "outcome"\n'
    with pytest.raises(BadRecipe, match="twice"):
        parse_recipe(GOOD + named + named)
