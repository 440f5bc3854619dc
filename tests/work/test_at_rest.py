"""Records under a passphrase: nothing of them in clear, nothing lost, whatever stops it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.case.unlocking import (
    KEY_FILE,
    KEYRING,
    NeedsPassphrase,
    WeakPassphrase,
    WrongPassphrase,
    is_encrypted,
    open_key,
    seal_key,
)
from fairwitness.core.errors import CaseBusy, CaseError, FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.work.alone import read_watched
from fairwitness.work.at_rest import at_rest, decrypt_case, encrypt_case
from fairwitness.work.marking import mark, marks_of
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.work.support import run_cli
from tests.work.support_lists import case_with_text, said_by

pytest.importorskip("sqlcipher3")
WORDS = "invented heron carries nine wet stones"
COST = 1 << 10  # of scrypt; the tests are about everything else
NOTE = "a note that nobody else may read"


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rest")
    with case_with_text(folder) as case:
        mark(case, case.queries.documents(0)[0].digest, "heron", note=NOTE)
    return folder / "case"


@pytest.fixture
def folder(made_case: Path, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(made_case, tmp_path / "case")
    before = KEYRING.ask
    KEYRING.ask = lambda: WORDS
    yield tmp_path / "case"
    os.environ.pop("FAIRWITNESS_PASSPHRASE_FILE", None)
    KEYRING.ask = before
    KEYRING.forget()


def note_in(folder: Path) -> str:
    with Case.open(folder) as case:
        return marks_of(case, case.queries.documents(0)[0].digest).note


def in_clear(folder: Path) -> list[str]:
    """The files directly in the case that hold the note as it was written."""
    return [path.name for path in folder.iterdir() if path.is_file() and NOTE.encode() in path.read_bytes()]


def test_an_encrypted_case_says_the_same_and_its_records_say_nothing(folder: Path) -> None:
    assert in_clear(folder)
    found = encrypt_case(folder, WORDS, cost=COST)
    assert found.encrypted and "objects" in found.in_clear
    assert in_clear(folder) == []
    assert note_in(folder) == NOTE
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(folder / "records.db").execute("SELECT count(*) FROM judgement")
    with Case.open(folder) as case:
        mark(case, case.queries.documents(0)[0].digest, "tern", starred=True)
        assert in_clear(folder) == []  # nor in the journal while it is open
        assert verify(case, Progress(None)).is_sound
    assert decrypt_case(folder).encrypted is False
    assert note_in(folder) == NOTE and not (folder / KEY_FILE).exists()


def test_a_wrong_passphrase_is_named_and_changes_nothing(folder: Path) -> None:
    encrypt_case(folder, WORDS, cost=COST)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    KEYRING.forget()
    KEYRING.ask = lambda: WORDS + " "
    for act in (lambda: note_in(folder), lambda: decrypt_case(folder)):
        with pytest.raises(WrongPassphrase):
            act()
    KEYRING.ask = lambda: None
    with pytest.raises(NeedsPassphrase):
        note_in(folder)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    KEYRING.ask = lambda: WORDS
    assert note_in(folder) == NOTE


def test_one_flipped_byte_anywhere_in_the_records_is_refused(folder: Path) -> None:
    encrypt_case(folder, WORDS, cost=COST)
    whole = (folder / "records.db").read_bytes()
    places = [0, 20, 100, *random.Random(4).sample(range(200, len(whole)), 6)]
    refused = 0
    for at in places:
        (folder / "records.db").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            with Case.open(folder) as case:
                list(case.queries.events()), list(case.queries.judgements()), list(case.queries.finds())
                list(case.queries.readings()), case.queries.documents(0)
        except FairwitnessError as error:
            assert error.code == "damaged_records"
            refused += 1
    (folder / "records.db").write_bytes(whole)
    assert refused >= 4  # what lies on pages of other tables is not read here
    assert note_in(folder) == NOTE


def test_a_key_file_that_was_changed_or_is_gone_is_refused(folder: Path) -> None:
    encrypt_case(folder, WORDS, cost=COST)
    sealed = (folder / KEY_FILE).read_bytes()
    for changed in (sealed.replace(b'"n": 1024', b'"n": 2048'), sealed[:-9] + b'0"\n}\n', b"{}", b"", b"x" * 9999):
        KEYRING.forget()
        (folder / KEY_FILE).write_bytes(changed)
        with pytest.raises((WrongPassphrase, CaseError)):
            note_in(folder)
    (folder / KEY_FILE).unlink()
    with pytest.raises(CaseError) as refused:
        note_in(folder)
    assert "gone" in str(refused.value)


def test_a_case_that_another_process_has_open_is_not_encrypted_under_it(folder: Path) -> None:
    ready, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with Case.open(folder) as case:
                case.queries.document_count()
                os.write(told, b"1")
                time.sleep(60)
        finally:
            os._exit(0)
    try:
        os.read(ready, 1)
        with pytest.raises(CaseBusy):
            encrypt_case(folder, WORDS, cost=COST)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(ready)
        os.close(told)
    assert not is_encrypted(folder / "records.db") and note_in(folder) == NOTE


def test_what_was_open_before_the_records_were_replaced_takes_no_marks(folder: Path) -> None:
    case = Case.open(folder)
    document = case.queries.documents(0)[0].digest
    case._engine.dispose()  # as of a process that has not asked for anything for a while
    encrypt_case(folder, WORDS, cost=COST)
    with pytest.raises(CaseError):
        mark(case, document, "tern", starred=True)
    case.close()


def test_weak_passphrases_and_second_encryptions_are_refused(folder: Path) -> None:
    with pytest.raises(WeakPassphrase):
        encrypt_case(folder, "short")
    with pytest.raises(CaseError):
        decrypt_case(folder)
    encrypt_case(folder, WORDS, cost=COST)
    with pytest.raises(CaseError):
        encrypt_case(folder, WORDS, cost=COST)
    assert note_in(folder) == NOTE


def test_a_key_opens_with_its_passphrase_in_any_composition_of_letters() -> None:
    sealed = seal_key(b"k" * 32, "caf\u00e9 und noch mehr", COST)
    assert open_key(sealed, "cafe\u0301 und noch mehr\n") == b"k" * 32


def _kill_while(folder: Path, act: object, delay_s: float) -> bool:
    """Whether a process that does it was killed before it had done."""
    pid = os.fork()
    if pid == 0:
        try:
            act()  # type: ignore[operator]
        finally:
            os._exit(0)
    time.sleep(delay_s)
    os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def _check_kills(folder: Path, kills: int) -> None:
    chance = random.Random(2)
    began = time.monotonic()
    encrypt_case(folder, WORDS, cost=COST)
    decrypt_case(folder)
    took_s = (time.monotonic() - began) / 2
    killed = 0
    for _ in range(kills):
        was = is_encrypted(folder / "records.db")
        act = (lambda: decrypt_case(folder)) if was else (lambda: encrypt_case(folder, WORDS, cost=COST))
        killed += _kill_while(folder, act, chance.uniform(0, 1.2 * took_s))
        KEYRING.forget()
        assert note_in(folder) == NOTE
        with Case.open(folder, writing=True) as case:
            assert verify(case, Progress(None)).is_sound
        assert not (folder / "records.db.new").exists()
    assert killed


def test_killed_while_encrypting_the_old_or_the_new_case_is_whole(folder: Path) -> None:
    _check_kills(folder, 4)


@pytest.mark.slow
def test_killed_a_hundred_times_while_encrypting_and_decrypting_nothing_is_lost(folder: Path) -> None:
    _check_kills(folder, 100)


def test_encrypting_by_the_command_says_what_stays_in_clear_and_never_the_passphrase(
    folder: Path, tmp_path: Path
) -> None:
    words = tmp_path / "words"
    words.write_text(WORDS + "\n", "utf-8")
    told = said_by("--passphrase-file", words, "case", "encrypt", folder)
    assert "In clear as before: objects" in told and WORDS not in told
    assert at_rest(folder).encrypted


@pytest.mark.slow
def test_every_command_takes_the_passphrase_from_a_file_and_says_so_without_one(folder: Path, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text(WORDS + "\n", "utf-8")
    encrypt_case(folder, WORDS, cost=COST)
    refused = run_cli("marks", folder, "--json", check=False)
    assert refused.returncode == 2 and '"needs_passphrase"' in refused.stdout
    assert "noted" in run_cli("marks", folder, "--json", FAIRWITNESS_PASSPHRASE_FILE=str(words)).stdout


@pytest.mark.slow
def test_a_document_of_an_encrypted_case_is_read_in_a_process_of_its_own(folder: Path) -> None:
    encrypt_case(folder, WORDS, cost=COST)
    with Case.open(folder) as case:
        result = read_watched(case, case.queries.documents(0)[0], unlocked=False)
    assert result is not None and result.reading.outcome is Cause.OK
