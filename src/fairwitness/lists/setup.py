"""How a person set a list up: the one TOML file from which the same list can be made again.

The file is shown with every key in docs/lists.md. What is wrong with it is said with the line and the key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from fairwitness.core.cite import parse_any_cite
from fairwitness.core.errors import BadCite
from fairwitness.core.lists import COLUMN_KINDS, Column
from fairwitness.core.tables import LAYOUT_ROWS, Layout
from fairwitness.facts.identifiers import schemes
from fairwitness.lists.patterns import why_not
from fairwitness.lists.rule_kinds import RULE_KINDS, Option, Rule
from fairwitness.lists.toml import Section, Source, toml_table

Keying = Literal["double", "review"]
KEYINGS: tuple[Keying, ...] = ("double", "review")
CorrectionKind = Literal["skip", "no_table", "columns", "merge", "split", "row", "add_row", "join", "apart"]
CORRECTION_KINDS: Mapping[str, str] = {
    "skip": "the page `page` has no rows of this list",
    "no_table": "the table number `table` on `page` is none of this list; 0 for every table there",
    "columns": 'the columns of the table number `table` on `page` are `columns`, in its own order; "" for none of them',
    "merge": "the cells at `places` are one",
    "split": "the cell at the first of `places` is the cells at the others",
    "row": "the row at the one of `places` is of the kind `as`; remove: it is no row",
    "add_row": "there is a row in the rectangle at the one of `places` that the machine did not find",
    "join": "the rows at the two `places` are one, torn by the end of a page",
    "apart": "the rows at the two `places` are two",
}
"""What each correction says of the table that the machine found."""
ROW_AS = ("data", "header", "total", "remove")
MAX_COLUMNS = 1000
MAX_PAGES = 100_000
NAME_FORM = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SCRIPT = re.compile(r"(?:[A-Z][a-z]{3}|digits)?")
_PAGES = re.compile(r"([0-9a-f]{16,64}):([0-9]{1,9})(?:-([0-9]{1,9}))?")
_DAY, _DECIMAL = re.compile(r"(?:[0-9]{4}(?:-[0-9]{2}){0,2})?"), re.compile(r"(?:-?[0-9]{1,20}(?:\.[0-9]{1,20})?)?")
_FORMS = {"first": _DAY, "last": _DAY, "least": _DECIMAL, "most": _DECIMAL}
_PLACES = {"merge": (2, 1000), "split": (3, 1000), "row": (1, 1), "add_row": (1, 1), "join": (2, 2), "apart": (2, 2)}


@dataclass(frozen=True, slots=True)
class PageRange:
    """Pages `first` to `last` of the document whose digest begins so; written `3fa9c1d2e4b5a697:1-137`."""

    document: str
    first: int
    last: int

    def __str__(self) -> str:
        return (
            f"{self.document}:{self.first}-{self.last}" if self.last != self.first else f"{self.document}:{self.first}"
        )


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person says of the table a machine found (`CORRECTION_KINDS`); `table` counts from 1."""

    kind: CorrectionKind
    page: str = ""
    table: int = 0
    places: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    row_as: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that a person says of a list before its rows are made.

    `header_rows` is how many rows are headers at the top of the first table; -1 for "find out". `right_to_left`: the
    first column stands at the right of the page. `keyed` names the columns that are keyed otherwise than `keying`.
    """

    name: str = ""
    keying: Keying = "double"
    pages: tuple[PageRange, ...] = ()
    header_rows: int = -1
    right_to_left: bool = False
    columns: tuple[Column, ...] = ()
    keyed: tuple[tuple[str, Keying], ...] = ()
    layout: Layout | None = None
    rules: tuple[Rule, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def keying_of(self, column: str) -> Keying:
        """How the column of that name is keyed."""
        return dict(self.keyed).get(column, self.keying)


def parse_setup(text: str) -> Setup:
    """The set-up that the TOML says.

    Raises:
        BadSetup: if it is none; with the line and the key.
    """
    source = Source(text)
    source.only(("list", "column", "layout", "rule", "correction"))
    head = source.section("list")
    columns, keyed = _columns(source)
    names = {column.name for column in columns}
    setup = Setup(
        name=head.text("name", most=1000),
        keying=_keying(head.choice("keying", KEYINGS, "double")),
        pages=tuple(_pages(head, one) for one in head.texts("pages")),
        header_rows=head.number("header_rows", -1, 0, 20),
        right_to_left=head.flag("right_to_left"),
        columns=columns,
        keyed=keyed,
        layout=_layout(source.section("layout")) if "layout" in source.tables else None,
        rules=_rules(source, columns),
        corrections=tuple(_correction(one, names) for one in source.sections("correction")),
    )
    head.done()
    if sum(one.last - one.first + 1 for one in setup.pages) > MAX_PAGES:
        raise head.fail("pages", f"these are more than {MAX_PAGES:,} pages")
    return setup


def write_setup(setup: Setup) -> str:
    """TOML that `parse_setup` reads back as the same set-up; what is as it is by default is left out."""
    head: dict[str, Any] = {"name": setup.name, "keying": setup.keying, "pages": [str(one) for one in setup.pages]}
    if setup.header_rows >= 0:
        head["header_rows"] = setup.header_rows
    if setup.right_to_left:
        head["right_to_left"] = True
    keyed = dict(setup.keyed)
    tables = [toml_table("[list]", head)]
    for column in setup.columns:
        plain = _set(column, Column(""), ("name", "title", "kind"))
        extra = {"keying": keyed[column.name]} if column.name in keyed else {}
        tables.append(toml_table("[[column]]", plain | extra))
    if setup.layout is not None:
        tables.append(toml_table("[layout]", _set(setup.layout, Layout((0, 1000)), ("columns",))))
    for rule in setup.rules:
        named = {"kind": rule.kind, "columns": rule.columns} | ({"name": rule.name} if rule.name else {})
        tables.append(toml_table("[[rule]]", named | dict(rule.options)))
    for one in setup.corrections:
        plain = _set(one, Correction("skip"), ("kind",))
        tables.append(toml_table("[[correction]]", {("as" if k == "row_as" else k): v for k, v in plain.items()}))
    return "\n".join(tables)


def _set(record: Any, default: Any, always: tuple[str, ...]) -> dict[str, Any]:
    """The fields that differ from those of `default`, and those that are always written."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    return {name: value for name, value in values.items() if name in always or value != getattr(default, name)}


