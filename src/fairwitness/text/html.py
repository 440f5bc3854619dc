"""The text of HTML as a reader would see it, hidden parts too, and what it would have fetched. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DROPPED = frozenset({"script", "style", "head"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "ul",
    ]
)
_TITLED = frozenset({"a", "abbr", "acronym", "area", "dfn", "span"})
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


_FETCHED = frozenset({"src", "srcset", "background", "poster", "data", "lowsrc", "dynsrc"})
_REMOTE = re.compile(r"\s*(?:https?:|ftp:)?//", re.IGNORECASE)
_REMOTE_IN_STYLE = re.compile(r"url\(\s*['\"]?\s*(?:https?:|ftp:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlText:
    """What an HTML text holds: its title, its text as blocks with their ends, the number of remote things it names."""

    title: str
    blocks: tuple[str, ...]
    remote: int

    @property
    def text(self) -> str:
        """All blocks."""
        return "".join(self.blocks).strip("\n ")


def read_html_text(markup: str) -> HtmlText:
    """The text of `markup`: blocks apart by empty lines, cells by tabs, rows by a tab and a line end.

    Raises:
        ReadError: UNREADABLE if it cannot be parsed at all.
    """
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, recover=True, huge_tree=False
    )
    plain = _DECLARATION.sub("", markup.replace("\0", ""), count=1)
    try:
        root = etree.fromstring(plain.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise ReadError(Cause.UNREADABLE, "html cannot be parsed") from error
    if root is None:
        return HtmlText("", (), 0)
    title = " ".join("".join(root.xpath("string((//title)[1])")).split())
    text = _BLANK.sub("\n\n", "".join(_pieces(root))).strip("\n")
    blocks = (*([title + "\n\n"] if title else []), *re.split(r"(?<=\n\n)|(?<=\t\n)", text))
    return HtmlText(title, blocks, _count_remote(root))


def _count_remote(root: etree._Element) -> int:
    count = 0
    for element in root.iter():
        for name, value in element.attrib.items():
            if str(name) in _FETCHED or (str(name) == "href" and element.tag == "link"):
                count += bool(_REMOTE.match(str(value)))
            elif str(name) == "style":
                count += len(_REMOTE_IN_STYLE.findall(str(value)))
        if element.tag == "style" and element.text:
            count += len(_REMOTE_IN_STYLE.findall(element.text))
    return count


def _pieces(root: etree._Element) -> Iterator[str]:
    dropped: etree._Element | None = None
    preformatted = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if dropped is None and tag in _DROPPED:
                dropped = element
            if dropped is None:
                preformatted += tag == "pre"
                yield _opening(element, tag)
                yield _spaced(element.text, preformatted)
            continue
        if dropped is element:
            dropped = None
        elif dropped is None:
            preformatted -= tag == "pre"
            yield _closing(tag)
        if dropped is None:
            yield _spaced(element.tail, preformatted)


def _spaced(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    return text if preformatted else _SPACE.sub(" ", text)


def _opening(element: etree._Element, tag: str) -> str:
    if tag == "br":
        return "\n"
    if tag in _TITLED and (title := _own_title(element)):
        return f" {title} "
    if tag == "img":
        alternative = " ".join((element.get("alt") or "").split())
        return f" {alternative} " if alternative else ""
    if tag == "input" and (element.get("type") or "").lower() not in ("hidden", "password", "checkbox", "radio"):
        value = " ".join((element.get("value") or "").split())
        return f" {value} " if value else ""
    return "\n\n" if tag in _BLOCKS else ""


def _own_title(element: etree._Element) -> str:
    """What is shown when the mouse rests on it, unless that is the text that is there anyway."""
    title = " ".join((element.get("title") or "").split())
    shown = (element.text or "") + "".join((child.text or "") + (child.tail or "") for child in element[:4])
    return title if title and title != " ".join(shown.split()) else ""


def _closing(tag: str) -> str:
    if tag in ("td", "th"):
        return "\t"
    if tag == "tr":
        return "\n"  # behind the tab of its last cell
    return "\n\n" if tag in _BLOCKS and tag != "br" else ""


def mail_text(markup: str) -> tuple[str, int]:
    """Text and number of remote things of an HTML mail; the markup itself is the text if it cannot be parsed."""
    try:
        found = read_html_text(markup)
    except ReadError:
        return markup.strip(), 0
    return (found.text, found.remote) if found.blocks else (markup.strip(), 0)
