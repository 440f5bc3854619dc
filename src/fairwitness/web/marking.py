"""What other pages show of marks and cites: values for `parts/marks.html` and `parts/cites.html`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request

from fairwitness.case.case import Case
from fairwitness.core.cite import parse_any_cite
from fairwitness.core.errors import FairwitnessError
from fairwitness.web.pages.images import line_address
from fairwitness.web.room import Room, room_of
from fairwitness.web.signing import signature_of
from fairwitness.web.templating import here
from fairwitness.work.account import names_of
from fairwitness.work.citing import CitedPlace, cited_place
from fairwitness.work.findings import findings_citing
from fairwitness.work.looking import Box
from fairwitness.work.marking import marks_of
from fairwitness.work.showing import look_up

MAX_TAGS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class CiteView:
    """A cite with what it names, ready to be shown; with `problem` if it names nothing here.

    `image` is the address of a picture of the lines, empty where there is none.
    """

    cite: str
    place: CitedPlace | None
    image: str
    address: str
    problem: str


def marks_values(request: Request, digest: str, problem: str = "", back: str = "", opened: str = "") -> dict[str, Any]:
    """What `parts/marks.html` shows of one document; `back` is the page that it stands in, empty for this one."""
    room = room_of(request)
    return {
        "marks": marks_of(room.case, digest),
        "known_tags": list(room.marked.marks().tags)[:MAX_TAGS_SHOWN],
        "citing": findings_citing(room.marked.findings(), digest),
        "signed_by": signature_of(request),
        "marks_problem": problem,
        "marks_back": back or here(request),
        "marks_open": opened,
    }


def view_of(room: Room, cite: str) -> CiteView:
    """The cite as it is shown."""
    try:
        place = cited_place(room.case, cite, with_path=True)
        return CiteView(cite, place, _image(room, cite), document_address(place.document, place.page, cite), "")
    except FairwitnessError as error:
        return CiteView(cite, None, "", "", error.message)


def document_address(digest: str, page: int = 1, cite: str = "") -> str:
    """Where the page of the document is shown, with the cited place marked."""
    return f"/documents/{digest}?{urlencode({'page': page} | ({'cite': cite} if cite else {}), safe=':,@')}"


def cite_address(cite: str) -> str:
    """Where the cite is shown by itself."""
    return f"/cites/{quote(cite, safe=':,@')}"


def _image(room: Room, cite: str) -> str:
    """The address of a picture of the cited lines, in pixels of the page as it is drawn today."""
    shown = look_up(room.case, parse_any_cite(cite))
    if not shown.boxes or not room.looking.document(shown.document).has_images:
        return ""
    shape = room.looking.shape(shown.document, shown.page)
    scale = shape.width_px / shown.width_px if shape.width_px and shown.width_px else 1.0

    def scaled(box: Box) -> Box:
        x0, y0, x1, y1 = (round(side * scale) for side in box)
        return x0, y0, x1, y1

    return line_address(shown.document, shown.page, [scaled(box) for box in shown.boxes])


def names_by_document(case: Case, digests: list[str]) -> dict[str, str]:
    """The name of each document, as it was found first."""
    return {digest: next(iter(names_of(case, digest)), digest[:12]) for digest in dict.fromkeys(digests)}
