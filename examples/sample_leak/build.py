"""Puts the sample leak together."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from examples.sample_leak import texts
from examples.sample_leak.mail import write_mail
from examples.sample_leak.office import write_docx, write_odt, write_xlsx
from examples.sample_leak.packs import write_zip, write_zip_with_raw_name
from examples.sample_leak.pdf import write_pdf
from examples.sample_leak.scan import write_scan

MODIFIED = datetime(2019, 4, 15, 3, 0, tzinfo=UTC)
RAW_NAME = "监测报告.txt".encode("gbk")
REPORT_NAME = "2019/检查报告 2019-04.pdf"


@cache
def _report() -> bytes:
    return write_pdf(texts.REPORT, title=texts.REPORT_TITLE)


def _damaged() -> bytes:
    return _report()[: len(_report()) * 2 // 5]  # as if the copy had stopped on the way


def _packed() -> bytes:
    inner = write_zip_with_raw_name(RAW_NAME, texts.INNER_ZH.encode("gb18030"))
    return write_zip([("читать.txt", texts.OUTER_RU.encode("utf-8")), ("inner/监测.zip", inner)])


def _mail() -> bytes:
    attached = write_pdf([texts.ATTACHED], title="整改通知")
    return write_mail(texts.MAIL_SUBJECT, texts.MAIL_BODY, attached=attached, attached_name="整改通知.pdf")


FILES: dict[str, Callable[[], bytes]] = {
    REPORT_NAME: _report,
    "2019/ئۇقتۇرۇش.pdf": lambda: write_pdf(texts.NOTICE, title=texts.NOTICE_TITLE),
    "2019/扫描件/scan0017.pdf": lambda: write_scan(texts.SCANNED, title="scan0017"),
    "2019/监测数据.xlsx": lambda: write_xlsx(texts.SHEETS, title="监测数据"),
    "документы/Акт проверки.docx": lambda: write_docx(
        texts.ACT, texts.ACT_TABLE, title=texts.ACT_TITLE, footer=texts.ACT_FOOTER
    ),
    "документы/протокол.txt": lambda: texts.PROTOCOL_RU.encode("cp1251"),
    "mail/2019-05-14 整改通知.eml": _mail,
    "notlar/saha notları.odt": lambda: write_odt(texts.NOTES_TR, title="Saha notları"),
    "خەتلەر/خەت.txt": lambda: texts.LETTER_UG.encode("utf-8"),
    "说明.txt": lambda: texts.NOTE_ZH.encode("gb18030"),
    "新建文本文档.txt": lambda: b"",
    "архив.zip": _packed,
    "损坏/检查报告.pdf": _damaged,
    "损坏/内部记录.pdf": lambda: write_pdf([texts.LOCKED], title="locked", password=texts.PASSWORD),
    "backup/检查报告 2019-04 (1).pdf": _report,  # the same bytes under another name
}
"""What the sample leak holds: each path, with forward slashes, and what writes its bytes."""


def build(folder: Path) -> None:
    """The sample leak lies in `folder`, which is made if need be; each file has the same bytes and date every time.

    Raises:
        FileExistsError: if the folder holds something already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError("the folder for the sample leak is not empty")
    seconds = MODIFIED.timestamp()
    for name, write in FILES.items():
        path = folder.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write())
        os.utime(path, (seconds, seconds))
