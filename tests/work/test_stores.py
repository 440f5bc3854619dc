"""A PST and an MBOX with known contents come out complete: every message and attachment is accounted for in the case."""

from __future__ import annotations

import datetime
import hashlib
import mailbox
from email.message import EmailMessage
from pathlib import Path

from fairwitness.case.case import Case
from tests.intake.pst_writer import PstAttachment, PstFolder, simple_message, write_pst
from tests.work.support import check_sums, open_quietly

_SENT = datetime.datetime(2017, 3, 1, 10, 0, tzinfo=datetime.UTC)
_MESSAGES, _DELETED, _ORPHANED = 30, 1, 1


def _attached(number: int) -> bytes:
    return f"вложение {number}: 附件\n".encode() * (number + 1)


def _pst() -> bytes:
    messages = [
        simple_message(
            f"письмо {n}", f"текст {n}", _SENT, attachments=[PstAttachment(f"{n}.txt", _attached(n))] * (n % 3)
        )
        for n in range(_MESSAGES)
    ]
    inner = simple_message("внутри", "within", _SENT, attachments=[PstAttachment("deep.txt", b"deep")])
    outer = simple_message("снаружи", "outside", _SENT, attachments=[PstAttachment("fwd", message=inner)])
    folder = PstFolder(
        "收件箱",
        [*messages[::2], outer],
        orphaned=[simple_message("orphan", "in no folder", _SENT)],
        deleted=[simple_message("deleted", "was deleted", _SENT)],
    )
    return write_pst(
        PstFolder("", folders=[PstFolder("top", folders=[folder, PstFolder("Жіберілген", messages[1::2])])])
    )


def _mbox(folder: Path) -> bytes:
    box = mailbox.mbox(folder / "made.mbox")
    for n in range(_MESSAGES):
        mail = EmailMessage()
        mail["From"], mail["Subject"], mail["Message-ID"] = "a@example.org", f"mbox {n}", f"<mbox{n}@example.org>"
        mail.set_content(f"текст из ящика {n}\nFrom here on")
        mail.add_attachment(b"box " + _attached(n), maintype="application", subtype="x", filename=f"{n}.txt")
        box.add(mail)
    box.close()
    return (folder / "made.mbox").read_bytes()


def test_a_pst_and_an_mbox_with_known_contents_come_out_complete(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    leak.mkdir()
    (leak / "store.pst").write_bytes(_pst())
    (leak / "box.mbox").write_bytes(_mbox(tmp_path))
    account = open_quietly(leak, tmp_path / "case")
    check_sums(account)
    assert account["failed"] == 0
    by_name = {line["found_as"]: line for line in account["containers"]}
    expected = _MESSAGES + 1 + _ORPHANED + _DELETED
    assert (by_name["store.pst"]["expected"], by_name["store.pst"]["read"]) == (expected, expected)
    assert (by_name["box.mbox"]["expected"], by_name["box.mbox"]["read"]) == (_MESSAGES, _MESSAGES)
    with Case.open(tmp_path / "case") as case:
        found = list(case.queries.finds())
        readings = list(case.queries.readings())
    digests = {one.document for one in found}
    wanted = [_attached(n) for n in range(_MESSAGES) if n % 3] + [b"deep"]
    wanted += [b"box " + _attached(n) for n in range(_MESSAGES)]
    assert {hashlib.sha256(data).hexdigest() for data in wanted} <= digests
    attachments = [one for one in found if one.role == "attachment"]
    assert len(attachments) == sum(n % 3 for n in range(_MESSAGES)) + 1 + _MESSAGES
    subjects = sorted(value for r in readings for name, value, _ in r.about if name == "subject")
    in_pst = [f"письмо {n}" for n in range(_MESSAGES)] + ["внутри", "снаружи", "orphan", "deleted"]
    assert subjects == sorted(in_pst + [f"mbox {n}" for n in range(_MESSAGES)])
