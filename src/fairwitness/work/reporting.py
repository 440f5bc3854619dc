"""Runs a recipe over the lists of a case: a report, its claims, and where the cells behind each of them stand.

Nothing is counted that nobody decided. All counts go through suppression together before a word is written, and a claim
that is built on a count that is held back is held back too. The same recipe over the same lists gives the same report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairwitness.analyse.suppression import Key
from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.ledger import extend_log
from fairwitness.publish.report import Heading, Part, Prose, Report
from fairwitness.work import (
    report_contrasts,
    report_dates,
    report_missing,
    report_parts,
    report_quality,
    report_reasons,
)
from fairwitness.work.recipes import PartAsked, Recipe, parse_recipe, refusal
from fairwitness.work.report_claims import Claims, Evidence, wrapped
from fairwitness.work.report_counts import Counts, CountsChanged, counts_from_json
from fairwitness.work.report_json import claims_json
from fairwitness.work.report_links import link_columns
from fairwitness.work.report_parts import Work, Writes
from fairwitness.work.report_sources import about_lists, source_parts
from fairwitness.work.report_tables import Lists, ListTable

RUNNERS: Mapping[str, report_contrasts.Runner] = {
    "tabulate": report_parts.tabulate,
    "crosstab": report_parts.crosstab,
    "profile": report_reasons.profile,
    "multiverse": report_reasons.multiverse,
    "contrast": report_contrasts.contrasted,
    "mantel-haenszel": report_contrasts.stratified,
    "adjusted": report_contrasts.adjusted,
    "consistency": report_contrasts.alike,
    "too-even": report_contrasts.evenly,
    "rates": report_contrasts.selected,
    "timeline": report_dates.timeline,
    "dates": report_dates.spikes,
    "agreement": report_quality.agreement,
    "audit": report_quality.audited,
    "corrected": report_quality.corrected,
    "overlap": report_missing.overlap,
    "estimates": report_missing.estimates,
}


@dataclass(frozen=True, slots=True)
class MadeReport:
    """A report as it was made.

    `claims` are the bytes of claims.json. `evidence` has for each claim the rows behind it with the cites of their
    cells: for the desk alone, since cites lead to persons. `digests` are those of the lists as they are now, by name.
    """

    report: Report
    recipe: Recipe
    claims: bytes
    evidence: Mapping[str, Evidence]
    digests: Mapping[str, str]
    withheld: int

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "title": self.report.title,
            "claims": len(self.report.claims),
            "claims_withheld": self.withheld,
            "recipe_sha256": hashlib.sha256(self.recipe.text.encode()).hexdigest(),
            "claims_sha256": hashlib.sha256(self.claims).hexdigest(),
            "digests": dict(self.digests),
        }


def make_report(case: Case, text: str, earlier: bytes = b"", *, renew: bool = False) -> MadeReport:
    """The report that the recipe asks for; `earlier` is the file claims.json of the report before.

    With `renew`, the digests of the lists may be others than those that the recipe expects.

    Raises:
        BadRecipe: if the recipe cannot be used, or a part of it cannot be worked out; with the line.
        CountsChanged: if `earlier` is no file of claims.
        CannotSuppress: if small counts cannot be protected.
    """
    recipe = parse_recipe(text)
    tables = {one.name: ListTable(case, one) for one in recipe.lists}
    for table in tables.values():
        _check_digest(table, renew=renew)
    work = Work(recipe, Lists(recipe, tables), (counts := Counts(recipe.threshold)), Claims(counts))
    writes = [_begun(work, part) for part in recipe.parts]
    link_columns(work.lists, counts)
    before = counts_of(earlier) if earlier else {}
    if counts.any:
        counts.settle(before)
    written = [[] if write is None else write() for write in writes]
    parts: list[Part] = []
    for part, made in zip(recipe.parts, written, strict=True):
        parts += made if part.kind in RUNNERS else [_spoken(work, part)]
    parts += source_parts(work)
    about = about_lists(work, hashlib.sha256(text.encode()).hexdigest())
    report = Report(recipe.title, recipe.dated, recipe.language, tuple(parts), tuple(work.claims.made), about)
    digests = {name: table.digest for name, table in tables.items()}
    return MadeReport(
        report, recipe, claims_json(report, work), dict(work.claims.evidence), digests, work.claims.withheld
    )


def counts_of(claims: bytes) -> dict[str, dict[Key, int | None]]:
    """The counts that a file claims.json tells.

    Raises:
        CountsChanged: if it is none.
    """
    try:
        plain = json.loads(claims)
        return counts_from_json(plain["counts"])
    except (ValueError, KeyError, TypeError):
        raise CountsChanged("That is no file of claims.") from None


def tell_report(case: Case, made: MadeReport) -> None:
    """The log of the case says which recipe was run and what came of it, by digests."""
    told = made.as_json()
    with case.marking() as changes:
        changes.add_event("report", {"recipe": told["recipe_sha256"], "claims": told["claims_sha256"]})
    extend_log(case)


def _begun(work: Work, part: PartAsked) -> Writes | None:
    runner = RUNNERS.get(part.kind)
    if runner is None and part.kind in ("heading", "text"):
        return None
    if runner is None:
        raise refusal(part.section, "kind", f"{part.kind} is not counted by this version")
    try:
        write = runner(work, part)
    except FairwitnessError as error:
        raise wrapped(part, error) from error

    def safely() -> list[Part]:
        try:
            return write()
        except FairwitnessError as error:
            raise wrapped(part, error) from error

    return safely


def _spoken(work: Work, part: PartAsked) -> Part:
    text = str(part.values["text"])
    if part.kind == "heading":
        return Heading(text, int(part.values["level"]))
    return Prose(work.claims.parts_of(part, " ".join(text.split())), bool(part.values["caution"]))


def _check_digest(table: ListTable, *, renew: bool) -> None:
    asked = table.asked
    if renew or asked.digest == table.digest:
        return
    line = f'digest = "{table.digest}"'
    if not asked.digest:
        raise refusal(
            asked.section, "list", "the recipe does not say which state of the list it is for", f"Write: {line}"
        )
    reason = "the list has changed since the recipe was written: its rows, its set-up, or what people decided or coded"
    raise refusal(asked.section, "digest", reason, f"Read the texts of the recipe again, then write: {line}")
