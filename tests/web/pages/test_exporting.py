"""Exports: every hit, safe to open, and a client that takes nothing is in nobody's way."""

from __future__ import annotations

import csv
import io
import json
import socket
from pathlib import Path
from urllib.parse import quote

import pytest

from fairwitness.web.pages.exporting import MAX_EXPORTS
from tests.web.serving import Client, serving
from tests.work.support import open_quietly, run_cli

QUERY = "report OR 环境 OR вода"


@pytest.mark.parametrize("excel", [False, True])
def test_a_table_holds_every_hit_as_the_command_line_writes_it(room: Client, sample_case: Path, excel: bool) -> None:
    answer = room.ask(f"/search/export?format=csv&q={quote(QUERY)}" + ("&excel=yes" if excel else ""))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="hits.csv"'
    written = run_cli("export", sample_case, QUERY, "--csv", "-", *(["--excel"] if excel else [])).stdout
    assert answer.text.replace("\r\n", "\n") == written.replace("\r\n", "\n")
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) > 5


def test_filters_count_in_an_export(room: Client) -> None:
    lines = room.ask(f"/search/export?format=jsonl&q={quote(QUERY)}&f=type:pdf").text.splitlines()
    assert lines and {json.loads(line)["type"] for line in lines} == {"pdf"}


def test_a_query_that_is_none_gives_no_file(room: Client) -> None:
    answer = room.ask("/search/export?format=csv&q=" + quote('"open'))
    assert (answer.status, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert room.ask("/search/export?format=exe&q=a").status == 400


@pytest.mark.slow
def test_who_never_reads_an_export_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    for i in range(3):  # 12,000 hits: more than the buffers of a connection hold
        (tmp_path / "leak" / f"{i}.txt").write_text(
            "\f".join(f"water {i} {page} " * 40 for page in range(4000)), "utf-8"
        )
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with serving(tmp_path / "case") as client:
        lazy = []
        for _ in range(MAX_EXPORTS):
            one = socket.create_connection(("127.0.0.1", client.port))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            asked = f"GET /search/export?format=jsonl&q=water HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n"
            one.sendall(f"{asked}Cookie: {client.cookie}\r\n\r\n".encode())
            assert one.recv(15).startswith(b"HTTP/1.1 200")
            lazy.append(one)
        refused = client.ask("/search/export?format=jsonl&q=water")
        assert (refused.status, "fairwitness export" in refused.text) == (503, True)
        assert client.ask("/search?q=water").status == 200
        for one in lazy:
            one.close()
        for _ in range(50):
            answer = client.ask("/search/export?format=jsonl&q=water")
            if answer.status == 200:
                break
        assert answer.body.count(b"\n") == 300 * 40
