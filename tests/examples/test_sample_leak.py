from __future__ import annotations

import email
import email.policy
import hashlib
import io
import os
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from examples.sample_leak import FILES, build
from examples.sample_leak.build import MODIFIED, RAW_NAME, REPORT_NAME
from examples.sample_leak.pdf import Table, Text, write_pdf
from examples.sample_leak.texts import (
    ACT,
    ACT_FOOTER,
    INNER_ZH,
    LETTER_UG,
    LOCKED,
    MAIL_SUBJECT,
    NOTE_ZH,
    NOTES_TR,
    NOTICE,
    PASSWORD,
    PROTOCOL_RU,
    REPORT,
    SHEETS,
)
from lxml import etree
from python_calamine import CalamineWorkbook, SheetVisibleEnum

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def leak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "leak"
    build(folder)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def texts_of(data: bytes, password: str | None = None) -> list[str]:
    document = pypdfium2.PdfDocument(data, password=password)
    return [page.get_textpage().get_text_bounded() for page in document]


def words_of(text: str) -> list[str]:
    return unicodedata.normalize("NFKC", text).split()


def test_building_twice_gives_the_same_bytes_and_dates(leak: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-m", "examples.sample_leak", str(again)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    assert digests(again) == digests(leak)
    for path in again.rglob("*"):
        if path.is_file():
            assert path.stat().st_mtime == MODIFIED.timestamp()


def test_every_file_that_is_listed_is_there_and_no_other(leak: Path) -> None:
    assert set(digests(leak)) == set(FILES)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "مۇھىم.txt").write_text("x")
    with pytest.raises(FileExistsError):
        build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["مۇھىم.txt"]


@pytest.mark.parametrize(
    ("name", "pages"), [(REPORT_NAME, REPORT), ("2019/ئۇقتۇرۇش.pdf", NOTICE)], ids=["report", "notice"]
)
def test_the_text_layer_holds_every_line_as_it_was_written(
    leak: Path, name: str, pages: tuple[tuple[Text | Table, ...], ...]
) -> None:
    read = texts_of((leak / name).read_bytes())
    assert len(read) == len(pages) == 2
    for page, blocks in zip(read, pages, strict=True):
        lines = [" ".join(words_of(line)) for line in page.splitlines()]
        for block in blocks:
            if isinstance(block, Text):
                wanted = " ".join(words_of(block.text))
                assert wanted in lines or not wanted
                continue
            for row in block.rows:  # cells of one row come as one line
                assert " ".join(words_of(" ".join(row))) in lines


def test_the_report_speaks_of_environmental_protection_and_the_notice_in_uyghur_letters(leak: Path) -> None:
    assert "环境保护" in texts_of((leak / REPORT_NAME).read_bytes())[0]
    uyghur, others = texts_of((leak / "2019/ئۇقتۇرۇش.pdf").read_bytes())
    for word in ("مۇھىت", "ئاسراش", "يېشىل", "ۋادى", "خىمىيە", "دەريا", "ئىچمەڭلار", "بالىلارنى"):
        assert word in uyghur
    for word in ("қорғау", "хабарлама", "Өзен", "окружающей", "İkinci", "çıkıştaki", "değerin"):
        assert word in others


@pytest.mark.parametrize("name", [REPORT_NAME, "2019/ئۇقتۇرۇش.pdf"])
def test_every_font_is_embedded_and_small(leak: Path, name: str) -> None:
    count = 0
    with pikepdf.open(leak / name) as document:
        for page in document.pages:
            for font in page.Resources.Font.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                program = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
                assert program is not None
                assert 0 < len(program.read_bytes()) < 100_000  # the whole fonts have up to 8 MB
                count += 1
    assert count


def test_every_letter_of_the_notice_leaves_ink(leak: Path) -> None:
    # Each line is painted on a page of its own: one without ink would be a font that paints nothing.
    for block in (*NOTICE[0], *NOTICE[1]):
        if isinstance(block, Text) and block.text:
            document = pypdfium2.PdfDocument(write_pdf([[block]], title=""))
            page = document[0].render(scale=1, grayscale=True).to_pil()
            dark = sum(page.histogram()[:128])
            assert dark > 3 * len(block.text.replace(" ", ""))


def test_an_arabic_line_begins_at_the_right_margin_and_is_joined() -> None:
    # A joined word is narrower than its letters apart: shaping has happened.
    def width(text: str) -> float:
        page = pypdfium2.PdfDocument(write_pdf([[Text(text, 30)]], title=""))[0]
        boxes = [found.get_bounds() for found in page.get_objects()]
        assert max(box[2] for box in boxes) > 500
        return max(box[2] for box in boxes) - min(box[0] for box in boxes)

    assert width("بىلىشتى") < 0.8 * width("\u200c".join("بىلىشتى"))


def test_the_scan_is_one_turned_grey_image_without_text(leak: Path) -> None:
    data = (leak / "2019/扫描件/scan0017.pdf").read_bytes()
    assert texts_of(data) == [""]
    document = pypdfium2.PdfDocument(data)
    (image,) = document[0].get_objects()
    assert image.get_px_size() == (1240, 1755)
    grey = image.get_bitmap().to_pil().convert("L")
    histogram = grey.histogram()
    assert sum(histogram[:90]) > 5_000  # ink
    assert len([count for count in histogram if count > 100]) > 20  # noise: not only black and white


