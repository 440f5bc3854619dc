from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fairwitness.core.parts import Kind, Source
from fairwitness.intake.identify import family_of, identify

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


def kind_of(data: bytes, hint: str = "") -> Kind:
    return identify(Source(io.BytesIO(data), len(data), hint))


def type_of(data: bytes, hint: str = "") -> str:
    return kind_of(data, hint).media_type


def zipped(members: dict[str, bytes | str], *, stored: bool = False) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def package(main_type: str, part: str) -> bytes:
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="application/{main_type}"/></Types>'
    )
    return zipped({part: "<x/>", "other.bin": b"\0" * 3000, "[Content_Types].xml": types})


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("L", (9, 7), 200).save(file, form)
    return file.getvalue()


def pdf() -> bytes:
    file = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(file)
    return file.getvalue()


def tarred(form: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        member = tarfile.TarInfo("名单.txt")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
    return file.getvalue()


@pytest.mark.parametrize(
    ("main", "part", "media_type", "family"),
    [
        (
            "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            "word/document.xml",
            f"{OOXML}wordprocessingml.document",
            "docx",
        ),
        (
            "vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
            "word/document.xml",
            f"{OOXML}wordprocessingml.template",
            "docx",
        ),
        (
            "vnd.ms-word.document.macroEnabled.main+xml",
            "word/document.xml",
            "application/vnd.ms-word.document.macroenabled.12",
            "docx",
        ),
        (
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "xl/workbook.xml",
            f"{OOXML}spreadsheetml.sheet",
            "xlsx",
        ),
        (
            "vnd.ms-excel.sheet.macroEnabled.main+xml",
            "xl/workbook.xml",
            "application/vnd.ms-excel.sheet.macroenabled.12",
            "xlsx",
        ),
        (
            "vnd.ms-excel.sheet.binary.macroEnabled.main",
            "xl/workbook.bin",
            "application/vnd.ms-excel.sheet.binary.macroenabled.12",
            "xlsx",
        ),
        (
            "vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
            "ppt/presentation.xml",
            f"{OOXML}presentationml.slideshow",
            "pptx",
        ),
        (
            "vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
            "ppt/presentation.xml",
            f"{OOXML}presentationml.presentation",
            "pptx",
        ),
    ],
)
def test_an_office_package_is_told_by_its_main_part(main: str, part: str, media_type: str, family: str) -> None:
    assert type_of(package(main, part), "zip") == media_type
    assert family_of(media_type) == family


@pytest.mark.parametrize(
    ("declared", "family"),
    [
        (f"{ODF}text", "odt"),
        (f"{ODF}spreadsheet", "ods"),
        (f"{ODF}presentation", "odp"),
        ("application/epub+zip", "epub"),
    ],
)
def test_odf_and_epub_are_told_by_their_mimetype_member(declared: str, family: str) -> None:
    data = zipped({"mimetype": declared, "content.xml": "<x/>", "META-INF/manifest.xml": "<m/>"}, stored=True)
    assert type_of(data) == declared
    assert family_of(declared) == family


def test_a_flat_open_document_is_told_by_its_root() -> None:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- note --><office:document '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:body/></office:document>'
    )
    assert type_of(text.encode()) == f"{ODF}text-flat-xml"
    assert family_of(f"{ODF}text-flat-xml") == "odt"


def test_a_zip_without_any_known_part_is_a_plain_zip_whatever_it_is_called() -> None:
    assert type_of(zipped({"a.txt": "abc"}), "docx") == "application/zip"
    assert type_of(zipped({"a.txt": "abc"}), "pdf") == "application/zip"
    assert type_of(zipped({"META-INF/MANIFEST.MF": "x", "A.class": b"\xca\xfe\xba\xbe"})) == "application/zip"


def test_a_torn_office_package_keeps_its_type() -> None:
    data = package("vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", "word/document.xml")
    whole = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>", "rest": b"0123" * 999})
    assert type_of(whole[:400]) == f"{OOXML}wordprocessingml.document"
    assert family_of(type_of(data[:-30])) == "archive" or family_of(type_of(data[:-30])) == "docx"


def test_a_self_extracting_archive_is_a_program_and_a_zip_after_noise_is_a_zip() -> None:
    assert type_of(bytes(range(128, 256)) * 9 + zipped({"a": "b"})) == "application/zip"


