"""Which encoding untrusted bytes are in, and decoding them without hiding what could not be decoded.

The method is maximum likelihood: every candidate that can decode the bytes is scored by how probable its
letters are in the languages we expect (`fairwitness.text._letters`), with penalties for what words do not
do: a capital after a small letter, two scripts in one word. charset-normalizer is asked only when no
candidate is plausible, because on our material it confuses KZ-1048 with windows-1251 and short texts of all
kinds.

All codecs are loaded when this module is imported: readers run where no file can be opened.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from encodings.aliases import aliases
from typing import BinaryIO

from charset_normalizer import from_bytes

from fairwitness.text._letters import FLOOR, LANGUAGES, value_of_han, value_of_sign

HEAD_BYTES = 1 << 16
"""How many bytes at the start are worth passing to `detect_encoding`."""

_SAMPLE_BYTES = 1 << 15
_CHUNK_BYTES = 1 << 16
# A UTF-8 file with some broken places stays UTF-8 and is said to be partial; taken for a code page, all of it would be
# wrong and look like text. In text of any code page at least half of what could be UTF-8 is not (tests/text).
_MAX_BAD_UTF8_SHARE = 0.2
_MIN_VALUE_PER_BYTE = -6.6  # uniform noise over the upper half of a code page scores about -8
_FEW_HIGH_BYTES = 12  # fewer tell little about an encoding, and are mostly signs such as © or a quotation mark
_NOT_TEXT = frozenset(
    {"mbcs", "oem", "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "tactis"}
)

CODECS = {
    "utf-8": "utf-8",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32-le": "utf-32-le",
    "utf-32-be": "utf-32-be",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
    "windows-1254": "cp1254",
    "windows-1256": "cp1256",
    "koi8-r": "koi8_r",
    "cp866": "cp866",
    "kz-1048": "kz1048",
    "ptcp154": "ptcp154",
}
"""Name of each encoding that `detect_encoding` may answer, and the Python codec that reads it."""

# In the order in which ties are broken: windows-1252 wins when typographic quotes are all there is.
_LEGACY: dict[str, tuple[str, ...]] = {
    "windows-1252": ("western",),
    "windows-1251": ("ru", "uk"),
    "gb18030": ("ru", "kk", "ug", "western", "tr"),
    "big5": ("ru",),
    "koi8-r": ("ru",),
    "cp866": ("ru",),
    "kz-1048": ("kk",),
    "ptcp154": ("kk",),
    "windows-1254": ("tr",),
    "windows-1256": ("ar", "fa"),
}

# Labels that mean more, or something else, than they say (WHATWG Encoding Standard, section 4.2, and mail
# practice).
_LABELS = {
    "ascii": "windows-1252",
    "us-ascii": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "latin1": "windows-1252",
    "cp1252": "windows-1252",
    "x-cp1252": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso8859-9": "windows-1254",
    "latin5": "windows-1254",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "euc-cn": "gb18030",
    "x-euc-cn": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "chinese": "gb18030",
    "big5-hkscs": "big5",
    "big5hkscs": "big5",
    "cp950": "big5",
    "x-big5": "big5",
    "x-x-big5": "big5",
    "cn-big5": "big5",
    "x-cp1251": "windows-1251",
    "win-1251": "windows-1251",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "koi": "koi8-r",
    "dos-866": "cp866",
    "ibm866": "cp866",
    "pt154": "ptcp154",
    "cp154": "ptcp154",
    "strk1048-2002": "kz-1048",
    "unicode": "utf-16-le",
    "ucs-2": "utf-16-le",
    "utf-16": "utf-16-le",
    "utf8": "utf-8",
    "utf_8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "windows-874": "cp874",
}


def _load_codecs() -> frozenset[str]:
    """Load every text codec of Python, with the tables that some load only when used."""
    names = set()
    for name in sorted({*aliases.values(), "cp874", "koi8_u", *CODECS.values()} - _NOT_TEXT):
        try:
            if codecs.lookup(name)._is_text_encoding:
                b"a\xa4\xa4".decode(name, "replace")
                names.add(name)
        except (LookupError, UnicodeError):
            continue
    return frozenset(names)


_LOADED = _load_codecs()


def detect_encoding(head: bytes, *, complete: bool) -> str:
    """The encoding of plain text, one of `CODECS`; "utf-8" also for ASCII and when nothing fits.

    `head` is the start of the text (`HEAD_BYTES` are enough); `complete` says that it is all of it, so that
    nothing may end in the middle of a character. When nothing fits, decoding as UTF-8 shows U+FFFD where
    bytes are lost, and that is wanted: a wrong code page would look like text.
    """
    marked = _by_mark(head)
    if marked:
        return marked
    wide = _by_zero_bytes(head)
    if wide:
        return wide
    if head.isascii() or _is_utf8(head, complete=complete):
        return "utf-8"
    sample, whole = _sample(head, complete=complete)
    return _best_legacy(sample, complete=whole) or _ask_normalizer(sample) or "utf-8"


def detect_file(file: BinaryIO) -> str:
    """The same for a whole file, read from its start; the position is back at the start afterwards.

    Where the first `HEAD_BYTES` are plain ASCII, the place of the first other byte is looked for and decides.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    start = head
    while head and head.isascii() and b"\0" not in head:
        head = file.read(HEAD_BYTES)
    complete = len(head) < HEAD_BYTES
    file.seek(0)
    if not head or start is head:
        return detect_encoding(start, complete=complete)
    cut = max(0, next((at for at, byte in enumerate(head) if byte > 0x7F or byte == 0), 0) - 64)
    return detect_encoding(head[cut:], complete=complete)


