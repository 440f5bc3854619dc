"""Redactions: what is found, who may say what, what is in the way, and what is made."""

from __future__ import annotations

import itertools
import json
from array import array
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import BadCite
from fairwitness.core.lists import Cell, Column, List, Row
from fairwitness.core.parts import PageText, Source
from fairwitness.core.redaction import Box
from fairwitness.custody.ledger import check_log
from fairwitness.read.read_pdf import ReadPdf
from fairwitness.search.highlight import matches
from fairwitness.search.query import Named, parse
from fairwitness.work import redacting
from fairwitness.work.gating import CHECKS, gate
from fairwitness.work.kept_lists import begin_list, change_list
from fairwitness.work.redacting import NotReady, make_redaction, note_made, obstacles, review_boxes, review_page
from fairwitness.work.redaction_finding import (
    _on_page,
    cover_column,
    find_name,
    find_names_of_column,
    find_numbers,
    find_text,
)
from fairwitness.work.redaction_kept import ACCEPT, BY_EYE, OBJECT, BadBox, OwnBox, Redaction, keep_boxes, keep_search
from tests.work.redaction_case import NAME, case_to_redact, named
from tests.work.support_lists import list_in

_names = (f"Letter {number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with case_to_redact(tmp_path_factory.mktemp("redact")) as opened:
        yield opened


@pytest.fixture
def letter(case: Case) -> Redaction:
    """A redaction of the two pages with text, begun by heron."""
    return redacting.begin_redaction(case, named(case, "letter.pdf"), next(_names), "heron")


def _codes(case: Case, one: Redaction) -> set[str]:
    return {problem.code for problem in obstacles(case, one)}


def _accepted(case: Case, one: Redaction, by: str = "tern") -> Redaction:
    """The redaction after somebody accepted every box and every page."""
    if one.boxes:
        one = review_boxes(case, one, [box.id for box in one.boxes], ACCEPT, by)
    for number in redacting.pages_of(case, one):
        one = review_page(case, one, number, ACCEPT, by)
    return one


def _cite(one: Redaction, box: str, page: int = 1) -> str:
    return f"{one.document[:16]}:p{page}:r{box}@200"


def test_a_name_is_found_in_every_script_and_over_the_end_of_a_line(case: Case, letter: Redaction) -> None:
    found = find_name(case, letter, NAME, "heron")
    texts = " ".join(box.box.withheld for box in found.redaction.boxes)
    for form in ("تۇرسۇن بارات", "Турсун Барат", "吐尔逊·巴拉提", "Tursun Barat"):
        assert form in texts
    assert not any("Турсун" in box.box.withheld and "بارات" in box.box.withheld for box in found.redaction.boxes)
    over = [box for box in found.redaction.boxes if box.box.withheld == "Tursun\nBarat"]
    assert len(over) == 2 and over[0].page == over[1].page == 1  # both parts
    assert found.unread == () and found.unplaced == ()


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("… and he gave it to Tur-", "sun Barat in the end …"), "Tursun Barat"),
        (("… which 吐尔", "逊·巴拉提 signed there …"), "吐尔逊·巴拉提"),
        (("the number 65010219900101", "1234 was written …"), "650102199001011234"),
    ],
)
def test_what_is_parted_within_a_word_is_found_with_both_parts(lines: tuple[str, str], name: str) -> None:
    text, words = "", array("I")
    for row, line in enumerate(lines):  # a column of narrow cells: another cell stands between the two in the text
        x = 100
        for word in line.split():
            pieces = list(word) if word[0] >= "\u4e00" else [word]
            for piece in pieces:
                words.extend(
                    (len(text), len(text) + len(piece), x, 100 + 40 * row, x + 12 * len(piece), 124 + 40 * row)
                )
                text += piece
                x += 12 * len(piece)
            text += " "
            x += 8
        words.extend((len(text) + 1, len(text) + 6, 900, 100 + 40 * row, 960, 124 + 40 * row))
        text += "\nother\n"
    page = PageText(1, "page", text, 1653, 2339, 200, words)
    node = parse(f'"{name}"') if name.isdigit() else Named(name)
    found = [parts for _, parts, across in _on_page(page, lambda given: matches(node, given)) if across]
    assert [sorted({100 + 40 * (y > 120) for _, y, _, _ in parts}) for parts in found] == [[100, 140]]


def test_numbers_that_have_the_form_of_one_are_covered(case: Case, letter: Redaction) -> None:
    one = find_numbers(case, letter, "heron").redaction
    assert [(box.box.withheld, box.box.reason) for box in one.boxes] == [("+7 701 234 56 78", "contact")]


