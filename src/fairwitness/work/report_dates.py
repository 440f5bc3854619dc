"""Parts of a report about the dates of decisions: how many in each period, and days that stand out."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from fairwitness.analyse.dates import CANNOT_CONCLUDE, DayPattern, day_pattern, is_round
from fairwitness.facts.partial import PartialDate
from fairwitness.publish.report import ChartPart, Figure, Part, Prose, TablePart
from fairwitness.work.recipes import PartAsked, refusal
from fairwitness.work.report_claims import Drafted, Evidence, number, percent
from fairwitness.work.report_counts import HAS, HELD, MISSING, Count, has_code, tabled
from fairwitness.work.report_parts import HELD_NOTE, Work, Writes, caution, plural, title_of
from fairwitness.work.report_tables import Dates, ListTable

MOST_PERIODS = 130
LEVELS = ("year", "month", "day")
SNAPSHOT = (
    "The list holds those who were still on it when it was made.",
    "Rises and falls over time may be those of who was left.",
)
_NO_MONTH, _NO_DAY = "month not written", "day not written"


def timeline(work: Work, part: PartAsked) -> Writes:
    """How many dates fall in each period; dates that are written less closely stand by themselves."""
    table, level = work.lists.table(part), str(part.values["by"])
    _refuse_parts(work, part)
    dates = table.dates(str(part.values["column"]), part.section, whole=level != "year")
    labels = [MISSING if one is None else period_of(one, level) for one in dates.values]
    periods = sorted({label for label in labels if label != MISSING})
    if not periods:
        raise refusal(part.section, "column", "no row has a date", "Decide its cells first.")
    if len(periods) > MOST_PERIODS:
        raise refusal(part.section, "by", f"there are {len(periods)} periods", "Take longer ones.")
    name, universe = f"dates of {dates.column.name}", f"{table.name}:row"
    counts = Counter(labels)
    work.counts.add(universe, tabled(name, {name: (*periods, MISSING)}, {(one,): n for one, n in counts.items()}))
    for coarser in _also(work, part, level):
        inside: dict[str, list[str]] = {}
        for label, one in zip(labels, dates.values, strict=True):
            if one is not None:
                inside.setdefault(period_of(one, coarser), []).append(label)
        for whole, some in inside.items():
            if set(some) != {whole}:
                cells = Counter(some)
                linked = {(one,): n for one, n in cells.items()}
                work.counts.add(universe, tabled(name, {name: tuple(sorted(cells))}, linked, total=whole))

    def write() -> list[Part]:
        unit = table.asked.row_is
        title = title_of(part, f"{dates.column.name}, by {level}")
        rows: list[tuple[str | Figure, ...]] = []
        drawn: list[Mapping[str, object]] = []
        for period in periods:
            found = [at for at, label in enumerate(labels) if label == period]
            claim = work.claims.add(part, _counted(table, dates, period, found, name, universe))
            rows.append((period, HELD if claim is None else Figure(f"{counts[period]:,}", claim.id)))
            first, last = ends_of(period)
            line: dict[str, object] = {"label": plural(unit), "earliest": first.isoformat(), "latest": last.isoformat()}
            line |= (
                {"count": None, "text": HELD}
                if claim is None
                else {"count": counts[period], "text": f"{counts[period]:,}", "claim": claim.id}
            )
            drawn.append(line)
        notes = _notes(dates, unit, counts[MISSING]) + ((HELD_NOTE,) if any(HELD in row for row in rows) else ())
        said = f"Counts of {plural(unit)} in {len(periods)} periods, from {periods[0]} to {periods[-1]}."
        chart = ChartPart("timeline", title, said, tuple(drawn), plural(unit))
        return [TablePart(title, ("Period", "Count"), tuple(rows), (False, True), notes), chart, caution(SNAPSHOT)]

    return write


def spikes(work: Work, part: PartAsked) -> Writes:
    """Days that stand out, unevenness over days, and round days."""
    table = work.lists.table(part)
    _refuse_parts(work, part)
    dates = table.dates(str(part.values["column"]), part.section, whole=True)
    days = [date.fromisoformat(str(one)) if one is not None and one.is_full else None for one in dates.values]
    counts = Counter(day for day in days if day is not None)
    found = day_pattern(counts, permutations=int(part.values["times"]), seed=work.seed(part))
    name, universe = f"dates of {dates.column.name}", f"{table.name}:row"
    shown = [(str(day), count) for day, count in found.spikes]
    rest = len(days) - sum(count for _, count in shown)
    cells = {(day,): count for day, count in shown} | {("other days",): rest}
    work.counts.add(universe, tabled(name, {name: (*(day for day, _ in shown), "other days")}, cells))
    round_cells = {("yes",): found.round_count, ("no",): found.total - found.round_count}
    round_cells[MISSING,] = len(days) - found.total
    work.counts.add(universe, tabled(name, {has_code(f"round {name}", "yes"): HAS}, round_cells))
    for level in _also(work, part, "day"):
        for whole in sorted({period_of(PartialDate(day.year, day.month, day.day), level) for day, _ in found.spikes}):
            inside = {day: count for day, count in shown if day.startswith(whole)}
            other = sum(one is not None and period_of(one, level) == whole for one in dates.values) - sum(
                inside.values()
            )
            linked = {(day,): count for day, count in inside.items()} | {(f"{whole}, other days",): other}
            work.counts.add(universe, tabled(name, {name: tuple(one for (one,) in linked)}, linked, total=whole))

    def write() -> list[Part]:
        missing = len(days) - found.total
        made: list[Part] = []
        rows: list[tuple[str | Figure, ...]] = []
        for day, count in shown:
            at = [row for row, one in enumerate(days) if str(one) == day]
            claim = work.claims.add(part, _counted(table, dates, day, at, name, universe))
            rows.append((day, HELD if claim is None else Figure(f"{count:,}", claim.id)))
        title = title_of(part, f"{dates.column.name}: days that stand out")
        notes = (*_notes(dates, table.asked.row_is, missing), "Beyond the fullest day of 95 in 100 draws by chance.")
        if rows:
            made.append(TablePart(title, ("Day", "Count"), tuple(rows), (False, True), notes))
        key = (universe, ((f"round {name}", "yes"),))
        return [*made, *_pattern(work, part, table, dates, found, missing, key), caution(CANNOT_CONCLUDE)]

    return write


def period_of(one: PartialDate, level: str) -> str:
    """The year, month or day as far as it is written."""
    year = f"{one.year:04d}"
    if level == "year":
        return year
    if one.month is None:
        return f"{year}, {_NO_MONTH}"
    if level == "month":
        return f"{year}-{one.month:02d}"
    return str(one) if one.day is not None else f"{year}-{one.month:02d}, {_NO_DAY}"


def ends_of(period: str) -> tuple[date, date]:
    """The first and the last day that it may be."""
    numbers = [int(one) for one in period.partition(",")[0].split("-")]
    if len(numbers) == 1:
        return date(numbers[0], 1, 1), date(numbers[0], 12, 31)
    if len(numbers) == 2:
        year, month = numbers
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    day = date.fromisoformat(period)
    return day, day


def _refuse_parts(work: Work, part: PartAsked) -> None:
    for one in work.recipe.variables:
        if one.date_part and (one.list, one.column) == (part.values["list"], part.values["column"]):
            advice = "Take either the variable or the timeline: side by side they could give small counts away."
            raise refusal(part.section, "column", "a variable counts the parts of these dates too", advice)


def _also(work: Work, part: PartAsked, level: str) -> Sequence[str]:
    """The coarser periods by which the report has a timeline of the same column."""
    same = [
        str(one.values["by"])
        for one in work.recipe.parts
        if one.kind == "timeline"
        and (one.values["list"], one.values["column"]) == (part.values["list"], part.values["column"])
    ]
    return [one for one in LEVELS[: LEVELS.index(level)] if one in same]


def _counted(table: ListTable, dates: Dates, period: str, rows: Sequence[int], name: str, universe: str) -> Drafted:
    unit, total = table.asked.row_is, sum(one is not None for one in dates.values)
    count = len(rows)
    sentence = f"Of {total:,} {plural(unit, total)} with a date ({dates.column.name}), {count:,} are of {period}."
    return Drafted(
        sentence,
        "count",
        unit,
        count,
        count,
        total,
        len(dates.values) - total,
        None,
        None,
        "none: a count",
        None,
        None,
        "count of the dates as written",
        table.name,
        table.digest,
        {"count": f"{count:,}"},
        (period,),
        ((universe, ((name, period),)),),
        codebook_digest=dates.digest,
        cannot=SNAPSHOT,
        rows=tuple((table.rows[at].id, dates.cites[at]) for at in rows),
    )


def _pattern(
    work: Work, part: PartAsked, table: ListTable, dates: Dates, found: DayPattern, missing: int, rounds: Count
) -> list[Part]:
    unit, column = table.asked.row_is, dates.column.name
    uneven = (
        f"The days of {column} are {number(found.dispersion)} times as uneven as chance would have them, weekdays held "
        f"equal (p {number(found.p_value)}, {found.times:,} draws)."
    )
    rounded = (
        f"Of {found.total:,} dates of {column}, {found.round_count:,} ({percent(found.round_share)}) fall on the 1st, "
        f"10th, 15th, 20th or last of a month; by the calendar it would be {percent(found.round_expected)} "
        f"(p {number(found.round_p)})."
    )
    common = (None, None, "none: a test", None, None)
    first = work.claims.add(
        part,
        Drafted(
            uneven,
            "test",
            unit,
            found.dispersion,
            None,
            found.total,
            missing,
            *common,
            "Poisson dispersion given the weekday, by redrawing",
            table.name,
            table.digest,
            {"dispersion": number(found.dispersion), "p": number(found.p_value)},
            (column, ""),
            seed=work.seed(part),
            codebook_digest=dates.digest,
            cannot=CANNOT_CONCLUDE,
        ),
    )
    second = work.claims.add(
        part,
        Drafted(
            rounded,
            "share",
            unit,
            found.round_share,
            found.round_count,
            found.total,
            missing,
            *common,
            "binomial, upper tail",
            table.name,
            table.digest,
            {"round days": percent(found.round_share)},
            (column, ""),
            (rounds,),
            codebook_digest=dates.digest,
            cannot=CANNOT_CONCLUDE,
            rows=_round_rows(table, dates),
        ),
    )
    assert first is not None
    share: str | Figure = HELD if second is None else Figure(percent(found.round_share), second.id)
    rest = "" if second is None else f", {percent(found.round_expected)} by the calendar (p {number(found.round_p)})"
    return [
        Prose(
            (
                "Unevenness over days: ",
                Figure(number(found.dispersion), first.id),
                f" (1 is chance; p {number(found.p_value)}). ",
                "Round days: ",
                share,
                f"{rest}.",
            )
        ),
    ]


def _round_rows(table: ListTable, dates: Dates) -> Evidence:
    days = [
        (at, date.fromisoformat(str(one))) for at, one in enumerate(dates.values) if one is not None and one.is_full
    ]
    return tuple((table.rows[at].id, dates.cites[at]) for at, day in days if is_round(day))


def _notes(dates: Dates, unit: str, missing: int) -> tuple[str, ...]:
    if not missing:
        return ()
    why = ", ".join(f"{count:,} {name}" for name, count in sorted(dates.why.items()))
    return (f"{missing:,} {plural(unit, missing)} without a date to count" + (f"; of the rows {why}." if why else "."),)