def find_codec(label: str) -> str | None:
    """Name to pass to `decode_stream` for a label found in a document, such as "GB2312"; None if unknown.

    Follows the WHATWG Encoding Standard where a label is commonly used for a larger set than it names.
    """
    plain = label.strip().strip("\"'").lower()
    if len(plain) > 40 or not plain.isascii():
        return None
    named = _LABELS.get(plain) or _LABELS.get(plain.replace("_", "-")) or plain
    if named in CODECS:
        return named
    folded = re.sub(r"[^a-z0-9]+", "_", named)
    python = folded if folded in _LOADED else aliases.get(folded, "")
    if python not in _LOADED:
        return None
    return next((name for name, codec in CODECS.items() if codec == python), python)


def believe(codec: str, data: bytes) -> str:
    """`codec` as a document states it; what the bytes are, where the statement is the western default and they are not.

    Programs write "iso-8859-1" over whatever they send, and every byte is a letter in it: believed, Chinese and Russian
    become accented nonsense without a single error.
    """
    if codec != "windows-1252":
        return codec
    head = data[:HEAD_BYTES]
    if sum(1 for byte in head if byte > 0x7F) < _FEW_HIGH_BYTES:
        return codec
    return detect_encoding(head, complete=len(data) <= HEAD_BYTES)


def decode_bytes(data: bytes, encoding: str) -> str:
    """All of `data` as text; what cannot be decoded is U+FFFD, a byte order mark is dropped."""
    return data.decode(CODECS.get(encoding, encoding), "replace").removeprefix("\ufeff")


