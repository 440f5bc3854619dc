"""Mail headers as bytes, and what they say: RFC 5322, RFC 2047 (encoded words), RFC 2231 (parameters).

Written anew rather than taken from `email`, because real headers hold raw 8-bit names, encoded words cut in the middle
of a character, and groups, on which `email` raises or loses bytes.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from dataclasses import dataclass
from email.utils import parsedate_tz

from fairwitness.text.encoding import believe, decode_bytes, detect_encoding, find_codec

_ENCODED_WORD = re.compile(rb"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_GAP_BETWEEN_WORDS = re.compile(rb"(\?=)[ \t\r\n]+(?==\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_FOLD = re.compile(rb"\r?\n[ \t]*|\r")
_PARAMETER = re.compile(rb';\s*([^\s=;"]+?)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_SECTION = re.compile(rb"^(.+?)(?:\*(\d{1,3}))?(\*)?$", re.DOTALL)
_SPACES = re.compile(r"[ \t]+")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_MAX_PARAMETERS_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header block in their order: name in lower case, raw value still folded; `block` is all."""

    fields: tuple[tuple[bytes, bytes], ...]
    block: bytes = b""

    def raw(self, name: bytes) -> bytes:
        """The first value of that name, b"" if there is none."""
        return next((value for key, value in self.fields if key == name), b"")

    def texts(self, name: bytes) -> list[str]:
        """All values of that name, unfolded and decoded."""
        return [decode_value(value) for key, value in self.fields if key == name]

    def text(self, name: bytes) -> str:
        """The first value of that name as text, "" if there is none."""
        return decode_value(self.raw(name))


def parse_headers(block: bytes) -> Headers:
    """The fields in `block`; a line that is none belongs to the field before it, as careless mailers fold."""
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in block.splitlines(keepends=True):
        if is_field(line):
            name, _, value = line.partition(b":")
            fields.append((name.strip().lower(), [value]))
        elif fields:
            fields[-1][1].append(line if line[:1] in (b" ", b"\t") else b" " + line)
    return Headers(tuple((name, b"".join(values).strip()) for name, values in fields), block)


def is_field(line: bytes) -> bool:
    """Whether a header field begins with this line."""
    return _FIELD.match(line) is not None


def decode_value(raw: bytes) -> str:
    """A header value as one line of text: unfolded, encoded words decoded, raw bytes by the likeliest encoding."""
    raw = _GAP_BETWEEN_WORDS.sub(rb"\1", _FOLD.sub(b" ", raw))
    out: list[str] = []
    at = 0
    charset, gathered = b"", b""
    for word in _ENCODED_WORD.finditer(raw):
        plain = raw[at : word.start()]
        label = word[1].partition(b"*")[0].lower()  # RFC 2231 lets a language follow
        if gathered and (plain or label != charset):
            out.append(decode_text(gathered, charset.decode("ascii", "replace")))
            gathered = b""
        if plain:
            out.append(decode_text(plain, ""))
        # Mailers cut between bytes, not characters: words of one charset are put together before decoding.
        gathered += _decode_word(word[2], word[3])
        charset, at = label, word.end()
    if gathered:
        out.append(decode_text(gathered, charset.decode("ascii", "replace")))
    out.append(decode_text(raw[at:], ""))
    return _SPACES.sub(" ", "".join(out).replace("\r", " ").replace("\n", " ").replace("\0", "\ufffd")).strip()


def decode_text(data: bytes, label: str) -> str:
    """`data` in the charset it is labelled with if it fits, else in the one it is most likely in."""
    if data.isascii() and b"\x1b" not in data and b"\0" not in data and b"+" not in data:
        return data.decode("ascii")
    # Text that says it is ASCII and is not was labelled by default: that tells nothing.
    codec = find_codec(label) if label.lower() not in ("", "us-ascii", "ascii") else None
    if codec is not None:
        text = decode_bytes(data, believe(codec, data))
        if "\ufffd" not in text:
            return without_surrogates(text)
        # One broken character does not make a charset wrong, and a guess for a few bytes may be worse.
        if text.count("\ufffd") * 20 < len(text):
            return without_surrogates(text)
    return without_surrogates(decode_bytes(data, detect_encoding(data, complete=True)))


def without_surrogates(text: str) -> str:
    """`text` with U+FFFD for halves of characters, which no encoding can carry on."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def parameters(raw: bytes) -> tuple[str, dict[str, bytes]]:
    """The value of a Content-* header in lower case, and its parameters by lower-case name.

    Parameters split or percent-coded by RFC 2231 are put together and, like encoded words, given as UTF-8; other
    values keep the bytes they have.
    """
    raw = _FOLD.sub(b" ", raw[:_MAX_PARAMETERS_BYTES])
    value = raw.partition(b";")[0].strip().lower().decode("ascii", "replace")
    sections: dict[str, dict[int, tuple[bool, bytes]]] = {}
    for found in _PARAMETER.finditer(raw):
        name = _SECTION.match(found[1])
        if name is None:
            continue
        key = name[1].lower().decode("ascii", "replace")
        sections.setdefault(key, {}).setdefault(int(name[2] or 0), (bool(name[3]), _unquote(found[2])))
    return value, {key: _join_sections(parts) for key, parts in sections.items()}


def iso_day(raw: bytes) -> str:
    """The day of a Date header as the sender wrote it, ISO 8601; "" if it is no date."""
    try:
        parsed = parsedate_tz(decode_value(raw))
        return datetime.date(*parsed[:3]).isoformat() if parsed else ""
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def message_ids(text: str) -> str:
    """The message ids in a References or In-Reply-To header, parted by spaces; all of it if there are none."""
    return " ".join(_MESSAGE_ID.findall(text)) or text


def raw_text(block: bytes) -> str:
    """A header block as it came, for people to look at: UTF-8 if it is that, else a character for each byte."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\0", "\ufffd").strip("\n")


def _decode_word(coding: bytes, data: bytes) -> bytes:
    if coding in b"qQ":
        return binascii.a2b_qp(data, header=True)
    data = _NOT_BASE64.sub(b"", data)
    if len(data) % 4 == 1:
        data = data[:-1]
    return base64.b64decode(data + b"=" * (-len(data) % 4))


def _unquote(value: bytes) -> bytes:
    value = value.strip()
    if not value.startswith(b'"'):
        return value
    inside = value[1:-1] if len(value) > 1 and value.endswith(b'"') else value[1:]
    return re.sub(rb'\\(["\\])', rb"\1", inside)


def _join_sections(parts: dict[int, tuple[bool, bytes]]) -> bytes:
    charset, joined, any_coded = b"", b"", False
    for number in sorted(parts):
        is_coded, value = parts[number]
        if is_coded:
            if number == 0 and value.count(b"'") >= 2:
                charset, _, value = value.split(b"'", 2)
            value = re.sub(rb"%([0-9A-Fa-f]{2})", lambda hit: bytes([int(hit[1], 16)]), value)
            any_coded = True
        joined += value
    if any_coded:
        return decode_text(joined, charset.decode("ascii", "replace")).encode()
    if _ENCODED_WORD.search(joined):
        return decode_value(joined).encode()
    return joined
