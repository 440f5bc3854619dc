"""Texts in the encodings of the region, in every kind of file and nesting, come out to the letter; what is broken says so.

The truth is the text that a file was made from. The way is the real one: a case is opened, each file is read in a locked
child, and the pages are taken from the case.
"""

from __future__ import annotations

import base64
import gzip
import io
import mailbox
import quopri
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.records import Reading
from tests.work.support import open_quietly

CHINESE = (
    "关于进一步加强培训中心管理工作的通知",
    "各县（市）要按照本通知要求，认真组织实施，并于三月十五日前上报情况。",
    "请各单位做好安全保卫和后勤保障工作，确保万无一失。",
)
TRADITIONAL = (
    "關於進一步加強培訓中心管理工作的通知",
    "各縣應按照本通知要求，認真組織實施，並於三月十五日前上報情況。",
)
RUSSIAN = (
    "Список сотрудников отдела за март",
    "Просим направить сведения о количестве проверенных лиц не позднее пятницы.",
    "Ответственный исполнитель: начальник отдела; ёлка, съёмка, объект №7",
)
KAZAKH = (
    "Қызметкерлердің тізімі",
    "Ауданның әкімдігі өткен айда жүргізілген тексеру туралы есепті ұсынуға міндетті.",
    "Өңірдегі үйлер мен көшелердің атаулары һәм нөмірлері.",
)
TURKISH = (
    "Şube müdürlüğünün geçen ay yapılan denetim hakkındaki raporu",
    "İlgili kişilerin listesi ektedir, gereğini rica ederim. Ağustos ayında görüşüldü.",
)
UYGHUR = (
    "ناھىيىلىك ھۆكۈمەتنىڭ ئۆتكەن ئايدىكى تەكشۈرۈش دوكلاتى",
    "مۇناسىۋەتلىك خادىملارنىڭ تىزىملىكى قوشۇمچە قىلىندى.",
)

Lines = tuple[str, ...]
Place = tuple[bytes, ...]  # the names that lead to a document, from the file in the leak inwards


def text_file(lines: Lines, charset: str, mark: bytes = b"", line_end: str = "\r\n") -> bytes:
    return mark + "".join(line + line_end for line in lines).encode(charset)


def html_file(lines: Lines, charset: str, stated: str = "", mark: bytes = b"") -> bytes:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={stated}">' if stated else ""
    body = "".join(f"<p>{line}</p>" for line in lines)
    return mark + f"<html><head>{meta}</head><body>{body}</body></html>".encode(charset)


def rtf_file(lines: Lines, page: int, charset: str) -> bytes:
    """RTF as old word processors write it: bytes of a code page as hex."""
    body = "\\par\n".join("".join(f"\\'{byte:02x}" for byte in line.encode(charset)) for line in lines)
    return f"{{\\rtf1\\ansi\\ansicpg{page}\\deff0{{\\fonttbl{{\\f0 Arial;}}}}\\f0 {body}\\par}}".encode("ascii")


def rtf_unicode(lines: Lines) -> bytes:
    """RTF as newer ones write it: each character by its number, a question mark for old readers."""
    units = lambda line: memoryview(line.encode("utf-16-le")).cast("H")  # noqa: E731
    numbers = lambda line: "".join(f"\\u{unit - 65536 if unit > 32767 else unit}?" for unit in units(line))  # noqa: E731
    return ("{\\rtf1\\ansi\\ansicpg1252\\uc1 " + "\\par\n".join(map(numbers, lines)) + "\\par}").encode("ascii")


