import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from fairwitness.core.tables import Layout
from fairwitness.lists.assembling import WHY_UNPLACED
from fairwitness.lists.codebook import parse_codebook
from fairwitness.lists.errors import BadSetup
from fairwitness.lists.rule_kinds import RULE_KINDS
from fairwitness.lists.setup import CORRECTION_KINDS, PageRange, Setup, parse_setup, write_setup
from tests.lists.strategies import setups
from tests.thorough import examples

WHOLE = """\
[list]
name = "A list"
keying = "double"
pages = ["00112233445566aa:1-137", "00112233445566bb:3"]
header_rows = 1
right_to_left = true

[[column]]
name = "serial"
title = "序号"
kind = "number"
script = "digits"
keying = "review"
personal = false

[[column]]
name = "number"
title = "身份证号"
kind = "identity"
scheme = "cn-resident"
required = true

[[column]]
name = "verdict"
kind = "code"
codes = ["甲", "乙"]

[layout]
columns = [20, 100, 500, 980]
top = 80
bottom = 950

[[rule]]
kind = "serial"
columns = ["serial"]
restart = "page"

[[correction]]
kind = "row"
places = ["00112233445566aa:p3:r10,20,30,40@200"]
as = "header"
"""


@settings(max_examples=examples(150), deadline=None)
@given(setups())
def test_a_setup_that_is_written_is_read_back_the_same(setup):
    assert parse_setup(write_setup(setup)) == setup


def test_every_key_of_a_setup_is_understood():
    setup = parse_setup(WHOLE)
    assert setup.pages == (PageRange("00112233445566aa", 1, 137), PageRange("00112233445566bb", 3, 3))
    assert (setup.header_rows, setup.right_to_left) == (1, True)
    assert [column.name for column in setup.columns] == ["serial", "number", "verdict"]
    assert [setup.keying_of(column.name) for column in setup.columns] == ["review", "double", "double"]
    assert setup.columns[0].personal is False and setup.columns[1].required is True
    assert setup.layout == Layout((20, 100, 500, 980), 80, 950)
    assert dict(setup.rules[0].options) == {"restart": "page"}
    assert setup.corrections[0].row_as == "header"


def test_an_empty_text_is_a_setup_in_which_nothing_is_said():
    assert parse_setup("") == Setup()


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('kind = "number"', 'kind = "numbr"', 11, "kind"),
        ('scheme = "cn-resident"', 'scheme = "xx"', 20, "scheme"),
        ('name = "number"', 'name = "serial"', 17, "name"),
        ('name = "number"', 'name = "Number"', 17, "name"),
        ("required = true", "required = 1", 21, "required"),
        ("required = true", "needed = true", 21, "needed"),
        ("header_rows = 1", "header_rows = 99", 5, "header_rows"),
        (":1-137", ":7-3", 4, "pages"),
        ("00112233445566aa:1", "0011:1", 4, "pages"),
        ("top = 80", "top = 1080", 30, "top"),
        ("[20, 100,", "[120, 100,", 29, "columns"),
        ('columns = ["serial"]', 'columns = ["nobody"]', 35, "columns"),
        ('kind = "serial"', 'kind = "cereal"', 34, "kind"),
        ('restart = "page"', 'restart = "book"', 36, "restart"),
        ("p3:r10,20,30,40@200", "p3:r10,20,10,40@200", 40, "places"),
        ('as = "header"', 'as = "heading"', 41, "as"),
        ('as = "header"', 'as = "header', 41, ""),
        ("[[rule]]", "[rule]", 33, "rule"),
        ("[layout]", "[[layout]]", 28, "layout"),
        ("[layout]", "[[layouts]]", 28, "layouts"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_key(old, new, line, key):
    assert WHOLE.count(old) >= 1
    with pytest.raises(BadSetup) as caught:
        parse_setup(WHOLE.replace(old, new, 1))
    assert (caught.value.line, caught.value.key) == (line, key)


def test_an_error_does_not_repeat_what_the_file_says():
    with pytest.raises(BadSetup) as caught:
        parse_setup('[[column]]\nname = "ad"\nkind = "Gizli Kişi"')
    assert "Gizli" not in str(caught.value)


@pytest.mark.parametrize("kind", RULE_KINDS)
def test_a_rule_of_every_kind_can_be_written_with_all_its_options(kind):
    says = RULE_KINDS[kind]
    columns = ["a", "b"][: max(says.least_columns, min(2, says.most_columns))]
    values = {"pattern": '"[0-9]"', "values": '["x"]', "restart": '"a"'}
    plain = {True: "true", False: "false"}
    lines = []
    for at, name in enumerate(("a", "b")):
        needed = says.needs[min(at, len(says.needs) - 1)] or "text"
        scheme = '\nscheme = "cn-resident"' if needed == "identity" else ""
        lines.append(f'[[column]]\nname = "{name}"\nkind = "{needed}"{scheme}')
    lines.append(f'[[rule]]\nkind = "{kind}"\ncolumns = {columns}')
    for key, default in says.options.items():
        value = plain[default] if isinstance(default, bool) else default if isinstance(default, int) else None
        text = list(default) if isinstance(default, tuple) else '""'
        lines.append(f"{key} = {values.get(key, text if value is None else value)}")
    (rule,) = parse_setup("\n".join(lines)).rules
    assert set(dict(rule.options)) == set(says.options)


@pytest.mark.parametrize(
    ("column", "kind"),
    [('kind = "text"', "checksum"), ('kind = "identity"', "checksum"), ('kind = "text"', "date_range")],
)
def test_a_rule_that_could_never_find_anything_is_refused(column, kind):
    with pytest.raises(BadSetup) as caught:
        parse_setup(f'[[column]]\nname = "a"\n{column}\n[[rule]]\nkind = "{kind}"\ncolumns = ["a"]')
    assert (caught.value.line, caught.value.key) == (6, "columns")


def test_a_pattern_that_could_run_for_ever_is_still_linear_and_one_with_back_references_is_refused():
    head = '[[column]]\nname = "a"\n[[rule]]\nkind = "pattern"\ncolumns = ["a"]\npattern = '
    assert parse_setup(head + "'(a+)+b'").rules
    with pytest.raises(BadSetup):
        parse_setup(head + r"'(a)\1'")


def test_the_set_up_in_the_documents_is_one_and_every_kind_of_rule_and_correction_is_told():
    text = (Path(__file__).parents[2] / "docs" / "lists.md").read_text("utf-8")
    example, book = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert parse_codebook(book).called == "reasons@1"
    setup = parse_setup(example)
    assert setup.columns and setup.rules and setup.corrections and setup.layout
    for kind, says in RULE_KINDS.items():
        assert f"| `{kind}` | {says.says} |" in text
    for word in (*CORRECTION_KINDS, *WHY_UNPLACED):
        assert f"`{word}`" in text, word
