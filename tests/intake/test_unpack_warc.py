from __future__ import annotations

import gzip
import plistlib

from fairwitness.core.outcome import Cause
from fairwitness.intake.unpack_warc import UnpackWarc
from fairwitness.intake.unpack_webarchive import UnpackWebarchive
from tests.intake.parts import unpack

PAGE = "<html><p>通知</p></html>".encode()


def record(kind: str, block: bytes, **headers: str) -> bytes:
    lines = {"WARC-Type": kind, "WARC-Date": "2017-03-01T08:00:00Z", "Content-Length": str(len(block)), **headers}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return b"WARC/1.0\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"


def answer(body: bytes, address: str, *headers: str) -> bytes:
    head = "".join(f"{line}\r\n" for line in ("HTTP/1.1 200 OK", *headers))
    return record("response", head.encode() + b"\r\n" + body, WARC_Target_URI=address,
                  Content_Type="application/http; msgtype=response")  # fmt: skip


def test_answers_come_out_as_they_were_sent_and_are_listed() -> None:
    chunks = b"5\r\n" + PAGE[:5] + b"\r\n" + f"{len(PAGE) - 5:x}; x=1\r\n".encode() + PAGE[5:] + b"\r\n0\r\n\r\n"
    data = (
        record("warcinfo", b"software: none", Content_Type="application/warc-fields")
        + answer(chunks, "http://a.example/1", "Transfer-Encoding: chunked")
        + answer(gzip.compress(PAGE), "<http://a.example/2.html>", "Content-Encoding: gzip")
        + answer(PAGE, "http://a.example/3", "Transfer-Encoding: chunked", "Content-Encoding: gzip")
        + record("request", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", Content_Type="application/http; msgtype=request")
    )
    out = unpack(UnpackWarc(), data)
    assert out.names == [
        b"warcinfo",
        b"http://a.example/1",
        b"http://a.example/2.html",
        b"http://a.example/3",
        b"request",
    ]
    assert out.data == [b"software: none", PAGE, PAGE, PAGE, b"GET / HTTP/1.1\r\nHost: a\r\n"]
    assert out.pages[0].text.split("\n")[1] == "2017-03-01T08:00:00Z response 200 OK http://a.example/1"
    assert (out.end.outcome, out.end.expected_entries, out.end.expected_pages) == (Cause.OK, 5, 1)
    assert {entry.modified for entry in out.entries} == {"2017-03-01"}


def test_a_chunk_may_be_cut_anywhere() -> None:
    body = PAGE * 40_000  # more than is read at once
    chunks = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in
                      (body[at : at + 1013] for at in range(0, len(body), 1013))) + b"0\r\n\r\n"  # fmt: skip
    out = unpack(UnpackWarc(), answer(chunks, "http://a.example/", "Transfer-Encoding: chunked"))
    assert out.data == [body]


def test_a_torn_archive_keeps_what_came() -> None:
    data = answer(PAGE, "http://a.example/1") + answer(PAGE * 100, "http://a.example/2")
    out = unpack(UnpackWarc(), data[:-500])
    assert (out.data[0], out.end.outcome) == (PAGE, Cause.PARTIAL)
    assert unpack(UnpackWarc(), b"WARC/1.0\r\nContent-Length: x\r\n\r\n").end.outcome is Cause.UNREADABLE


def test_a_web_archive_of_safari_gives_its_page_and_what_it_shows() -> None:
    inner = {"WebMainResource": {"WebResourceData": b"frame", "WebResourceURL": "http://a.example/f"}}
    told = plistlib.dumps({"$objects": ["$null", "Date", "Wed, 01 Mar 2017 08:00:00 GMT"]}, fmt=plistlib.FMT_BINARY)
    root = {
        "WebMainResource": {
            "WebResourceData": PAGE,
            "WebResourceURL": "http://a.example/",
            "WebResourceResponse": told,
        },
        "WebSubresources": [{"WebResourceData": b"png", "WebResourceURL": "http://a.example/x.png"}, {"no": "data"}],
        "WebSubframeArchives": [inner],
    }
    out = unpack(UnpackWebarchive(), plistlib.dumps(root, fmt=plistlib.FMT_BINARY))
    assert out.by_name() == {
        b"http://a.example/": PAGE,
        b"http://a.example/x.png": b"png",
        b"http://a.example/f": b"frame",
    }
    assert out.pages[0].text.startswith("http://a.example/\nDate\nWed, 01 Mar 2017 08:00:00 GMT\n\n")
    assert (out.end.outcome, out.end.expected_pages) == (Cause.OK, 1)
