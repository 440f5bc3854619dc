"""A kept list as one flat table to be published: text, normal form, status and cite of each cell that may be shown.

Personal columns are withheld unless the caller asks otherwise: those of the kinds "name" and "identity", and every
column of which nobody said that it is not personal.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from fairwitness.core.lists import Cell, Column, Row
from fairwitness.lists.values import comparison_form, value_of
from fairwitness.work.coding import Coded, Coding
from fairwitness.work.keying import Desk, cell_name

Personal = Literal["withheld", "pseudonyms", "released", "plain"]
PERSONAL: tuple[Personal, ...] = ("withheld", "pseudonyms", "released", "plain")
_NAMED = ("name", "identity")  # the kinds that name a person, of which a pseudonym can be made
_NORMAL = ("date", "number", "identity", "code")
_PSEUDONYM_HEX = 32
Said = tuple[str, str, str]  # text, status, state


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the table; `type` as in Frictionless: string, integer or number."""

    name: str
    type: str = "string"
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class FlatList:
    """The table; None where nothing stands. `withheld` names the columns of the list that are not in it.

    `statuses` counts the cells of each column by status; `left_out` the rows that are no data.
    """

    fields: tuple[Field, ...]
    rows: tuple[tuple[str | int | None, ...], ...]
    withheld: tuple[str, ...] = ()
    pseudonyms: tuple[str, ...] = ()
    statuses: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)


def is_personal(column: Column) -> bool:
    """Whether the column is withheld by default, whatever its set-up says of names and numbers."""
    return column.personal or column.kind in _NAMED


