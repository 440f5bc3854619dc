"""The lists of a recipe as columns of answers: what people decided, and of everything else why it is missing.

Nothing that a machine proposed is counted. A column that names people is no fact and no group; other personal columns
are only counted in groups of ten and more.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from fairwitness.analyse.tabulate import Coding as Scheme
from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import Column, Row
from fairwitness.facts.partial import PartialDate
from fairwitness.lists.codebook import Codebook, write_codebook
from fairwitness.lists.toml import Section
from fairwitness.lists.values import comparison_form, value_of
from fairwitness.work.cell_entries import Entry
from fairwitness.work.coding import Coding, codebook_of, codebooks_of
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk, cell_name
from fairwitness.work.list_table import Said, carried_down, is_personal, said_of
from fairwitness.work.recipes import ListAsked, PartAsked, Recipe, Variable, refusal

SMALLEST, MOST_VALUES = 10, 40
BLANK, NONE = "(blank)", "(none)"
WHY = (
    "undecided",
    "illegible",
    "blank",
    "struck out",
    "not in the picture",
    "not understood",
    "not coded",
    "coders differ",
)
_STATES = {"illegible": "illegible", "blank": "blank", "struck": "struck out", "outside": "not in the picture"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What people decided of a cell, where it stands, and the cell whose text it is (another one if it is carried)."""

    said: Said
    cites: tuple[str, ...]
    cell: str

    @property
    def why(self) -> str:
        """Why there is no text; "" where there is one."""
        text, status, state = self.said
        if status == "open":
            return "undecided"
        return _STATES.get(state, "") or ("" if text.strip() else "blank")


@dataclass(frozen=True, slots=True)
class Answers:
    """A variable over the rows of a list.

    `values` holds the codes of each row, several where `several`, None where the answer is missing; `why` counts the
    reasons for that. `titles` is how codes are printed. `digest` is that of the codebook, or of what was grouped how.
    `atoms` are the values of the `column` that were grouped; empty for what was coded.
    """

    name: str
    title: str
    several: bool
    scheme: Scheme
    titles: Mapping[str, str]
    values: tuple[frozenset[str] | None, ...]
    cites: tuple[tuple[str, ...], ...]
    why: Mapping[str, int]
    digest: str
    book: Codebook | None = None
    column: str = ""
    atoms: tuple[str | None, ...] = ()

    @property
    def missing(self) -> int:
        """How many rows have no answer."""
        return sum(one is None for one in self.values)

    def one(self, at: int) -> str | None:
        """The one code of that row."""
        value = self.values[at]
        return None if not value else next(iter(value))

    def why_missing(self) -> str:
        """The reasons, in words; empty where nothing is missing."""
        return ", ".join(f"{self.why[one]:,} {one}" for one in WHY if self.why.get(one))


@dataclass(frozen=True, slots=True)
class Dates:
    """A column of dates: of each row the date as far as it is written, None where it is missing."""

    column: Column
    values: tuple[PartialDate | None, ...]
    cites: tuple[tuple[str, ...], ...]
    why: Mapping[str, int]
    digest: str


