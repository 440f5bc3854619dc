"""Stores with known contents come out complete; two independent programs read the same from them."""

from __future__ import annotations

import datetime
import random
import shutil
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.intake.read_mail import ReadMail
from fairwitness.intake.unpack_pst import DELETED, ORPHANED, UnpackPst
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from tests.intake.parts import Unpacked, outcome, unpack
from tests.intake.pst_writer import (
    BINARY,
    INT,
    TEXT,
    TEXT8,
    TIME,
    PstAttachment,
    PstFolder,
    PstMessage,
    simple_message,
    write_pst,
)
from tests.run.test_runners import Kept

_SENT = datetime.datetime(2017, 3, 1, 10, 0, tzinfo=datetime.UTC)
_BINARY_DATA = bytes(range(256)) * 150  # more than one block


def _store() -> PstFolder:
    """Three folders, six messages, three attachments of the first level, one message within a message."""
    inner = simple_message("内部通知", "ئۇيغۇرچە تېكىست", _SENT, attachments=[PstAttachment("ішкі.txt", b"deep")])
    inbox = PstFolder(
        "收件箱",
        [
            simple_message("关于环境保护的通知", "正文第一行\n第二行", _SENT),
            simple_message(
                "О встрече", "Тело письма\n" * 2000, _SENT, attachments=[PstAttachment("таблица.bin", _BINARY_DATA)]
            ),
            simple_message(
                "Toplantı", "Yarın görüşürüz, ığüşöç", _SENT, attachments=[PstAttachment("fwd", message=inner)]
            ),
        ],
    )
    sent = PstFolder("Отправленные", [simple_message("Жауап", "Қазақша мәтін", _SENT)], folders=[PstFolder("empty")])
    top = PstFolder("Top of Personal Folders", folders=[inbox, sent])
    sent.orphaned.append(simple_message("lost one", "in no folder", _SENT))
    top.messages.append(simple_message("top", "at the top", _SENT, attachments=[PstAttachment("a/b\\c.txt", b"x")]))
    return PstFolder("", folders=[top])


@pytest.fixture(scope="module")
def store() -> bytes:
    return write_pst(_store())


def _mails(out: Unpacked) -> dict[str, Unpacked]:
    return {
        entry.name.decode(): unpack(ReadMail(), data)
        for entry, data in zip(out.entries, out.data, strict=True)
        if entry.role == "message"
    }


def test_every_folder_and_message_comes_out_under_its_path(store: bytes) -> None:
    out = unpack(UnpackPst(), store)
    assert [name.decode() for name in out.names] == [
        "Top of Personal Folders/",
        "Top of Personal Folders/00001 top.eml",
        "Top of Personal Folders/收件箱/",
        "Top of Personal Folders/收件箱/00001 关于环境保护的通知.eml",
        "Top of Personal Folders/收件箱/00002 О встрече.eml",
        "Top of Personal Folders/收件箱/00003 Toplantı.eml",
        "Top of Personal Folders/Отправленные/",
        "Top of Personal Folders/Отправленные/00001 Жауап.eml",
        "Top of Personal Folders/Отправленные/empty/",
        f"{ORPHANED}/00001 lost one.eml",
    ]
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 10)
    assert {entry.modified for entry in out.entries if entry.role == "message"} == {"2017-03-01"}
    assert set(out.causes()) == {None}


def test_messages_are_read_to_the_letter_with_every_attachment(store: bytes) -> None:
    mails = _mails(unpack(UnpackPst(), store))
    by_subject = {mail.about["subject"]: mail for mail in mails.values()}
    assert by_subject["关于环境保护的通知"].pages[0].text == (
        "From: Айгүл Ерланқызы <aigul@example.org>\nTo: 样本 收件人 <sample@example.org>\n"
        "Date: Wed, 01 Mar 2017 10:00:00 +0000\nSubject: 关于环境保护的通知\n\n正文第一行\n第二行"
    )
    assert by_subject["О встрече"].pages[0].text.endswith("Тело письма\n" * 1999 + "Тело письма")
    assert by_subject["О встрече"].by_name() == {"таблица.bin".encode(): _BINARY_DATA}
    assert by_subject["Toplantı"].pages[0].text.endswith("Yarın görüşürüz, ığüşöç")
    assert by_subject["top"].by_name() == {b"a/b\\c.txt": b"x"}
    assert {mail.end.outcome for mail in mails.values()} == {Cause.OK}
    (nested,) = by_subject["Toplantı"].entries
    assert (nested.name, nested.role) == (b"fwd", "message")
    within = unpack(ReadMail(), by_subject["Toplantı"].data[0])
    assert within.about["subject"] == "内部通知"
    assert within.pages[0].text.endswith("ئۇيغۇرچە تېكىست")
    assert within.by_name() == {"ішкі.txt".encode(): b"deep"}


