"""What does not fit together in what a file says about itself.

Observations, not verdicts: most have a harmless reason (a clock set wrong, a copy, a conversion, a template), and a
file without any can be false from end to end. Each names the statements that it comes from. Pure: statements in,
observations out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fairwitness.text.moments import Moment, parse_moment
from fairwitness.work.first_seen import FirstSeen, first_seen_camera, first_seen_font, first_seen_software

TOLERANCE = timedelta(minutes=1)  # programs write the two dates of one save some seconds apart
MAIL_TOLERANCE = timedelta(minutes=10)  # clocks of servers and of desks
_ORDER = (("created", "modified"), ("created", "printed"), ("created", "signed"), ("sent", "delivered"))
_DATES = (
    "created",
    "modified",
    "printed",
    "signed",
    "sent",
    "delivered",
    "digitised",
    "metadata-changed",
    "source-modified",
)
_CLAIMED = ("modified", "created")  # the first that is there is the date that a program or font is held against
_HOUR = 60
_MINUTES = re.compile(r"[0-9]{1,8}")  # Word writes -1 as a number of ten digits


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a file about itself, with the field it was read from."""

    name: str
    value: str
    source: str

    def as_json(self) -> dict[str, str]:
        """Plain values."""
        return {"name": self.name, "value": self.value, "source": self.source}


@dataclass(frozen=True, slots=True)
class Observation:
    """Statements that do not fit together; `known` is what docs/first-seen.md says where that is one side of it."""

    kind: str
    text: str
    statements: tuple[Statement, ...]
    known: FirstSeen | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        known = {"what": self.known.what, "day": self.known.day} if self.known else None
        return {
            "kind": self.kind,
            "text": self.text,
            "statements": [statement.as_json() for statement in self.statements],
            "known": known,
        }


Dated = tuple[Statement, Moment]


def observe(statements: Iterable[Statement], file_times: Iterable[Statement] = ()) -> list[Observation]:
    """What does not fit together; `file_times` is when the file was last changed, wherever it was found."""
    told = list(statements)
    dates = _dates(told)
    out = [*_wrong_order(dates), *_after_file_time(dates, file_times), *_newer_things(told, dates)]
    return [*out, *_disagreeing(told, dates), *_zones(dates), *_mail(told, dates), *_editing(told, dates)]


def _scope(statement: Statement) -> str:
    """The place in the file that the field stands in: "PDF Info", "XMP", "OLE SummaryInformation" ..."""
    words = statement.source.split()
    return " ".join(words[:2]) if words[:1] in (["PDF"], ["OLE"], ["mail"]) else words[0] if words else ""


def _dates(told: list[Statement]) -> dict[str, list[Dated]]:
    """Every date by name: as it is written where that is stated, else the day."""
    written = {(one.name.removesuffix("-time"), one.source) for one in told if one.name.endswith("-time")}
    found: dict[str, list[Dated]] = {}
    for one in told:
        name = one.name.removesuffix("-time")
        if name not in _DATES or (one.name == name and (name, one.source) in written):
            continue
        moment = parse_moment(one.value)
        if moment is not None:
            found.setdefault(name, []).append((one, moment))
    return found


def _wrong_order(dates: dict[str, list[Dated]]) -> Iterator[Observation]:
    """Yield a pair in the wrong order for each two names: of one place in the file if there is one, else of two."""
    for first, second in _ORDER:
        pairs = [
            (_scope(a) != _scope(b), a, b)
            for a, left in dates.get(first, [])
            for b, right in dates.get(second, [])
            if right.is_surely_before(left, TOLERANCE)
        ]
        for _, a, b in sorted(pairs, key=lambda pair: pair[0])[:1]:
            yield Observation(f"{first}-after-{second}", f"It says it was {second} before it was {first}.", (a, b))


def _after_file_time(dates: dict[str, list[Dated]], file_times: Iterable[Statement]) -> Iterator[Observation]:
    """Yield one observation if a date is later than every time at which the file is said to have been changed last."""
    changed = [(one, moment) for one in file_times if (moment := parse_moment(one.value)) is not None]
    for name in ("modified", "created"):
        for one, moment in dates.get(name, []):
            if changed and all(time.is_surely_before(moment, TOLERANCE) for _, time in changed):
                latest = max(changed, key=lambda pair: pair[1].start)[0]
                text = f"It says it was {name} after the file was last changed."
                yield Observation(f"{name}-after-file-time", text, (one, latest))
                return


