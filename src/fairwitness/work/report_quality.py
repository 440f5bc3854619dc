"""Parts of a report about how good its lists are: agreement, error rates, and shares without the errors of reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from fairwitness.analyse.agreement import Coefficient
from fairwitness.analyse.propagation import Corrected, corrected_shares
from fairwitness.publish.report import Figure, Part, TablePart
from fairwitness.work.agreeing import agreement_of
from fairwitness.work.auditing import ErrorRate, audited_answers, error_rates
from fairwitness.work.recipes import PartAsked, refusal
from fairwitness.work.report_claims import Drafted, number, percent, span
from fairwitness.work.report_counts import HELD
from fairwitness.work.report_parts import HELD_NOTE, Work, Writes, by_code, caution, plural, title_of, units_of
from fairwitness.work.report_tables import Answers, ListTable

AGREEMENT_CANNOT = (
    "High agreement says that people read or coded the same, not that what they read is right.",
    "Only what was said independently counts: without a proposal, and before anybody decided.",
)
AUDIT_CANNOT = (
    "The error rate is that of the cells that were decided when the sample was drawn.",
    "What nobody could read is no error, and is not in it.",
)
CORRECTED_CANNOT = (
    "The correction takes errors to be as frequent in the cells that were not audited as in those that were.",
    "It corrects reading and typing, and not what the office wrote down wrongly.",
)
_WHY = {
    "no_pairs": "nobody else answered",
    "all_equal": "everybody always gave the same answer, so chance agreement is complete",
    "one_coder": "there is one coder",
    "not_numbers": "the values are no numbers",
    "undefined_in_samples": "no interval: it is undefined in too many samples",
}


def agreement(work: Work, part: PartAsked) -> Writes:
    """How well those agreed who entered the list blind, by column; or who coded its texts, by code."""
    table, times, seed = work.lists.table(part), int(part.values["times"]), work.seed(part)
    lines: list[tuple[str, int, list[Coefficient]]]
    if part.values["codebook"]:
        coding = table.coding(str(part.values["codebook"]), part.section)
        lines = [(one.code, one.cells, [one.percent, one.alpha, one.ac1]) for one in coding.agreement(seed, times)]
        what, title = "Code", f"Agreement of coders, {coding.book.called}"
        digest = coding.book.called
    else:
        found = [one for one in agreement_of(table.desk, seed, times) if one.cells]
        lines = [(one.column, one.cells, [one.percent, one.alpha, one.ac1, one.kappa]) for one in found]
        what, title, digest = "Column", "Agreement of those who entered the list", ""
    if not any(cells for _, cells, _ in lines):
        advice = "Have a second person enter or code some of it alone: fairwitness serve."
        raise refusal(part.section, "kind", "no cell was answered by two people independently of one another", advice)

    def write() -> list[Part]:
        rows = []
        for name, cells, some in lines:
            figures = [_coefficient(work, part, table, name, one, digest, times) for one in some]
            rows.append((name, f"{cells:,}", *figures))
        names = ("Share", "Alpha", "AC1", "Kappa")[: len(lines[0][2])]
        notes = (
            f"Share and alpha (Krippendorff, nominal) with 95 % over {times:,} samples of whole pages; AC1 (Gwet) and "
            "kappa over cells.",
            "Read alpha from .800 as firm, from .667 as tentative (Krippendorff 2004).",
        )
        wide = (False, *[True] * (1 + len(names)))
        caption = title_of(part, title)
        return [TablePart(caption, (what, "Cells", *names), tuple(rows), wide, notes), caution(AGREEMENT_CANNOT)]

    return write


def _coefficient(
    work: Work, part: PartAsked, table: ListTable, name: str, one: Coefficient, book: str, times: int
) -> str | Figure:
    label = one.name.partition(" ")[0]
    if one.value is None:
        return f"not defined: {_WHY.get(one.why, one.why)}"
    is_percent = label == "percent"
    printed = percent(one.value) if is_percent else number(one.value)
    ends = span(one.low, one.high, "share" if is_percent else "ratio")
    how = (
        f"bootstrap over pages, {times:,} samples"
        if label in ("percent", "alpha")
        else "standard error over cells, Gwet 2014"
    )
    if one.low is None:
        how = f"none: {_WHY.get(one.why, 'too few pages')}"
    kind = {"percent": "share of equal answers", "alpha": "alpha", "ac1": "AC1", "cohen": "kappa", "conger": "kappa"}[
        label
    ]
    word = {"percent": "agreement"}.get(label, kind)
    claim = work.claims.add(
        part,
        Drafted(
            f"Over {one.units:,} cells of {name} that two people or more answered independently, the {kind} is "
            f"{printed}.",
            "share" if is_percent else "coefficient",
            "cell",
            one.value,
            None,
            one.units,
            0,
            one.low,
            one.high,
            how,
            None,
            None,
            f"{one.name} ({label})" if label != one.name else one.name,
            table.name,
            table.digest,
            {word.casefold(): printed},
            (name,),
            codebook=book,
            seed=work.seed(part) if label in ("percent", "alpha") else None,
            cannot=AGREEMENT_CANNOT,
        ),
    )
    assert claim is not None
    return Figure(f"{printed} ({ends})" if ends else printed, claim.id)


def audited(work: Work, part: PartAsked) -> Writes:
    """How many cells are wrong, by the last audit that was made part of the list."""
    table = work.lists.table(part)
    audit = error_rates(table.case, table.kept)
    if audit is None:
        advice = "Finish one, then: fairwitness list audit CASE LIST --attach --by NAME"
        raise refusal(part.section, "kind", "no audit was made part of this list", advice)
    lines = [*audit.columns, audit.overall]

    def write() -> list[Part]:
        rows = [
            (
                one.column or "all columns",
                f"{one.drawn:,} of {one.cells:,}",
                f"{one.wrong:,}",
                _rate(work, part, table, one),
            )
            for one in lines
        ]
        title = title_of(part, f"Cells that are wrong: audit {audit.draw.id}")
        notes = [
            f"Drawn with the seed {audit.draw.seed} from the frame {audit.draw.frame[:16]}, told in the log before "
            "anybody looked."
        ]
        if audit.overall.unsettled:
            notes.append(f"{audit.overall.unsettled:,} cells are not settled yet and count as wrong.")
        columns = ("Column", "Cells entered again", "Wrong", "Error rate")
        return [TablePart(title, columns, tuple(rows), (False, True, True, True), tuple(notes)), caution(AUDIT_CANNOT)]

    return write


def _rate(work: Work, part: PartAsked, table: ListTable, one: ErrorRate) -> str | Figure:
    if one.share is None:
        return "not all are entered again"
    name = one.column or "all columns"
    ends = f"{100 * one.share.low:.2f} to {100 * one.share.high:.2f} %"
    printed = f"{100 * one.share.value:.2f} %"
    claim = work.claims.add(
        part,
        Drafted(
            f"Of {one.drawn:,} of {one.cells:,} decided cells ({name}) that were entered again, "
            f"{one.wrong:,} were wrong: {printed} of "
            f"the list ({ends}).",
            "share",
            "cell",
            one.share.value,
            one.wrong,
            one.drawn,
            0,
            one.share.low,
            one.share.high,
            one.share.method,
            None,
            None,
            "stratified random sample, entered again blind",
            table.name,
            table.digest,
            {"error rate": printed, "interval": ends},
            (name,),
            cannot=AUDIT_CANNOT,
            level=one.share.level,
        ),
    )
    assert claim is not None
    return Figure(f"{printed} ({ends})", claim.id)


def corrected(work: Work, part: PartAsked) -> Writes:
    """Shares without the errors of reading and typing that the audit found."""
    table, answers = work.lists.table(part), work.lists.answers(part, "variable", one=True)
    variable = work.lists.variable(part, "variable")
    audit = error_rates(table.case, table.kept)
    if answers.book is not None:
        raise refusal(
            part.section, "variable", "an audit enters texts again, not codes", "Take a column of codes or groups."
        )
    if audit is None:
        raise refusal(part.section, "kind", "no audit was made part of this list", "See the kind audit.")
    pairs: Counter[tuple[Hashable, Hashable]] = Counter()
    left_out = 0
    for cell, old, now in audited_answers(table.case, table.kept, audit):
        if cell in table.desk.cells and table.desk.cells[cell].column.name == variable.column:
            codes = (table.code_of(variable, old), table.code_of(variable, now))
            if codes[0] is None or codes[1] is None:
                left_out += 1
            else:
                pairs[codes[0], codes[1]] += 1
    units = units_of(table, answers, "row")
    counts = {code: len(units.having(code)) for code in answers.scheme.codes}
    by_code(units.universe, answers.name, answers.scheme.codes, units, work.counts)
    told: dict[Hashable, int] = {code: count for code, count in counts.items() if count}
    found = corrected_shares(
        told, pairs, samples=int(part.values["times"]), seed=work.seed(part), is_census=table.asked.census
    )
    return lambda: _corrected_part(work, part, table, answers, found, (pairs.total(), left_out))


def _corrected_part(
    work: Work,
    part: PartAsked,
    table: ListTable,
    answers: Answers,
    found: Sequence[Corrected],
    audited_cells: tuple[int, int],
) -> list[Part]:
    times, unit, rows = int(part.values["times"]), table.asked.row_is, []
    for one in found:
        code = str(one.value)
        label = answers.titles.get(code, code)
        ends = span(one.low, one.high)
        key = (f"{table.name}:row", ((answers.name, code),))
        claim = (
            work.claims.add(
                part,
                Drafted(
                    f"Without errors of reading, {percent(one.corrected)} of {plural(unit)} have “{label}” as "
                    f"{answers.title}; {percent(one.published)} as it was read.",
                    "share",
                    unit,
                    one.corrected,
                    None,
                    len(answers.values) - answers.missing,
                    answers.missing,
                    one.low,
                    one.high,
                    f"audit and list drawn anew, {times:,} samples",
                    None,
                    None,
                    "corrected by the confusions of the audit (Kuha and Skinner 1997)",
                    table.name,
                    table.digest,
                    {"corrected share": percent(one.corrected), "corrected interval": ends},
                    (label, code),
                    (key,) if code in answers.scheme.codes else (),
                    answers.scheme.id,
                    answers.digest,
                    seed=work.seed(part),
                    cannot=CORRECTED_CANNOT,
                ),
            )
            if code in answers.scheme.codes
            else None
        )
        shown: tuple[str | Figure, ...] = (HELD, HELD, HELD)
        if claim is not None:
            shown = (percent(one.published), Figure(percent(one.corrected), claim.id), ends)
        rows.append((label, *shown))
    title = title_of(part, f"{answers.title}, without the errors of reading")
    notes = [
        f"From {audited_cells[0]:,} cells that were entered again; {audited_cells[1]:,} of which nothing can be read "
        "were left out."
    ]
    notes += [HELD_NOTE] if any(HELD in row for row in rows) else []
    columns = (answers.title, "As read", "Corrected", "95 % interval")
    return [TablePart(title, columns, tuple(rows), (False, True, True, True), tuple(notes)), caution(CORRECTED_CANNOT)]
