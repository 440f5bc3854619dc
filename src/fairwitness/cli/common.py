"""What all commands share: options, output and errors."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

import click

from fairwitness.case.case import Case
from fairwitness.case.settings import Settings
from fairwitness.case.unlocking import KEYRING, NeedsPassphrase
from fairwitness.core.errors import FairwitnessError

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


class Commands(click.Group):
    """A group whose commands are imported when they are run; each name has its module in `cli` and its function."""

    def __init__(self, *args: Any, commands_at: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the help."""
        return list(self._at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in self._at:
            return None
        module, name = self._at[cmd_name].split(":")
        command: click.Command = getattr(import_module(f"fairwitness.cli.{module}"), name)
        return command


def _fail(error: FairwitnessError, as_json: bool) -> NoReturn:
    if as_json:
        told: dict[str, Any] = {"error": error.code, "message": error.message, "advice": error.advice}
        told |= {name: getattr(error, name) for name in ("position", "reason") if hasattr(error, name)}
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
        except click.ClickException:
            raise
        except Exception as error:  # the message of an unforeseen error may hold leaked text or paths, its place not
            _fail(_unforeseen(error), bool(kwargs.get("as_json")))

    return wrapped  # type: ignore[return-value]


def ask_for_passphrases(file: str | None) -> None:
    """A case whose records are encrypted gets its passphrase from the first line of the file, or from who sits here.

    Processes that are started from here read the same file.
    """
    if file is not None:
        os.environ["FAIRWITNESS_PASSPHRASE_FILE"] = str(Path(file).absolute())

    def ask() -> str | None:
        if file is not None:
            try:
                lines = Path(file).read_text("utf-8").splitlines()
            except (OSError, ValueError):
                raise NeedsPassphrase("The file with the passphrase cannot be read.") from None
            return lines[0] if lines else None
        if not sys.stdin.isatty():
            return None
        answer: str = click.prompt("Passphrase of the case", hide_input=True, err=True)
        return answer

    KEYRING.ask = ask


def print_json(value: dict[str, Any]) -> None:
    """One object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def reading_case(folder: Path) -> Iterator[Case]:
    """The case in `folder`, open for reading."""
    with Case.open(folder) as case:
        yield case


def limit_options(command: F) -> F:
    """Options for the settings of a case, by their names."""
    for field in reversed(fields(Settings)):
        name = field.name.replace("_", "-")
        command = click.option(f"--{name}", field.name, type=int, default=None, help=f"Default: {field.default}.")(
            command
        )
    return command


@contextmanager
def written_to(path: str) -> Iterator[TextIO]:
    """The file of this name, open for UTF-8 text with line ends as they are; - is standard output."""
    if path == "-":
        yield sys.stdout
        return
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        yield file
