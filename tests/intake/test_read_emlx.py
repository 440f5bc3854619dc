from __future__ import annotations

import plistlib

import pytest

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake.read_emlx import ReadEmlx
from tests.intake.parts import outcome, unpack
from tests.intake.test_identify import type_of

MAIL = (
    "From: a@example.org\r\nSubject: Протокол\r\nMessage-ID: <1@example.org>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nТекст письма.\r\n"
).encode()


def emlx(mail: bytes, flags: int = 0b1_0101) -> bytes:
    return b"%-10d\n" % len(mail) + mail + plistlib.dumps({"flags": flags, "subject": "s"})


def test_the_mail_is_read_and_the_list_behind_it_is_not_part_of_it() -> None:
    out = unpack(ReadEmlx(), emlx(MAIL))
    assert out.pages[0].text == "From: a@example.org\nSubject: Протокол\n\nТекст письма."
    assert out.about["message-id"] == "<1@example.org>"
    assert out.about["mail-flags"] == "read, answered, flagged"
    assert out.end.outcome is Cause.OK


def test_it_is_told_from_other_text_that_begins_with_a_number() -> None:
    assert type_of(emlx(MAIL)) == "message/x-emlx"
    assert type_of(b"12\nplain text\n") == "text/plain"


def test_a_mail_that_is_cut_off_says_so_and_nonsense_is_refused() -> None:
    assert outcome(ReadEmlx(), emlx(MAIL)[: len(MAIL)]) is Cause.PARTIAL
    assert outcome(ReadEmlx(), emlx(MAIL)[: 11 + len(MAIL)]) is Cause.OK  # only the list is missing
    for data, cause in ((b"no number", Cause.UNREADABLE), (b"9999999999\nFrom: x\n", Cause.LIMIT_MEMORY)):
        with pytest.raises(ReadError) as raised:
            outcome(ReadEmlx(), data)
        assert raised.value.cause is cause
