"""A recipe run over a made-up register: the figures are right, small counts stay in, the second run gives the same bytes."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from scipy.optimize import linprog

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.lists.errors import BadRecipe
from fairwitness.publish.report import ChartPart, Figure, Prose, TablePart
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk, enter
from fairwitness.work.progress import Progress
from fairwitness.work.reporting import MadeReport, make_report
from fairwitness.work.verifying import verify
from tests.work.support_lists import json_of, said_by
from tests.work.support_reports import HEAD, OFFICES, ROWS, VERDICTS, case_with_register, register

TRUTH = register()
READ = [row | {"verdict": ""} if at == 4 or at >= ROWS - 6 else row for at, row in enumerate(TRUTH)]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return case_with_register(tmp_path_factory.mktemp("report"))[0]


@pytest.fixture(scope="module")
def digest(case: Case) -> str:
    return digest_of(case)


def digest_of(case: Case) -> str:
    """What a recipe must say of the list as it is now; the refusal of another one names it."""
    with pytest.raises(BadRecipe, match="changed since") as caught:
        make_report(case, HEAD.replace("DIGEST", "0" * 64) + PLAIN)
    found = re.search(r'digest = "([0-9a-f]{64})"', caught.value.advice)
    assert found is not None
    return found[1]


PLAIN = '[[part]]\nkind = "tabulate"\nname = "verdicts"\nvariable = "verdict"\n'


def made(case: Case, digest: str, *parts: str, head: str = HEAD, **rest: bytes) -> MadeReport:
    return make_report(case, head.replace("DIGEST", digest) + "\n".join(f"[[part]]\n{part}" for part in parts), **rest)


def table_of(report: MadeReport, at: int = 0) -> dict[str, tuple[str, ...]]:
    tables = [one for one in report.report.parts if isinstance(one, TablePart)]
    return {_text(row[0]): tuple(map(_text, row[1:])) for row in tables[at].rows}


def _text(cell: str | Figure) -> str:
    return cell if isinstance(cell, str) else cell.text


def test_a_table_counts_what_people_decided_and_says_what_is_missing(case: Case, digest: str) -> None:
    found = made(case, digest, 'kind = "tabulate"\nvariable = "verdict"')
    counts = Counter(row["verdict"] for row in READ)
    assert counts[""] == 7
    for verdict in VERDICTS:
        share = counts[verdict] / (ROWS - 7)
        assert table_of(found)[verdict][:2] == (f"{counts[verdict]}", f"{100 * share:.1f} %")
    (claim, *_) = found.report.claims
    assert (claim.numerator, claim.denominator, claim.missing) == (counts["kept"], ROWS - 7, 7)
    assert claim.least == counts["kept"] / ROWS and claim.most == (counts["kept"] + 7) / ROWS
    assert "6 undecided, 1 illegible" in str(found.report.parts[0])


def test_rows_persons_and_mentions_have_other_denominators(case: Case, digest: str) -> None:
    parts = [f'kind = "tabulate"\nvariable = "reasons"\nunit = "{unit}"' for unit in ("row", "person", "mention")]
    found = made(case, digest, *parts)
    said = [set(row["codes"].split()) for row in TRUTH]
    assert (differ := sum(at % 10 == 3 and len(codes) > 1 for at, codes in enumerate(said))) > 0
    agreed = {at: codes for at, codes in enumerate(said) if not (at % 10 == 3 and len(codes) > 1)}
    persons: dict[str, set[str]] = {}
    for at, codes in agreed.items():
        persons.setdefault(TRUTH[at]["number"], set()).update(codes)
    claims = {(one.unit, one.sentence.split("“")[1].split("”")[0]): one for one in found.report.claims}
    row, person, mention = (claims[unit, "Travel"] for unit in ("row", "person", "mention"))
    assert (row.denominator, row.missing) == (ROWS - differ, differ)
    assert row.numerator == mention.numerator == sum("travel" in codes for codes in agreed.values())
    assert (person.numerator, person.denominator) == (sum("travel" in one for one in persons.values()), len(persons))
    assert mention.denominator == sum(map(len, agreed.values()))


CROSS = 'kind = "crosstab"\nname = "cross"\nrows = "office"\ncolumns = "verdict"'


def test_small_counts_are_held_back_with_what_guards_them_and_with_their_claims(case: Case, digest: str) -> None:
    found = made(case, digest, CROSS)
    cells = Counter((row["office"], row["verdict"]) for row in READ)
    small = {cell for cell, count in cells.items() if 0 < count < 5 and cell[1]}
    assert small
    table = table_of(found)
    for (office, verdict), count in cells.items():
        if verdict:
            shown = table[office][VERDICTS.index(verdict)]
            assert shown == "x" or shown.startswith(f"{count} (")
            assert shown == "x" or (office, verdict) not in small
    held = [cell for line in table.values() for cell in line].count("x")
    assert held > len(small) and found.withheld == held
    told = json.loads(found.claims)
    assert told["suppression"]["held_back"] == held
    for office, verdict in small:
        assert not any(f"“{office}”" in one["sentence"] and f"“{verdict}”" in one["sentence"] for one in told["claims"])


def test_a_stranger_who_holds_all_tables_side_by_side_cannot_narrow_a_small_count(case: Case, digest: str) -> None:
    """Linear programs over the true cells, from nothing but what is printed: a column as it is, in groups, as an outcome."""
    other = '[[variable]]\nname = "lot"\ncolumn = "verdict"\ngroups = { in = ["kept", "sent on"], out = ["freed"] }\n'
    against = (
        'kind = "contrast"\ngroup = "office"\nfirst = "canal office"\nsecond = "mill office"\noutcome = "verdict"\n'
    )
    parts = [CROSS, CROSS.replace("verdict", "outcome").replace('"cross"', '"groups"'),
             CROSS.replace("verdict", "lot").replace('"cross"', '"lots"'), PLAIN.removeprefix("[[part]]\n"),
             against + 'counts = ["freed", "sent on"]']  # fmt: skip
    found = made(case, digest, *parts, head=HEAD + other)
    names = {"cross": VERDICTS, "groups": ("kept", "gone"), "lots": ("in", "out")}
    means = {"gone": {"freed", "sent on"}, "in": {"kept", "sent on"}, "out": {"freed"}}
    cells = [(office, verdict) for office in OFFICES for verdict in VERDICTS]
    truth = Counter((row["office"], row["verdict"]) for row in READ)
    missing = Counter(row["office"] for row in READ if not row["verdict"])
    known: list[tuple[list[float], float]] = []

    def tell(wanted: set[tuple[str, str]], value: str) -> None:
        if value != "x":
            known.append(([float(cell in wanted) for cell in cells], float(value.split(" ")[0].replace(",", ""))))

    for at, (_, values) in enumerate(names.items()):
        for office, line in table_of(found, at).items():
            for value, shown in zip(values, line, strict=False):
                tell({(office, verdict) for verdict in means.get(value, {value})}, shown)
            known.append(([float(cell[0] == office) for cell in cells], float(line[-1]) - missing[office]))
    for verdict, line in table_of(found, 3).items():
        tell({cell for cell in cells if cell[1] == verdict}, line[0])
    if len(parts) == 5 and any(
        isinstance(one, TablePart) and one.columns[1] == "With it" for one in found.report.parts
    ):
        for office, line in table_of(found, 4).items():
            tell({(office, verdict) for verdict in ("freed", "sent on")}, line[0])
    assert all(sum(c * truth[cell] for c, cell in zip(row, cells, strict=True)) == value for row, value in known)
    small = [cell for cell in cells if 0 < truth[cell] < 5]
    assert small
    for cell in small:
        aim = [float(one == cell) for one in cells]
        ends = [
            linprog([sign * a for a in aim], A_eq=[row for row, _ in known], b_eq=[value for _, value in known]).fun
            * sign
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] >= 5 - 1e-6


def test_texts_point_to_figures_and_those_that_do_not_exist_are_refused(case: Case, digest: str) -> None:
    part = PLAIN.removeprefix("[[part]]\n")
    text = 'kind = "text"\ntext = "So {count of kept} or {share of kept in verdicts} of {denominator of kept}."'
    found = made(case, digest, text, part)
    (prose, *_) = found.report.parts
    assert isinstance(prose, Prose) and [one.claim for one in prose.parts if isinstance(one, Figure)] == ["c1"] * 3
    count = Counter(row["verdict"] for row in READ)["kept"]
    assert "".join(map(_text, prose.parts)) == f"So {count} or {100 * count / (ROWS - 7):.1f} % of {ROWS - 7}."
    for words, says in (("share of faith", "no part has"), ("share of kept", "several parts")):
        with pytest.raises(BadRecipe, match=says) as caught:
            made(case, digest, part, part.replace('"verdicts"', '"again"'), f'kind = "text"\ntext = "{{{words}}}"')
        assert "text" in caught.value.key and caught.value.line


EVERYTHING = [
    'kind = "tabulate"\nvariable = "reasons"\nunit = "person"\nname = "persons"',
    'kind = "crosstab"\nname = "by office"\nrows = "office"\ncolumns = "reasons"',
    'kind = "crosstab"\nname = "tested"\nrows = "office"\ncolumns = "outcome"\ntest = true',
    'kind = "profile"\nvariable = "reasons"\ntexts = "reason"',
    'kind = "multiverse"\nwhat = "conduct"\nvariants = [{ variable = "reasons", codes = ["travel", "dress"] },'
    ' { variable = "wide", codes = ["travel", "dress"] }]',
    'kind = "contrast"\ngroup = "office"\nfirst = "canal office"\nsecond = "mill office"\noutcome = "outcome"\ncounts = ["kept"]',
    'kind = "consistency"\nfacts = ["reasons"]\ndecision = "outcome"\ncluster = "page"',
    'kind = "too-even"\noffices = "office"\noutcome = "outcome"\ncounts = ["kept"]',
]  # fmt: skip


def test_the_same_recipe_gives_the_same_bytes_and_no_number_is_missing_one(case: Case, digest: str) -> None:
    found, again = (made(case, digest, *EVERYTHING) for _ in range(2))
    assert found.report == again.report and found.claims == again.claims and found.evidence == again.evidence
    assert not re.search(rb"\b(nan|inf|infinity)\b", found.claims, re.IGNORECASE)
    assert [one.id for one in found.report.claims] == [f"c{at + 1}" for at in range(len(found.report.claims))]
    charts = [one for one in found.report.parts if isinstance(one, ChartPart)]
    assert charts and all(row["value"] is not None or row["text"] == "x" for chart in charts for row in chart.rows)


def test_no_text_name_number_or_cite_of_the_list_is_in_the_report(case: Case, digest: str) -> None:
    found = made(case, digest, *EVERYTHING)
    told = found.claims.decode() + str(found.report)
    for row in TRUTH:
        assert row["reason"] not in told and row["number"] not in told
    assert not re.search(r":p\d+:r\d+,", told)
    assert any(cites for some in found.evidence.values() for _, cites in some)
    assert set(found.evidence) == {one.id for one in found.report.claims}


def test_every_claim_of_a_share_has_as_many_rows_behind_it_as_it_counts(case: Case, digest: str) -> None:
    found = made(case, digest, 'kind = "tabulate"\nvariable = "verdict"', CROSS)
    rows = {row.id: at for at, row in enumerate(Desk(case, kept_list(case, "Register")).list.data_rows)}
    for claim in found.report.claims:
        assert len(found.evidence[claim.id]) == claim.numerator
        for name, cites in found.evidence[claim.id]:
            assert READ[rows[name]]["verdict"] in claim.sentence and cites


def test_a_list_that_changed_is_refused_with_the_line_that_renews_the_recipe(tmp_path: Path) -> None:
    case, kept = case_with_register(tmp_path, 30)
    old = digest_of(case)
    assert made(case, old, PLAIN.removeprefix("[[part]]\n"))
    last = Desk(case, kept).list.rows[-1].cells[-1].places[0]
    enter(case, kept, last, "heron", "review", "text", "kept", "engine")
    with pytest.raises(BadRecipe, match="changed since") as caught:
        made(case, old, PLAIN.removeprefix("[[part]]\n"))
    assert (caught.value.line, caught.value.key) == (10, "digest") and old not in caught.value.advice


@pytest.mark.parametrize(
    ("head", "part", "says"),
    [
        ("", 'kind = "tabulate"\nvariable = "number"', "names people"),
        ("", 'kind = "tabulate"\nvariable = "reason"', "personal"),
        ("", 'kind = "tabulate"\nvariable = "no"', "no variable"),
        ("", 'kind = "tabulate"\nvariable = "day"', "tells rows apart"),
        ("", 'kind = "consistency"\nfacts = ["number"]\ndecision = "verdict"', "names people"),
        ("", EVERYTHING[5].replace("mill", "moon"), "no value"),
        ("", EVERYTHING[5].replace('["kept"]', '["lost"]'), "no value"),
        ('[[variable]]\nname = "few"\ncolumn = "verdict"\ngroups = { kept = ["kept"] }\n',
         'kind = "tabulate"\nvariable = "few"', "stand in no group"),
        ('[[variable]]\nname = "other"\ncolumn = "reason"\ncodebook = "faith@1"\n', 'kind = "tabulate"\nvariable = "other"',
         "no such codebook"),
        ("", 'kind = "crosstab"\nrows = "reasons"\ncolumns = "verdict"', "several codes"),
        ("", EVERYTHING[7].replace('"office"', '"verdict"'), "no value|same|An office has"),
        ("", 'kind = "profile"\nvariable = "verdict"', "no variable of a codebook"),
        ("", 'kind = "tabulate"\nvariable = "verdict"\ncolour = "red"', "no key"),
        ("", 'kind = "prediction"\nvariable = "verdict"', "one of"),
    ],
)  # fmt: skip
def test_what_may_not_or_cannot_be_counted_is_refused_with_its_line(
    case: Case, digest: str, head: str, part: str, says: str
) -> None:
    with pytest.raises(BadRecipe, match=says) as caught:
        made(case, digest, part, head=HEAD + head)
    assert caught.value.line > 0 and caught.value.advice


def test_differences_to_the_report_before_are_protected(tmp_path: Path) -> None:
    case, kept = case_with_register(tmp_path, 40, undecided=3)

    def report(earlier: bytes = b"") -> MadeReport:
        return made(case, digest_of(case), PLAIN.removeprefix("[[part]]\n"), earlier=earlier)

    first = report()
    assert "x" not in table_of(first)["kept"]
    last = Desk(case, kept).list.rows[-1].cells[-1].places[0]
    enter(case, kept, last, "heron", "review", "text", "kept", "engine")
    alone, beside = table_of(report())["kept"], table_of(report(first.claims))["kept"]
    assert alone[0] != "x" and beside[0] == "x"  # one more: the difference would tell the verdict of that row
    with pytest.raises(FairwitnessError):
        report(b"{}")


def test_the_command_writes_the_files_tells_the_log_and_checks(case: Case, digest: str, tmp_path: Path) -> None:
    recipe, out = tmp_path / "recipe.toml", tmp_path / "out"
    recipe.write_text(HEAD.replace("DIGEST", digest) + PLAIN, "utf-8")
    assert "Nothing was written" in said_by("report", case.folder, recipe, "--check")
    told = json_of("report", case.folder, recipe, "-o", out)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert {"claims.json", "recipe.toml"} <= set(first) == set(told["files"]) and "evidence.json" not in first
    assert {"report.html", "report.pdf"} <= set(first)  # that both are the same each time: tests/publish
    events = [json.loads(body) for body in case.queries.events(0)]
    assert events[-1]["type"] == "report" and events[-1]["claims"] == told["claims_sha256"]
    assert verify(case, Progress(None)).is_sound


def test_a_recipe_to_begin_with_can_be_run(case: Case, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(said_by("report", case.folder, "--new"), "utf-8")
    told = json_of("report", case.folder, tmp_path / "new.toml", "--check")
    assert told["claims"] >= len(OFFICES) + len(VERDICTS) + 4
