"""Charts of a report as SVG: shares with their intervals, overlap of lists, time with dates that are not exact, bars.

Drawn with Altair and vl-convert, offline. Nothing is measured by them: vl-convert takes whatever font is installed, so
that labels would lie elsewhere on another machine. All labels are measured here, with the bundled fonts, and every
text of the drawing is also given apart (`Drawing.texts`), for a PDF, which sets it itself. A chart can be read in black
and white: what is a point, an interval or a bound differs in shape and weight.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from fairwitness.publish._axes import Axis, axis_of
from fairwitness.publish._extra import needed
from fairwitness.publish._fonts import BOLD, width_of, wrapped
from fairwitness.publish._numbers import number, printed
from fairwitness.publish._periods import Span, periods_of
from fairwitness.publish._svg import FONTS, GRID, INK, MAIN, PALE, PAPER, SOFT, Drawing, joined
from fairwitness.publish.report import BadReport, ChartPart
from fairwitness.text.visible import visible

WIDE_PX, NARROW_PX = 680, 344
MOST_ROWS = 40
_PERIODS = 130  # bars of two pixels on a phone
_SIZE, _LINE = 12.5, 16
_BELOW = 9  # pixels from the middle of an interval to its bounds, which may lie inside of it

Data = list[dict[str, object]]


def draw(part: ChartPart, width_px: int = WIDE_PX, *, from_right: bool = False) -> Drawing:
    """The chart, the same bytes each time. Below 480 pixels labels stand over what they name, else beside it.

    `from_right` puts the labels at the right, for a report that is read from there; axes always grow to the right.

    Raises:
        BadReport: if there is nothing to draw, or so much that nobody could read it.
        ReportExtraMissing: if the packages for charts are not installed.
    """
    return _draw(json.dumps(asdict(part), default=list), width_px, from_right)


@lru_cache(maxsize=64)  # the page, the PDF and the copies for the desk draw the same charts
def _draw(chart: str, width_px: int, from_right: bool) -> Drawing:
    plain = json.loads(chart)
    part = ChartPart(**plain | {"rows": tuple(plain["rows"]), "notes": tuple(plain["notes"])})
    if not part.rows:
        raise BadReport(f"The chart of {part.kind} has no rows.", advice="Leave it out, and say why in the text.")
    if part.kind == "timeline":
        return _timeline(part, width_px, from_right=from_right)
    if len(part.rows) > MOST_ROWS:
        raise BadReport(
            f"The chart of {part.kind} has {len(part.rows)} rows.",
            advice=f"Draw {MOST_ROWS} at most and give the others as a table.",
        )
    if part.kind == "overlap":
        return _overlap(part, width_px, from_right=from_right)
    return _lanes(part, width_px, from_right=from_right)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things are: the plot from `left` over `wide` pixels, all of it `width` by `height`."""

    left: float
    wide: float
    top: float
    width: float
    height: float
    bottom: float


