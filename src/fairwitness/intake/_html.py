"""The text of an HTML mail, and how much it would have fetched from elsewhere. Nothing is fetched."""

from __future__ import annotations

import re

from lxml import etree

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "dd",
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
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
    }
)
_CELLS = frozenset({"td", "th"})
_WITHOUT_TEXT = frozenset({"script", "style", "head", "template", "noscript", "object", "svg"})
_FETCHED = frozenset({"src", "srcset", "background", "poster", "data", "lowsrc", "dynsrc"})
_REMOTE = re.compile(r"\s*(?:https?:|ftp:)?//", re.IGNORECASE)
_REMOTE_IN_STYLE = re.compile(r"url\(\s*['\"]?\s*(?:https?:|ftp:)?//", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def read_html(html: str) -> tuple[str, int]:
    """The text of `html` with a line for each block, and the number of remote things that it names to be loaded.

    Hidden text is text: it is kept. Returns the markup itself if it cannot be parsed at all.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return html.strip(), 0
    if root is None:
        return html.strip(), 0
    return _text_of(root), _count_remote(root)


def _text_of(root: etree._Element) -> str:
    pieces: list[str] = []
    silent: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if silent is None and tag in _WITHOUT_TEXT:
                silent = element
            if silent is None:
                if tag in _BLOCKS:
                    pieces.append("\n")
                pieces.append(_SPACE.sub(" ", element.text or ""))
            continue
        if silent is element:
            silent = None
        if silent is None:
            if tag in _BLOCKS and tag != "br":
                pieces.append("\n")
            elif tag in _CELLS:
                pieces.append("\t")
            pieces.append(_SPACE.sub(" ", element.tail or ""))
    lines = (line.strip(" \t") for line in "".join(pieces).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


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
