"""TOML tables whose keys are checked one by one, and TOML written so that the same values give the same text."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fairwitness.lists.errors import BadSetup

MAX_TOML_CHARS = 4_000_000
_AT_LINE = re.compile(r"\(?at line ([0-9]+), column ([0-9]+)\)?|\(at end of document\)")
_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]{1,2}\s*(?:#.*)?$")


class Source:
    """A TOML text, parsed, that can say on which line a key of it stands."""

    def __init__(self, text: str, error: type[BadSetup] = BadSetup) -> None:
        """The text is parsed.

        Raises:
            BadSetup: (or `error`) if it is too long or no TOML.
        """
        self.text = text
        self.error = error
        if len(text) > MAX_TOML_CHARS:
            raise error(f"it is longer than {MAX_TOML_CHARS:,} characters")
        try:
            self.tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            at = _AT_LINE.search(str(problem))
            line = int(at[1]) if at and at[1] else text.count("\n") + 1
            raise error("this is not TOML", line) from None
        except RecursionError:
            raise error("values are nested too deeply") from None

    def fail(self, reason: str, table: str = "", number: int = 0, key: str = "") -> BadSetup:
        """The error that says what is wrong with a key of the table of that name, the `number`th from 0."""
        return self.error(reason, self.line(table, number, key), key or table)

    def line(self, table: str, number: int = 0, key: str = "") -> int:
        """The line of the key, from 1; that of the head of its table if the key stands nowhere; 0 for neither."""
        found = seen = 0
        inside = not table
        for at, line in enumerate(self.text.split("\n"), 1):
            head = _HEADER.match(line)
            if head is not None:
                seen += head[1] == table
                inside = head[1] == table and seen == number + 1
                found = at if inside else found
            elif inside and key and re.match(rf'\s*(?:{re.escape(key)}|"{re.escape(key)}")\s*=', line):
                return at
        return found

    def section(self, name: str) -> Section:
        """The table of that name, empty if there is none."""
        return Section(self, name, 0, self.tables.get(name, {}))

    def sections(self, name: str) -> list[Section]:
        """The tables of that name, `[[name]]`."""
        many = self.tables.get(name, [])
        if not isinstance(many, list):
            raise self.fail(f"write [[{name}]] with two brackets, since there can be several", name)
        return [Section(self, name, number, one) for number, one in enumerate(many)]

    def only(self, names: Iterable[str]) -> None:
        """Raise the error if there is a table of another name."""
        for name in self.tables.keys() - set(names):
            raise self.fail("there is no table or key of this name", "" if self.line("", 0, name) else name, 0, name)


class Section:
    """One table, whose keys are taken one after the other; `done` refuses those that nobody took."""

    def __init__(self, source: Source, name: str, number: int, values: Any) -> None:
        """The table is a table, or an error says so."""
        if not isinstance(values, dict):
            raise source.fail("this must be a table", name, number)
        self.source = source
        self.name = name
        self._nth = number
        self._left: dict[str, Any] = dict(values)

    def fail(self, key: str, reason: str) -> BadSetup:
        """The error about this key."""
        return self.source.fail(reason, self.name, self._nth, key)

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet taken."""
        return key in self._left

    def any(self, key: str, default: Any = None) -> Any:
        """The value whatever it is."""
        return self._left.pop(key, default)

    def text(self, key: str, default: str = "", *, most: int = 10_000) -> str:
        """A text."""
        value = self._left.pop(key, default)
        if not isinstance(value, str):
            raise self.fail(key, "this must be a text in quotes")
        if len(value) > most:
            raise self.fail(key, f"this is longer than {most:,} characters")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, "this must be true or false")
        return value

    def number(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number between two."""
        value = self._left.pop(key, default)
        if type(value) is not int or (value != default and not least <= value <= most):
            raise self.fail(key, f"this must be a whole number from {least} to {most}")
        return value

    def texts(self, key: str, *, most: int = 10_000) -> tuple[str, ...]:
        """A list of texts."""
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value) or len(value) > most:
            raise self.fail(key, "this must be a list of texts in quotes")
        return tuple(value)

    def numbers(self, key: str, *, most: int = 20_001) -> tuple[int, ...]:
        """A list of whole numbers."""
        value = self._left.pop(key, [])
        if not isinstance(value, list) or not all(type(one) is int for one in value) or len(value) > most:
            raise self.fail(key, "this must be a list of whole numbers")
        return tuple(value)

    def choice(self, key: str, choices: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self.text(key, default)
        if value not in choices and value != default:
            raise self.fail(key, f"this must be one of: {', '.join(choices)}")
        return value

    def done(self) -> None:
        """Raise the error if a key is left that nobody asked for."""
        for key in self._left:
            raise self.fail(key, "there is no key of this name here")


def toml_table(head: str, values: Mapping[str, Any]) -> str:
    """The table as TOML; `head` with its brackets."""
    lines = [head, *(f"{_key(key)} = {_value(value)}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: Any) -> str:
    """A text, truth value, whole number or a list of them; texts have the escapes that JSON and TOML share."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "[" + ", ".join(_value(one) for one in value) + "]"
