"""How readers say what a file says about itself: one vocabulary (docs/metadata.md), the source field named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import islice
from typing import ParamSpec

from fairwitness.core.parts import About
from fairwitness.text.moments import parse_moment

MAX_VALUE_CHARS = 2000
MAX_OF_ONE_NAME = 50  # values of one field that is a list: fonts, links, steps of a history
MAX_OF_ONE_PART = 400  # statements of one part of a file; no honest part makes half as many

P = ParamSpec("P")


def bounded(reader: Callable[P, Iterator[About]]) -> Callable[P, Iterator[About]]:
    """The same reader, which ends after `MAX_OF_ONE_PART` statements."""

    @wraps(reader)
    def read_some(*args: P.args, **kwargs: P.kwargs) -> Iterator[About]:
        yield from islice(reader(*args, **kwargs), MAX_OF_ONE_PART)

    return read_some


def say(name: str, value: object, source: str) -> Iterator[About]:
    """Yield the statement, if there is anything to it: on one line, without control characters, cut to a length."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(value)[: 2 * MAX_VALUE_CHARS]).split())
    if text and text != "None":
        yield About(name, text[:MAX_VALUE_CHARS], source)


def say_time(name: str, written: object, source: str) -> Iterator[About]:
    """Yield the day, if the text can be understood, and beside it the moment as it was written, if that says more."""
    text = str(written).strip()
    moment = parse_moment(text)
    if moment is not None:
        yield About(name, moment.day, source)
    if moment is None or moment.day != text:
        yield from say(f"{name}-time", text, source)


def say_each(name: str, values: Iterable[object], source: str) -> Iterator[About]:
    """Yield a statement for each different value, in order, of the first `MAX_OF_ONE_NAME`."""
    for count, value in enumerate(dict.fromkeys(values)):
        if count == MAX_OF_ONE_NAME:
            break
        yield from say(name, value, source)
