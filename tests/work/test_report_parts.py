"""Parts of a report about dates, about how good a list is, about several lists; and all that is bad in what they are given."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from fairwitness.analyse.suppression import CannotSuppress
from fairwitness.case.case import Case
from fairwitness.core.lists import Column
from fairwitness.custody.ledger import extend_log
from fairwitness.lists.errors import BadRecipe
from fairwitness.publish.report import ChartPart, Prose, TablePart
from fairwitness.work.auditing import attach_audit, audit_queue, begin_audit
from fairwitness.work.cell_entries import CELL, value_of
from fairwitness.work.heads import judge_over
from fairwitness.work.kept_lists import begin_list, change_list
from fairwitness.work.keying import Desk, enter
from fairwitness.work.reporting import MadeReport, make_report
from tests.work.support_lists import case_with_text, rows_of
from tests.work.support_reports import HEAD, case_with_register, register, setup_of

ROWS = 60
HEAD = HEAD.replace("DIGEST", "0" * 64)
TRUTH = register(ROWS)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_with_register(tmp_path_factory.mktemp("parts"), ROWS)[0]


def made(case: Case, *parts: str, head: str = HEAD) -> MadeReport:
    """The report over the lists as they are now."""
    text = head + "\n".join(f"[[part]]\n{part}" for part in parts)
    while True:
        try:
            return make_report(case, text)
        except BadRecipe as error:
            found = re.search(r'Write: digest = "([0-9a-f]{64})"|then write: digest = "([0-9a-f]{64})"', error.advice)
            if found is None:
                raise
            lines = text.split("\n")
            at = next(
                n for n, line in enumerate(lines[error.line - 1 :], error.line - 1) if line.startswith("digest =")
            )
            text = "\n".join([*lines[:at], f'digest = "{found[1] or found[2]}"', *lines[at + 1 :]])


def rows_in(found: MadeReport, at: int = 0) -> list[list[str]]:
    tables = [one for one in found.report.parts if isinstance(one, TablePart)]
    return [[cell if isinstance(cell, str) else cell.text for cell in row] for row in tables[at].rows]


def test_a_timeline_counts_months_and_goes_with_that_of_years(case: Case) -> None:
    found = made(case, 'kind = "timeline"\ncolumn = "day"', 'kind = "timeline"\ncolumn = "day"\nby = "year"')
    months = Counter(row["day"][:7] for row in TRUTH)
    assert rows_in(found) == [[month, str(count)] for month, count in sorted(months.items())]
    assert rows_in(found, 1) == [["2017", str(ROWS)]]
    chart = next(one for one in found.report.parts if isinstance(one, ChartPart))
    assert (
        chart.kind == "timeline"
        and chart.rows[0]["earliest"] == "2017-03-01"
        and chart.rows[0]["latest"] == "2017-03-31"
    )


def test_days_that_stand_out_are_told_and_small_days_are_not(case: Case) -> None:
    found = made(case, 'kind = "dates"\ncolumn = "day"\ntimes = 200')
    rounded = sum(
        date.fromisoformat(row["day"]).day in (1, 10, 15, 20, 31) or row["day"].endswith("04-30") for row in TRUTH
    )
    share = next(one for one in found.report.claims if one.kind == "share")
    assert (share.numerator, share.denominator) == (rounded, ROWS)
    assert all(int(row[1]) >= 5 for row in rows_in(found) if re.match(r"2017-\d\d-\d\d", row[0]))
    with pytest.raises(BadRecipe, match="parts of these dates"):
        variable = '[[variable]]\nname = "month"\ncolumn = "day"\ndate_part = "month"\n'
        made(case, 'kind = "dates"\ncolumn = "day"', head=HEAD + variable)


def test_agreement_of_coders_is_a_claim_for_each_code(case: Case) -> None:
    found = made(case, 'kind = "agreement"\ncodebook = "reasons@1"\ntimes = 100')
    codes = [row["codes"].split() for row in TRUTH]
    first = {at: some[:1] for at, some in enumerate(codes) if at % 10 == 3}  # what the other coder said of these
    same = sum(("travel" in some) == ("travel" in first.get(at, some)) for at, some in enumerate(codes))
    claim = next(one for one in found.report.claims if one.sentence.find("cells of travel") > 0)
    assert claim.value == pytest.approx(same / ROWS) and claim.unit == "cell" and claim.seed == 1
    with pytest.raises(BadRecipe, match="independently"):
        made(case, 'kind = "agreement"')  # the list was reviewed by one person


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Forty verdicts keyed by two people, who agree; an audit finds that two of those that say kept say freed."""
    case = case_with_text(tmp_path_factory.mktemp("keyed"))
    columns = (Column("verdict", kind="code", codes=("kept", "freed"), personal=False),)
    made_list = begin_list(case, "Register", setup_of(columns), "heron")
    kept = change_list(
        case, made_list.id, "heron", rows=rows_of(case.queries.documents(0)[0].digest, 40, columns=columns)
    )
    with case.marking() as changes:
        for at, cell in enumerate(Desk(case, kept).cells):
            for by in ("heron", "tern"):
                value = value_of("text", "kept" if at < 25 else "freed", "")
                judge_over(changes, f"{CELL}{kept.id}:{cell}", f"key:{by}", value, by, ())
    extend_log(case)
    draw = begin_audit(case, kept, "egret", 40, seed="1")
    desk = Desk(case, kept)
    order = list(desk.cells)
    for cell in audit_queue(desk, "egret"):
        text = "freed" if order.index(cell) in (0, 1) or order.index(cell) >= 25 else "kept"
        enter(case, kept, cell, "egret", "audit", "text", text, draw=draw.id)
    attach_audit(case, kept, "egret")
    return case


