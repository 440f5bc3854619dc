"""Programs that know nothing of us accept what we sign, and refuse it with one byte changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from fairwitness.custody.checkpoint import Checkpoint, encode
from fairwitness.custody.dsse import decode_envelope, encode_envelope, sign_payload, verify_envelope
from fairwitness.custody.errors import BadEnvelope, BadStamp, ClockSetBack
from fairwitness.custody.keys import SigningKey, new_key, public_pem
from fairwitness.custody.merkle import leaf_hash
from fairwitness.custody.note import Note, encode_note, sign
from fairwitness.custody.sshsig import NAMESPACE, allowed_signers, ssh_signature
from fairwitness.custody.stamps import nonce_of, read_certificates, request_stamp, verify_stamp
from tests.custody.authority import Authority, new_authority
from tests.work.support import ROOT

LOG = "fairwitness/2c1f09d8a3b47e65"
TEXT = encode(Checkpoint(LOG, 20852, leaf_hash("环境保护".encode()))).encode()
STATEMENT = '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"قەغەز","digest":{"sha256":"00"}}]}'.encode()
DSSE_IN_NODE = """
const {verify, createPublicKey} = require("node:crypto"), {readFileSync} = require("node:fs");
const [file, pem] = process.argv.slice(1);
const envelope = JSON.parse(readFileSync(file, "utf8"));
const type = Buffer.from(envelope.payloadType), body = Buffer.from(envelope.payload, "base64");
const encoded = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${body.length} `), body]);
const ok = verify(null, encoded, createPublicKey(readFileSync(pem)), Buffer.from(envelope.signatures[0].sig, "base64"));
process.exit(ok ? 0 : 1);
"""


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return new_key(LOG)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority") / "tsa")


def accepts(command: Sequence[object], folder: Path, given: bytes = b"") -> bool:
    done = subprocess.run([str(word) for word in command], cwd=folder, input=given, capture_output=True, check=False)
    return done.returncode == 0


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def test_openssl_verifies_the_signature_of_a_checkpoint(key: SigningKey, tmp_path: Path) -> None:
    signature = sign(TEXT.decode(), LOG, key.private).signature
    (tmp_path / "log.pem").write_text(public_pem(key.public))
    command = [
        "openssl",
        "pkeyutl",
        "-verify",
        "-pubin",
        "-inkey",
        "log.pem",
        "-rawin",
        "-in",
        "text",
        "-sigfile",
        "signature",
    ]
    for text, signed, expected in [
        (TEXT, signature, True),
        (changed(TEXT, len(TEXT) - 9), signature, False),
        (TEXT, changed(signature, 40), False),
    ]:
        (tmp_path / "text").write_bytes(text)
        (tmp_path / "signature").write_bytes(signed)
        assert accepts(command, tmp_path) is expected


def test_ssh_keygen_verifies_the_signature_of_a_checkpoint(key: SigningKey, tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("no ssh-keygen here")
    (tmp_path / "allowed").write_text(allowed_signers(key.public))
    (tmp_path / "text.sig").write_text(ssh_signature(TEXT, key))
    command = ["ssh-keygen", "-Y", "verify", "-f", "allowed", "-I", LOG, "-n", NAMESPACE, "-s", "text.sig"]
    assert accepts(command, tmp_path, TEXT)
    assert not accepts(command, tmp_path, changed(TEXT, 31))
    assert not accepts([*command[:8], "another", *command[9:]], tmp_path, TEXT)  # for another purpose
    (tmp_path / "allowed").write_text(allowed_signers(new_key(LOG).public))
    assert not accepts(command, tmp_path, TEXT)


def test_node_verifies_a_statement_in_its_envelope(key: SigningKey, tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("no node here")
    envelope = sign_payload(STATEMENT, key)
    (tmp_path / "log.pem").write_text(public_pem(key.public))
    for payload, expected in [(STATEMENT, True), (changed(STATEMENT, 60), False)]:
        whole = encode_envelope(type(envelope)(payload, envelope.payload_type, envelope.signatures))
        (tmp_path / "statement.json").write_bytes(whole)
        assert accepts(["node", "-e", DSSE_IN_NODE, "statement.json", "log.pem"], tmp_path) is expected


def test_an_envelope_is_read_back_and_refused_when_changed_or_of_another_type(key: SigningKey) -> None:
    whole = encode_envelope(sign_payload(STATEMENT, key))
    found = decode_envelope(whole)
    assert verify_envelope(found, [new_key(LOG).public, key.public]) == (key.public,)
    with pytest.raises(BadEnvelope):
        verify_envelope(found, [new_key(LOG).public])
    with pytest.raises(BadEnvelope):
        verify_envelope(decode_envelope(encode_envelope(sign_payload(STATEMENT, key, "text/plain"))), [key.public])
    for wrong in (b"", b"[]", b"{}", whole.replace(b"payload", b"x"), whole[:-20], b"[" * 100_000):
        with pytest.raises(BadEnvelope):
            decode_envelope(wrong)


def test_openssl_knows_our_request_and_verifies_the_answer(authority: Authority, tmp_path: Path) -> None:
    request = request_stamp(TEXT)
    answer = authority.answer(request.data)
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "other").write_bytes(changed(TEXT, 31))
    (tmp_path / "request.tsq").write_bytes(request.data)
    (tmp_path / "answer.tsr").write_bytes(answer)
    (tmp_path / "changed.tsr").write_bytes(changed(answer, len(answer) - 9))
    verify = ["openssl", "ts", "-verify", "-CAfile", authority.root]
    assert accepts([*verify, "-data", "text", "-in", "answer.tsr"], tmp_path)
    assert accepts([*verify, "-queryfile", "request.tsq", "-in", "answer.tsr"], tmp_path)
    assert not accepts([*verify, "-data", "other", "-in", "answer.tsr"], tmp_path)
    assert not accepts([*verify, "-data", "text", "-in", "changed.tsr"], tmp_path)


def test_each_thing_that_can_be_wrong_with_a_stamp_is_said(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    request = request_stamp(TEXT)
    answer, roots = authority.answer(request.data), read_certificates(authority.root.read_bytes())
    found = verify_stamp(answer, TEXT, roots, nonce=request.nonce)
    assert (found.by, found.policy, nonce_of(answer)) == ("CN=Heron Time", "1.2.3.4.1", request.nonce)
    with pytest.raises(BadStamp, match="imprint mismatch"):
        verify_stamp(answer, changed(TEXT, 31), roots)
    with pytest.raises(BadStamp, match="nonce"):
        verify_stamp(answer, TEXT, roots, nonce=request.nonce + 1)
    with pytest.raises(ClockSetBack):
        verify_stamp(answer, TEXT, roots, not_before=found.at + 10_000)
    with pytest.raises(BadStamp, match="no root"):
        verify_stamp(answer, TEXT, [])
    another = new_authority(tmp_path_factory.mktemp("another") / "tsa", "Tern Time")
    with pytest.raises(BadStamp, match="certificates lead to"):
        verify_stamp(answer, TEXT, read_certificates(another.root.read_bytes()))
    for wrong in (b"", b"0\x03\x02\x01\x00", TEXT, b"0" * 200_000):
        with pytest.raises(BadStamp):
            verify_stamp(wrong, TEXT, roots)
    with pytest.raises(BadStamp):
        read_certificates(TEXT)


def test_an_answer_with_any_byte_changed_is_refused_or_says_the_same(authority: Authority) -> None:
    request = request_stamp(TEXT)
    answer, roots = authority.answer(request.data), read_certificates(authority.root.read_bytes())
    found = verify_stamp(answer, TEXT, roots, nonce=request.nonce)
    for at in range(0, len(answer), 7):
        try:
            assert verify_stamp(changed(answer, at), TEXT, roots, nonce=request.nonce) == found
        except BadStamp:
            continue


def test_a_request_with_the_shortest_and_the_longest_number_is_one(tmp_path: Path) -> None:
    for nonce in (1, 127, 128, 255, 256, (1 << 55) - 1, 1 << 55, (1 << 63) - 1):
        (tmp_path / "request.tsq").write_bytes(request_stamp(TEXT, nonce).data)
        command = ["openssl", "ts", "-query", "-in", "request.tsq", "-text"]
        told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, text=True).stdout
        assert int(re.search(r"Nonce: 0x([0-9A-F]+)", told)[1], 16) == nonce  # type: ignore[index]


def test_the_commands_of_the_documentation_do_what_it_says(
    key: SigningKey, authority: Authority, tmp_path: Path
) -> None:
    text = (ROOT / "docs" / "custody.md").read_text("utf-8")
    block = next(part for part in re.findall(r"(?:^    .*\n)+", text, re.MULTILINE) if "openssl pkeyutl" in part)
    commands = block.replace("\\\n", " ").split("\n")
    assert len(commands) == 7
    (tmp_path / "log.pub.pem").write_text(public_pem(key.public))
    (tmp_path / "allowed_signers").write_text(allowed_signers(key.public))
    (tmp_path / "000000020852.sshsig").write_text(ssh_signature(TEXT, key))
    (tmp_path / "authority.pem").write_bytes(authority.root.read_bytes())
    (tmp_path / "log.tsr").write_bytes(authority.answer(request_stamp(TEXT).data))
    for whole, expected in [(TEXT, True), (TEXT.replace(b"20852", b"20853"), False)]:
        note = Note(whole.decode(), (sign(TEXT.decode(), LOG, key.private),))
        (tmp_path / "000000020852").write_text(encode_note(note), "utf-8")
        found = [
            accepts(["bash", "-c", command], tmp_path)
            for command in commands
            if command.strip() and not command.strip().startswith("fairwitness")
        ]
        assert found == [True, True, expected, expected, expected]
