from __future__ import annotations

import base64
import io
import time
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Source
from fairwitness.intake._headers import decode_value, iso_day, parameters
from fairwitness.intake.read_mail import ReadMail
from fairwitness.run.task import parts_of
from fairwitness.text.html import mail_text
from tests.intake.parts import outcome, unpack
from tests.thorough import examples

_HEAD = b"From: a@example.org\r\nSubject: s\r\n"


def mixed(*parts: bytes, end: bytes = b"--x--\r\n") -> bytes:
    head = _HEAD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    return head + b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + end


# --- headers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?UTF-8?B?5ZCN5Y2V?=", "名单"),
        (b"=?gb2312?B?w/u1pQ==?=", "名单"),
        (b"=?utf-8?Q?=D0=A1=D0=BF=D0=B8=D1=81=D0=BE=D0=BA_2017?=", "Список 2017"),
        (b"=?utf-8?B?5ZCN5Y0=?=\r\n =?utf-8?B?lQ==?=", "名单"),  # cut inside a character, as real mailers do
        (b"=?utf-8?Q?a?= and =?utf-8?Q?b?=", "a and b"),
        ("名单".encode("gbk"), "名单"),
        ("Список сел 2017 года".encode("koi8-r"), "Список сел 2017 года"),
        (b"=?utf-8?B?broken", "=?utf-8?B?broken"),
        (b"=?iso-8859-1*en?Q?=E9t=E9?=", "été"),
        (b"=?utf-8?B?5Z*CN5Y2V?=", "名单"),
        (b"=?utf-8?B?5ZCN5Y2VY?=", "名单"),
        (b"folded\r\n\tvalue", "folded value"),
        (b"", ""),
    ],
)
def test_a_header_value_reads_as_it_was_meant(raw: bytes, text: str) -> None:
    assert decode_value(raw) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'attachment; filename="a b;c.pdf"', b"a b;c.pdf"),
        (b"attachment; filename=plain.pdf", b"plain.pdf"),
        (rb'attachment; filename="q\"uote.pdf"', b'q"uote.pdf'),
        (b"attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95.pdf", "名单.pdf".encode()),
        (b"attachment; filename*=gb2312'zh'%C3%FB%B5%A5.pdf", "名单.pdf".encode()),
        (b"attachment; filename*1*=%8D%E5%8D%95; filename*0*=UTF-8''%E5%90; filename*2=.pdf", "名单.pdf".encode()),
        (b'attachment; filename="=?gb2312?B?w/u1pQ==?=.pdf"', "名单.pdf".encode()),
        (b'attachment; filename="' + "名单".encode("gbk") + b'"', "名单".encode("gbk")),  # bytes as they are
    ],
)
def test_a_file_name_is_found_however_it_is_written(raw: bytes, expected: bytes) -> None:
    assert parameters(raw)[1]["filename"] == expected


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        (b"Wed, 1 Mar 2017 23:30:00 -0800", "2017-03-01"),  # the day of the sender, not of Greenwich
        (b"1 Mar 2017 08:00 +0600", "2017-03-01"),
        (b"Thu, 99 Foo 2017 99:99:99", ""),
        (b"31 Feb 2017 10:00:00 +0000", ""),
        (b"", ""),
    ],
)
def test_a_date_is_the_day_the_sender_wrote(raw: bytes, day: str) -> None:
    assert iso_day(raw) == day


@given(
    st.binary(max_size=300)
    | st.builds(
        lambda coding, data: b"=?utf-8?" + coding + b"?" + data + b"?=", st.sampled_from([b"b", b"Q"]), st.binary()
    )
)
def test_any_header_bytes_give_text_that_can_be_stored(raw: bytes) -> None:
    decode_value(raw).encode()
    parameters(raw)
    iso_day(raw)


# --- bodies --------------------------------------------------------------------------------------------------


def test_headers_and_text_make_page_one() -> None:
    raw = (
        b"From: =?utf-8?B?5byg5LiJ?= <z@example.org>\r\nTo: b@example.org\r\n"
        b"Date: Wed, 1 Mar 2017 10:00:00 +0800\r\nSubject: =?utf-8?B?5ZCN5Y2V?=\r\nMessage-ID: <1@example.org>\r\n"
        b"In-Reply-To: <0@example.org>\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n"
    ) + "正文第一行\r\n第二行\r\n".encode("gbk")
    out = unpack(ReadMail(), raw)
    (page,) = out.pages
    assert page.kind == "body"
    assert page.text == (
        "From: 张三 <z@example.org>\nTo: b@example.org\nDate: Wed, 1 Mar 2017 10:00:00 +0800\nSubject: 名单\n\n"
        "正文第一行\n第二行"
    )
    assert out.about == {
        "sent": "2017-03-01",
        "sent-time": "Wed, 1 Mar 2017 10:00:00 +0800",
        "from": "张三 <z@example.org>",
        "to": "b@example.org",
        "subject": "名单",
        "message-id": "<1@example.org>",
        "in-reply-to": "<0@example.org>",
        "headers": out.about["headers"],
    }
    assert (out.end.outcome, out.end.expected_pages, out.end.expected_entries) == (Cause.OK, 1, 0)


