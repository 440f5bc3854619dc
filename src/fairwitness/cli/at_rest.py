"""How things lie on a disk and travel: case encrypt, case decrypt, case identity, seal, unseal, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from fairwitness.case.unlocking import KEYRING, NeedsPassphrase
from fairwitness.cli.common import Commands, case_argument, json_option, print_json, tells_errors
from fairwitness.core.errors import CaseError
from fairwitness.work.at_rest import AtRest, decrypt_case, encrypt_case
from fairwitness.work.doctor import examine
from fairwitness.work.sealing import new_identity, seal, unseal

_file = click.Path(path_type=Path, dir_okay=False)
_SIGNS = {"good": "good", "bad": "BAD", "unknown": "?"}


@click.group(
    "case",
    cls=Commands,
    commands_at={"encrypt": "at_rest:encrypt", "decrypt": "at_rest:decrypt", "identity": "at_rest:identity"},
)
def case_group() -> None:
    """Encrypt the records of a case, take that back, make a key to be sent things under (docs/at-rest.md)."""


@click.command("encrypt")
@case_argument
@json_option
@tells_errors
def encrypt(case: Path, as_json: bool) -> None:
    """Encrypt the records of CASE under a passphrase; originals and text in objects/ stay in clear."""
    _is_case(case)
    passphrase = KEYRING.ask()
    if passphrase is None:
        raise NeedsPassphrase("Encrypting wants a passphrase.")
    is_typed = click.get_current_context().find_root().params.get("passphrase_file") is None
    if is_typed and click.prompt("The same passphrase again", hide_input=True, err=True) != passphrase:
        raise NeedsPassphrase("The two passphrases differ; nothing was changed.")
    _tell(encrypt_case(case, passphrase), as_json)


@click.command("decrypt")
@case_argument
@json_option
@tells_errors
def decrypt(case: Path, as_json: bool) -> None:
    """Write the records of CASE in clear again."""
    _is_case(case)
    _tell(decrypt_case(case), as_json)


@click.command("identity")
@click.argument("file", type=_file)
@json_option
@tells_errors
def identity(file: Path, as_json: bool) -> None:
    """Make a key that opens seals, in FILE; the recipient that it prints is for those who send you something."""
    recipient = new_identity(file)
    if as_json:
        print_json({"recipient": recipient})
    else:
        click.echo(recipient)


@click.command("seal")
@click.argument("source", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--to", "recipients", multiple=True, required=True, help="age1..., or a public key of SSH; repeatable.")
@click.option("-o", "out", type=_file, required=True, help="The file to write; only these recipients can open it.")
@json_option
@tells_errors
def seal_command(source: Path, recipients: tuple[str, ...], out: Path, as_json: bool) -> None:
    """Seal FOLDER, or a file, for people by their age keys; Debian's `age -d` opens it too."""
    files = seal(source, recipients, out)
    if as_json:
        print_json({"files": files, "recipients": len(recipients), "output": str(out)})
    else:
        click.echo(f"Sealed for {len(recipients)}: {files} files.")


@click.command("unseal")
@click.argument("sealed", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--identity", "identities", type=_file, multiple=True, required=True, help="File with your key.")
@click.option("-o", "folder", type=click.Path(path_type=Path), required=True, help="The folder to make.")
@json_option
@tells_errors
def unseal_command(sealed: Path, identities: tuple[Path, ...], folder: Path, as_json: bool) -> None:
    """Open what somebody sealed for you into a new folder."""
    files = unseal(sealed, identities, folder)
    if as_json:
        print_json({"files": files, "output": str(folder)})
    else:
        click.echo(f"Opened: {files} files.")


@click.command("doctor")
@click.argument("case", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@json_option
@tells_errors
def doctor(case: Path | None, as_json: bool) -> None:
    """What this machine does that may give a case away, and what to do about it. Reads only, and tells nobody."""
    if case is not None:
        _is_case(case)
    found = examine(case)
    if as_json:
        counts = {state: sum(one.state == state for one in found) for state in _SIGNS}
        print_json({"checks": [one.as_json() for one in found], "counts": counts})
        return
    for one in found:
        click.echo(f"{_SIGNS[one.state]:<5}{one.name:<14}{one.what}")
        if one.state != "good" and one.advice:
            click.echo(f"{'':19}{one.advice}")


def _is_case(folder: Path) -> None:
    if not (folder / "case.toml").is_file():
        raise CaseError("There is no case in that folder.", advice="Make one with: fairwitness open LEAK")


def _tell(found: AtRest, as_json: bool) -> None:
    if as_json:
        print_json(found.as_json())
        return
    click.echo("The records are encrypted." if found.encrypted else "The records are in clear.")
    if found.encrypted and found.in_clear:
        click.echo(f"In clear as before: {', '.join(found.in_clear)}. Keep the case on an encrypted disk all the same.")