class ListTable:
    """A list of the recipe, read once."""

    def __init__(self, case: Case, asked: ListAsked) -> None:
        """The rows as people decided them.

        Raises:
            BadRecipe: if there is no such list, no such column of persons, or the digest is another.
        """
        self.asked, self.case = asked, case
        try:
            self.kept = kept_list(case, asked.list)
        except NotFound:
            raise refusal(asked.section, "list", "the case has no such list", "Run: fairwitness lists CASE") from None
        self.desk = Desk(case, self.kept)
        self.columns = {column.name: column for column in self.desk.list.columns}
        if asked.person and asked.person not in self.columns:
            raise refusal(asked.section, "person", "the list has no such column", self._known())
        self.rows: tuple[Row, ...] = self.desk.list.data_rows
        if not self.rows:
            raise refusal(
                asked.section, "list", "the list has no rows", "Run: fairwitness list make CASE LIST --by NAME"
            )
        if len({row.id for row in self.rows}) < len(self.rows):
            raise refusal(asked.section, "list", "two rows of the list stand in the same place", "Make its rows anew.")
        unread = sum(how not in ("ok", "skipped") for _, _, how in self.desk.list.pages)
        if asked.census and unread:
            advice = "Say by a correction that such a page has no rows (skip), or take census out."
            raise refusal(asked.section, "census", f"{unread} pages gave no rows, so the list is no census", advice)
        self.places = _places(self.desk)
        self._codings: dict[str, Coding] = {}
        self.digest = self._digest()
        self.persons = tuple(self._person(at) for at in range(len(self.rows)))

    @property
    def name(self) -> str:
        """What the recipe calls it."""
        return self.asked.name

    def coding(self, called: str, section: Section, key: str = "codebook") -> Coding:
        """What was coded by that codebook.

        Raises:
            BadRecipe: if the list has none of this name.
        """
        try:
            book = codebook_of(self.case, self.kept, called)
        except NotFound as error:
            raise refusal(section, key, "the list has no such codebook", error.advice) from None
        if book.called not in self._codings:
            self._codings[book.called] = Coding(self.case, self.desk, book)
        return self._codings[book.called]

    def answers(self, variable: Variable) -> Answers:
        """The variable over the rows.

        Raises:
            BadRecipe: if it cannot be, or may not be.
        """
        column = self._column(variable.column, variable.section, "column")
        if variable.codebook:
            return self._coded(variable, column)
        if variable.date_part:
            return self._dated(variable, column)
        return self._valued(variable, column)

    def code_of(self, variable: Variable, entry: Entry) -> str | None:
        """The code that an entry of a cell of that column means; None for one without text, or of no group."""
        column = self.columns[variable.column]
        if entry.state != "text":
            return BLANK if entry.state == "blank" and variable.blank == "none" else None
        return _value(column, entry.text, _grouped(column, variable), variable.rest)[0]

    def dates(self, name: str, section: Section, *, whole: bool) -> Dates:
        """The column of dates of that name; with `whole`, as they are needed day by day or month by month.

        Raises:
            BadRecipe: if it has no dates, or is personal and asked for more closely than by the year.
        """
        column = self._column(name, section, "column")
        if column.kind != "date":
            raise refusal(section, "column", "this is no column of dates", "Set its kind to date in the set-up.")
        if is_personal(column) and whole:
            raise refusal(section, "column", "a personal column of dates is only counted by year", _OPEN_IT)
        found = [_date(column, self._at(at, name)) for at in range(len(self.rows))]
        return Dates(
            column,
            tuple(date for date, _ in found),
            tuple(self._at(at, name).cites for at in range(len(self.rows))),
            Counter(why for _, why in found if why),
            _digest_of({"column": name, "setup": self.kept.setup}),
        )

    def texts(self, name: str, section: Section, key: str) -> list[str | None]:
        """The texts of a column in the form in which two are the same; None where they are missing."""
        column = self._column(name, section, key)
        places = [self._at(at, name) for at in range(len(self.rows))]
        return [None if place.why else comparison_form(column, place.said[0]) for place in places]

    def cites(self, at: int, name: str) -> tuple[str, ...]:
        """Where the cell of that row and column stands."""
        return self._at(at, name).cites

    def _at(self, at: int, name: str) -> Place:
        return self.places[at][name]

    def _column(self, name: str, section: Section, key: str) -> Column:
        if name not in self.columns:
            raise refusal(section, key, "the list has no such column", self._known())
        column = self.columns[name]
        if column.kind in ("name", "identity"):
            raise refusal(section, key, "this column names people, so it is no fact and no group", _NO_NAMES)
        return column

    def _known(self) -> str:
        return f"It has: {', '.join(self.columns)}."

    def _person(self, at: int) -> str | None:
        """By what rows of one person are known to be; None where nothing can be read."""
        if not self.asked.person:
            return None
        place = self._at(at, self.asked.person)
        return None if place.why else comparison_form(self.columns[self.asked.person], place.said[0])

    def _digest(self) -> str:
        """SHA-256 over the rows, the set-up, what people decided of each cell, and what coders said of them."""
        values = [[name, list(place.said)] for row in self.places for name, place in row.items()]
        codes = []
        for book in codebooks_of(self.case, self.kept):
            coding = self._codings.setdefault(book.called, Coding(self.case, self.desk, book))
            said = [[by, cell, list(one.codes)] for by, some in coding.by_coder.items() for cell, one in some.items()]
            codes.append([write_codebook(book), sorted(said)])
        plain = {"rows": self.kept.rows, "setup": self.kept.setup, "values": values, "codes": codes}
        return _digest_of(plain)

    def _valued(self, variable: Variable, column: Column) -> Answers:
        groups = _grouped(column, variable)
        if is_personal(column) and not groups:
            raise refusal(variable.section, "column", "this column is personal", _OPEN_IT)
        unknown = 0
        found: list[tuple[str | None, str]] = []
        for at in range(len(self.rows)):
            place = self._at(at, column.name)
            if place.why == "blank" and variable.blank == "none":
                found.append((BLANK, ""))
                continue
            if place.why:
                found.append((None, place.why))
                continue
            code, fits = _value(column, place.said[0], groups, variable.rest)
            unknown += not fits
            found.append((code, "" if code is not None else "not understood"))
        if unknown:
            what = "stand in no group" if groups else "are not in the vocabulary of the column"
            advice = 'Put them into a group, or all others into one with rest = "other".' if groups else _MEND
            raise refusal(variable.section, "groups" if groups else "column", f"{unknown} cells {what}", advice)
        codes = [*variable.groups, *([variable.rest] if variable.rest else [])] if groups else list(column.codes)
        seen = sorted({code for code, _ in found if code is not None} - {*codes, BLANK})
        codes += seen + ([BLANK] if any(code == BLANK for code, _ in found) else [])
        said = {"column": column.name, "codes": codes, "groups": {n: list(w) for n, w in variable.groups.items()}}
        made = self._answers(variable, column, codes, {}, [(_set(code), why) for code, why in found], said)
        texts = [self._at(at, column.name) for at in range(len(self.rows))]
        atoms = tuple(None if one.why else comparison_form(column, one.said[0]) for one in texts)
        kept = zip(atoms, made.values, strict=True)
        return replace(made, atoms=tuple(None if code is None else atom or BLANK for atom, code in kept))

    def _dated(self, variable: Variable, column: Column) -> Answers:
        dates = self.dates(column.name, variable.section, whole=variable.date_part != "year")
        found = []
        for date in dates.values:
            part = _part_of(date, variable.date_part) if date is not None else None
            found.append((_set(part), "" if part is not None else "not understood"))
        codes = sorted({next(iter(one)) for one, _ in found if one})
        codes = [day for day in _WEEKDAYS if day in codes] if variable.date_part == "weekday" else codes
        made = self._answers(variable, column, codes, {}, found, {"column": column.name, "part": variable.date_part})
        fits = sum(dates.why.values())
        why = Counter(dates.why) + Counter({"not understood": made.missing - fits})
        return replace(made, why=why)

    def _coded(self, variable: Variable, column: Column) -> Answers:
        coding = self.coding(variable.codebook, variable.section)
        book = coding.book
        found: list[tuple[frozenset[str] | None, str]] = []
        for at in range(len(self.rows)):
            place = self._at(at, column.name)
            if place.why == "blank" and variable.blank == "none":
                found.append((frozenset((NONE,)), ""))
            elif place.why:
                found.append((None, place.why))
            else:
                found.append(_codes(coding, place.cell, variable.coders))
        codes = [one.code for one in book.codes]
        codes += [NONE] if any(value is not None and NONE in value for value, _ in found) else []
        titles = {one.code: one.title or one.code for one in book.codes} | {NONE: "no category fits"}
        return self._answers(variable, column, codes, titles, found, None, book)

    def _answers(
        self, variable: Variable, column: Column, codes: Sequence[str], titles: Mapping[str, str],
        found: Sequence[tuple[frozenset[str] | None, str]], said: object, book: Codebook | None = None,
    ) -> Answers:  # fmt: skip
        counts = Counter(code for value, _ in found for code in value or ())
        if not counts:
            advice = "Decide its cells, or code its texts, first; a share of nothing does not exist."
            raise refusal(variable.section, "column", "no row has an answer", advice)
        if book is None:
            self._refuse_few(variable, column, counts, len(found))
        digest = _digest_of(said) if book is None else hashlib.sha256(write_codebook(book).encode()).hexdigest()
        name, version = (variable.name, digest[:8]) if book is None else (book.id, book.version)
        return Answers(
            variable.name, variable.title, book is not None and book.several, Scheme(name, version, tuple(codes)),
            dict(titles) or {code: code for code in codes}, tuple(value for value, _ in found),
            tuple(self._at(at, column.name).cites for at in range(len(found))),
            Counter(why for _, why in found if why), digest, book, column.name,
        )  # fmt: skip

    def _refuse_few(self, variable: Variable, column: Column, counts: Counter[str], rows: int) -> None:
        if rows >= SMALLEST and (len(counts) > rows / 2 or (len(counts) > MOST_VALUES and column.kind != "code")):
            raise refusal(variable.section, "column", "this column tells rows apart", "Put its values into groups.")
        few = sum(count < SMALLEST for count in counts.values())
        if is_personal(column) and few:
            reason = f"{few} groups of a personal column have fewer than {SMALLEST} rows"
            raise refusal(variable.section, "groups", reason, "Merge groups.")


