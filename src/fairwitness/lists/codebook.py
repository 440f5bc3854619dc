"""Codebooks: versioned categories, with definitions, into which people put free texts of a list.

A codebook is a TOML file, shown in docs/lists.md. Two versions of one are two codebooks, and what was coded by one says
nothing of the other. Proposals come from how alike texts are to texts that people coded, and from nothing else: the
function is given no row, no name and no number of anybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from fairwitness.lists.errors import BadCodebook
from fairwitness.lists.toml import Section, Source, toml_table
from fairwitness.lists.values import plain_text

NEIGHBOURS = 5
LEAST_LIKE = 50  # of 100; less is not alike
MAX_CODES = 1000
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.-]{0,19}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


LEGAL = ("lawful", "group", "offence")
CITES = ("provision", "act", "date", "evidence")


@dataclass(frozen=True, slots=True)
class Code:
    """A category: what it means, what belongs to it and what does not, and an example in words of one's own.

    `legal` is what the author of the codebook holds such a reason to be: lawful conduct, membership of a group (kin,
    origin), an offence in law, or "" for not said. `cites` is what a text of the category names: a legal provision, an
    act, a date, evidence.
    """

    code: str
    title: str = ""
    definition: str = ""
    includes: str = ""
    excludes: str = ""
    example: str = ""
    legal: str = ""
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Codebook:
    """Categories in their order; `several` says whether a text may have more than one."""

    id: str
    version: str
    title: str = ""
    several: bool = True
    codes: tuple[Code, ...] = ()

    @property
    def called(self) -> str:
        """Id and version, as in reasons@1."""
        return f"{self.id}@{self.version}"

    @property
    def names(self) -> frozenset[str]:
        """The codes."""
        return frozenset(code.code for code in self.codes)


@dataclass(frozen=True, slots=True)
class Alike:
    """A coded text that is like the one to code: its name, the codes that people gave it, and how alike, 0 to 100."""

    cell: str
    codes: tuple[str, ...]
    likeness: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """A code that alike texts have, with those texts, the most alike first."""

    code: str
    because: tuple[Alike, ...]


def parse_codebook(text: str) -> Codebook:
    """The codebook that the TOML says.

    Raises:
        BadCodebook: if it is none; with the line and the key.
    """
    source = Source(text, BadCodebook)
    source.only(("codebook", "code"))
    head = source.section("codebook")
    book = Codebook(
        _matching(head, "id", _ID, "small letters, figures and -, beginning with a letter"),
        _matching(head, "version", _VERSION, "a text that begins with a figure, such as 1 or 1.2"),
        head.text("title", most=1000),
        head.flag("several", default=True),
        tuple(_code(one) for one in source.sections("code")),
    )
    head.done()
    if not 0 < len(book.codes) <= MAX_CODES:
        raise BadCodebook(f"it has no codes, or more than {MAX_CODES:,}", key="code")
    for number, section in enumerate(source.sections("code")):
        if any(book.codes[number].code == other.code for other in book.codes[:number]):
            raise section.fail("code", "another code has this name")
    return book


def write_codebook(book: Codebook) -> str:
    """TOML that `parse_codebook` reads back as the same codebook."""
    head = {"id": book.id, "version": book.version, "title": book.title, "several": book.several}
    tables = [toml_table("[codebook]", head)]
    for one in book.codes:
        fields = ("code", "title", "definition", "includes", "excludes", "example", "legal", "cites")
        plain = {name: value for name in fields if (value := getattr(one, name))}
        tables.append(toml_table("[[code]]", plain))
    return "\n".join(tables)


def propose(text: str, coded: Mapping[str, tuple[str, tuple[str, ...]]]) -> list[Proposed]:
    """Codes of the texts most alike, those of more alike texts first; nothing where no text is alike.

    `coded` maps the names of cells to their text and the codes that people gave it. How alike two texts are is the best
    of some Levenshtein ratios, whole, partial and by words (`rapidfuzz.fuzz.WRatio`). The texts alone count.
    """
    plain = plain_text(text)
    if not plain or not coded:
        return []
    choices = {cell: plain_text(other) for cell, (other, codes) in coded.items() if codes}
    found = process.extract(plain, choices, scorer=fuzz.WRatio, limit=NEIGHBOURS, score_cutoff=LEAST_LIKE)
    alike = [Alike(cell, coded[cell][1], int(score)) for _, score, cell in found]
    alike.sort(key=lambda one: (-one.likeness, one.cell))
    weight: Counter[str] = Counter()
    for one in alike:
        weight.update(dict.fromkeys(one.codes, one.likeness))
    order = sorted(weight, key=lambda code: (-weight[code], code))
    return [Proposed(code, tuple(one for one in alike if code in one.codes)) for code in order]


def units_of(
    codes_by_coder: Sequence[Mapping[str, frozenset[str]]], book: Codebook
) -> dict[str, list[list[str | None]]]:
    """By code, one line a cell with what each coder said of it: yes, no, or None where they did not code the cell.

    Agreement on a codebook in which texts may have several codes is that on each of its codes.
    """
    cells = sorted({cell for said in codes_by_coder for cell in said})
    return {
        one.code: [
            [("yes" if one.code in said[cell] else "no") if cell in said else None for said in codes_by_coder]
            for cell in cells
        ]
        for one in book.codes
    }


def _matching(section: Section, key: str, form: re.Pattern[str], says: str) -> str:
    value = section.text(key)
    if not form.fullmatch(value):
        raise section.fail(key, f"this must be {says}")
    return value


def _code(section: Section) -> Code:
    code = Code(
        _matching(section, "code", _CODE, "small letters, figures and _, beginning with a letter"),
        section.text("title"),
        section.text("definition"),
        section.text("includes"),
        section.text("excludes"),
        section.text("example"),
        legal=section.choice("legal", LEGAL, ""),
        cites=section.texts("cites", most=len(CITES)),
    )
    if not set(code.cites) <= set(CITES):
        raise section.fail("cites", f"these are some of: {', '.join(CITES)}")
    if not code.definition.strip():
        raise section.fail("definition", "say what belongs into this category")
    section.done()
    return code