def _lanes(part: ChartPart, width: int, *, from_right: bool) -> Drawing:
    """A lane for each row: a bar, or a point in its interval in its bounds."""
    alt = needed("altair")
    labels = [visible(str(row.get("label", ""))) for row in part.rows]
    values = [_said(row, part.unit) for row in part.rows]
    said = max(width_of(value, _SIZE, BOLD) for value in values) + 2
    narrow, key = width < 480, _key(part)
    room = width - said - 16 if narrow else min(0.4 * width, max(width_of(label, _SIZE) for label in labels) + 2)
    lines = [wrapped(label, room, _SIZE) for label in labels]
    has_bounds = "bounds" in {kind for kind, _ in key}
    lane = 18 if has_bounds else 12
    y, lanes, texts = 8.0 + _key_height(key, width), [], list[dict[str, object]]()
    start = width if from_right else 0
    end = 0 if from_right else width
    for row, label, value in zip(part.rows, lines, values, strict=True):
        high = len(label) * _LINE
        middle = y + high + lane / 2 + 2 if narrow else y + max(high, lane + 4) / 2
        top = y if narrow else middle - high / 2
        texts += [_text(line, start, top + _LINE * (at + 0.75), from_right) for at, line in enumerate(label)]
        beside = y + _LINE * 0.75 if narrow else middle + _LINE * 0.25
        texts.append(_text(value, end, beside, not from_right, weight=BOLD, claim=str(row.get("claim") or "")))
        lanes.append(middle - _BELOW / 2 if has_bounds else middle)
        y = middle + lane / 2 + 12 if narrow else y + max(high, lane + 4) + 8
        if narrow and number(row, "value") is None and number(row, "low") is None and number(row, "least") is None:
            y -= lane  # nothing is drawn there
    left = 0.0 if narrow else (said + 16 if from_right else room + 16)
    wide = width - (0 if narrow else room + said + 32)
    inset = 8.0 if narrow else 0.0
    axis = axis_of(_numbers(part), part.unit, wide - 2 * inset)
    frame = _Frame(left + inset, wide - 2 * inset, lanes[0] - 10, width, y, 40 if part.axis else 22)
    x = alt.Scale(domain=list(axis.domain), type="log" if axis.is_log else "linear", nice=False, zero=False)
    rows = [dict(row) | {"y": at} for row, at in zip(part.rows, lanes, strict=True)]
    marks = _bar_marks(alt, rows, x, lane) if part.kind == "bars" else _range_marks(alt, rows, x, axis)
    return _drawn(
        alt,
        part,
        frame,
        [*_grid(alt, axis, x, frame, lanes if narrow else ()), *marks],
        texts + _axis_texts(axis, frame, part),
        key,
    )


def _said(row: Mapping[str, object], unit: str) -> str:
    if row.get("text"):
        return visible(str(row["text"]))
    value = number(row, "value")
    return "no figure" if value is None else printed(value, unit)


def _numbers(part: ChartPart) -> list[float]:
    names = ("value", "low", "high", "least", "most")
    return [value for row in part.rows for name in names if (value := number(row, name)) is not None]


def _key(part: ChartPart) -> tuple[tuple[str, str], ...]:
    """What the marks of the chart mean, for the line above it."""
    if part.kind == "bars":
        return ()
    levels = {f"{100 * (number(row, 'level') or 0.95):g}" for row in part.rows}
    level = f"{levels.pop()}{chr(160)}% interval" if len(levels) == 1 else "interval"
    has = {name for row in part.rows for name in ("low", "high", "least", "most") if number(row, name) is not None}
    made = [("point", "as counted" if part.kind == "intervals" else "estimate")]
    made += [("interval", level)] if has & {"low", "high"} else []
    made += [("bounds", "whatever the missing say")] if has & {"least", "most"} else []
    return tuple(made)


def _bar_marks(alt: Any, rows: Data, x: Any, lane: float) -> list[Any]:
    known = [
        row | {"top": _y(row) - lane / 2, "foot": _y(row) + lane / 2} for row in rows if row.get("value") is not None
    ]
    if not known:
        return []
    return [
        alt.Chart(alt.Data(values=[row | {"zero": 0} for row in known]))
        .mark_rect(color=MAIN)
        .encode(alt.X("zero:Q", scale=x), alt.X2("value:Q"), alt.Y("top:Q"), alt.Y2("foot:Q"))
    ]


def _y(row: Mapping[str, object]) -> float:
    return number(row, "y") or 0.0