def _keying(word: str) -> Keying:
    return "review" if word == "review" else "double"


def _pages(head: Section, text: str) -> PageRange:
    match = _PAGES.fullmatch(text.strip())
    if match is None:
        raise head.fail("pages", 'pages are written "3fa9c1d2e4b5a697:1-137": 16 figures of the document, then pages')
    one = PageRange(match[1], int(match[2]), int(match[3] or match[2]))
    if not 1 <= one.first <= one.last:
        raise head.fail("pages", "pages count from 1, the smaller number first")
    return one


def _columns(source: Source) -> tuple[tuple[Column, ...], tuple[tuple[str, Keying], ...]]:
    columns: list[Column] = []
    keyed: list[tuple[str, Keying]] = []
    for section in source.sections("column"):
        column = _column(section)
        if any(column.name == other.name for other in columns):
            raise section.fail("name", "another column has this name")
        if section.has("keying"):
            keyed.append((column.name, _keying(section.choice("keying", KEYINGS, "double"))))
        section.done()
        columns.append(column)
    if len(columns) > MAX_COLUMNS:
        raise source.fail(f"there are more than {MAX_COLUMNS} columns", "column", MAX_COLUMNS)
    return tuple(columns), tuple(sorted(keyed))


def _column(section: Section) -> Column:
    name = section.text("name")
    if not NAME_FORM.fullmatch(name):
        raise section.fail("name", "a name has small letters a-z, figures and _, begins with a letter, and is short")
    column = Column(
        name,
        title=section.text("title"),
        kind=section.choice("kind", COLUMN_KINDS, "text"),  # type: ignore[arg-type]  # the choices are the kinds
        script=section.text("script"),
        codes=section.texts("codes"),
        scheme=section.text("scheme", most=60),
        personal=section.flag("personal", default=True),
        required=section.flag("required"),
    )
    if not _SCRIPT.fullmatch(column.script):
        raise section.fail("script", "a script is a code of four letters such as Hani, Arab, Cyrl, Latn, or digits")
    known = {"identity": schemes(), "date": ("ymd", "dmy", "mdy"), "number": ("dot", "comma")}.get(column.kind, ())
    if column.scheme and column.scheme not in known:
        raise section.fail("scheme", f"of a column of this kind it may be: {', '.join(known) or 'nothing'}")
    if column.kind == "code" and not column.codes:
        raise section.fail("codes", "list what the cells of this column may hold")
    return column


def _layout(section: Section) -> Layout:
    rows = section.any("rows", "rulings")
    if isinstance(rows, list) and all(type(one) is int for one in rows):
        rows = tuple(rows)
    elif rows not in LAYOUT_ROWS:
        raise section.fail("rows", f"this must be one of {', '.join(LAYOUT_ROWS)}, or a list of edges")
    columns = section.numbers("columns")
    top, bottom = section.number("top", 0, 0, 1000), section.number("bottom", 0, 0, 1000)
    first, header_rows = section.number("first", 0, 0, MAX_COLUMNS), section.number("header_rows", -1, 0, 20)
    section.done()
    try:
        return Layout(columns, top, bottom, rows, first, header_rows)
    except ValueError as problem:
        raise section.fail("columns", str(problem)) from None


