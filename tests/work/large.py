"""A case of very many documents, put straight into the records: nothing is read, nothing is indexed."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from fairwitness.case import schema
from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.core.records import Find

TYPES = ("application/pdf", "message/rfc822", "image/jpeg", "text/plain", "application/zip")
FOLDERS = 400
IN_ONE = 200  # files in one container
_BATCH = 5000


def digest_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def make_large_case(folder: Path, documents: int) -> None:
    """So many documents, half of them in containers, a tenth found twice, a fifth failed, most with dates."""
    Case.create_or_open(folder).close()
    chance = random.Random(7)
    with Case.open(folder, writing=True) as case, case._engine.begin() as connection:
        for table, rows in (
            (schema.document, _documents(documents)),
            (schema.reading, _readings(documents, chance)),
            (schema.find, _finds(documents)),
            (
                schema.event,
                ({"body": b'{"at":1700000000,"nonce":"' + bytes(400) + b'"}'} for _ in range(2 * documents)),
            ),
        ):
            batch: list[dict[str, Any]] = []
            for row in rows:
                batch.append(row)
                if len(batch) == _BATCH:
                    connection.execute(insert(table), batch)
                    batch = []
            if batch:
                connection.execute(insert(table), batch)
        last = json.dumps({"type": "open", "at": 1_700_000_000}).encode()
        connection.execute(insert(schema.event), [{"body": last}])


def _is_container(number: int) -> bool:
    return number % (2 * IN_ONE) == 0


def _parent(number: int) -> int:
    """The container that the document lies in, itself for none: every second run of `IN_ONE` lies in one."""
    start = number - number % (2 * IN_ONE)
    return start if start < number <= start + IN_ONE else number


def _documents(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "digest": digest_of(number),
            "size_bytes": 1000 + number % 90_000,
            "depth": int(_parent(number) != number),
            "allowance_bytes": 1 << 28,
            "hint": "",
        }


def _readings(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(count):
        media_type = TYPES[4] if _is_container(number) else TYPES[number % 4]
        day = f"{chance.randrange(1998, 2024)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        about = [["created", day, "PDF Info CreationDate"], ["producer", "a program " * 12, "PDF Info Producer"]]
        waiting = media_type == TYPES[2]
        broken = number % 20 == 19
        yield {
            "id": digest_of(-number - 1),
            "document": digest_of(number),
            "media_type": media_type,
            "charset": "",
            "step": "read",
            "version": "1",
            "options": "{}",
            "outcome": (Cause.UNREADABLE if broken else Cause.OK).value,
            "detail": "",
            "pages_expected": 3,
            "pages_read": 0 if broken or waiting else 3,
            "pages_with_text": 0 if broken or waiting else 3,
            "page_causes": '{"needs_ocr":"1-3"}' if waiting and not broken else "{}",
            "entries_expected": min(IN_ONE, count - number - 1) if _is_container(number) else 0,
            "entries_found": min(IN_ONE, count - number - 1) if _is_container(number) else 0,
            "pages": "",
            "about": json.dumps(about if number % 3 else []),
        }


def _finds(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        parent = _parent(number)
        inside = parent != number
        name = f"папка {number % FOLDERS}/文件-{number}.bin".encode()
        yield _find(digest_of(parent) if inside else "", number if inside else 0, name, number, int(inside))
        if number % 10 == 0 and not inside:
            yield _find("", 0, f"copies/{number}".encode(), number, 0)


def _find(parent: str, ordinal: int, name: bytes, number: int, depth: int) -> dict[str, Any]:
    found = Find(parent, ordinal, name, document=digest_of(number), modified="2016-05-04", depth=depth)
    return {
        "id": found.id,
        "parent": parent,
        "ordinal": ordinal,
        "name": name,
        "kind": "file",
        "role": "member",
        "document": found.document,
        "size_bytes": 1000,
        "modified": found.modified,
        "cause": "",
        "detail": "",
        "depth": depth,
    }
