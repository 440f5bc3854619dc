"""Parts of a report that count: each collects its counts first, and is written when it is known what may be printed.

Rows of tables stand in the order of the codebook, never by size: where a count is held back, its place would tell it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from fairwitness.analyse import tabulate as tabulations
from fairwitness.analyse.permutation import CANNOT_CONCLUDE as CROSSING_CANNOT
from fairwitness.analyse.permutation import Independence, independence
from fairwitness.analyse.tabulate import Tally, share_of
from fairwitness.publish.report import ChartPart, Claim, Figure, Part, Prose, TablePart
from fairwitness.work.recipes import PartAsked, Recipe, refusal
from fairwitness.work.report_claims import Claims, Drafted, labels_of, number, percent, rows_behind, span
from fairwitness.work.report_counts import HAS, HELD, MENTIONS, MISSING, Count, Counts, has_code, tabled
from fairwitness.work.report_tables import NONE, SMALLEST, Answers, Lists, ListTable

Writes = Callable[[], list[Part]]
"""Writes the part; to be called when all counts of the report are settled."""
CENSUS = "census of the document: no sampling error"
WILSON = "Wilson 1927"
HELD_NOTE = f"{HELD}: held back, because the count is small or guards one that is"


@dataclass(frozen=True, slots=True)
class Work:
    """What all parts share."""

    recipe: Recipe
    lists: Lists
    counts: Counts
    claims: Claims

    def seed(self, part: PartAsked) -> int:
        """The seed of the part, or of the report."""
        own = int(part.values["seed"])
        return self.recipe.seed if own < 0 else own


@dataclass(frozen=True, slots=True)
class Units:
    """What is counted: the codes of each unit, None where it has no answer, and the rows that it is."""

    unit: str
    universe: str
    values: tuple[frozenset[str] | None, ...]
    rows: tuple[tuple[int, ...], ...]

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return sum(one is not None for one in self.values)

    @property
    def missing(self) -> int:
        """How many have none."""
        return len(self.values) - self.answered

    def having(self, code: str) -> list[int]:
        """The rows of the units that have the code."""
        found = (
            rows for value, rows in zip(self.values, self.rows, strict=True) if value is not None and code in value
        )
        return [row for rows in found for row in rows]


def plural(word: str, count: int = 2) -> str:
    """The word for that many."""
    return word if count == 1 else f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def units_of(table: ListTable, answers: Answers, unit: str) -> Units:
    """The rows, or the persons whose rows they are, with their codes."""
    if unit != "person":
        rows = tuple((at,) for at in range(len(answers.values)))
        return Units(table.asked.row_is, f"{table.name}:row", answers.values, rows)
    together: dict[Hashable, list[int]] = {}
    for at, person in enumerate(table.persons):
        together.setdefault(("row", at) if person is None else person, []).append(at)
    values = []
    for rows_ in together.values():
        said = [value for at in rows_ if (value := answers.values[at]) is not None]
        codes = frozenset[str]().union(*said)
        values.append((codes - {NONE} or codes) if said else None)
    return Units("person", f"{table.name}:person", tuple(values), tuple(map(tuple, together.values())))


def asked_unit(work: Work, part: PartAsked) -> str:
    """The unit of the part.

    Raises:
        BadRecipe: for persons of a list of which the recipe does not say by what they are known.
    """
    unit, table = str(part.values["unit"]), work.lists.table(part)
    if unit == "person" and not table.asked.person:
        advice = (
            'Add to the [[list]]: person = "COLUMN", a column such as identity numbers; it is used for nothing else.'
        )
        raise refusal(part.section, "unit", "nothing says which rows are of one person", advice)
    return unit


def by_code(universe: str, variable: str, codes: Sequence[str], units: Units, counts: Counts) -> None:
    """How many units have each code is counted."""
    for code in codes:
        cells = Counter(_has(value, code) for value in units.values)
        counts.add(universe, tabled(variable, {has_code(variable, code): HAS}, {(has,): n for has, n in cells.items()}))


def tabulate(work: Work, part: PartAsked) -> Writes:
    """How many units have each code."""
    answers, table, unit = work.lists.answers(part, "variable"), work.lists.table(part), asked_unit(work, part)
    units = units_of(table, answers, unit)
    codes = answers.scheme.codes
    by_code(units.universe, answers.name, codes, units, work.counts)
    rows = [{"codes": None if value is None else sorted(value)} for value in units.values]
    scheme = tabulations.Coding(answers.scheme.name, answers.scheme.version, codes)
    if unit == "mention":
        found = tabulations.tabulate_mentions(rows, "codes", scheme, is_census=table.asked.census)
        counts = {(one.code,): one.count for one in found.tallies}
        work.counts.add(units.universe, tabled("mentions", {answers.name: codes}, counts, total=MENTIONS))
    else:
        found = tabulations.tabulate_rows(rows, "codes", scheme, is_census=table.asked.census)
    word = "mention" if unit == "mention" else units.unit

    def write() -> list[Part]:
        keys = {code: (units.universe, ((answers.name, code),)) for code in codes}
        lines = [
            Line(one, answers.titles.get(one.code, one.code), keys[one.code], units.having(one.code))
            for one in found.tallies
        ]
        title = title_of(part, f"{answers.title}, by {word}")
        notes = [f"{found.denominator:,} {plural(word, found.denominator)} with an answer."]
        if found.missing:
            notes.append(missing_note(found.missing, word, answers))
        if found.sums_to > 1 and not work.counts.is_held(keys.values()):
            notes.append(f"Shares add up to {percent(found.sums_to)}: one {word} may have several codes.")
        about = Shares(word, found.denominator, found.missing, title, answers.title, tuple(notes))
        return shares_part(work, part, table, answers, about, lines, tabulations.CANNOT_CONCLUDE)

    return write


@dataclass(frozen=True, slots=True)
class Line:
    """A share with its label, the count that it is built on, and the rows that it is about."""

    tally: Tally
    label: str
    count: Count
    rows: Sequence[int]
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Shares:
    """What a table of shares is of."""

    word: str
    denominator: int
    missing: int
    title: str
    column: str
    notes: tuple[str, ...]


def shares_part(
    work: Work, part: PartAsked, table: ListTable, answers: Answers, about: Shares, lines: Sequence[Line],
    cannot: Sequence[str],
) -> list[Part]:  # fmt: skip
    """A table of shares, each a claim; its chart; and what cannot be concluded."""
    digest = work.counts.digest([line.count for line in lines])
    rows: list[tuple[str | Figure, ...]] = []
    drawn: list[Mapping[str, object]] = []
    for line in lines:
        one = line.tally
        claim = work.claims.add(part, share_drafted(table, answers, about, line, digest, tuple(cannot)))
        drawn.append(drawn_share(line.label, one, claim))
        if claim is None:
            rows.append((line.label, HELD, HELD, HELD, HELD))
            continue
        ends = span(one.low, one.high) or "census"
        rows.append((line.label, *(Figure(text, claim.id) for text in (f"{one.count:,}", percent(one.share), ends)),
                     span(one.least, one.most)))  # fmt: skip
    held = [HELD_NOTE] if any(HELD in row for row in rows) else []
    columns = (about.column, "Count", "Share", "95 % interval", "Whatever the missing say")
    made: list[Part] = [TablePart(about.title, columns, tuple(rows), (False, *[True] * 4), (*about.notes, *held))]
    if part.values.get("chart"):
        made.append(shares_chart(about.title, drawn, f"share of {plural(about.word)}"))
    return [*made, caution(cannot)]


def drawn_share(label: str, one: Tally, claim: Claim | None) -> Mapping[str, object]:
    """A row of a chart of shares; its value is None where it is held back."""
    if claim is None:
        return {"label": label, "value": None, "text": HELD}
    low, high = (one.share if end is None else end for end in (one.low, one.high))
    ends = {"low": low, "high": high, "least": one.least, "most": one.most}
    return {"label": label, "value": one.share, "text": percent(one.share), "claim": claim.id} | ends


def shares_chart(title: str, drawn: Sequence[Mapping[str, object]], axis: str) -> ChartPart:
    """A chart of shares with their intervals."""
    said = "; ".join(f"{one['label']} {one['text']}" for one in drawn)
    words = f"Shares with their intervals: {said}." + f" {HELD}: held back." * any(
        one["value"] is None for one in drawn
    )
    return ChartPart("intervals", title, words, tuple(drawn), axis, unit="share")


def share_drafted(
    table: ListTable, answers: Answers, about: Shares, line: Line, digest: str, cannot: tuple[str, ...]
) -> Drafted:
    """The claim that a share is."""
    one, words = line.tally, plural(about.word, about.denominator)
    having = line.sentence or f"“{line.label}” as {answers.title}"
    sentence = f"Of {about.denominator:,} {words} with an answer, {one.count:,} ({percent(one.share)}) have {having}."
    if about.missing:
        sentence += f" {about.missing:,} have none; whatever they say, the share is {span(one.least, one.most)}."
    return Drafted(
        sentence, "share", about.word, one.share, one.count, about.denominator, about.missing, one.low, one.high,
        CENSUS if one.low is None else WILSON, one.least, one.most, f"share of {words} with an answer", table.name,
        table.digest, shown_words(one, about), labels_of(line.label, one.code), (line.count,),
        answers.book.called if answers.book else answers.scheme.id, answers.digest, digest, cannot=cannot,
        rows=rows_behind([row.id for row in table.rows], [answers.cites], line.rows),
    )  # fmt: skip


def shown_words(one: Tally, about: Shares) -> dict[str, str]:
    """The words by which a text points to a share, with what is printed."""
    return {
        "share": percent(one.share), "count": f"{one.count:,}", "interval": span(one.low, one.high) or CENSUS,
        "bounds": span(one.least, one.most), "denominator": f"{about.denominator:,}", "missing": f"{about.missing:,}",
    }  # fmt: skip


def crosstab(work: Work, part: PartAsked) -> Writes:
    """Counts of one variable by another, with the shares of each group."""
    table = work.lists.table(part)
    down, over = work.lists.answers(part, "rows", one=True), work.lists.answers(part, "columns")
    if down.name == over.name:
        raise refusal(part.section, "columns", "both are the same variable", "Cross two.")
    universe = f"{table.name}:row"
    cells = Counter(
        (_one(one), code)
        for one, other in zip(down.values, over.values, strict=True)
        for code in ((MISSING,) if other is None else other)
    )
    rows = (*down.scheme.codes, MISSING)
    if over.several:
        for code in over.scheme.codes:
            counts = Counter(
                (_one(one), _has(other, code)) for one, other in zip(down.values, over.values, strict=True)
            )
            work.counts.add(universe, tabled(code, {down.name: rows, has_code(over.name, code): HAS}, counts))
    else:
        dimensions = {down.name: rows, over.name: (*over.scheme.codes, MISSING)}
        work.counts.add(universe, tabled(part.name, dimensions, cells))
    tested = _tested(work, part, down, over, cells) if part.values["test"] else None
    return lambda: _crossed(work, part, table, (down, over), cells, tested)


def _tested(
    work: Work, part: PartAsked, down: Answers, over: Answers, cells: Mapping[tuple[str, str], int]
) -> Independence:
    if over.several:
        raise refusal(
            part.section, "test", "a row may have several codes, so no test of independence fits", "Leave it out."
        )
    table = [[cells.get((one, other), 0) for other in over.scheme.codes] for one in down.scheme.codes]
    how = part.values["statistic"]
    return independence(table, statistic=how, permutations=part.values["times"], seed=work.seed(part))


def _crossed(
    work: Work, part: PartAsked, table: ListTable, both: tuple[Answers, Answers], cells: Mapping[tuple[str, str], int],
    tested: Independence | None,
) -> list[Part]:  # fmt: skip
    down, over = both
    universe, unit = f"{table.name}:row", table.asked.row_is
    title = title_of(part, f"{over.title} by {down.title}")
    downs = [code for code in (*down.scheme.codes, MISSING) if code != MISSING or down.missing]
    overs = [code for code in (*over.scheme.codes, MISSING) if code != MISSING or over.missing]
    digest = work.counts.digest([_cell(universe, down, over, one, other) for one, other in product(downs, overs)])
    rows: list[tuple[str | Figure, ...]] = []
    for one in downs:
        size = sum(
            (value is not None and _one(value) == one) or (value is None and one == MISSING) for value in down.values
        )
        line: list[str | Figure] = [down.titles.get(one, one)]
        for other in overs:
            count = _cell(universe, down, over, one, other)
            if MISSING in (one, other):
                line.append(work.counts.printed(count))
                continue
            claim = _cell_claim(
                work,
                part,
                table,
                both,
                (one, other),
                (cells[one, other], size - cells[one, MISSING], cells[one, MISSING]),
                digest,
            )
            line.append(HELD if claim is None else Figure(_cell_text(claim), claim.id))
        rows.append((*line, work.counts.printed((universe, ((down.name, one),)))))
    titles = (down.title, *(over.titles.get(other, other) for other in overs), "All")
    notes = [f"Shares are of the {plural(unit)} of the group that have an answer."]
    notes += [missing_note(one.missing, unit, one) + f" ({one.title})" for one in both if one.missing]
    notes += [f"One {unit} may have several codes."] if over.several else []
    notes += [HELD_NOTE] if any(HELD in row for row in rows) else []
    made: list[Part] = [TablePart(title, titles, tuple(rows), (False, *[True] * (len(titles) - 1)), tuple(notes))]
    if tested is not None:
        made += _test_part(work, part, table, both, tested)
    return [*made, caution(tabulations.CANNOT_CONCLUDE)]


def _cell(universe: str, down: Answers, over: Answers, one: str, other: str) -> Count:
    return universe, tuple(sorted(((down.name, one), (over.name, other))))


def _cell_claim(
    work: Work, part: PartAsked, table: ListTable, both: tuple[Answers, Answers], cell: tuple[str, str],
    numbers: tuple[int, int, int], digest: str,
) -> Claim | None:  # fmt: skip
    """The share of a group that has a code; of fewer than ten, the count alone."""
    (down, over), (one, other), (count, of, missing) = both, cell, numbers
    unit, universe = table.asked.row_is, f"{table.name}:row"
    labels = (over.titles.get(other, other), down.titles.get(one, one))
    counts = (_cell(universe, down, over, one, other), (universe, ((down.name, one),)))
    rows = [
        at for at, (first, second) in enumerate(zip(down.values, over.values, strict=True))
        if first is not None and one in first and second is not None and other in second
    ]  # fmt: skip
    is_share = of >= SMALLEST
    tally = share_of(other, count, of, missing, is_census=table.asked.census) if is_share else None
    about = Shares(unit, of, missing, "", "", ())
    shown = shown_words(tally, about) if tally is not None else {"count": f"{count:,}"}
    sentence = (
        f"Of {of:,} {plural(unit, of)} in “{labels[1]}” with an answer, {count:,} have “{labels[0]}” as {over.title}."
    )
    names = [f"{label} for {group}" for label in labels_of(labels[0], other) for group in labels_of(labels[1], one)]
    return work.claims.add(part, Drafted(
        sentence, "share" if tally else "count", unit, tally.share if tally else count, count, of, missing,
        tally.low if tally else None, tally.high if tally else None,
        ("fewer than ten: no share" if tally is None else CENSUS if tally.low is None else WILSON),
        tally.least if tally else None, tally.most if tally else None, "share of the group with an answer", table.name,
        table.digest, shown, tuple(names), counts, over.book.called if over.book else over.scheme.id, over.digest,
        digest, cannot=tabulations.CANNOT_CONCLUDE,
        rows=rows_behind([row.id for row in table.rows], [down.cites, over.cites], rows),
    ))  # fmt: skip


def _cell_text(claim: Claim) -> str:
    return f"{claim.numerator:,} ({percent(claim.value)})" if claim.kind == "share" else f"{claim.numerator:,}"


def _test_part(
    work: Work, part: PartAsked, table: ListTable, both: tuple[Answers, Answers], tested: Independence
) -> list[Part]:
    down, over = both
    universe = f"{table.name}:row"
    every = product(down.scheme.codes, over.scheme.codes)
    sentence = (
        f"Dealt anew {tested.times:,} times, answers go with {down.title} as much as in the list in "
        f"{tested.as_far:,} deals (p {number(tested.p_value)})."
    )
    claim = work.claims.add(part, Drafted(
        sentence, "test", table.asked.row_is, tested.p_value, tested.as_far, tested.times, down.missing + over.missing,
        None, None, "none: a test", None, None, f"permutation test of independence, {tested.name}", table.name,
        table.digest, {"p": number(tested.p_value), "strength": f"{tested.cramers_v:.2f}"}, labels_of("", over.title),
        tuple(_cell(universe, down, over, one, other) for one, other in every), seed=work.seed(part),
        cannot=CROSSING_CANNOT,
    ))  # fmt: skip
    if claim is None:
        return [
            Prose(
                ("The test is held back with the counts that it is made of. Merge categories to have it.",),
                caution=True,
            )
        ]
    said = ("Test of independence: p ", Figure(number(tested.p_value), claim.id),
            f" ({tested.name}, {tested.times:,} permutations; strength of the association, Cramér's V, "
            f"{tested.cramers_v:.2f}).")  # fmt: skip
    return [Prose(said), caution(CROSSING_CANNOT)]


def title_of(part: PartAsked, otherwise: str) -> str:
    """The caption that the recipe gives, or that one, beginning with a capital letter."""
    return str(part.values["title"]) or otherwise[:1].upper() + otherwise[1:]


def caution(sentences: Sequence[str]) -> Prose:
    """What cannot be concluded, as a paragraph."""
    return Prose((" ".join(sentences),), caution=True)


def missing_note(missing: int, word: str, answers: Answers) -> str:
    """How many have no answer, and why."""
    why = answers.why_missing()
    return f"{missing:,} {plural(word, missing)} without an answer" + (f"; of the rows {why}." if why else ".")


def _has(value: frozenset[str] | None, code: str) -> str:
    return MISSING if value is None else "yes" if code in value else "no"


def _one(value: frozenset[str] | None) -> str:
    return MISSING if not value else next(iter(value))