@pytest.mark.parametrize(
    ("data", "media_type", "family"),
    [
        (b"", "application/x-empty", "other"),
        (pdf(), "application/pdf", "pdf"),
        (b"\0\xffjunk before\n" + pdf(), "application/pdf", "pdf"),
        (b"junk line of text\n" + pdf(), "application/pdf", "pdf"),
        (picture("PNG"), "image/png", "image"),
        (picture("JPEG"), "image/jpeg", "image"),
        (picture("GIF"), "image/gif", "image"),
        (picture("TIFF"), "image/tiff", "image"),
        (picture("WEBP"), "image/webp", "image"),
        (picture("BMP"), "image/bmp", "image"),
        (picture("JPEG2000"), "image/jp2", "image"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic", "image"),
        (b"8BPS\0\x01" + bytes(40), "image/vnd.adobe.photoshop", "image"),
        (b"AT&TFORM\0\0\0\x10DJVU", "image/vnd.djvu", "image"),
        (gzip.compress(b"abc", mtime=0), "application/gzip", "archive"),
        (bz2.compress(b"abc"), "application/x-bzip2", "archive"),
        (lzma.compress(b"abc"), "application/x-xz", "archive"),
        (zlib.compress(b"abc" * 50), "application/zlib", "archive"),
        (b"\x28\xb5\x2f\xfd\x04\x00\x19\x00\x00abc", "application/zstd", "archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24), "application/x-7z-compressed", "archive"),
        (b"Rar!\x1a\x07\0" + bytes(20), "application/vnd.rar", "archive"),
        (b"\x04\x22\x4d\x18\x64\x40\xa7", "application/x-lz4", "archive"),
        (b"\x1f\x9d\x90\x61\xc4", "application/x-compress", "archive"),
        (b"MSCF\0\0\0\0" + bytes(40), "application/vnd.ms-cab-compressed", "archive"),
        (b"!<arch>\na/              0  0  0  644  1  `\nx\n", "application/x-archive", "archive"),
        (b"070701" + b"0" * 104 + b"a\0\0\0", "application/x-cpio", "archive"),
        (bytes(0x8001) + b"CD001\1\0" + bytes(4000), "application/x-iso9660-image", "archive"),
        (tarred(tarfile.GNU_FORMAT), "application/x-tar", "archive"),
        (tarred(tarfile.USTAR_FORMAT), "application/x-tar", "archive"),
        (b"ID3\x04\0\0\0\0\0\x23", "audio/mpeg", "audio"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/vnd.wave", "audio"),
        (b"\0\0\0\x18ftypisom\0\0\2\0", "video/mp4", "video"),
        (bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(64), "application/onenote", "onenote"),
        (b"ITSF\3\0\0\0", "application/vnd.ms-htmlhelp", "archive"),
        (b"\0\1\0\0Standard Jet DB\0\1", "application/x-msaccess", "database"),
        (bytes.fromhex("4c00000001140200") + bytes(68), "application/x-ms-shortcut", "program"),
        (b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0", "application/vnd.microsoft.portable-executable", "program"),
        (b"\x7fELF\2\1\1" + bytes(60), "application/x-elf", "program"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34\0\x1d", "application/java-vm", "program"),
        (b"AC1027\0\0\0", "image/vnd.dwg", "cad"),
        (b"\0\0\x27\x0a" + bytes(20), "application/vnd.shp", "gis"),
        (b"\x89HDF\r\n\x1a\n" + bytes(9), "application/x-hdf5", "science"),
        (bytes(128) + b"DICM\2\0", "application/dicom", "science"),
        (b"KDMV\1\0\0\0", "application/x-vmdk", "disk"),
        (b"\xd4\xc3\xb2\xa1\2\0\4\0", "application/vnd.tcpdump.pcap", "traffic"),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "application/pgp-keys", "key"),
        (b"\0asm\1\0\0\0", "application/wasm", "program"),
        (b"OTTO\0\x0a\0\x80", "font/otf", "font"),
        (b"{\\rtf1\\ansi \\u1044?}", "application/rtf", "rtf"),
        (bytes(range(256)) * 8, "application/octet-stream", "other"),
    ],
)
def test_the_signature_wins_over_any_extension(data: bytes, media_type: str, family: str) -> None:
    for hint in ("", "txt", "docx", "csv"):
        assert type_of(data, hint) == media_type
    assert family_of(media_type) == family


def test_a_database_file_is_known(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("create table t (a)")
    connection.close()
    assert type_of((tmp_path / "a.db").read_bytes()) == "application/vnd.sqlite3"


MAIL = (
    "Received: from a by b; Mon, 6 Mar 2017 10:00:00 +0800\r\nFrom: =?utf-8?B?5byg5LiJ?= <a@example.org>\r\n"
    "To: b@example.org\r\nSubject: 报告\r\n\r\n正文\r\n"
)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_mail_is_told_by_its_headers(codec: str) -> None:
    data = MAIL.encode(codec)
    assert type_of(data) == type_of(data, "txt") == "message/rfc822"
    assert type_of(b"From a@example.org Mon Mar  6 10:00:00 2017\n" + data) == "application/mbox"
    assert (family_of("message/rfc822"), family_of("application/mbox")) == ("mail", "mbox")


@pytest.mark.parametrize(
    "text",
    [
        "Note: this is\nno mail at all\n\nFrom: somewhere\n",
        "Subject: one header only is no mail\n\ntext",
        "From here to there it is far.\nDate: unknown\n",
        "姓名: 某人\n日期: 2017\n\n说明",
    ],
)
def test_text_with_colons_is_no_mail(text: str) -> None:
    assert type_of(text.encode()) == "text/plain"


@pytest.mark.parametrize(
    ("text", "hint", "media_type"),
    [
        ("名单,人数\n甲,3\n", "csv", "text/csv"),
        ("名单\t人数\n甲\t3\n", "tsv", "text/tab-separated-values"),
        ("# Заголовок\n\nтекст", "md", "text/markdown"),
        ("# Заголовок\n\nтекст", "pdf", "text/plain"),
        ('{"имя": [1, 2]}', "txt", "application/json"),
        ('{"a": 1}\n{"a": 2}\n', "", "application/json"),
        ("[1, 2, {}]", "", "application/json"),
        ("[2017] a note in brackets", "", "text/plain"),
        ("a;b;c\n" * 7, "", "text/csv"),
        ("<!DOCTYPE html><html><body>文</body></html>", "txt", "text/html"),
        ("  <!-- c --><HTML><p>x", "", "text/html"),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "", "application/xhtml+xml"),
        ("<p>a<p>b<br>c<table>", "", "text/html"),
        ('<?xml version="1.0"?><a/>', "html", "application/xml"),
        ("<a><b>текст</b></a>\n", "", "application/xml"),
        ("if a < b and b > c: pass", "", "text/plain"),
        ("<- an arrow in a text", "xml", "text/plain"),
        ("BEGIN:VCARD\nFN:某人\nEND:VCARD\n", "", "text/vcard"),
        ("ID3 tags are explained here", "", "text/plain"),
        ("OTTO und ich", "", "text/plain"),
        ("BZh is a signature", "", "text/plain"),
    ],
)
def test_kinds_of_text_are_told_apart(text: str, hint: str, media_type: str) -> None:
    assert type_of(text.encode(), hint) == media_type
    assert type_of(text.encode("utf-16"), hint) == media_type


@pytest.mark.parametrize("name", ["utf-8", "gb18030", "utf-16-le"])
def test_plain_text_carries_its_encoding(name: str) -> None:
    text = "关于进一步加强培训中心管理工作的通知。各县要按照本通知要求认真组织实施。\n"
    assert kind_of(text.encode(name)) == Kind("text/plain", name)
    assert kind_of((text * 3000).encode(name)) == Kind("text/plain", name)


def test_a_ring_of_processing_instructions_takes_no_time() -> None:
    assert type_of(b"<?a?>" * 4000 + b"<!-- -->" * 4000) == "text/plain"


@given(
    st.binary(max_size=600), st.sampled_from([b"", b"PK\3\4", bytes.fromhex("d0cf11e0a1b11ae1"), b"<?xml", b"From "])
)
def test_any_bytes_have_a_type_and_a_family(data: bytes, start: bytes) -> None:
    media_type = type_of(start + data, "txt")
    assert "/" in media_type
    assert family_of(media_type)
