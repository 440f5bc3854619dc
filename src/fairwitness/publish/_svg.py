"""What a chart is drawn as: an SVG in which nothing can load or run, and its texts apart from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from fairwitness.publish._fonts import FAMILIES

INK, SOFT, GRID, MAIN, PALE, PAPER = "#1f2023", "#5c5f66", "#dcdbd4", "#1d5c8a", "#c3d7e6", "#ffffff"
FONTS = ", ".join((*FAMILIES, "sans-serif"))
_SVG = "http://www.w3.org/2000/svg"
_KEPT = frozenset({"d", "x2", "y2", "fill", "stroke", "stroke-width", "opacity"})


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text: its baseline begins, has its middle or ends at (x, y), by `anchor`; `claim` is its goal."""

    text: str
    x: float
    y: float
    anchor: str
    size: float
    weight: int
    fill: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of `width` by `height` pixels: `svg` is all of it, `shapes` the same without its `texts`.

    `unseen` says what of the rows is not in the picture.
    """

    svg: str
    shapes: str
    texts: tuple[Text, ...]
    width: float
    height: float
    unseen: tuple[str, ...] = ()


def joined(
    alternative: str, layers: Sequence[tuple[str, float]], width: float, height: float, said: Sequence[tuple[str, str]]
) -> Drawing:
    """One SVG of the drawings, each moved to the right by its number; what a browser would load or run is not in it.

    `said` are the texts in the order of the drawings, each with the claim that it leads to ("" for none).
    """
    size: dict[Any, Any] = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {width:g} {height:g}"}
    role = "group" if any(claim for _, claim in said) else "img"  # links in a picture could not be reached
    whole = etree.Element("svg", {**size, "role": role, "aria-label": alternative}, nsmap={None: _SVG})
    shapes = etree.Element("svg", {**size}, nsmap={None: _SVG})
    texts: list[Text] = []
    for svg, left in layers:
        root = etree.fromstring(svg.encode())
        for element in root.iter():
            place = element.get("transform")
            tag = etree.QName(element).localname
            if tag == "text":
                x, y = _moved(element)
                text = Text(
                    element.text or "",
                    x + left,
                    y,
                    element.get("text-anchor", "start"),
                    float(element.get("font-size", "0").removesuffix("px")),
                    int(element.get("font-weight", "400").replace("bold", "700").replace("normal", "400")),
                    element.get("fill", INK),
                )
                words, claim = said[len(texts)]
                assert words == text.text, "vl-convert gives the texts as they were given"
                texts.append(replace(text, claim=claim))
                continue
            if tag not in ("path", "line") or not (element.get("fill") or element.get("stroke")):
                continue
            x, y = _moved(element.getparent())
            kept = {name: str(value) for name, value in element.attrib.items() if name in _KEPT}
            own = f" {place}" if place else ""
            for parent in (whole, shapes):
                etree.SubElement(parent, tag, kept | {"transform": f"translate({x + left:g},{y:g}){own}"})
    assert len(texts) == len(said)
    for text in texts:
        _set(whole, text)
    return Drawing(_serialised(whole), _serialised(shapes), tuple(texts), width, height)


def _moved(element: Any) -> tuple[float, float]:
    """By how much the groups around the element, and it itself, move it."""
    x = y = 0.0
    while element is not None:
        place = element.get("transform", "")
        if place.startswith("translate("):
            dx, _, dy = place.removeprefix("translate(").partition(")")[0].partition(",")
            x, y = x + float(dx), y + float(dy or 0)
        element = element.getparent()
    return x, y


def _set(parent: Any, text: Text) -> None:
    anchor, attributes = text.anchor, {"direction": "ltr"}
    if is_from_right(text.text):  # there "start" is the right end
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        attributes = {"direction": "rtl"}
    attributes |= {"x": f"{text.x:g}", "y": f"{text.y:g}", "text-anchor": anchor, "fill": text.fill}
    attributes |= {"font-size": f"{text.size:g}", "font-weight": str(text.weight), "font-family": FONTS}
    inside = etree.SubElement(parent, "a", {"href": f"#{text.claim}"}) if text.claim else parent
    etree.SubElement(inside, "text", attributes).text = text.text


def is_from_right(text: str) -> bool:
    """Whether the first letter of the text is one of a script that is written from the right."""
    first = next((kind for char in text if (kind := unicodedata.bidirectional(char)) in ("L", "R", "AL")), "L")
    return first != "L"


def _serialised(root: Any) -> str:
    return str(etree.tostring(root, encoding="unicode"))
