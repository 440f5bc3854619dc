"""Commands that take a leak in and say what became of it: open, account, failures, metadata, verify."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import click

from fairwitness.case.case import Case
from fairwitness.cli.common import (
    case_argument,
    json_option,
    limit_options,
    passwords_option,
    print_json,
    reading_case,
    tells_errors,
    unlocked_option,
)
from fairwitness.core.outcome import Cause
from fairwitness.custody.note import decode_key
from fairwitness.work import printing, printing_described, printing_proved, printing_signed
from fairwitness.work.account import account_of, failures_of
from fairwitness.work.committing import commit_pages
from fairwitness.work.describing import describe, describe_all
from fairwitness.work.opening import open_leak
from fairwitness.work.passwords import read_passwords
from fairwitness.work.progress import Progress
from fairwitness.work.retrying import forget_failures
from fairwitness.work.source_warning import warning_line, warning_of
from fairwitness.work.verifying import verify as verify_case


@click.command("open")
@click.argument("leak", type=click.Path(path_type=Path, exists=True))
@click.option("--case", "case_folder", type=click.Path(path_type=Path, file_okay=False), help="Default: LEAK.case")
@limit_options
@passwords_option
@unlocked_option
@click.option("--serve", "serving", is_flag=True, help="Show the case in a browser meanwhile, and afterwards.")
@click.option("--commit", "committing", is_flag=True, help="Then commit to every page, as `fairwitness commit` does.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@json_option
@tells_errors
def open_command(
    leak: Path,
    case_folder: Path | None,
    passwords: Path | None,
    unlocked: bool,
    serving: bool,
    committing: bool,
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
    with _served(folder, as_json) if serving else nullcontext() as started:
        with Case.create_or_open(folder, given) as case:
            if started is not None:
                started()
            progress = Progress(None if quiet else sys.stderr)
            open_leak(case, None if is_case else leak, progress, unlocked=unlocked, passwords=secrets)
            committed = commit_pages(case, progress, unlocked=unlocked) if committing else None
            account, warning = account_of(case), warning_line(warning_of(case))
        if as_json:
            print_json(account.as_json())
        else:
            click.echo(printing.account(account))
            if committed is not None:
                click.echo(f"\n{printing_proved.committed(committed)}")
            if warning:
                click.echo(f"\n{warning}")
            click.echo(f"\nNext: fairwitness search {shlex.quote(os.path.relpath(folder))} QUERY")


@contextmanager
def _served(folder: Path, as_json: bool) -> Iterator[Callable[[], None]]:
    """Gives what starts a server of the case in a process of its own, and waits for that process in the end."""
    command = [sys.executable, "-m", "fairwitness", "serve", str(folder), *(["--json"] if as_json else [])]
    servers: list[subprocess.Popen[bytes]] = []
    try:
        yield lambda: servers.append(subprocess.Popen(command))  # noqa: S603  our own program
        with suppress(KeyboardInterrupt):
            for server in servers:
                server.wait()
    finally:
        for server in servers:
            server.terminate()
            server.wait()


@click.command()
@case_argument
@click.option("--containers", is_flag=True, help="A line for every container too.")
@json_option
@tells_errors
def account(case: Path, containers: bool, as_json: bool) -> None:
    """What CASE expected, read and failed to read: by type, by cause, down to each container."""
    with reading_case(case) as opened:
        found, warned = account_of(opened), warning_of(opened)
        if as_json:
            counts = {name: warned[name] for name in ("documents", "by_kind")}
            print_json(found.as_json() | {"source_marks": counts})
        else:
            click.echo(printing.account(found, containers=containers))
            if warned["documents"]:
                click.echo(f"\n{warning_line(warned)}")


@click.command()
@case_argument
@click.option("--cause", type=click.Choice([cause.value for cause in Cause]), help="Only these.")
@click.option("--retry", is_flag=True, help="Read them again now.")
@limit_options
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
    with reading_case(case) as opened:
        found = [(f, name) for f, name in failures_of(opened) if cause is None or f.cause == cause]
        if as_json:
            print_json({"total": len(found), "failures": [printing.failure_json(f, name) for f, name in found]})
        else:
            for failure, name in found:
                click.echo(printing.failure(failure, name))


@click.command()
@case_argument
@click.argument("document", required=False, default="")
@json_option
@tells_errors
def metadata(case: Path, document: str, as_json: bool) -> None:
    """What files say about themselves, with the field of each statement, and what does not fit together.

    DOCUMENT is the beginning of a digest. Without it, all documents are listed with what was observed in them; with
    --json one object a line.
    """
    with reading_case(case) as opened:
        if document:
            found = describe(opened, document)
            if as_json:
                print_json(found.as_json())
            else:
                click.echo(printing_described.described(found))
            return
        for found in describe_all(opened):
            if as_json:
                print_json(found.as_json())
            else:
                click.echo(printing_described.overview(found))


@click.command()
@case_argument
@click.option("--key", "keys", multiple=True, metavar="KEY", help="A public key that must have signed; it may repeat.")
@json_option
@tells_errors
def verify(case: Path, keys: tuple[str, ...], as_json: bool) -> None:
    """Check every object against its digest, and the log against its checkpoint, signatures and stamps.

    Status 1 if something is wrong. Give the keys that you got by another way than the case: without them it only shows
    that everything in the case fits together.
    """
    expected = [decode_key(key) for key in keys]
    with reading_case(case) as opened:
        found = verify_case(opened, Progress(None if as_json else sys.stderr), expected)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(printing_signed.verified(found))
    sys.exit(0 if found.is_sound else 1)
