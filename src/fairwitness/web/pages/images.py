"""Images of pages: pixels that the sandbox drew and this server encoded, never bytes of the leak."""

from __future__ import annotations

import re
from html import escape
from textwrap import wrap
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.web.room import room_of
from fairwitness.work.looking import Box
from fairwitness.work.picturing import MAX_LINE_BOXES, SIDES_PX, Picture

_DIGEST = re.compile("[0-9a-f]{64}")
_BOX = re.compile("([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6})")


class BadBox(FairwitnessError):
    """A place on an image that is none."""

    code = "bad_box"
    advice = "Follow a link of the search page."


def routes() -> list[Route]:
    """Of a whole page and of the lines of a hit."""
    return [
        Route("/documents/{digest}/pages/{number:int}/image", image),
        Route("/documents/{digest}/pages/{number:int}/line", line),
    ]


def image_address(digest: str, number: int, side_px: int = SIDES_PX[1]) -> str:
    """Where the image of the page is, its longest side about the next of `SIDES_PX`."""
    return f"/documents/{digest}/pages/{number}/image?side={side_px}"


def line_address(digest: str, number: int, boxes: list[Box] | tuple[Box, ...]) -> str:
    """Where the image of the lines is that these boxes lie on: those of a hit, in pixels of its page."""
    pairs = [("box", ",".join(map(str, box))) for box in boxes[:MAX_LINE_BOXES]]
    return f"/documents/{digest}/pages/{number}/line?{urlencode(pairs, safe=',')}"


def digest_of(request: Request) -> str:
    """The digest that the address names.

    Raises:
        NotFound: if it is none.
    """
    digest = str(request.path_params["digest"])
    if not _DIGEST.fullmatch(digest):
        raise NotFound("A document is named by all 64 digits of its SHA-256 here.")
    return digest


def image(request: Request) -> Response:
    """The page, ready to be read; in its place, why it cannot be drawn."""
    digest, number = digest_of(request), int(request.path_params["number"])
    given = request.query_params.get("side", "")
    side = int(given) if re.fullmatch(r"[0-9]{1,5}", given) else SIDES_PX[1]
    try:
        turn = request.query_params.get("turn", "")
        turn_deg = int(turn) if turn in ("90", "180", "270") else 0
        return answer_with(room_of(request).pictures.image(digest, number, side, turn_deg))
    except NotFound:
        raise
    except FairwitnessError as error:
        return picture_instead(error)


def line(request: Request) -> Response:
    """The lines of the page where the boxes are, marked."""
    digest, number = digest_of(request), int(request.path_params["number"])
    boxes: list[Box] = []
    for text in request.query_params.getlist("box")[:MAX_LINE_BOXES]:
        found = _BOX.fullmatch(text)
        if found is None:
            raise BadBox("That is no place on an image.")
        boxes.append((int(found[1]), int(found[2]), int(found[3]), int(found[4])))
    try:
        return answer_with(room_of(request).pictures.line(digest, number, boxes))
    except NotFound:
        raise
    except FairwitnessError as error:
        return picture_instead(error, height=90)


def answer_with(picture: Picture) -> Response:
    """The picture as a browser gets it."""
    return Response(picture.data, media_type=picture.media_type)


def picture_instead(error: FairwitnessError, height: int = 480) -> Response:
    """An image that says what happened, in place of one that would be shown as broken."""
    lines = [*wrap(error.message, 44), *wrap(error.advice, 52)][: max(2, height // 22 - 1)]
    start = height / 2 - 11 * len(lines) + 16
    texts = "".join(
        f'<text x="300" y="{start + 22 * at:g}" text-anchor="middle">{escape(text)}</text>'
        for at, text in enumerate(lines)
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="{height}" viewBox="0 0 600 {height}" '
        f'font-family="sans-serif" font-size="16" fill="#444"><rect width="600" height="{height}" fill="#f3f3ef"/>'
        f"{texts}</svg>"
    )
    return Response(drawn, media_type="image/svg+xml", headers={"X-Not-Drawn": error.code})
