"""What leaves the case: nothing personal unless somebody asks for it, the same bytes each time, each cell with its cite."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import shutil
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import polars
import pytest
from python_calamine import CalamineWorkbook

from fairwitness.case.case import Case
from fairwitness.core.cite import parse_any_cite
from fairwitness.core.lists import Column
from fairwitness.lists.codebook import parse_codebook
from fairwitness.work.coding import add_codebook, code_cell
from fairwitness.work.judging import BadSignature
from fairwitness.work.kept_lists import change_list, kept_list
from fairwitness.work.keying import Desk, enter
from fairwitness.work.list_export import FORMS, BadExport, BadKey, ExportOptions, export_list, read_key
from fairwitness.work.list_table import flat_list
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.lists.test_codebook import BOOK
from tests.work.support import run_cli, run_json
from tests.work.support_lists import case_with_text, list_in

COLUMNS = (
    Column("serial", kind="number", personal=False),
    Column("name", kind="name", personal=False),  # said not to be personal, and withheld all the same
    Column("day", kind="date", personal=False),
    Column("note"),
)
SETUP = "\n".join(
    f'[[column]]\nname = "{column.name}"\nkind = "{column.kind}"\npersonal = {str(column.personal).lower()}\n'
    for column in COLUMNS
)
TYPED = [
    ["1", "Aynur Sınama", "2017.3", "=1+1"],
    ["-2", "Batur Deneme", "2018-01-05", "plain"],
    ["3", "aynur sınama", "never", "+x"],
    ["4", "Aynur  Sınama", "", "@y"],
]


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    with case_with_text(folder) as case:
        kept = list_in(case, 5, columns=COLUMNS)
        kept = change_list(case, kept.id, "heron", setup=SETUP)
        for row, texts in zip(Desk(case, kept).list.rows, TYPED, strict=False):
            for cell, text in zip(row.cells, texts, strict=True):
                state = "text" if text else "illegible"
                enter(case, kept, cell.places[0], "heron", "review", state, text, "engine")
    return folder / "case"


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Case:
    return Case.open(Path(shutil.copytree(made_case, tmp_path / "case")))


def desk_of(case: Case) -> Desk:
    return Desk(case, kept_list(case, "Register"))


def rows_in(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_by_default_no_personal_field_is_in_any_form(case: Case) -> None:
    desk = desk_of(case)
    for form in FORMS:
        done = export_list(case, desk, ExportOptions(form))
        assert done.table.withheld == ("name", "note")
        files = [done.data]
        if form in ("package", "xlsx"):
            files = [
                archive.read(name)
                for archive in [zipfile.ZipFile(io.BytesIO(done.data))]
                for name in archive.namelist()
            ]
        for word in ("Aynur", "Batur", "plain"):
            assert not any(word.encode() in data for data in files), form
    assert not any(kind == "export-list" for kind in kinds_of_events(case))


def kinds_of_events(case: Case) -> list[str]:
    return [json.loads(body)["type"] for body in event_bodies(case)]


def event_bodies(case: Case) -> list[bytes]:
    return list(case.queries.events(0))


def test_every_cell_has_its_text_its_normal_form_its_status_and_its_cite(case: Case) -> None:
    rows = rows_in(export_list(case, desk_of(case), ExportOptions()).data)
    assert [row["serial_normal"] for row in rows] == ["1", "-2", "3", "4", ""]
    assert [row["day"] for row in rows] == ["2017.3", "2018-01-05", "never", "", ""]
    assert [row["day_normal"] for row in rows] == ["2017-03", "2018-01-05", "", "", ""]
    assert [row["day_status"] for row in rows] == ["reviewed", "reviewed", "reviewed", "reviewed:illegible", "open"]
    for number, row in enumerate(rows):
        cite = parse_any_cite(row["day_cite"])
        assert (cite.x0, cite.y0) == (200, 10 * number) and row["row"] == str(number + 1)  # type: ignore[union-attr]
        assert row["document"] == cite.document and row["page"] == str(cite.page)


def test_what_nobody_decided_is_left_out_unless_proposals_are_asked_for(case: Case) -> None:
    rows = rows_in(export_list(case, desk_of(case), ExportOptions(proposals=True)).data)
    assert (rows[4]["serial"], rows[4]["serial_status"]) == ("r4 c0", "proposal")


def test_plain_personal_fields_need_a_signature_and_are_told_in_the_log(case: Case) -> None:
    with pytest.raises(BadSignature):
        export_list(case, desk_of(case), ExportOptions(personal="plain"))
    done = export_list(case, desk_of(case), ExportOptions(personal="plain"), "heron")
    rows = rows_in(done.data)
    assert rows[0]["name"] == "Aynur Sınama" and done.table.withheld == ()
    assert [row["note"] for row in rows[:4]] == ["'=1+1", "plain", "'+x", "'@y"]  # nothing that a program would run
    assert [row["serial"] for row in rows[:2]] == ["1", "'-2"]
    last = json.loads(event_bodies(case)[-1])
    assert last["type"] == "export-list" and "Aynur" not in str(last)
    assert verify(case, Progress(None)).is_sound


def test_pseudonyms_are_keyed_hashes_of_what_names_a_person_and_of_nothing_else(case: Case) -> None:
    key = bytes(range(32))
    desk = desk_of(case)
    done = export_list(case, desk, ExportOptions(personal="pseudonyms", key=key))
    ids = [row["name_id"] for row in rows_in(done.data)]
    said = f"fairwitness pseudonym 1\n{desk.kept.id}\nname\nBatur Deneme".encode()
    assert ids[1] == hmac.new(key, said, hashlib.sha256).hexdigest()[:32]
    assert ids[0] == ids[3] != ids[2] and ids[4] == ""
    assert b"Batur" not in done.data and b"plain" not in done.data
    other = export_list(case, desk, ExportOptions(personal="pseudonyms", key=bytes(32)))
    assert rows_in(other.data)[1]["name_id"] != ids[1]
    with pytest.raises(BadKey):
        export_list(case, desk, ExportOptions(personal="pseudonyms"))


def test_a_key_is_made_for_its_owner_alone_and_never_in_the_case(case: Case, made_case: Path, tmp_path: Path) -> None:
    key = read_key(tmp_path / "key", case.folder)
    assert len(key) == 32 and stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert read_key(tmp_path / "key", case.folder) == key
    with pytest.raises(BadKey):
        read_key(case.folder / "key", case.folder)
    (tmp_path / "link").symlink_to(case.folder)
    with pytest.raises(BadKey):
        read_key(tmp_path / "link" / "key", case.folder)
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(BadKey):
        read_key(tmp_path / "key", case.folder)
    (tmp_path / "short").write_text("00")
    (tmp_path / "short").chmod(0o600)
    with pytest.raises(BadKey):
        read_key(tmp_path / "short", case.folder)


@pytest.mark.parametrize("form", FORMS)
def test_the_same_list_gives_the_same_bytes(case: Case, form) -> None:
    one, other = (export_list(case, desk_of(case), ExportOptions(form)).data for _ in range(2))
    assert one == other


def test_all_forms_hold_the_same_rows(case: Case) -> None:
    desk = desk_of(case)
    table = flat_list(desk, "plain")
    names = [one.name for one in table.fields]
    plain = ExportOptions("parquet", "plain")
    frame = polars.read_parquet(io.BytesIO(export_list(case, desk, plain, "heron").data))
    assert frame.columns == names and frame.rows() == list(table.rows)
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(export_list(case, desk, ExportOptions("xlsx", "plain"), "heron").data)
    )
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head == names
    assert [["" if cell is None else cell for cell in row] for row in table.rows] == [
        [int(cell) if isinstance(cell, float) else cell for cell in row] for row in rows
    ]


def test_a_workbook_runs_nothing(case: Case) -> None:
    done = export_list(case, desk_of(case), ExportOptions("xlsx", "plain"), "heron")
    archive = zipfile.ZipFile(io.BytesIO(done.data))
    assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_what_a_workbook_cannot_hold_is_refused_and_not_cut(case: Case) -> None:
    kept = kept_list(case, "Register")
    data = Desk(case, kept).list
    row = data.rows[4]
    cells = tuple(replace(cell, text="x" * 40_000) for cell in row.cells)
    change_list(case, kept.id, "heron", rows=replace(data, rows=(*data.rows[:4], replace(row, cells=cells))))
    with pytest.raises(BadExport):
        export_list(case, desk_of(case), ExportOptions("xlsx", "plain", proposals=True), "heron")


def test_a_data_package_describes_its_table_and_what_is_not_in_it(case: Case) -> None:
    rates = [{"column": "day", "errors": 1, "cells": 40}]
    add_codebook(case, kept_list(case, "Register"), BOOK, "heron")
    done = export_list(case, desk_of(case), ExportOptions("package"), error_rates=rates)
    archive = zipfile.ZipFile(io.BytesIO(done.data))
    described = json.loads(archive.read("datapackage.json"))
    (resource,) = described["resources"]
    data = archive.read(resource["path"])
    assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}" and resource["bytes"] == len(data)
    rows = rows_in(data)
    assert [one["name"] for one in resource["schema"]["fields"]] == list(rows[0])
    for one in resource["schema"]["fields"]:
        cast = {"integer": int, "number": float, "string": str}[one["type"]]
        assert all(cast(row[one["name"]]) is not None for row in rows if row[one["name"]])
    about = described["fairwitness"]
    assert about["withheld"] == ["name", "note"] and about["error_rates"] == rates
    assert about["statuses"]["day"] == {"open": 1, "reviewed": 4}
    assert list(about["pages"].values()) == [{"ok": "1-2"}]
    assert archive.read("setup.toml").decode() == SETUP
    assert parse_codebook(archive.read("codebooks/reasons@1.toml").decode()) == parse_codebook(BOOK)


def test_codes_come_coder_by_coder_where_they_are_asked_for(case: Case) -> None:
    desk = desk_of(case)
    book = add_codebook(case, desk.kept, BOOK, "heron")
    first, second = [row.cells[3].places[0] for row in desk.list.rows[:2]]
    code_cell(case, desk, book, first, ["travel", "dress"], "heron")
    code_cell(case, desk, book, first, [], "gull")
    code_cell(case, desk, book, second, ["dress"], "gull")
    rows = rows_in(export_list(case, desk, ExportOptions(codes=True)).data)
    assert [row["note_reasons_1_1"] for row in rows[:3]] == ["(none)", "dress", ""]
    assert [row["note_reasons_1_2"] for row in rows[:3]] == ["travel dress", "", ""]
    assert "note_reasons_1_1" not in rows_in(export_list(case, desk, ExportOptions()).data)[0]


def test_the_command_writes_a_file_for_its_owner_and_says_what_was_withheld(made_case: Path, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    told = run_json("list", "export", made_case, "Register", out)
    assert told["withheld"] == ["name", "note"] and told["rows"] == 5
    assert hashlib.sha256(out.read_bytes()).hexdigest() == told["sha256"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    said = run_cli("list", "export", made_case, "Register", tmp_path / "b.zip", "--format", "package").stdout
    assert "withheld: name, note" in said
    both = run_cli(
        "list", "export", made_case, "Register", out, "--with-personal", "--pseudonyms", tmp_path / "k", check=False
    )
    assert both.returncode == 2
