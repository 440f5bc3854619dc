"""The text of RTF (Rich Text Format 1.9.1): body, headers, footers, notes and comments, in their code pages.

Libraries at hand drop notes, comments and headers without a word, so this is our own reader. It keeps every
group that can hold text and skips those that the specification says hold none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.text.encoding import find_codec

_TOKEN = re.compile(
    rb"\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<word>[a-zA-Z]{1,40})(?P<number>-?\d{1,10})? ?|\\(?P<sign>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
_CODE_PAGES = {936: "gb18030", 10000: "mac_roman", 65001: "utf-8", 708: "iso8859_6"}
_SIGNS = {
    "par": "\n\n", "sect": "\n\n", "page": "\n\n", "column": "\n\n", "line": "\n", "tab": "\t", "cell": "\t",
    "nestcell": "\t", "row": "\t\n", "nestrow": "\t\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ",
    "qmspace": " ", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "", b"\n": "\n\n", b"\r": "\n\n", b"\\": "\\", b"{": "{", b"}": "}"}
# Groups that hold no text of the document, beside those marked as skippable that we do not know.
_SKIPPED = frozenset(
    """fonttbl colortbl stylesheet info pict objdata objclass objname themedata colorschememapping datastore
    latentstyles listtable listoverridetable rsidtbl generator xmlnstbl filetbl revtbl fldinst bkmkstart bkmkend blipuid
    sp shprslt nonshppict ftnsep ftnsepc aftnsep aftnsepc atnref atrfstart atrfend atntime atndate pnseclvl
    pntext listtext
    mmathPr wgrffmtfilter passwordhash userprops docvar protusertbl""".split()  # noqa: SIM905  a list of words
)
# Groups that may be marked as skippable (\\*) and hold text all the same.
_KEPT = frozenset(
    [
        "shpinst",
        "shptxt",
        "footnote",
        "annotation",
        "atnauthor",
        "atnid",
        "objdata",
        "shppict",
        "nesttableprops",
        "background",
    ]
)
# Groups whose text stands beside the running text; it is put behind it.
_ASIDE = frozenset(
    """footnote annotation header headerl headerr headerf footer footerl footerr footerf""".split()  # noqa: SIM905
)
_SIGNED = frozenset(["atnid", "atnauthor"])  # stand before the comment that they belong to
_EMBEDDED = frozenset(["pict", "objdata"])
_PICTURES = {"pngblip": "png", "jpegblip": "jpg", "emfblip": "emf", "wmetafile": "wmf", "dibitmap": "dib",
             "wbitmap": "bmp", "macpict": "pict"}  # fmt: skip
_NOT_HEX = re.compile(rb"[^0-9a-fA-F]+")


@dataclass(slots=True)
class RtfObject:
    """A picture or object in the file: its kind ("object", or the extension of a picture), and its bytes."""

    kind: str
    digits: bytearray = field(default_factory=bytearray)  # hexadecimal, as most are written
    raw: bytearray = field(default_factory=bytearray)

    @property
    def data(self) -> bytes:
        """The bytes; an odd digit at the end is left out."""
        digits = _NOT_HEX.sub(b"", bytes(self.digits))
        return bytes(self.raw) or bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))


@dataclass(frozen=True, slots=True)
class RtfText:
    """Paragraphs with their ends, whether characters were lost, and the pictures and objects in their order."""

    paragraphs: tuple[str, ...]
    is_broken: bool
    objects: tuple[RtfObject, ...] = ()

    @property
    def text(self) -> str:
        """All paragraphs."""
        return "".join(self.paragraphs).strip("\n ")


@dataclass(frozen=True, slots=True)
class _Group:
    out: list[str]
    codec: str
    skip: bool = False
    fallback: int = 1  # characters to pass over behind \\uN
    table: bool = False  # in the font table
    starred: bool = False
    begun: bool = True  # a word of the group was seen
    embedded: RtfObject | None = None  # what the group holds in place of text


@dataclass(slots=True)
class _Reader:
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = -1  # of the table entry being read
    pending: bytearray = field(default_factory=bytearray)
    to_pass: int = 0
    aside: list[list[str]] = field(default_factory=list)
    objects: list[RtfObject] = field(default_factory=list)
    signers: list[list[str]] = field(default_factory=list)

    def read(self, data: bytes) -> list[str]:
        body: list[str] = []
        group = _Group(body, self._document_codec(data))
        self.fonts[-1] = group.codec
        stack: list[_Group] = []
        at = 0
        while at < len(data):
            token = _TOKEN.match(data, at)
            if token is None:
                break
            at = token.end()
            if token["brace"] == b"{":
                self._flush(group)
                stack.append(group)
                group = replace(group, begun=False, starred=False, embedded=None)
            elif token["brace"]:
                self._flush(group)
                group = stack.pop() if stack else group
            elif token["word"]:
                word, number = token["word"].decode("ascii"), int(token["number"] or b"-1")
                if word == "bin":
                    if group.embedded is not None:
                        group.embedded.raw += data[at : at + max(0, number)]
                    at += max(0, number)
                else:
                    group = self._word(group, word, number, token["number"] is not None)
            else:
                group = self._other(group, token)
        self._flush(group)
        return body

    def _document_codec(self, data: bytes) -> str:
        page = re.search(rb"\\ansicpg(\d{1,5})", data[:8192])
        if page:
            number = int(page[1])
            return _CODE_PAGES.get(number) or find_codec(f"cp{number}") or "cp1252"
        return "mac_roman" if re.search(rb"\\mac\b", data[:200]) else "cp1252"

    def _other(self, group: _Group, token: re.Match[bytes]) -> _Group:
        if group.embedded is not None:
            group.embedded.digits += token["text"] or b""
        elif token["hex"]:
            self._bytes(group, bytes([int(token["hex"], 16)]), 1)
        elif token["text"]:
            self._bytes(group, token["text"], len(token["text"]))
        elif token["sign"] == b"*":
            return replace(group, starred=True)
        elif token["sign"]:
            self._put(group, _SYMBOLS.get(token["sign"], ""))
        return group

    def _bytes(self, group: _Group, data: bytes, count: int) -> None:
        passed = min(self.to_pass, count)
        self.to_pass -= passed
        if not group.skip and passed < count:
            self.pending += data[passed:]

    def _put(self, group: _Group, text: str) -> None:
        if self.to_pass and text:
            self.to_pass -= 1
        elif not group.skip:
            self._flush(group)
            group.out.append(text)

    def _flush(self, group: _Group) -> None:
        if self.pending:
            group.out.append(self.pending.decode(group.codec, "replace"))
            self.pending.clear()
        self.to_pass = 0 if self.to_pass < 0 else self.to_pass

    def _word(self, group: _Group, word: str, number: int, numbered: bool) -> _Group:
        if not group.begun:
            group = self._begin(replace(group, begun=True), word)
        elif group.embedded is not None:
            group.embedded.kind = _PICTURES.get(word, group.embedded.kind)
        if word in _SIGNS:
            self._put(group, _SIGNS[word])
        elif word == "u" and numbered:
            self.to_pass = 0
            if not group.skip:
                self._flush(group)
                group.out.append(chr(number % 0x10000))
            self.to_pass = group.fallback
        elif word == "uc" and numbered:
            return replace(group, fallback=max(0, number))
        elif word == "f" and numbered:
            return self._font(group, number)
        elif word == "fcharset" and group.table:
            self.fonts[self.font] = _CHARSETS.get(number, self.fonts[-1])
        return group

    def _font(self, group: _Group, number: int) -> _Group:
        if group.table:
            self.font = number
            return group
        self._flush(group)
        return replace(group, codec=self.fonts.get(number, self.fonts[-1]))

    def _begin(self, group: _Group, word: str) -> _Group:
        """The group, now that its first word tells what it is."""
        if word in _EMBEDDED and not group.skip:
            self.objects.append(RtfObject("object" if word == "objdata" else "picture"))
            return replace(group, skip=True, embedded=self.objects[-1])
        if word == "fonttbl":
            return replace(group, skip=True, table=True)
        if word in _SKIPPED or (group.starred and word not in _KEPT):
            return replace(group, skip=True)
        if word in _SIGNED and not group.skip:
            within = any(group.out is aside for aside in self.aside)
            self.signers += [] if within else [[]]
            return replace(group, skip=True) if within else replace(group, out=self.signers[-1])
        if word in _ASIDE and not group.skip:
            self.aside.append([])
            if word == "annotation" and self.signers:
                self.aside[-1].append(" ".join("".join(name).strip() for name in reversed(self.signers)) + ": ")
                self.signers.clear()
            return replace(group, out=self.aside[-1])
        return group


def read_rtf_text(data: bytes) -> RtfText:
    """The text of an RTF file; what stands beside the running text (headers, notes, comments) comes behind it.

    Raises:
        ReadError: UNREADABLE if it is none.
    """
    if b"{\\rtf" not in data[:1024]:
        raise ReadError(Cause.UNREADABLE, "no rtf")
    reader = _Reader()
    pieces = ["".join(reader.read(data)), *("".join(aside) for aside in reader.aside)]
    text = "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs are written as two escapes
    found = tuple(one for one in reader.objects if one.raw or one.digits.strip())
    return RtfText(tuple(_paragraphs(text.replace("\0", ""))), "\ufffd" in text, found)


def _paragraphs(text: str) -> Iterator[str]:
    for piece in re.split(r"(?<=\n\n)|(?<=\t\n)", text):
        if piece:
            yield piece
