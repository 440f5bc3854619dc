"""Runs the reading room on this machine: 127.0.0.1, a free port, a link that works once."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import uvicorn

from fairwitness.core.errors import FairwitnessError
from fairwitness.web.app import make_app
from fairwitness.web.room import Room
from fairwitness.web.sessions import Sessions

HOST = "127.0.0.1"
GRACE_S = 5  # that requests have to end when the server stops


class PortTaken(FairwitnessError):
    """Another program listens on that port."""

    code = "port_taken"
    advice = "Leave out --port to take a free one."


def serve(folder: Path, *, port: int = 0, say: Callable[[str], None], keyboard: TextIO | None = None) -> None:
    """The case is shown until the process is told to stop; `say` gets the link, and another for each line typed.

    Raises:
        CaseError: if there is no case in the folder.
        PortTaken: if the port cannot be had.
    """
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL + 1)  # what went wrong is told by the guard, without words
    listening = _listen(port)
    address = listening.getsockname()
    sessions = Sessions(address[1])
    room = Room(folder, sessions)
    try:
        hosts = frozenset({f"{HOST}:{address[1]}", f"localhost:{address[1]}"})
        server = uvicorn.Server(_config(room, sessions, hosts))
        threading.Thread(
            target=_hand_out_links, args=(server, sessions, address[1], say, keyboard), daemon=True, name="links"
        ).start()
        with suppress(KeyboardInterrupt):  # raised again once all is closed
            server.run(sockets=[listening])
    finally:
        listening.close()
        room.close()


def _config(room: Room, sessions: Sessions, hosts: frozenset[str]) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(room, sessions, hosts),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,  # addresses hold what was searched for
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=512,
    )


def _listen(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.close()
        raise PortTaken(f"Port {port} of {HOST} is taken.") from None
    made.listen(512)
    return made


def _hand_out_links(
    server: uvicorn.Server, sessions: Sessions, port: int, say: Callable[[str], None], keyboard: TextIO | None
) -> None:
    def link() -> str:
        return f"http://{HOST}:{port}/enter?token={sessions.new_link()}"

    say(link())
    for _ in keyboard or ():
        if server.should_exit:
            return
        say(link())
