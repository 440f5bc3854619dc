from __future__ import annotations

import contextlib
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.routing import Route

from fairwitness.web.app import PAGES
from fairwitness.web.guard import HEADERS, MAX_BODY_BYTES, UPLOADS
from fairwitness.web.sessions import MAX_LINKS, Sessions
from tests.web.serving import Client, serving

PAGE = "/machine"


def test_the_server_listens_on_this_machine_alone(room: Client) -> None:
    with Path("/proc/net/tcp").open() as listed:
        rows = [line.split() for line in listed][1:]
    ours = [row[1] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == room.port]
    assert ours == [f"0100007F:{room.port:04X}"]
    with Path("/proc/net/tcp6").open() as listed:
        assert not [line for line in listed if f":{room.port:04X} " in line and " 0A " in line]


def test_a_link_works_once(sample_case: Path) -> None:
    with serving(sample_case) as client:
        assert client.ask(PAGE).status == 200
        again = Client(client.port, client.link)
        assert again.enter().status == 403
        assert again.cookie == ""
        assert again.ask(PAGE).status == 403


def test_without_a_session_nothing_of_the_case_is_told(room: Client) -> None:
    stranger = Client(room.port, "")
    for path in ("/", PAGE, "/search?q=x", "/no-such-page", "/enter/../machine"):
        answer = stranger.ask(path)
        assert answer.status == 403
        assert "<html" not in answer.text


@pytest.mark.parametrize("cookie", ["", "fairwitness-{port}=", "fairwitness-{port}=guessed", "fairwitness-1=x; a==;b"])
def test_a_guessed_cookie_is_refused(room: Client, cookie: str) -> None:
    assert Client(room.port, "").ask(PAGE, Cookie=cookie.format(port=room.port)).status == 403


@pytest.mark.parametrize("token", ["", "guessed", "%00", "a" * 5000])
def test_a_guessed_token_is_refused(room: Client, token: str) -> None:
    answer = Client(room.port, "").ask(f"/enter?token={token}")
    assert answer.status == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}", ""]
)
def test_a_name_that_was_pointed_at_this_machine_is_refused(room: Client, host: str) -> None:
    answer = room.ask(PAGE, Host=host.format(port=room.port))
    assert answer.status == 421
    assert room.ask(PAGE, Host=f"localhost:{room.port}").status == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:{port}"])
def test_a_request_that_another_site_makes_is_refused(room: Client, origin: str) -> None:
    headers = {"Origin": origin.format(port=room.port), "Content_Type": "application/x-www-form-urlencoded"}
    assert room.ask("/lists", "POST", b"csrf=x", **headers).status == 403
    assert room.ask(PAGE, **headers).status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_a_browser_says_another_site_sent_is_refused(room: Client, site: str) -> None:
    assert room.ask("/lists", "POST", b"", Sec_Fetch_Site=site).status == 403


def test_every_form_needs_the_token_of_its_session(room: Client) -> None:
    paths = [route.path for module in PAGES for route in module.routes() if "POST" in (route.methods or ())]
    for path in paths:
        concrete = re.sub(r"{[^}]+}", "x", path)
        for token in (None, "", "guessed", "é"):
            answer = room.send(concrete, token)
            assert (answer.status, "another session" in answer.text) == (403, True), path


def test_no_page_changes_anything_when_it_is_only_looked_at() -> None:
    for module in PAGES:
        for route in module.routes():
            assert isinstance(route, Route)
            assert set(route.methods or ()) in ({"GET", "HEAD"}, {"POST"}), route.path


@pytest.mark.parametrize("path", [PAGE, "/no-such-page", "/static/css/base.css", "/enter?token=x"])
def test_every_answer_carries_the_policy(room: Client, path: str) -> None:
    answer = room.ask(path)
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value
    kept = path.startswith("/static/")
    assert (answer.headers["cache-control"] == "no-store") is not kept
    assert "server" not in answer.headers