def _range_marks(alt: Any, rows: Data, x: Any, axis: Axis) -> list[Any]:
    """Intervals thick with points on top, bounds thin with feet below them; an end that is open has an arrow."""
    bounds, thick, feet, points = list[Any](), list[Any](), list[Any](), list[Any]()
    up, down = list[Any](), list[Any]()
    for row in rows:
        height, value = _y(row), number(row, "value")
        for names, made in ((("least", "most"), bounds), (("low", "high"), thick)):
            low, high = (number(row, name) for name in names)
            if low is None and high is None:
                continue
            a, b = axis.inside(low, at_start=True), axis.inside(high, at_start=False)
            at_y = height + _BELOW if made is bounds else height
            made.append({"a": a, "b": b, "y": at_y})
            up += [{"a": b, "y": at_y}] if high is None or high > b else []
            down += [{"a": a, "y": at_y}] if low is None or low < a else []
            if made is bounds:
                feet += [{"a": end, "top": at_y - 3, "foot": at_y + 3} for end in (low, high) if end in (a, b)]
        if value is not None:
            points.append({"a": axis.inside(value, at_start=True), "y": height})
    at, y = alt.X("a:Q", scale=x), alt.Y("y:Q")

    def rows_of(data: Data) -> Any:
        return alt.Chart(alt.Data(values=data))

    made = [
        rows_of(bounds).mark_rule(color=SOFT, strokeWidth=1.25).encode(at, alt.X2("b:Q"), y),
        rows_of(feet).mark_rule(color=SOFT, strokeWidth=1.25).encode(at, alt.Y("top:Q"), alt.Y2("foot:Q")),
        rows_of(thick).mark_rule(color=MAIN, strokeWidth=6).encode(at, alt.X2("b:Q"), y),
        rows_of(up).mark_point(shape="triangle-right", filled=True, color=INK, size=110, opacity=1).encode(at, y),
        rows_of(down).mark_point(shape="triangle-left", filled=True, color=INK, size=110, opacity=1).encode(at, y),
        _dots(rows_of(points), 70).encode(at, y),
    ]
    return [mark for mark in made if mark.data.values]


def _dots(chart: Any, size: int) -> Any:
    return chart.mark_point(shape="circle", filled=True, color=INK, stroke=PAPER, strokeWidth=1.5, size=size, opacity=1)


def _overlap(part: ChartPart, width: int, *, from_right: bool) -> Drawing:
    """An UpSet plot (Lex and others 2014), lying: a row for each combination of lists, a column for each list.

    The lists have letters over the columns and their names above the chart, where long names in any script have room.
    """
    alt = needed("altair")
    rows = sorted(part.rows, key=lambda row: (-(number(row, "count") or 0.0), _names(row)))
    names = list(dict.fromkeys(name for row in part.rows for name in _names(row)))
    if len(names) > 26:
        raise BadReport("More than 26 lists overlap.", advice="Compare fewer at once.")
    said = [_counted(row) for row in rows]
    step, high, room = 20.0, 20.0, max(width_of(one, _SIZE, BOLD) for one in said) + 10
    y, texts = 8.0, list[dict[str, object]]()
    start = width if from_right else 0
    for letter, name in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", names, strict=False):
        for at, line in enumerate(wrapped(f"{letter}  {visible(name)} {_of_list(rows, name)}", width, _SIZE)):
            texts.append(_text(line, start, y + _LINE * 0.75, from_right))
            y += _LINE if at >= 0 else 0
    y += 14
    matrix = step * len(names)
    left, wide = matrix + 16, width - matrix - 16 - room
    for at in range(len(names)):
        texts.append(_text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at], step * (at + 0.5), y, "middle", weight=BOLD))
    y += 6
    most = max((number(row, "count") or 0.0 for row in rows), default=0.0) or 1.0
    dots, joints, bars = list[Any](), list[Any](), list[Any]()
    for at, row in enumerate(rows):
        middle, count = y + high * (at + 0.5), number(row, "count")
        held = [names.index(name) for name in _names(row)]
        dots += [{"x": step * (n + 0.5), "y": middle, "in": n in held} for n in range(len(names))]
        joints += [{"x": step * (min(held) + 0.5), "x2": step * (max(held) + 0.5), "y": middle}] if held else []
        length = wide * (count or 0.0) / most
        bars += [{"x": left, "x2": left + length, "top": middle - 6, "foot": middle + 6}] if count else []
        end = left + length + 6 if count else left
        texts.append(_text(said[at], end, middle + 4.2, False, weight=BOLD, claim=str(row.get("claim") or "")))
    frame = _Frame(0, width, y, width, y + high * len(rows), 8)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False, zero=False))
    marks = [
        alt.Chart(alt.Data(values=joints))
        .mark_rule(color=INK, strokeWidth=2.5)
        .encode(x, alt.X2("x2:Q"), alt.Y("y:Q")),
        alt.Chart(alt.Data(values=[dot for dot in dots if not dot["in"]]))
        .mark_point(shape="circle", filled=True, fill=PAPER, stroke=SOFT, strokeWidth=1, size=45, opacity=1)
        .encode(x, alt.Y("y:Q")),
        _dots(alt.Chart(alt.Data(values=[dot for dot in dots if dot["in"]])), 95).encode(x, alt.Y("y:Q")),
        alt.Chart(alt.Data(values=bars))
        .mark_rect(color=MAIN)
        .encode(x, alt.X2("x2:Q"), alt.Y("top:Q"), alt.Y2("foot:Q")),
    ]
    some = [mark for mark in marks if mark.data.values]
    return _drawn(alt, part, frame, some, texts, ())


