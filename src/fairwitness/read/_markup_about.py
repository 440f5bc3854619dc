"""What HTML and RTF say about themselves in their heads."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from fairwitness.core.parts import About
from fairwitness.text.rtf import read_rtf_text
from fairwitness.text.statements import bounded, say, say_each, say_time

_HEAD_CHARS = 1 << 18

_META = re.compile(r"<meta\b([^>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:_.\-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_HTML_LANGUAGE = re.compile(r"""<html\b[^>]{0,1000}?\blang\s*=\s*["']?([A-Za-z0-9-]{2,20})""", re.IGNORECASE)
_META_NAMES = {
    "author": "author",
    "dc.creator": "author",
    "dcterms.creator": "author",
    "article:author": "author",
    "keywords": "keywords",
    "description": "description",
    "generator": "software",
    "progid": "software",
    "originator": "software",
    "copyright": "copyright",
    "dc.publisher": "publisher",
    "og:site_name": "publisher",
    "og:url": "link-base",
}
_META_TIMES = {
    "dc.date": "created",
    "date": "created",
    "created": "created",
    "dcterms.created": "created",
    "article:published_time": "created",
    "changed": "modified",
    "dcterms.modified": "modified",
    "article:modified_time": "modified",
    "last-modified": "modified",
}
# What Word and Excel write into pages that they save: <o:Author>...</o:Author>
_OFFICE = re.compile(r"<o:(\w{1,30})>([^<]{0,2000})</o:\1>")
_OFFICE_NAMES = {
    "Author": "author",
    "LastAuthor": "last-modified-by",
    "Template": "template",
    "Revision": "revision",
    "TotalTime": "editing-minutes",
    "Company": "company",
    "Manager": "manager",
    "Keywords": "keywords",
    "Subject": "subject",
    "Pages": "pages-claimed",
    "Version": "software-version",
}
_OFFICE_TIMES = {"Created": "created", "LastSaved": "modified", "LastPrinted": "printed"}


@bounded
def about_html(text: str) -> Iterator[About]:
    """Yield what the head of a page says: meta elements, and the properties that office programs put there."""
    head = text[:_HEAD_CHARS]
    language = _HTML_LANGUAGE.search(head)
    if language:
        yield from say("language", language[1], "HTML lang")
    for element in _META.finditer(head):
        given = {key.lower(): html.unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(element[1])}
        key = (given.get("name") or given.get("property") or given.get("http-equiv") or "").lower()
        if key in _META_TIMES:
            yield from say_time(_META_TIMES[key], given.get("content", ""), f"HTML meta {key}")
        elif key in _META_NAMES:
            yield from say(_META_NAMES[key], given.get("content", ""), f"HTML meta {key}")
    for key, value in _OFFICE.findall(head):
        if key in _OFFICE_TIMES:
            yield from say_time(_OFFICE_TIMES[key], value, f"HTML o:{key}")
        elif key in _OFFICE_NAMES:
            yield from say(_OFFICE_NAMES[key], html.unescape(value), f"HTML o:{key}")


_RTF_TEXTS = {
    b"title": "title",
    b"subject": "subject",
    b"author": "author",
    b"manager": "manager",
    b"company": "company",
    b"operator": "last-modified-by",
    b"category": "category",
    b"keywords": "keywords",
    b"doccomm": "description",
    b"hlinkbase": "link-base",
    b"generator": "software",
    b"template": "template",
}
_RTF_TEXT = re.compile(
    rb"\{(?:\\\*\s?)?\\(" + b"|".join(_RTF_TEXTS) + rb")\b ?((?:[^{}\\]|\\[^{}]|\\[{}]|\{[^{}]{0,200}\}){0,4000})\}"
)
_RTF_TIME = re.compile(rb"\{\\(creatim|revtim|printim)((?:\s*\\(?:yr|mo|dy|hr|min|sec)\d{1,4}){1,6})\s*\}")
_RTF_TIMES = {b"creatim": "created", b"revtim": "modified", b"printim": "printed"}
_RTF_NUMBER = re.compile(rb"\\(edmins|version|nofpages|nofwords)(\d{1,9})")
_RTF_NUMBERS = {
    b"edmins": "editing-minutes",
    b"version": "revision",
    b"nofpages": "pages-claimed",
    b"nofwords": "words-claimed",
}
_RTF_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_RTF_SESSION = re.compile(rb"\\rsid\d+")
_RTF_SESSIONS = re.compile(rb"\{\\\*\\rsidtbl([^{}]*)\}")
_RTF_HEAD_BYTES = 1 << 20


@bounded
def about_rtf(data: bytes) -> Iterator[About]:
    """Yield what the information group and the other groups of the head say."""
    head = data[:_RTF_HEAD_BYTES]
    at = head.find(b"{\\info")
    told: set[bytes] = set()
    for found in _RTF_TEXT.finditer(head):
        if (found.start() > at >= 0 or found[1] in (b"generator", b"template")) and found[1] not in told:
            told.add(found[1])
            yield from say(_RTF_TEXTS[found[1]], _rtf_value(found[2], head), f"RTF {found[1].decode()}")
    for found in _RTF_TIME.finditer(head):
        time = _rtf_time(found[2])
        if time[:4] not in ("0000", "1601"):  # never
            yield from say_time(_RTF_TIMES[found[1]], time, f"RTF {found[1].decode()}")
    for key, value in dict(_RTF_NUMBER.findall(head[at : at + 100_000] if at >= 0 else b"")).items():
        if int(value):
            yield from say(_RTF_NUMBERS[key], int(value), f"RTF {key.decode()}")
    sessions = _RTF_SESSIONS.search(head)
    if sessions:
        yield from say_each("editing-sessions", [len(_RTF_SESSION.findall(sessions[1]))], "RTF rsidtbl")


def _rtf_value(raw: bytes, head: bytes) -> str:
    page = _RTF_CODE_PAGE.search(head)
    code_page = b"\\ansicpg" + page[1] if page else b""
    return " ".join(read_rtf_text(b"{\\rtf1\\ansi" + code_page + b" " + raw + b"\\par}").paragraphs)


def _rtf_time(raw: bytes) -> str:
    parts = {key: int(value) for key, value in re.findall(rb"\\([a-z]+)(\d+)", raw)}
    year, month, day = parts.get(b"yr", 0), parts.get(b"mo", 1), parts.get(b"dy", 1)
    return f"{year:04}-{month:02}-{day:02}T{parts.get(b'hr', 0):02}:{parts.get(b'min', 0):02}:{parts.get(b'sec', 0):02}"