KEYED_HEAD = HEAD[: HEAD.index("[[variable]]")].replace('person = "number"\n', "")


def test_an_audit_and_what_it_does_to_shares(keyed: Case) -> None:
    parts = [
        'kind = "audit"',
        'kind = "corrected"\nvariable = "verdict"\ntimes = 200',
        'kind = "agreement"\ntimes = 100',
    ]
    found = made(keyed, *parts, head=KEYED_HEAD)
    assert rows_in(found)[-1] == ["all columns", "40 of 40", "2", "5.00 % (5.00 to 5.00 %)"]  # all were entered again
    kept, freed = rows_in(found, 1)
    assert kept[:3] == ["kept", "62.5 %", "57.5 %"] and freed[:3] == ["freed", "37.5 %", "42.5 %"]
    assert rows_in(found, 2)[0][2].startswith("100.0 %")
    assert any("not settled" in note for one in found.report.parts if isinstance(one, TablePart) for note in one.notes)


def test_parts_about_an_audit_that_there_is_not_are_refused(case: Case) -> None:
    for part in ('kind = "audit"', 'kind = "corrected"\nvariable = "verdict"'):
        with pytest.raises(BadRecipe, match="no audit"):
            made(case, part)


def test_lists_are_laid_over_one_another_by_numbers_that_people_read(tmp_path: Path) -> None:
    case = case_with_text(tmp_path)
    document = case.queries.documents(0)[0].digest
    columns = (Column("number", kind="identity"),)
    numbers = {"A": range(60), "B": range(40, 90), "C": range(50, 70)}
    blocks = []
    for shift, (name, some) in enumerate(numbers.items()):
        listed = rows_of(document, len(some) + 1, pages=shift + 1, columns=columns)
        kept = change_list(case, begin_list(case, name, setup_of(columns), "heron").id, "heron", rows=listed)
        with case.marking() as changes:
            for cell, number in zip(Desk(case, kept).cells, some, strict=False):  # the last row of each stays undecided
                value = value_of("text", f"{500 + number}", "engine")
                judge_over(changes, f"{CELL}{kept.id}:{cell}", "review:heron", value, "heron", ())
        blocks.append(f'[[list]]\nlist = "{name}"\nperson = "number"\ndigest = "{shift:064x}"\n')
    extend_log(case)
    head = HEAD[: HEAD.index("[[list]]")] + "\n".join(blocks)
    overlap = 'kind = "overlap"\nname = "three"\nlists = ["A", "B", "C"]'
    found = made(case, overlap, 'kind = "estimates"\nof = "three"\nmethods = ["dga", "chao-lb"]', head=head)
    sets = {name: set(some) for name, some in numbers.items()}
    for row in rows_in(found):
        names = re.split(", | and ", row[0])
        on = set.intersection(*(sets[name] for name in names)) - set().union(*(sets[n] for n in sets if n not in names))
        assert row[1] == str(len(on))
    assert "3 rows have no number" in str(found.report.parts[0])
    assert any(isinstance(one, Prose) and "no headline" in str(one.parts) for one in found.report.parts)
    assert not any("50" in name and ":p" not in name for name in found.evidence)
    (first, *_) = found.report.claims
    assert len(found.evidence[first.id]) == first.numerator


