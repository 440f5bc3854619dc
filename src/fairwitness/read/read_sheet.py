"""Spreadsheets by cell: XLSX, XLSM, XLSB, XLS and ODS, through calamine."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

import olefile
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Entry, PageMissed, PageText, Part, Source
from fairwitness.read._beside_cells import beside_ods, beside_xlsx
from fairwitness.read._biff import drawings_in, texts_beside_cells
from fairwitness.read._grid import sheet_pages, show
from fairwitness.read._ole import OLE_MAGIC, object_in, open_ole, pictures_in, storages_below, stream_of
from fairwitness.read._ole import take_out as take_out_objects
from fairwitness.read._ole_about import about_ole
from fairwitness.read._package import Package, other_files, take_out
from fairwitness.read._package_about import about_odf, about_ooxml
from fairwitness.read._sections import cut_sections
from fairwitness.read._sparse import Row, is_sparse, read_rows, sheet_members

MAX_SHEET_BYTES = 512 << 20
_FILEPASS = 0x002F


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """Reads the cells of every sheet, hidden ones too, in pages of at most 200 rows.

    An empty sheet is a page without text. A formula gives its stored value in its cell. Comments, the text of drawings,
    headers, footers and the formulas themselves follow as pages of their own, embedded files as entries.
    """

    name: ClassVar[str] = "read-sheet"
    version: ClassVar[str] = "4"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the pages, in the order of the sheets and their rows."""
        if item.size_bytes > MAX_SHEET_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "workbook larger than the limit")
        data = item.file.read()
        book = _open(data)
        hidden = [s.name for s in book.sheets_metadata if s.visible is not SheetVisibleEnum.Visible]
        if hidden:
            yield About("sheets-hidden", ", ".join(hidden)[:1000], "workbook sheet state")
        package = Package(item) if data.startswith(b"PK") else None
        number = 0
        has_text = False
        for about in book.sheets_metadata:
            if about.typ is SheetTypeEnum.WorkSheet:
                for page in _sheet_pages(book, package, about.name, number + 1):
                    number = page.number
                    has_text |= not isinstance(page, PageText) or bool(page.text)
                    yield page
        files = 0
        for part in _beside_cells(data, package, number):
            if isinstance(part, PageText):
                number, has_text = part.number, True
            files += isinstance(part, Entry)
            yield part
        yield End(Cause.OK if has_text or files else Cause.EMPTY, expected_pages=number, expected_entries=files)


def _beside_cells(data: bytes, package: Package | None, number: int) -> Iterator[Part]:
    """Yield what the file says of itself, its texts that are in no cell, and the files in it."""
    if package is not None:
        yield from about_odf(package) if "content.xml" in package else about_ooxml(package)
        said: list[About] = []
        beside = beside_ods(package) if "content.xml" in package else beside_xlsx(package)
        yield from cut_sections(_only_texts(beside, said), first=number + 1)
        yield from said
        yield from take_out(package, other_files(package))
    elif data.startswith(OLE_MAGIC):
        with open_ole(BytesIO(data)) as ole:
            yield from about_ole(ole)
            workbook = stream_of(ole, "Workbook") or stream_of(ole, "Book")
            yield from cut_sections(texts_beside_cells(workbook), first=number + 1)
            # storages of embedded objects are named MBD and a number ([MS-XLS] 2.1.7.2)
            objects = [object_in(ole, path, path[-1]) for path in storages_below(ole, prefix="MBD")]
            yield from take_out_objects([*objects, *pictures_in(drawings_in(workbook))])


def _only_texts(beside: Iterator[str | About], said: list[About]) -> Iterator[str]:
    for one in beside:
        if isinstance(one, About):
            said.append(one)
        else:
            yield one


def _open(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError:
        raise ReadError(Cause.ENCRYPTED, "needs a password") from None
    except CalamineError:
        if _is_locked(data):
            raise ReadError(Cause.ENCRYPTED, "needs a password") from None
        raise ReadError(Cause.UNREADABLE, "workbook cannot be opened") from None


def _is_locked(data: bytes) -> bool:
    """Whether an XLS file is enciphered: a FILEPASS record near the start of its stream ([MS-XLS] 2.4.117)."""
    if not olefile.isOleFile(BytesIO(data)):
        return False
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            if ole.exists("EncryptedPackage"):
                return True
            stream = next(name for name in ("Workbook", "Book") if ole.exists(name))
            head = ole.openstream(stream).read(4096)
    except (OSError, StopIteration, ValueError, IndexError):
        return False
    at = 0
    while at + 4 <= len(head):
        kind, size = struct.unpack_from("<HH", head, at)
        if kind == _FILEPASS:
            return True
        at += 4 + size
    return False


def _sheet_pages(
    book: CalamineWorkbook, package: Package | None, name: str, number: int
) -> Iterator[PageText | PageMissed]:
    try:
        for page in sheet_pages(_rows_of(book, package, name), name, number):
            number = page.number + 1
            yield page
    except (CalamineError, ReadError, ValueError, OverflowError):
        yield PageMissed(number, "sheet", Cause.UNREADABLE)


def _rows_of(book: CalamineWorkbook, package: Package | None, name: str) -> Iterator[Row]:
    member = sheet_members(package).get(name, "") if package is not None else ""
    if package is not None and member.endswith(".xml") and is_sparse(package, member):
        return read_rows(package, member)
    return _dense_rows(book.get_sheet_by_name(name))


def _dense_rows(sheet: CalamineSheet) -> Iterator[Row]:
    if sheet.start is None:  # nothing in it
        return
    first_column = sheet.start[1]
    for row, values in enumerate(sheet.iter_rows()):  # rows come from the first of the sheet, columns from `start`
        cells = [(column, text) for column, value in enumerate(values, first_column) if (text := show(value))]
        if cells:
            yield row, cells
