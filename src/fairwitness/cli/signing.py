"""Commands about the log and who vouches for it: key, sign, checkpoint, cosign, prove, stamp (docs/custody.md)."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import click

from fairwitness.cli.common import case_argument, json_option, print_json, reading_case, tells_errors
from fairwitness.cli.marking import by_option
from fairwitness.custody.dsse import encode_envelope
from fairwitness.custody.errors import CustodyError, ExposedKey
from fairwitness.custody.keys import SigningKey, new_key, public_pem, read_key, read_public, ssh_public, write_key
from fairwitness.custody.note import NoteKey, decode_key, encode_key
from fairwitness.custody.sshsig import allowed_signers
from fairwitness.custody.witness import WitnessState, decode_request
from fairwitness.work import printing_signed
from fairwitness.work.signing import prove_event, sign_log, sign_statement
from fairwitness.work.witnessing import add_cosigned, add_stamp, checkpoint_request, stamp_request

MAX_FILE_BYTES = 4_000_000
_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
key_option = click.option("--key", "key_file", type=_FILE, required=True, metavar="FILE", help="The key file.")
passphrase_option = click.option(
    "--passphrase-file", type=_FILE, help="File with the passphrase, yours alone; without it you are asked."
)


@click.group("key")
def key_group() -> None:
    """Make and show the keys that sign a log, or cosign one as a witness."""


@key_group.command("new")
@click.argument("file", type=_FILE)
@click.argument("case", type=_FOLDER, required=False)
@click.option("--witness", metavar="NAME", help="A key for a witness of that name, in place of one for CASE.")
@passphrase_option
@json_option
@tells_errors
def key_new(file: Path, case: Path | None, witness: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Make a key for the log of CASE, or for a witness, in FILE under a passphrase.

    FILE must not lie in a case and is never overwritten. Put a copy of it aside: nobody can make it again.
    """
    if (case is None) == (witness is None):
        raise click.UsageError("Name the case that the key is for, or the witness with --witness.")
    name = witness or ""
    if case is not None:
        with reading_case(case) as opened:
            name = opened.log_name
    key = new_key(name, witness=witness is not None)
    write_key(file, key, _passphrase(passphrase_file, confirm=True))
    _show_key(key.public, as_json)


@key_group.command("show")
@click.argument("file", type=_FILE)
@json_option
@tells_errors
def key_show(file: Path, as_json: bool) -> None:
    """Show the public half of a key file: what others need to verify."""
    _show_key(read_public(file), as_json)


@click.command("sign")
@case_argument
@key_option
@click.option("--instead-of-lost", is_flag=True, help="The key of the log is lost, or others have it: take this one.")
@passphrase_option
@by_option
@json_option
@tells_errors
def sign_command(
    case: Path, key_file: Path, instead_of_lost: bool, passphrase_file: Path | None, by: str, as_json: bool
) -> None:
    """Sign the log of CASE as it is now. The first time, and with --instead-of-lost, say who you are with --by."""
    key = open_key(key_file, passphrase_file)
    with reading_case(case) as opened:
        found = sign_log(opened, key, by, instead_of_lost=instead_of_lost)
    print_json(found.as_json()) if as_json else click.echo(printing_signed.signed(found))


@click.command("checkpoint")
@case_argument
@click.option("-o", "--output", type=_FILE, help="Write the signed checkpoint here, to take to a witness.")
@click.option("--since", type=click.IntRange(0), default=0, help="How many events the witness has seen. Default: 0.")
@click.option("--add", "cosigned", type=_FILE, help="Take in what a witness cosigned.")
@click.option("--witness", metavar="KEY", help="The public key of a witness that is new; needs --by.")
@by_option
@json_option
@tells_errors
def checkpoint_command(
    case: Path, output: Path | None, since: int, cosigned: Path | None, witness: str | None, by: str, as_json: bool
) -> None:
    """Take the last signed checkpoint of CASE to a witness (-o), or take its cosignature back in (--add).

    With neither, the checkpoint is shown.
    """
    with reading_case(case) as opened:
        if cosigned is not None:
            found = add_cosigned(opened, _bytes_of(cosigned), decode_key(witness) if witness else None, by)
        else:
            found, request = checkpoint_request(opened, since)
            if output is not None:
                _write(output, request)
    print_json(found.as_json()) if as_json else click.echo(printing_signed.signed(found))