def test_what_we_write_is_a_mail_for_other_programs_too(store: bytes) -> None:
    out = unpack(UnpackPst(), store)
    data = out.data[out.names.index("Top of Personal Folders/收件箱/00003 Toplantı.eml".encode())]
    mail = message_from_bytes(data, policy=policy.default)
    assert mail["subject"] == "Toplantı"
    assert mail["to"].addresses[0].addr_spec == "sample@example.org"
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds.count("message/rfc822") == 1
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == ["fwd", "ішкі.txt"]


def test_readpst_finds_the_same_messages(store: bytes, tmp_path: Path) -> None:
    judge = shutil.which("readpst")
    if judge is None:
        pytest.skip("readpst (Debian: pst-utils) is not installed")
    (tmp_path / "store.pst").write_bytes(store)
    subprocess.run([judge, "-q", "-e", "-D", "-o", tmp_path, tmp_path / "store.pst"], check=True)
    theirs = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in tmp_path.rglob("*.eml")]
    ours = _mails(unpack(UnpackPst(), store))
    in_folders = {name: mail for name, mail in ours.items() if not name.startswith(ORPHANED)}
    assert sorted(str(mail["subject"]) for mail in theirs) == sorted(
        mail.about["subject"] for mail in in_folders.values()
    )
    assert sorted(str(mail["message-id"]) for mail in theirs) == sorted(
        mail.about["message-id"] for mail in in_folders.values()
    )
    parts = [part for mail in theirs for part in mail.walk()]
    attached = [part.get_payload(decode=True) for part in parts if part.get_filename() and not part.is_multipart()]
    assert sorted(attached) == sorted([_BINARY_DATA, b"x"])
    assert [part.get_content_type() for part in parts].count("message/rfc822") == 1
    assert sum(b"ZGVlcA==" in path.read_bytes() for path in tmp_path.rglob("*.eml")) == 1  # b"deep", in the inner mail


def test_text_of_eight_bits_is_decoded_by_the_code_page_of_the_message_or_by_what_it_looks_like() -> None:
    chinese = PstMessage(
        {
            (0x001A, TEXT8): b"IPM.Note",
            (0x0037, TEXT8): "关于加强环境保护工作的通知".encode("gbk"),
            (0x1000, TEXT8): "各单位：请按时上报。".encode("gbk"),
            (0x3FFD, INT): 936,
        }
    )
    russian = PstMessage(
        {
            (0x001A, TEXT8): b"IPM.Note",
            (0x0037, TEXT8): "Протокол совещания рабочей группы".encode("cp1251"),
            (0x1000, TEXT8): "Присутствовали все участники, решение принято единогласно.".encode("cp1251"),
        }
    )
    html = PstMessage(
        {
            (0x001A, TEXT): "IPM.Note",
            (0x0037, TEXT): "html",
            (0x1013, BINARY): "<p>Қазақстан Республикасының заңы</p>".encode(),
            (0x3FDE, INT): 65001,
        }
    )
    root = PstFolder("", folders=[PstFolder("top", [chinese, russian, html])])
    texts = [mail.pages[0].text for mail in _mails(unpack(UnpackPst(), write_pst(root))).values()]
    assert texts[0] == "Subject: 关于加强环境保护工作的通知\n\n各单位：请按时上报。"
    assert texts[1] == (
        "Subject: Протокол совещания рабочей группы\n\nПрисутствовали все участники, решение принято единогласно."
    )
    assert texts[2] == "Subject: html\n\nҚазақстан Республикасының заңы"


def test_transport_headers_stay_as_they_came_but_cannot_break_out() -> None:
    raw = (
        "Received: from a.example.org\r\n by b.example.org; Wed, 1 Mar 2017 10:00:00 +0800\r\n"
        "Message-ID: <one@example.org>\r\nIn-Reply-To: <zero@example.org>\r\n"
        "Content-Type: multipart/mixed; boundary=x\r\nSubject: from the header\r\n"
        "\r\n--x\r\nContent-Type: text/plain\r\n\r\nsmuggled body\r\n"
    )
    message = simple_message("from the property", "the body", _SENT)
    message.properties[(0x007D, TEXT)] = raw
    out = unpack(UnpackPst(), write_pst(PstFolder("", folders=[PstFolder("top", [message])])))
    (mail,) = _mails(out).values()
    assert b"Received: from a.example.org\r\n by b.example.org; Wed, 1 Mar 2017 10:00:00 +0800\r\n" in out.data[1]
    assert b"X-Transport-Content-Type: multipart/mixed; boundary=x\r\n" in out.data[1]
    assert mail.about["in-reply-to"] == "<zero@example.org>"
    assert mail.about["message-id"] == "<one@example.org>"
    assert len(mail.pages) == 1
    assert mail.pages[0].text.endswith("\n\nthe body")