def test_a_search_by_words_is_covered_too(case: Case, letter: Redaction) -> None:
    one = find_text(case, letter, '"second well"', "heron", width="exact", reason="other").redaction
    assert [box.box.withheld for box in one.boxes] == ["second well"]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("2000,10,2100,40", "outside"),
        ("1600,10,1700,40", "beyond the edge"),
        ("100,3000,200,3100", "outside"),
    ],
)
def test_a_box_beside_the_page_is_refused_with_the_reason(case: Case, letter: Redaction, place: str, why: str) -> None:
    with pytest.raises(BadBox, match=why):
        redacting.add_boxes(case, letter, [_cite(letter, place)], "heron", reason="person", width="exact")


def test_an_empty_box_and_one_on_another_page_or_document_are_refused(case: Case, letter: Redaction) -> None:
    def add(place: str) -> None:
        redacting.add_boxes(case, letter, [place], "heron", reason="person", width="exact")

    with pytest.raises(BadCite, match="empty"):
        add(_cite(letter, "100,100,100,140"))
    with pytest.raises(BadBox, match="page 7"):
        add(_cite(letter, "10,10,60,60", page=7))
    with pytest.raises(BadBox, match="another document"):
        add(f"{'0' * 16}:p1:r10,10,60,60@200")
    with pytest.raises(BadCite, match="rectangle"):
        add(f"{letter.document[:16]}:p1:c0-4:{'0' * 8}")
    assert redacting.redaction(case, letter.id).boxes == ()  # the case is as it was


def test_nobody_reviews_their_own_box_or_accepts_a_page_alone(case: Case, letter: Redaction) -> None:
    one = redacting.add_boxes(case, letter, [_cite(letter, "100,100,200,140")], "heron", reason="person", width="line")
    with pytest.raises(OwnBox):
        review_boxes(case, one, [one.boxes[0].id], ACCEPT, "heron")
    with pytest.raises(OwnBox):
        review_page(case, one, 2, ACCEPT, "heron")  # begun by heron, without a box
    one = review_boxes(case, one, [one.boxes[0].id], ACCEPT, "tern")
    assert review_page(case, one, 1, ACCEPT, "tern").page_reviews[1].by == "tern"


def test_nothing_is_made_until_every_box_and_page_was_accepted_as_it_is_now(case: Case, letter: Redaction) -> None:
    one = find_name(case, letter, NAME, "heron").redaction
    assert _codes(case, one) == {"box_not_reviewed", "page_not_reviewed"}
    with pytest.raises(NotReady, match="not reviewed"):
        make_redaction(case, one)
    with pytest.raises(BadBox, match="boxes that nobody"):
        review_page(case, one, 1, ACCEPT, "tern")
    one = _accepted(case, one)
    assert _codes(case, one) == set()
    objected = review_boxes(case, one, [one.boxes[0].id], OBJECT, "tern")
    assert _codes(case, objected) == {"box_objected"}
    one = redacting.take_out(case, objected, [one.boxes[0].id], "tern")
    assert _codes(case, one) == {"page_changed"}  # one box fewer than when it was accepted
    one = review_page(case, one, 1, OBJECT, "tern")
    assert _codes(case, one) == {"page_objected"}


def test_a_page_without_text_wants_to_be_looked_at_by_eye(case: Case) -> None:
    one = redacting.begin_redaction(case, named(case, "note.pdf"), next(_names), "heron")
    found = find_name(case, one, NAME, "heron")
    assert found.unread == (1,) and found.places == 0
    one = found.redaction
    assert "by eye" in obstacles(case, one)[0].says
    with pytest.raises(BadBox, match="no text"):
        review_page(case, one, 1, ACCEPT, "tern")
    one = review_page(case, one, 1, BY_EYE, "tern")
    assert obstacles(case, one) == ()
    made = make_redaction(case, one, engine=None)
    assert not made.pages[0].has_text


def test_what_was_found_in_another_reading_must_be_looked_for_anew(case: Case, letter: Redaction) -> None:
    one = _accepted(case, find_name(case, letter, NAME, "heron").redaction)
    search = one.searches[0]
    pages = search.pages | {2: "0" * 64}  # as if page 2 had been another reading then
    one = keep_search(case, one, (search.kind, search.asked, search.level), pages, (), search.found, "heron")
    assert [(problem.code, problem.page) for problem in obstacles(case, one)] == [("changed_reading", 2)]
    with pytest.raises(NotReady, match="page 2 was read anew"):
        make_redaction(case, one, engine=None)
    again = find_name(case, one, NAME, "heron")
    assert again.new == 0 and _codes(case, again.redaction) == set()