def test_the_cookie_is_for_this_server_and_no_script(sample_case: Path) -> None:
    with serving(sample_case) as client:
        fresh = Client(client.port, client.link.partition("?")[0] + "?token=x")
        assert fresh.enter().status == 403
    sessions = Sessions(8123)
    cookie = sessions.enter(sessions.new_link())
    assert cookie and sessions.of_cookie(cookie) is not None
    assert sessions.of_cookie(cookie + "x") is None


def test_a_new_link_makes_the_oldest_one_useless_only_after_many() -> None:
    sessions = Sessions(1)
    links = [sessions.new_link() for _ in range(MAX_LINKS + 1)]
    assert sessions.enter(links[0]) is None
    assert all(sessions.enter(link) for link in links[1:])


def test_a_form_that_says_it_is_a_gigabyte_is_refused_at_once(room: Client) -> None:
    with socket.create_connection(("127.0.0.1", room.port), 30) as connection:
        head = f"POST /lists HTTP/1.1\r\nHost: 127.0.0.1:{room.port}\r\nCookie: {room.cookie}\r\n"
        connection.sendall(f"{head}Content-Length: {1 << 30}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("path", ["/findings", *sorted(UPLOADS)])
def test_a_form_that_never_ends_fills_neither_memory_nor_disk(sample_case: Path, path: str) -> None:
    """Sent in chunks, so that its length is not known before."""
    kind = "multipart/form-data; boundary=b" if path in UPLOADS else "application/x-www-form-urlencoded"
    chunk = b"%x\r\n" % MAX_BODY_BYTES + b"a" * MAX_BODY_BYTES + b"\r\n"
    with serving(sample_case) as client:
        assert client.process is not None
        assert client.ask(PAGE).status == 200
        before = _peak_bytes(client.process.pid)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nCookie: {client.cookie}\r\n"
        with socket.create_connection(("127.0.0.1", client.port), 60) as connection:
            connection.sendall(f"{head}Content-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            with contextlib.suppress(OSError):
                for _ in range(300):
                    connection.sendall(chunk)
        assert _peak_bytes(client.process.pid) - before < 150 << 20
        assert client.ask(PAGE).status == 200


def _peak_bytes(process: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) << 10


def test_a_client_that_never_reads_holds_up_nobody(room: Client) -> None:
    idle = []
    for _ in range(20):
        connection = socket.create_connection(("127.0.0.1", room.port), 30)
        connection.sendall(
            f"GET {PAGE} HTTP/1.1\r\nHost: 127.0.0.1:{room.port}\r\nCookie: {room.cookie}\r\n\r\n".encode()
        )
        idle.append(connection)
    half = socket.create_connection(("127.0.0.1", room.port), 30)
    half.sendall(b"GET /mach")
    try:
        assert room.ask(PAGE).status == 200
    finally:
        for connection in [*idle, half]:
            connection.close()


def test_two_hundred_requests_at_once_are_all_answered(room: Client) -> None:
    start = threading.Barrier(200)

    def ask(_: int) -> int:
        start.wait(60)
        return room.ask(PAGE).status

    with ThreadPoolExecutor(200) as pool:
        assert set(pool.map(ask, range(200))) == {200}


def test_a_case_that_was_moved_away_is_said_so(sample_case: Path, tmp_path: Path) -> None:
    link = tmp_path / "case"
    link.symlink_to(sample_case)
    with serving(link) as client:
        assert client.ask(PAGE).status == 200
        link.unlink()
        gone = client.ask(PAGE)
        assert (gone.status, "no longer in its folder" in gone.text) == (503, True)
        link.symlink_to(sample_case)
        assert client.ask(PAGE).status == 200


def test_the_server_stops_when_it_is_told_to(sample_case: Path) -> None:
    with serving(sample_case) as client:
        assert client.process is not None
        client.process.terminate()
        client.process.wait(20)
        with pytest.raises(OSError):
            client.ask(PAGE)