def flat_list(
    desk: Desk,
    personal: Personal = "withheld",
    key: bytes = b"",
    *,
    proposals: bool = False,
    codings: Sequence[Coding] = (),
    released: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> FlatList:
    """Every data row of the list, each cell as people decided it, with its cite.

    A cell that nobody decided is empty and "open", or, with `proposals`, what the machine read, and "proposal". With
    "pseudonyms" the columns that name a person become HMAC-SHA-256 under `key`; other personal columns are withheld
    even then: a word out of a few, such as a sex, is known by how often it stands there. With "released" they hold what
    `released` names by the id of the row, and nothing of any other row. The codes of `codings` come
    coder by coder, in the order of their pseudonyms, which are not told; also of columns whose text is withheld.
    """
    columns = list(enumerate(desk.list.columns))
    plain = [(at, column) for at, column in columns if personal in ("plain", "released") or not is_personal(column)]
    named = [(at, column) for at, column in columns if personal == "pseudonyms" and column.kind in _NAMED]
    shown = {column.name for _, column in (*plain, *named)}
    carried = {rule.columns[0] for rule in desk.setup.rules if rule.kind == "carry"}
    coded = _coded(desk, codings)
    above: dict[str, tuple[Said, str]] = {}
    rows = []
    statuses: dict[str, dict[str, int]] = {column.name: {} for _, column in columns}
    for row in desk.list.data_rows:
        held = {cell.column: cell for cell in row.cells}
        said = {at: said_of(desk, row, held.get(at), column, proposals) for at, column in columns}
        for at, column in columns:
            statuses[column.name][said[at][1]] = statuses[column.name].get(said[at][1], 0) + 1
        line: list[str | int | None] = [row.number, row.id, row.document[:16], row.page, " ".join(row.flags) or None]
        for at, column in plain:
            cell, cite = held.get(at), row.id
            cite = " ".join(cell.places) if cell is not None and cell.places else cite
            what = said[at]
            if column.name in carried:
                what, cite = carried_down(
                    above, column.name, what, cite, is_row_blank=not any(s[0] for s in said.values())
                )
            if personal == "released" and is_personal(column) and column.name not in released.get(row.id, ()):
                what, cite = ("", "withheld", ""), row.id
            line += _shown(column, what, cite)
        line += [_pseudonym(desk, column, said[at][0], key) for at, column in named]
        cells = {column.name: cell_name(row, held[at], column) for at, column in columns if at in held}
        line += [_codes_of(given.get(cells.get(column, ""))) for _, column, given in coded]
        rows.append(tuple(line))
    left_out = {kind: sum(row.kind == kind for row in desk.list.rows) for kind in ("header", "total")}
    return FlatList(
        (
            *_ROW_FIELDS,
            *(one for _, column in plain for one in _fields(column)),
            *(_id_field(column) for _, column in named),
            *(one for one, _, _ in coded),
        ),
        tuple(rows),
        tuple(column.name for _, column in columns if column.name not in shown),
        tuple(column.name for _, column in named),
        statuses,
        left_out,
    )


_ROW_FIELDS = (
    Field("row", "integer", "Row", "number of the row in the list, from 1"),
    Field("row_cite", "string", "Place of the row", "fairwitness show CASE CITE opens it"),
    Field("document", "string", "Document", "first 16 hex digits of the SHA-256 of the file"),
    Field("page", "integer", "Page", "page of the document on which the row begins"),
    Field("row_flags", "string", "What is not sure", "joined, may_go_on, ragged, repeated"),
)


def _fields(column: Column) -> list[Field]:
    title = column.title or column.name
    made = [Field(column.name, "string", title, f"text of the cell as it was typed; kind: {column.kind}")]
    if column.kind in _NORMAL:
        kind = "number" if column.kind == "number" else "string"
        made.append(Field(f"{column.name}_normal", kind, title, "normal form; empty where the text is not understood"))
    statuses = "agreed, reviewed, adjudicated, proposal, open, carried or withheld"
    status = f"{statuses}; after a colon: blank, illegible, struck, outside"
    made.append(Field(f"{column.name}_status", "string", title, status))
    made.append(Field(f"{column.name}_cite", "string", title, "where the cell stands; several places for a torn one"))
    return made


def _id_field(column: Column) -> Field:
    says = "HMAC-SHA-256 of the text under a key that is not here; the same text of this column has the same one"
    return Field(f"{column.name}_id", "string", column.title or column.name, says)


def _coded(desk: Desk, codings: Sequence[Coding]) -> list[tuple[Field, str, dict[str, Coded]]]:
    """A field for each codebook, coded column and coder, with the column and what that coder said of its cells."""
    made = []
    for coding in codings:
        for number, (_, said) in enumerate(sorted(coding.by_coder.items()), 1):
            held = {cell: one for cell, one in said.items() if cell in desk.cells}
            for name in dict.fromkeys(column.name for column in desk.list.columns):
                given = {cell: one for cell, one in held.items() if desk.cells[cell].column.name == name}
                if given:
                    says = f"codes of {coding.book.called} by coder {number}; (none): none fits; empty: not coded"
                    field_name = f"{name}_{coding.book.id}_{coding.book.version}_{number}"
                    made.append((Field(field_name, "string", coding.book.title, says), name, given))
    return made


def _codes_of(said: Coded | None) -> str | None:
    return None if said is None else " ".join(said.codes) or "(none)"


def said_of(desk: Desk, row: Row, cell: Cell | None, column: Column, proposals: bool = False) -> Said:
    """Text, status and state of the cell; "open" where nobody decided, unless `proposals` are wanted."""
    if cell is None:
        return "", "open", ""
    state = desk.state(cell_name(row, cell, column))
    if state.value is not None:
        text = state.value.text if state.value.state == "text" else ""
        return text, state.status, "" if state.value.state == "text" else state.value.state
    return (cell.text, "proposal", "") if proposals and cell.text.strip() else ("", "open", "")


def carried_down(
    above: dict[str, tuple[Said, str]], name: str, what: Said, cite: str, *, is_row_blank: bool
) -> tuple[Said, str]:
    """What is written above where the cell is blank, with the cite of where it is written."""
    if what[0].strip():
        above[name] = (what, cite)
    elif name in above and not is_row_blank and what[2] in ("", "blank"):
        (text, _, _), cite = above[name]
        return (text, "carried", ""), cite
    return what, cite


def _shown(column: Column, what: Said, cite: str) -> list[str | int | None]:
    text, status, state = what
    shown: list[str | int | None] = [text or None]
    if column.kind in _NORMAL:
        value = value_of(column, text)
        shown.append((None if value.problem else value.normal) or None)
    return [*shown, f"{status}:{state}" if state else status, cite]


def _pseudonym(desk: Desk, column: Column, text: str, key: bytes) -> str | None:
    """The same for the same text in the same column of the same list, and nowhere else."""
    form = comparison_form(column, text)
    if not form:
        return None
    said = "\n".join(("fairwitness pseudonym 1", desk.kept.id, column.name, form))
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM_HEX]
