"""Redactions of documents, kept as people decided them: boxes with their reasons, and who looked at which.

A redaction is a judgement about `redaction:` and 16 hex digits. What is covered is said in objects of the case, each
with a salt of its own, and a judgement holds only the digest: neither the log nor anything made of it tells a name, and
nobody can try names against it. Boxes are never edited: one is taken out, and another one drawn.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import CaseError, FairwitnessError, NotFound
from fairwitness.core.ranges import read_ranges, write_ranges
from fairwitness.core.records import Judgement
from fairwitness.core.redaction import REASONS, Box, FoundBy, Width
from fairwitness.custody.ledger import extend_log
from fairwitness.work.judging import YES, judge, signature, tag_name

REDACTION = "redaction:"
NAME, DOCUMENT, PAGES = "name", "document", "pages"
BOXES, OUT, SEARCH, BOX_REVIEW, PAGE_REVIEW = "boxes:", "out:", "search:", "box:", "page:"
Verdict = Literal["accept", "object", "by-eye"]
ACCEPT: Verdict = "accept"
OBJECT: Verdict = "object"
BY_EYE: Verdict = "by-eye"
"""What a reviewer says; "by-eye" accepts a page whose text nobody has read: all of it was looked at."""


MAX_BOXES = 20_000  # of one redaction
MAX_WITHHELD_CHARS = 2_000
_PAGE_REVIEW = re.compile("(accept|by-eye|object) ([0-9a-f]{16})")


class BadBox(FairwitnessError):
    """A box that cannot be painted, or a redaction that cannot be kept."""

    code = "bad_box"
    advice = "Draw it on the page, or give the cite of a rectangle as a page shows it."


class OwnBox(FairwitnessError):
    """Nobody reviews what they drew themselves."""

    code = "own_box"
    advice = "A second person looks at it: fairwitness redact review, signed with another pseudonym."


@dataclass(frozen=True, slots=True)
class KeptBox:
    """A box of a redaction, by whom it was added and when (seconds since 1970).

    `made_by` is the id of the reading or scan in which it was found, empty for one drawn by hand. `verdict` is what
    `reviewed_by` said of it, empty as long as nobody did.
    """

    id: str
    box: Box
    page: int
    by: str
    at: int
    made_by: str = ""
    verdict: str = ""
    reviewed_by: str = ""

    def as_json(self, *, with_text: bool = False) -> dict[str, Any]:
        """Plain values; what is withheld only if it is asked for."""
        plain = asdict(self)
        plain |= plain.pop("box")
        if not with_text:
            plain["withheld"] = len(self.box.withheld)
        return plain


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search for places: what kind, the pages as they were read then, and pages on which a find has no place.

    `asked` is what was looked for. `pages` maps page numbers to the ids of the readings that were searched.
    """

    id: str
    kind: str
    asked: str
    level: str
    pages: dict[int, str]
    unplaced: tuple[int, ...]
    found: int
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class PageReview:
    """What somebody said of a page as a whole: `state` names the boxes and the reading that were there then."""

    verdict: str
    state: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Redaction:
    """What of a document is to be covered; `pages` are those that leave, empty for all of them.

    `by` began it. `version` is another one after each change.
    """

    id: str
    name: str
    document: str
    pages: tuple[int, ...]
    boxes: tuple[KeptBox, ...]
    searches: tuple[KeptSearch, ...]
    page_reviews: dict[int, PageReview]
    by: str
    at: int
    version: str

    @property
    def about(self) -> str:
        """What judgements about it are about."""
        return REDACTION + self.id

    @property
    def reviews(self) -> dict[str, tuple[str, str]]:
        """What was said of each box that somebody reviewed, and by whom, by its id."""
        return {one.id: (one.verdict, one.reviewed_by) for one in self.boxes if one.verdict}

    def on_page(self, number: int) -> tuple[KeptBox, ...]:
        """The boxes of that page."""
        return tuple(one for one in self.boxes if one.page == number)

    def workers(self, number: int) -> frozenset[str]:
        """Who has drawn what there is on that page: whoever began the redaction, and who added a box of it."""
        return frozenset({self.by, *(one.by for one in self.on_page(number))})

    def state_of(self, number: int, made_by: str) -> str:
        """Sixteen hex digits that are others as soon as a box of the page, or its reading, is another."""
        said = [str(number), made_by, *sorted(one.id for one in self.on_page(number))]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

    def as_json(self, *, with_text: bool = False) -> dict[str, Any]:
        """Plain values."""
        told: dict[str, Any] = {"redaction": self.id, "name": self.name, "document": self.document}
        told |= {"pages": write_ranges(self.pages), "by": self.by, "at": self.at, "version": self.version}
        told["boxes"] = [one.as_json(with_text=with_text) for one in self.boxes]
        told["searches"] = [
            {"search": one.id, "kind": one.kind, "level": one.level, "pages": len(one.pages), "found": one.found}
            | {"unplaced": list(one.unplaced), "by": one.by, "at": one.at}
            | ({"asked": one.asked} if with_text else {})
            for one in self.searches
        ]
        told["page_reviews"] = {str(number): asdict(one) for number, one in sorted(self.page_reviews.items())}
        return told


