"""Invented pages in six languages, the same in every run, with a vocabulary as large and dirty as that of scans.

A page has a head (number, day, mark), sentences of the Declaration of Human Rights where its texts are at hand, and
made-up words drawn by Zipf's law, some of them damaged as text recognition damages them. About 1.8 kB a page, as in
the corpus that the choice of engine was measured on.
"""

from __future__ import annotations

import html
import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = 1_800
PAGES_A_DOCUMENT = 20
WORDS = 60_000  # made-up words of each language
NOISE = 0.02  # of the words
UDHR = Path("..", "shared", "corpus", "udhr")
_EXPONENT = 1.05
_SENTENCE_SHARE = 0.3
_PARAGRAPH = re.compile(r"<(?:p|h1|h2)>(.*?)</(?:p|h1|h2)>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """How words of a language are made up: beginnings, vowels, ends; and where its sentences are."""

    heads: str
    vowels: str
    tails: str
    file: str
    share: int


_ALPHABETS = {
    "zh": Alphabet("", "", "", "cmn_hans.html", 30),
    "en": Alphabet("b c d f g h l m n p r s t w st tr pl", "a e i o u ea ou", "n r s t l d ng", "eng.html", 25),
    "ru": Alphabet("б в г д к л м н п р с т пр ст", "а е и о у я ы", "н р с т л в й", "rus.html", 15),
    "ug": Alphabet("ب پ ت ج چ خ د ر ز س ش غ ق ك گ ل م ن", "ا ە ې ى و ۇ ۆ ۈ", "ن ر س ت ل ق م ش", "uig_arab.html", 15),
    "kk": Alphabet("б ғ д ж з к қ л м н п с т ш", "а ә е і о ө ұ ү ы", "н р с т л қ й м", "kaz.html", 8),
    "tr": Alphabet("b c ç d g h k l m n s ş t y", "a e ı i o ö u ü", "n r s t l k m ş", "tur.html", 7),
}


@dataclass(frozen=True, slots=True)
class MadePage:
    """One page; `date` is yyyymmdd."""

    document: int
    number: int
    date: int
    text: str


@dataclass(frozen=True, slots=True)
class Language:
    """Words with cumulative weights, letters for damage, sentences (maybe none)."""

    words: list[str]
    weights: list[float]
    letters: str
    sentences: list[str]
    joint: str


class PageMaker:
    """Makes pages; `pages(n)` begins with `pages(m)` for any m below n."""

    def __init__(self, seed: int, udhr: Path = UDHR) -> None:
        self._seed = seed
        self.languages = {code: _language(code, random.Random(f"{seed}:{code}"), udhr) for code in _ALPHABETS}
        self.has_sentences = all(language.sentences for language in self.languages.values())

    def pages(self, count: int) -> Iterator[MadePage]:
        """Yields `count` pages, document by document."""
        for number in range(count):
            yield self.page(number)

    def page(self, number: int) -> MadePage:
        """The page of that number, counted from 0."""
        chance = random.Random(f"{self._seed}:{number}")
        codes = list(_ALPHABETS)
        shares = [alphabet.share for alphabet in _ALPHABETS.values()]
        chosen = chance.choices(codes, shares, k=1 if chance.random() < 0.7 else 2)
        year, month, day = chance.randint(2014, 2019), chance.randint(1, 12), chance.randint(1, 28)
        text = f"№ {chance.randint(1, 999_999)}  {year}-{month:02d}-{day:02d}  {chance.getrandbits(40):010x}\n"
        room = PAGE_BYTES * chance.uniform(0.4, 1.6) / len(chosen)
        for code in chosen:
            text += "\n" + _paragraphs(self.languages[code], chance, room)
        document, place = divmod(number, PAGES_A_DOCUMENT)
        return MadePage(document, place + 1, year * 10_000 + month * 100 + day, text)


def _language(code: str, chance: random.Random, udhr: Path) -> Language:
    sentences = _sentences(udhr / _ALPHABETS[code].file)
    if code == "zh":
        letters = "".join(chr(0x4E00 + i) for i in chance.sample(range(20_000), 3_500))
        sizes = chance.choices((1, 2, 3, 4), (1, 6, 2, 1), k=WORDS)
        weights = list(itertools.accumulate(1 / (i + 20) for i in range(len(letters))))
        words = ["".join(chance.choices(letters, cum_weights=weights, k=size)) for size in sizes]
    else:
        alphabet = _ALPHABETS[code]
        letters = "".join(sorted(set((alphabet.heads + alphabet.vowels + alphabet.tails).replace(" ", ""))))
        words = [_word(alphabet, chance) for _ in range(WORDS)]
    words = list(dict.fromkeys(words))
    weights = list(itertools.accumulate(1 / (rank + 3) ** _EXPONENT for rank in range(len(words))))
    return Language(words, weights, letters, sentences, "" if code == "zh" else " ")


def _word(alphabet: Alphabet, chance: random.Random) -> str:
    heads, vowels, tails = alphabet.heads.split(), alphabet.vowels.split(), [*alphabet.tails.split(), "", ""]
    size = chance.choices((1, 2, 3, 4), (2, 5, 3, 1))[0]
    return "".join(chance.choice(heads) + chance.choice(vowels) + chance.choice(tails) for _ in range(size))


def _sentences(path: Path) -> list[str]:
    if not path.is_file():
        return []
    found = _PARAGRAPH.findall(path.read_text("utf-8"))
    return [html.unescape(re.sub(r"<[^>]+>|\s+", " ", sentence)).strip() for sentence in found]


def _paragraphs(language: Language, chance: random.Random, room: float) -> str:
    pieces: list[str] = []
    while room > 0:
        if language.sentences and chance.random() < _SENTENCE_SHARE / 2:  # a sentence is about two lines long
            piece = chance.choice(language.sentences)
        else:
            count = chance.randint(8, 18)
            words = chance.choices(language.words, cum_weights=language.weights, k=count)
            for at in range(count):
                if chance.random() < NOISE:
                    words[at] = _damaged(words[at], language.letters, chance)
            piece = language.joint.join(words) + ("。" if not language.joint else ".")
        pieces.append(piece)
        room -= len(piece.encode())
    return "\n".join(pieces)


def _damaged(word: str, letters: str, chance: random.Random) -> str:
    """The word with one or two letters read wrongly, lost or added."""
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(word))
        kind = chance.random()
        if kind < 0.6:
            word = word[:at] + chance.choice(letters) + word[at + 1 :]
        elif kind < 0.8 and len(word) > 1:
            word = word[:at] + word[at + 1 :]
        else:
            word = word[:at] + chance.choice(letters) + word[at:]
    return word
