"""Writes lists as files: as the scanner of an office gives them, and the same rows as programs wrote them."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Sequence
from html import escape
from io import StringIO
from typing import BinaryIO

import pikepdf
from pikepdf import Dictionary, Name

from examples.sample_leak.fonts import Font, load_font, split_by_script
from examples.sample_leak.office import write_docx, write_xlsx
from examples.sample_leak.pdf import CREATED, draw_line, embed_font, save_pdf
from examples.synthetic_lists.draw import rulings_of
from examples.synthetic_lists.layout import DPI, SetLine, Sheet, length_of
from examples.synthetic_lists.truth import TrueList, TruePage

_PT = 72 / DPI
_RULE_PT = 0.7
_TRAILER_ID = "<66616972776974> <66616972776974>"


def write_scan_pdf(pages: Iterable[TruePage], out: BinaryIO, *, title: str) -> int:
    """How many pages were written to `out`, each one image that fills its page, one page in memory at a time.

    The pixels of a page in the file are exactly those of the `TruePage`: a degraded page keeps its JPEG, a clean one is
    compressed without loss, in grey if it has no colour.
    """
    offsets: dict[int, int] = {}
    place = out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    count = 0

    def put(number: int, *parts: bytes) -> None:
        nonlocal place
        offsets[number] = place
        place += out.write(b"%d 0 obj\n" % number + b"".join(parts) + b"\nendobj\n")

    for count, page in enumerate(pages, start=1):
        first = 3 * count
        height, width = page.image.shape[:2]
        head, data = _image_object(page)
        put(first, head, b"/Length %d>>\nstream\n" % len(data), data, b"\nendstream")
        # A little less, so that a renderer that rounds up comes to the same number of pixels.
        wide, high = (f"{side * 72 / page.dpi - 0.004:.4f}" for side in (width, height))
        # And the image a little less than the page, or rounding makes it a pixel larger, and it is drawn blurred.
        size = f"{width * 72 / page.dpi - 0.006:.4f} 0 0 {height * 72 / page.dpi - 0.006:.4f}"
        content = f"q {size} 0 0 cm /Scan Do Q".encode()
        put(first + 1, b"<</Length %d>>\nstream\n" % len(content), content, b"\nendstream")
        page_head = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {wide} {high}]/Contents {first + 1} 0 R"
        put(first + 2, f"{page_head}/Resources<</XObject<</Scan {first} 0 R>>>>>>".encode())
    kids = " ".join(f"{3 * number + 2} 0 R" for number in range(1, count + 1))
    put(2, f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode())
    put(1, b"<</Type/Catalog/Pages 2 0 R>>")
    last = 3 * count + 3
    put(last, f"<</Title<FEFF{title.encode('utf-16-be').hex().upper()}>/CreationDate({CREATED})>>".encode())
    table = "".join(f"{offsets[number]:010} 00000 n \n" for number in sorted(offsets))
    ending = f"trailer\n<</Size {last + 1}/Root 1 0 R/Info {last} 0 R/ID[{_TRAILER_ID}]>>\nstartxref\n{place}\n%%EOF\n"
    out.write(f"xref\n0 {last + 1}\n0000000000 65535 f \n{table}{ending}".encode())
    return count


def write_text_pdf(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """The same pages as a program prints them: rulings as lines, text as text.

    A place in pixels at 300 dpi is the same place in points times 300 / 72, counted from the top.
    """
    document = pikepdf.new()
    lines = [line for sheet in sheets for line in _lines_of(sheet)]
    scripts = sorted({script for line in lines for script, _ in split_by_script(line.text)})
    fonts = {script: load_font(script) for script in scripts}
    contents = [_text_commands(sheet, fonts) for sheet in sheets]
    resources = Dictionary(
        Font=Dictionary({f"/{script}": embed_font(document, font) for script, font in fonts.items()})
    )
    for sheet, content in zip(sheets, contents, strict=True):
        page = document.add_blank_page(page_size=(sheet.width * _PT, sheet.height * _PT))
        page.Contents = document.make_stream(content)
        page.Resources = resources
    document.Root[Name.Lang] = "zh"
    return save_pdf(document, title=title)


def table_of(one: TrueList) -> list[list[str]]:
    """The titles of the columns and all rows, in the order in which they are read."""
    return [[column.title for column in one.columns], *(list(row) for row in one.rows)]


def write_list_xlsx(one: TrueList) -> bytes:
    """A workbook with the list in one sheet, every value as text."""
    return write_xlsx([("名单", "visible", table_of(one))], title=one.title)


def write_list_docx(one: TrueList) -> bytes:
    """A Word document with a heading and the list as one table."""
    return write_docx([one.title], table_of(one), title=one.title, footer="")


def write_list_html(one: TrueList) -> bytes:
    """A web page with a heading and the list as one table."""
    direction = ' dir="rtl"' if one.right_to_left else ""
    head, *rows = table_of(one)
    titles = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    page = (
        f'<!DOCTYPE html>\n<html{direction}><head><meta charset="utf-8"><title>{escape(one.title)}</title></head>\n'
        f"<body><h1>{escape(one.title)}</h1>\n<table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody></table>\n"
        "</body></html>\n"
    )
    return page.encode("utf-8")


def write_list_csv(one: TrueList, *, encoding: str = "utf-8-sig") -> bytes:
    """Comma-separated values as office programs write them."""
    out = StringIO(newline="")
    csv.writer(out).writerows(table_of(one))
    return out.getvalue().encode(encoding)


def _image_object(page: TruePage) -> tuple[bytes, bytes]:
    height, width = page.image.shape[:2]
    head = f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
    if page.jpeg:
        return f"{head}/ColorSpace/DeviceRGB/Filter/DCTDecode".encode(), page.jpeg
    is_grey = bool((page.image[:, :, :1] == page.image[:, :, 1:]).all())
    pixels = page.image[:, :, 0] if is_grey else page.image
    space = "DeviceGray" if is_grey else "DeviceRGB"
    return f"{head}/ColorSpace/{space}/Filter/FlateDecode".encode(), zlib.compress(pixels.tobytes(), 3)


def _lines_of(sheet: Sheet) -> list[SetLine]:
    return [*sheet.strays, *(line for table in sheet.tables for cell in table.cells for line in cell.lines)]


def _text_commands(sheet: Sheet, fonts: dict[str, Font]) -> bytes:
    commands = [f"{_RULE_PT} w"]
    top = sheet.height * _PT
    for table in sheet.tables:
        for x0, y0, x1, y1 in sorted(set(rulings_of(table))):
            commands.append(f"{x0 * _PT:.2f} {top - y0 * _PT:.2f} m {x1 * _PT:.2f} {top - y1 * _PT:.2f} l S")
    room = sheet.width * _PT
    for line in _lines_of(sheet):
        right = (line.x + length_of(line.text, line.script, line.size_pt)) * _PT
        left = right - room if line.script == "Arab" else line.x * _PT
        commands += draw_line(line.text, line.size_pt, left, room, top - line.y * _PT, fonts)
    return "\n".join(commands).encode("ascii")