def _newer_things(told: list[Statement], dates: dict[str, list[Dated]]) -> Iterator[Observation]:
    """Yield each program, font and camera that could not be had yet at the latest date that the file gives itself."""
    claimed = next((dates[name] for name in _CLAIMED if name in dates), [])
    if not claimed:
        return
    date, moment = max(claimed, key=lambda pair: pair[1].end)
    for one, known, thing in _known_things(told):
        first = parse_moment(known.day)
        if first is not None and moment.is_surely_before(first):
            text = f"The {thing} is newer than the date that the file gives itself."
            yield Observation(f"{thing}-newer-than-date", text, (one, date), known)


def _known_things(told: list[Statement]) -> Iterator[tuple[Statement, FirstSeen, str]]:
    versions = {_scope(one): one.value for one in told if one.name == "software-version"}
    version = next(iter(versions.values()), "")
    make = next((one.value for one in told if one.name == "camera-make"), "")
    for one in told:
        known = None
        if one.name == "font":
            known = first_seen_font(one.value)
        elif one.name in ("software", "creator-tool", "producer"):
            known = first_seen_software(one.value, version if one.name == "software" else "")
        elif one.name == "camera-model":
            known = first_seen_camera(make, one.value)
        if known is not None:
            yield one, known, {"font": "font", "camera-model": "camera"}.get(one.name, "software")


def _disagreeing(told: list[Statement], dates: dict[str, list[Dated]]) -> Iterator[Observation]:
    """Yield what the two places of a PDF that should say the same say differently."""
    for name in ("created", "modified"):
        for a, left in dates.get(name, []):
            for b, right in dates.get(name, []):
                apart = left.is_surely_before(right, TOLERANCE) or right.is_surely_before(left, TOLERANCE)
                if apart and (_scope(a), _scope(b)) == ("PDF Info", "XMP"):
                    yield _disagreement(a, b)
    for name in ("producer", "creator-tool", "author"):
        info = [one for one in told if one.name == name and _scope(one) == "PDF Info"]
        packet = [one for one in told if one.name == name and _scope(one) == "XMP"]
        if info and packet and not _says_the_same(info[0].value, [one.value for one in packet]):
            yield _disagreement(info[0], packet[0])


def _disagreement(a: Statement, b: Statement) -> Observation:
    name = a.name.removesuffix("-time")
    return Observation(f"{name}-disagrees", f"Two places in the file give {name} differently.", (a, b))


def _says_the_same(whole: str, parts: list[str]) -> bool:
    """The same words, however they are put together: one field holds a list, the other joins it with signs."""
    return {char for char in whole if char.isalnum()} == {char for part in parts for char in part if char.isalnum()}


def _zones(dates: dict[str, list[Dated]]) -> Iterator[Observation]:
    """Yield one observation if two zones are written. UTC is how programs store time; an hour is summer time."""
    written = [(one, moment.offset_minutes) for pairs in dates.values() for one, moment in pairs]
    zoned = sorted((offset, one.source, one) for one, offset in written if offset)
    if zoned and zoned[-1][0] - zoned[0][0] > _HOUR:
        yield Observation("zones-differ", "Its dates are written in different zones.", (zoned[0][2], zoned[-1][2]))


def _mail(told: list[Statement], dates: dict[str, list[Dated]]) -> Iterator[Observation]:
    """Yield one observation if some server had the mail before it says it was sent."""
    for sent, moment in dates.get("sent", [])[:1]:
        for station in (one for one in told if one.name == "received"):
            passed = parse_moment(station.value.rpartition(";")[2])
            if passed is not None and passed.is_surely_before(moment, MAIL_TOLERANCE):
                yield Observation(
                    "sent-after-received", "A server had the mail before it says it was sent.", (sent, station)
                )
                return


def _editing(told: list[Statement], dates: dict[str, list[Dated]]) -> Iterator[Observation]:
    """Yield one observation if it was worked on for longer than there is between the dates of the same place."""
    for minutes in (one for one in told if one.name == "editing-minutes" and _MINUTES.fullmatch(one.value)):
        place = _scope(minutes).partition("/")[0]
        created = [pair for pair in dates.get("created", []) if _scope(pair[0]).partition("/")[0] == place]
        modified = [pair for pair in dates.get("modified", []) if _scope(pair[0]).partition("/")[0] == place]
        if len(created) == len(modified) == 1 and created[0][1].offset_minutes == modified[0][1].offset_minutes:
            span = modified[0][1].end - created[0][1].start + TOLERANCE
            if timedelta(minutes=int(minutes.value)) > span > timedelta(0):
                text = "It says it was worked on for longer than there is between its dates."
                yield Observation("editing-longer-than-span", text, (minutes, created[0][0], modified[0][0]))
                return
