from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake._lzx import FRAME_BYTES, Lzx
from fairwitness.intake.unpack_chm import UnpackChm
from tests.intake.parts import outcome, unpack
from tests.work.support import CORPUS

PAGES = {
    "/index.htm": "<html><body>培训中心管理</body></html>".encode("gbk"),
    "/b/Справка.htm": "<p>Список сотрудников</p>".encode("cp1251") * 3000,
    "/#SYSTEM": b"of the format",
}
_SPACE = "::DataSpace/Storage/MSCompressed/"


def _number(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def _words(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 16)
    return b"".join(int(bits[at : at + 16], 2).to_bytes(2, "little") for at in range(0, len(bits), 16))


def frame(data: bytes, *, starts: bool) -> bytes:
    """One frame with one block that is not compressed (type 3), after [MS-PATCH]."""
    bits = ("0" if starts else "") + f"{3:03b}{len(data):024b}"
    return _words(bits if len(bits) % 16 else bits + "0" * 16) + struct.pack("<III", 1, 1, 1) + data


def chm(pages: dict[str, bytes], stored: dict[str, bytes] | None = None) -> bytes:
    """A help file, after the published descriptions of its format."""
    plain = b"".join(pages.values())
    frames = [plain[at : at + FRAME_BYTES] for at in range(0, len(plain), FRAME_BYTES)]
    packed = [frame(piece, starts=True) for piece in frames]
    places = [sum(map(len, packed[:number])) for number in range(len(packed))]
    content = b"".join(packed)
    control = struct.pack("<I4sIIII", 6, b"LZXC", 2, 1, 2, 0)  # starts over at each frame; window of 64 KiB
    table = struct.pack("<IIIIQQQ", 2, len(places), 8, 40, len(plain), len(content), FRAME_BYTES)
    table += struct.pack(f"<{len(places)}Q", *places)
    section_0 = {
        f"{_SPACE}ControlData": control,
        f"{_SPACE}Transform/{{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}}/InstanceData/ResetTable": table,
        f"{_SPACE}Content": content,
        **(stored or {}),
    }
    entries, at = b"", 0
    for section, members in ((0, section_0), (1, pages)):
        at = 0
        for name, data in members.items():
            raw = name.encode()
            entries += _number(len(raw)) + raw + bytes([section]) + _number(at) + _number(len(data))
            at += len(data)
    chunk_bytes = 4096
    chunk = b"PMGL" + struct.pack("<IIii", chunk_bytes - 0x14 - len(entries), 0, -1, -1) + entries
    listing = b"ITSP" + struct.pack("<IIIIIIiiiII", 1, 0x54, 10, chunk_bytes, 2, 1, -1, 0, 0, 0, 1)
    listing = listing.ljust(0x54, b"\0") + chunk.ljust(chunk_bytes, b"\0")
    head = b"ITSF" + struct.pack("<III", 3, 0x60, 1) + bytes(0x38 - 16)
    head += struct.pack("<QQQQ", 0, 0, 0x60, len(listing)) + struct.pack("<Q", 0x60 + len(listing))
    return head + listing + b"".join(section_0.values())


def test_pages_come_out_and_the_tables_of_the_format_do_not() -> None:
    out = unpack(UnpackChm(), chm(PAGES, {"/logo.png": b"\x89PNG"}))
    assert out.by_name() == {
        b"logo.png": b"\x89PNG",
        b"index.htm": PAGES["/index.htm"],
        "b/Справка.htm".encode(): PAGES["/b/Справка.htm"],
    }
    assert (out.end.outcome, out.end.expected_entries) == (Cause.OK, 3)


def test_what_is_cut_off_or_no_help_file_says_so() -> None:
    data = chm(PAGES)
    cut = unpack(UnpackChm(), data[:-20_000])
    assert cut.end.outcome is Cause.PARTIAL
    assert cut.data[0] == PAGES["/index.htm"]
    assert outcome(UnpackChm(), b"ITSF" + bytes(200)) is Cause.UNREADABLE
    assert outcome(UnpackChm(), b"") is Cause.UNREADABLE
    assert outcome(UnpackChm(max_unpacked_bytes=1000), data) is Cause.LIMIT_OUTPUT


def test_huffman_codes_and_matches_are_decoded() -> None:
    # Type 1, 6 bytes. Main tree: "a" (97) and the match "slot 2, length 4" (256 + 2 * 8 + 2) have codes of 1 bit. The
    # pre-tree knows 17 and 18 (runs of zeros) and 16 (length 1, since 0 - 16 is 1 modulo 17).
    pretree = "".join(f"{length:04b}" for length in [0] * 16 + [2, 2, 1, 0])  # codes: 18 "0", 16 "10", 17 "11"

    def zeros(count: int) -> str:
        out = ""
        while count >= 20:
            run = min(count, 51)
            run = run if count - run == 0 or count - run >= 4 else count - 4
            out, count = out + "0" + f"{run - 20:05b}", count - run
        return out + ("11" + f"{count - 4:04b}" if count else "")

    main = pretree + zeros(97) + "10" + zeros(256 - 98)
    match = 256 + 2 * 8 + 2
    more = pretree + zeros(match - 256) + "10" + zeros(256 + 8 * 32 - match - 1)
    bits = "0" + "001" + f"{6:024b}" + main + more + pretree + zeros(249) + "0" + "0" + "1"
    assert Lzx(16).frame(_words(bits), 6) == b"aaaaaa"


@given(st.lists(st.tuples(st.integers(0, len(chm(PAGES)) - 1), st.integers(0, 255)), max_size=10))
@settings(max_examples=60, deadline=None)
def test_no_damage_makes_it_fall_over(changes: list[tuple[int, int]]) -> None:
    data = bytearray(chm(PAGES))
    for at, byte in changes:
        data[at] = byte
    assert unpack(UnpackChm(), bytes(data)).end.outcome in Cause


@given(st.binary(max_size=400))
def test_noise_is_refused_or_decoded_to_the_size_that_was_asked_for(noise: bytes) -> None:
    try:
        assert len(Lzx(16).frame(noise, 300)) >= 300
    except ReadError as error:
        assert error.cause is Cause.UNREADABLE


def test_real_help_files_come_out_as_7z_unpacks_them(tmp_path: Path) -> None:
    judge = shutil.which("7z")
    files = [path for path in (CORPUS / "files").glob("*/*") if path.suffix.lower() == ".chm"]
    if judge is None or not files:
        pytest.skip("7z or the corpus of real files is not here")
    compared = 0
    for number, path in enumerate(files):
        out = unpack(UnpackChm(), path.read_bytes())
        if out.end.outcome is not Cause.OK:
            continue
        subprocess.run([judge, "x", "-y", f"-o{tmp_path / str(number)}", path], check=True, stdout=subprocess.DEVNULL)
        for name, data in out.by_name().items():
            assert (tmp_path / str(number) / name.decode()).read_bytes() == data
            compared += 1
    assert compared > 400