def mail_file(
    lines: Lines, charset: str, *, coding: str = "8bit", stated: str | None = None, html: bool = False
) -> bytes:
    """A mail with a subject in an encoded word and a body of one part; `stated` "" says no charset."""
    stated = charset if stated is None else stated
    subject = base64.b64encode(lines[0].encode(charset)).decode()
    head = f"From: a@example.org\r\nSubject: =?{charset}?B?{subject}?=\r\nMIME-Version: 1.0\r\n"
    kind = "text/html" if html else "text/plain"
    head += (
        f"Content-Type: {kind}{f'; charset={stated}' if stated else ''}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    )
    text = "".join(f"<p>{line}</p>" for line in lines) if html else "".join(line + "\r\n" for line in lines)
    body = text.encode(charset)
    if coding == "base64":
        body = base64.encodebytes(body)
    elif coding == "quoted-printable":
        body = quopri.encodestring(body)
    return head.encode("ascii") + body


def csv_file(lines: Lines, charset: str, separator: str, mark: bytes = b"") -> bytes:
    rows = [f"{number}{separator}{line}{separator}x" for number, line in enumerate(lines)]
    return mark + "".join(row + "\r\n" for row in rows).encode(charset)


def zipped(members: dict[str, bytes], names_in: str = "") -> bytes:
    """A ZIP; with `names_in` its names are bytes of that code page, as old Windows programs write them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, (name, data) in enumerate(members.items()):
            placed = f"{at:0{len(name.encode(names_in))}}" if names_in else name
            archive.writestr(zipfile.ZipInfo(placed), data)
    out = file.getvalue()
    for at, name in enumerate(members) if names_in else ():
        raw = name.encode(names_in)
        out = out.replace(f"{at:0{len(raw)}}".encode(), raw)
    return out


def tar_gz(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def mail_with(attachments: dict[str, bytes], forwarded: bytes = b"") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.org", "with attachments"
    mail.set_content("see the attachments")
    for name, data in attachments.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    raw = mail.as_bytes()
    if not forwarded:
        return raw
    return (
        b"From: a@example.org\r\nSubject: fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n"
        b"--q\r\nContent-Type: message/rfc822\r\n\r\n" + forwarded + b"\r\n--q--\r\n"
    )


def mbox_of(folder: Path, mails: list[bytes]) -> bytes:
    box = mailbox.mbox(folder / "made.mbox")
    for mail in mails:
        box.add(mail)
    box.close()
    return (folder / "made.mbox").read_bytes()


def plain(lines: Lines) -> str:
    return "\n".join(lines)


def spaced(lines: Lines) -> str:
    return "\n\n".join(lines)


def mailed(lines: Lines, join: Callable[[Lines], str] = plain) -> str:
    return f"From: a@example.org\nSubject: {lines[0]}\n\n{join(lines)}"


def rows(lines: Lines) -> str:
    return "".join(f"{number}\t{line}\tx\t\n" for number, line in enumerate(lines))


def _texts() -> Iterator[tuple[str, bytes, str]]:
    plain_files: list[tuple[str, Lines, str, bytes]] = [
        ("utf8", CHINESE + RUSSIAN + UYGHUR, "utf-8", b""),
        ("utf8-mark", KAZAKH + TURKISH, "utf-8", b"\xef\xbb\xbf"),
        ("gb18030", CHINESE, "gb18030", b""),
        ("gb18030-uyghur", CHINESE + UYGHUR, "gb18030", b""),
        ("gbk-with-russian", RUSSIAN + CHINESE, "gbk", b""),
        ("big5", TRADITIONAL, "big5", b""),
        ("cp1251", RUSSIAN, "cp1251", b""),
        ("koi8-r", RUSSIAN[:2], "koi8-r", b""),
        ("cp866", RUSSIAN, "cp866", b""),
        ("cp1254", TURKISH, "cp1254", b""),
        ("kz-1048", KAZAKH, "kz1048", b""),
        ("utf16le-mark", UYGHUR, "utf-16-le", b"\xff\xfe"),
        ("utf16be-mark", KAZAKH, "utf-16-be", b"\xfe\xff"),
        ("utf16le-chinese", CHINESE, "utf-16-le", b""),
        ("utf16le-russian", RUSSIAN, "utf-16-le", b""),
        ("utf16be-uyghur", UYGHUR, "utf-16-be", b""),
        ("utf32-mark", TURKISH, "utf-32-le", b"\xff\xfe\0\0"),
    ]
    for name, lines, charset, mark in plain_files:
        yield f"{name}.txt", text_file(lines, charset, mark), plain(lines)
    yield "one-line-gbk.txt", CHINESE[0].encode("gbk"), CHINESE[0]
    yield "one-line-cp1251.txt", RUSSIAN[0].encode("cp1251"), RUSSIAN[0]
    yield "ascii-then-gbk.txt", b"x" * 70_000 + b"\n" + CHINESE[1].encode("gbk"), "x" * 70_000 + "\n" + CHINESE[1]
    yield "gb18030.csv", csv_file(CHINESE, "gb18030", ","), rows(CHINESE)
    yield "cp1251.csv", csv_file(RUSSIAN[:2], "cp1251", ";"), rows(RUSSIAN[:2])
    yield "utf16.csv", csv_file(KAZAKH, "utf-16-le", "\t", b"\xff\xfe"), rows(KAZAKH)
    yield "kz-1048.csv", csv_file(KAZAKH, "kz1048", ";"), rows(KAZAKH)
    xml = f'<?xml version="1.0" encoding="windows-1251"?><doc><p>{RUSSIAN[0]}</p></doc>'
    yield "cp1251.xml", xml.encode("cp1251"), RUSSIAN[0]


def _markup() -> Iterator[tuple[str, bytes, str]]:
    yield "gbk-meta.html", html_file(CHINESE, "gbk", "gb2312"), spaced(CHINESE)
    yield "gbk-without.html", html_file(CHINESE, "gbk"), spaced(CHINESE)
    yield "gbk-wrong.html", html_file(CHINESE, "gbk", "iso-8859-1"), spaced(CHINESE)
    yield "cp1251-meta.html", html_file(RUSSIAN, "cp1251", "windows-1251"), spaced(RUSSIAN)
    yield "cp1251-without.html", html_file(RUSSIAN, "cp1251"), spaced(RUSSIAN)
    yield "cp1251-wrong.html", html_file(RUSSIAN, "cp1251", "utf-8"), spaced(RUSSIAN)
    yield "big5-meta.html", html_file(TRADITIONAL, "big5", "big5"), spaced(TRADITIONAL)
    yield "koi8-meta.html", html_file(RUSSIAN[:2], "koi8-r", "koi8-r"), spaced(RUSSIAN[:2])
    yield "kz-1048-without.html", html_file(KAZAKH, "kz1048"), spaced(KAZAKH)
    yield "cp1254-meta.html", html_file(TURKISH, "cp1254", "windows-1254"), spaced(TURKISH)
    yield "utf16.html", html_file(UYGHUR, "utf-16-le", mark=b"\xff\xfe"), spaced(UYGHUR)
    yield "gbk.rtf", rtf_file(CHINESE, 936, "gbk"), spaced(CHINESE)
    yield "big5.rtf", rtf_file(TRADITIONAL, 950, "big5"), spaced(TRADITIONAL)
    yield "cp1251.rtf", rtf_file(RUSSIAN, 1251, "cp1251"), spaced(RUSSIAN)
    yield "cp1254.rtf", rtf_file(TURKISH, 1254, "cp1254"), spaced(TURKISH)
    yield "unicode-uyghur.rtf", rtf_unicode(UYGHUR), spaced(UYGHUR)


def _mails() -> Iterator[tuple[str, bytes, str]]:
    yield "gb18030.eml", mail_file(CHINESE, "gb18030"), mailed(CHINESE)
    yield "gbk-says-gb2312.eml", mail_file(CHINESE, "gbk", stated="gb2312"), mailed(CHINESE)
    yield "cp1251-qp.eml", mail_file(RUSSIAN, "windows-1251", coding="quoted-printable"), mailed(RUSSIAN)
    yield "koi8-base64.eml", mail_file(RUSSIAN[:2], "koi8-r", coding="base64"), mailed(RUSSIAN[:2])
    yield "cp1251-without.eml", mail_file(RUSSIAN, "windows-1251", stated=""), mailed(RUSSIAN)
    yield "gbk-says-ascii.eml", mail_file(CHINESE, "gbk", stated="us-ascii"), mailed(CHINESE)
    yield "gbk-says-latin.eml", mail_file(CHINESE, "gbk", stated="iso-8859-1"), mailed(CHINESE)
    yield "cp1251-says-latin.eml", mail_file(RUSSIAN, "windows-1251", stated="iso-8859-1"), mailed(RUSSIAN)
    yield "kz-1048.eml", mail_file(KAZAKH, "kz1048", stated=""), mailed(KAZAKH)
    yield "cp1254-html.eml", mail_file(TURKISH, "windows-1254", coding="base64", html=True), mailed(TURKISH, spaced)
    yield "gbk-html.eml", mail_file(CHINESE, "gbk", html=True, stated=""), mailed(CHINESE, spaced)


def _nested(folder: Path) -> Iterator[tuple[Place, bytes, str]]:
    gbk, cp866 = text_file(CHINESE, "gbk", line_end="\n"), text_file(RUSSIAN, "cp866", line_end="\n")
    inner = zipped({"通知.txt": gbk, "список.txt": cp866})
    three = tar_gz({"a/outer.zip": zipped({"b/inner.zip": inner})})
    deep = (b"three.tar.gz", b"*", b"a/outer.zip", b"b/inner.zip")
    yield (*deep, "通知.txt".encode()), three, plain(CHINESE)
    yield (*deep, "список.txt".encode()), three, plain(RUSSIAN)
    old_names = zipped({"名单.txt": text_file(CHINESE[1:], "gbk")}, names_in="gbk")
    yield (b"names-in-gbk.zip", "名单.txt".encode("gbk")), old_names, plain(CHINESE[1:])
    attached = mail_with({"附件.zip": zipped({"записка.txt": text_file(RUSSIAN, "cp1251")})})
    yield (b"zip-in-mail.eml", "附件.zip".encode(), "записка.txt".encode()), attached, plain(RUSSIAN)
    forwarded = mail_with({}, mail_file(TRADITIONAL, "big5"))
    yield (b"forwarded.eml", b"*"), forwarded, mailed(TRADITIONAL)
    mail_in_zip = zipped({"mail.eml": mail_with({"inner.eml.gz": gzip.compress(mail_file(KAZAKH, "utf-8"))})})
    yield (b"mail-in-zip.zip", b"mail.eml", b"inner.eml.gz", b"*"), mail_in_zip, mailed(KAZAKH)
    box = mbox_of(folder, [mail_file(CHINESE, "gbk"), mail_file(RUSSIAN, "windows-1251", coding="base64")])
    yield (b"box.mbox", b"*0"), box, mailed(CHINESE)
    yield (b"box.mbox", b"*1"), box, mailed(RUSSIAN)


def _broken() -> dict[str, bytes]:
    """Files that cannot be right to the letter, since bytes of them are wrong."""
    gbk = text_file(CHINESE * 3, "gbk")
    utf8 = text_file(UYGHUR * 3, "utf-8")
    return {
        "gbk-cut.txt": gbk + b"\x81",
        "gbk-damaged.txt": gbk[:60] + b"\xff\xff" + gbk[60:],
        "utf8-damaged.txt": utf8[:41] + b"\xff\xfe\xfd" + utf8[41:],
        "utf8-damaged.html": html_file(KAZAKH, "utf-8", "utf-8").replace("тізімі".encode(), b"\xff\xfe\xff"),
        "gbk-damaged.rtf": rtf_file(CHINESE, 936, "gbk").replace(b"\\'b9\\'d8", b"\\'b9\\par ", 1),
    }


class _Opened:
    """The case and what is in it, by the names that lead there."""

    def __init__(self, folder: Path) -> None:
        self.leak, self.case_folder = folder / "leak", folder / "case"
        self.leak.mkdir()
        self.truth: dict[Place, str] = {}
        for name, data, text in (*_texts(), *_markup(), *_mails()):
            self._add((name.encode(),), data, text)
        for place, data, text in _nested(folder):
            self._add(place, data, text)
        for name, data in _broken().items():
            (self.leak / name).write_bytes(data)
        open_quietly(self.leak, self.case_folder)

    def _add(self, place: Place, data: bytes, text: str) -> None:
        assert place not in self.truth
        (self.leak / place[0].decode()).write_bytes(data)
        self.truth[place] = text

    def find(self, case: Case, place: Place) -> tuple[Reading, str]:
        """The reading of the document at that place, and the text of its pages."""
        parent = ""
        for name in place:
            finds = [found for found in case.queries.finds() if found.parent == parent]
            if name[:1] == b"*":  # without a name of its own: the n-th
                chosen = [found for found in finds if found.kind == "file"][int(name[1:] or 0)]
            else:
                (chosen,) = [found for found in finds if found.name == name]
            parent = chosen.document
        (reading,) = case.queries.readings_of(parent)
        if not reading.pages:
            return reading, ""
        with case.objects.path(reading.pages).open("rb") as file:
            return reading, "".join(page.text for page in PageReader(file) if isinstance(page, PageText))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> _Opened:
    return _Opened(tmp_path_factory.mktemp("encodings"))


def _letters(text: str, reading: Reading) -> str:
    """The text as it must be the same; where it is cut into pages, a line end at a cut belongs to neither."""
    return text.rstrip("\n") if reading.pages_read == 1 else text.replace("\n", "")


def test_every_file_is_right_to_the_letter(opened: _Opened) -> None:
    assert len(opened.truth) >= 37
    with Case.open(opened.case_folder) as case:
        found = {place: opened.find(case, place) for place in opened.truth}
    wrong = {
        place: (reading.outcome.value, text[:100])
        for place, (reading, text) in found.items()
        if _letters(text, reading) != _letters(opened.truth[place], reading) or reading.outcome is not Cause.OK
    }
    assert wrong == {}


def test_what_is_not_right_to_the_letter_says_so(opened: _Opened) -> None:
    with Case.open(opened.case_folder) as case:
        for name in _broken():
            reading, text = opened.find(case, (name.encode(),))
            assert reading.outcome in (Cause.PARTIAL, Cause.UNSUPPORTED), (name, text)
