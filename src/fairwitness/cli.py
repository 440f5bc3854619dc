"""The command line: options in, one JSON object or a few readable lines out. No logic of its own."""

from __future__ import annotations

import json
import os
import shlex
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.case.settings import Settings
from fairwitness.compare.likeness import MIN_SIMILARITY
from fairwitness.core.cite import parse_cite
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.search.index import Order
from fairwitness.search.query import BadQuery
from fairwitness.text.quality import LOW_TRUST
from fairwitness.work import printing, printing_compared, printing_described
from fairwitness.work.account import account_of, failures_of
from fairwitness.work.comparing import compare
from fairwitness.work.comparison_page import comparison_page
from fairwitness.work.describing import describe, describe_all
from fairwitness.work.duplicates import duplicates_of
from fairwitness.work.opening import log_unlocked, open_leak
from fairwitness.work.passwords import read_passwords
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import ENGINE, SECOND, Wish, recognise_waiting, waiting
from fairwitness.work.rereading import readings_of_page, reread
from fairwitness.work.retrying import forget_failures
from fairwitness.work.searching import CaseSearch, not_searched
from fairwitness.work.showing import draw, look_up
from fairwitness.work.verifying import verify as verify_case
from fairwitness.work.wanted import wish

F = TypeVar("F", bound=Callable[..., Any])
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object (docs/json.md).")
case_argument = click.argument("case", type=click.Path(path_type=Path, file_okay=False))
unlocked_option = click.option(
    "--unlocked-sandbox", "unlocked", is_flag=True, help="Run parsers without a lock. Logged. Only where none exists."
)


passwords_option = click.option(
    "--passwords",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with one password a line, tried on what is encrypted; never kept.",
)


def _fail(error: FairwitnessError, as_json: bool) -> NoReturn:
    if as_json:
        told: dict[str, Any] = {"error": error.code, "message": error.message, "advice": error.advice}
        if isinstance(error, BadQuery):
            told |= {"position": error.position, "reason": error.reason}
        click.echo(json.dumps(told, ensure_ascii=False))
    click.echo(f"fairwitness: {error}", err=True)
    sys.exit(2)


def _unforeseen(error: Exception) -> FairwitnessError:
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{Path(frame.filename).stem}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return FairwitnessError(
        f"Something went wrong that we did not foresee: {type(error).__name__} at {where}.",
        advice="The case is as the last completed step left it. Please report this line.",
    )


