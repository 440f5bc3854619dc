"""A release as a static site: pages that need no server and no script, from a disk, a stick or any web server.

Findings come first, each with the lines of the redacted page that it rests on; then the documents page by page, the
lists, the reports, how all of it was made and what it cannot say, and how a stranger checks it. Everything is a file of
the folder; a policy in each page forbids to load anything else. Only the search needs a script, and says so.
"""

from __future__ import annotations

import html
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
_WITH_SCRIPT = _POLICY.replace("img-src", "script-src 'self'; img-src")
SITE, PROOFS = "site/", "proofs/"
_ASSETS = {"style.css": "site.css", "search.js": "search.js"}


@dataclass(frozen=True, slots=True)
class SitePage:
    """A redacted page: its picture (PNG, `width` x `height` pixels), the lines read of it, how many boxes are on it.

    `proof` holds the file that proves what is visible (docs/self-proving.md); empty where there is none.
    """

    number: int
    picture: bytes
    width: int
    height: int
    lines: tuple[str, ...]
    covered: int
    proof: bytes = b""


@dataclass(frozen=True, slots=True)
class SiteDocument:
    """A redacted document, by a name of ours ("d1"); `told` are sentences on how it was made and what is not read."""

    id: str
    title: str
    language: str
    pages: tuple[SitePage, ...]
    pdf: bytes
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteCite:
    """What a finding rests on: a page of a document and the lines in question (PNG), or words on why there is none."""

    document: str
    page: int
    crop: bytes = b""
    width: int = 0
    height: int = 0
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """A finding as it is published."""

    id: str
    sentence: str
    cites: tuple[SiteCite, ...]


