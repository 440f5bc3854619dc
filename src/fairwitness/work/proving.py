"""Proves a page: that what a release shows of it is what was committed to, and where something is withheld.

The page is drawn anew and held against its commitment, so a proof is made of the very pixels that were committed to or
not at all. Of a redacted page a word is shown only if it was read from the painted picture too: PDFs hold text that
nobody sees (docs/self-proving.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import numpy as np

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.custody.ledger import extend_log
from fairwitness.custody.merkle import inclusion_proof, leaf_hash
from fairwitness.publish.commitments import (
    PageContent,
    Rectangle,
    Rendition,
    Word,
    open_page,
    packed,
    page_key,
    proof_of,
    rendered,
)
from fairwitness.publish.lossless import png_of
from fairwitness.publish.painting import paint
from fairwitness.publish.static.verify_page import read_png, verify_page
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.work.committing import (
    SECRET,
    Batch,
    CommittedPage,
    PixelReceiver,
    as_array,
    batches,
    content_of,
    page_as_read,
    task_to_draw,
)
from fairwitness.work.looking import Looking
from fairwitness.work.showing import RENDER

ShownWord = tuple[str, Rectangle]
Words = Literal["from-pixels", "all", "none"]
_QUARTER = 90


class NotCommitted(FairwitnessError):
    """Nothing can be proved of a page, since nothing was committed to."""

    code = "not_committed"
    advice = "Commit to it, from today on, with: fairwitness commit CASE"


class NoProof(FairwitnessError):
    """A page that was committed to and cannot be proved."""

    code = "no_proof"


@dataclass(frozen=True, slots=True)
class Painted:
    """What leaves of a page: `rectangles` are painted, in pixels of the page turned clockwise by `turn_deg`.

    Of the words that no rectangle touches those are shown that are also among `words`, read from the painted picture;
    or, with "from-pixels", those that text recognition had read; or all, or none.
    """

    rectangles: tuple[Rectangle, ...] = ()
    turn_deg: int = 0
    words: tuple[ShownWord, ...] | Words = "from-pixels"


@dataclass(frozen=True, slots=True)
class ProvenPage:
    """A proof with the picture that it is of; `told` is what a verifier says of both.

    `event` is the number, from 1, of the event that committed to the page.
    """

    document: str
    page: int
    event: int
    proof: dict[str, Any]
    png: bytes
    told: dict[str, Any]

    def as_bytes(self) -> bytes:
        """The proof as it is written to a file."""
        return packed(self.proof)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the command line."""
        names = ("verified", "withheld", "unproven", "commitment")
        sizes = {"words": len(self.told["words"]), "proof_bytes": len(self.as_bytes()), "picture_bytes": len(self.png)}
        found = {name: self.told[name] for name in names} | sizes
        found |= {"event": self.event}
        return {"document": self.document, "page": self.page, "rendition": self.proof["rendition"], **found}


def prove_page(
    case: Case,
    document: str,
    number: int,
    painted: Painted,
    *,
    rendition: Rendition = "plain",
    earliest: bool = False,
    unlocked: bool = False,
    sandbox: SandboxRunner | None = None,
) -> ProvenPage:
    """The page as it leaves, with a proof that every place and word shown is what was committed to.

    The proof has been verified before it is given. Nothing is written; `note_proof` tells the log. Who proves several
    pages gives a `sandbox` of `sandbox_to_draw` and closes it in the end. Of several commitments to the page the one to
    what counts today is taken, or the `earliest`.

    Raises:
        NotCommitted: if nothing was committed to.
        NoProof: if the secret is lost, or the page is not drawn or read any more as it was when it was committed to.
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    secret = case.secret(SECRET)
    batch, row = _find(case, document, number, secret, earliest=earliest)
    if not batch.is_current:
        raise NoProof(
            f"Page {number} of {document[:12]} was committed to in another format, of which nothing is proved.",
            advice="Commit anew, from today on: fairwitness commit CASE",
        )
    if secret is None or not batch.is_by(secret):
        raise NoProof(
            "The secret with which that page was committed to is not in this case.",
            advice="Put the file secrets/pages back from a copy of the case, or commit anew: fairwitness commit CASE",
        )
    with nullcontext(sandbox) if sandbox is not None else sandbox_to_draw(unlocked=unlocked) as drawing:
        content, page = _content(case, row, drawing)
    key = page_key(secret, bytes.fromhex(batch.nonce), content.document, content.number)
    rectangles = tuple(_turned(one, painted.turn_deg, row) for one in painted.rectangles)
    shown = _shown(content.words, page, painted, row)
    opened = open_page(content, key, rendition, rectangles, shown)
    if opened.commitment.hex() != row.commitment:
        raise NoProof(
            f"Page {number} of {document[:12]} is drawn or read differently than when it was committed to.",
            advice="Use the version of fairwitness that committed to it, or commit anew and keep the pictures: "
            "fairwitness commit CASE --keep-pictures",
        )
    leaves = batch.leaves(secret)
    index = leaves.index(opened.commitment)
    path = inclusion_proof(index, [leaf_hash(leaf) for leaf in leaves])
    proof = proof_of(content, opened, rendition, (index, path), batch.body)
    png = png_of(paint(rendered(content.pixels, rendition), rectangles))
    return ProvenPage(document, number, batch.event, proof, png, verify_page(proof, read_png(png)))


def sandbox_to_draw(*, unlocked: bool = False) -> SandboxRunner:
    """Draws pages to be proved; a context manager.

    Raises:
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    return SandboxRunner([RENDER.partition(":")[0]], workers=1, unlocked=unlocked)