def _names(row: Mapping[str, object]) -> tuple[str, ...]:
    lists = row.get("lists")
    return tuple(str(name) for name in lists) if isinstance(lists, Sequence) and not isinstance(lists, str) else ()


def _counted(row: Mapping[str, object]) -> str:
    count = number(row, "count")
    return visible(str(row["text"])) if row.get("text") else ("x" if count is None else printed(count, "count"))


def _of_list(rows: Sequence[Mapping[str, object]], name: str) -> str:
    """How many are on that list, in brackets; at least so many where a part is suppressed."""
    held = [number(row, "count") for row in rows if name in _names(row)]
    total = printed(sum(count for count in held if count is not None), "count")
    return f"(at least {total})" if None in held else f"({total})"


def _timeline(part: ChartPart, width: int, *, from_right: bool) -> Drawing:
    """Counts over time: dark what is known to lie in the period, pale what may, "x" where a count is not shown.

    There is a panel for each label that comes again; labels that never do are names of the periods.
    """
    alt = needed("altair")
    spans = _spans(part)
    found = periods_of(spans, most=_PERIODS)
    labels = list(dict.fromkeys(span.label for span in spans))
    unseen = sum(span.count is None for span in spans)
    most = max((one.known + one.spread for row in found.counts.values() for one in row), default=0.0) or 1.0
    axis = axis_of([0.0, most], "count", 90, most=3)
    gutter = max(width_of(tick.label, _SIZE - 1.5) for tick in axis.ticks) + 8
    left, wide = (0.0 if from_right else gutter), width - gutter - 6
    has_vague = any(one.spread for row in found.counts.values() for one in row)
    key = (("known", f"known to the {found.unit}"), ("spread", "less exactly: spread evenly")) if has_vague else ()
    y, texts, bars, rules = 8.0 + _key_height(key, width), list[dict[str, object]](), list[Any](), list[Any]()
    step, foot = wide / len(found.names), 0.0
    for label in labels:
        if label:
            for line in wrapped(visible(label), width, _SIZE):
                texts.append(_text(line, width if from_right else 0, y + _LINE * 0.75, from_right, weight=BOLD))
                y += _LINE
            y += 8
        foot = y + 90
        for tick in axis.ticks:
            at = foot - 90 * tick.at
            rules.append({"x": left, "x2": left + wide, "y": at, "is_foot": tick.at == 0})
            texts.append(
                _text(tick.label, left + wide + 6 if from_right else left - 6, at + 4, not from_right, small=True)
            )
        for at, one in enumerate(found.counts.get(label, ())):
            known, spread = (90 * part_of / axis.domain[1] for part_of in (one.known, one.spread))
            x0, x1 = left + step * at + 0.5, left + step * (at + 1) - 0.5
            bars += [{"x": x0, "x2": x1, "top": foot - known, "foot": foot, "kind": "known"}] if known else []
            bars += (
                [{"x": x0, "x2": x1, "top": foot - known - spread, "foot": foot - known, "kind": "spread"}]
                if spread
                else []
            )
        held = [found.place(span) for span in spans if span.label == label and span.count is None]
        places = (left + step * (place + 0.5) for place in held if place is not None)
        texts += [_text("x", place, foot - 3, "middle", small=True) for place in places]
        y = foot + 22
    for at, name in found.ticks(int(wide // 52)):
        half = width_of(name, _SIZE - 1.5) / 2
        texts.append(_text(name, max(half, left + step * (at + 0.5)), foot + _LINE, "middle", small=True))
    frame = _Frame(0, width, 0, width, y, 20 if part.axis else 4)
    if part.axis:
        texts.append(_text(visible(part.axis), left + wide / 2, y + 12, "middle", small=True))
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, width], nice=False, zero=False))
    marks = [
        alt.Chart(alt.Data(values=rules)).mark_rule(color=GRID, strokeWidth=1).encode(x, alt.X2("x2:Q"), alt.Y("y:Q")),
        *(
            alt.Chart(alt.Data(values=[bar for bar in bars if bar["kind"] == kind]))
            .mark_rect(**style)
            .encode(x, alt.X2("x2:Q"), alt.Y("top:Q"), alt.Y2("foot:Q"))
            for kind, style in (
                ("known", {"color": MAIN}),
                ("spread", {"fill": PALE, "stroke": MAIN, "strokeWidth": 1}),
            )
            if any(bar["kind"] == kind for bar in bars)
        ),
    ]
    drawn = _drawn(alt, part, frame, marks, texts, key)
    return replace(drawn, unseen=(f"{unseen} periods have a count that is not shown.",) if unseen else ())