_NO_NAMES = "Groups and facts are categories, never who somebody is."
_OPEN_IT = "Put its values into groups, code its texts, or say personal = false in the set-up of the list."
_MEND = "Mend the cells, add the words to codes in the set-up of the list, or put them into groups."


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a recipe by name, and its variables, each read once."""

    recipe: Recipe
    tables: Mapping[str, ListTable]
    known: dict[tuple[str, str], Answers] = field(default_factory=dict)

    def table(self, part: PartAsked) -> ListTable:
        """The list of the part."""
        return self.tables[str(part.values["list"])]

    def answers(self, part: PartAsked, key: str, name: str = "", *, one: bool = False) -> Answers:
        """The variable that the key names, or the column of that name; with `one`, with one value a row.

        Raises:
            BadRecipe: if there is none, or it may not be counted so.
        """
        wanted, on = name or str(part.values[key]), str(part.values["list"])
        if (on, wanted) not in self.known:
            self.known[on, wanted] = self.tables[on].answers(self.variable(part, key, wanted))
        found = self.known[on, wanted]
        if one and found.several:
            raise refusal(part.section, key, "a row may have several codes of this variable", _ONE)
        return found

    def variable(self, part: PartAsked, key: str, name: str = "") -> Variable:
        """The variable that the key names; one for the column of that name where there is none.

        Raises:
            BadRecipe: if there is neither.
        """
        wanted, on = name or str(part.values[key]), str(part.values["list"])
        found = next((v for v in self.recipe.variables if (v.list, v.name) == (on, wanted)), None)
        if found is None and wanted not in self.tables[on].columns:
            known = [v.name for v in self.recipe.variables if v.list == on]
            advice = f"Write a [[variable]], or take one of: {', '.join([*known, *self.tables[on].columns])}."
            raise refusal(part.section, key, "there is no variable and no column of this name", advice)
        return found or Variable(wanted, on, wanted, wanted, "", "agreed", {}, "", "", "missing", part.section)


_ONE = "Take one with one value a row: groups of a column, or a codebook that says several = false."


def _places(desk: Desk) -> list[dict[str, Place]]:
    """By row, what people decided of each column; what is written once for several rows stands in each of them."""
    columns = list(enumerate(desk.list.columns))
    carried = {rule.columns[0] for rule in desk.setup.rules if rule.kind == "carry"}
    above: dict[str, tuple[Said, str]] = {}
    made = []
    for row in desk.list.data_rows:
        held = {cell.column: cell for cell in row.cells}
        said = {at: said_of(desk, row, held.get(at), column) for at, column in columns}
        is_blank = not any(text for text, _, _ in said.values())
        line = {}
        for at, column in columns:
            cell = held.get(at)
            cites = cell.places if cell is not None and cell.places else (row.id,)
            name = cell_name(row, cell, column) if cell is not None else ""
            what = said[at]
            if column.name in carried:
                what, cite = carried_down(above, column.name, what, " ".join(cites), is_row_blank=is_blank)
                if tuple(cite.split()) != cites:
                    cites, name = tuple(cite.split()), cite.split()[0]
            line[column.name] = Place(what, cites, name)
        made.append(line)
    return made


def _grouped(column: Column, variable: Variable) -> dict[str, str]:
    return {comparison_form(column, word): name for name, words in variable.groups.items() for word in words}


def _value(column: Column, text: str, groups: Mapping[str, str], rest: str) -> tuple[str | None, bool]:
    """The category of a text, and whether it fits the vocabulary or the groups."""
    if groups:
        name = groups.get(comparison_form(column, text), rest)
        return name or None, bool(name)
    value = value_of(column, text)
    if value.problem:
        return None, value.problem != "not_in_vocabulary"
    return (value.normal, True) if column.kind in ("code", "date", "number") else (comparison_form(column, text), True)


def _codes(coding: Coding, cell: str, coders: str) -> tuple[frozenset[str] | None, str]:
    said = [frozenset(some[cell].codes) for some in coding.by_coder.values() if cell in some]
    if not said:
        return None, "not coded"
    if coders == "any":
        return frozenset[str]().union(*said) or frozenset((NONE,)), ""
    common = frozenset.intersection(*said)
    if coders == "agreed" and any(one != common for one in said):
        return None, "coders differ"
    return common or frozenset((NONE,)), ""


def _date(column: Column, place: Place) -> tuple[PartialDate | None, str]:
    if place.why:
        return None, place.why
    date = value_of(column, place.said[0]).date
    return (date, "") if date is not None and date.year is not None else (None, "not understood")


def _part_of(date: PartialDate, part: str) -> str | None:
    if part == "year":
        return f"{date.year:04d}"
    if part == "month":
        return None if date.month is None else f"{date.year:04d}-{date.month:02d}"
    if not date.is_full:
        return None
    return str(date) if part == "day" else _WEEKDAYS[datetime.date.fromisoformat(str(date)).weekday()]


def _set(code: str | None) -> frozenset[str] | None:
    return None if code is None else frozenset((code,))


def _digest_of(plain: object) -> str:
    return hashlib.sha256(canonical_json(plain)).hexdigest()
