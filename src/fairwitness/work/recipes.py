"""Recipes of reports: one TOML file that says what is counted, from which lists, under which codebooks and seeds.

docs/report.md shows a recipe with every key. What is wrong with one is said with line and key; whether it fits the
lists of a case is found out by `fairwitness.work.reporting`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from fairwitness.lists.errors import BadRecipe, BadSetup
from fairwitness.lists.setup import NAME_FORM
from fairwitness.lists.toml import Section, Source

Coders = Literal["agreed", "all", "any"]
CODERS: Mapping[Coders, str] = {
    "agreed": "the codes that all coders of a text gave it; a text on which they differ counts as missing",
    "all": "the codes that every coder of a text gave it",
    "any": "the codes that any coder of a text gave it",
}
DATE_PARTS = ("year", "month", "day", "weekday")
MEASURES = ("difference", "odds ratio", "risk ratio")
MAX_PARTS = 500
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LABEL = 200


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a part: what its value is ("text", "texts", "flag", "number", "counts", "variants"), and if it must be.

    `choices` are the words that may stand there; `least` and `most` bound a number.
    """

    form: str
    says: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 100_000


_NAME = Key("text", "name by which texts of the recipe point to its figures")
_TITLE = Key("text", "caption of its table")
_LIST = Key("text", "the list; the first of the recipe if there is none")
_SEED = Key("number", "seed of chance; that of the report if there is none", default=-1, least=0, most=2**31 - 1)
_TIMES = Key("number", "how often chance is drawn", default=1000, least=100, most=100_000)
_CHART = Key("flag", "with a chart", default=True)
_UNIT = Key("text", "what is counted", default="row", choices=("row", "person", "mention"))
_CLUSTER = Key(
    "text", "what was recorded together: page, person, or nothing", default="", choices=("", "page", "person")
)
_TWO = {
    "group": Key("text", "variable of the groups", required=True),
    "first": Key("text", "value of the first group", required=True),
    "second": Key("text", "value of the second group", required=True),
}
_OUTCOME = {
    "outcome": Key("text", "variable of the outcome", required=True),
    "counts": Key("texts", "its values that count as the outcome", required=True),
}
_COMMON = {"name": _NAME, "title": _TITLE, "list": _LIST}
PARTS: Mapping[str, Mapping[str, Key]] = {
    "heading": {
        "text": Key("text", "the heading", required=True),
        "level": Key("number", "1 to 3", default=1, least=1, most=3),
    },
    "text": {
        "text": Key("text", "a paragraph; {share of travel} is a figure", required=True),
        "caution": Key("flag", "says what cannot be concluded", default=False),
    },
    "tabulate": _COMMON
    | {"variable": Key("text", "what is counted", required=True), "unit": _UNIT, "chart": _CHART},
    "crosstab": _COMMON
    | {
        "rows": Key("text", "variable of the rows, one value each", required=True),
        "columns": Key("text", "variable of the columns, one value each", required=True),
        "test": Key("flag", "with a permutation test of independence", default=False),
        "statistic": Key("text", "of the test", default="chi-squared", choices=("chi-squared", "fisher")),
        "seed": _SEED,
        "times": _TIMES,
    },
    "profile": _COMMON
    | {
        "variable": Key("text", "variable of a codebook whose codes say what they are in law", required=True),
        "unit": Key("text", "what is counted", default="row", choices=("row", "person")),
        "texts": Key("text", "column whose texts are looked at for exact copies"),
        "chart": _CHART,
    },
    "contrast": _COMMON | _TWO | _OUTCOME | {"measures": Key("texts", "of: " + ", ".join(MEASURES), choices=MEASURES)},
    "mantel-haenszel": _COMMON | _TWO | _OUTCOME | {"strata": Key("text", "variable held equal", required=True)},
    "adjusted": _COMMON
    | _TWO
    | _OUTCOME
    | {"adjust": Key("texts", "variables held equal", required=True), "cluster": _CLUSTER},
    "consistency": _COMMON
    | {
        "facts": Key("texts", "variables of the facts", required=True),
        "decision": Key("text", "variable of the decision", required=True),
        "cluster": _CLUSTER,
        "seed": _SEED,
        "times": _TIMES,
    },
    "too-even": _COMMON | {"offices": Key("text", "variable of the offices", required=True)} | _OUTCOME,
    "multiverse": _COMMON
    | {
        "what": Key("text", "what the codes together mean", required=True),
        "variants": Key("variants", "variables with the codes of each that mean it", required=True),
        "unit": Key("text", "what is counted", default="row", choices=("row", "person")),
        "chart": _CHART,
    },
    "rates": _COMMON
    | _TWO
    | {
        "population": Key("counts", "people of each group, from elsewhere", required=True),
        "source": Key("text", "where those numbers are from", required=True),
    },
    "agreement": _COMMON
    | {"codebook": Key("text", "codebook whose coders are compared"), "seed": _SEED, "times": _TIMES},
    "audit": _COMMON,
    "corrected": _COMMON
    | {"variable": Key("text", "variable of a column of codes", required=True), "seed": _SEED, "times": _TIMES},
    "overlap": _COMMON
    | {
        "lists": Key("texts", "lists of the recipe that are laid over one another"),
        "counts": Key("counts", 'counts by pattern, such as "101", where they were made elsewhere'),
        "names": Key("texts", "names of the lists of such counts"),
        "source": Key("text", "where such counts are from"),
        "chart": _CHART,
    },
    "estimates": _COMMON
    | {
        "of": Key("text", "name of an overlap of this recipe", required=True),
        "methods": Key("texts", "which ones; all by default"),
        "times": Key("number", "bootstrap samples", default=200, least=0, most=10_000),
        "seed": _SEED,
        "chart": _CHART,
    },
    "timeline": _COMMON
    | {
        "column": Key("text", "column of dates", required=True),
        "by": Key("text", "period", default="month", choices=("year", "month", "day")),
    },
    "dates": _COMMON | {"column": Key("text", "column of dates", required=True), "seed": _SEED, "times": _TIMES},
}  # fmt: skip
"""What kinds of parts there are, with their keys."""


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A list of the recipe: the kept list, and the digest that its rows and decisions must have ("" for not said).

    `person` is the column by which rows of one person are known; `row_is` says what a row stands for. A `census` has
    every row of its document. `collected_by`, `how` and `is_independent` are stated for estimates of who is missing.
    """

    name: str
    list: str
    digest: str
    person: str
    row_is: str
    census: bool
    collected_by: str
    how: str
    is_independent: bool
    section: Section


@dataclass(frozen=True, slots=True)
class Variable:
    """A fact of a row: the values of a column, put into `groups`; a part of its date; or codes of its texts."""

    name: str
    list: str
    column: str
    title: str
    codebook: str
    coders: Coders
    groups: Mapping[str, tuple[str, ...]]
    rest: str
    date_part: str
    blank: str
    section: Section


@dataclass(frozen=True, slots=True)
class PartAsked:
    """A part: its kind, its name ("" for none) and the values of its keys."""

    kind: str
    values: Mapping[str, Any]
    section: Section

    @property
    def name(self) -> str:
        """By which texts point to its figures."""
        return str(self.values.get("name") or "")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe as it is written."""

    title: str
    dated: str
    language: str
    by: str
    seed: int
    threshold: int
    lists: tuple[ListAsked, ...]
    variables: tuple[Variable, ...]
    parts: tuple[PartAsked, ...]
    text: str = field(repr=False, default="")


