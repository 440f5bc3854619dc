"""The first page: what is in the case, how much of it was read, and what is at work on it."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator

from babel import Locale
from babel.core import UnknownLocaleError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.core.errors import NotFound
from fairwitness.core.outcome import Cause
from fairwitness.web.asking import dated, quoted, search_address
from fairwitness.web.causes import CAUSES
from fairwitness.web.charts import Bar, Bars, Histogram, Part, Stack, bars, histogram, stack
from fairwitness.web.room import Room, room_of
from fairwitness.web.templating import bytes_text, environment, interface_of, render
from fairwitness.web.words import N_, Interface
from fairwitness.work.dating import Dates
from fairwitness.work.marking import all_marks
from fairwitness.work.overview import ENTRY_TIME, FILE_TIME, OWN, Overview
from fairwitness.work.running import Running, running_in
from fairwitness.work.table_out import TableOut

KINDS: dict[str, str] = {
    OWN: N_("what searches go by"),
    "created": N_("made"),
    "modified": N_("last changed, says the document"),
    "sent": N_("sent"),
    "delivered": N_("delivered"),
    "printed": N_("last printed"),
    "digitised": N_("scanned or photographed"),
    "signed": N_("signed"),
    FILE_TIME: N_("last changed, says the disk"),
    ENTRY_TIME: N_("last changed, says the archive or mail"),
}
"""What the interface calls each kind of date."""

ODD: dict[str, str] = {
    "the first day of a calendar": N_("the first day of a calendar"),
    "the day from which Windows counts": N_("the day from which Windows counts"),
    "the day from which office programs count": N_("the day from which office programs count"),
    "the day from which films and old Macs count": N_("the day from which films and old Macs count"),
    "the day from which Unix counts": N_("the day from which Unix counts"),
    "the day from which DOS and ZIP count": N_("the day from which DOS and ZIP count"),
    "later than anything that was done in this case": N_("later than anything that was done in this case"),
    "before 1900": N_("before 1900"),
    "not a date": N_("not a date"),
}

STRETCHES: dict[str, str] = {
    "Copying": N_("Copying"),
    "Reading": N_("Reading"),
    "Indexing": N_("Indexing"),
    "Recognising": N_("Recognising text"),
}
_WAITING = frozenset({Cause.NEEDS_OCR.value, Cause.NOT_READ_YET.value})
FIRST_WAIT_S = 0.8  # then a page says that the sums are being made
_MANY_LANGUAGES, _MANY_TYPES, _MANY_FOLDERS = 14, 14, 12


def routes() -> list[Route]:
    """Of the page, of its live part, and of its charts as files."""
    return [
        Route("/", overview),
        Route("/overview/running", running),
        Route("/overview/{name}.svg", as_svg),
        Route("/overview/{name}.csv", as_csv),
    ]


def overview(request: Request) -> Response:
    """The page."""
    room = room_of(request)
    found, fresh = room.overviews.latest(FIRST_WAIT_S)
    values = {"running": _worth_telling(room), "stretches": STRETCHES, "fresh": fresh, "case": room.case.folder.name}
    if found is None:
        return render(request, "overview_waiting.html", problem=room.overviews.problem, **values)
    interface = interface_of(request)
    kind = request.query_params.get("dates", OWN)
    dates = {one.kind: one for one in found.dates if one.stated or one.kind == OWN}
    marks = all_marks(room.case)
    return render(
        request,
        "overview.html",
        found=found,
        charts=Charts(found, interface),
        dates=dates,
        chosen=dates.get(kind, dates[OWN]),
        kinds=KINDS,
        odd=ODD,
        marks=marks,
        **values,
    )


def running(request: Request) -> Response:
    """The part of the page that says what is at work; it asks for itself again for as long as something is."""
    room = room_of(request)
    followed = request.headers.get("hx-request") == "true"
    return render(request, "parts/running.html", running=_worth_telling(room), stretches=STRETCHES, followed=followed)


def _worth_telling(room: Room) -> Running | None:
    found = running_in(room.case)
    return found if found is not None and found.state != "ended" else None


class Charts:
    """The charts of an overview, with addresses of what each bar counts."""

    def __init__(self, found: Overview, interface: Interface) -> None:
        self._found = found
        self._interface = interface

    def files(self) -> Stack:
        """All files, given and found inside."""
        account = self._found.account
        return self._tally("files", account["read"], account["by_cause"])

    def pages(self) -> Stack:
        """All pages."""
        pages = self._found.account["pages"]
        return self._tally("pages", pages["read"], pages["by_cause"])

    def _tally(self, name: str, read: int, causes: dict[str, int]) -> Stack:
        gettext = self._interface.words.gettext
        rows = [(gettext(N_("read")), read, "", "read")]
        for cause, count in sorted(causes.items(), key=lambda one: (-one[1], one[0])):
            kind = "wait" if cause in _WAITING else "fail"
            rows.append((gettext(CAUSES[Cause(cause)].name), count, f"/failures?cause={cause}", kind))
        return stack(name, rows)

    def types(self) -> Bars:
        """Files by type, those that failed hatched."""
        rows = (
            Bar(one.type, one.files, search_address(f"type:{one.type}") if one.pages else "", part=one.failed)
            for one in self._found.types
        )
        return bars("types", rows, _MANY_TYPES)

    def languages(self) -> Bars:
        """Pages by language; a variety behind the language that it belongs to."""
        return bars("languages", self._languages(), _MANY_LANGUAGES)

    def _languages(self) -> Iterator[Bar]:
        counted = Counter(dict(self._found.languages))
        varieties = [code for code in counted if "-" in code and code.partition("-")[0] in counted]
        for code, pages in self._found.languages:
            if code in varieties:
                continue
            yield Bar(self._language(code), pages, search_address(f"lang:{code}"))
            for variety in (one for one in varieties if one.startswith(f"{code}-")):
                label = self._language(variety)
                yield Bar(label, counted[variety], search_address(f"lang:{variety}"), is_within=True)

    def _language(self, code: str) -> str:
        """The name of the language in that of the interface, with its code."""
        if code == "und":
            return self._interface.words.gettext(N_("not told apart"))
        try:
            main, _, script = code.partition("-")
            tag = f"{main}_{script.title()}" if script else main
            name = Locale.parse(tag).get_display_name(self._interface.locale)
        except (UnknownLocaleError, ValueError):
            name = self._interface.locale.languages.get(code.partition("-")[0])
        return f"{name} ({code})" if name else code

    def engines(self) -> Bars:
        """Pages by what their text comes from."""
        own = self._interface.words.gettext(N_("the file itself"))
        return bars("engines", (Bar(engine or own, pages) for engine, pages in self._found.engines))

    def folders(self) -> Bars:
        """Folders and containers by what lies directly in them."""
        rows = (
            Bar(
                one.name or "/",
                one.files,
                search_address(f"folder:{quoted(one.name)}") if one.name else "",
                part=one.failed,
                more=bytes_text(one.bytes, self._interface),
            )
            for one in self._found.folders
        )
        return bars("folders", rows, _MANY_FOLDERS)

    def dates(self, dates: Dates) -> Histogram:
        """Documents or files over time; only the dates that searches go by lead to a search."""
        name = f"dates-{dates.kind}"
        if dates.kind == OWN:
            return histogram(name, dates.periods, lambda first, last: search_address(dated(first, last)))
        return histogram(name, dates.periods)


def _named(request: Request) -> tuple[str, str, Bars | Stack | Histogram]:
    """Title, template and shapes of the chart that the address names.

    Raises:
        NotFound: if there is none of that name.
    """
    found, _ = room_of(request).overviews.latest(FIRST_WAIT_S)
    name = str(request.path_params["name"])
    if found is None:
        raise NotFound("The overview is not ready yet.", advice="Wait a moment and ask again.")
    interface = interface_of(request)
    charts, gettext = Charts(found, interface), interface.words.gettext
    if name.startswith("dates-"):
        for one in found.dates:
            if name == f"dates-{one.kind}":
                return gettext(KINDS[one.kind]), "histogram", charts.dates(one)
    titles = {
        "files": N_("Files"),
        "pages": N_("Pages"),
        "types": N_("Files by type"),
        "languages": N_("Pages by language"),
        "engines": N_("Pages by what their text comes from"),
        "folders": N_("Folders and containers"),
    }
    if name not in titles:
        raise NotFound("There is no such chart.")
    chart: Bars | Stack = getattr(charts, name)()
    return gettext(titles[name]), "stack" if isinstance(chart, Stack) else "bars", chart


def as_svg(request: Request) -> Response:
    """One chart as a picture."""
    title, template, chart = _named(request)
    interface = interface_of(request)
    part, note = interface.words.gettext(N_("not read")), "fairwitness"
    text = environment(interface.tag).get_template(f"charts/{template}.svg")
    drawn = text.render(chart=chart, title=title, part=part, note=note)
    return _file(drawn.encode(), "image/svg+xml", f"{request.path_params['name']}.svg")


def as_csv(request: Request) -> Response:
    """The numbers of one chart as a table."""
    title, _, chart = _named(request)
    out = io.StringIO()
    table = TableOut(out, [title, "count", "not read"], mark=True)
    for row in _rows(chart):
        table.add(row)
    return _file(out.getvalue().encode(), "text/csv", f"{request.path_params['name']}.csv")


def _rows(chart: Bars | Stack | Histogram) -> Iterable[tuple[object, ...]]:
    if isinstance(chart, Histogram):
        return ((period, count) for period, count, _ in chart.rows)
    rows: tuple[Bar | Part, ...] = chart.bars if isinstance(chart, Bars) else chart.parts
    return ((row.label, row.count, row.part if isinstance(row, Bar) else "") for row in rows)


def _file(body: bytes, media_type: str, name: str) -> Response:
    """A file to be saved; nothing in its name comes from the leak."""
    safe = "".join(char for char in name if char.isalnum() or char in "-.")
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{safe}"'})
