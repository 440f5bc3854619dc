"""Where the links of a PDF lead: its words, and the words at the goal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2


@dataclass(frozen=True)
class Link:
    """A link on the page `at`: its own words, the first line at its goal and that page, from 0; or its address."""

    words: str
    at: int
    goal: str = ""
    page: int = -1
    address: str = ""


def links_of(made: bytes) -> Iterator[Link]:
    """Yield every link of the file, in the order of its pages."""
    reader = pypdfium2.PdfDocument(made)
    texts = [page.get_textpage() for page in reader]
    with pikepdf.open(io.BytesIO(made)) as pdf:
        numbers = {page.objgen: at for at, page in enumerate(pdf.pages)}
        for number, page in enumerate(pdf.pages):
            for link in page.get("/Annots", []):
                words = (
                    texts[number].get_text_bounded(*[float(side) for side in link.Rect]).strip().replace("\xa0", " ")
                )
                if "/A" in link and "/URI" in link.A:
                    yield Link(words, number, address=str(link.A.URI))
                    continue
                target = _target(pdf, link)
                goal, top = numbers[target[0].objgen], float(target[3])
                said = texts[goal].get_text_bounded(0, top - 30, 600, top + 5).strip()
                yield Link(words, number, said.splitlines()[0] if said else "", goal)
    for text in texts:
        text.close()
    reader.close()


def _target(pdf: pikepdf.Pdf, link: Any) -> Any:
    goal = link.Dest if "/Dest" in link else link.A.D
    if isinstance(goal, pikepdf.String | pikepdf.Name):
        named = pikepdf.NameTree(pdf.Root.Names.Dests) if "/Names" in pdf.Root else pdf.Root.Dests
        goal = named[str(goal)]
    return goal.D if isinstance(goal, pikepdf.Dictionary) else goal
