"""Exports a kept list: CSV, XLSX, Parquet or a Frictionless data package, the same bytes for the same list.

What is personal stays out by default (`fairwitness.work.list_table`); that somebody took it out is in the log.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import stat
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.ranges import write_ranges
from fairwitness.custody.ledger import extend_log
from fairwitness.lists.codebook import write_codebook
from fairwitness.work.coding import Coding, codebooks_of
from fairwitness.work.judging import signature
from fairwitness.work.keying import Desk
from fairwitness.work.list_table import Field, FlatList, Personal, flat_list
from fairwitness.work.people_releases import note_release, released_in
from fairwitness.work.table_out import TableOut

ExportForm = Literal["csv", "xlsx", "parquet", "package"]
FORMS: Mapping[ExportForm, str] = {
    "csv": "a table as text; what a spreadsheet program would run gets an apostrophe in front",
    "xlsx": "a workbook, all cells of it text",
    "parquet": "a table for programs; needs fairwitness[parquet]",
    "package": "a ZIP file with a CSV table, datapackage.json (Frictionless) and the set-up",
}
KEY_BYTES = 32
_EXCEL_ROWS, _EXCEL_COLUMNS, _EXCEL_CHARS = 1_048_576, 16_384, 32_767
_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)  # the earliest that a ZIP file can say


class BadExport(FairwitnessError):
    """The list cannot be exported in this way."""

    code = "bad_export"


class BadKey(FairwitnessError):
    """The file cannot hold the key of pseudonyms."""

    code = "bad_key"
    advice = (
        "Name a file outside the case that is yours alone (chmod 600); one that does not exist is made. Keep it apart "
        "from the export: who has both can try names until one fits."
    )


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a list is exported; `key` makes the pseudonyms, `excel` puts the mark of UTF-8 before a CSV table.

    `codes` adds what coders said of its texts.
    """

    form: ExportForm = "csv"
    personal: Personal = "withheld"
    key: bytes = b""
    proposals: bool = False
    excel: bool = False
    codes: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was exported: the bytes, and what is in them."""

    data: bytes
    table: FlatList

    def as_json(self) -> dict[str, Any]:
        """Plain values, without the rows."""
        return {
            "sha256": hashlib.sha256(self.data).hexdigest(),
            "bytes": len(self.data),
            "rows": len(self.table.rows),
            "fields": [asdict(one) for one in self.table.fields],
            "withheld": list(self.table.withheld),
            "pseudonyms": list(self.table.pseudonyms),
            "statuses": {name: dict(sorted(some.items())) for name, some in self.table.statuses.items()},
            "left_out": dict(self.table.left_out),
        }


def export_list(
    case: Case,
    desk: Desk,
    options: ExportOptions,
    by: str = "",
    error_rates: Sequence[Mapping[str, Any]] = (),
    agreement: Sequence[Mapping[str, Any]] = (),
) -> Exported:
    """The list as a file. Personal fields and pseudonyms are told in the log before anybody has them.

    `error_rates` are those that audits of the list found, and `agreement` that of whoever keyed it, for the data
    package (`fairwitness.work.list_quality`).

    Raises:
        BadSignature: if personal fields are asked for and nobody signs.
        BadExport: if the form cannot hold the list.
        BadKey: if pseudonyms are asked for without a key.
    """
    if options.personal == "pseudonyms" and len(options.key) < KEY_BYTES:
        raise BadKey("Pseudonyms need a key.")
    signed = signature(by) if options.personal in ("plain", "released") or by else ""
    codings = [Coding(case, desk, book) for book in codebooks_of(case, desk.kept)] if options.codes else []
    free = released_in(case, desk) if options.personal == "released" else {}
    fields = {row: names for row, (_, names) in free.items()}
    table = flat_list(
        desk, options.personal, options.key, proposals=options.proposals, codings=codings, released=fields
    )
    quality = {"error_rates": [dict(one) for one in error_rates], "agreement": [dict(one) for one in agreement]}
    data = _written(case, desk, table, options, quality)
    if free:
        used = [(handle, name) for handle, names in free.values() for name in names]
        note_release(case, f"export-{hashlib.sha256(data).hexdigest()[:16]}", used, signed)
    if options.personal != "withheld":
        told = {"list": desk.kept.id, "rows": desk.kept.rows, "form": options.form, "personal": options.personal}
        with case.marking() as changes:
            changes.add_event("export-list", told | ({"by": signed} if signed else {}))
        extend_log(case)
    return Exported(data, table)


def read_key(path: Path, case: Path) -> bytes:
    """The key of pseudonyms that the file holds; one that is not there is made, readable by its owner alone.

    Raises:
        BadKey: if it lies in the case, others can read it, or it holds something else.
    """
    if path.resolve().is_relative_to(case.resolve()):
        raise BadKey("The key of pseudonyms must not lie in the case: who has the case would have it too.")
    try:
        if not path.exists():
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "w") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BadKey("Others than its owner can read the file with the key of pseudonyms.")
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        raise BadKey("The file with the key of pseudonyms cannot be used.") from None
    if len(key) != KEY_BYTES:
        raise BadKey("The file holds no key of pseudonyms.")
    return key


def write_private(path: Path, data: bytes) -> None:
    """The file holds the bytes, whole or not at all, and only its owner can read it.

    Raises:
        BadExport: if it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise BadExport("The file cannot be written.", advice="Check that its folder is there.") from None