def note_proof(case: Case, made: ProvenPage, redaction: str = "") -> None:
    """The log tells that a proof was made of that page, by digests alone."""
    told = {
        "document": made.document,
        "page": made.page,
        "proof": sha256(made.as_bytes()).hexdigest(),
        "picture": sha256(made.png).hexdigest(),
        "redaction": redaction,
    }
    with case.marking() as changes:
        changes.add_event("prove-page", told)
    extend_log(case)


def _find(
    case: Case, document: str, number: int, secret: bytes | None, *, earliest: bool
) -> tuple[Batch, CommittedPage]:
    """The last commitment to the page as it counts today, else the last one to it that the secret can still open.

    With `earliest` the first one that the secret can still open, whatever was read of the page then.
    """
    found = [
        (batch, row) for batch in batches(case) for row in batch.pages if (row.document, row.page) == (document, number)
    ]
    if not found:
        raise NotCommitted(f"Nothing was committed to of page {number} of {document[:12]}.")
    today = Looking(case).document(document).made_by(number)

    def rank(one: tuple[Batch, CommittedPage]) -> tuple[bool, bool, int]:
        batch, row = one
        opens = batch.is_current and secret is not None and batch.is_by(secret)
        return (opens, True, -batch.event) if earliest else (opens, row.made_by == today, batch.event)

    return max(found, key=rank)


def _content(case: Case, row: CommittedPage, sandbox: SandboxRunner) -> tuple[PageContent, PageText | PageMissed]:
    """The page as it was committed to: its kept picture or drawn anew, and the words of that reading."""
    page = page_as_read(case, row.document, row.page, row.made_by)
    if page is None:
        raise NoProof(
            f"The reading of page {row.page} of {row.document[:12]} that was committed to is gone.",
            advice="Commit anew: fairwitness commit CASE",
        )
    if row.picture:
        with case.objects.open(row.picture) as file:
            width, height, step, data = read_png(file.read())
        upright = np.frombuffer(data, np.uint8).reshape(height, width, step)
        pixels = np.rot90(upright if step == 3 else np.repeat(upright, 3, axis=2), row.turn_deg // _QUARTER)
        return content_of(pixels, row.dpi, page, row.document), page
    media_type = Looking(case).document(row.document).reading.media_type
    task = task_to_draw(case, row.document, row.page, media_type)
    attempt, receiver = sandbox.run_one(task, lambda _: PixelReceiver())
    if attempt.outcome is not Cause.OK or receiver.pixels is None:
        raise NoProof(f"Page {row.page} of {row.document[:12]} cannot be drawn: {attempt.outcome.value}.")
    return content_of(as_array(receiver.pixels), row.dpi, page, row.document), page


def _turned(rectangle: Rectangle, turn_deg: int, row: CommittedPage) -> Rectangle:
    """The rectangle on the page as it was committed to, which another reading may have turned otherwise."""
    x0, y0, x1, y1 = rectangle
    quarters = (row.turn_deg - turn_deg) // _QUARTER % 4
    width, height = (row.width_px, row.height_px) if quarters % 2 == 0 else (row.height_px, row.width_px)
    for _ in range(quarters):
        x0, y0, x1, y1 = height - y1, x0, height - y0, x1
        width, height = height, width
    return x0, y0, x1, y1


def _shown(
    words: Sequence[Word], page: PageText | PageMissed, painted: Painted, row: CommittedPage
) -> tuple[bool, ...]:
    """Of each word whether it may be shown."""
    if painted.words == "all":
        return (True,) * len(words)
    if painted.words == "none":
        return (False,) * len(words)
    if painted.words == "from-pixels":
        # Text of the file that the pixels do not show follows behind the last line that was recognised.
        lines = page.recognition.lines if isinstance(page, PageText) and page.recognition is not None else ()
        end = lines[-4] if lines else 0
        return tuple(start < end for start in page.words[0::6]) if isinstance(page, PageText) else ()
    read = [(_spelled(text), _turned(box, painted.turn_deg, row)) for text, box in painted.words]
    return tuple(_is_read(word, read) for word in words)


def _is_read(word: Word, read: Sequence[ShownWord]) -> bool:
    """Whether the word, letter by letter, is in what was read along its line at its place.

    Nothing is folded: signs that cannot be seen, and letters that look like others, can mark a copy.
    """
    beside = sorted(
        (x0, text)
        for text, (x0, y0, x1, y1) in read
        if x0 < word.x1 and word.x0 < x1 and 2 * (min(y1, word.y1) - max(y0, word.y0)) > min(y1 - y0, word.y1 - word.y0)
    )
    text = _spelled(word.text)
    forwards, backwards = "".join(one for _, one in beside), "".join(one for _, one in reversed(beside))
    return bool(text) and (text in forwards or text in backwards)


def _spelled(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