@pytest.mark.parametrize("charset", ["", "gb2312", "us-ascii", "nonsense"])
def test_a_missing_or_wrong_charset_is_guessed_from_the_text(charset: str) -> None:
    text = "这是一份关于村民的名单，请在三月一日之前送到县里。"
    kind = f"Content-Type: text/plain; charset={charset}\r\n" if charset else ""
    out = unpack(ReadMail(), (kind + "\r\n").encode() + text.encode("gbk"))
    assert out.pages[0].text == text


def test_html_beside_text_is_a_further_page_and_alone_it_is_the_first() -> None:
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("<p>چۈشەندۈرۈش</p><script>no()</script>", "html", "utf-8"))
    both.attach(MIMEText("plain text", "plain", "utf-8"))
    assert [page.text for page in unpack(ReadMail(), both.as_bytes()).pages] == ["plain text", "چۈشەندۈرۈش"]
    alone = MIMEText("<p>only</p>", "html", "utf-8")
    assert [page.text for page in unpack(ReadMail(), alone.as_bytes()).pages] == ["only"]


def test_html_gives_its_text_by_blocks_and_counts_what_it_would_load() -> None:
    text, remote = mail_text(
        "<html><head><title>t</title><style>p{background:url(http://x/b)}</style></head><body>"
        "<p>one <b>two</b></p><table><tr><td>甲</td><td>乙</td></tr></table>three<br>four"
        '<img src="http://tracker.example/x.gif"><img src="cid:1"><div style="background:url(//y/z)"></div>'
        "<script>evil()</script></body></html>"
    )
    assert [line.strip() for line in text.split("\n") if line.strip()] == ["t", "one two", "甲\t乙", "three", "four"]
    assert remote == 3
    raw = b"Content-Type: text/html\r\n\r\n<img src=https://t.example/1.gif>hello"
    assert unpack(ReadMail(), raw).about["remote-content"] == "1"


@given(st.text(max_size=200))
def test_any_html_gives_text(html: str) -> None:
    mail_text(html)[0].encode("utf-8", "surrogatepass")


def test_text_before_the_parts_is_dropped_and_text_behind_them_is_kept() -> None:
    raw = mixed(b"\r\nbody").replace(b"--x\r\n", b"for old readers\r\n--x\r\n", 1) + b"a list footer\r\n"
    texts = [page.text for page in unpack(ReadMail(), raw).pages]
    assert "old readers" not in "".join(texts)
    assert texts[0].endswith("\n\nbody")
    assert texts[1] == "a list footer"


def test_a_multipart_without_its_boundary_still_shows_its_text() -> None:
    raw = _HEAD + b"Content-Type: multipart/mixed; boundary=y\r\n\r\nall the text there is\r\n"
    assert "all the text there is" in unpack(ReadMail(), raw).pages[0].text


# --- attachments ---------------------------------------------------------------------------------------------


def test_attachments_come_out_byte_for_byte_whatever_their_encoding() -> None:
    data = bytes(range(256)) * 40
    raw = mixed(
        b"\r\nbody",
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(data),
        b"Content-Disposition: attachment; filename=b.txt\r\n\r\n--not a boundary\r\nline\r\n",
        b"Content-Type: text/plain; name=c.txt\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=E5=90=\r\n=8D",
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n\r\n\n\r\n\xff\0",
        b"Content-Type: image/gif\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#86)C\r\n`\r\nend\r\n",
    )
    out = unpack(ReadMail(), raw)
    assert out.names == [b"a.pdf", b"b.txt", b"c.txt", b"", b""]
    assert out.data == [data, b"--not a boundary\r\nline\r\n", "名".encode(), b"\r\n\n\r\n\xff\0", b"abc"]
    assert out.causes() == [None] * 5
    assert out.about["attachments"] == "5"
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 5)


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)


@settings(max_examples=60)
@given(_TEXT, _TEXT, st.lists(st.tuples(_TEXT.map(lambda t: t[:30] or "n"), st.binary(max_size=3000)), max_size=5))
def test_what_python_puts_in_a_mail_comes_out(subject: str, body: str, attachments: list[tuple[str, bytes]]) -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail.set_content(body, cte="base64")
    for name, data in attachments:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    out = unpack(ReadMail(), mail.as_bytes())
    assert out.data == [data for _, data in attachments]
    assert [name.decode() for name in out.names] == [name for name, _ in attachments]
    shown = "\n".join(page.text for page in out.pages)
    assert body.strip("\n").replace("\u2028", "\u2028") in shown