def _spans(part: ChartPart) -> list[Span]:
    rows = [(str(row.get("label", "")), row) for row in part.rows]
    is_named = len({label for label, _ in rows}) == len(rows)
    return [
        Span("" if is_named else label, str(row.get("earliest", "")), str(row.get("latest", "")), number(row, "count"))
        for label, row in rows
    ]


def _text(
    text: str, x: float, y: float, anchor: bool | str, *, weight: int = 400, claim: str = "", small: bool = False
) -> dict[str, object]:
    """A line of text, as a row of data: `anchor` True for text that ends at x."""
    said = anchor if isinstance(anchor, str) else ("end" if anchor else "start")
    size = _SIZE - 1.5 if small else _SIZE
    return {"text": text, "x": x, "y": y, "anchor": said, "size": size, "weight": weight, "claim": claim, "soft": small}


def _grid(alt: Any, axis: Axis, x: Any, frame: _Frame, lanes: Sequence[float]) -> list[Any]:
    """Lines at the ticks: down the whole plot, or along each lane where labels stand between the lanes."""
    foot = frame.height + 2
    lines = (
        [(middle - 7, middle + 7 + _BELOW) for middle in lanes] + [(foot - 6, foot)] if lanes else [(frame.top, foot)]
    )
    ticks = [
        {"a": tick.value, "top": top, "foot": end, "is_null": tick.is_null} for tick in axis.ticks for top, end in lines
    ]
    made = []
    for is_null, colour in ((False, GRID), (True, SOFT)):
        some = [tick for tick in ticks if tick["is_null"] == is_null]
        if some:
            chart = alt.Chart(alt.Data(values=some)).mark_rule(color=colour, strokeWidth=1)
            made.append(chart.encode(alt.X("a:Q", scale=x), alt.Y("top:Q"), alt.Y2("foot:Q")))
    return made


def _axis_texts(axis: Axis, frame: _Frame, part: ChartPart) -> list[dict[str, object]]:
    made = []
    for tick in axis.ticks:
        half = width_of(tick.label, _SIZE - 1.5) / 2
        x = min(max(frame.left + tick.at * frame.wide, half), frame.width - half)
        made.append(_text(tick.label, x, frame.height + 16, "middle", small=True))
    if part.axis:
        lines = wrapped(visible(part.axis), frame.width, _SIZE - 1.5)
        made.append(_text(lines[0], frame.left + frame.wide / 2, frame.height + 34, "middle", small=True))
    return made