def test_appointments_and_contacts_say_what_they_hold() -> None:
    contact = PstMessage({(0x001A, TEXT): "IPM.Contact", (0x0037, TEXT): "c", (0x3A08, TEXT): "+7 000 0000000"})
    meeting = PstMessage(
        {(0x001A, TEXT): "IPM.Appointment", (0x0037, TEXT): "m", (0x8000, TEXT): "тема", (0x8001, TIME): _SENT}
    )
    root = PstFolder("", folders=[PstFolder("top", [contact, meeting])])
    mails = list(_mails(unpack(UnpackPst(), write_pst(root))).values())
    assert mails[0].pages[0].text == "Subject: c\n\nbusiness telephone: +7 000 0000000"
    assert mails[1].pages[0].text == "Subject: m\n\nKeywords: тема\n2017-03-01 10:00 UTC"


def test_an_attachment_that_is_only_a_reference_makes_the_message_partial() -> None:
    message = simple_message("s", "b", _SENT, attachments=[PstAttachment("r", method=2), PstAttachment("a", b"kept")])
    out = unpack(UnpackPst(), write_pst(PstFolder("", folders=[PstFolder("top", [message])])))
    assert out.causes() == [None, Cause.PARTIAL]
    assert unpack(ReadMail(), out.data[1]).by_name()[b"a"] == b"kept"
    assert out.end.outcome is Cause.PARTIAL


def test_messages_within_messages_end_at_a_limit() -> None:
    message = simple_message("0", "innermost", _SENT)
    for at in range(25):
        message = simple_message(str(at + 1), "around", _SENT, attachments=[PstAttachment("m", message=message)])
    out = unpack(UnpackPst(), write_pst(PstFolder("", folders=[PstFolder("top", [message])])))
    assert out.causes() == [None, Cause.LIMIT_DEPTH]


def test_deleted_messages_that_are_still_in_the_file_come_out_marked() -> None:
    deleted = simple_message("удалённое", "текст удалённого", _SENT, attachments=[PstAttachment("d.bin", _BINARY_DATA)])
    kept = simple_message("kept", "text", _SENT)
    root = PstFolder("", folders=[PstFolder("top", [kept], deleted=[deleted, kept], orphaned=[kept])])
    out = unpack(UnpackPst(), write_pst(root))
    assert [name.decode() for name in out.names] == [
        "top/",
        "top/00001 kept.eml",
        f"{ORPHANED}/00001 kept.eml",
        f"{DELETED}/00001 удалённое.eml",
        f"{DELETED}/00002 kept.eml",
    ]
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 5)
    assert out.about == {"deleted-items": "2"}
    mail = unpack(ReadMail(), out.data[3])
    assert mail.pages[0].text.endswith("Subject: удалённое\n\nтекст удалённого")
    assert mail.data == [_BINARY_DATA]


def test_a_deleted_message_that_was_written_over_is_not_invented() -> None:
    deleted = simple_message("gone", "text of the deleted one", _SENT)
    root = PstFolder("", folders=[PstFolder("top", [simple_message("kept", "text", _SENT)], deleted=[deleted])])
    data = bytearray(write_pst(root))
    at = data.index("text of the deleted one".encode("utf-16-le"))
    data[at : at + 8] = b"\xff" * 8  # the block of its properties no longer has its checksum
    out = unpack(UnpackPst(), bytes(data))
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 2)


def test_limits_noise_and_nothing(store: bytes) -> None:
    assert outcome(UnpackPst(max_entries=3), store) is Cause.LIMIT_ENTRIES
    assert outcome(UnpackPst(max_unpacked_bytes=2000), store) is Cause.LIMIT_OUTPUT
    assert outcome(UnpackPst(), b"!BDN" + bytes(5000)) is Cause.UNREADABLE
    assert outcome(UnpackPst(), b"") is Cause.EMPTY
    assert outcome(UnpackPst(), store[: len(store) // 2]) in (Cause.UNREADABLE, Cause.PARTIAL)


def test_a_damaged_store_never_violates_the_lock_and_never_ends_without_an_outcome(
    store: bytes, tmp_path: Path
) -> None:
    dice = random.Random(7)
    used = [at for at in range(len(store)) if store[at]]
    tasks = []
    for number in range(40):
        damaged = bytearray(store)
        for _ in range(20):
            damaged[dice.choice(used)] = dice.randrange(256)
        path = tmp_path / f"{number}.pst"
        path.write_bytes(damaged)
        tasks.append(Task(str(number), "fairwitness.intake.unpack_pst:UnpackPst", path))
    with SandboxRunner(["fairwitness.intake.unpack_pst"], workers=2) as runner:
        outcomes = [attempt.outcome for attempt, _ in runner.run(tasks, Kept)]
    assert len(outcomes) == 40
    assert set(outcomes) <= {
        Cause.OK,
        Cause.PARTIAL,
        Cause.UNREADABLE,
        Cause.LIMIT_MEMORY,
        Cause.CRASH_SIGNAL,
        Cause.LIMIT_OUTPUT,
    }
    assert outcomes.count(Cause.CRASH_SIGNAL) <= 4  # the library may fall over; nothing else may
