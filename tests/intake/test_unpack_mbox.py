from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.intake.unpack_mbox import UnpackMbox
from tests.intake.parts import outcome, unpack

_FROM = b"From a@example.org Wed Mar  1 10:00:00 2017\n"


def mbox(*messages: bytes, line_end: bytes = b"\n") -> bytes:
    return b"".join(_FROM.replace(b"\n", line_end) + message + line_end for message in messages)


def test_messages_come_out_byte_for_byte() -> None:
    messages = [
        b"Subject: a\n\nbody\n>From here on\n",
        b"Subject: b\n\nFrom time to time\n\nFrom now on\n",
        b"Subject: c\n\n",
    ]
    out = unpack(UnpackMbox(), mbox(*messages))
    assert out.data[:2] == messages[:2]
    assert {entry.role for entry in out.entries} == {"message"}
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 3)


def test_line_ends_of_windows_and_a_mark_at_the_start_do_no_harm() -> None:
    messages = [b"Subject: a\r\n\r\nbody\r\n", b"Subject: b\r\n\r\nend\r\n"]
    out = unpack(UnpackMbox(), b"\xef\xbb\xbf" + mbox(*messages, line_end=b"\r\n"))
    assert out.data[0] == messages[0]
    assert len(out.data) == 2


def test_a_message_longer_than_a_piece_is_whole() -> None:
    long = b"Subject: a\n\n" + b"line of the text\n" * 60_000 + b"x" * 700_000 + b"\n"
    out = unpack(UnpackMbox(), mbox(long, long))
    assert out.data[0] == long
    assert out.data[1] == long + b"\n"  # the last one keeps all that follows it


@given(
    st.lists(
        st.lists(st.sampled_from([b"", b"text", b">From x", b"From x", "名单".encode("gbk"), b"\r"]), max_size=6),
        min_size=1,
        max_size=6,
    )
)
def test_no_byte_between_the_from_lines_is_lost(bodies: list[list[bytes]]) -> None:
    messages = [b"Subject: s\n\n" + b"".join(line + b"\n" for line in lines) for lines in bodies]
    out = unpack(UnpackMbox(), mbox(*messages))
    assert out.data[:-1] == messages[:-1]
    assert out.data[-1] == messages[-1] + b"\n"


def test_limits_noise_and_nothing() -> None:
    assert outcome(UnpackMbox(max_entries=1), mbox(b"a\n", b"b\n")) is Cause.LIMIT_ENTRIES
    assert outcome(UnpackMbox(), b"no mailbox") is Cause.UNREADABLE
    assert outcome(UnpackMbox(), b"") is Cause.EMPTY
