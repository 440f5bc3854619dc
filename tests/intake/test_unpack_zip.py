from __future__ import annotations

import io
import stat
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.intake.unpack_zip import UnpackZip
from tests.bad_input import ZipMember, raw_zip, stored, zip_bomb, zip_of
from tests.intake.parts import outcome, unpack
from tests.thorough import examples

_MEMBERS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=20),
    st.binary(max_size=500),
    max_size=8,
)


@given(_MEMBERS)
def test_what_was_packed_comes_out(members: dict[str, bytes]) -> None:
    out = unpack(UnpackZip(), zip_of(members))
    assert out.by_name() == {name.encode(): data for name, data in members.items()}
    assert out.end.outcome is (Cause.OK if members else Cause.EMPTY)
    assert out.end.expected_entries == len(members)


@settings(max_examples=examples(300))
@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    whole = bytearray(zip_of({"名单.txt": b"a" * 300, "ж": bytes(range(256)), "folder/": b""}))
    for _ in range(data.draw(st.integers(0, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    unpack(UnpackZip(max_unpacked_bytes=1 << 20), bytes(whole[:cut]))


def test_every_compression_that_python_has_is_read() -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
            archive.writestr(f"{method}", b"text " * 1000, method)
    out = unpack(UnpackZip(), raw.getvalue())
    assert out.data == [b"text " * 1000] * 4
    assert out.causes() == [None] * 4


def test_names_keep_their_bytes_whatever_their_encoding() -> None:
    gbk, utf8 = "名单.txt".encode("gbk"), "名单.txt".encode()
    raw = raw_zip(stored(gbk, b"1"), stored(utf8, b"2", flags=0x800), stored(bytes(range(128, 256)), b"3"))
    assert unpack(UnpackZip(), raw).names == [gbk, utf8, bytes(range(128, 256))]


def test_folders_links_and_devices_are_told_apart() -> None:
    raw = raw_zip(
        stored(b"folder/", b"", unix_mode=stat.S_IFDIR | 0o755),
        stored(b"link", b"/etc/passwd", unix_mode=stat.S_IFLNK | 0o777),
        stored(b"device", b"", unix_mode=stat.S_IFCHR),
        stored(b"file", b"data"),
        stored(b"folder-with-bytes/", b"hidden"),
    )
    out = unpack(UnpackZip(), raw)
    assert [entry.kind for entry in out.entries] == ["directory", "symlink", "special", "file", "file"]
    assert out.causes() == [None, Cause.SYMLINK, Cause.SPECIAL, None, None]
    assert out.data == [b"", b"", b"", b"data", b"hidden"]
    assert out.end.outcome is Cause.OK
    assert {entry.modified for entry in out.entries} == {"2017-03-01"}  # the DOS date 0x4A61


def test_a_wrong_checksum_keeps_what_came() -> None:
    raw = raw_zip(ZipMember(b"a", b"damaged", 7, crc=1), stored(b"b", b"fine"))
    out = unpack(UnpackZip(), raw)
    assert out.causes() == [Cause.UNREADABLE, None]
    assert out.end.outcome is Cause.PARTIAL
    assert out.end.expected_entries == 2


def test_an_unknown_method_and_encryption_are_named() -> None:
    members = (ZipMember(b"a", b"xx", 2, 0, method=9), ZipMember(b"b", b"x" * 20, 8, 0, flags=1))
    out = unpack(UnpackZip(), raw_zip(*members))
    assert out.causes() == [Cause.UNSUPPORTED, Cause.ENCRYPTED]
    assert outcome(UnpackZip(), raw_zip(members[1])) is Cause.ENCRYPTED


def test_of_overlapping_members_one_is_read() -> None:
    one = stored(b"same", b"x" * 1000)
    out = unpack(UnpackZip(), raw_zip(one, *(stored(b"same", b"x" * 1000, offset=0) for _ in range(9))))
    assert sorted(out.causes(), key=str) == [None] + [Cause.UNREADABLE] * 9
    assert {entry.detail for entry in out.entries if entry.cause} == {"overlapping entries"}


def test_output_stops_exactly_at_the_limit() -> None:
    out = unpack(UnpackZip(max_unpacked_bytes=(3 << 20) + 5), zip_bomb(1))
    assert len(out.data[0]) == (3 << 20) + 5
    assert out.causes() == [Cause.LIMIT_OUTPUT]
    assert out.end.outcome is Cause.LIMIT_OUTPUT


def test_the_limit_counts_all_entries_together_and_is_no_limit_when_just_reached() -> None:
    raw = zip_of({"a": b"x" * 60, "b": b"y" * 40, "c": b"z"})
    out = unpack(UnpackZip(max_unpacked_bytes=100), raw)
    assert out.causes() == [None, None, Cause.LIMIT_OUTPUT]
    assert unpack(UnpackZip(max_unpacked_bytes=101), raw).end.outcome is Cause.OK


def test_more_entries_than_allowed_are_counted_but_not_read() -> None:
    out = unpack(UnpackZip(max_entries=2), zip_of({"a": b"1", "b": b"2", "c": b"3"}))
    assert len(out.entries) == 2
    assert (out.end.outcome, out.end.expected_entries) == (Cause.LIMIT_ENTRIES, 3)


def test_without_a_central_directory_what_is_there_is_read() -> None:
    raw = zip_of({"甲": b"a" * 2000, "乙": b"b" * 2000})
    out = unpack(UnpackZip(), raw[: raw.index(b"PK\x01\x02")])
    assert out.by_name() == {"甲".encode(): b"a" * 2000, "乙".encode(): b"b" * 2000}
    assert out.end.outcome is Cause.PARTIAL
    assert out.end.expected_entries == -1


def test_what_is_no_zip_is_unreadable_and_nothing_is_empty() -> None:
    assert outcome(UnpackZip(), b"PK\x03\x04" + bytes(10)) is Cause.UNREADABLE
    assert outcome(UnpackZip(), b"") is Cause.EMPTY
