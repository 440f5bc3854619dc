"""Makes a release: one folder that opens without a server, out of what people checked, covered and let go.

Two people stand behind it. One asks for it; another has approved exactly this: the recipe, the findings as they read,
the redactions as they are, the lists and the reports, by one digest. Then each document goes through the gate, every
text of the site is searched for what is withheld, and the marks of the source are asked about. If anything is refused,
nothing is written; the log tells of what was.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.keys import SigningKey
from fairwitness.custody.ledger import extend_log
from fairwitness.publish.bag import Content
from fairwitness.publish.site import Site, SiteFinding, SiteReport, release_files, texts_of
from fairwitness.publish.withheld import in_text, withheld
from fairwitness.search.highlight import matches
from fairwitness.work.bag_contents import Names, chosen_findings
from fairwitness.work.findings import CHECKED, Finding
from fairwitness.work.gating import make_and_gate, withheld_of
from fairwitness.work.handing_over import BagOptions, HandedOver, hand_over
from fairwitness.work.judging import YES, judge, signature
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.people_releases import note_release
from fairwitness.work.recognising import ENGINE
from fairwitness.work.redacting import Redaction, obstacles, redaction
from fairwitness.work.redaction_finding import names_covered
from fairwitness.work.release_contents import Released, proofs_of, site_documents, site_findings, site_lists, stated
from fairwitness.work.release_recipe import ReleaseRecipe, report_files
from fairwitness.work.source_safety import source_gate

APPROVAL = "publication:"
_APPROVED = "approved:"
_COPIES = "source-copies"
_BY_PEOPLE = frozenset({_COPIES, "source-checklist"})


class NotReleasable(FairwitnessError):
    """Something is in the way of a release; nothing was written."""

    code = "not_releasable"

    def __init__(self, questions: Sequence[Question]) -> None:
        refused = [one for one in questions if not one.passed]
        first = " ".join(one.why for one in refused[:3])
        more = f" And {len(refused) - 3} more." if len(refused) > 3 else ""
        super().__init__(f"Nothing is released. {first}{more}", advice="Run: fairwitness release CASE RECIPE --check")
        self.questions = tuple(questions)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that must be so before anything leaves: a name for programs, the answer, and words."""

    name: str
    passed: bool
    why: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a recipe names, found in the case; `digest` is what a second person approves."""

    recipe: ReleaseRecipe
    findings: tuple[Finding, ...]
    redactions: tuple[Redaction, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class ReleaseMade:
    """A release that was written: the bag, its questions, and how much is in it."""

    handed: HandedOver
    digest: str
    questions: tuple[Question, ...]
    findings: int
    pages: int
    covered: int

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        told = {"release": self.digest, "questions": [one.as_json() for one in self.questions]}
        counts = {"findings": self.findings, "pages": self.pages, "covered": self.covered}
        return told | counts | {"bag": self.handed.as_json()}


def prepare(case: Case, recipe: ReleaseRecipe) -> Prepared:
    """What the recipe names, as it is now.

    Raises:
        NotFound: if a finding, a redaction or a list is not in the case.
        BadBag: if a finding was withdrawn.
    """
    findings = tuple(chosen_findings(case, recipe.findings)) if recipe.findings else ()
    redactions = tuple(redaction(case, part.redaction) for part in recipe.documents)
    told = {
        "recipe": recipe.sha256,
        "findings": [[one.id, one.sentence, one.status, list(one.cites)] for one in findings],
        "redactions": [[one.id, one.version] for one in redactions],
        "lists": [_version_of_list(case, part.list) for part in recipe.lists],
        "reports": [
            {name: hashlib.sha256(data).hexdigest() for name, data in report_files(part).items()}
            for part in recipe.reports
        ],
    }
    return Prepared(recipe, findings, redactions, hashlib.sha256(canonical_json(told)).hexdigest())


def approve(case: Case, ready: Prepared, by: str) -> None:
    """Somebody has looked at exactly this and lets it go; the log tells of it.

    Raises:
        BadSignature: if nobody can sign with `by`.
    """
    judge(case, APPROVAL + ready.digest, {_APPROVED + signature(by): YES}, by)
    extend_log(case)


def questions_before(case: Case, ready: Prepared, by: str = "") -> list[Question]:
    """What can be answered before anything is made; `by` is who asks for the release, who cannot approve it too."""
    return [
        _of_findings(ready.findings),
        *(_of_redaction(case, number, one) for number, one in enumerate(ready.redactions, 1)),
        *_of_people_who_looked(case, ready.redactions),
        _of_texts("words", _words(ready), ready.redactions),
        _of_evidence(_reports(ready.recipe)),
        _of_approval(case, ready, by),
    ]


def make_release(
    case: Case,
    ready: Prepared,
    target: Path,
    by: str,
    *,
    key: SigningKey | None = None,
    engine: str = ENGINE,
    unlocked: bool = False,
    tell: Callable[[str], None] = lambda said: None,
) -> ReleaseMade:
    """The release is at `target`, a bag with a site in it; the log tells of it, and so does the case of its people.

    With `key` the log is signed, so that the signature covers every file. `tell` hears what is being done.

    Raises:
        BadSignature: if nobody can sign with `by`.
        NotReleasable: with every question that was answered with no; nothing was written.
        BadBag: if something is at `target`.
        NoEngine, NoSandbox: as `make_redaction` does.
    """
    signature(by)
    questions = questions_before(case, ready, by)
    _refuse(questions)
    released: list[Released] = []
    for part, one in zip(ready.recipe.documents, ready.redactions, strict=True):
        tell(f"document {len(released) + 1} of {len(ready.redactions)}")
        finding_ids = [finding.id for finding in ready.findings]
        gated = make_and_gate(case, one, by, engine=engine, findings=finding_ids, unlocked=unlocked)
        proofs = proofs_of(case, gated.made, unlocked=unlocked) if gated.report.passed else {}
        released.append(Released(part, one, gated, proofs))
        questions.append(_of_gate(len(released), released[-1]))
    _refuse(questions)
    after: list[Question] = []

    def contents(names: Names) -> Mapping[str, Content]:
        site, asked = _site(case, ready, released, names, unlocked=unlocked)
        after.extend(asked)
        _refuse([*questions, *after])
        return release_files(site)

    options = BagOptions(findings=tuple(one.id for one in ready.findings) or ("none",), title=ready.recipe.title)
    tell("the site and its proofs")
    handed = hand_over(case, target, options, by, contents, key)
    note_release(case, f"{ready.recipe.name}-{ready.digest[:12]}", (), by)
    extend_log(case)
    pages = [page for one in released for page in one.gated.made.pages]
    return ReleaseMade(
        handed=handed,
        digest=ready.digest,
        questions=(*questions, *after),
        findings=len(ready.findings),
        pages=len(pages),
        covered=sum(len(page.rectangles) for page in pages),
    )


# --- what is in it ------------------------------------------------------------------------------------------------


def _site(
    case: Case, ready: Prepared, released: Sequence[Released], names: Names, *, unlocked: bool
) -> tuple[Site, list[Question]]:
    recipe = ready.recipe
    documents = site_documents(released, names)
    findings = site_findings(case, ready.findings, released, names, unlocked=unlocked)
    lists = site_lists(case, recipe.lists, names)
    written = [recipe.title, *recipe.summary, *recipe.method, *(one.sentence for one in findings)]
    titles = [one.title for one in recipe.documents] + [one.title for one in recipe.lists]
    titles += [one.title for one in recipe.reports]
    asked = _of_sources(case, released, [*written, *titles], documents, unlocked=unlocked)
    copies = " ".join(one.why for one in asked if one.name == _COPIES)
    told = {"Marks of the source": f"{copies} With one copy alone, a mark that tells which it is cannot be excluded."}
    site = Site(
        title=recipe.title,
        dated=recipe.dated,
        language=recipe.language,
        summary=recipe.summary,
        method=recipe.method,
        stated=tuple(stated(case, released, told if released else {})),
        findings=findings,
        documents=documents,
        lists=lists,
        reports=_reports(recipe),
    )
    return site, [*asked, _of_texts("withheld", site, ready.redactions)]


def _words(ready: Prepared) -> Site:
    """What people wrote of the release, before anything is made."""
    recipe = ready.recipe
    return Site(
        title="\n".join((recipe.title, *(one.title for one in recipe.documents), *(one.title for one in recipe.lists))),
        dated=recipe.dated,
        language=recipe.language,
        summary=recipe.summary,
        method=recipe.method,
        stated=(),
        findings=tuple(SiteFinding(one.id[:8], one.sentence, ()) for one in ready.findings),
        reports=_reports(recipe),
    )


def _reports(recipe: ReleaseRecipe) -> tuple[SiteReport, ...]:
    return tuple(
        SiteReport(f"r{number}", part.title, report_files(part)) for number, part in enumerate(recipe.reports, 1)
    )


# --- questions ----------------------------------------------------------------------------------------------------


def _refuse(questions: Sequence[Question]) -> None:
    if not all(one.passed for one in questions):
        raise NotReleasable(questions)


def _of_findings(findings: Sequence[Finding]) -> Question:
    open_ones = [one.id[:8] for one in findings if one.status != CHECKED]
    alone = [one.id[:8] for one in findings if one.status == CHECKED and one.checked_by_writer]
    if open_ones:
        return Question("findings", False, f"Findings that nobody has checked: {', '.join(open_ones[:10])}.")
    if alone:
        return Question("findings", False, f"Findings checked by who wrote them: {', '.join(alone[:10])}.")
    return Question("findings", True, f"Findings checked by a second person: {len(findings)}.")


def _of_redaction(case: Case, number: int, one: Redaction) -> Question:
    problems = obstacles(case, one)
    name = f"redaction-{number}"
    if problems:
        more = f" ({len(problems)} in all)" if len(problems) > 1 else ""
        return Question(name, False, f"Redaction {one.id[:8]}: {problems[0].says}{more}.")
    return Question(name, True, f"Redaction {one.id[:8]}: a second person looked at each box and each page.")


def _of_people_who_looked(case: Case, redactions: Sequence[Redaction]) -> list[Question]:
    asked = source_gate(case, [one.document for one in redactions])
    return [Question(one.name, one.passed, one.why) for one in asked if one.name in _BY_PEOPLE]


def _of_approval(case: Case, ready: Prepared, by: str) -> Question:
    asked_by = signature(by) if by else ""
    said = {one.by for one in case.queries.judgements_beginning(APPROVAL + ready.digest) if one.value == YES}
    others = said - {asked_by}
    if not others:
        own = " Who releases it cannot approve it as well." if said else ""
        return Question(
            "approval",
            False,
            f"Nobody else has approved this as it is now: fairwitness release CASE RECIPE --approve.{own}",
        )
    return Question("approval", True, f"Approved as it is now by others: {len(others)}.")


def _of_gate(number: int, one: Released) -> Question:
    name = f"gate-{number}"
    refused = [f"{check.name}: {check.why}" for check in one.gated.report.checks if check.answer != "passed"]
    if refused:
        return Question(name, False, f"The gate holds redaction {one.redaction.id[:8]} back. {' '.join(refused)}")
    return Question(name, True, f"The gate let redaction {one.redaction.id[:8]} pass.")


def _of_sources(
    case: Case, released: Sequence[Released], texts: Sequence[str], documents: Sequence[Any], *, unlocked: bool
) -> list[Question]:
    with tempfile.TemporaryDirectory(dir=case.folder / "cache") as folder:
        files = []
        for document in documents:
            files.append(Path(folder) / f"{document.id}.pdf")
            files[-1].write_bytes(document.pdf)
        digests = [one.redaction.document for one in released]
        return [
            Question(one.name, one.passed, one.why)
            for one in source_gate(case, digests, texts, files, unlocked=unlocked)
        ]


def _of_texts(name: str, site: Site, redactions: Sequence[Redaction]) -> Question:
    """Nothing that is covered in one place stands in another: a name in a finding, a title, a list, a report."""
    sought = [withheld(text) for text in sorted({text for one in redactions for text in withheld_of(one)[0]})]
    nodes = names_covered(redactions)
    held = [
        where for where, text in texts_of(site) if in_text(sought, [text]) or any(matches(node, text) for node in nodes)
    ]
    if held:
        return Question(name, False, f"Something that is covered stands in: {', '.join(held[:10])}.")
    return Question(name, True, f"Covered strings looked for in every text of the site: {len(sought)}.")


def _of_evidence(reports: Sequence[SiteReport]) -> Question:
    leading = [one.id for one in reports if b"evidence/" in one.files.get("report.html", b"")]
    if leading:
        why = f"Reports that lead to pictures of cells: {', '.join(leading)}. Make them without --evidence."
        return Question("evidence", False, why)
    return Question("evidence", True, f"Reports that lead to no picture of a cell: {len(reports)}.")


def _version_of_list(case: Case, name: str) -> list[str]:
    kept = kept_list(case, name)
    return [kept.id, kept.version, kept.rows]