def test_a_list_with_the_same_row_twice_is_refused(tmp_path: Path) -> None:
    case = case_with_text(tmp_path)
    columns = (Column("verdict", kind="code", codes=("kept", "freed"), personal=False),)
    listed = rows_of(case.queries.documents(0)[0].digest, 6, columns=columns)
    twice = replace(listed, rows=(*listed.rows, listed.rows[0]))
    change_list(case, begin_list(case, "Register", setup_of(columns), "heron").id, "heron", rows=twice)
    with pytest.raises(BadRecipe, match="same place"):
        made(case, 'kind = "tabulate"\nvariable = "verdict"', head=KEYED_HEAD)


def test_a_census_needs_every_page_and_then_chance_has_no_part(tmp_path: Path) -> None:
    case = case_with_text(tmp_path)
    columns = (Column("verdict", kind="code", codes=("kept", "freed"), personal=False),)
    document = case.queries.documents(0)[0].digest
    listed = rows_of(document, 20, columns=columns)
    kept = change_list(case, begin_list(case, "Register", setup_of(columns), "heron").id, "heron", rows=listed)
    with case.marking() as changes:
        for at, cell in enumerate(Desk(case, kept).cells):
            value = value_of("text", "kept" if at < 12 else "freed", "engine")
            judge_over(changes, f"{CELL}{kept.id}:{cell}", "review:heron", value, "heron", ())
    extend_log(case)
    head, part = KEYED_HEAD.replace("digest =", "census = true\ndigest ="), 'kind = "tabulate"\nvariable = "verdict"'
    (first, _) = made(case, part, head=head).report.claims
    assert (first.value, first.low, first.high) == (0.6, None, None) and first.interval.startswith("census")
    change_list(case, kept.id, "heron", rows=replace(listed, pages=(*listed.pages, (document, 3, "no_table"))))
    with pytest.raises(BadRecipe, match="no census"):
        made(case, part, head=head)


GIVEN = 'kind = "overlap"\nname = "given"\nsource = "A made-up table"\nnames = {}\ncounts = {}'