def test_a_column_of_a_list_is_covered_cell_by_cell(case: Case, letter: Redaction) -> None:
    kept = list_in(case, 6)  # two pages; the cells of column 1 lie at x from 100 to 190
    digest = case.queries.documents(0)[0].digest
    one = redacting.begin_redaction(case, digest, next(_names), "heron")
    pages = redacting.pages_of(case, one)
    found = cover_column(case, one, kept, "name", "heron", reason="person")
    cites = [box.box.place.split(":r")[1].split(",")[0] for box in found.redaction.boxes]
    assert cites == ["100"] * len(cites) and len(cites) == (6 if len(pages) == 2 else 3)
    assert {box.box.width for box in found.redaction.boxes} == {"cell"}


def test_the_names_of_a_column_are_looked_for_on_every_page(case: Case, letter: Redaction) -> None:
    cite = f"{letter.document[:16]}:p2:r1,1,9,9@200"
    row = Row(cite, 1, "data", letter.document, 2, (Cell(0, (cite,), NAME),))
    kept = begin_list(case, next(_names), "", "heron")
    kept = change_list(case, kept.id, "heron", rows=List((Column("name", kind="name"),), (row,)))
    (answer,) = find_names_of_column(case, letter, kept, "name", "heron")
    assert {box.page for box in answer.redaction.boxes} == {1, 2} and answer.across >= 1


def test_neither_the_judgements_nor_the_log_tell_what_is_covered(case: Case, letter: Redaction) -> None:
    one = find_name(case, letter, NAME, "heron").redaction
    assert one.boxes[0].box.withheld
    told = " ".join(body.decode() for body in case.queries.events())
    said = " ".join(each.value for each in case.queries.judgements_beginning("redaction:"))
    for text in (told, said):
        assert "Barat" not in text and "بارات" not in text
    assert "Barat" not in json.dumps(one.as_json())
    assert "Barat" in json.dumps(one.as_json(with_text=True))


def test_the_made_file_is_the_page_but_for_black_boxes_and_the_log_tells_of_it(case: Case, letter: Redaction) -> None:
    one = _accepted(case, find_name(case, letter, NAME, "heron").redaction)
    made = make_redaction(case, one, engine=None)
    assert made.pdf == make_redaction(case, one, engine=None).pdf
    for page in made.pages:
        outside = np.ones(page.shape[:2], bool)
        for x0, y0, x1, y1 in page.rectangles:
            outside[y0:y1, x0:x1] = False
            assert not page.pixels[y0:y1, x0:x1].any()
            assert page.drawn[y0:y1, x0:x1].any()
        assert np.array_equal(page.pixels[outside], page.drawn[outside])
    answers = {check.name: check.answer for check in gate(case, one, made, engine="tesseract-eng").report.checks}
    assert answers == dict.fromkeys(CHECKS, "passed")  # what was made so may leave
    note_made(case, made, "tern")
    (event,) = [body.decode() for body in case.queries.events() if made.sha256.encode() in body]
    assert '"pages":2' in event and "Tursun" not in event
    assert check_log(case).problems == ()


@pytest.mark.slow
def test_the_words_of_the_made_file_are_those_that_stay_in_sight(case: Case, letter: Redaction) -> None:
    one = find_name(case, letter, NAME, "heron").redaction
    one = _accepted(case, find_numbers(case, one, "heron").redaction)
    made = make_redaction(case, one)
    assert made.pdf == make_redaction(case, one).pdf
    source = Source(BytesIO(made.pdf), len(made.pdf), media_type="application/pdf")
    text = " ".join(part.text for part in ReadPdf()(source) if isinstance(part, PageText))
    assert "Register of the water office" in text  # read from the painted pixels
    for form in ("Tursun", "Barat", "بارات", "Турсун", "吐尔逊", "701"):
        assert form not in text


def test_a_box_that_says_what_there_is_not_is_refused(case: Case, letter: Redaction) -> None:
    for box in (
        Box(_cite(letter, "1,1,9,9"), "because", "hand", "line"),  # type: ignore[arg-type]
        Box(_cite(letter, "1,1,9,9"), "person", "hand", "wide"),  # type: ignore[arg-type]
    ):
        with pytest.raises(BadBox):
            keep_boxes(case, letter, [(box, "")], "heron")
