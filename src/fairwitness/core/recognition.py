"""How the text of a page was recognised: line by line the engine, its confidence and what else it might say."""

from __future__ import annotations

import json
import re
from array import array
from dataclasses import dataclass, field
from typing import Any

LINE_NUMBERS = 5
MAX_ALTERNATIVES = 20_000
MAX_ALTERNATIVE_CHARS = 4_000
_NAME = re.compile(r"[A-Za-z0-9 .+_-]{1,60}")


def _no_lines() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another engine read where line number `line` (from 0) stands; `confidence` in thousandths."""

    line: int
    confidence: int
    engine: str
    text: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """How the text of one page image was read.

    `lines` is flat, five numbers a line, in the order of the text: start and end in the text of the page (code
    points), confidence in thousandths, then indices into `engines` and `scripts` (ISO 15924). The page image must be
    turned clockwise by `turn_deg` (0, 90, 180, 270) and then by `skew_mdeg` thousandths of a degree to be upright.
    `outside` is the share of the ink outside all lines, `agreement` how far a second engine read the same (both in
    thousandths; -1: no second engine was asked). `unread` is the number of lines that were found and not read.
    `layer` is how far the text that the file itself holds for the page is what was read from its pixels, -1 for a
    page without such text. Text of the file that the pixels do not show follows behind the last line.
    """

    engine: str
    engines: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    lines: array[int] = field(default_factory=_no_lines)
    alternatives: tuple[Alternative, ...] = ()
    turn_deg: int = 0
    skew_mdeg: int = 0
    outside: int = 0
    agreement: int = -1
    unread: int = 0
    layer: int = -1

    def __len__(self) -> int:
        return len(self.lines) // LINE_NUMBERS


def recognition_to_bytes(made: Recognition) -> bytes:
    """JSON in ASCII."""
    plain = {
        "engine": made.engine,
        "engines": made.engines,
        "scripts": made.scripts,
        "lines": made.lines.tolist(),
        "alternatives": [[one.line, one.confidence, one.engine, one.text] for one in made.alternatives],
        "numbers": [made.turn_deg, made.skew_mdeg, made.outside, made.agreement, made.unread, made.layer],
    }
    return json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode()


def recognition_from_bytes(untrusted_raw: bytes, text_chars: int) -> Recognition:
    """What `recognition_to_bytes` wrote, for a page of `text_chars` code points; every field is checked.

    Raises:
        ValueError: if anything in it is not as it must be.
    """
    try:
        plain = json.loads(untrusted_raw)
        engines, scripts = _names(plain["engines"]), _names(plain["scripts"])
        lines = array("I", _whole(plain["lines"]))
        _check_lines(lines, text_chars, len(engines), len(scripts))
        alternatives = tuple(_alternative(one, len(lines) // LINE_NUMBERS) for one in plain["alternatives"])
        turn, skew, outside, agreement, unread, layer = (_number(n) for n in plain["numbers"])
    except (KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("not a recognition") from error
    fits = turn in (0, 90, 180, 270) and abs(skew) <= 90_000 and 0 <= outside <= 1000 and -1 <= agreement <= 1000
    if not fits or not -1 <= layer <= 1000 or not 0 <= unread <= 1_000_000 or len(alternatives) > MAX_ALTERNATIVES:
        raise ValueError("a number of a recognition is out of range")
    return Recognition(
        _name(plain["engine"]), engines, scripts, lines, alternatives, turn, skew, outside, agreement, unread, layer
    )


def _number(value: Any) -> int:
    if type(value) is not int:
        raise ValueError("not a whole number")
    return value


def _whole(values: Any) -> list[int]:
    if not isinstance(values, list) or len(values) > LINE_NUMBERS * 1_000_000:
        raise ValueError("not a list of numbers")
    return [_number(value) for value in values]


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("not a name")
    return value


def _names(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) > 100:
        raise ValueError("not a short list of names")
    return tuple(_name(value) for value in values)


def _check_lines(lines: array[int], text_chars: int, engines: int, scripts: int) -> None:
    if len(lines) % LINE_NUMBERS:
        raise ValueError("lines of odd length")
    last = 0
    for at in range(0, len(lines), LINE_NUMBERS):
        start, end, confidence, engine, script = lines[at : at + LINE_NUMBERS]
        if not last <= start < end <= text_chars or confidence > 1000 or engine >= engines or script >= scripts:
            raise ValueError("a line lies outside its text, or is not as it must be")
        last = end


def _alternative(value: Any, lines: int) -> Alternative:
    line, confidence, engine, text = value
    if not 0 <= _number(line) < lines or not 0 <= _number(confidence) <= 1000:
        raise ValueError("an alternative of no line")
    if not isinstance(text, str) or len(text) > MAX_ALTERNATIVE_CHARS:
        raise ValueError("an alternative is too long")
    text.encode()  # raises a ValueError for lone surrogates
    return Alternative(line, confidence, _name(engine), text)
