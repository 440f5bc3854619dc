"""Made-up pages with planted variants, and the truth about which are versions of one page.

Most pages stand alone. A family is a page and variants of it, each changed in one way or in several, as papers are that
come to us twice. Beside them stand forms: pages with the same printed text and other values in it, which are no
versions of one another; some of the filled-in forms have a damaged copy, which is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench._pages import Language, MadePage, PageMaker

FAMILY_SHARE = 0.08  # of the pages that begin a family; with its variants a family is a quarter of all pages
ORIGINALS = 0.5  # of the families with two variants and more have the page itself too
FORM_SHARE = 0.1
FORMS_OF_ONE = (5, 120)  # pages filled in of one form
COPIED_FORMS = 0.1
OCR_NOISE = {"ocr 2 %": 0.02, "ocr 5 %": 0.05, "ocr 8 %": 0.08}
_LETTER = re.compile(r"\w")
_WORD_OR_NUMBER = re.compile(r"\d{2,}|[^\W\d_]{4,}")

Change = Callable[[str, random.Random, Language], str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A page, the family it is of (None for none), the form it is of (None for none), and what was done to it."""

    text: str
    family: int | None
    form: int | None
    change: str


def misread(text: str, chance: random.Random, language: Language, share: float) -> str:
    """The text with that share of its letters read wrongly, lost, doubled, or run together with the next word."""
    out = []
    for letter in text:
        if chance.random() >= share or not (_LETTER.match(letter) or letter == " "):
            out.append(letter)
            continue
        kind = chance.random()
        if letter == " " or kind < 0.15:
            continue
        out.append(chance.choice(language.letters))
        if kind > 0.85:
            out.append(letter)
    return "".join(out)


def _frame(text: str, chance: random.Random, language: Language) -> str:
    """Another head and foot: another number, a stamp, a page number, a line of the archive."""
    body = text.partition("\n")[2]
    stamp = language.joint.join(chance.choices(language.words[:2000], k=3))
    head = f"{chance.randint(1, 99999)} / {chance.randint(2000, 2020)}  {stamp}"
    return f"{head}\n{body}\n- {chance.randint(1, 400)} -\n{stamp} {chance.randint(10**6, 10**7)}"


def _paragraph_added(text: str, chance: random.Random, language: Language) -> str:
    lines = text.split("\n")
    size = max(20, int(len(text) * chance.uniform(0.1, 0.25)))
    more = ""
    while len(more) < size:
        more += chance.choice(language.words) + language.joint
    lines.insert(chance.randrange(1, len(lines) + 1), more[:size])
    return "\n".join(lines)


def _paragraph_removed(text: str, chance: random.Random, _: Language) -> str:
    lines = text.split("\n")
    short = [at for at, line in enumerate(lines) if 0 < len(line) < 0.3 * len(text)]
    if short:
        del lines[chance.choice(short)]
    return "\n".join(lines)


def _names_and_dates(text: str, chance: random.Random, language: Language) -> str:
    """Two to five words or numbers are others."""
    places = list(_WORD_OR_NUMBER.finditer(text))
    chosen = sorted(chance.sample(places, min(len(places), chance.randint(2, 5))), key=lambda m: -m.start())
    for place in chosen:
        start, end = place.span()
        end = min(end, start + 12)  # a run of Chinese is no word
        if text[start].isdigit():
            new = "".join(chance.choice("0123456789") for _ in range(end - start))
        else:
            new = chance.choice(language.words)
        text = text[:start] + new + text[end:]
    return text


def _typed_again(text: str, chance: random.Random, language: Language) -> str:
    """Other line breaks, other blanks, other signs."""
    flat = re.sub(r"\s*\n\s*", language.joint, text)
    flat = flat.replace(".", " .").replace("。", chance.choice(["．", ". ", "。"])).replace("-", "–")
    if not language.joint:
        return re.sub(r"(.{30})", r"\1\n", re.sub(r"(.{7})", r"\1 ", flat))
    return re.sub(r"(.{60}\S*) ", r"\1\n", flat.replace("  ", " "))


