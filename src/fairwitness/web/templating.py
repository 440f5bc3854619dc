"""Pages from templates. Everything is escaped; leaked text also stands apart from ours and cannot turn or hide it."""

from __future__ import annotations

import datetime
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from fairwitness import __version__
from fairwitness.text.visible import visible
from fairwitness.web.forms import session_of
from fairwitness.web.words import DEFAULT, Interface, interface_in

STATIC = Path(__file__).parent / "static"
INTERFACE_COOKIE = "fairwitness-ui"
KEEP = "\u061c\u200e\u200f"  # marks of direction turn nothing but signs beside them, and Arabic script needs them


def leaked(text: str, lang: str = "") -> Markup:
    """Text of the leak, in a place of its own: its direction is found from it, what controls others is spelled out."""
    tag = Markup(' lang="{}"').format(lang) if lang and lang != "und" else ""
    return Markup('<bdi dir="auto"{}>{}</bdi>').format(tag, visible(text, keep=KEEP))


def leaked_lines(text: str, lang: str = "") -> Markup:
    """The same for running text, whose line ends are kept (`white-space: pre-wrap` shows them)."""
    tag = Markup(' lang="{}"').format(lang) if lang and lang != "und" else ""
    return Markup('<bdi dir="auto"{}>{}</bdi>').format(tag, visible(text, keep_lines=True, keep=KEEP))


def plain(text: str) -> str:
    """Text of the leak for an attribute or a title, where no element can hold it apart."""
    return f"\u2068{visible(text)}\u2069"


@lru_cache(maxsize=512)
def _digest_of(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """Address of a file that comes with the server; it changes with the file, so a browser may keep it."""
    return f"/static/{name}?v={_digest_of(name)}"


@lru_cache(maxsize=32)
def environment(tag: str = DEFAULT) -> Environment:
    """The templates with the words of that language."""
    made = Environment(
        loader=PackageLoader("fairwitness.web"),
        autoescape=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    interface = interface_in(tag)
    words = interface.words
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(leaked=leaked, leaked_lines=leaked_lines, plain=plain, static=static, version=__version__)
    made.globals["said"] = words.gettext  # for words in a variable: `_` would take % in them for a place to fill
    made.globals["number"] = lambda n: format_decimal(n, locale=interface.locale)
    made.globals["span"] = lambda seconds: span_text(seconds, interface)
    made.globals["percent"] = lambda part, whole: percent_text(part, whole, interface)
    made.globals["moment"] = lambda at: _moment(at, interface)
    made.globals["bytes_text"] = lambda n: bytes_text(n, interface)
    return made


def interface_of(request: Request) -> Interface:
    """The language that this browser asked for with `?ui=`, now or before."""
    return interface_in(request.query_params.get("ui") or request.cookies.get(INTERFACE_COOKIE) or DEFAULT)


def render(request: Request, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """The answer that the template gives of `values`."""
    interface = interface_of(request)
    response = HTMLResponse(_rendered(request, template, interface, values), status)
    if "ui" in request.query_params:
        response.set_cookie(INTERFACE_COOKIE, interface.tag, samesite="strict", httponly=True)
    return response


def _rendered(request: Request, template: str, interface: Interface, values: dict[str, Any]) -> str:
    def csrf() -> Markup:
        token = session_of(request).csrf
        return Markup('<input type="hidden" name="csrf" value="{}">').format(token)

    return (
        environment(interface.tag)
        .get_template(template)
        .render(request=request, interface=interface, csrf=csrf, here=here(request), **values)
    )


def here(request: Request) -> str:
    """The address of this page, to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _moment(at: float, interface: Interface) -> Markup:
    """A point in time, in UTC."""
    when = datetime.datetime.fromtimestamp(at, datetime.UTC)
    text = format_datetime(when, "yyyy-MM-dd HH:mm", locale=interface.locale)
    return Markup('<time datetime="{}">{} UTC</time>').format(when.isoformat(), escape(text))


def bytes_text(size: int, interface: Interface) -> str:
    """A size as people say it; units of 1,000 as disks are sold."""
    value, unit = float(size), 0
    while value >= 1000 and unit < 4:
        value, unit = value / 1000, unit + 1
    pattern = "#,##0" if value >= 100 or not unit else "#,##0.0"
    return f"{format_decimal(value, pattern, locale=interface.locale)} {('B', 'kB', 'MB', 'GB', 'TB')[unit]}"


def percent_text(part: float, whole: float, interface: Interface) -> str:
    """A share as people say it; never 0 % of what is there, nor 100 % where something is missing."""
    share = part / whole if whole else 0.0
    if 0 < share < 0.001:
        return f"< {format_percent(0.001, '#,##0.0 %', locale=interface.locale)}"
    if 0.999 < share < 1:
        return f"> {format_percent(0.999, '#,##0.0 %', locale=interface.locale)}"
    pattern = "#,##0 %" if share in (0, 1) or 0.1 <= share <= 0.9 else "#,##0.0 %"
    return str(format_percent(share, pattern, locale=interface.locale))


def span_text(seconds: float, interface: Interface) -> str:
    """A stretch of time as people say it, no more exact than it is known: 40 seconds, 12 minutes, 4 hours."""
    return str(format_timedelta(max(1, round(seconds)), threshold=1.5, locale=interface.locale))
