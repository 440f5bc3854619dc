"""Marks in statements, and the four questions of the gate."""

from __future__ import annotations

import re
from pathlib import Path

from fairwitness.publish.source_marks import ADVICE, CHECKLIST, SourceMark
from fairwitness.publish.source_marks_gate import (
    checklist_question,
    copies_question,
    file_question,
    text_question,
)
from fairwitness.publish.source_marks_said import differing_statements, said_marks

SAID = (
    ("author", "Kestrel Invented", "docProps/core.xml creator"),
    ("gps-latitude", "1° 2' 3\" N", "Exif GPSLatitude"),
    ("camera-serial", "000111222", "Exif BodySerialNumber"),
    ("editing-sessions", "12", "word/settings.xml w:rsid"),
    ("template", "C:\\Users\\kestrel\\Normal.dotm", "docProps/app.xml Template"),
    ("created-time", "2017-03-01T10:00:00+08:00", "docProps/core.xml created"),
    ("revisions", "1", "PDF startxref"),
    ("pages-claimed", "4", "docProps/app.xml Pages"),
)


def test_each_statement_that_leads_to_somebody_is_a_mark_of_its_kind() -> None:
    marks = said_marks(SAID)
    assert [(mark.kind, mark.sureness) for mark in marks] == [
        ("person", "likely"),
        ("person", "likely"),
        ("device", "likely"),
        ("place", "likely"),
        ("history", "possible"),
        ("revision_ids", "likely"),
    ]


def test_no_mark_repeats_a_value() -> None:
    told = " ".join(f"{mark.where} {mark.what}" for mark in said_marks(SAID)).lower()
    assert not [word for word in ("kestrel", "000111222", "normal.dotm", "10:00") if word in told]


def test_several_states_of_a_pdf_are_a_mark_and_one_is_none() -> None:
    assert [mark.kind for mark in said_marks([("revisions", "3", "PDF startxref")])] == ["earlier_state"]
    assert said_marks([("revisions", "1", "PDF startxref")]) == []


def test_copies_that_say_something_else_of_themselves_are_told_apart_by_the_field_alone() -> None:
    other = [*SAID[1:], ("author", "Heron Invented", "docProps/core.xml creator")]
    (mark,) = differing_statements([SAID, other])
    assert (mark.kind, mark.where, mark.what) == ("copies_differ", "docProps/core.xml creator", "author differs")
    assert differing_statements([SAID, SAID]) == []


def test_every_name_of_a_statement_that_is_judged_is_one_that_readers_use() -> None:
    from fairwitness.publish.source_marks_said import _KIND_OF

    documented = (Path(__file__).parents[2] / "docs" / "metadata.md").read_text("utf-8")
    names = set(re.findall(r"`([a-z0-9-]+)`", documented))
    assert {name for name in _KIND_OF if name.removesuffix("-time") not in names and name not in names} <= {"bcc"}
    assert {kind for kind, _ in _KIND_OF.values()} <= set(ADVICE)


def test_a_file_with_a_likely_mark_or_with_unread_parts_does_not_go() -> None:
    assert file_question([SourceMark("history", "possible", "x", "y")], {})[0]
    passed, why = file_question([SourceMark("thumbnail", "likely", "x", "y")], {})
    assert not passed and "thumbnail 1" in why
    passed, why = file_question([], {"not_drawn": 2})
    assert not passed and "not_drawn 2" in why


def test_a_text_with_an_unseen_character_does_not_go_and_is_not_quoted() -> None:
    passed, why = text_question(["They were held.", "Seventeen of\u200b them"])
    assert not passed and "zero_width 1" in why and "Seventeen" not in why
    assert text_question(["They were held."])[0]


def test_one_copy_alone_goes_only_when_somebody_accepted_that() -> None:
    assert not copies_question({"aa": 0}, {})[0]
    assert copies_question({"aa": 0}, {"aa": True})[0]
    assert copies_question({"aa": 1}, {})[0]


def test_every_question_of_the_checklist_wants_an_answer() -> None:
    whole = dict.fromkeys(CHECKLIST, "none")
    assert checklist_question({"aa": whole})[0]
    for item in CHECKLIST:
        passed, why = checklist_question({"aa": whole | {item: "there"}})
        assert not passed and item in why
    assert not checklist_question({"aa": {}})[0]
