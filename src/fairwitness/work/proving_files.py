"""Proofs as people ask for them: of a page of a redaction or of a document shown whole, written to files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fairwitness.case.case import Case
from fairwitness.case.objects import raise_if_full
from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.errors import NotSigned
from fairwitness.publish.commitments import PROOF_SUFFIX, Rendition
from fairwitness.publish.page_verifier import verifier_html
from fairwitness.publish.static.verify_page import read_pdf, verify_page
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.work.committing import turn_of
from fairwitness.work.looking import Looking
from fairwitness.work.proving import NoProof, Painted, ProvenPage, ShownWord, Words, note_proof, prove_page
from fairwitness.work.recognising import ENGINE
from fairwitness.work.redacting import NotReady, Rebuilt, obstacles, pages_of, painted_page
from fairwitness.work.redaction_drawing import PageDrawer, PaintedReader
from fairwitness.work.redaction_kept import redaction
from fairwitness.work.signing import prove_event


class BadTarget(FairwitnessError):
    """A file that a proof cannot be written to."""

    code = "bad_target"
    advice = "Name a file that ends in .json.gz, in a folder that there is."


@dataclass(frozen=True, slots=True)
class Made:
    """A proof, and the redaction that it is of; empty for a document shown whole."""

    page: ProvenPage
    redaction: str = ""


def prove_whole(
    case: Case,
    document: str,
    number: int,
    *,
    words: Words = "from-pixels",
    rendition: Rendition = "plain",
    earliest: bool = False,
    unlocked: bool = False,
) -> Made:
    """The proof of that page of a document (the beginning of its digest), with nothing withheld.

    Raises:
        NotFound: if there is no such document.
        NotCommitted, NoProof, NoSandbox: as `prove_page`.
    """
    digest = case.queries.document_starting(document)
    return Made(
        prove_page(
            case, digest, number, Painted(words=words), rendition=rendition, earliest=earliest, unlocked=unlocked
        )
    )


def prove_redacted(
    case: Case,
    beginning: str,
    number: int,
    *,
    with_words: bool = True,
    engine: str = ENGINE,
    rendition: Rendition = "plain",
    earliest: bool = False,
    unlocked: bool = False,
) -> Made:
    """The proof of that page of a redaction, by the beginning of its id or its name; it must be ready to be made.

    Raises:
        NotFound: if there is no such redaction.
        NotReady: with everything that is in the way.
        NoProof: if the page is none of those that leave; otherwise as `prove_page`.
    """
    one = redaction(case, beginning)
    looking = Looking(case)
    problems = obstacles(case, one, looking)
    if problems:
        raise NotReady(problems)
    if number not in pages_of(case, one, looking):
        raise NoProof(f"Page {number} is none of the pages that leave with that redaction.")
    with PageDrawer(case, looking, unlocked=unlocked) as drawer:
        drawn = drawer.draw(one.document, number)
    pixels, rectangles = painted_page(one, drawn)
    words: tuple[ShownWord, ...] | Literal["none"] = "none"
    if with_words:
        with PaintedReader(case, engine, unlocked=unlocked) as reader:
            words = reader.read(pixels, drawn.dpi, rectangles)
    painted = Painted(rectangles, drawn.lie.turn_deg, words)
    return Made(
        prove_page(case, one.document, number, painted, rendition=rendition, earliest=earliest, unlocked=unlocked),
        one.id,
    )


def prove_rebuilt(
    case: Case,
    rebuilt: Rebuilt,
    number: int,
    *,
    rendition: Rendition = "colour",
    earliest: bool = False,
    unlocked: bool = False,
    sandbox: SandboxRunner | None = None,
) -> Made:
    """The proof of that page of a redacted document, already made; in colour it is of the very pixels of its PDF.

    Raises:
        NoProof: if the redacted document has no such page, is no lossless one where colours are proved, or shows other
            pixels than were committed to; otherwise as `prove_page`.
    """
    page = next((page for page in rebuilt.pages if page.number == number), None)
    if page is None:
        raise NoProof(f"Page {number} is none of the pages that leave with that redaction.")
    turn = turn_of(Looking(case).page(rebuilt.document, number))
    painted = Painted(page.rectangles, turn, page.words)
    made = prove_page(
        case,
        rebuilt.document,
        number,
        painted,
        rendition=rendition,
        earliest=earliest,
        unlocked=unlocked,
        sandbox=sandbox,
    )
    if rendition == "colour":
        try:
            told = verify_page(
                made.proof, read_pdf(rebuilt.pdf, 1 + [one.number for one in rebuilt.pages].index(number))
            )
        except ValueError as error:
            raise NoProof(
                f"Page {number} of the redacted PDF is not what was committed to: {error}.",
                advice="Make the PDF lossless, or prove the plain rendition.",
            ) from None
        assert told == made.told
    return Made(made, rebuilt.redaction)


def write_proof(case: Case, made: Made, out: Path, *, html: bool = False) -> Sequence[Path]:
    """The files that were written: the proof, its picture, and with `html` one page with both; the log tells of it.

    If a signed checkpoint covers the commitment, the proof that its event is in the log is written too (.tlog-proof).

    Raises:
        BadTarget: if the file cannot be written.
    """
    if not out.name.endswith(PROOF_SUFFIX):
        raise BadTarget("The file of a proof ends in .json.gz.")
    bare = out.name.removesuffix(PROOF_SUFFIX)
    written = {out: made.page.as_bytes(), out.with_name(bare + ".png"): made.page.png}
    log = b""
    with suppress(NotSigned):
        log = written[out.with_name(bare + ".tlog-proof")] = prove_event(case, made.page.event).text
    if html:
        written[out.with_name(bare + ".html")] = verifier_html(
            made.page.as_bytes(), made.page.png, log.decode()
        ).encode()
    try:
        for path, data in written.items():
            path.write_bytes(data)
    except OSError as error:
        raise_if_full(error)
        raise BadTarget("The proof cannot be written there.") from None
    note_proof(case, made.page, made.redaction)
    return list(written)