def parse_recipe(text: str) -> Recipe:
    """The recipe that the TOML says.

    Raises:
        BadRecipe: if it is none; with the line and the key.
    """
    source = Source(text, BadRecipe)
    source.only(("report", "list", "variable", "part"))
    head = source.section("report")
    lists = tuple(_list(one) for one in source.sections("list"))
    if not lists:
        raise source.fail("there is no [[list]] to count", "report")
    _once(source.sections("list"), [one.name for one in lists])
    variables = tuple(_variable(one, lists) for one in source.sections("variable"))
    _once(source.sections("variable"), [f"{one.list}\n{one.name}" for one in variables])
    sections = source.sections("part")
    if not 0 < len(sections) <= MAX_PARTS:
        raise source.fail(f"there are no parts, or more than {MAX_PARTS}", "report")
    parts = tuple(_part(one, lists) for one in sections)
    _once(sections, [part.name or f"\n{number}" for number, part in enumerate(parts)])
    recipe = Recipe(
        _needed(head, "title"), _date(head), _language(head), _needed(head, "by"),
        head.number("seed", 1, 0, 2**31 - 1), head.number("threshold", 5, 3, 1000), lists, variables, parts, text,
    )  # fmt: skip
    head.done()
    return recipe


def refusal(section: Section, key: str, reason: str, advice: str = "") -> BadSetup:
    """The error about that key, with advice of its own."""
    error = section.fail(key, reason)
    if advice:
        error.advice = advice
    return error


def _list(section: Section) -> ListAsked:
    kept = _needed(section, "list")
    name = section.text("name", kept, most=_LABEL)
    digest = section.text("digest")
    if digest and not _DIGEST.fullmatch(digest):
        raise section.fail("digest", "this must be 64 hex digits; `fairwitness report CASE RECIPE --check` says which")
    asked = ListAsked(
        name, kept, digest, section.text("person"), section.text("row_is", "row", most=40), section.flag("census"),
        section.text("collected_by", most=1000), section.text("how", most=1000), section.flag("is_independent"),
        section,
    )  # fmt: skip
    if not re.fullmatch(r"[a-z][a-z -]*", asked.row_is):
        raise section.fail("row_is", "this must be one word in small letters, such as row, person or case")
    section.done()
    return asked