def _written(case: Case, desk: Desk, table: FlatList, options: ExportOptions, quality: Mapping[str, Any]) -> bytes:
    if options.form == "xlsx":
        return _xlsx(table)
    if options.form == "parquet":
        return _parquet(table)
    if options.form == "package":
        return _package(case, desk, table, options, quality)
    return _csv(table, mark=options.excel)


def _csv(table: FlatList, *, mark: bool = False) -> bytes:
    out = io.StringIO()
    writer = TableOut(out, [one.name for one in table.fields], mark=mark)
    numbers = [one.type == "number" for one in table.fields]
    for row in table.rows:
        pairs = zip(row, numbers, strict=True)
        writer.add(Decimal(cell) if is_number and cell is not None else cell for cell, is_number in pairs)
    return out.getvalue().encode()


def _xlsx(table: FlatList) -> bytes:
    """A workbook with one sheet; nothing in it can be run, for texts are written as texts."""
    import xlsxwriter

    longest = max((len(cell) for row in table.rows for cell in row if isinstance(cell, str)), default=0)
    if len(table.rows) >= _EXCEL_ROWS or len(table.fields) > _EXCEL_COLUMNS or longest > _EXCEL_CHARS:
        raise BadExport("The list is larger than a workbook can be.", advice="Export it as csv, parquet or package.")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    book.set_properties({"created": _LONG_AGO.replace(tzinfo=None), "comments": f"fairwitness {__version__}"})
    sheet, bold = book.add_worksheet("list"), book.add_format({"bold": True})
    for at, one in enumerate(table.fields):
        sheet.write_string(0, at, one.name, bold)
    for number, row in enumerate(table.rows, 1):
        for at, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, at, cell)
            elif cell is not None:
                sheet.write_string(number, at, cell)
    sheet.freeze_panes(1, 1)
    book.close()
    return out.getvalue()


def _parquet(table: FlatList) -> bytes:
    try:
        import polars
    except ImportError:
        raise BadExport("Parquet needs the package polars.", advice='Run: pip install "fairwitness[parquet]"') from None

    types = {"integer": polars.Int64, "number": polars.String, "string": polars.String}
    schema = {one.name: types[one.type] for one in table.fields}
    out = io.BytesIO()
    polars.DataFrame(list(table.rows), schema=schema, orient="row").write_parquet(out, compression="zstd")
    return out.getvalue()


def _package(case: Case, desk: Desk, table: FlatList, options: ExportOptions, quality: Mapping[str, Any]) -> bytes:
    data, setup = _csv(table), desk.kept.setup.encode()
    described = {
        "profile": "tabular-data-package",
        "name": f"fairwitness-list-{desk.kept.id}",
        "title": desk.kept.name,
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": "list",
                "path": "list.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
                "dialect": {"lineTerminator": "\r\n"},
                "schema": {
                    "fields": [_described(one) for one in table.fields],
                    "primaryKey": ["row"],
                    "missingValues": [""],
                },
            }
        ],
        "fairwitness": _about(desk, table, options, quality) | {"setup_sha256": hashlib.sha256(setup).hexdigest()},
    }
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    books = {f"codebooks/{book.called}.toml": write_codebook(book).encode() for book in codebooks_of(case, desk.kept)}
    return _zipped({"datapackage.json": text.encode(), "list.csv": data, "setup.toml": setup} | books)


def _described(one: Field) -> dict[str, Any]:
    rules = {"required": True, "unique": True} if one.name == "row" else {}
    return asdict(one) | ({"constraints": rules} if rules else {})


def _about(desk: Desk, table: FlatList, options: ExportOptions, quality: Mapping[str, Any]) -> dict[str, Any]:
    """What a reader must know to judge the table: what is withheld, decided, and what could not be read."""
    pages: dict[str, dict[str, list[int]]] = {}
    for document, page, outcome in desk.list.pages:
        pages.setdefault(document, {}).setdefault(outcome, []).append(page)
    return {
        "made_with": f"fairwitness {__version__}",
        "list": desk.kept.id,
        "version": desk.kept.version,
        "rows_sha256": desk.kept.rows,
        "personal": options.personal,
        "withheld": list(table.withheld),
        "pseudonyms": list(table.pseudonyms),
        "statuses": {name: dict(sorted(some.items())) for name, some in table.statuses.items()},
        "left_out": dict(table.left_out),
        "pages": {doc: {how: write_ranges(some) for how, some in sorted(by.items())} for doc, by in pages.items()},
        "in_no_cell": dict(sorted(Counter(left.why for left in desk.list.unplaced).items())),
        "flagged_rows": dict(sorted(Counter(flag for row in desk.list.data_rows for flag in row.flags).items())),
        **quality,
    }


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in files.items():
            about = zipfile.ZipInfo(name, _LONG_AGO.timetuple()[:6])
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(about, data)
    return out.getvalue()
