from __future__ import annotations

import time

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, PageText
from fairwitness.read._beside_cells import beside_ods
from fairwitness.read._package import Package
from fairwitness.read.read_sheet import ReadSheet

from .documents import R, end_of, pages_of, read, relations, source_of, zipped

S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def xlsx(*sheets: tuple[str, str], hidden: str = "") -> bytes:
    """Sheets by name and rows; style 1 is a date, style 2 two decimals."""
    names = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}" {"state=" + chr(34) + "hidden" + chr(34) if name == hidden else ""}/>'
        for at, (name, _) in enumerate(sheets, 1)
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{SHEET}.main+xml"/></Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            *((f"r{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)),
            ("s", "styles", "styles.xml"),
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{S}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="2"/></cellXfs></styleSheet>',
    }
    for at, (_, rows) in enumerate(sheets, 1):
        members[f"xl/worksheets/sheet{at}.xml"] = f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData></worksheet>'
    return zipped(members)


def cell(place: str, value: str, kind: str = "", style: int = 0) -> str:
    if kind == "text":
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}" s="{style}" {kind}><v>{value}</v></c>'


def cells_of(page: PageText) -> dict[tuple[int, int], str]:
    flat = page.cells
    return {(flat[at + 2], flat[at + 3]): page.text[flat[at] : flat[at + 1]] for at in range(0, len(flat), 4)}


def test_cells_keep_their_address_and_their_plain_value() -> None:
    rows = (
        '<row r="3">' + cell("B3", "姓名", "text") + cell("D3", "单位", "text") + "</row>"
        '<row r="5">' + cell("B5", "7") + cell("C5", "2.5", style=2) + cell("D5", "42795", style=1)
        + cell("E5", "1", 't="b"') + cell("F5", "123456789012345") + "</row>"
    )  # fmt: skip
    parts = read(ReadSheet(), xlsx(("名单", rows)), SHEET)
    (page,) = pages_of(parts)
    assert cells_of(page) == {
        (2, 1): "姓名", (2, 3): "单位", (4, 1): "7", (4, 2): "2.5", (4, 3): "2017-03-01", (4, 4): "TRUE",
        (4, 5): "123456789012345",
    }  # fmt: skip
    assert (page.label, page.kind, page.number) == ("名单", "sheet", 1)
    assert "姓名单位" not in page.text
    assert end_of(parts).expected_pages == 1


def test_long_sheets_are_cut_and_their_rows_go_on() -> None:
    rows = "".join(f'<row r="{at}">{cell(f"A{at}", f"行{at}", "text")}</row>' for at in range(1, 451))
    pages = pages_of(read(ReadSheet(), xlsx(("甲", rows), ("乙", "")), SHEET))
    assert [(page.number, page.label) for page in pages] == [(1, "甲"), (2, "甲"), (3, "甲"), (4, "乙")]
    assert pages[-1].text == ""
    found = {place: text for page in pages for place, text in cells_of(page).items()}
    assert found == {(at - 1, 0): f"行{at}" for at in range(1, 451)}


@pytest.mark.parametrize("places", [("XFD1048576",), ("A1", "XFD1048576")])
def test_a_sheet_of_far_cells_stays_small_and_quick(places: tuple[str, ...]) -> None:
    rows = "".join(f'<row r="{place.lstrip("AXFD")}">{cell(place, "远", "text")}</row>' for place in places)
    start = time.process_time()
    (page,) = pages_of(read(ReadSheet(), xlsx(("s", rows)), SHEET))
    assert time.process_time() - start < 5
    assert cells_of(page)[(1_048_575, 16_383)] == "远"
    assert len(page.text) < 20


def test_hidden_sheets_are_read_and_named() -> None:
    row = f'<row r="1">{cell("A1", "秘密", "text")}</row>'
    parts = read(ReadSheet(), xlsx(("open", ""), ("藏", row), hidden="藏"), SHEET)
    assert [page.text.strip() for page in pages_of(parts)] == ["", "秘密"]
    assert [part for part in parts if isinstance(part, About)] == [About("sheets-hidden", "藏", "workbook sheet state")]


def test_a_formula_is_never_computed_and_gives_its_stored_value_and_itself() -> None:
    row = (
        '<row r="1"><c r="A1" t="str"><f>WEBSERVICE("http://x")&amp;"是"</f><v>stored</v></c>'
        '<c r="B1"><v>7</v></c></row>'
    )
    first, second = pages_of(read(ReadSheet(), xlsx(("表", row)), SHEET))
    assert first.text.strip() == "stored\t7"
    assert (second.kind, second.text) == ("section", '表!A1 =WEBSERVICE("http://x")&"是"')


def test_headers_and_hidden_rows_of_a_sheet_are_told() -> None:
    rows = f'<row r="1" hidden="1">{cell("A1", "藏", "text")}</row><row r="2">{cell("A2", "x", "text")}</row>'
    data = xlsx(
        (
            "表",
            rows + "</sheetData><headerFooter><oddHeader>&amp;L内部&amp;R&amp;P</oddHeader></headerFooter><sheetData>",
        )
    )
    parts = read(ReadSheet(), data, SHEET)
    assert [page.text for page in pages_of(parts)] == ["藏\t\nx\t\n", "内部"]
    assert [(part.name, part.value) for part in parts if isinstance(part, About)] == [("rows-hidden", "表: 1")]


def test_formulas_are_found_wherever_the_data_are_cut() -> None:
    rows = "".join(f'<row r="{at}"><c r="A{at}"><f>B{at}*2</f><v>{at}</v></c></row>' for at in range(1, 60_000))
    found = [page.text for page in pages_of(read(ReadSheet(), xlsx(("s", rows)), SHEET)) if page.kind == "section"]
    assert "\n".join(found).split("\n") == [f"s!A{at} =B{at}*2" for at in range(1, 60_000)]


def test_comments_drawings_and_formulas_of_an_ods_are_read() -> None:
    names = " ".join(f'xmlns:{name}="{name}"' for name in ("office", "table", "text", "draw", "dc"))
    body = (
        '<table:table table:name="表"><table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell table:formula="of:=[.A1]*2"><office:annotation><dc:creator>审阅</dc:creator>'
        "<text:p>批注</text:p></office:annotation><text:p>4</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:visibility="collapse"><table:table-cell><draw:frame><draw:text-box><text:p>框</text:p>'
        "</draw:text-box></draw:frame></table:table-cell></table:table-row></table:table>"
    )
    data = zipped({"content.xml": f"<office:body {names}>{body}</office:body>"})
    found = list(beside_ods(Package(source_of(data))))
    assert [one for one in found if isinstance(one, str)] == ["表!C1 =[.A1]*2\n", "审阅\n批注\n\n", "框\n\n"]
    assert [one.value for one in found if isinstance(one, About)] == ["表: 1"]


@pytest.mark.parametrize(
    "data", [b"", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), xlsx(("s", ""))[:300]]
)
def test_a_torn_workbook_is_unreadable(data: bytes) -> None:
    assert end_of(read(ReadSheet(), data, SHEET)).outcome is Cause.UNREADABLE
