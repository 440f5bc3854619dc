"""Proofs as people ask for them: by the name of a redaction or of a document, written to files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.case.objects import raise_if_full
from fairwitness.core.errors import FairwitnessError
from fairwitness.publish.commitments import Rendition
from fairwitness.publish.page_verifier import verifier_html
from fairwitness.work.proving import Painted, ProvenPage, note_proof, prove_page


class BadTarget(FairwitnessError):
    """A file that a proof cannot be written to."""

    code = "bad_target"
    advice = "Name a file that ends in .json, in a folder that there is."


@dataclass(frozen=True, slots=True)
class Made:
    """A proof, and the redaction that it is of; empty for a document shown whole."""

    page: ProvenPage
    redaction: str = ""


def prove_what(
    case: Case,
    what: str,
    number: int,
    *,
    exact_colours: bool = False,
    no_words: bool = False,
    all_words: bool = False,
    unlocked: bool = False,
) -> Made:
    """The proof of that page of a document, shown whole, by the beginning of its digest.

    Raises:
        NotFound: if there is no such document.
        NotCommitted: if nothing was committed to.
        NoProof: if it cannot be proved any more.
    """
    document = case.queries.document_starting(what)
    painted = Painted(words="none" if no_words else "all" if all_words else "from-pixels")
    rendition: Rendition = "colour" if exact_colours else "plain"
    return Made(prove_page(case, document, number, painted, rendition=rendition, unlocked=unlocked))


def write_proof(case: Case, made: Made, out: Path, *, html: bool = False) -> Sequence[Path]:
    """The files that were written: the proof, its picture, and with `html` one page with both; the log tells of it.

    Raises:
        BadTarget: if the file cannot be written.
    """
    if out.suffix != ".json":
        raise BadTarget("The file of a proof ends in .json.")
    written = {out: made.page.as_bytes(), out.with_suffix(".png"): made.page.png}
    if html:
        written[out.with_suffix(".html")] = verifier_html(made.page.proof, made.page.png).encode()
    try:
        for path, data in written.items():
            path.write_bytes(data)
    except OSError as error:
        raise_if_full(error)
        raise BadTarget("The proof cannot be written there.") from None
    note_proof(case, made.page, made.redaction)
    return list(written)
