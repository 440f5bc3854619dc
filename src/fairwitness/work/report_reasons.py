"""Parts of a report about stated reasons: what they are in law, which are copies, and how the coding moves a share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fairwitness.analyse import profile as profiles
from fairwitness.analyse import tabulate as tabulations
from fairwitness.analyse.tabulate import share_of
from fairwitness.publish.report import Figure, Part, Prose, TablePart
from fairwitness.work.recipes import PartAsked, refusal
from fairwitness.work.report_claims import Drafted, labels_of, percent, span
from fairwitness.work.report_counts import HAS, HELD, MISSING, OTHER, has_code, tabled
from fairwitness.work.report_parts import (
    HELD_NOTE,
    WILSON,
    Line,
    Shares,
    Units,
    Work,
    Writes,
    asked_unit,
    by_code,
    caution,
    drawn_share,
    missing_note,
    plural,
    share_drafted,
    shares_chart,
    shares_part,
    shown_words,
    title_of,
    units_of,
)
from fairwitness.work.report_tables import NONE, Answers, ListTable


def profile(work: Work, part: PartAsked) -> Writes:
    """What reasons are in law, how varied they are, and how many texts are copies."""
    answers, table, unit = work.lists.answers(part, "variable"), work.lists.table(part), asked_unit(work, part)
    if answers.book is None:
        raise refusal(
            part.section, "variable", "this is no variable of a codebook", "Add codebook to its [[variable]]."
        )
    units = units_of(table, answers, unit)
    wanted = flags_of(answers)
    rows = [{"codes": None if value is None else sorted(value - {NONE})} for value in units.values]
    scheme = tabulations.Coding(answers.book.id, answers.book.version, tuple(one.code for one in answers.book.codes))
    found = profiles.reason_profile(
        rows, "codes", scheme, lawful=wanted.get(profiles.ONLY_LAWFUL), provision=wanted.get(profiles.NO_PROVISION),
        act=wanted.get(profiles.NO_ACT), is_census=table.asked.census,
    )  # fmt: skip
    name = f"profile of {answers.name}"
    having = {
        one.code: [
            at for value, rows_of in zip(units.values, units.rows, strict=True) for at in rows_of
            if value is not None and profiles.has_share(one.code, value - {NONE}, wanted[one.code])
        ]
        for one in found.shares
    }  # fmt: skip
    for one in found.shares:
        cells = {("yes",): one.count, ("no",): found.denominator - one.count, (MISSING,): found.missing}
        work.counts.add(units.universe, tabled(name, {has_code(name, one.code): HAS}, cells))
        if one.code != profiles.ONLY_LAWFUL and len(wanted[one.code]) == 1:  # then it is the count of those without it
            (code,) = wanted[one.code]
            without = {f"{answers.name}{OTHER}": (code,)}
            linked = tabled(name, without, {(code,): one.count}, total=one.code, total_of=name)
            work.counts.add(units.universe, linked)
    copies = copied(work, part, table, units.unit) if part.values["texts"] else None

    def write() -> list[Part]:
        lines = [
            Line(one, profiles.SAYS[one.code], (units.universe, ((name, one.code),)), having[one.code],
                 profiles.SAYS[one.code])
            for one in found.shares
        ]  # fmt: skip
        notes = [f"{found.denominator:,} {plural(units.unit, found.denominator)} with an answer, under {found.coding}."]
        if found.missing:
            notes.append(missing_note(found.missing, units.unit, answers))
        title = title_of(part, f"{answers.title}: what the stated reasons are in law")
        about = Shares(units.unit, found.denominator, found.missing, title, "Stated", tuple(notes))
        made = shares_part(work, part, table, answers, about, lines, profiles.CANNOT_CONCLUDE)
        spread = work.claims.add(part, _entropy(table, answers, units, found))
        if spread is not None:
            text = Figure(f"{found.entropy:.2f}", spread.id)
            made.append(
                Prose(
                    ("How varied the reasons are: an entropy of ", text, f" bits, of at most {found.most_entropy:.2f}.")
                )
            )
        return made + (copies() if copies is not None else [])

    return write


def flags_of(answers: Answers) -> dict[str, frozenset[str]]:
    """The codes that count for each share of a profile, as far as the codebook says what its codes are."""
    codes = answers.book.codes if answers.book is not None else ()
    found = {}
    if any(one.legal for one in codes):
        found[profiles.ONLY_LAWFUL] = frozenset(one.code for one in codes if one.legal in ("lawful", "group"))
    if any("provision" in one.cites for one in codes):
        found[profiles.NO_PROVISION] = frozenset(one.code for one in codes if "provision" in one.cites)
    if any(set(one.cites) & {"act", "date", "evidence"} for one in codes):
        found[profiles.NO_ACT] = frozenset(one.code for one in codes if set(one.cites) & {"act", "date", "evidence"})
    return found


def _entropy(table: ListTable, answers: Answers, units: Units, found: profiles.Profile) -> Drafted:
    shown = f"{found.entropy:.2f} bits over all mentions, of at most {found.most_entropy:.2f}"
    sentence = f"The entropy of the reasons is {shown}."
    keys = tuple((units.universe, ((answers.name, code),)) for code in answers.scheme.codes)
    return Drafted(
        sentence, "coefficient", "mention", found.entropy, None, None, found.missing, None, None, "none is worked out",
        None, None, "Shannon entropy in bits", table.name, table.digest, {"entropy": f"{found.entropy:.2f}"},
        labels_of("", answers.title), keys, answers.book.called if answers.book else "", answers.digest,
    )  # fmt: skip


def copied(work: Work, part: PartAsked, table: ListTable, word: str) -> Writes:
    """How many texts stand word for word in another row too."""
    column = str(part.values["texts"])
    texts = table.texts(column, part.section, "texts")
    found = profiles.copy_rate(texts)
    given = sum(bool(text) for text in texts)
    missing = len(texts) - given
    often = Counter(text for text in texts if text)
    rows = [at for at, text in enumerate(texts) if text and often[text] > 1]
    name, universe = f"copies in {column}", f"{table.name}:row"
    cells = {("yes",): found.count, ("no",): given - found.count, (MISSING,): missing}
    work.counts.add(universe, tabled(name, {has_code(name, "copied"): HAS}, cells))

    def write() -> list[Part]:
        sentence = (
            f"Of {given:,} texts, {found.count:,} ({percent(found.share)}) stand word for word in another "
            f"{table.asked.row_is} too."
        )
        about = Shares(table.asked.row_is, given, missing, "", "", ())
        drafted = Drafted(
            sentence, "share", table.asked.row_is, found.share, found.count, given, missing, found.low, found.high,
            f"{WILSON}, as if texts were independent", found.least, found.most, "exact duplicates of the normal form",
            table.name, table.digest, shown_words(found, about), ("copied texts", "copies"),
            ((universe, ((name, "copied"),)),), table_digest=work.counts.digest([(universe, ((name, "copied"),))]),
            cannot=profiles.COPIES_CANNOT,
            rows=tuple((table.rows[at].id, table.cites(at, column)) for at in rows),
        )  # fmt: skip
        claim = work.claims.add(part, drafted)
        if claim is None:
            return [Prose(("How many texts are copies is held back.",))]
        said = (f"Of {given:,} texts, ", Figure(f"{found.count:,} ({percent(found.share)})", claim.id),
                f" stand word for word in another {table.asked.row_is} too; {missing:,} could not be read or are "
                f"blank, and whatever they say the share is {span(found.least, found.most)}.")  # fmt: skip
        return [Prose(said), caution(profiles.COPIES_CANNOT)]

    return write


def multiverse(work: Work, part: PartAsked) -> Writes:
    """One share under every way to code it."""
    table, unit = work.lists.table(part), asked_unit(work, part)
    asked: Sequence[tuple[str, tuple[str, ...]]] = part.values["variants"]
    found = []
    for name, codes in asked:
        answers = work.lists.answers(part, "variants", name)
        unknown = set(codes) - set(answers.scheme.codes)
        if unknown or not codes:
            raise refusal(
                part.section, "variants", f"{len(unknown)} codes are not among those of {name}", "Look at its codes."
            )
        units = units_of(table, answers, unit)
        together = (" or " if answers.several else "+").join(codes)
        values = tuple(
            None if value is None else frozenset((together,) if value & set(codes) else ()) for value in units.values
        )
        either = Units(units.unit, units.universe, values, units.rows)
        by_code(units.universe, answers.name, [together], either, work.counts)
        found.append((answers, codes, together, either))
    if len(found) < 2:
        raise refusal(part.section, "variants", "there are fewer than two variants", "Give at least two ways to code.")
    return lambda: _variants(work, part, table, found)


def _variants(
    work: Work, part: PartAsked, table: ListTable, found: Sequence[tuple[Answers, Sequence[str], str, Units]]
) -> list[Part]:
    what = str(part.values["what"])
    shares: list[tuple[float, Figure]] = []
    rows: list[tuple[str | Figure, ...]] = []
    drawn: list[Mapping[str, object]] = []
    for answers, codes, together, units in found:
        rows_of = units.having(together)
        count = sum(value is not None and bool(value) for value in units.values)
        tally = share_of(together, count, units.answered, units.missing, is_census=table.asked.census)
        book = answers.book.called if answers.book else answers.scheme.id
        label = f"{answers.title} ({book})" if answers.book else answers.title
        key = (units.universe, ((answers.name, together),))
        about = Shares(units.unit, units.answered, units.missing, what, what, ())
        line = Line(
            tally, label, key, rows_of, f"{what}, under {label}: {', '.join(answers.titles.get(c, c) for c in codes)}"
        )
        claim = work.claims.add(
            part, share_drafted(table, answers, about, line, work.counts.digest([key]), tabulations.CANNOT_CONCLUDE)
        )
        drawn.append(drawn_share(label, tally, claim))
        if claim is None:
            rows.append((label, HELD, HELD, HELD))
            continue
        shares.append((tally.share, Figure(percent(tally.share), claim.id)))
        count_text = Figure(f"{count:,} of {units.answered:,}", claim.id)
        rows.append((label, count_text, shares[-1][1], span(tally.least, tally.most)))
    title = title_of(part, f"{what}, under every codebook")
    columns = ("Codebook", "Count", "Share", "Whatever the missing say")
    notes = ("How texts are coded moves this figure.", *((HELD_NOTE,) if len(shares) < len(found) else ()))
    made: list[Part] = [TablePart(title, columns, tuple(rows), (False, True, True, True), notes)]
    if len(shares) == len(found):
        low, high = (order(shares, key=lambda one: one[0])[1] for order in (min, max))
        made.append(Prose((f"{what}: ", low, " to ", high, f" of {plural(found[0][3].unit)}, by codebook.")))
    if part.values["chart"]:
        made.append(shares_chart(title, drawn, f"share of {plural(found[0][3].unit)}"))
    return [*made, caution(tabulations.CANNOT_CONCLUDE)]
