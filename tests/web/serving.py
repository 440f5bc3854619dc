"""The reading room as a process of its own, and a client that is no browser."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def csrf(self) -> str:
        """The token in the forms of the page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        assert found is not None, "no form on this page"
        return found[1]


@dataclass
class Client:
    """Asks one server; follows nothing by itself."""

    port: int
    link: str
    cookie: str = ""
    process: subprocess.Popen[str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            if self.cookie:
                sent.setdefault("Cookie", self.cookie)
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def enter(self) -> Answer:
        """The session of the link that the server printed."""
        parts = urlsplit(self.link)
        answer = self.ask(f"{parts.path}?{parts.query}")
        self.cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        return answer

    def send(self, path: str, csrf: str | None, **fields: str) -> Answer:
        """A form, sent as a browser without JavaScript sends it."""
        body = urlencode(fields | ({"csrf": csrf} if csrf is not None else {})).encode()
        kind = "application/x-www-form-urlencoded"
        return self.ask(path, "POST", body, Content_Type=kind, Origin=self.base, Sec_Fetch_Site="same-origin")


@contextmanager
def serving(case: Path, *more: str) -> Iterator[Client]:
    """A server of the case, entered."""
    command = [sys.executable, "-m", "fairwitness", "serve", str(case), "--json", *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        link = json.loads(process.stdout.readline())["link"]
        client = Client(urlsplit(link).port or 0, link, process=process)
        client.enter()
        yield client
    finally:
        process.terminate()
        process.wait(30)
