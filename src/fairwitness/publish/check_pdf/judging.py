"""Judges PDF files in the sandbox: one call, a typed answer, whatever is in the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, PageText, Part, Pixels
from fairwitness.publish.check_pdf.findings import Finding, Judged, finding_from_text
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task

STEP = "fairwitness.publish.check_pdf.step:CheckPdf"
WARM = "fairwitness.publish.check_pdf.warm:warm"
OPEN = "fairwitness.publish.check_pdf.opening:OpenReleased"
WARM_OPENING = "fairwitness.publish.check_pdf.opening:warm"
LIMITS = Limits(memory_bytes=3 << 30, cpu_s=240, wall_s=900.0, output_bytes=4 << 30)
_ORDER = {"leak": 0, "weakness": 1, "note": 2}


def checking_sandbox(*, unlocked: bool = False) -> SandboxRunner:
    """A sandbox in which PDF files can be judged, one after the other. Close it at the end.

    Raises:
        NoSandbox: if this machine lacks a lock.
    """
    return SandboxRunner(
        [STEP.partition(":")[0], OPEN.partition(":")[0]],
        workers=1,
        unlocked=unlocked,
        warm=[(WARM, {}), (WARM_OPENING, {})],
    )


@dataclass(slots=True)
class _Receiver:
    findings: list[Finding] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)
    is_honest: bool = True

    def take(self, part: Part, /) -> None:
        """Keep one part, if it is what the step may say."""
        if not isinstance(part, About):
            self.is_honest = False
        elif part.name == "page-unread" and part.value.isascii() and part.value.isdigit() and len(part.value) < 9:
            self.unread.add(int(part.value))
        else:
            try:
                self.findings.append(finding_from_text(part.value))
            except ValueError:
                self.is_honest = False


def check_pdf(untrusted: bytes, *, sandbox: SandboxRunner | None = None) -> Judged:
    """What can be read from a PDF that its pages do not show; the bytes are parsed in the sandbox alone.

    Raises:
        NoSandbox: if this machine lacks a lock.
    """
    with in_memory(untrusted) as path:
        return check_pdf_file(path, sandbox=sandbox)


def check_pdf_file(path: Path, *, sandbox: SandboxRunner | None = None) -> Judged:
    """The same for a file; one that the parser dies of is an outcome, not an error.

    Raises:
        OSError: if the file cannot be opened.
        NoSandbox: if this machine lacks a lock.
    """
    own = None if sandbox is not None else checking_sandbox()
    try:
        attempt, received = (sandbox or own).run_one(  # type: ignore[union-attr]
            Task("pdf", STEP, path, media_type="application/pdf", limits=LIMITS), lambda _: _Receiver()
        )
    finally:
        if own is not None:
            own.close()
    outcome = attempt.outcome if received.is_honest else Cause.PROTOCOL_VIOLATION
    findings = sorted(received.findings, key=lambda one: (_ORDER[one.severity], one.page, one.kind))
    return Judged(outcome, attempt.detail, attempt.expected_pages, tuple(sorted(received.unread)), tuple(findings))


@dataclass(slots=True)
class _Pages:
    texts: list[str] = field(default_factory=list)
    pixels: list[NDArray[np.uint8]] = field(default_factory=list)

    def take(self, part: Part, /) -> None:
        """Keep the text or the pixels of a page."""
        if isinstance(part, PageText):
            self.texts.append(part.text)
        elif isinstance(part, Pixels):
            shape = (part.height_px, part.width_px, part.channels)[: 2 if part.channels == 1 else 3]
            self.pixels.append(np.frombuffer(part.data, np.uint8).reshape(shape))


def open_released(
    pdf: bytes, *, sandbox: SandboxRunner
) -> tuple[tuple[NDArray[np.uint8], ...], tuple[str, ...]] | None:
    """Pixels and text of each page of a PDF whose pages are one image each; None if it cannot be opened wholly."""
    with in_memory(pdf) as path:
        task = Task("pdf", OPEN, path, media_type="application/pdf", limits=LIMITS)
        attempt, pages = sandbox.run_one(task, lambda _: _Pages())
    if attempt.outcome is not Cause.OK or not len(pages.texts) == len(pages.pixels) == attempt.expected_pages:
        return None
    return tuple(pages.pixels), tuple(pages.texts)


@contextmanager
def in_memory(untrusted: bytes) -> Iterator[Path]:
    """A path under which the bytes can be opened; they are on no disk."""
    handle = os.memfd_create("untrusted", os.MFD_CLOEXEC)
    try:
        with open(handle, "wb", closefd=False) as file:
            file.write(untrusted)
        yield Path(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