def begin_redaction(case: Case, document: str, name: str, by: str, pages: str = "") -> Redaction:
    """A new redaction of that document is in the case, without a box.

    `document` is the whole digest; `pages` are ranges such as "1-3,7", empty for all of them.

    Raises:
        NotFound: if there is no such document.
        BadMark, BadSignature: if the name or the signature cannot be kept.
        BadBox: if the pages are none.
    """
    case.queries.document(document)
    about = REDACTION + secrets.token_hex(8)
    answers = {NAME: tag_name(name), DOCUMENT: document}
    if pages.strip():
        try:
            answers[PAGES] = write_ranges(sorted(read_ranges(pages)))
        except ValueError:
            raise BadBox("That is no range of pages.", advice="Write them like this: 1-3,7") from None
    judge(case, about, answers, by)
    extend_log(case)
    return redaction(case, about.removeprefix(REDACTION))


def redactions_of(case: Case, document: str = "") -> list[Redaction]:
    """Every redaction, in the order in which they were begun; of that document alone if it is given."""
    acts: dict[str, list[Judgement]] = {}
    for judgement in case.queries.judgements_beginning(REDACTION):
        acts.setdefault(judgement.about, []).append(judgement)
    if document:
        acts = {about: said for about, said in acts.items() if any(one.value == document for one in said)}
    return [_redaction(case, about, said) for about, said in acts.items()]


def redaction(case: Case, beginning: str) -> Redaction:
    """The one redaction whose id begins so, or which has that name.

    Raises:
        NotFound: if there is none, or more than one.
    """
    acts: dict[str, list[Judgement]] = {}
    names: dict[str, str] = {}
    for judgement in case.queries.judgements_beginning(REDACTION):
        acts.setdefault(judgement.about, []).append(judgement)
        if judgement.what == NAME:
            names[judgement.about] = judgement.value
    found = [about for about in acts if beginning and about.startswith(REDACTION + beginning)]
    found = found or [about for about, name in names.items() if name == beginning]
    if len(found) != 1:
        raise NotFound("No redaction, or more than one, begins so.", advice="Run: fairwitness redact show CASE")
    return _redaction(case, found[0], acts[found[0]])


def keep_boxes(case: Case, old: Redaction, boxes: Sequence[tuple[Box, str]], by: str) -> Redaction:
    """The boxes, each with the id of the reading in which it was found, are part of the redaction from now on.

    One that is there already (the same place for the same reason) is not added again. Whoever calls has looked at the
    places.

    Raises:
        BadBox: if one says a reason or a width that there is not, or there are too many.
        BadSignature: if nobody can sign with `by`.
    """
    signed = signature(by)
    there = {(one.box.place, one.box.reason, one.box.width) for one in old.boxes}
    new = []
    for box, made_by in boxes:
        _check(box)
        key = (box.place, box.reason, box.width)
        if key not in there:
            there.add(key)
            new.append(asdict(box) | {"made_by": made_by})
    if len(old.boxes) + len(new) > MAX_BOXES:
        raise BadBox(f"A redaction has at most {MAX_BOXES:,} boxes.", advice="Redact fewer pages at once.")
    if new:
        digest = _put(case, {"boxes": new})
        judge(case, old.about, {BOXES + secrets.token_hex(4): digest}, signed)
        extend_log(case)
    return redaction(case, old.id)


def keep_search(
    case: Case, old: Redaction, search: tuple[str, str, str], pages: dict[int, str], unplaced: Iterable[int],
    found: int, by: str,
) -> Redaction:  # fmt: skip
    """The search (kind, what was asked, level) is told in the redaction, in place of one for the same before."""
    kind, asked, level = search
    same = next((one.id for one in old.searches if (one.kind, one.asked, one.level) == search), secrets.token_hex(4))
    told = {"kind": kind, "asked": asked, "level": level, "pages": [[n, by_] for n, by_ in sorted(pages.items())]}
    digest = _put(case, told | {"unplaced": sorted(unplaced), "found": found})
    judge(case, old.about, {SEARCH + same: digest}, by)
    extend_log(case)
    return redaction(case, old.id)


def take_out(case: Case, old: Redaction, boxes: Iterable[str], by: str) -> Redaction:
    """The boxes of these ids are painted no more; the case keeps that they were there, and who took them out.

    Raises:
        NotFound: if the redaction has no such box.
    """
    judge(case, old.about, {OUT + one.id: YES for one in _chosen(old, boxes)}, by)
    extend_log(case)
    return redaction(case, old.id)


def review_boxes(case: Case, old: Redaction, boxes: Iterable[str], verdict: Verdict, by: str) -> Redaction:
    """Somebody has looked at these boxes, and accepts or objects to them.

    Raises:
        OwnBox: if they drew one of them.
        NotFound: if the redaction has no such box.
    """
    signed, chosen = signature(by), _chosen(old, boxes)
    if any(one.by == signed for one in chosen):
        raise OwnBox("Nobody reviews a box that they added.")
    judge(case, old.about, {BOX_REVIEW + one.id: _verdict(verdict, (ACCEPT, OBJECT)) for one in chosen}, signed)
    extend_log(case)
    return redaction(case, old.id)


