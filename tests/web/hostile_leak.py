"""A leak whose every field tries to run code in the browser of who looks at it, or to hide and turn what stands beside."""

from __future__ import annotations

import os
import time
from email.message import EmailMessage
from pathlib import Path

from examples.sample_leak.office import write_docx, write_xlsx
from examples.sample_leak.packs import write_zip
from examples.sample_leak.pdf import Text, write_pdf

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.records import Made, PageScan
from fairwitness.work.current import bare_readings
from fairwitness.work.indexing import bring_index_up_to_date
from fairwitness.work.progress import Progress
from tests.work.support import open_quietly

WORD = "lockword"  # in every text, so that one search finds all
ATTACKS = (
    "<script>window.ran=1</script>",
    "<img src=x onerror=window.ran=2>",
    "<svg onload=window.ran=3>",
    '" autofocus onfocus=window.ran=4 x="',
    "' onmouseover=window.ran=5 x='",
    "</title></textarea></script><script>window.ran=6</script>",
    "<div hx-get=/log hx-trigger=load hx-on:load=window.ran=7>x</div>",
    "<a href=javascript:window.ran=8 autofocus>x</a>",
    "{{ 7*7 }}${window.ran=9}{% raw %}",
    "<template><script>window.ran=10</script></template><iframe srcdoc='<script>parent.ran=11</script>'></iframe>",
    "<link rel=stylesheet href=http://evil.example/x.css><base href=http://evil.example/>",
    "<style>*{display:none}</style><meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<form action=http://evil.example><input name=csrf autofocus onfocus=window.ran=12>",
    "\u202egnp.txt\u2066\u2028\x1b[31m\x07",
)
NEWLINE = "a\nX-Injected: yes\r\n\r\n<script>window.ran=13</script>"


def write(folder: Path) -> None:
    """The leak is in `folder`: names, texts, cells, subjects, senders, titles, entries."""
    folder.mkdir(parents=True)
    for number, attack in enumerate(ATTACKS):
        name = attack.replace("/", "\u2215")[:80]
        _put(folder / f"{number}{name}", f"{WORD} {attack}\n".encode())
    deep = folder / "<img src=x onerror=window.ran=14>" / '" onload=window.ran=15'
    deep.mkdir(parents=True)
    _put(deep / "a\nb.txt", f"{WORD} {NEWLINE}".encode())
    (folder / os.fsdecode(b"\xff<script>raw")).write_bytes(WORD.encode())
    sheets = [
        (attack[:31].translate({ord(c): "_" for c in "[]:*?/\\"}), "", [[WORD, *ATTACKS], [1, 2]])
        for attack in ATTACKS[:4]
    ]
    _put(folder / "cells.xlsx", write_xlsx([(name, "visible", rows) for name, _, rows in sheets], title=ATTACKS[0]))
    _put(
        folder / "letter.docx",
        write_docx(
            [WORD, *map(_printable, ATTACKS)], [list(map(_printable, ATTACKS[:3]))], title=ATTACKS[1], footer=ATTACKS[2]
        ),
    )
    _put(
        folder / "page.pdf",
        write_pdf([[Text(f"{WORD} {_printable(attack)}")] for attack in ATTACKS[:5]], title=ATTACKS[5]),
    )
    _put(folder / "mail.eml", _mail())
    _put(
        folder / "pack.zip",
        write_zip([(f"{n}{attack}.txt", f"{WORD} {attack}".encode()) for n, attack in enumerate(ATTACKS[:8])]),
    )
    _put(folder / "nobody<svg onload=window.ran=16>.bin", bytes(range(256)) * 40)
    _put(folder / "page.html", f"<title>{ATTACKS[5]}</title><p>{WORD}<script>window.ran=17</script>".encode())


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _printable(text: str) -> str:
    """XML takes no control characters."""
    return "".join(char if char.isprintable() else "_" for char in text)


def _mail() -> bytes:
    mail = EmailMessage()
    mail["From"] = '"<img src=x onerror=window.ran=18>" <a@example.org>'
    mail["To"] = "b@example.org"
    mail["Subject"] = ATTACKS[1] + ATTACKS[5]
    mail["Message-ID"] = "<script-window.ran=19@example.org>"
    mail["Date"] = "Mon, 15 Apr 2019 09:00:00 +0800"
    mail.set_content(f"{WORD} {ATTACKS[0]}\n")
    mail.add_alternative(f"<p>{WORD}</p>{ATTACKS[1]}{ATTACKS[10]}", subtype="html")
    mail.add_attachment(WORD.encode(), maintype="text", subtype="plain", filename=ATTACKS[1].replace("/", "_") + ".txt")
    return mail.as_bytes()


def make_case(folder: Path) -> Path:
    """The case of the leak; one page of the PDF was also recognised as an attack."""
    write(folder / "leak")
    case = folder / "<img src=x onerror=window.ran=20>.case"
    open_quietly(folder / "leak", case)
    with Case.open(case, writing=True) as opened:
        document = next(d for d, reading in bare_readings(opened).items() if reading.media_type == "application/pdf")
        text = f"{WORD} {ATTACKS[0]} {ATTACKS[1]}"
        page = PageText(1, "page", text, 1240, 1754, 150, label=ATTACKS[2])
        scan = PageScan(document, 1, Made("read-scan", "test"), Cause.OK, has_text=True, milliseconds=1)
        with opened.changes() as changes:
            changes.add_scan(scan, page)
            changes.add_event("scan", {"document": document, "page": 1, "at_test": int(time.time())})
        bring_index_up_to_date(opened, Progress(None))
    return case