def _key_marks(alt: Any, key: Sequence[tuple[str, str]], frame: _Frame) -> tuple[list[Any], list[dict[str, object]]]:
    """The line above a chart that says what its marks are, drawn as they are."""
    marks, texts = list[Any](), list[dict[str, object]]()
    for (kind, said), (x, y) in zip(key, _key_places(key, frame.width), strict=True):
        row = {"x": x, "x2": x + 22, "middle": x + 11, "y": y, "top": y - 5, "foot": y + 5}
        chart = alt.Chart(alt.Data(values=[row]))
        scale = alt.Scale(domain=[0, frame.width], nice=False, zero=False)
        at, line = alt.X("x:Q", scale=scale), alt.X2("x2:Q")
        if kind == "point":
            marks.append(_dots(chart, 70).encode(alt.X("middle:Q", scale=scale), alt.Y("y:Q")))
        elif kind in ("interval", "bounds"):
            thin = kind == "bounds"
            marks.append(
                chart.mark_rule(color=SOFT if thin else MAIN, strokeWidth=1.25 if thin else 6).encode(
                    at, line, alt.Y("y:Q")
                )
            )
        else:
            style = {"color": MAIN} if kind == "known" else {"fill": PALE, "stroke": MAIN, "strokeWidth": 1}
            marks.append(chart.mark_rect(**style).encode(at, line, alt.Y("top:Q"), alt.Y2("foot:Q")))
        texts.append(_text(said, x + 28, y + 4, False, small=True))
    return marks, texts


def _key_places(key: Sequence[tuple[str, str]], width: float) -> list[tuple[float, float]]:
    """Where each entry of the key begins, in as many lines as it needs."""
    made, x, y = [], 0.0, 14.0
    for _, said in key:
        long = 28 + width_of(said, _SIZE - 1.5)
        if x and x + long > width:
            x, y = 0.0, y + _LINE
        made.append((x, y))
        x += long + 16
    return made


def _key_height(key: Sequence[tuple[str, str]], width: float) -> float:
    return _key_places(key, width)[-1][1] + 10 if key else 0.0


def _drawn(
    alt: Any,
    part: ChartPart,
    frame: _Frame,
    marks: list[Any],
    texts: list[dict[str, object]],
    key: Sequence[tuple[str, str]],
) -> Drawing:
    """All marks as one drawing, the texts over them."""
    height = frame.height + frame.bottom
    above, said = _key_marks(alt, key, frame)
    words = sorted((row for row in [*texts, *said] if str(row["text"]).strip()), key=_order)
    plots = [
        _plot(alt, marks, frame.wide, height),
        _plot(alt, [*above, *_words(alt, words, frame)], frame.width, height),
    ]
    svg = needed("vl_convert").vegalite_to_svg
    layers = [
        (svg(plot, allowed_base_urls=[]), left) for plot, left in zip(plots, (frame.left, 0.0), strict=True) if plot
    ]
    claims = [(str(row["text"]), str(row["claim"])) for row in words]
    return joined(visible(part.alternative), layers, frame.width, height, claims)


def _order(row: Mapping[str, object]) -> tuple[str, float, int, bool]:
    return str(row["anchor"]), number(row, "size") or 0.0, int(number(row, "weight") or 0), bool(row["soft"])


def _words(alt: Any, words: list[dict[str, object]], frame: _Frame) -> list[Any]:
    """A mark for each way to set text, in the order of `_order`."""
    made, scale = [], alt.Scale(domain=[0, frame.width], nice=False, zero=False)
    for anchor, size, weight, soft in sorted({_order(row) for row in words}):
        some = [row for row in words if _order(row) == (anchor, size, weight, soft)]
        chart = alt.Chart(alt.Data(values=some)).mark_text(
            align={"start": "left", "end": "right", "middle": "center"}[anchor],
            baseline="alphabetic",
            fontSize=size,
            fontWeight=weight,
            color=SOFT if soft else INK,
            limit=0,
        )
        made.append(chart.encode(alt.X("x:Q", scale=scale), alt.Y("y:Q"), text="text:N"))
    return made


def _plot(alt: Any, marks: list[Any], width: float, height: float) -> dict[str, Any] | None:
    if not marks:
        return None
    chart = alt.layer(*marks).properties(
        width=width, height=height, padding=0, autosize=alt.AutoSizeParams(type="none", contains="content")
    )
    chart = chart.configure(font=FONTS, aria=False, background=PAPER).configure_view(stroke=None)
    made = dict(chart.configure_axis(disable=True).to_dict())
    for layer in made["layer"]:  # lengths from the top, in pixels
        layer["encoding"]["y"]["scale"] = {"domain": [0, height], "reverse": True, "nice": False, "zero": False}
    return made