def test_a_nested_message_is_an_entry_with_its_exact_bytes() -> None:
    inner = b"Subject: inner\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nhello\r\n--y--\r\n"
    raw = mixed(b"\r\nbody", b"Content-Type: message/rfc822\r\n\r\n" + inner)
    out = unpack(ReadMail(), raw)
    assert [(entry.role, data) for entry, data in zip(out.entries, out.data, strict=True)] == [("message", inner)]
    again = unpack(ReadMail(), out.data[0])
    assert again.pages[0].text == "Subject: inner\n\nhello"


def test_three_thousand_levels_come_off_one_at_a_time() -> None:
    level = b"Content-Type: message/rfc822\r\n\r\n"
    raw = level * 3000 + b"Subject: last\r\n\r\nend"
    for _ in range(3):
        (raw,) = unpack(ReadMail(), raw).data
    assert raw == level * 2997 + b"Subject: last\r\n\r\nend"


def test_deep_multiparts_take_no_recursion_and_no_long_time() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for i in range(20_000):
        raw += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i + 1)
    raw += b"--b20000\r\n\r\ndeep\r\n"
    started = time.process_time()
    assert unpack(ReadMail(), raw).pages[0].text == "deep"
    assert time.process_time() - started < 20


def test_an_outer_boundary_closes_all_within() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\n\r\nfirst\r\n--a\r\n\r\nsecond\r\n--b\r\nstill second\r\n--a--\r\n"
    )
    texts = [page.text for page in unpack(ReadMail(), raw).pages]
    assert texts == ["first", "second\n--b\nstill second"]


# --- damage --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coded", "data", "cause"),
    [
        (b"YWJj\r\nZGVm", b"abcdef", None),
        (b"YWI=\r\nYWI=", b"abab", None),
        (b"YWI", b"ab", None),
        (b"YW*Jj", b"abc", Cause.PARTIAL),
        (b"YWJjZ", b"abc", Cause.PARTIAL),
        (b"****", b"", Cause.UNREADABLE),
        (b"", b"", None),
    ],
)
def test_damaged_base64_gives_what_decodes_and_says_so(coded: bytes, data: bytes, cause: Cause | None) -> None:
    out = unpack(ReadMail(), mixed(b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + coded))
    assert (out.data, out.causes()) == ([data], [cause])
    assert out.end.outcome is (Cause.PARTIAL if cause else Cause.OK)


def test_a_mail_that_is_cut_off_is_partial() -> None:
    raw = mixed(b"\r\nbody", b"Content-Type: image/png\r\n\r\n" + b"x" * 500, end=b"")
    out = unpack(ReadMail(), raw[:-100])
    assert out.causes() == [Cause.PARTIAL]
    assert out.end.outcome is Cause.PARTIAL
    assert out.pages[0].text.endswith("body")


@settings(max_examples=examples(300))
@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    part = b"Content-Type: image/png; name*=utf-8''%E5\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJjZGVm\r\n"
    html = b"Content-Type: text/html; charset=gb2312\r\n\r\n<p>\xc3\xfb\xb5\xa5</p>"
    whole = bytearray(mixed(b"\r\nbody", part, html))
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    unpack(ReadMail(), bytes(whole[: data.draw(st.integers(0, len(whole)))]))


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read_as_a_mail(raw: bytes) -> None:
    unpack(ReadMail(), raw)


# --- encryption and limits -----------------------------------------------------------------------------------


