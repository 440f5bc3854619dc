"""Recipes of releases: a TOML file that says what leaves, in whose words, and out of which redactions, lists, reports.

A recipe is kept by those who publish. It is read strictly: what is not known is an error, never passed over.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fairwitness.core.errors import FairwitnessError

MAX_RECIPE_BYTES = 1 << 20
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_REPORT_FILES = ("report.html", "report.pdf", "claims.json")

NEW = """# A release: what leaves, in whose words. `fairwitness release CASE RECIPE --check` says what is still missing.

[release]
name = "{name}"                # what the release is called in the case; letters, figures and strokes
title = ""
dated = "{dated}"              # the date of the release: two runs give the same pages
language = "en"                # of what you write here
summary = [""]                 # paragraphs
method = [""]                  # paragraphs: how the documents came to you, as far as that can be told; who checked what
findings = ["checked"]         # or the beginnings of their ids; each must have been checked by somebody else
{redactions}
# [[list]]
# list = "Register"            # a list of the case; what is personal is withheld
# title = "The register"

# [[report]]
# folder = "report"            # what `fairwitness report` wrote, without --evidence; beside this file
# title = "Verdicts of the office"
"""
_DOCUMENT = """
[[document]]
redaction = "{name}"           # its beginning is enough: fairwitness redact show CASE
title = ""
language = ""
"""


class BadRelease(FairwitnessError):
    """A release that cannot be made as it is asked for."""

    code = "bad_release"
    advice = "Correct the recipe; `fairwitness release CASE --new` writes one to begin with."


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A redacted document of the release."""

    redaction: str
    title: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class ListPart:
    """A list of the release."""

    list: str
    title: str


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A report of the release: what `fairwitness report` wrote into `folder`."""

    folder: Path
    title: str


@dataclass(frozen=True, slots=True)
class ReleaseRecipe:
    """What a recipe says; `sha256` is that of the file."""

    name: str
    title: str
    dated: str
    language: str
    summary: tuple[str, ...]
    method: tuple[str, ...]
    findings: tuple[str, ...]
    documents: tuple[DocumentPart, ...]
    lists: tuple[ListPart, ...]
    reports: tuple[ReportPart, ...]
    sha256: str


def read_release_recipe(path: Path) -> ReleaseRecipe:
    """The recipe in the file.

    Raises:
        BadRelease: with what is wrong, where it can be told with the line.
    """
    try:
        data = path.read_bytes()
    except OSError:
        raise BadRelease("The recipe cannot be read.", advice="Look at its name and permissions.") from None
    if len(data) > MAX_RECIPE_BYTES:
        raise BadRelease("The recipe is larger than a megabyte.")
    try:
        plain = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRelease("The recipe is not UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadRelease(f"The recipe is not TOML: {error}.") from None
    return _recipe(plain, path.parent, hashlib.sha256(data).hexdigest())


def new_recipe(name: str, dated: str, redactions: tuple[str, ...]) -> str:
    """A recipe to begin with."""
    parts = "".join(_DOCUMENT.format(name=one) for one in redactions)
    return NEW.format(name=name, dated=dated, redactions=parts)


def _recipe(plain: Mapping[str, Any], folder: Path, sha256: str) -> ReleaseRecipe:
    _only(plain, ("release", "document", "list", "report"), "the recipe")
    about = plain.get("release")
    if not isinstance(about, dict):
        raise BadRelease("There is no [release].")
    known = ("name", "title", "dated", "language", "summary", "method", "findings")
    _only(about, known, "[release]")
    return ReleaseRecipe(
        name=_fitting(_text(about, "name", "[release]"), _NAME, "name", "[release]"),
        title=_text(about, "title", "[release]"),
        dated=_dated(_text(about, "dated", "[release]")),
        language=_fitting(_text(about, "language", "[release]"), _LANGUAGE, "language", "[release]"),
        summary=_texts(about, "summary"),
        method=_texts(about, "method"),
        findings=_texts(about, "findings"),
        documents=tuple(_document(one) for one in _parts(plain, "document")),
        lists=tuple(_list(one) for one in _parts(plain, "list")),
        reports=tuple(_report(one, folder) for one in _parts(plain, "report")),
        sha256=sha256,
    )


def _document(plain: Mapping[str, Any]) -> DocumentPart:
    _only(plain, ("redaction", "title", "language"), "[[document]]")
    language = plain.get("language", "")
    if language:
        _fitting(_text(plain, "language", "[[document]]"), _LANGUAGE, "language", "[[document]]")
    return DocumentPart(_text(plain, "redaction", "[[document]]"), _text(plain, "title", "[[document]]"), language)


def _list(plain: Mapping[str, Any]) -> ListPart:
    _only(plain, ("list", "title"), "[[list]]")
    return ListPart(_text(plain, "list", "[[list]]"), _text(plain, "title", "[[list]]"))


def _report(plain: Mapping[str, Any], folder: Path) -> ReportPart:
    _only(plain, ("folder", "title"), "[[report]]")
    found = folder / _text(plain, "folder", "[[report]]")
    for name in ("report.html", "claims.json"):
        if not (found / name).is_file():
            raise BadRelease(f"A folder of [[report]] has no {name}.", advice="Make it with: fairwitness report")
    return ReportPart(found, _text(plain, "title", "[[report]]"))


def report_files(part: ReportPart) -> dict[str, bytes]:
    """The files of a report that leave; never its evidence."""
    return {name: (part.folder / name).read_bytes() for name in _REPORT_FILES if (part.folder / name).is_file()}


def _parts(plain: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = plain.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadRelease(f"{name} is not written as [[{name}]].")
    return found


def _only(plain: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = sorted(set(plain) - set(known))
    if unknown:
        raise BadRelease(f"Nothing in {where} is called {unknown[0]!r}.", advice=f"Known are: {', '.join(known)}.")


def _text(plain: Mapping[str, Any], name: str, where: str) -> str:
    value = plain.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRelease(f"{name} in {where} is missing, empty or no text.")
    return value.strip()


def _texts(plain: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = plain.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadRelease(f"{name} in [release] is not a list of texts.")
    return tuple(one.strip() for one in value if one.strip())


def _fitting(text: str, form: re.Pattern[str], name: str, where: str) -> str:
    if not form.fullmatch(text):
        raise BadRelease(f"{name} in {where} has not the form that it must have.")
    return text


def _dated(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadRelease("dated in [release] is no date like 2026-11-24.") from None
