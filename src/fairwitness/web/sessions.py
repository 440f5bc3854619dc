"""Sessions of the reading room: entered with a link that works once, known by a cookie, gone when the server stops."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

MAX_LINKS = 20  # that wait to be used; older ones stop working


@dataclass(slots=True)
class Session:
    """One browser that entered. `kept` holds what belongs to it alone, in memory: nothing of it is written."""

    id: str
    csrf: str
    kept: dict[str, Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Sessions:
    """All sessions of one server. Cookies are shared by all ports of a host, so `cookie` names the port."""

    def __init__(self, port: int) -> None:
        self.cookie = f"fairwitness-{port}"
        self._links: list[bytes] = []
        self._sessions: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def new_link(self) -> str:
        """A token by which one browser may enter, once."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links = [*self._links[1 - MAX_LINKS :], _digest(token)]
        return token

    def enter(self, token: str) -> str | None:
        """The value of the cookie of a new session; None if the token is not, or no longer, good."""
        digest = _digest(token)
        with self._lock:
            known = [link for link in self._links if hmac.compare_digest(link, digest)]
            if not known:
                return None
            self._links.remove(known[0])
            cookie = secrets.token_urlsafe(32)
            self._sessions[_digest(cookie)] = Session(secrets.token_hex(8), secrets.token_urlsafe(32))
        return cookie

    def of_cookie(self, cookie: str) -> Session | None:
        """The session that the cookie belongs to."""
        with self._lock:
            return self._sessions.get(_digest(cookie)) if cookie else None


def _digest(token: str) -> bytes:
    """What is kept instead of the token, and compared: its time tells nothing about it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