def test_a_mail_is_encrypted_only_if_nothing_else_can_be_read() -> None:
    head = _HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
    out = unpack(ReadMail(), head + b"Content-Transfer-Encoding: base64\r\n\r\nMIAG\r\n")
    assert (out.end.outcome, out.names, len(out.pages)) == (Cause.ENCRYPTED, [b"smime.p7m"], 1)
    signed = head.replace(b"enveloped", b"signed") + b"\r\nx"
    assert outcome(ReadMail(), signed) is Cause.OK
    pgp = (
        _HEAD + b"Content-Type: multipart/encrypted; protocol=application/pgp-encrypted; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        b"--x\r\nContent-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--x--\r\n"
    )
    assert outcome(ReadMail(), pgp) is Cause.ENCRYPTED
    assert outcome(ReadMail(), _HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\nabc\r\n") is Cause.ENCRYPTED
    within = mixed(b"\r\nplease open", b"Content-Type: application/pkcs7-mime\r\n\r\nMIAG")
    assert outcome(ReadMail(), within) is Cause.OK


@pytest.mark.parametrize("start", [b"", b"\r\n", b"\xef\xbb\xbf", b"From a@b Wed Mar  1 10:00:00 2017\r\n"])
def test_what_stands_before_the_headers_does_not_hide_them(start: bytes) -> None:
    assert unpack(ReadMail(), start + _HEAD + b"\r\nbody").about["subject"] == "s"


def test_text_without_headers_is_all_body_and_a_broken_line_does_not_end_the_headers() -> None:
    assert unpack(ReadMail(), "没有信头的正文\r\n第二行".encode()).pages[0].text == "没有信头的正文\n第二行"
    out = unpack(ReadMail(), b"Subject: one\r\ntwo\r\nTo: b@example.org\r\n\r\nbody")
    assert (out.about["subject"], out.about["to"]) == ("one two", "b@example.org")


def test_limits_end_the_reading_and_the_headers_are_still_shown() -> None:
    raw = mixed(*[b"Content-Type: image/png\r\n\r\n" + b"x" * 100] * 5)
    out = unpack(ReadMail(max_entries=2), raw)
    assert (len(out.entries), out.end.outcome, len(out.pages)) == (2, Cause.LIMIT_ENTRIES, 1)
    out = unpack(ReadMail(max_unpacked_bytes=250), raw)
    assert (sum(map(len, out.data)), out.end.outcome) == (250, Cause.LIMIT_OUTPUT)


def test_nothing_is_empty_and_a_blank_mail_too() -> None:
    assert outcome(ReadMail(), b"") is Cause.EMPTY
    assert outcome(ReadMail(), b"\r\n\r\n") is Cause.EMPTY


def test_what_a_thread_is_built_from_is_kept_and_so_are_all_headers_as_they_came() -> None:
    raw = (
        b"Received: from x by y;\r\n Wed, 1 Mar 2017 10:00:00 +0800\r\nX-Odd:   spaces\r\nSubject: \xe5\x90\x8d\r\n"
        b"Message-ID: <3@example.org>\r\nIn-Reply-To: Your message of Monday <2@example.org>\r\n"
        b"References: <1@example.org>\r\n\t<2@example.org>\r\nThread-Index: AdKS\r\n\r\nbody\r\n"
    )
    out = unpack(ReadMail(), raw)
    assert out.about["message-id"] == "<3@example.org>"
    assert out.about["in-reply-to"] == "<2@example.org>"
    assert out.about["references"] == "<1@example.org> <2@example.org>"
    assert out.about["thread-index"] == "AdKS"
    assert out.about["headers"] == raw.partition(b"\r\n\r\n")[0].decode().replace("\r\n", "\n")


def test_a_page_saved_from_the_web_gives_its_text_and_its_parts_by_name() -> None:
    saved = (
        b"From: <Saved by a browser>\r\nSubject: page\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/html; charset=gbk\r\nContent-Location: http://example.org/index.html\r\n\r\n"
        + "<p>环境保护通知</p><img src='http://example.org/logo.png?x=1'>".encode("gbk")
        + b"\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Location: http://example.org/logo.png?x=1\r\n\r\niVBORw0KGgo=\r\n"
        b"--b\r\nContent-Type: text/css\r\nContent-Location: cid:css-1@example.org\r\n\r\np {color: red}\r\n--b--\r\n"
    )
    out = unpack(ReadMail(), saved)
    assert out.pages[0].text.endswith("环境保护通知")
    assert out.names == [b"logo.png", b"cid:css-1@example.org"]
    assert out.data[0] == b"\x89PNG\r\n\x1a\n"


def test_the_way_of_a_mail_and_the_program_that_wrote_it_are_stated() -> None:
    raw = (
        b"Received: from b by c; Wed, 1 Mar 2017 10:00:09 +0800\r\nReceived: from a\r\n by b; Wed, 1 Mar 2017 05:00:01 +0300\r\n"
        b"From: a@example.org\r\nDate: Wed, 1 Mar 2017 10:00:00 +0800\r\nX-Mailer: Invented Mailer 3\r\n"
        b"X-Originating-IP: [192.0.2.7]\r\nDKIM-Signature: v=1\r\n\r\nbody"
    )
    source = Source(io.BytesIO(raw), len(raw))
    told = [(p.name, p.value, p.source) for p in parts_of(ReadMail(), source) if isinstance(p, About)]
    assert [value for name, value, _ in told if name == "received"] == [
        "from b by c; Wed, 1 Mar 2017 10:00:09 +0800",
        "from a by b; Wed, 1 Mar 2017 05:00:01 +0300",
    ]
    assert ("software", "Invented Mailer 3", "mail header X-Mailer") in told
    assert ("sent-from-address", "[192.0.2.7]", "mail header X-Originating-IP") in told
    assert ("signatures", "dkim-signature", "mail headers") in told
    assert ("sent-time", "Wed, 1 Mar 2017 10:00:00 +0800", "mail header Date") in told