def test_the_word_file_has_its_paragraphs_table_and_footer(leak: Path) -> None:
    with zipfile.ZipFile(leak / "документы/Акт проверки.docx") as archive:
        assert archive.testzip() is None
        trees = {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    body = ["".join(p.itertext()) for p in trees["word/document.xml"].iter(f"{word}p")]
    assert tuple(body[: len(ACT)]) == ACT
    assert "182" in body
    assert len(list(trees["word/document.xml"].iter(f"{word}tr"))) == 4
    assert "".join(trees["word/footer1.xml"].itertext()) == ACT_FOOTER
    overrides = {node.get("PartName", "").lstrip("/") for node in trees["[Content_Types].xml"]} - {""}
    assert overrides <= set(trees)


def test_the_workbook_has_its_sheets_one_of_them_hidden(leak: Path) -> None:
    workbook = CalamineWorkbook.from_path(leak / "2019/监测数据.xlsx")
    for name, state, rows in SHEETS:
        assert workbook.get_sheet_by_name(name).to_python() == [list(row) for row in rows]
        (about,) = (one for one in workbook.sheets_metadata if one.name == name)
        assert (about.visible == SheetVisibleEnum.Visible) == (state == "visible")


def test_the_open_document_file_begins_with_its_type_and_has_its_text(leak: Path) -> None:
    path = leak / "notlar/saha notları.odt"
    assert path.read_bytes()[30:84] == b"mimetypeapplication/vnd.oasis.opendocument.textPK\x03\x04\x14\x00\x00"
    with zipfile.ZipFile(path) as archive:
        tree = etree.fromstring(archive.read("content.xml"))
    assert [text for text in tree.itertext() if text.strip()] == list(NOTES_TR)


def test_the_mail_has_its_subject_text_and_a_readable_attachment(leak: Path) -> None:
    data = (leak / "mail/2019-05-14 整改通知.eml").read_bytes()
    assert data.isascii()
    assert b"=?utf-8?b?" in data
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert message["Subject"] == MAIL_SUBJECT
    body = message.get_body(("plain",))
    assert body is not None and "检查报告" in body.get_content()
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "整改通知.pdf"
    assert "整改通知" in texts_of(attachment.get_content())[0]


def test_the_archive_holds_an_archive_with_a_name_in_an_old_encoding(leak: Path) -> None:
    with zipfile.ZipFile(leak / "архив.zip") as outer:
        assert outer.namelist() == ["читать.txt", "inner/监测.zip"]
        inner_bytes = outer.read("inner/监测.zip")
    assert inner_bytes.count(RAW_NAME) == 2
    with zipfile.ZipFile(io.BytesIO(inner_bytes)) as inner:
        (entry,) = inner.infolist()
        assert not entry.flag_bits & 0x800  # nothing says that the name is UTF-8
        assert entry.filename.encode("cp437") == RAW_NAME
        assert inner.read(entry).decode("gb18030") == INNER_ZH


@pytest.mark.parametrize(
    ("name", "charset", "text"),
    [
        ("说明.txt", "gb18030", NOTE_ZH),
        ("документы/протокол.txt", "cp1251", PROTOCOL_RU),
        ("خەتلەر/خەت.txt", "utf-8", LETTER_UG),
        ("新建文本文档.txt", "utf-8", ""),
    ],
)
def test_each_text_file_is_in_its_own_encoding(leak: Path, name: str, charset: str, text: str) -> None:
    data = (leak / name).read_bytes()
    assert data.decode(charset) == text
    if charset != "utf-8":
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


def test_the_damaged_file_is_the_beginning_of_the_report_and_cannot_be_opened(leak: Path) -> None:
    damaged = (leak / "损坏/检查报告.pdf").read_bytes()
    assert (leak / REPORT_NAME).read_bytes().startswith(damaged)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(damaged)


def test_the_locked_file_opens_with_its_password_only(leak: Path) -> None:
    data = (leak / "损坏/内部记录.pdf").read_bytes()
    for password in (None, "", "yashil"):
        with pytest.raises(pypdfium2.PdfiumError, match="password"):
            pypdfium2.PdfDocument(data, password=password)
    (text,) = texts_of(data, PASSWORD)
    for block in LOCKED:
        assert isinstance(block, Text) and block.text in text


def test_one_file_lies_there_twice_and_no_other_does(leak: Path) -> None:
    of_digest: dict[str, set[str]] = {}
    for name, digest in digests(leak).items():
        of_digest.setdefault(digest, set()).add(name)
    twice = [names for names in of_digest.values() if len(names) > 1]
    assert twice == [{REPORT_NAME, "backup/检查报告 2019-04 (1).pdf"}]


def test_a_line_too_wide_for_the_page_is_refused_rather_than_cut() -> None:
    with pytest.raises(AssertionError, match="too wide"):
        write_pdf([[Text("环境保护" * 30)]], title="")


def test_a_letter_that_no_font_has_is_refused_rather_than_left_blank() -> None:
    with pytest.raises(AssertionError, match="missing"):
        write_pdf([[Text("ꓮ")]], title="")