def _rules(source: Source, columns: tuple[Column, ...]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    by_name = {column.name: column for column in columns}
    for section in source.sections("rule"):
        rule = _rule(section, set(by_name))
        _check_kinds(section, rule, [by_name[name] for name in rule.columns])
        if any(rule.called == other.called for other in rules):
            raise section.fail("name", "another rule has this name; give one of them a `name` of its own")
        rules.append(rule)
    return tuple(rules)


def _rule(section: Section, names: set[str]) -> Rule:
    kind = section.choice("kind", tuple(RULE_KINDS), "")
    if not kind:
        raise section.fail("kind", f"this must be one of: {', '.join(RULE_KINDS)}")
    says = RULE_KINDS[kind]
    columns = _named(section, names)
    if not says.least_columns <= len(columns) <= says.most_columns:
        most = "" if says.most_columns == says.least_columns else " or more"
        raise section.fail("columns", f"this rule takes {says.least_columns}{most}")
    name = section.text("name", most=100)
    options = [(key, _option(section, key, says.options[key])) for key in sorted(says.options) if section.has(key)]
    section.done()
    _check_options(section, kind, dict(options), names)
    return Rule(kind, columns, name, tuple(options))


def _check_kinds(section: Section, rule: Rule, columns: list[Column]) -> None:
    """Refuse a rule that could never find anything."""
    needs = RULE_KINDS[rule.kind].needs
    for at, column in enumerate(columns):
        kind = needs[min(at, len(needs) - 1)]
        if kind is not None and column.kind != kind:
            raise section.fail("columns", f"this rule needs a column of the kind {kind} in place {at + 1}")
        if kind == "identity" and not column.scheme and not dict(rule.options).get("scheme"):
            raise section.fail("columns", "say by `scheme` of the column which numbers it holds")


def _option(section: Section, key: str, default: Option) -> Option:
    if isinstance(default, bool):
        return section.flag(key)
    if isinstance(default, int):
        return section.number(key, default, -(10**15), 10**15)
    return section.texts(key) if isinstance(default, tuple) else section.text(key)


def _check_options(section: Section, kind: str, options: dict[str, Option], names: set[str]) -> None:
    restart = options.get("restart", "")
    if kind == "serial" and restart not in {"", "page"} | names:
        raise section.fail("restart", 'this must be "", "page" or the name of a column')
    if kind == "pattern" and (reason := why_not(str(options.get("pattern", "")))):
        raise section.fail("pattern", reason)
    for key, form in _FORMS.items():
        if not form.fullmatch(str(options.get(key, ""))):
            raise section.fail(key, "write a number such as 12.5, or a date such as 2017-03-12, in quotes")
    if options.get("scheme", "") not in ("", *schemes()):
        raise section.fail("scheme", f"it may be: {', '.join(schemes())}")
    if kind == "vocabulary" and not options.get("values"):
        raise section.fail("values", "list what the cell may hold")


def _named(section: Section, names: set[str]) -> tuple[str, ...]:
    """The columns of the list that the key names."""
    columns = section.texts("columns", most=MAX_COLUMNS)
    if not names.issuperset(columns):
        raise section.fail("columns", "there is no column of one of these names in this file")
    if len(set(columns)) != len(columns):
        raise section.fail("columns", "a column is named twice")
    return columns


def _correction(section: Section, names: set[str]) -> Correction:
    kind = section.choice("kind", tuple(CORRECTION_KINDS), "")
    if not kind:
        raise section.fail("kind", f"this must be one of: {', '.join(CORRECTION_KINDS)}")
    one = Correction(
        kind,  # type: ignore[arg-type]  # the choices are the kinds
        page=section.text("page") if kind in ("skip", "no_table", "columns") else "",
        table=section.number("table", 0, 0, 1000) if kind in ("no_table", "columns") else 0,
        places=section.texts("places"),
        columns=section.texts("columns", most=MAX_COLUMNS) if kind == "columns" else (),
        row_as=section.choice("as", ROW_AS, "") if kind == "row" else "",
    )
    section.done()
    _check_correction(section, one, names)
    return one


def _check_correction(section: Section, one: Correction, names: set[str]) -> None:
    least, most = _PLACES.get(one.kind, (0, 0))
    if not least <= len(one.places) <= most:
        raise section.fail("places", f"this correction takes {least}" + (" or more" if most > least else ""))
    for place in one.places:
        try:
            parse_any_cite(place)
        except BadCite:
            raise section.fail("places", "one of these is not a cite") from None
    match = _PAGES.fullmatch(one.page)
    if one.kind in ("skip", "no_table", "columns") and (match is None or match[3] is not None):
        raise section.fail("page", 'a page is written "3fa9c1d2e4b5a697:7"')
    if one.kind == "row" and not one.row_as:
        raise section.fail("as", f"this must be one of: {', '.join(ROW_AS)}")
    if one.kind == "columns" and not (names | {""}).issuperset(one.columns):
        raise section.fail("columns", "there is no column of one of these names in this file")