@dataclass(frozen=True, slots=True)
class SiteList:
    """A list without what is personal; `files` are its table and its description, by name."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class SiteReport:
    """A report as `fairwitness report` wrote it: report.html, report.pdf, claims.json, by name."""

    id: str
    title: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Site:
    """All of a release.

    `dated` is an ISO date, `language` (BCP 47) that of what its writers say: `summary` and `method`, in paragraphs.
    `stated` are name and sentence of what a reader must know: what was not read, error rates, what is withheld, what
    cannot be excluded.
    """

    title: str
    dated: str
    language: str
    summary: tuple[str, ...]
    method: tuple[str, ...]
    stated: tuple[tuple[str, str], ...]
    findings: tuple[SiteFinding, ...] = ()
    documents: tuple[SiteDocument, ...] = ()
    lists: tuple[SiteList, ...] = ()
    reports: tuple[SiteReport, ...] = ()


def release_files(site: Site) -> dict[str, bytes]:
    """The files of a release by their paths, the same bytes each time; `site/index.html` is where one begins.

    The picture of a page with a proof lies beside the proof, in `proofs/`, where verifiers look for both.
    """
    files = {SITE + path: data for path, data in _site_files(site).items()}
    for document in site.documents:
        for page in document.pages:
            files[page_picture(document.id, page)] = page.picture
            if page.proof:
                files[f"{PROOFS}{document.id}-p{page.number}.json.gz"] = page.proof
    return dict(sorted(files.items()))


def page_picture(document: str, page: SitePage) -> str:
    """Where the picture of the page lies in the release."""
    name = f"{document}-p{page.number}.png"
    return PROOFS + name if page.proof else f"{SITE}documents/{document}/{name}"


def _site_files(site: Site) -> dict[str, bytes]:
    files = {f"assets/{name}": _asset(source) for name, source in _ASSETS.items()}
    files["index.html"] = _page(site, "index.html", site.title, numbered=_numbered(site.findings))
    files["method.html"] = _page(site, "method.html", "How this was made")
    files["check.html"] = _page(site, "check.html", "Check it yourself")
    files["search.html"] = _page(site, "search.html", "Search", policy=_WITH_SCRIPT)
    files["assets/search-data.js"] = _search_data(site)
    for finding in site.findings:
        for number, cite in enumerate(finding.cites, 1):
            if cite.crop:
                files[crop_path(finding.id, number)] = cite.crop
    for document in site.documents:
        files |= _files_of_document(site, document)
    for one in site.lists:
        files[f"lists/{one.id}.html"] = _page(site, "list.html", one.title, up="../", one=one)
        files |= {f"lists/{one.id}/{name}": data for name, data in one.files.items()}
    for report in site.reports:
        files |= {f"reports/{report.id}/{name}": data for name, data in report.files.items()}
    return files


def crop_path(finding: str, number: int) -> str:
    """Where the picture of a cite lies in the site."""
    return f"cites/{finding}-{number}.png"


def texts_of(site: Site) -> Iterator[tuple[str, str]]:
    """Every text of people and machines that the site shows, with where it is, for the gate to look through."""
    yield "the title", site.title
    for name, paragraphs in (("the summary", site.summary), ("the method", site.method)):
        yield from ((name, text) for text in paragraphs)
    yield from (("what is stated", f"{name} {text}") for name, text in site.stated)
    yield from ((f"finding {one.id}", one.sentence) for one in site.findings)
    for document in site.documents:
        yield f"the title of {document.id}", document.title
        yield from ((f"{document.id}, what is told of it", text) for text in document.told)
        for page in document.pages:
            yield f"{document.id}, page {page.number}", "\n".join(page.lines)
    for table in site.lists:
        yield f"the title of {table.id}", table.title
        yield from ((f"list {table.id}", "\t".join(row)) for row in (table.columns, *table.rows))
    for report in site.reports:
        yield f"the title of {report.id}", report.title
        for name in ("report.html", "claims.json"):
            text = report.files.get(name, b"").decode("utf-8", "replace")
            yield f"{report.id}, {name}", html.unescape(text) if name.endswith(".html") else text


def _files_of_document(site: Site, document: SiteDocument) -> dict[str, bytes]:
    pictures = {page.number: "../../" + page_picture(document.id, page) for page in document.pages}
    told = _page(site, "document.html", document.title, up="../", document=document, pictures=pictures)
    return {f"documents/{document.id}.html": told, f"documents/{document.id}/{document.id}.pdf": document.pdf}


def _numbered(findings: Sequence[SiteFinding]) -> list[tuple[SiteFinding, list[tuple[SiteCite, str]]]]:
    return [(one, [(cite, crop_path(one.id, number)) for number, cite in enumerate(one.cites, 1)]) for one in findings]


def _page(site: Site, template: str, title: str, *, up: str = "", policy: str = _POLICY, **values: object) -> bytes:
    text = _environment().get_template(template).render(
        site=site, title=title, up=up, policy=policy, here=template, **values
    )  # fmt: skip
    return text.encode()


def _search_data(site: Site) -> bytes:
    """What can be searched, as a script that sets one value: a page from a disk may load nothing else."""
    entries: list[list[str]] = []
    for finding in site.findings:
        entries.append(["Finding", finding.sentence, f"index.html#{finding.id}"])
    for document in site.documents:
        for page in document.pages:
            place = f"documents/{document.id}.html#p{page.number}"
            entries.append([f"{document.title}, page {page.number}", "\n".join(page.lines), place])
    for table in site.lists:
        for number, row in enumerate(table.rows, 1):
            entries.append([f"{table.title}, row {number}", "\t".join(row), f"lists/{table.id}.html#r{number}"])
    told = [[name, text, place, folded(text)] for name, text, place in entries]
    return b"window.releaseIndex = " + json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode() + b";\n"


def folded(text: str) -> str:
    """The text as it is searched: compatibility forms, case and marks are gone; `search.js` does so to a query."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(char for char in plain if unicodedata.category(char) != "Mn"))


def _asset(name: str) -> bytes:
    return resources.files("fairwitness.publish").joinpath(f"static/site/{name}").read_bytes()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("fairwitness.publish", "templates/site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