def tells_errors(command: F) -> F:
    """Our own errors end the command with status 2 and one readable line."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except FairwitnessError as error:
            _fail(error, bool(kwargs.get("as_json")))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:  # the message of an unforeseen error may hold leaked text or paths, its place not
            _fail(_unforeseen(error), bool(kwargs.get("as_json")))

    return wrapped  # type: ignore[return-value]


def _print(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def _reading(folder: Path) -> Iterator[Case]:
    with Case.open(folder) as case:
        yield case


@click.group()
@click.version_option(__version__, prog_name="fairwitness")
def main() -> None:
    """Turn a leak into findings that a stranger can check and that harm nobody."""


def _limit_options(command: F) -> F:
    for field in reversed(fields(Settings)):
        name = field.name.replace("_", "-")
        command = click.option(f"--{name}", field.name, type=int, default=None, help=f"Default: {field.default}.")(
            command
        )
    return command


@main.command("open")
@click.argument("leak", type=click.Path(path_type=Path, exists=True))
@click.option("--case", "case_folder", type=click.Path(path_type=Path, file_okay=False), help="Default: LEAK.case")
@_limit_options
@passwords_option
@unlocked_option
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@json_option
@tells_errors
def open_command(
    leak: Path,
    case_folder: Path | None,
    passwords: Path | None,
    unlocked: bool,
    quiet: bool,
    as_json: bool,
    **limits: int | None,
) -> None:
    """Copy LEAK into a case beside it, read everything, and print the account.

    Run it again to go on after an interruption or to take in what is new. LEAK may also be a case folder: then the
    case is brought up to date with what it holds.
    """
    leak = Path(os.path.abspath(leak))  # noqa: PTH100  resolve() would put the case beside the target of a link
    is_case = leak.is_dir() and (leak / "case.toml").exists() and case_folder is None
    folder = case_folder or (leak if is_case else leak.with_name(f"{leak.name}.case"))
    given = {name: value for name, value in limits.items() if value is not None}
    secrets = read_passwords(passwords)
    with Case.create_or_open(folder, given) as case:
        progress = Progress(None if quiet else sys.stderr)
        open_leak(case, None if is_case else leak, progress, unlocked=unlocked, passwords=secrets)
        account = account_of(case)
        if as_json:
            _print(account.as_json())
        else:
            click.echo(printing.account(account))
            click.echo(f"\nNext: fairwitness search {shlex.quote(os.path.relpath(folder))} QUERY")


@main.command()
@case_argument
@click.argument("query")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Hits to show.")
@click.option("--offset", default=0, type=click.IntRange(0), help="Hits to pass over.")
@click.option("--all", "everything", is_flag=True, help="All hits, by document and page; with --json one a line.")
@click.option("--by-document", is_flag=True, help="Order by document and page instead of relevance.")
@json_option
@tells_errors
def search(case: Path, query: str, limit: int, offset: int, everything: bool, by_document: bool, as_json: bool) -> None:
    """Search the pages of CASE; the query language is in docs/search.md."""
    with _reading(case) as opened:
        searching = CaseSearch(opened)
        order: Order = "document" if by_document else "relevance"
        answer, node = searching.ask(query, limit=0 if everything else limit, offset=offset, order=order)
        missing = not_searched(opened, searching.searched())
        head = {
            "query": query,
            "total": answer.total,
            "searched": searching.searched(),
            "not_searched": missing["total"],
            "not_searched_pages": missing["pages"],
            "not_searched_files": missing["files"],
            "not_trusted": searching.not_trusted(node),
        }
        if missing["pages"].get(Cause.NEEDS_OCR.value):
            wish(opened, searching.almost(node, answer.hits), "almost-hit")
        hits = searching.all_hits(node) if everything else (searching.hit(node, found) for found in answer.hits)
        if as_json and everything:
            _print(head)
            for hit in hits:
                _print(hit.as_json())
        elif as_json:
            _print(head | {"hits": [hit.as_json() for hit in hits]})
        else:
            click.echo(printing.search_head(head))
            for hit in hits:
                click.echo(printing.hit(hit))


@main.command()
@case_argument
@click.argument("cite")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="PNG of the place, or .txt.")
@click.option("--page", "whole_page", is_flag=True, help="The whole page instead of the lines around the place.")
@unlocked_option
@json_option
@tells_errors
def show(case: Path, cite: str, output: Path | None, whole_page: bool, unlocked: bool, as_json: bool) -> None:
    """Show the place that CITE names: its text, and with -o the page image with the place marked."""
    with _reading(case) as opened:
        shown = look_up(opened, parse_cite(cite))
        wish(opened, waiting(opened, [shown.document]), "looked-at")
        if output is not None and output.suffix == ".txt":
            output.write_text(printing.quote(shown) + "\n", "utf-8")
        elif output is not None:
            if unlocked:
                log_unlocked(case)
            output.write_bytes(draw(opened, shown, whole_page=whole_page, unlocked=unlocked))
        if as_json:
            _print({"cite": cite, **shown.as_json(), "output": str(output) if output else None})
        else:
            click.echo(printing.shown(shown))


def _scan_options(command: F) -> F:
    share = Wish.__dataclass_fields__["second_share"].default
    for option in (
        click.option("--engine", default=ENGINE, show_default=True, help="hybrid, ppocr, tesseract-LANGUAGE."),
        click.option("--second-engine", "second", default=SECOND, show_default=True, help="Reads a sample too."),
        click.option(
            "--second-share", type=click.FloatRange(0, 1), default=share, show_default=True, help="The sample."
        ),
        click.option("--pages", "max_pages", type=click.IntRange(1), help="Stop after so many."),
        click.option("--minutes", "max_minutes", type=click.FloatRange(0), help="Stop after so long."),
        click.option("--quiet", is_flag=True, help="No progress on standard error."),
    ):
        command = option(command)
    return command


@main.command()
@case_argument
@click.argument("documents", nargs=-1)
@_scan_options
@unlocked_option
@json_option
@tells_errors
def ocr(case: Path, documents: tuple[str, ...], unlocked: bool, quiet: bool, as_json: bool, **wishes: Any) -> None:
    """Recognise the pages of CASE that are images of text, or those of DOCUMENTS (beginnings of their digests).

    Pages that somebody looked at or that a search almost hit come first. Stop it whenever you like; it goes on there.
    """
    with Case.open(case, writing=True) as opened:
        chosen = [opened.queries.document_starting(beginning) for beginning in documents]
        progress = Progress(None if quiet else sys.stderr)
        done = recognise_waiting(opened, progress, Wish(**wishes), documents=chosen, unlocked=unlocked)
    if as_json:
        _print(done.as_json())
    else:
        click.echo(printing.recognised(done))


@main.command("reread")
@case_argument
@click.option("--where", required=True, help="A query, such as 'trust<.6' or 'lang:ug trust<.8'.")
@_scan_options
@unlocked_option
@json_option
@tells_errors
def reread_command(case: Path, where: str, unlocked: bool, quiet: bool, as_json: bool, **wishes: Any) -> None:
    """Recognise again the pages of CASE that match a query. Every older text stays; the most trusted one counts."""
    with Case.open(case, writing=True) as opened:
        progress = Progress(None if quiet else sys.stderr)
        done = reread(opened, where, progress, Wish(**wishes), unlocked=unlocked)
    if as_json:
        _print(done.as_json())
    else:
        click.echo(printing.recognised(done))


@main.command()
@case_argument
@click.option("--below", type=click.FloatRange(0, 1), default=LOW_TRUST, show_default=True, help="Trust in [0, 1].")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(0), help="Pages to show.")
@json_option
@tells_errors
def quality(case: Path, below: float, limit: int, as_json: bool) -> None:
    """Pages of CASE whose text cannot be trusted, the worst first, and why (docs/quality.md)."""
    with _reading(case) as opened:
        searching = CaseSearch(opened)
        answer, node = searching.ask(f"trust<{below:.3f}", limit=limit, order="trust")
        hits = [searching.hit(node, found) for found in answer.hits]
        searched = searching.searched()
        if as_json:
            _print({"total": answer.total, "searched": searched, "hits": [found.as_json() for found in hits]})
        else:
            click.echo(printing.quality(answer.total, searched, below, hits))


@main.command()
@case_argument
@click.argument("document")
@click.argument("page", type=click.IntRange(1))
@json_option
@tells_errors
def readings(case: Path, document: str, page: int, as_json: bool) -> None:
    """All texts that there are of one PAGE of DOCUMENT (the beginning of its digest), that which counts first."""
    with _reading(case) as opened:
        digest = opened.queries.document_starting(document)
        found = readings_of_page(opened, digest, page)
        if as_json:
            _print({"document": digest, "page": page, "readings": [one.as_json() for one in found]})
        else:
            click.echo("\n".join(map(printing.page_reading, found)))


@main.command()
@case_argument
@click.option("--containers", is_flag=True, help="A line for every container too.")
@json_option
@tells_errors
def account(case: Path, containers: bool, as_json: bool) -> None:
    """What CASE expected, read and failed to read: by type, by cause, down to each container."""
    with _reading(case) as opened:
        found = account_of(opened)
        if as_json:
            _print(found.as_json())
        else:
            click.echo(printing.account(found, containers=containers))


@main.command()
@case_argument
@click.argument("document", required=False, default="")
@json_option
@tells_errors
def metadata(case: Path, document: str, as_json: bool) -> None:
    """What files say about themselves, with the field of each statement, and what does not fit together.

    DOCUMENT is the beginning of a digest. Without it, all documents are listed with what was observed in them; with
    --json one object a line.
    """
    with _reading(case) as opened:
        if document:
            found = describe(opened, document)
            if as_json:
                _print(found.as_json())
            else:
                click.echo(printing_described.described(found))
            return
        for found in describe_all(opened):
            if as_json:
                _print(found.as_json())
            else:
                click.echo(printing_described.overview(found))


@main.command()
@case_argument
@click.option("--cause", type=click.Choice([cause.value for cause in Cause]), help="Only these.")
@click.option("--retry", is_flag=True, help="Read them again now.")
@_limit_options
@passwords_option
@unlocked_option
@json_option
@tells_errors
def failures(
    case: Path,
    cause: str | None,
    retry: bool,
    passwords: Path | None,
    unlocked: bool,
    as_json: bool,
    **limits: int | None,
) -> None:
    """What could not be read, one line each, and why."""
    if retry:
        secrets = read_passwords(passwords)
        given = {name: value for name, value in limits.items() if value is not None}
        with Case.create_or_open(case, given) as writing:
            forget_failures(writing, Cause(cause) if cause else None)
            open_leak(writing, None, Progress(sys.stderr), unlocked=unlocked, passwords=secrets)
    with _reading(case) as opened:
        found = [(f, name) for f, name in failures_of(opened) if cause is None or f.cause == cause]
        if as_json:
            _print({"total": len(found), "failures": [printing.failure_json(f, name) for f, name in found]})
        else:
            for failure, name in found:
                click.echo(printing.failure(failure, name))


@main.command()
@case_argument
@click.option(
    "--min-similarity",
    default=MIN_SIMILARITY,
    show_default=True,
    type=click.FloatRange(0.5, 1.0),
    help="Share of the letters that two pages must have in common.",
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Groups of each sort to print.")
@click.option("--differences", is_flag=True, help="Show what differs in each page; with --json in all groups.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@json_option
@tells_errors
def duplicates(case: Path, min_similarity: float, limit: int, differences: bool, quiet: bool, as_json: bool) -> None:
    """Pages of CASE that say the same, documents that are versions of one another, forms filled in differently."""
    with _reading(case) as opened:
        progress = Progress(None if quiet else sys.stderr)
        shown = 0 if not differences else sys.maxsize if as_json else limit
        found = duplicates_of(opened, progress, min_similarity=min_similarity, differences=shown)
    if as_json:
        _print(found.as_json())
    else:
        click.echo(printing_compared.duplicates(found, limit=limit))


@main.command("compare")
@case_argument
@click.argument("a")
@click.argument("b")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Both texts side by side (.html), or .txt."
)
@json_option
@tells_errors
def compare_command(case: Path, a: str, b: str, output: Path | None, as_json: bool) -> None:
    """Compare two documents of CASE word by word. A and B are the first digits of digests, or cites of passages."""
    with _reading(case) as opened:
        found = compare(opened, a, b)
    if output is not None:
        is_page = output.suffix.lower() in (".html", ".htm")
        output.write_text(comparison_page(found) if is_page else printing_compared.comparison(found) + "\n", "utf-8")
    if as_json:
        _print(found.as_json() | {"output": str(output) if output else None})
    elif output is None:
        click.echo(printing_compared.comparison(found))
    else:
        click.echo(printing_compared.comparison_head(found))


@main.command()
@case_argument
@json_option
@tells_errors
def verify(case: Path, as_json: bool) -> None:
    """Check every object against its digest and the log against its checkpoint. Status 1 if something is wrong."""
    with _reading(case) as opened:
        found = verify_case(opened, Progress(None if as_json else sys.stderr))
    if as_json:
        _print(found.as_json())
    else:
        click.echo(printing.verified(found))
    sys.exit(0 if found.is_sound else 1)
