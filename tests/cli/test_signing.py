"""The whole way by commands: a key, a signature, a second witness, a stamp, a proof, and a bag that carries all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fairwitness.case.case import Case
from fairwitness.cli import main
from fairwitness.custody.dsse import decode_envelope, verify_envelope
from fairwitness.custody.note import decode_key
from fairwitness.custody.proof import decode_proof, verify_proof
from fairwitness.work.findings import add_finding, change_finding
from fairwitness.work.verifying_bags import verify_bag
from tests.custody.authority import new_authority
from tests.work.support_lists import case_with_text, json_of, said_by

WORDS = "heron tern egret stork"


def fails(*words: object) -> dict[str, str]:
    done = CliRunner().invoke(main, [*map(str, words), "--json"])
    assert done.exit_code == 2, done.output
    told: dict[str, str] = json.loads(done.stdout.splitlines()[0])
    assert str(words[1]) not in told["message"]  # no paths
    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with case_with_text(tmp_path) as case:
        change_finding(case, add_finding(case, "The canal was closed.", "heron").id, "tern", status="checked")
    (tmp_path / "words").write_text(WORDS + "\n")
    (tmp_path / "words").chmod(0o600)
    return tmp_path


def test_a_log_is_signed_cosigned_stamped_proven_and_handed_over(folder: Path) -> None:
    case, words = folder / "case", ("--passphrase-file", folder / "words")
    key = json_of("key", "new", folder / "log.pem", case, *words)["key"]
    assert key in said_by("key", "show", folder / "log.pem")
    witness = json_of("key", "new", folder / "tern.pem", "--witness", "tern.example", *words)["key"]
    sign = ("sign", case, "--key", folder / "log.pem", *words)
    json_of(*sign, "--by", "heron")
    assert verify_bag_of(case, folder / "first", key) == 1  # its own event came after the signature
    signed = json_of(*sign)

    json_of("checkpoint", case, "-o", folder / "log.txt")
    cosign = ("cosign", folder / "log.txt", "--key", folder / "tern.pem", "--state", folder / "seen", *words)
    assert fails(*cosign, "-o", folder / "cosigned.txt")["error"] == "unsigned"
    told = json_of(*cosign, "-o", folder / "cosigned.txt", "--log-key", key)
    assert (told["size"], told["before"], told["key"]) == (signed["size"], 0, witness)
    assert fails("checkpoint", case, "--add", folder / "cosigned.txt")["error"] == "unknown_witness"
    json_of("checkpoint", case, "--add", folder / "cosigned.txt", "--witness", witness, "--by", "heron")

    authority = new_authority(folder / "tsa")
    json_of("stamp", case, "--request", folder / "log.tsq")
    (folder / "log.tsr").write_bytes(authority.answer((folder / "log.tsq").read_bytes()))
    json_of("stamp", case, "--add", folder / "log.tsr", "--certificates", authority.root)
    assert "CN=Heron Time" in said_by("verify", case, "--key", key, "--key", witness)

    derived = event_of_type(case, "derive")
    json_of("prove", case, derived, "-o", folder / "p", "--body", folder / "b", "--statement", folder / "s",
            "--key", folder / "log.pem", *words)  # fmt: skip
    body = (folder / "b").read_bytes()
    assert verify_proof(decode_proof((folder / "p").read_bytes()), body, [decode_key(key)])
    envelope = decode_envelope((folder / "s").read_bytes())
    assert verify_envelope(envelope, [decode_key(key)])
    statement = json.loads(envelope.payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1" and statement == json.loads(body)["statement"]

    assert verify_bag_of(case, folder / "second", key) == 0
    stamp = next((folder / "second").glob("data/log/stamps/*.tsr"))
    data = bytearray(stamp.read_bytes())
    data[-9] ^= 1
    stamp.write_bytes(data)
    assert verify_bag(folder / "second", key).status == 1


def verify_bag_of(case: Path, target: Path, key: str) -> int:
    json_of("bag", case, target, "--by", "heron")
    return verify_bag(target, key).status


def event_of_type(case: Path, kind: str) -> int:
    with Case.open(case) as opened:
        bodies = list(opened.queries.events())
    return next(number for number, body in enumerate(bodies, 1) if json.loads(body)["type"] == kind)


def test_what_cannot_be_done_is_said_with_what_to_do(folder: Path) -> None:
    case, words = folder / "case", ("--passphrase-file", folder / "words")
    assert fails("checkpoint", case)["error"] == "not_signed"
    assert fails("prove", case, 1, "-o", folder / "p")["error"] == "not_signed"
    assert fails("key", "new", case / "log.pem", case, *words)["error"] == "key_in_case"
    assert fails("sign", case, "--key", folder / "none.pem", *words)["error"] == "lost_key"
    json_of("key", "new", folder / "log.pem", case, *words)
    assert fails("key", "new", folder / "log.pem", case, *words)["error"] == "key_exists"
    assert fails("sign", case, "--key", folder / "log.pem", *words)["error"] == "bad_signature"
    (folder / "words").write_text(WORDS.upper())
    assert fails("sign", case, "--key", folder / "log.pem", *words, "--by", "heron")["error"] == "wrong_passphrase"
    (folder / "words").chmod(0o644)
    assert fails("sign", case, "--key", folder / "log.pem", *words, "--by", "heron")["error"] == "exposed_key"
    (folder / "log.pem").chmod(0o644)
    assert fails("key", "show", folder / "log.pem")["error"] == "exposed_key"


def test_a_passphrase_is_asked_for_and_never_shown(folder: Path) -> None:
    done = CliRunner().invoke(
        main, ["key", "new", str(folder / "log.pem"), str(folder / "case")], input=f"{WORDS}\n{WORDS}\n"
    )
    assert done.exit_code == 0 and WORDS not in done.output
    wrong = CliRunner().invoke(main, ["sign", str(folder / "case"), "--key", str(folder / "log.pem")], input="a b c\n")
    assert wrong.exit_code == 2 and "does not open" in wrong.output
