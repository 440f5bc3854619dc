"""Parts of a report about several lists: who is on how many of them, and how many may be on none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fairwitness.analyse.estimates import CANNOT_CONCLUDE, METHODS, Estimate, Estimates, ListStatement, NoHeadline, mse
from fairwitness.analyse.overlap import Overlap
from fairwitness.publish.report import ChartPart, Claim, Figure, Part, Prose, TablePart
from fairwitness.work.recipes import ListAsked, PartAsked, refusal
from fairwitness.work.report_claims import Drafted, Evidence
from fairwitness.work.report_counts import HELD, Count, tabled
from fairwitness.work.report_parts import HELD_NOTE, Work, Writes, caution, title_of

OVERLAP_CANNOT = (
    "Persons are the same where their numbers are, as people read them.",
    "A number that was misread makes one person two.",
    "Who is on no list is not counted here.",
)
_IN, _OUT = "on it", "not on it"


@dataclass(frozen=True, slots=True)
class Laid:
    """Lists laid over one another: counts by pattern, the rows behind each, and persons whose number cannot be read."""

    overlap: Overlap
    source: str
    digest: str
    missing: int
    rows: Mapping[str, Evidence]
    asked: tuple[ListAsked, ...]

    def key(self, pattern: str) -> tuple[tuple[str, str], ...]:
        """The key of its count."""
        said = zip(self.overlap.lists, pattern, strict=True)
        return tuple(sorted((name, _IN if mark == "1" else _OUT) for name, mark in said))


def overlap(work: Work, part: PartAsked) -> Writes:
    """How many persons are on which of the lists."""
    laid = laid_over(work, part)
    universe = universe_of(part)
    patterns = [laid.overlap.pattern(at) for at in range(1, len(laid.overlap.counts))]
    cells = {
        tuple(_IN if mark == "1" else _OUT for mark in one): n
        for one, n in zip(patterns, laid.overlap.counts[1:], strict=True)
    }
    work.counts.add(universe, tabled(part.name, dict.fromkeys(laid.overlap.lists, (_IN, _OUT)), cells))

    def write() -> list[Part]:
        rows: list[tuple[str | Figure, ...]] = []
        drawn: list[Mapping[str, object]] = []
        for pattern, count in zip(patterns, laid.overlap.counts[1:], strict=True):
            on = tuple(name for name, mark in zip(laid.overlap.lists, pattern, strict=True) if mark == "1")
            claim = work.claims.add(part, _on(laid, pattern, on, count, (universe, laid.key(pattern))))
            rows.append((_joined(on), HELD if claim is None else Figure(f"{count:,}", claim.id)))
            told: dict[str, object] = (
                {"count": None, "text": HELD} if claim is None else {"count": count, "claim": claim.id}
            )
            drawn.append({"lists": on} | told)
        title = title_of(part, "Who is on which list")
        notes = [
            f"Persons on these lists and on no other of them; {laid.missing:,} rows have no number that can be read."
        ]
        if laid.asked == ():
            notes = [f"Counts from {laid.source}."]
        notes += [HELD_NOTE] if any(HELD in row for row in rows) else []
        made: list[Part] = [TablePart(title, ("On", "Persons"), tuple(rows), (False, True), tuple(notes))]
        if part.values["chart"]:
            said = "; ".join(f"{row[0]}: {row[1] if isinstance(row[1], str) else row[1].text}" for row in rows)
            made.append(
                ChartPart(
                    "overlap",
                    title,
                    f"Persons by the lists they are on. {said}.",
                    tuple(drawn),
                    "persons",
                )
            )
        return [*made, caution(OVERLAP_CANNOT)]

    return write


def laid_over(work: Work, part: PartAsked) -> Laid:
    """The lists of an overlap, laid over one another.

    Raises:
        BadRecipe: if a list is none of the recipe, or nothing says by what its persons are known.
        BadOverlap: for fewer than two lists or more than six, or counts that are none.
    """
    names = tuple(part.values["lists"])
    if bool(names) == bool(part.values["counts"]):
        raise refusal(
            part.section, "lists", "an overlap has either lists or counts", "Give lists = [...] or counts = {...}."
        )
    if not names:
        return _given(part)
    tables = []
    for name in names:
        if name not in work.lists.tables:
            raise refusal(
                part.section, "lists", "the recipe has no [[list]] of one of these names", "Look at their names."
            )
        table = work.lists.tables[name]
        if not table.asked.person:
            raise refusal(
                table.asked.section, "person", "nothing says by what its persons are known", 'Add person = "COLUMN".'
            )
        tables.append(table)
    on: dict[str, list[tuple[int, int]]] = {}
    missing = 0
    for at, table in enumerate(tables):
        for row, person in enumerate(table.persons):
            if person is None:
                missing += 1
            else:
                on.setdefault(person, []).append((at, row))
    counts: Counter[str] = Counter()
    rows: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for places in on.values():
        pattern = "".join("1" if any(at == one for one, _ in places) else "0" for at in range(len(tables)))
        counts[pattern] += 1
        behind = [(tables[at].rows[row].id, tables[at].cites(row, tables[at].asked.person)) for at, row in places]
        rows.setdefault(pattern, []).extend(behind)
    laid = Overlap.of(names, counts)
    digest = " ".join(table.digest for table in tables)
    asked = tuple(table.asked for table in tables)
    return Laid(laid, ", ".join(names), digest, missing, {one: tuple(some) for one, some in rows.items()}, asked)


def universe_of(part: PartAsked) -> str:
    """Where the counts of an overlap belong."""
    return f"overlap {part.name}:person"


def _given(part: PartAsked) -> Laid:
    counts, source = part.values["counts"], str(part.values["source"]).strip()
    if not source:
        raise refusal(
            part.section, "source", "counts from elsewhere have no source", 'Add source = "where they are from".'
        )
    names = tuple(part.values["names"]) or tuple(f"list {at + 1}" for at in range(max(map(len, counts))))
    return Laid(Overlap.of(names, counts), source, "", 0, {}, ())


def _on(laid: Laid, pattern: str, on: tuple[str, ...], count: int, key: Count) -> Drafted:
    others = " and on no other" if len(on) < len(laid.overlap.lists) else ""
    sentence = f"{count:,} persons are on {_joined(on)}{others} of the {len(laid.overlap.lists)} lists."
    return Drafted(
        sentence,
        "count",
        "person",
        count,
        count,
        laid.overlap.observed,
        laid.missing,
        None,
        None,
        "none: a count",
        None,
        None,
        "equal numbers" if laid.asked else "counted elsewhere",
        laid.source,
        laid.digest,
        {"count": f"{count:,}"},
        (_joined(on), pattern),
        (key,),
        cannot=OVERLAP_CANNOT,
        rows=laid.rows.get(pattern, ()),
    )


def estimates(work: Work, part: PartAsked) -> Writes:
    """How many may be on no list: a table of estimates with what speaks against each, and a headline if none does."""
    source = next((one for one in work.recipe.parts if one.kind == "overlap" and one.name == part.values["of"]), None)
    if source is None or not source.name:
        raise refusal(
            part.section, "of", "the recipe has no overlap of this name", "Give the name of a part of kind overlap."
        )
    laid = laid_over(work, source)
    stated = [ListStatement(one.name, one.collected_by, one.how, one.is_independent) for one in laid.asked]
    methods = tuple(part.values["methods"]) or METHODS
    seed, times = work.seed(part), int(part.values["times"])
    found = mse(laid.overlap, methods=methods, provenance=stated, bootstrap=times, seed=seed)

    def write() -> list[Part]:
        universe = universe_of(source)
        every = [(universe, laid.key(laid.overlap.pattern(at))) for at in range(1, len(laid.overlap.counts))]
        bounds = work.counts.is_held(every)
        lines = [one for one in found.table if not (one.is_bound and bounds)]
        rows: list[tuple[str | Figure, ...]] = []
        drawn: list[Mapping[str, object]] = []
        for one in lines:
            claim = work.claims.add(part, _estimate(laid, one, seed, times))
            assert claim is not None
            text = f"{'at least ' if one.is_bound else ''}{one.total:,.0f}"
            rows.append((one.method, one.variant, Figure(text, claim.id), _ends(one)))
            drawn.append(
                {
                    "label": f"{one.method}, {one.variant}",
                    "value": one.total,
                    "low": one.low,
                    "high": one.high,
                    "text": text,
                    "claim": claim.id,
                }
            )
        title = title_of(part, "How many there are, on these lists and on none")
        notes = [f"{laid.overlap.observed:,} persons are on at least one list.", *found.diagnostics]
        notes += (
            ["Lower bounds are left out, since counts that are held back could be worked out from them."]
            if bounds
            else []
        )
        made: list[Part] = [
            TablePart(
                title,
                ("Method", "With", "Estimate", "95 % interval"),
                tuple(rows),
                (False, False, True, True),
                tuple(notes),
            )
        ]
        if part.values["chart"]:
            said = "; ".join(f"{one['label']} {one['text']}" for one in drawn)
            made.append(
                ChartPart(
                    "estimates",
                    title,
                    f"Estimates with their intervals: {said}.",
                    tuple(drawn),
                    "persons",
                )
            )
        return [*made, _headline(work, part, laid, found, seed), caution(CANNOT_CONCLUDE)]

    return write


def _estimate(laid: Laid, one: Estimate, seed: int, times: int) -> Drafted:
    text = f"{'at least ' if one.is_bound else ''}{one.total:,.0f}"
    how = (
        "none is worked out"
        if one.low is None or one.high is None
        else f"of the method; {times:,} bootstrap samples where it draws any"
    )
    return Drafted(
        f"By {one.method} ({one.variant}) the lists and those on none have {text} persons together.",
        "estimate",
        "person",
        one.total,
        None,
        laid.overlap.observed,
        laid.missing,
        one.low,
        one.high,
        how,
        None,
        None,
        f"{one.method}, {one.variant}",
        laid.source,
        laid.digest,
        {"estimate": text, "interval": _ends(one)},
        (f"{one.method}, {one.variant}", one.method if one.is_main else ""),
        seed=seed,
        cannot=CANNOT_CONCLUDE,
    )


def _headline(work: Work, part: PartAsked, laid: Laid, found: Estimates, seed: int) -> Prose:
    try:
        headline = found.headline
    except NoHeadline as refused:
        return Prose((f"There is no headline figure: {refused.message}",), caution=True)
    text = f"{headline.low:,.0f} to {headline.high:,.0f}"
    claim: Claim | None = work.claims.add(
        part,
        Drafted(
            headline.sentence,
            "estimate",
            "person",
            headline.total,
            None,
            laid.overlap.observed,
            laid.missing,
            headline.low,
            headline.high,
            "the range of all methods",
            None,
            None,
            "all methods together",
            laid.source,
            laid.digest,
            {"headline": text},
            ("",),
            seed=seed,
            cannot=CANNOT_CONCLUDE,
        ),
    )
    assert claim is not None
    return Prose((f"{headline.sentence} Together: ", Figure(text, claim.id), "."))


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _ends(one: Estimate) -> str:
    return "" if one.low is None or one.high is None else f"{one.low:,.0f} to {one.high:,.0f}"
