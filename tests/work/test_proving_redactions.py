"""A redacted page is proved from the search for a name to the file that a stranger verifies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fairwitness.case.case import Case
from fairwitness.publish.static.verify_page import read_pdf, read_proof, verify_page
from fairwitness.work import redacting
from fairwitness.work.committing import commit_pages
from fairwitness.work.progress import Progress
from fairwitness.work.proving import NoProof
from fairwitness.work.proving_files import prove_rebuilt, prove_redacted
from fairwitness.work.redacting import NotReady, Rebuilt, make_redaction, review_boxes, review_page
from fairwitness.work.redaction_finding import find_name
from fairwitness.work.redaction_kept import ACCEPT, BY_EYE, Redaction
from tests.work.redaction_case import NAME, case_to_redact, named

ENGINE = "tesseract-eng"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with case_to_redact(tmp_path_factory.mktemp("proved")) as opened:
        with Case.open(opened.folder, writing=True) as writing:
            assert commit_pages(writing, Progress(None)).pages == 3
        yield opened


@pytest.fixture(scope="module")
def letter(case: Case) -> Redaction:
    """A redaction of a name on both pages of a letter, accepted by a second person."""
    one = redacting.begin_redaction(case, named(case, "letter.pdf"), "Letter", "heron")
    return accepted(case, one, 1, 2)


def accepted(case: Case, one: Redaction, *numbers: int) -> Redaction:
    one = find_name(case, one, NAME, "heron").redaction
    one = review_boxes(case, one, [box.id for box in one.boxes], ACCEPT, "tern")
    for number in numbers:
        one = review_page(case, one, number, ACCEPT, "tern")
    return one


@pytest.fixture(scope="module")
def rebuilt(case: Case, letter: Redaction) -> Rebuilt:
    return make_redaction(case, letter, engine=ENGINE)


def test_the_pixels_of_the_pdf_that_leaves_are_proved(case: Case) -> None:
    one = redacting.begin_redaction(case, named(case, "letter.pdf"), "First page", "heron", pages="1")
    with pytest.raises(NotReady):
        prove_redacted(case, "First page", 1)
    made = make_redaction(case, accepted(case, one, 1), engine=None)
    proven = prove_rebuilt(case, made, 1).page
    assert verify_page(read_proof(proven.as_bytes()), read_pdf(made.pdf, 1)) == proven.told
    assert proven.told["withheld"] > 20 and proven.told["verified"] > 14_000
    with pytest.raises(ValueError, match="no lossless picture"):
        read_pdf(made.pdf, 2)


@pytest.mark.slow
def test_words_that_the_painted_picture_shows_are_proved(case: Case, rebuilt: Rebuilt) -> None:
    told = prove_rebuilt(case, rebuilt, 1).page
    shown = [word[4] for word in told.told["words"]]
    assert {"Register", "water", "village", "office", "copy"} <= set(shown)
    assert not any(part in str(read_proof(told.as_bytes())) for part in NAME.split())


@pytest.mark.slow
def test_no_word_whose_pixels_are_painted_is_shown(case: Case, rebuilt: Rebuilt) -> None:
    for page in rebuilt.pages:
        for x0, y0, x1, y1, _ in prove_rebuilt(case, rebuilt, page.number, rendition="plain").page.told["words"]:
            for left, top, right, bottom in page.rectangles:
                assert x1 <= left or right <= x0 or y1 <= top or bottom <= y0


@pytest.mark.slow
def test_a_proof_by_name_of_the_redaction_is_the_same(case: Case, letter: Redaction, rebuilt: Rebuilt) -> None:
    made = prove_redacted(case, "Letter", 1, engine=ENGINE)
    assert made.redaction == letter.id
    assert made.page.as_bytes() == prove_rebuilt(case, rebuilt, 1, rendition="plain").page.as_bytes()
    bare = prove_redacted(case, letter.id[:8], 1, with_words=False)
    assert bare.page.told["words"] == []
    assert bare.page.told["states"] == made.page.told["states"]
    with pytest.raises(NoProof, match="none of the pages that leave"):
        prove_redacted(case, "Letter", 3)


@pytest.mark.slow
def test_pixels_that_were_compressed_with_loss_are_not_called_proved(case: Case, letter: Redaction) -> None:
    lossy = make_redaction(case, letter, engine=None, coding="jpeg")
    with pytest.raises(NoProof, match="no lossless picture"):
        prove_rebuilt(case, lossy, 1)
    assert prove_rebuilt(case, lossy, 1, rendition="plain").page.told["words"] == []


@pytest.mark.slow
def test_a_redacted_scan_has_nothing_that_is_unproven(case: Case) -> None:
    one = redacting.begin_redaction(case, named(case, "note.pdf"), "Scan", "heron")
    place = f"{one.document[:16]}:p1:r301,403,507,441@200"
    one = redacting.add_boxes(case, one, [place], "heron", reason="person", width="fixed")
    one = review_boxes(case, one, [box.id for box in one.boxes], ACCEPT, "tern")
    made = make_redaction(case, review_page(case, one, 1, BY_EYE, "tern"), engine=None)
    for rendition in ("colour", "plain"):
        told = prove_rebuilt(case, made, 1, rendition="colour" if rendition == "colour" else "plain").page.told
        ((x0, y0, x1, y1),) = made.pages[0].rectangles
        assert (told["withheld"], told["unproven"]) == ((x1 - x0) // 16 * ((y1 - y0) // 16), 0)