def keep_page_review(case: Case, old: Redaction, number: int, state: str, verdict: Verdict, by: str) -> Redaction:
    """Somebody has looked at the whole page as it is now, and accepts it, or objects: something is left uncovered.

    Raises:
        OwnBox: if nobody but them has worked on the page.
    """
    signed = signature(by)
    if verdict != OBJECT and old.workers(number) <= {signed}:
        raise OwnBox("Nobody accepts a page on which only they worked.")
    judge(case, old.about, {f"{PAGE_REVIEW}{number}": f"{_verdict(verdict, get_args(Verdict))} {state}"}, signed)
    extend_log(case)
    return redaction(case, old.id)


def _chosen(old: Redaction, boxes: Iterable[str]) -> list[KeptBox]:
    by_id = {one.id: one for one in old.boxes}
    chosen = [by_id.get(name) for name in boxes]
    if not chosen or None in chosen:
        raise NotFound("The redaction has no such box.", advice="Run: fairwitness redact show CASE REDACTION")
    return [one for one in chosen if one is not None]


def _verdict(verdict: str, of: tuple[str, ...]) -> str:
    if verdict not in of:
        raise BadBox("That is nothing that can be said of it.", advice=f"It is one of: {', '.join(of)}.")
    return verdict


def _check(box: Box) -> None:
    if box.reason not in REASONS:
        raise BadBox("A box has no such reason.", advice=f"It is one of: {', '.join(REASONS)}.")
    if box.width not in get_args(Width):
        raise BadBox("A box has no such width.", advice=f"It is one of: {', '.join(get_args(Width))}.")
    if box.found_by not in get_args(FoundBy) or len(box.withheld) > MAX_WITHHELD_CHARS or len(box.group) > 200:
        raise BadBox("A box says something that cannot be kept.")


def _put(case: Case, plain: dict[str, Any]) -> str:
    data = canonical_json(plain | {"salt": secrets.token_hex(16)})
    try:
        return case.objects.put(data)
    except FileNotFoundError:  # another process has just begun to write to the case, and tidied up before
        return case.objects.put(data)


def _get(case: Case, digest: str) -> dict[str, Any]:
    with case.objects.open(digest) as file:
        raw = file.read()
    if hashlib.sha256(raw).hexdigest() != digest:
        raise CaseError("The boxes of a redaction are damaged.", advice="Run: fairwitness verify CASE")
    plain: dict[str, Any] = json.loads(raw)
    return plain


def _redaction(case: Case, about: str, said: Sequence[Judgement]) -> Redaction:
    last = {one.what: one for one in said}
    gone = {what.removeprefix(OUT) for what, one in last.items() if what.startswith(OUT) and one.value}
    boxes = []
    for what, one in last.items():
        if what.startswith(BOXES) and one.value:
            plain = _get(case, one.value)["boxes"]
            ids = (f"{what.removeprefix(BOXES)}-{at}" for at in range(1, len(plain) + 1))
            boxes += [_box(name, box, one, last) for name, box in zip(ids, plain, strict=True) if name not in gone]
    searches = [
        _search(what.removeprefix(SEARCH), _get(case, one.value), one)
        for what, one in last.items()
        if what.startswith(SEARCH) and one.value
    ]
    begun = said[0]
    return Redaction(
        id=about.removeprefix(REDACTION),
        name=last[NAME].value if NAME in last else "",
        document=last[DOCUMENT].value,
        pages=tuple(read_ranges(last[PAGES].value)) if PAGES in last and last[PAGES].value else (),
        boxes=tuple(sorted(boxes, key=lambda one: (one.page, one.at, one.id))),
        searches=tuple(searches),
        page_reviews=_page_reviews(last),
        by=begun.by,
        at=begun.at,
        version=hashlib.sha256("".join(sorted(one.id for one in last.values())).encode()).hexdigest()[:16],
    )


def _box(name: str, plain: dict[str, Any], added: Judgement, last: dict[str, Judgement]) -> KeptBox:
    made_by = plain.pop("made_by")
    box = Box(**plain)
    review = last.get(BOX_REVIEW + name)
    verdict, by = (review.value, review.by) if review is not None else ("", "")
    page = int(box.place.split(":")[1].removeprefix("p"))
    return KeptBox(name, box, page, added.by, added.at, made_by, verdict, by)


def _search(name: str, plain: dict[str, Any], made: Judgement) -> KeptSearch:
    pages = {int(number): str(made_by) for number, made_by in plain["pages"]}
    unplaced = tuple(plain["unplaced"])
    return KeptSearch(
        name, plain["kind"], plain["asked"], plain["level"], pages, unplaced, plain["found"], made.by, made.at
    )


def _page_reviews(last: dict[str, Judgement]) -> dict[int, PageReview]:
    found = {}
    for what, one in last.items():
        match = _PAGE_REVIEW.fullmatch(one.value) if what.startswith(PAGE_REVIEW) else None
        if match is not None:
            found[int(what.removeprefix(PAGE_REVIEW))] = PageReview(match[1], match[2], one.by, one.at)
    return found
