"""Locked files are read with the passwords that people supply; the passwords are kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import random
import shutil
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

import msoffcrypto
import pikepdf
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Source
from fairwitness.intake.unpack_zip import UnpackZip
from fairwitness.work.passwords import read_passwords
from fairwitness.work.searching import CaseSearch
from tests.intake.parts import Unpacked, unpack
from tests.read.documents import PdfPage, docx, pdf, wp
from tests.work.support import CORPUS, check_sums, run_cli, run_json

PASSWORD = "пароль 密码"
_TEXT = ("секретное содержание\n" * 400).encode()


def unzip(data: bytes, *passwords: str) -> Unpacked:
    return unpack(UnpackZip(), data, passwords=passwords)


def _member(
    name: bytes, data: bytes, packed: bytes, method: int, flags: int, extra: bytes = b"", crc: int | None = None
) -> bytes:
    """A ZIP of one member, its bytes given as they stand in the file."""
    crc = zlib.crc32(data) if crc is None else crc
    rest = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 0x4A61, crc, len(packed), len(data), len(name), len(extra))
    local = b"PK\3\4" + rest + name + extra + packed
    central = b"PK\1\2" + struct.pack("<H", 20) + rest + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name + extra
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def aes_zip(data: bytes, password: bytes, *, stored: bool = False, version: int = 2) -> bytes:
    """WinZip AES-256, after its published description."""
    plain = data if stored else _deflated(data)
    salt = os.urandom(16)
    keys = hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 66)
    encryptor = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor()
    stream = b"".join(encryptor.update((n + 1).to_bytes(16, "little")) for n in range(-(-len(plain) // 16)))
    secret = bytes(a ^ b for a, b in zip(plain, stream, strict=False))
    packed = salt + keys[64:] + secret + hmac.new(keys[32:64], secret, hashlib.sha1).digest()[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, version, b"AE", 3, 0 if stored else 8)
    return _member(b"s.txt", data, packed, 99, 1, extra, crc=0 if version == 2 else None)


def old_zip(data: bytes, password: bytes, *, stored: bool = False) -> bytes:
    """The cipher of PKWARE, after section 6.1 of its application note."""
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ 0xEDB88320 if n & 1 else n >> 1  # noqa: PLW2901
        table.append(n)
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = keys[0] >> 8 ^ table[(keys[0] ^ byte) & 255]
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ table[(keys[2] ^ keys[1] >> 24) & 255]

    for byte in password:
        update(byte)
    plain = data if stored else _deflated(data)
    out = bytearray()
    for byte in os.urandom(11) + bytes([zlib.crc32(data) >> 24]) + plain:
        temporary = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ (temporary * (temporary ^ 1) >> 8 & 255))
        update(byte)
    return _member(b"s.txt", data, bytes(out), 0 if stored else 8, 1)


@pytest.mark.parametrize("make", [aes_zip, old_zip])
@pytest.mark.parametrize("stored", [False, True])
def test_a_locked_zip_opens_with_one_of_the_passwords_and_says_so_but_not_with_which(make, stored: bool) -> None:
    data = make(_TEXT, PASSWORD.encode(), stored=stored)
    locked = unzip(data)
    assert [entry.cause for entry in locked.entries] == [Cause.ENCRYPTED]
    assert "opened-with-password" not in locked.about
    opened = unzip(data, "another", "", PASSWORD)
    assert opened.data == [_TEXT]
    assert opened.about == {"opened-with-password": "yes"}
    assert opened.end.outcome is Cause.OK
    assert unzip(data, *(f"wrong {n}" for n in range(600))).end.outcome is Cause.ENCRYPTED


def test_passwords_typed_in_an_old_code_page_fit() -> None:
    assert unzip(old_zip(_TEXT, "пароль".encode("cp866")), "пароль").data == [_TEXT]
    assert unzip(aes_zip(_TEXT, "密码".encode("gbk"), version=1), "密码").data == [_TEXT]


def test_locked_bytes_that_were_changed_do_not_pass() -> None:
    data = bytearray(aes_zip(_TEXT, b"p", stored=True))
    data[500] ^= 1
    out = unzip(bytes(data), "p")
    assert out.causes() == [Cause.UNREADABLE]


def test_archives_that_7z_locked_open(tmp_path: Path) -> None:
    judge = shutil.which("7z")
    if judge is None:
        pytest.skip("7z is not installed")
    (tmp_path / "s.txt").write_bytes(_TEXT)
    for method in ("AES256", "AES128", "ZipCrypto"):
        path = tmp_path / f"{method}.zip"
        subprocess.run(
            [judge, "a", "-tzip", f"-mem={method}", "-psecret", path, tmp_path / "s.txt"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        assert unzip(path.read_bytes(), "wrong", "secret").data == [_TEXT], method


def _docx() -> bytes:
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    # msoffcrypto locks nothing smaller than the 4,096 bytes that a stream of a compound file needs
    filler = random.Random(1).randbytes(9000).hex()
    return docx(wp("Құпия мәтін"), **{"[Content_Types]_dot_xml": types, "filler_dot_xml": f"<x>{filler}</x>"})


def _locked_files(folder: Path) -> None:
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf([PdfPage(((50, 200, "培训中心管理"),))]))) as document:
        document.save(plain, encryption=pikepdf.Encryption(user=PASSWORD, owner="owner"))
    (folder / "locked.pdf").write_bytes(plain.getvalue())
    locked = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(_docx())).encrypt(PASSWORD, locked)
    (folder / "locked.docx").write_bytes(locked.getvalue())
    (folder / "mixed.zip").write_bytes(_two_members())


def _two_members() -> bytes:
    """A ZIP of which only one member is locked: its bytes are those of a locked ZIP, behind an open member."""
    locked = old_zip(_TEXT, PASSWORD.encode())
    with zipfile.ZipFile(io.BytesIO(locked)) as archive:
        info = archive.infolist()[0]
        raw = locked[30 + len(info.filename) : 30 + len(info.filename) + info.compress_size]
    open_part = _member(b"open.txt", b"open text", b"open text", 0, 0)
    first, second = open_part[: open_part.index(b"PK\1\2")], locked[: locked.index(b"PK\1\2")]
    assert raw in second
    directory = open_part[open_part.index(b"PK\1\2") : open_part.index(b"PK\5\6")]
    other = bytearray(locked[locked.index(b"PK\1\2") : locked.index(b"PK\5\6")])
    struct.pack_into("<I", other, 42, len(first))
    both = directory + bytes(other)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 2, 2, len(both), len(first) + len(second), 0)
    return first + second + both + end


def test_what_was_encrypted_is_read_after_a_retry_with_passwords_and_nothing_keeps_them(tmp_path: Path) -> None:
    leak, case = tmp_path / "leak", tmp_path / "leak.case"
    leak.mkdir()
    _locked_files(leak)
    before = json.loads(run_cli("open", leak, "--quiet", "--json").stdout)
    assert before["by_cause"] == {"encrypted": 3, "partial": 1}
    secrets = tmp_path / "secrets.txt"
    secrets.write_text(f"wrong\n{PASSWORD}\r\n\n", "utf-8")
    done = run_cli("failures", case, "--retry", "--cause", "encrypted", "--passwords", secrets)
    assert done.stdout == ""
    after = run_json("account", case)
    check_sums(after)
    assert after["failed"] == 0
    assert after["read"] == 7  # three files, the two without their locks, two members
    for query in ("培训中心", "Құпия", "секретное", "open"):
        assert run_json("search", case, query)["total"] >= 1, query
    assert run_cli("verify", case).returncode == 0
    raw = PASSWORD.encode()
    for path in [*case.rglob("*"), *tmp_path.glob("*.log")]:
        if path.is_file():
            data = path.read_bytes()
            assert raw not in data, path
            assert json.dumps(PASSWORD).strip('"').encode() not in data, path
    assert PASSWORD not in done.stderr
    with Case.open(case) as opened:
        events = [json.loads(body) for body in opened.queries.events()]
        assert [event["passwords"] for event in events if "passwords" in event] == [2]
        said = [{name: value for name, value, _ in r.about} for r in opened.queries.readings()]
        assert sum(about.get("opened-with-password") == "yes" for about in said) == 3
        assert CaseSearch(opened).searched() == after["pages"]["read"]


def test_a_page_of_an_unlocked_pdf_is_drawn_without_the_password(tmp_path: Path) -> None:
    leak, case = tmp_path / "leak", tmp_path / "leak.case"
    leak.mkdir()
    _locked_files(leak)
    secrets = tmp_path / "secrets.txt"
    secrets.write_text(PASSWORD, "utf-8")
    run_cli("open", leak, "--quiet", "--passwords", secrets)
    (hit,) = run_json("search", case, "培训中心")["hits"]
    run_cli("show", case, hit["cite"], "-o", tmp_path / "crop.png")
    assert (tmp_path / "crop.png").read_bytes().startswith(b"\x89PNG")


def test_real_office_files_open_with_their_passwords(tmp_path: Path) -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus of real files is not here")
    leak = tmp_path / "leak"
    leak.mkdir()
    wanted = ("passtika.docx", "passtika.doc", "passtika.ppt", "passtika_2.xlsx", "-password.xls", "4Spaces.pdf",
              "PDF_protected.pdf", "ODTEncrypted.odt")  # fmt: skip
    for path in (CORPUS / "files").glob("*/*"):
        if path.name.endswith(wanted):
            shutil.copy(path, leak)
    secrets = tmp_path / "secrets.txt"
    secrets.write_text("tika\npassword\n    \n", "utf-8")
    account = json.loads(run_cli("open", leak, "--quiet", "--json", "--passwords", secrets).stdout)
    assert account["given"]["expected"] == len(wanted)
    assert account["by_cause"].get("encrypted", 0) == 0
    assert account["pages"]["read"] >= len(wanted)


def test_a_file_of_passwords_is_read_line_by_line_and_refused_with_reason(tmp_path: Path) -> None:
    path = tmp_path / "p"
    path.write_bytes("\ufeff a \r\n\n密码\n a \n".encode())
    assert read_passwords(path) == (" a ", "密码")
    assert read_passwords(None) == ()
    for data in ("密码".encode("gbk"), b"x" * 300, b"".join(b"%d\n" % n for n in range(1001))):
        path.write_bytes(data)
        with pytest.raises(FairwitnessError) as raised:
            read_passwords(path)
        assert str(tmp_path) not in str(raised.value)
    with pytest.raises(FairwitnessError):
        read_passwords(tmp_path / "none")


def test_a_source_does_not_show_its_passwords() -> None:
    assert "secret" not in repr(Source(io.BytesIO(), 0, passwords=("secret",)))
