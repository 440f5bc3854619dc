"""Parts of a report that hold groups, offices and like cases against one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from fairwitness.analyse.adjusted import adjusted_contrast
from fairwitness.analyse.consistency import CANNOT_CONCLUDE as LIKE_CANNOT
from fairwitness.analyse.consistency import consistency as consistency_of
from fairwitness.analyse.contrasts import (
    CANNOT_CONCLUDE,
    Contrast,
    Ratio,
    TwoByTwo,
    contrast,
    mantel_haenszel,
    too_even,
)
from fairwitness.analyse.intervals import wilson
from fairwitness.analyse.rates import CANNOT_CONCLUDE as RATES_CANNOT
from fairwitness.analyse.rates import rate_ratio
from fairwitness.publish.report import Claim, ClaimKind, Figure, Part, Prose, TablePart
from fairwitness.work.recipes import MEASURES, PartAsked, refusal
from fairwitness.work.report_claims import Drafted, labels_of, number, percent, rows_behind, span
from fairwitness.work.report_counts import HAS, HELD, MISSING, Count, has_code, tabled
from fairwitness.work.report_parts import HELD_NOTE, WILSON, Work, Writes, caution, plural, title_of
from fairwitness.work.report_tables import Answers, ListTable

EVEN_CANNOT = (
    "Shares that are too even show that somebody evened them out, not who, and not why.",
    "Offices that were dealt like cases from the start would be even too.",
)


@dataclass(frozen=True, slots=True)
class Held:
    """Two groups and an outcome, row by row: `group` and `happened` are None where they are missing."""

    table: ListTable
    groups: Answers
    outcome: Answers
    first: str
    second: str
    together: str
    happened: tuple[bool | None, ...]

    @property
    def universe(self) -> str:
        """Where its counts belong."""
        return f"{self.table.name}:row"

    def group(self, at: int) -> str | None:
        """The group of that row; None for another one, and for a missing one."""
        value = self.groups.values[at]
        found = next(iter(value)) if value else None
        return found if found in (self.first, self.second) else None

    @property
    def used(self) -> list[int]:
        """The rows of the two groups that have an answer."""
        return [at for at, one in enumerate(self.happened) if one is not None and self.group(at) is not None]

    @property
    def missing(self) -> int:
        """The rows of the two groups without an answer, and the rows without a group."""
        without = sum(one is None and self.group(at) is not None for at, one in enumerate(self.happened))
        return without + self.groups.missing

    def two_by_two(self, rows: Sequence[int]) -> TwoByTwo:
        """The counts over those rows."""
        counts = Counter((self.group(at), self.happened[at]) for at in rows)
        return TwoByTwo(*(counts[group, did] for group in (self.first, self.second) for did in (True, False)))

    def counts(self) -> tuple[Count, ...]:
        """The counts that the two by two table is made of."""
        name = self.outcome.name
        found = []
        for group in (self.first, self.second):
            for variable in (name, f"{name} not"):
                found.append((self.universe, tuple(sorted(((self.groups.name, group), (variable, self.together))))))
        return tuple(found)

    def label(self, group: str) -> str:
        """How the group is printed."""
        return self.groups.titles.get(group, group)

    def outcome_label(self) -> str:
        """How the outcome is printed."""
        titles = [self.outcome.titles.get(one, one) for one in self.together.split("+")]
        return f"{self.outcome.title}: {' or '.join(titles)}"


def held_against(work: Work, part: PartAsked) -> Held:
    """The two groups and the outcome that the part names; their counts are collected.

    Raises:
        BadRecipe: if a value is none of its variable, or a group has no rows.
    """
    table = work.lists.table(part)
    groups = work.lists.answers(part, "group", one=True)
    outcome = work.lists.answers(part, "outcome")
    first, second = str(part.values["first"]), str(part.values["second"])
    for key, value in (("first", first), ("second", second)):
        _in(part, key, (value,), groups)
    if first == second:
        raise refusal(part.section, "second", "both groups are the same", "Name two.")
    codes = tuple(part.values["counts"])
    _in(part, "counts", codes, outcome)
    universe = f"{table.name}:row"
    together = "+".join(codes)
    happened = tuple(None if value is None else bool(value & set(codes)) for value in outcome.values)
    held = Held(table, groups, outcome, first, second, together, happened)
    said = {None: MISSING, True: "yes", False: "no"}
    cells = Counter(
        (MISSING if not value else next(iter(value)), said[did])
        for value, did in zip(groups.values, happened, strict=True)
    )
    dimensions = {groups.name: (*groups.scheme.codes, MISSING), has_code(outcome.name, together): HAS}
    work.counts.add(universe, tabled(part.name, dimensions, cells))
    return held


def contrasted(work: Work, part: PartAsked) -> Writes:
    """Two groups held against each other."""
    held = held_against(work, part)
    table = held.two_by_two(held.used)
    found = contrast(table)
    measures = part.values["measures"] or MEASURES[:2]
    ratios = {"odds ratio": found.odds, "risk ratio": found.risk}
    for name in measures:
        if name in ratios and ratios[name] is None:
            advice = 'Merge values, or ask for measures = ["difference"].'
            raise refusal(part.section, "kind", f"a cell of the table is empty, so the {name} has no value", advice)

    def write() -> list[Part]:
        if work.counts.is_held(held.counts()):
            return [_withheld(part)]
        made: list[Part] = []
        rows = [_group_row(work, part, held, group, counts) for group, counts in
                ((held.first, (table.a, table.b)), (held.second, (table.c, table.d)))]  # fmt: skip
        title = title_of(part, f"{held.outcome_label()}, by {held.groups.title}")
        made.append(
            TablePart(
                title,
                (held.groups.title, "With it", "Of", "Share"),
                tuple(rows),
                (False, True, True, True),
                _notes(held),
            )
        )
        said: list[str | Figure] = []
        for name in measures:
            claim, text = _measure(work, part, held, found, name)
            said += [f"{name[0].upper()}{name[1:]} ", Figure(text, claim.id) if claim else HELD, ". "]
        if found.e_value is not None and "risk ratio" in measures:
            said.append(
                "To explain the risk ratio away, something unmeasured would need a risk ratio of "
                f"{found.e_value:.2f} with both (E-value)."
            )
        return [*made, Prose(tuple(said)), caution(CANNOT_CONCLUDE)]

    return write


def stratified(work: Work, part: PartAsked) -> Writes:
    """Two groups held against each other within each stratum, and over all of them."""
    held = held_against(work, part)
    strata = work.lists.answers(part, "strata", one=True)
    placed: dict[str, list[int]] = {}
    for at in held.used:
        if strata.values[at]:
            placed.setdefault(next(iter(strata.values[at] or ())), []).append(at)
    found = mantel_haenszel([held.two_by_two(rows) for _, rows in sorted(placed.items())])
    rows = [at for some in placed.values() for at in some]
    note = f"{found.strata} strata of {strata.title}" + (f"; {found.left_out} say nothing" if found.left_out else "")
    method = f"{found.odds.method}, interval of Robins, Breslow and Greenland 1986; {note}"
    return lambda: _one_ratio(
        work, part, held, found.odds, rows, method, f"with {strata.title} held equal", found.p_value
    )


def adjusted(work: Work, part: PartAsked) -> Writes:
    """Two groups held against each other with other facts held equal."""
    held = held_against(work, part)
    facts = [work.lists.answers(part, "adjust", name, one=True) for name in part.values["adjust"]]
    order = {held.first: "1", held.second: "0"}
    rows = [
        {"group": order[held.group(at) or ""], "outcome": held.happened[at], "cluster": owner}
        | {f"fact{n}": fact.one(at) for n, fact in enumerate(facts)}
        for at, owner in zip(held.used, owners_of(held.table, str(part.values["cluster"]), held.used), strict=True)
    ]  # fmt: skip
    clustered = "cluster" if part.values["cluster"] else None
    found = adjusted_contrast(
        rows, outcome="outcome", group="group", adjust=[f"fact{n}" for n in range(len(facts))], cluster=clustered
    )
    names = ", ".join(fact.title for fact in facts)
    method = f"{found.odds.method}, adjusted for {names}" + "".join(f"; {note}" for note in found.notes)
    used = [at for at, row in zip(held.used, rows, strict=True) if None not in row.values()]
    return lambda: _one_ratio(work, part, held, found.odds, used, method, f"with {names} held equal")


def owners_of(table: ListTable, cluster: str, rows: Sequence[int]) -> list[Hashable]:
    """What each row was recorded together with: its page, its person, or nothing else."""
    if cluster == "page":
        return [f"{table.rows[at].document}:{table.rows[at].page}" for at in rows]
    if cluster == "person":
        return [table.persons[at] or f"row {at}" for at in rows]
    return [f"row {at}" for at in rows]


def alike(work: Work, part: PartAsked) -> Writes:
    """How alike cases with the same facts were decided."""
    table = work.lists.table(part)
    facts = [work.lists.answers(part, "facts", name) for name in part.values["facts"]]
    decision = work.lists.answers(part, "decision", one=True)
    used = [at for at in range(len(table.rows)) if decision.values[at] and all(f.values[at] is not None for f in facts)]
    clusters = owners_of(table, str(part.values["cluster"]), used) if part.values["cluster"] else None
    times, seed = int(part.values["times"]), work.seed(part)
    found = consistency_of(
        [tuple(fact.values[at] for fact in facts) for at in used], [decision.values[at] for at in used],
        clusters=clusters, permutations=times, bootstrap=times, seed=seed,
    )  # fmt: skip
    missing = len(table.rows) - len(used)

    def write() -> list[Part]:
        unit, names = table.asked.row_is, ", ".join(fact.title for fact in facts)
        sentence = (
            f"Of the pairs of {plural(unit)} with the same {names}, {percent(found.unlike)} were decided differently; "
            f"dealt by chance it would be {percent(found.by_chance)}: a consistency of {number(found.value)}."
        )
        shown = {"consistency": number(found.value), "unlike": percent(found.unlike), "p": number(found.p_value)}
        shown |= {"chance": percent(found.by_chance), "interval": span(found.low, found.high, "ratio")}
        by = part.values["cluster"] or "row"
        how = (
            f"bootstrap by {by}, {times:,} samples" if found.low is not None else "none: undefined in too many samples"
        )
        claim = work.claims.add(part, Drafted(
            sentence, "coefficient", unit, found.value, None, None, missing, found.low, found.high,
            how, None, None, f"1 - unlike pairs / unlike pairs by chance, {times:,} permutations", table.name,
            table.digest, shown,
            labels_of("", decision.title), seed=seed, cannot=LIKE_CANNOT,
            rows=rows_behind([row.id for row in table.rows], [decision.cites, *(fact.cites for fact in facts)], used),
        ))  # fmt: skip
        assert claim is not None
        text = f"{number(found.value)} ({span(found.low, found.high, 'ratio') or 'no interval'})"
        said = (f"Consistency of {decision.title} among {plural(unit)} with the same {names}: ", Figure(text, claim.id),
                f". {percent(found.unlike)} of the pairs of like {plural(unit)} were decided differently, "
                f"{percent(found.by_chance)} by chance (p {number(found.p_value)}). {found.alone:,} of {found.cases:,} "
                f"have no like one; {missing:,} were left out since an answer is missing. 1 is a rule that was "
                "followed, 0 a coin.")  # fmt: skip
        return [Prose(said), caution(LIKE_CANNOT)]

    return write


def evenly(work: Work, part: PartAsked) -> Writes:
    """Whether shares differ less between offices than chance lets them."""
    table = work.lists.table(part)
    offices, outcome = work.lists.answers(part, "offices", one=True), work.lists.answers(part, "outcome")
    codes = tuple(part.values["counts"])
    _in(part, "counts", codes, outcome)
    universe = f"{table.name}:row"
    together = "+".join(codes)
    pairs = Counter(
        (MISSING if not one else next(iter(one)), MISSING if other is None else "yes" if other & set(codes) else "no")
        for one, other in zip(offices.values, outcome.values, strict=True)
    )
    names = offices.scheme.codes
    dimensions = {offices.name: (*names, MISSING), has_code(outcome.name, together): HAS}
    work.counts.add(universe, tabled(part.name, dimensions, pairs))
    counts = [pairs[name, "yes"] for name in names]
    sizes = [pairs[name, "yes"] + pairs[name, "no"] for name in names]
    statistic, free, likely = too_even(counts, sizes)

    def write() -> list[Part]:
        keys = [(universe, tuple(sorted(((offices.name, name), (outcome.name, together))))) for name in names]
        shown = [
            (offices.titles.get(name, name), work.counts.printed(key),
             HELD if work.counts.is_held([(universe, ((offices.name, name),))]) else f"{size:,}",
             HELD if work.counts.is_held([key, (universe, ((offices.name, name),))]) else percent(count / size))
            for name, key, count, size in zip(names, keys, counts, sizes, strict=True)
        ]  # fmt: skip
        label = " or ".join(outcome.titles.get(code, code) for code in codes)
        title = title_of(part, f"{outcome.title}: {label}, by {offices.title}")
        notes = (HELD_NOTE,) if work.counts.is_held(keys) else ()
        made: list[Part] = [
            TablePart(title, (offices.title, "Count", "Of", "Share"), tuple(shown), (False, True, True, True), notes)
        ]
        missing = len(offices.values) - sum(sizes)
        sentence = (
            f"Were the shares of “{label}” left to chance, {len(names)} offices would be as even as these with a "
            f"likelihood of {number(likely)} (chi squared {number(statistic)} on {free} degrees of freedom)."
        )
        claim = work.claims.add(part, Drafted(
            sentence, "test", table.asked.row_is, likely, sum(counts), sum(sizes), missing, None, None, "none: a test",
            None, None, "chi squared of homogeneity, lower tail", table.name, table.digest,
            {"p": number(likely), "statistic": number(statistic)}, labels_of("", offices.title), tuple(keys),
            cannot=EVEN_CANNOT,
        ))  # fmt: skip
        if claim is None:
            return [*made, _withheld(part)]
        said = ("As even by chance: a likelihood of ", Figure(number(likely), claim.id),
                f" (chi squared {number(statistic)} on {free} degrees of freedom); {missing:,} rows were left out.",
                )  # fmt: skip
        return [*made, Prose(said), caution(EVEN_CANNOT)]

    return write


def selected(work: Work, part: PartAsked) -> Writes:
    """How much more often people of one group are on the list than those of another, by numbers from elsewhere."""
    table, groups = work.lists.table(part), work.lists.answers(part, "group", one=True)
    first, second = str(part.values["first"]), str(part.values["second"])
    population: Mapping[str, int] = part.values["population"]
    for key, value in (("first", first), ("second", second)):
        _in(part, key, (value,), groups)
        if value not in population:
            raise refusal(
                part.section, "population", "it lacks one of the two groups", "Give how many people each has."
            )
    universe = f"{table.name}:row"
    counts = Counter(MISSING if not value else next(iter(value)) for value in groups.values)
    cells = {(name,): count for name, count in counts.items()}
    work.counts.add(universe, tabled(part.name, {groups.name: (*groups.scheme.codes, MISSING)}, cells))
    sizes = (population[first], population[second])
    found = rate_ratio((counts[first], counts[second]), sizes, source=str(part.values["source"]))

    def write() -> list[Part]:
        unit, labels = table.asked.row_is, [groups.titles.get(name, name) for name in (first, second)]
        keys = tuple((universe, ((groups.name, name),)) for name in (first, second))
        sentence = (
            f"By the numbers of people in {found.source}, the rate of “{labels[0]}” on the list is "
            f"{number(found.ratio.value)} times that of “{labels[1]}”: {1000 * found.first:.2f} against "
            f"{1000 * found.second:.2f} of 1,000."
        )
        ends = span(found.ratio.low, found.ratio.high, "ratio")
        claim = work.claims.add(part, Drafted(
            sentence, "rate", unit, found.ratio.value, counts[first], sizes[0], groups.missing, found.ratio.low,
            found.ratio.high, found.ratio.method, None, None, f"ratio of rates; population from {found.source}",
            table.name, table.digest,
            {"rate ratio": number(found.ratio.value), "interval": ends}, labels_of("", groups.title), keys,
            cannot=RATES_CANNOT,
            rows=rows_behind([row.id for row in table.rows], [groups.cites],
                             [at for at, value in enumerate(groups.values) if value and value & {first, second}]),
        ))  # fmt: skip
        if claim is None:
            return [_withheld(part)]
        said = (f"By the numbers of people in {found.source}, the rate of “{labels[0]}” on the list is ",
                Figure(f"{number(found.ratio.value)} times", claim.id), f" that of “{labels[1]}” ({ends}).",
                )  # fmt: skip
        return [Prose(said), caution(RATES_CANNOT)]

    return write


def _in(part: PartAsked, key: str, values: Sequence[str], answers: Answers) -> None:
    if not set(values) <= set(answers.scheme.codes):
        known = ", ".join(answers.scheme.codes[:20])
        raise refusal(part.section, key, f"this is no value of {answers.name}", f"There are: {known}.")


def _group_row(
    work: Work, part: PartAsked, held: Held, group: str, counts: tuple[int, int]
) -> tuple[str | Figure, ...]:
    with_it, of = counts[0], sum(counts)
    label, unit = held.label(group), held.table.asked.row_is
    rows = [at for at in held.used if held.group(at) == group and held.happened[at]]
    ends = wilson(with_it, of)
    sentence = (
        f"Of {of:,} {plural(unit, of)} of “{label}” with an answer, {with_it:,} ({percent(with_it / of)}) have "
        f"“{held.outcome_label()}”."
    )
    drafted = _drafted(
        held, "share", ends.value, (ends.low, ends.high), WILSON, rows, "share of the group with an answer"
    )
    claim = work.claims.add(part, Drafted(**{name: getattr(drafted, name) for name in Drafted.__slots__} | {
        "sentence": sentence, "numerator": with_it, "denominator": of, "labels": labels_of(f"{label}", group),
        "figures": {"share": percent(with_it / of), "count": f"{with_it:,}", "denominator": f"{of:,}"},
    }))  # fmt: skip
    assert claim is not None
    return label, Figure(f"{with_it:,}", claim.id), f"{of:,}", Figure(percent(with_it / of), claim.id)


def _measure(work: Work, part: PartAsked, held: Held, found: Contrast, name: str) -> tuple[Claim | None, str]:
    labels = f"{held.label(held.first)} against {held.label(held.second)}"
    if name == "difference":
        one, kind = found.difference, "difference"
        text = f"{100 * one.value:+.1f} points ({100 * one.low:+.1f} to {100 * one.high:+.1f})"
        sentence = f"The share of “{held.outcome_label()}” differs by {text}: {labels}."
        drafted = _drafted(
            held, "difference", one.value, (one.low, one.high), one.method, held.used, "difference of shares"
        )
    else:
        ratio = found.odds if name == "odds ratio" else found.risk
        assert ratio is not None
        text, kind = f"{number(ratio.value)} ({span(ratio.low, ratio.high, 'ratio')})", "ratio"
        sentence = f"The {name} of “{held.outcome_label()}” is {text}: {labels}."
        drafted = _drafted(held, "ratio", ratio.value, (ratio.low, ratio.high), ratio.method, held.used, name)
    figures = {name: text.partition(" (")[0], f"interval of the {name}": text.partition("(")[2].rstrip(")")}
    every = {one: getattr(drafted, one) for one in Drafted.__slots__} | {"sentence": sentence, "figures": figures}
    assert kind in ("difference", "ratio")
    return work.claims.add(part, Drafted(**every)), text


def _one_ratio(
    work: Work, part: PartAsked, held: Held, odds: Ratio, rows: Sequence[int], method: str, equal: str,
    p_value: float | None = None,
) -> list[Part]:  # fmt: skip
    if work.counts.is_held(held.counts()):
        return [_withheld(part)]
    text = f"{number(odds.value)} ({span(odds.low, odds.high, 'ratio')})"
    labels = f"{held.label(held.first)} against {held.label(held.second)}"
    sentence = f"The odds ratio of “{held.outcome_label()}” is {text}, {equal}: {labels}."
    drafted = _drafted(held, "ratio", odds.value, (odds.low, odds.high), odds.method, rows, method)
    figures = {"odds ratio": number(odds.value), "interval": span(odds.low, odds.high, "ratio")}
    figures |= {"p": number(p_value)} if p_value is not None else {}
    every = {one: getattr(drafted, one) for one in Drafted.__slots__} | {"sentence": sentence, "figures": figures}
    claim = work.claims.add(part, Drafted(**every))
    assert claim is not None
    tail = f"; p {number(p_value)}" if p_value is not None else ""
    said = (f"Odds ratio of “{held.outcome_label()}”, {labels}, {equal}: ", Figure(text, claim.id),
            f" ({method}{tail}). {len(rows):,} rows were used, {len(held.happened) - len(rows):,} were not.",
            )  # fmt: skip
    return [Prose(said), caution(CANNOT_CONCLUDE)]


def _drafted(
    held: Held, kind: ClaimKind, value: float, ends: tuple[float, float] | None, interval: str, rows: Sequence[int],
    method: str,
) -> Drafted:  # fmt: skip
    low, high = ends or (None, None)
    table, outcome = held.table, held.outcome
    return Drafted(
        "", kind, table.asked.row_is, value, None, None, held.missing, low, high, interval, None, None, method,
        table.name, table.digest, {}, ("",), held.counts(),
        outcome.book.called if outcome.book else outcome.scheme.id, outcome.digest,
        cannot=CANNOT_CONCLUDE,
        rows=rows_behind([row.id for row in table.rows], [held.groups.cites, outcome.cites], rows),
    )  # fmt: skip


def _notes(held: Held) -> tuple[str, ...]:
    found = [
        f"{one.missing:,} rows have no {one.title}: {one.why_missing()}."
        for one in (held.groups, held.outcome)
        if one.missing
    ]
    return tuple(found)


def _withheld(part: PartAsked) -> Prose:
    name = title_of(part, part.kind)
    return Prose(
        (f"{name}: held back with the counts that it is made of. Merge groups or values to have it.",), caution=True
    )


Runner = Callable[[Work, PartAsked], Writes]
