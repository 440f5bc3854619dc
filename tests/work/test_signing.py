"""A log is signed, cosigned by a second witness and stamped; what was changed anywhere is named, and nothing is lost."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.custody import errors
from fairwitness.custody.keys import SigningKey, new_key
from fairwitness.custody.ledger import check_log, extend_log
from fairwitness.custody.note import decode_note, encode_key, encode_note
from fairwitness.custody.proof import decode_proof, verify_proof
from fairwitness.custody.witness import WitnessState, decode_request
from fairwitness.work.checking_signatures import check_signatures
from fairwitness.work.judging import BadSignature
from fairwitness.work.signing import keys_of_log, last_signed, prove_event, sign_log, signed_sizes
from fairwitness.work.witnessing import add_cosigned, add_stamp, checkpoint_request, stamp_request
from tests.custody.authority import Authority, new_authority

NOW = int(time.time()) + 7_200  # of whoever cosigns; after whatever these tests log


@dataclass
class Kept:
    case: Case
    key: SigningKey
    witness: SigningKey
    state: WitnessState
    folder: Path

    def cosign(self, since: int, now: int = NOW) -> bytes:
        _, request = checkpoint_request(self.case, since)
        return self.state.cosign(decode_request(request), self.witness, now, [self.key.public]).note


def add_events(case: Case, count: int) -> None:
    with case.changes() as changes:
        for number in range(count):
            changes.add_event("test", {"number": number})
    extend_log(case)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority") / "tsa")


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    case = Case.create_or_open(tmp_path / "case")
    add_events(case, 5)
    key, witness = new_key(case.log_name), new_key("tern.example", witness=True)
    return Kept(case, key, witness, WitnessState(tmp_path / "seen"), tmp_path)


def problems(case: Case) -> tuple[str, ...]:
    return (*check_log(case).problems, *check_signatures(case).problems)


def copy_of(kept: Kept, name: str) -> Case:
    """The case as it is, in another folder: what somebody has who works on a copy of it."""
    shutil.copytree(kept.folder / "case", kept.folder / name)
    (kept.folder / name / "lock").unlink(missing_ok=True)
    return Case.open(kept.folder / name, writing=True)


def test_the_first_signature_takes_the_key_and_covers_the_event_that_says_so(kept: Kept) -> None:
    found = sign_log(kept.case, kept.key, "heron")
    assert [(one.key, one.by, one.current) for one in keys_of_log(kept.case)] == [(kept.key.public, "heron", True)]
    body = kept.case.queries.event(found.checkpoint.size)
    assert body is not None and json.loads(body)["value"] == encode_key(kept.key.public)
    assert problems(kept.case) == ()
    assert check_signatures(kept.case, [kept.key.public]).problems == ()


def test_nobody_takes_a_key_without_saying_who(kept: Kept) -> None:
    with pytest.raises(BadSignature):
        sign_log(kept.case, kept.key)
    assert keys_of_log(kept.case) == [] and signed_sizes(kept.case) == []


def test_signing_again_with_nothing_new_gives_the_same_checkpoint(kept: Kept) -> None:
    first = sign_log(kept.case, kept.key, "heron")
    assert sign_log(kept.case, kept.key) == first
    add_events(kept.case, 1)
    assert sign_log(kept.case, kept.key).checkpoint.size == first.checkpoint.size + 2  # the event of the signature too


def test_another_key_is_refused_until_the_first_is_said_to_be_lost(kept: Kept) -> None:
    sign_log(kept.case, kept.key, "heron")
    new = new_key(kept.case.log_name)
    with pytest.raises(errors.ChangedKey):
        sign_log(kept.case, new, "heron")
    sign_log(kept.case, new, "heron", instead_of_lost=True)
    assert [one.current for one in keys_of_log(kept.case)] == [False, True]
    assert problems(kept.case) == ()
    with pytest.raises(errors.ChangedKey):  # the lost key was found, by whomever
        sign_log(kept.case, kept.key, "heron", instead_of_lost=True)


def test_the_key_of_another_log_or_of_a_witness_signs_nothing(kept: Kept) -> None:
    for key in (new_key("fairwitness/another"), kept.witness):
        with pytest.raises(errors.OtherKey):
            sign_log(kept.case, key, "heron")
    assert keys_of_log(kept.case) == []


def test_a_clock_behind_the_last_event_signs_nothing(kept: Kept) -> None:
    with pytest.raises(errors.ClockSetBack):
        sign_log(kept.case, kept.key, "heron", now=NOW - 10_000)
    assert signed_sizes(kept.case) == []


def test_every_signed_event_can_be_proven_and_later_ones_not_yet(kept: Kept) -> None:
    size = sign_log(kept.case, kept.key, "heron").checkpoint.size
    add_events(kept.case, 300)
    for number in range(1, size + 1):
        found = prove_event(kept.case, number)
        assert verify_proof(decode_proof(found.text), found.event, [kept.key.public]).checkpoint.size == size
    for number, error in ((size + 1, errors.NotSigned), (0, errors.OutOfLog), (10_000, errors.OutOfLog)):
        with pytest.raises(error):
            prove_event(kept.case, number)


def test_a_witness_signs_a_log_that_grows_and_its_signature_is_kept(kept: Kept) -> None:
    first = sign_log(kept.case, kept.key, "heron").checkpoint.size
    found = add_cosigned(kept.case, kept.cosign(0), kept.witness.public, "heron")
    assert [one.key for one in found.signed] == [kept.key.public, kept.witness.public]
    add_events(kept.case, 300)
    sign_log(kept.case, kept.key)
    found = add_cosigned(kept.case, kept.cosign(first))  # a witness who is known needs no word from anybody
    assert [one.at for one in found.signed] == [0, NOW]
    assert problems(kept.case) == ()
    assert len(check_signatures(kept.case).checkpoints) == 2


def test_a_witness_whom_nobody_named_is_not_believed(kept: Kept) -> None:
    sign_log(kept.case, kept.key, "heron")
    cosigned = kept.cosign(0)
    with pytest.raises(errors.UnknownWitness):
        add_cosigned(kept.case, cosigned)
    with pytest.raises(BadSignature):
        add_cosigned(kept.case, cosigned, kept.witness.public)
    assert len(last_signed(kept.case).signed) == 1  # type: ignore[union-attr]


def test_a_witness_refuses_a_rewritten_a_shortened_and_a_forked_log_and_keeps_the_evidence(kept: Kept) -> None:
    early = copy_of(kept, "early")
    add_events(kept.case, 3)
    size = sign_log(kept.case, kept.key, "heron").checkpoint.size
    kept.cosign(0)

    def refused(case: Case, since: int, error: type[FairwitnessError]) -> None:
        _, request = checkpoint_request(case, since)
        with pytest.raises(error):
            kept.state.cosign(decode_request(request), kept.witness, NOW)
        assert any(request.endswith(one.read_bytes()) for one in (kept.folder / "seen").glob("*.refused-*"))

    sign_log(early, kept.key, "heron")
    refused(early, 0, errors.Rollback)
    add_events(early, size - signed_sizes(early)[-1] - 1)
    sign_log(early, kept.key)
    refused(early, 0, errors.ForkedLog)
    add_events(early, 10)
    sign_log(early, kept.key)
    refused(early, size, errors.RewrittenHistory)
    assert kept.cosign(size)  # and still signs the log that it saw


def test_a_witness_asks_for_the_proof_that_begins_where_it_stopped(kept: Kept) -> None:
    first = sign_log(kept.case, kept.key, "heron").checkpoint.size
    with pytest.raises(errors.NeedsProof, match="has seen 0 events"):
        kept.cosign(3)
    kept.cosign(0)
    add_events(kept.case, 3)
    sign_log(kept.case, kept.key)
    with pytest.raises(errors.NeedsProof, match=f"has seen {first} events"):
        kept.cosign(0)
    assert kept.cosign(first)


def test_a_witness_believes_no_key_that_it_was_not_given_and_no_clock_that_went_back(kept: Kept) -> None:
    sign_log(kept.case, kept.key, "heron")
    _, request = checkpoint_request(kept.case)
    with pytest.raises(errors.UnsignedNote):
        kept.state.cosign(decode_request(request), kept.witness, NOW)
    with pytest.raises(errors.OtherKey):
        kept.state.cosign(decode_request(request), kept.key, NOW, [kept.key.public])
    kept.cosign(0)
    with pytest.raises(errors.ClockSetBack):
        kept.cosign(0, NOW - 10_000)
    assert kept.state.cosign(decode_request(request), kept.witness, NOW).before > 0


def test_what_a_witness_kept_cannot_be_changed_or_halved(kept: Kept) -> None:
    size = sign_log(kept.case, kept.key, "heron").checkpoint.size
    kept.cosign(0)
    (file,) = (kept.folder / "seen").glob("*.note")
    text = file.read_text()
    for wrong in (text.replace(f"\n{size}\n", f"\n{size - 1}\n"), text[: len(text) // 2], ""):
        file.write_text(wrong)
        with pytest.raises(errors.CustodyError, match="damaged"):
            kept.cosign(size)
    file.write_text(text)
    assert kept.cosign(size)


def test_a_checkpoint_is_stamped_and_the_stamp_is_kept_with_its_certificates(kept: Kept, authority: Authority) -> None:
    sign_log(kept.case, kept.key, "heron")
    _, request = stamp_request(kept.case)
    found = add_stamp(kept.case, authority.answer(request), authority.root.read_bytes())
    assert abs(found.stamp.at - time.time()) < 60 and found.stamp.by == "CN=Heron Time"
    checked = check_signatures(kept.case)
    assert checked.problems == () and [one.stamp for one in checked.stamps] == [found.stamp]


def test_an_answer_to_another_request_is_refused_and_nothing_is_kept(kept: Kept, authority: Authority) -> None:
    sign_log(kept.case, kept.key, "heron")
    with pytest.raises(errors.NotSigned):
        add_stamp(kept.case, b"", authority.root.read_bytes())
    other = Case.create_or_open(kept.folder / "other")
    sign_log(other, new_key(other.log_name), "heron")
    _, foreign = stamp_request(other)
    stamp_request(kept.case)
    with pytest.raises(errors.BadStamp, match="nonce"):
        add_stamp(kept.case, authority.answer(foreign), authority.root.read_bytes())
    assert check_signatures(kept.case).stamps == ()


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    path.write_bytes(data)


def change_event(folder: Path) -> None:
    with sqlite3.connect(folder / "records.db") as database:
        database.execute("UPDATE event SET body = replace(body, '\"number\":2', '\"number\":7')")


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda case: flip(next((case / "log" / "tile" / "0").glob("000.p/*"))), "tile"),
        (lambda case: (case / "log" / "tile" / "0").rename(case / "gone"), "is missing"),
        (lambda case: flip(case / "log" / "checkpoint"), "checkpoint|line|root"),
        (change_event, "events are not those"),
        (lambda case: flip(next((case / "log" / "signed").glob("*[0-9]"))), "signed checkpoint"),
        (lambda case: next((case / "log" / "signed").glob("*[0-9]")).unlink(), "is gone"),
        (lambda case: flip(next((case / "log" / "stamps").glob("*/*.tsr"))), "stamp of"),
        (lambda case: next((case / "log" / "stamps").glob("*/*.tsr")).unlink(), "stamp .* is gone"),
        (lambda case: shutil.rmtree(case / "log" / "stamps" / "certificates"), "no root certificate"),
    ],
)
def test_whatever_is_changed_or_taken_away_is_named(
    kept: Kept, authority: Authority, tamper: Callable[[Path], None], named: str
) -> None:
    sign_log(kept.case, kept.key, "heron")
    add_cosigned(kept.case, kept.cosign(0), kept.witness.public, "heron")
    _, request = stamp_request(kept.case)
    add_stamp(kept.case, authority.answer(request), authority.root.read_bytes())
    assert problems(kept.case) == ()
    for old in sorted((kept.folder / "case" / "log" / "tile" / "0" / "000.p").iterdir(), key=lambda one: int(one.name))[
        :-1
    ]:
        old.unlink()  # parts of the tile that a larger part has replaced
    tamper(kept.folder / "case")
    found = "\n".join(problems(kept.case))
    assert re.search(named, found), found


def test_a_signature_taken_off_a_checkpoint_is_missed(kept: Kept) -> None:
    size = sign_log(kept.case, kept.key, "heron").checkpoint.size
    add_cosigned(kept.case, kept.cosign(0), kept.witness.public, "heron")
    path = kept.folder / "case" / "log" / "signed" / f"{size:012d}"
    note = decode_note(path.read_bytes())
    path.write_text(encode_note(type(note)(note.text, note.signatures[:1])))
    assert problems(kept.case) == (f"a signature of tern.example under {size} events that the log tells of is gone",)


def test_a_log_that_was_rewritten_with_its_tiles_is_not_signed_again(kept: Kept) -> None:
    sign_log(kept.case, kept.key, "heron")
    change_event(kept.folder / "case")
    shutil.rmtree(kept.folder / "case" / "log" / "tile")
    (kept.folder / "case" / "log" / "checkpoint").unlink()
    with pytest.raises(errors.ForkedLog):
        sign_log(kept.case, kept.key)


def test_an_event_written_by_a_clock_that_was_behind_is_to_be_explained(kept: Kept) -> None:
    with sqlite3.connect(kept.folder / "case" / "records.db") as database:
        (body,) = database.execute("SELECT body FROM event WHERE seq = 3").fetchone()
        event = json.loads(body)
        event["at"] -= 86_400
        database.execute(
            "UPDATE event SET body = ? WHERE seq = 3", (json.dumps(event, separators=(",", ":")).encode(),)
        )
    (remark,) = check_signatures(kept.case).remarks
    assert remark.startswith("the clock was 86,") and remark.endswith("when event 3 was written")