def decode_stream(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the text from the current position to the end in pieces; undecodable bytes become U+FFFD.

    `encoding` is an answer of `detect_encoding` or `find_codec`. A leading byte order mark is dropped.
    """
    decoder = codecs.getincrementaldecoder(CODECS.get(encoding, encoding))("replace")
    first = True
    while True:
        data = file.read(_CHUNK_BYTES)
        text = decoder.decode(data, final=not data)
        if first and text:
            text = text.removeprefix("\ufeff")
            first = False
        if text:
            yield text
        if not data:
            return


def decode_name(raw: bytes) -> str:
    r"""A name of unknown encoding, fit to be shown: one line, in logical order, nothing invisible.

    Bytes that fit no encoding are written \xNN, characters that control, order or hide text \uNNNN or
    \UNNNNNNNN, and a backslash \\, so that two different names never look the same.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = _best_legacy(raw, complete=True)
        if name is None:
            return "".join(_shown(chr(byte)) if byte < 0x80 else f"\\x{byte:02x}" for byte in raw)
        text = raw.decode(CODECS[name])
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character == "\\":
        return "\\\\"
    category = unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp") and (category != "Zs" or character == " "):
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _by_mark(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith(codecs.BOM_UTF32_LE) and len(head) % 4 == 0:
        return "utf-32-le"
    if head.startswith(codecs.BOM_UTF32_BE):
        return "utf-32-be"
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    return ""


def _by_zero_bytes(head: bytes) -> str:
    """UTF-16 without a mark: by zero bytes on one side, else by Han text that has hardly any."""
    even = head[: len(head) & ~1][:_SAMPLE_BYTES]
    if len(even) < 4 or (even.isascii() and b"\0" not in even):
        return ""
    if b"\0" not in even and len(even) < 64:
        return ""
    best = ""
    best_value = _MIN_VALUE_PER_BYTE
    for name in ("utf-16-le", "utf-16-be"):
        value = _value_of_wide(even, name)
        if value > best_value:
            best, best_value = name, value
    return best


def _value_of_wide(even: bytes, name: str) -> float:
    """Mean log-likelihood a byte as UTF-16, far below any text if a code unit cannot be."""
    try:
        text = even.decode(name, "strict")
    except UnicodeDecodeError as error:
        if error.start < len(even) - 2:
            return 2 * FLOOR
        text = even[: error.start].decode(name)
    if not text:
        return 2 * FLOOR
    if any(character < "\t" or "\r" < character < " " for character in text):
        return 2 * FLOOR
    counts = Counter(text)
    rare = sum(n for character, n in counts.items() if not _is_usual_in_utf16(character))
    if rare > len(text) * 0.05:
        return 2 * FLOOR
    han = sum(n for character, n in counts.items() if "\u4e00" <= character <= "\u9fff")
    if han * 2 > len(text):  # any even ASCII text looks like rare Han: ask that common ones be there
        values = sum(n * value_of_han(character, "gb18030") for character, n in counts.items() if character >= "\u3000")
        return values / max(1, sum(n for character, n in counts.items() if character >= "\u3000")) / 2 - 1.2
    return -3.0


def _is_usual_in_utf16(character: str) -> bool:
    code = ord(character)
    return (
        code < 0x250
        or 0x400 <= code < 0x530
        or 0x600 <= code < 0x700
        or 0x2000 <= code < 0x2070
        or code == 0x2116
        or 0x3000 <= code < 0x3020
        or 0x4E00 <= code < 0xA000
        or 0xFF00 <= code < 0xFF60
    )


def _is_utf8(head: bytes, *, complete: bool) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        decoder.decode(head, final=complete)
    except UnicodeDecodeError:
        text = head.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        good = sum(1 for character in text if character > "\x7f") - bad
        return bad <= good * _MAX_BAD_UTF8_SHARE
    return True


def _sample(head: bytes, *, complete: bool) -> tuple[bytes, bool]:
    """At most `_SAMPLE_BYTES` that hold the first non-ASCII bytes, cut at a line end where there is one."""
    first = next((at for at, byte in enumerate(head) if byte > 0x7F), 0)
    start = max(head.rfind(b"\n", 0, first) + 1, first - 1024)
    part = head[start : start + _SAMPLE_BYTES]
    if start + len(part) == len(head):
        return part, complete
    end = part.rfind(b"\n")
    return (part[: end + 1], True) if end > len(part) // 2 else (part, False)


def _best_legacy(data: bytes, *, complete: bool) -> str | None:
    """The candidate under which the non-ASCII bytes are most probable, if that is probable enough."""
    high = sum(1 for byte in data if byte > 0x7F)
    best: str | None = None
    best_value = _MIN_VALUE_PER_BYTE * high
    for name, languages in _LEGACY.items():
        text = _decode_strictly(data, CODECS[name], complete=complete)
        if text is None:
            continue
        value = _value_of(text, CODECS[name], languages)
        if value > best_value:
            best, best_value = name, value
    return best


def _decode_strictly(data: bytes, codec: str, *, complete: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(data, final=complete)
    except UnicodeDecodeError:
        text = data.decode(codec, "replace")
    # one broken place in two hundred: a damaged file, still better read in its encoding than not at all
    bad = text.count("\ufffd")
    return text if bad * 200 <= sum(1 for character in text if character > "\x7f") else None


_CAPITAL_INSIDE = re.compile("[а-яёѐ-џәғқңөұүһ][А-ЯЁЂ-ЏӘҒҚҢӨҰҮҺ]")
_MIXED_WORD = re.compile("[A-Za-z][\u0400-\u04ff\u0600-\u06ff]|[\u0400-\u04ff\u0600-\u06ff][A-Za-z]")
_ACCENT_BY_ACCENT = re.compile("[\u00c0-\u024f]{2}")
_ACCENT_ALONE = re.compile("(?<![A-Za-z])[\u00c0-\u024f](?![A-Za-z])")
_LINES = re.compile("(?<![^\\W\\d_])[\u2500-\u259f]{2,}(?![^\\W\\d_])")  # tables of DOS programs
_LETTER_BY_SIGN = re.compile("[\u0400-\u06ff][\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf][\u0400-\u06ff]")


def _value_of(text: str, codec: str, languages: tuple[str, ...]) -> float:
    """Log-likelihood of the non-ASCII characters of `text`, in the language that fits best."""
    counts = Counter(character for character in text if character > "\x7f")
    cost = (
        4.0 * len(_CAPITAL_INSIDE.findall(text))
        + 4.0 * len(_MIXED_WORD.findall(text))
        + 3.0 * len(_ACCENT_BY_ACCENT.findall(text))
        + 2.0 * len(_ACCENT_ALONE.findall(text))
        + 4.0 * len(_LETTER_BY_SIGN.findall(text))
        - 6.0 * sum(map(len, _LINES.findall(text)))
    )
    return max(_value_in(counts, codec, LANGUAGES[language]) for language in languages) - cost


def _value_in(counts: Counter[str], codec: str, letters: dict[str, float]) -> float:
    value = 0.0
    wide = codec in ("gb18030", "big5hkscs")
    for character, number in counts.items():
        one = letters.get(character)
        if one is None:
            one = value_of_han(character, codec) if wide and character >= "\u2014" else value_of_sign(character)
        value += number * one
    return value


def _ask_normalizer(sample: bytes) -> str:
    """What charset-normalizer makes of it, if it is sure; for languages we have no table of."""
    found = from_bytes(sample[:8192], cp_isolation=[CODECS[name] for name in _LEGACY], enable_fallback=False).best()
    if found is None or found.chaos > 0.05 or found.coherence < 0.3:
        return ""
    return next((name for name in _LEGACY if CODECS[name] == found.encoding), "")


_ask_normalizer("Ελληνικά, which loads its own tables".encode("cp1253"))
