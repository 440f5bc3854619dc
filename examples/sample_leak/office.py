"""Writes the smallest DOCX, XLSX and ODT files that office programs open without complaint."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from examples.sample_leak.packs import write_zip

CREATED = "2019-04-15T03:00:00Z"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ODT_TYPE = "application/vnd.oasis.opendocument.text"

Rows = Sequence[Sequence[str | float]]


def write_docx(paragraphs: Sequence[str], table: Sequence[Sequence[str]], *, title: str, footer: str) -> bytes:
    """A Word document: the first paragraph is its heading, then the others, then the table; a footer on each page."""
    heading, *others = paragraphs
    body = _word_paragraph(heading, bold=True) + "".join(map(_word_paragraph, others)) + _word_table(table)
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134"'
        ' w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>'
    )
    document = (
        f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}/relationships"><w:body>{body}{section}</w:body></w:document>'
    )
    return write_zip(
        [
            (
                "[Content_Types].xml",
                _content_types(
                    {
                        "/word/document.xml": f"{_WORD_TYPE}.document.main+xml",
                        "/word/footer1.xml": f"{_WORD_TYPE}.footer+xml",
                    }
                ),
            ),
            ("_rels/.rels", _root_relations("word/document.xml")),
            ("docProps/core.xml", _core_properties(title)),
            ("word/document.xml", _xml(document)),
            ("word/_rels/document.xml.rels", _relations([("footer", "footer1.xml")])),
            ("word/footer1.xml", _xml(f'<w:ftr xmlns:w="{_WORD}">{_word_paragraph(footer)}</w:ftr>')),
        ]
    )


def write_xlsx(sheets: Sequence[tuple[str, str, Rows]], *, title: str) -> bytes:
    """An Excel workbook of sheets given as name, "visible" or "hidden", and rows; text goes to shared strings."""
    texts = list(dict.fromkeys(cell for _, _, rows in sheets for row in rows for cell in row if isinstance(cell, str)))
    place = {text: number for number, text in enumerate(texts)}
    count = len(sheets)
    entries = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, (name, state, _) in enumerate(sheets, start=1)
    )
    workbook = f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}/relationships"><sheets>{entries}</sheets></workbook>'
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    types = {f"/xl/worksheets/sheet{n}.xml": f"{_SHEET_TYPE}.worksheet+xml" for n in range(1, count + 1)}
    types["/xl/workbook.xml"] = f"{_SHEET_TYPE}.sheet.main+xml"
    types["/xl/sharedStrings.xml"] = f"{_SHEET_TYPE}.sharedStrings+xml"
    relations = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, count + 1)]
    return write_zip(
        [
            ("[Content_Types].xml", _content_types(types)),
            ("_rels/.rels", _root_relations("xl/workbook.xml")),
            ("docProps/core.xml", _core_properties(title)),
            ("xl/workbook.xml", _xml(workbook)),
            ("xl/_rels/workbook.xml.rels", _relations([*relations, ("sharedStrings", "sharedStrings.xml")])),
            ("xl/sharedStrings.xml", _xml(f'<sst xmlns="{_SHEET}" uniqueCount="{len(texts)}">{strings}</sst>')),
            *((f"xl/worksheets/sheet{n}.xml", _sheet(rows, place)) for n, (_, _, rows) in enumerate(sheets, 1)),
        ]
    )


def write_odt(paragraphs: Sequence[str], *, title: str) -> bytes:
    """An Open Document text: the first paragraph is its heading."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    heading, *others = paragraphs
    body = f'<text:h text:outline-level="1">{escape(heading)}</text:h>' + "".join(
        f"<text:p>{escape(text)}</text:p>" for text in others
    )
    content = (
        f'<office:document-content xmlns:office="{office}" office:version="1.2"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    meta = (
        f'<office:document-meta xmlns:office="{office}" office:version="1.2"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"><office:meta>'
        f"<dc:title>{escape(title)}</dc:title><meta:creation-date>{CREATED}</meta:creation-date>"
        "</office:meta></office:document-meta>"
    )
    kinds = {"/": _ODT_TYPE, "content.xml": "text/xml", "meta.xml": "text/xml"}
    manifest = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in kinds.items()
    )
    spaces = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return write_zip(
        [
            ("mimetype", _ODT_TYPE.encode("ascii")),
            ("content.xml", _xml(content)),
            ("meta.xml", _xml(meta)),
            (
                "META-INF/manifest.xml",
                _xml(
                    f'<manifest:manifest xmlns:manifest="{spaces}" manifest:version="1.2">'
                    f"{manifest}</manifest:manifest>"
                ),
            ),
        ],
        first_is_stored=True,
    )


def _word_paragraph(text: str, *, bold: bool = False) -> str:
    look = '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr>' if bold else ""
    return f'<w:p><w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _word_table(rows: Sequence[Sequence[str]]) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in sides)
    grid = '<w:gridCol w:w="3000"/>' * len(rows[0])
    lines = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>{_word_paragraph(cell)}</w:tc>' for cell in row
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f"<w:tbl><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"
    )


def _sheet(rows: Rows, place: dict[str, int]) -> bytes:
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = ""
        for column, value in enumerate(row):
            at = f"{_letters(column)}{number}"
            if isinstance(value, str):
                cells += f'<c r="{at}" t="s"><v>{place[value]}</v></c>'
            else:
                cells += f'<c r="{at}"><v>{value}</v></c>'
        lines.append(f'<row r="{number}">{cells}</row>')
    return _xml(f'<worksheet xmlns="{_SHEET}"><sheetData>{"".join(lines)}</sheetData></worksheet>')


def _letters(column: int) -> str:
    """How sheets name a column: A to Z, AA to ZZ, and so on."""
    above, at = divmod(column, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + at)


def _content_types(type_of: dict[str, str]) -> bytes:
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in type_of.items())
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return _xml(
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        f'<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
    )


def _root_relations(main_part: str) -> bytes:
    return _xml(
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="{main_part}"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties"'
        ' Target="docProps/core.xml"/></Relationships>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return _xml(f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>')


def _core_properties(title: str) -> bytes:
    return _xml(
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{CREATED}</dcterms:created></cp:coreProperties>'
    )


def _xml(content: str) -> bytes:
    return (_XML + content).encode("utf-8")