def _reordered(text: str, chance: random.Random, _: Language) -> str:
    lines = text.split("\n")
    chance.shuffle(lines)
    return "\n".join(lines)


def _ocr(share: float) -> Change:
    return lambda text, chance, language: misread(text, chance, language, share)


CHANGES: dict[str, list[Change]] = {
    **{name: [_ocr(share)] for name, share in OCR_NOISE.items()},
    "head, foot, stamp": [_frame],
    "paragraph added": [_paragraph_added],
    "paragraph removed": [_paragraph_removed],
    "names, dates": [_names_and_dates],
    "typed again": [_typed_again],
    "reordered": [_reordered],
    "head + ocr 5 %": [_frame, _ocr(0.05)],
    "dates + ocr 8 %": [_names_and_dates, _ocr(0.08)],
    "removed + typed + ocr 2 %": [_paragraph_removed, _typed_again, _ocr(0.02)],
}


class PlantedPages:
    """Makes about `count` pages, the same for the same seed, in an order in which relatives are far apart."""

    def __init__(self, seed: int, count: int) -> None:
        self._maker = PageMaker(seed)
        self._chance = random.Random(f"{seed}:planted")
        self._languages = self._maker.languages
        self.pages = list(self._make(count))
        self._chance.shuffle(self.pages)

    def _make(self, count: int) -> Iterator[Planted]:
        made = number = family = form = 0
        while made < count:
            if self._chance.random() < FORM_SHARE / 40:
                form += 1
                for page in self._forms(form, family):
                    family = max(family, page.family or 0)
                    made += 1
                    yield page
                continue
            page = self._maker.page(number)
            number += 1
            if self._chance.random() >= FAMILY_SHARE:
                made += 1
                yield Planted(page.text, None, None, "alone")
                continue
            family += 1
            for planted in self._family(page, family):
                made += 1
                yield planted

    def _family(self, page: MadePage, family: int) -> Iterator[Planted]:
        language = self._language_of(page.text)
        names = self._chance.sample(sorted(CHANGES), self._chance.choice([1, 2, 3, 5]))
        if len(names) == 1 or self._chance.random() < ORIGINALS:
            yield Planted(page.text, family, None, "original")
        for name in names:
            yield Planted(self._changed(page.text, name, language), family, None, name)

    def _changed(self, text: str, name: str, language: Language) -> str:
        for change in CHANGES[name]:
            text = change(text, self._chance, language)
        return text

    def _forms(self, form: int, family: int) -> Iterator[Planted]:
        """Pages of one form: labels and printed lines the same, values others; values are 15 to 50 % of the text."""
        chance, language = self._chance, self._language_of(chance_code=self._chance.choice(sorted(self._languages)))
        labels = [language.joint.join(chance.choices(language.words, k=chance.randint(1, 3))) for _ in range(14)]
        printed = language.joint.join(chance.choices(language.words, k=chance.randint(30, 120)))
        for _ in range(chance.randint(*FORMS_OF_ONE)):
            text = printed + "\n" + "\n".join(f"{label}: {_value(chance, language)}" for label in labels)
            if chance.random() < COPIED_FORMS:
                family += 1
                yield Planted(text, family, form, "form")
                yield Planted(misread(text, chance, language, 0.04), family, form, "form, ocr 4 %")
            else:
                yield Planted(text, None, form, "form")

    def _language_of(self, text: str = "", *, chance_code: str = "") -> Language:
        if chance_code:
            return self._languages[chance_code]
        return max(self._languages.values(), key=lambda language: sum(map(set(language.letters).__contains__, text)))


def _value(chance: random.Random, language: Language) -> str:
    kind = chance.random()
    if kind < 0.25:
        return f"{chance.randint(1950, 2019)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    if kind < 0.4:
        return str(chance.randint(10**5, 10**17))
    return language.joint.join(chance.choices(language.words, k=chance.randint(1, 5)))