def _variable(section: Section, lists: Sequence[ListAsked]) -> Variable:
    name = section.text("name")
    if not NAME_FORM.fullmatch(name):
        raise section.fail("name", "this must be small letters, figures and _, beginning with a letter")
    coders = section.choice("coders", tuple(CODERS), "agreed")
    found = Variable(
        name, _of_list(section, lists), _needed(section, "column"), section.text("title", name, most=_LABEL),
        section.text("codebook"), coders,  # type: ignore[arg-type]
        _groups(section), section.text("rest", most=_LABEL), section.choice("date_part", DATE_PARTS, ""),
        section.choice("blank", ("missing", "none"), "missing"), section,
    )  # fmt: skip
    if sum(map(bool, (found.codebook, found.groups, found.date_part))) > 1:
        raise section.fail("name", "a variable has one of: codebook, groups, date_part")
    section.done()
    return found


def _groups(section: Section) -> Mapping[str, tuple[str, ...]]:
    value = section.any("groups", {})
    if not isinstance(value, dict):
        raise section.fail("groups", 'this must be a table such as { kept = ["word", "other word"] }')
    made = {}
    for name, words in value.items():
        some = [words] if isinstance(words, str) else words
        if not isinstance(some, list) or not some or not all(isinstance(one, str) for one in some) or not name.strip():
            raise section.fail("groups", "each group has a name and a list of texts")
        made[name.strip()] = tuple(some)
    every = [word for words in made.values() for word in words]
    if len(set(every)) < len(every):
        raise section.fail("groups", "one text stands in two groups")
    return made


def _part(section: Section, lists: Sequence[ListAsked]) -> PartAsked:
    kind = section.text("kind")
    if kind not in PARTS:
        raise section.fail("kind", f"this must be one of: {', '.join(PARTS)}")
    values = {name: _value(section, name, key) for name, key in PARTS[kind].items()}
    if "list" in values:
        values["list"] = values["list"] or lists[0].name
        if values["list"] not in {one.name for one in lists}:
            raise section.fail("list", "the recipe has no [[list]] of this name")
    section.done()
    return PartAsked(kind, values, section)


def _value(section: Section, name: str, key: Key) -> Any:
    if key.required and not section.has(name):
        raise refusal(section, name, f"{name} is missing: {key.says}")
    if key.form == "flag":
        return section.flag(name, key.default)
    if key.form == "number":
        return section.number(name, key.default, key.least, key.most)
    if key.form == "counts":
        return _counts(section, name)
    if key.form == "variants":
        return _variants(section, name)
    if key.form == "texts":
        some = section.texts(name, most=1000)
        if (key.required and not some) or (key.choices and not set(some) <= set(key.choices)):
            raise section.fail(name, f"this must be a list of texts: {key.says}")
        return some
    value = section.text(name, key.default or "")
    if key.choices and value not in key.choices:
        raise section.fail(name, f"this must be one of: {', '.join(one or 'nothing' for one in key.choices)}")
    if key.required and not value.strip():
        raise section.fail(name, f"this must say something: {key.says}")
    return value


def _counts(section: Section, name: str) -> Mapping[str, Any]:
    value = section.any(name, {})
    if not isinstance(value, dict):
        raise section.fail(name, "this must be a table of counts")
    for count in value.values():
        if type(count) is not int or count < 0:
            raise refusal(
                section, name, "a count is negative or no whole number", "Count cases; weights have no place."
            )
    return value


def _variants(section: Section, name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    value = section.any(name, [])
    made = []
    for one in value if isinstance(value, list) else [{}]:
        plain: dict[str, Any] = one if isinstance(one, dict) and set(one) == {"variable", "codes"} else {}
        variable, codes = plain.get("variable"), plain.get("codes")
        if not isinstance(variable, str) or not isinstance(codes, list) or not all(isinstance(c, str) for c in codes):
            raise section.fail(name, 'this must be a list such as [{ variable = "reason", codes = ["travel"] }]')
        made.append((variable, tuple(codes)))
    return tuple(made)


def _of_list(section: Section, lists: Sequence[ListAsked]) -> str:
    name = section.text("list", lists[0].name)
    if name not in {one.name for one in lists}:
        raise section.fail("list", "the recipe has no [[list]] of this name")
    return name


def _needed(section: Section, key: str) -> str:
    value = section.text(key, most=1000).strip()
    if not value:
        raise section.fail(key, f"{key} is missing")
    return value


def _date(section: Section) -> str:
    value = section.any("dated", "")
    plain = value.isoformat() if type(value) is datetime.date else value
    try:
        if not isinstance(plain, str) or not _ISO.fullmatch(plain):
            raise ValueError
        datetime.date.fromisoformat(plain)
    except ValueError:
        raise section.fail("dated", "this must be the day of the report, such as 2026-11-24") from None
    return plain


def _language(section: Section) -> str:
    value = section.text("language", "en")
    if value != "en":
        raise section.fail("language", "sentences are written in English (en) alone")
    return value


def _once(sections: Sequence[Section], names: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if name in names[:number]:
            raise sections[number].fail("name", "this name is given twice")