@click.command("cosign")
@click.argument("checkpoint", type=_FILE)
@key_option
@click.option("--state", type=_FOLDER, required=True, help="Where this witness keeps what it saw last of each log.")
@click.option("--log-key", "log_keys", multiple=True, metavar="KEY", help="Public key of the log; once for each log.")
@click.option("-o", "--output", type=_FILE, required=True, help="Write the cosigned checkpoint here.")
@passphrase_option
@json_option
@tells_errors
def cosign_command(
    checkpoint: Path,
    key_file: Path,
    state: Path,
    log_keys: tuple[str, ...],
    output: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """As a witness, on another machine: cosign CHECKPOINT if it is consistent with what was seen of that log before.

    No case is needed. A rewritten history, a shorter log or another log of the same size is refused, and the file is
    kept in the folder of the witness as evidence.
    """
    request = decode_request(_bytes_of(checkpoint))
    key = open_key(key_file, passphrase_file)
    found = WitnessState(state).cosign(request, key, int(time.time()), [decode_key(one) for one in log_keys])
    _write(output, found.note)
    if as_json:
        told = {"log": found.checkpoint.origin, "size": found.checkpoint.size, "root": found.checkpoint.root.hex()}
        print_json(told | {"before": found.before, "at": found.at, "key": encode_key(key.public)})
    else:
        click.echo(printing_signed.cosigned(found))


@click.command("prove")
@case_argument
@click.argument("event", type=click.IntRange(1))
@click.option("-o", "--output", type=_FILE, required=True, help="Write the proof here; best NAME.tlog-proof.")
@click.option("--body", type=_FILE, help="Write the event itself here: whoever checks the proof needs it.")
@click.option("--statement", type=_FILE, help="Write what the event says was derived, signed (in-toto in DSSE).")
@click.option("--key", "key_file", type=_FILE, metavar="FILE", help="The key file that signs the statement.")
@passphrase_option
@json_option
@tells_errors
def prove_command(
    case: Path,
    event: int,
    output: Path,
    body: Path | None,
    statement: Path | None,
    key_file: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Prove that event number EVENT of CASE is under its last signed checkpoint.

    The proof tells nothing of the event but its number. Its body has a random nonce, so that it cannot be guessed.
    """
    if (statement is None) != (key_file is None):
        raise click.UsageError("--statement and --key belong together.")
    with reading_case(case) as opened:
        found = prove_event(opened, event)
        if statement is not None and key_file is not None:
            key = open_key(key_file, passphrase_file)
            _write(statement, encode_envelope(sign_statement(opened, found.event, key)))
    _write(output, found.text)
    if body is not None:
        _write(body, found.event)
    if as_json:
        told = {"event": found.number, "log": found.checkpoint.origin, "size": found.checkpoint.size}
        print_json(told | {"root": found.checkpoint.root.hex()})
    else:
        click.echo(printing_signed.proof(found))


@click.command("stamp")
@case_argument
@click.option("--request", type=_FILE, help="Write a request for a stamp of the last signed checkpoint here (.tsq).")
@click.option("--add", "answer", type=_FILE, help="Take in the answer of an authority (.tsr).")
@click.option("--certificates", type=_FILE, help="The certificates, in PEM, by which you believe that authority.")
@json_option
@tells_errors
def stamp_command(
    case: Path, request: Path | None, answer: Path | None, certificates: Path | None, as_json: bool
) -> None:
    """Have it certified when the log of CASE was as it is; requests and answers are carried by hand.

    Only the digest of a checkpoint goes out. Ask two authorities, and make a request for each.
    """
    if (request is None) == (answer is None) or (answer is None) != (certificates is None):
        raise click.UsageError("Give --request FILE, or --add FILE with --certificates FILE.")
    with reading_case(case) as opened:
        if request is not None:
            signed, data = stamp_request(opened)
            _write(request, data)
            print_json(signed.as_json()) if as_json else click.echo(printing_signed.signed(signed))
        elif answer is not None and certificates is not None:
            kept = add_stamp(opened, _bytes_of(answer), _bytes_of(certificates))
            print_json(kept.as_json()) if as_json else click.echo(printing_signed.stamp(kept))


def _show_key(key: NoteKey, as_json: bool) -> None:
    if as_json:
        print_json({"key": encode_key(key), "pem": public_pem(key), "ssh": ssh_public(key)})
        return
    click.echo(f"{encode_key(key)}\n\n{public_pem(key)}\n{allowed_signers(key)}", nl=False)


def open_key(file: Path, passphrase_file: Path | None) -> SigningKey:
    """The key in the file, by the passphrase in the other one, or as it is typed."""
    read_public(file)  # what is wrong with the file is said before anybody types a passphrase
    return read_key(file, _passphrase(passphrase_file))


def _passphrase(file: Path | None, *, confirm: bool = False) -> str:
    if file is None:
        return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))
    try:
        with file.open("rb") as opened:
            if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
                raise ExposedKey("Others than its owner can read the file with the passphrase.")
            return opened.read(10_000).decode("utf-8").split("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError):
        raise CustodyError("The file with the passphrase cannot be read.") from None


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_FILE_BYTES + 1)
    except OSError:
        raise CustodyError("The file cannot be read.", advice="Check its name and its permissions.") from None
    if len(data) > MAX_FILE_BYTES:
        raise CustodyError("The file is larger than any of its kind.")
    return data


def _write(file: Path, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError:
        raise CustodyError("The file cannot be written.", advice="Check that its folder is there.") from None