def given(names: int, counts: str) -> str:
    return GIVEN.format([f"L{at}" for at in range(names)], counts)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([given(7, '{ 1111111 = 3 }')], "7 lists"),
        ([given(1, '{ 1 = 3 }')], "1 lists"),
        ([given(2, '{ 11 = -3 }')], "negative"),
        ([given(2, '{ 11 = 2.5 }')], "whole number"),
        ([given(2, '{ 10 = 30, 01 = 20 }'), 'kind = "estimates"\nof = "given"'], "Nobody is on two lists"),
        ([given(2, '{ 10 = 30, 11 = 20 }').replace("A made-up table", "")], "no source"),
        (['kind = "overlap"\nlists = ["register"]'], "1 lists"),
        (['kind = "overlap"\nlists = ["register", "moon"]'], "no \\[\\[list\\]\\]"),
        (['kind = "estimates"\nof = "nothing"'], "no overlap"),
        (['kind = "timeline"\ncolumn = "verdict"'], "no column of dates"),
        (['kind = "tabulate"\nvariable = "one"'], "no such column"),
        (['kind = "contrast"\ngroup = "two"\nfirst = "early"\nsecond = "late"\noutcome = "verdict"\ncounts = ["kept"]'],
         "A group has"),
        (['kind = "contrast"\ngroup = "office"\nfirst = "canal office"\nsecond = "mill office"\noutcome = "verdict"\n'
          'counts = ["kept", "freed", "sent on"]'], "a cell of the table is empty"),
        (['kind = "mantel-haenszel"\ngroup = "office"\nfirst = "canal office"\nsecond = "mill office"\noutcome = "verdict"\n'
          'counts = ["kept"]\nstrata = "office"'], "No stratum"),
        (['kind = "adjusted"\ngroup = "office"\nfirst = "canal office"\nsecond = "mill office"\noutcome = "verdict"\n'
          'counts = ["kept", "freed", "sent on"]\nadjust = ["outcome"]'], "same outcome|facts decide"),
        (['kind = "consistency"\nfacts = ["office"]\ndecision = "all"'], "same decision"),
        (['kind = "too-even"\noffices = "office"\noutcome = "all"\ncounts = ["any"]'], "same outcome"),
        (['kind = "crosstab"\nrows = "all"\ncolumns = "verdict"\ntest = true'], "one value only"),
        (['kind = "rates"\ngroup = "office"\nfirst = "canal office"\nsecond = "mill office"\nsource = "x"\n'
          'population = { "canal office" = 10 }'], "lacks one"),
        (['kind = "rates"\ngroup = "office"\nfirst = "canal office"\nsecond = "mill office"\nsource = " "\n'
          'population = { "canal office" = 10 }'], "say something"),
        (['kind = "tabulate"\nvariable = "strange"'], "stand in no group"),
        (['kind = "tabulate"\nvariable = "verdict"\nunit = "person"\nlist = "moon"'], "no \\[\\[list\\]\\]"),
        (['kind = "multiverse"\nwhat = "x"\nvariants = [{ variable = "reasons", codes = ["faith"] }]'], "not among those"),
    ],
)  # fmt: skip
def test_bad_input_is_an_error_with_its_line_and_what_to_do(case: Case, parts: list[str], says: str) -> None:
    head = HEAD + (
        '[[variable]]\nname = "all"\ncolumn = "verdict"\ngroups = { any = ["kept", "freed", "sent on"] }\n'
        '[[variable]]\nname = "strange"\ncolumn = "verdict"\ngroups = { any = ["lost"] }\n'
        '[[variable]]\nname = "one"\ncolumn = "moon"\n'
        '[[variable]]\nname = "two"\ncolumn = "day"\nrest = "late"\ngroups = { early = ["2017-03-01"] }\n'
    )
    with pytest.raises(BadRecipe, match=says) as caught:
        made(case, *parts, head=head)
    assert caught.value.line > 0 and caught.value.advice and "nan" not in str(caught.value).casefold().split()


def test_a_list_of_which_nothing_is_decided_or_that_cannot_be_protected_is_refused(tmp_path: Path) -> None:
    case = case_with_text(tmp_path)
    columns = (Column("verdict", kind="code", codes=("kept", "freed"), personal=False),)
    empty = begin_list(case, "Register", setup_of(columns), "heron")
    part = 'kind = "tabulate"\nvariable = "verdict"'
    with pytest.raises(BadRecipe, match="has no rows"):
        made(case, part, head=KEYED_HEAD)
    kept = change_list(case, empty.id, "heron", rows=rows_of(case.queries.documents(0)[0].digest, 4, columns=columns))
    with pytest.raises(BadRecipe, match="no row has an answer"):
        made(case, part, head=KEYED_HEAD)
    for cell in Desk(case, kept).cells:
        enter(case, kept, cell, "heron", "review", "text", "kept", "engine")
    with pytest.raises(CannotSuppress):
        made(case, part, head=KEYED_HEAD)  # four rows alike: the whole is small and nothing can guard it
