"""The query tree: what was asked, independent of how any engine answers it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from fairwitness.core.errors import FairwitnessError
from fairwitness.names import Aliases, Level


class BadQuery(FairwitnessError):
    """The query cannot be understood. `position` is the 0-based code point where, `reason` says what is wrong."""

    code = "bad_query"
    advice = "Put a backslash before a sign, or quotes around words, that are meant as they stand."

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(f"The query cannot be understood at character {position + 1}: {reason}.")
        self.reason = reason
        self.position = position


@dataclass(frozen=True, slots=True)
class Term:
    """A word as typed, without quotes. Of several tokens (环境保护, state-owned), it is their exact phrase."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Quoted words. `slop` 0: the exact phrase; more: how far the words may be from where the phrase has them."""

    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`*` is any characters, `?` is one; a backslash before either, or before a backslash, makes it a literal."""

    source: str


@dataclass(frozen=True, slots=True)
class Regex:
    """What stood between the slashes."""

    source: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """One word, or one run of Han characters, at an optimal string alignment distance of at most `distance`.

    The first letter of a word must be right, unless `free`; in a Han run any character may differ.
    """

    text: str
    distance: int = 2
    free: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """All items, none sharing a word with another, with at most `slop` other words or Han characters among them.

    With `ordered`, in this order. See `_near` for the exact meaning.
    """

    items: tuple[NearItem, ...]
    slop: int
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Loose:
    """The words in a row, in any spelling with the same loose keys (`text.loose`)."""

    text: str


@dataclass(frozen=True, slots=True)
class HanWord:
    """A word in a run of Han characters, as jieba cuts it (`search.han_words`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Stemmed:
    """The word itself, or one with the same stem in a language of the page (`search.stems`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name, in any form that `fairwitness.names` takes for one at the level (docs/names.md).

    A query holds no aliases. Whoever knows the case fills in those of the case; None are those of the package.
    """

    text: str
    level: Level = "likely"
    aliases: Aliases | None = None


@dataclass(frozen=True, slots=True)
class TypeIs:
    """The type of the document; `*` and `?` are wildcards, case does not matter."""

    value: str


@dataclass(frozen=True, slots=True)
class LanguageIs:
    """One of the languages of the page; `*` and `?` are wildcards, case does not matter."""

    value: str


@dataclass(frozen=True, slots=True)
class PathPattern:
    """Part of the path a document was found under; with `*` (any characters, also /) or `?`, the whole path."""

    text: str

    def matches(self, path: str) -> bool:
        """Whether `path` fits, whatever its case and Unicode normal form."""
        return self.folded_test()(fold_path(path))

    def folded_test(self) -> Callable[[str], bool]:
        """The same for many paths, each of them folded before (`fold_path`)."""
        wanted = fold_path(self.text)
        if "*" in self.text or "?" in self.text:
            glob = glob_pattern(wanted)
            return lambda folded: glob.fullmatch(folded) is not None
        return lambda folded: wanted in folded


@dataclass(frozen=True, slots=True)
class OnPath:
    """The document was found under a path that matches."""

    pattern: PathPattern


@dataclass(frozen=True, slots=True)
class InFolder:
    """The document was found in the folder or archive of that path, or anywhere below it."""

    path: str


@dataclass(frozen=True, slots=True)
class FromSender:
    """The mail names a sender with this in it, whatever its case; with `whole`, this sender exactly as written."""

    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Tagged:
    """Somebody gave the document this tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Whether somebody starred the document, called it reviewed, or wrote a note on it."""

    mark: Mark
    is_set: bool = True


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days as yyyymmdd, both ends included; None is an open end. A page without a date is in no range."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class TrustRange:
    """How far the text of the page can be trusted: thousandths, both ends included (docs/quality.md)."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Like:
    """Pages that share at least `least` of the `tokens` that set the page of the cite apart; that page is not one.

    A query holds only the cite. Whoever knows the case fills in the rest, see `index.TantivyIndex.telling`.
    """

    cite: str
    document: str = ""
    page: int = 0
    tokens: tuple[str, ...] = ()
    least: int = 0


@dataclass(frozen=True, slots=True)
class Boost:
    """The part, weighing `factor` times as much in the order by relevance."""

    part: Node
    factor: float


@dataclass(frozen=True, slots=True)
class And:
    """Every part matches the page."""

    parts: tuple[Node, ...]
    word: ClassVar[str] = "AND"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches the page."""

    parts: tuple[Node, ...]
    word: ClassVar[str] = "OR"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match the page."""

    part: Node


NearItem = Term | Phrase | Wildcard | Regex | Fuzzy
TextLeaf = NearItem | Near | Loose | HanWord | Stemmed | Named
DocumentLeaf = OnPath | InFolder | FromSender | Tagged | Marked
FilterLeaf = TypeIs | LanguageIs | DateRange | TrustRange | DocumentLeaf
OF_DOCUMENTS = (OnPath, InFolder, FromSender, Tagged, Marked)  # what only the records of the case know
FILTERS = (TypeIs, LanguageIs, DateRange, TrustRange, *OF_DOCUMENTS)
Node = TextLeaf | FilterLeaf | Like | Boost | And | Or | Not


Mark = Literal["starred", "reviewed", "noted"]
MARKS: tuple[Mark, ...] = ("starred", "reviewed", "noted")

_READINGS = {Loose: "loose", HanWord: "word", Stemmed: "stem"}


def loosened(node: Node) -> Node:
    """The same query with its plain words and phrases read loosely; the same node if it has none."""
    if isinstance(node, (And, Or)):
        return type(node)(tuple(map(loosened, node.parts)))
    if isinstance(node, Not):
        return Not(loosened(node.part))
    if isinstance(node, Boost):
        return Boost(loosened(node.part), node.factor)
    if isinstance(node, Term) or (isinstance(node, Phrase) and not node.slop):
        return Loose(node.text)
    return node


def glob_pattern(glob: str) -> re.Pattern[str]:
    """A regular expression for a glob in which only `*` and `?` are special."""
    return re.compile("".join({"*": ".*", "?": "."}.get(char) or re.escape(char) for char in glob), re.DOTALL)


def fold_path(path: str) -> str:
    """The path without what is no difference between paths: case and Unicode normal form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def positive_text_leaves(node: Node, negated: bool = False) -> list[TextLeaf]:
    """The leaves that make a page a hit by being on it, in the order of the query."""
    if isinstance(node, (And, Or)):
        return [leaf for part in node.parts for leaf in positive_text_leaves(part, negated)]
    if isinstance(node, Not):
        return positive_text_leaves(node.part, not negated)
    if isinstance(node, Boost):
        return positive_text_leaves(node.part, negated)
    if negated or isinstance(node, FILTERS):
        return []
    if isinstance(node, Like):
        return [Term(token) for token in node.tokens]
    return [node]


def unparse(node: Node) -> str:
    """A query that parses to the same tree, if the tree came from a query."""
    if isinstance(node, (And, Or)):
        joint = f" {node.word} "
        return joint.join(_group(part) for part in node.parts)
    if isinstance(node, Not):
        return f"NOT {_group(node.part)}"
    if isinstance(node, FILTERS):
        return _unparse_filter(node)
    if isinstance(node, Boost):
        return f"{_group(node.part)}^{node.factor:g}"
    return f"like:{node.cite}" if isinstance(node, Like) else _unparse_leaf(node)


def _unparse_leaf(node: TextLeaf) -> str:
    if isinstance(node, Named):
        return f"name{'' if node.level == 'likely' else '~' + node.level}:{_quote(node.text)}"
    if isinstance(node, Near):
        items = " ".join(map(_unparse_leaf, node.items))
        return f"{'onear' if node.ordered else 'near'}({items}, {node.slop})"
    if isinstance(node, Phrase):
        return f"{_quote(node.text)}~{node.slop}" if node.slop else _quote(node.text)
    if isinstance(node, (Loose, HanWord, Stemmed)):
        return f"{_READINGS[type(node)]}:{_quote(node.text)}"
    if isinstance(node, Regex):
        return f"/{node.source}/"
    if isinstance(node, Wildcard):
        return _escape(node.source, keep="*?\\")
    if isinstance(node, Fuzzy):
        return f"{_escape(node.text)}~{node.distance}{'!' if node.free else ''}"
    return _escape(node.text)


def _unparse_filter(node: FilterLeaf) -> str:
    if isinstance(node, TypeIs):
        return f"type:{_quote(node.value)}"
    if isinstance(node, LanguageIs):
        return f"lang:{_quote(node.value)}"
    if isinstance(node, OF_DOCUMENTS):
        return _unparse_of_documents(node)
    if isinstance(node, TrustRange):
        return f"trust:[{node.low / 1000:.3f} TO {node.high / 1000:.3f}]"
    return f"date:[{_day(node.low)} TO {_day(node.high)}]"


def _unparse_of_documents(node: DocumentLeaf) -> str:
    if isinstance(node, OnPath):
        return f"path:{_quote(node.pattern.text)}"
    if isinstance(node, InFolder):
        return f"folder:{_quote(node.path)}"
    if isinstance(node, FromSender):
        return f"{'sender' if node.whole else 'from'}:{_quote(node.text)}"
    if isinstance(node, Tagged):
        return f"tag:{_quote(node.tag)}"
    return f"{node.mark}:{'yes' if node.is_set else 'no'}"


def _day(day: int | None) -> str:
    if day is None:
        return "*"
    digits = f"{day:08d}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _group(node: Node) -> str:
    return f"({unparse(node)})" if isinstance(node, (And, Or, Not, Boost)) else unparse(node)


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escape(text: str, keep: str = "") -> str:
    """Puts a backslash before everything that is neither letter nor digit, and before a word that is an operator."""
    escaped = "".join(c if c.isalnum() or c in keep else "\\" + c for c in text)
    return "\\" + escaped if text in {"AND", "OR", "NOT"} else escaped
