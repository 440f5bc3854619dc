"""Commits to the pages of a case: their pictures and words, salted, under one event of the log for up to 256 pages.

What a later proof needs is the secret of the case, and which page was drawn how; the latter is kept as an object that
the event names (docs/self-proving.md). The work to do is always the pages there are less those that are covered, so it
may be stopped anywhere.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import CaseError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageMissed, PageText, Part
from fairwitness.core.parts import Pixels as DrawnPixels
from fairwitness.custody.ledger import extend_log
from fairwitness.custody.merkle import leaf_hash, root_of
from fairwitness.publish.commitments import (
    BATCH_PAGES,
    SECRET_BYTES,
    PageContent,
    Pixels,
    Word,
    batch_tree,
    commit_page,
    page_key,
    words_of,
)
from fairwitness.publish.lossless import png_of
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Task
from fairwitness.work.current import bare_readings
from fairwitness.work.looking import PDF, Looking, Shape, turned_box
from fairwitness.work.progress import Progress
from fairwitness.work.running import told_to_others
from fairwitness.work.showing import RENDER

EVENT = "commit-pages"
SECRET = "pages"  # noqa: S105  the name of its file
DPI = 200
MAX_SIDE_PX = 5_000  # as redacted pages are drawn (`fairwitness.work.redaction_drawing`): the two must be the same
_TURNS = {90: -1, 180: 2, 270: 1}  # quarters counter-clockwise, as numpy turns
_FORMAT = 2  # of the tree and the key of a page (docs/self-proving.md); of another one nothing is proved


@dataclass(frozen=True, slots=True)
class CommittedPage:
    """A page that is committed to. `made_by` is the id of the reading or scan that gave its words.

    The picture was turned clockwise by `turn_deg`; `picture` is the digest of the PNG of it where that is kept.
    """

    document: str
    page: int
    made_by: str
    turn_deg: int
    width_px: int
    height_px: int
    dpi: int
    commitment: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages under one event, number `event` (from 1) of the log, whose body is `body`. All in hex but the body."""

    nonce: str
    check: str
    pages: tuple[CommittedPage, ...]
    event: int = 0
    body: bytes = b""
    format: int = _FORMAT

    @property
    def is_current(self) -> bool:
        """Whether its pages were committed to in the format that proofs have today."""
        return self.format == _FORMAT

    def leaves(self, secret: bytes) -> list[bytes]:
        """The 256 leaves, sorted."""
        filler = hmac.digest(secret, b"filler" + bytes.fromhex(self.nonce), "sha256")
        return batch_tree((bytes.fromhex(page.commitment) for page in self.pages), filler)

    def is_by(self, secret: bytes) -> bool:
        """Whether it was made with that secret."""
        return hmac.compare_digest(_check(secret, bytes.fromhex(self.nonce)), self.check)


@dataclass(slots=True)
class Committed:
    """What one run did: pages committed to, events written, pages covered before, and pages that could not be drawn.

    `without_picture` counts the documents that have no page images: nothing of them is covered. `lost` counts pages
    that were committed to with a secret that is gone, and `other_format` those that were in another format: of neither
    can anything be proved any more, so they are committed to anew.
    """

    pages: int = 0
    batches: int = 0
    covered: int = 0
    without_picture: int = 0
    lost: int = 0
    other_format: int = 0
    by_cause: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self) | {"by_cause": dict(sorted(self.by_cause.items()))}


class PixelReceiver:
    """Takes the picture of a page."""

    def __init__(self) -> None:
        self.pixels: DrawnPixels | None = None

    def take(self, part: Part) -> None:
        """Keep the pixels."""
        if isinstance(part, DrawnPixels):
            self.pixels = part


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A page to be committed to: its words as read by `made_by`, and its place."""

    document: str
    page: PageText | PageMissed
    made_by: str
    media_type: str

    @property
    def turn_deg(self) -> int:
        return turn_of(self.page)


def commit_pages(
    case: Case,
    progress: Progress,
    *,
    documents: Sequence[str] = (),
    keep_pictures: bool = False,
    unlocked: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Committed:
    """Every page of the case, or of these documents, that can be drawn is committed to, as it is read today.

    Pages covered as they are today are left as they are. With `keep_pictures` each picture is kept as PNG.

    Raises:
        CaseError: if the secret is damaged, or a batch is.
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    with told_to_others(case, "commit", progress):
        secret = case.make_secret(SECRET)
        done = Committed()
        covered: set[tuple[str, int, str]] = set()
        for batch in batches(case):
            if not batch.is_current:
                done.other_format += len(batch.pages)
            elif batch.is_by(secret):
                covered.update((page.document, page.page, page.made_by) for page in batch.pages)
            else:
                done.lost += len(batch.pages)
        wanted = _Waiting(case, documents, covered, done)
        progress.begin("Committing", len(wanted.todo))
        with SandboxRunner([RENDER.partition(":")[0]], workers=os.cpu_count(), unlocked=unlocked) as sandbox:
            open_batch = _OpenBatch(case, secret, keep_pictures)
            for attempt, receiver in sandbox.run(wanted.tasks(), lambda _: PixelReceiver()):
                page = wanted.of(attempt.task)
                if attempt.outcome is Cause.OK and receiver.pixels is not None:
                    open_batch.add(page, receiver.pixels)
                    done.pages += 1
                else:
                    done.by_cause[attempt.outcome.value] += 1
                progress.advance()
                if open_batch.is_full:
                    done.batches += open_batch.close()
                if stop():
                    break
            done.batches += open_batch.close()
        progress.end()
    return done


def batches(case: Case) -> Iterator[Batch]:
    """Every batch of the case, the oldest first.

    Raises:
        CaseError: if the object of one is missing or damaged.
    """
    for number, body in case.queries.events_of(EVENT):
        with case.objects.open(json.loads(body)["pages"]) as file:
            raw = file.read()
        try:
            told = json.loads(raw)
            pages = tuple(CommittedPage(**page) for page in told["pages"])
            yield Batch(told["nonce"], told["check"], pages, number, body, told["format"])
        except (ValueError, KeyError, TypeError):
            raise CaseError("A batch of commitments is damaged.", advice="Run: fairwitness verify CASE") from None


def objects_of_batches(case: Case) -> Iterator[str]:
    """Digests of all objects that proofs need; used by `verify`."""
    for _, body in case.queries.events_of(EVENT):
        digest = json.loads(body)["pages"]
        yield digest
        if case.objects.has(digest):
            with case.objects.open(digest) as file:
                yield from (page["picture"] for page in json.loads(file.read())["pages"] if page["picture"])


def page_as_read(case: Case, document: str, number: int, made_by: str) -> PageText | PageMissed | None:
    """The page as that reading or scan gave it, also where another counts today; None if it is gone."""
    for scan in case.queries.scans(document):
        if scan.id == made_by and scan.page == number and scan.has_text:
            return case.queries.scanned_page(scan.seq)
    for reading in case.queries.readings_of(document):
        if reading.id == made_by:
            if not reading.pages:
                return PageMissed(number, "page", reading.outcome)
            with case.objects.open(reading.pages) as file:
                return PageReader(file).page(number) or PageMissed(number, "page", reading.outcome)
    return None


def content_of(pixels: Pixels, drawn_dpi: int, page: PageText | PageMissed, document: str) -> PageContent:
    """What is committed to: the picture as it can be read, (height, width, 3), and the words on it.

    `pixels` are as drawn, not yet turned; words lie on the page at its own size, and are moved to that of the picture.
    """
    turned = np.ascontiguousarray(np.rot90(pixels, _TURNS.get(turn_of(page), 0)))
    words: list[Word] = []
    if isinstance(page, PageText) and page.width_px and page.height_px:
        words = [_moved(word, page, pixels.shape[1], pixels.shape[0]) for word in words_of(page.text, page.words)]
    return PageContent(turned, drawn_dpi, tuple(words), bytes.fromhex(document), page.number)


def turn_of(page: PageText | PageMissed) -> int:
    """How far the page is turned clockwise to be read."""
    return page.recognition.turn_deg if isinstance(page, PageText) and page.recognition is not None else 0


def as_array(drawn: DrawnPixels) -> Pixels:
    """The pixels as (height, width, 3)."""
    flat = np.frombuffer(drawn.data, np.uint8).reshape(drawn.height_px, drawn.width_px, drawn.channels)
    return flat if drawn.channels == 3 else np.repeat(flat, 3, axis=2)


def dpi_of(page: PageText | PageMissed, media_type: str, width_px: int) -> int:
    """The resolution of a picture of that width; 0 for one that nobody knows."""
    if not page.width_px:
        return DPI if media_type == PDF else 0
    return round(page.dpi * width_px / page.width_px)


def task_to_draw(case: Case, document: str, number: int, media_type: str) -> Task:
    """The task of drawing the page as it is committed to and redacted."""
    settings = case.settings
    limits = Limits(
        memory_bytes=settings.memory_mib << 20,
        cpu_s=min(settings.cpu_s, 60),
        wall_s=min(settings.wall_s, 120),
        output_bytes=4 * MAX_SIDE_PX * MAX_SIDE_PX + (1 << 20),
    )
    options = {"number": number, "dpi": DPI, "max_side_px": MAX_SIDE_PX}
    return Task(document, RENDER, case.objects.path(document), options, media_type=media_type, limits=limits)


def _moved(word: Word, page: PageText, width: int, height: int) -> Word:
    """The word on the picture of that size, outwards to whole pixels and within it, turned as that is."""
    x0, x1 = word.x0 * width // page.width_px, -(-word.x1 * width // page.width_px)
    y0, y1 = word.y0 * height // page.height_px, -(-word.y1 * height // page.height_px)
    x0, y0 = max(0, min(x0, width - 1)), max(0, min(y0, height - 1))
    box = (x0, y0, max(x0 + 1, min(x1, width)), max(y0 + 1, min(y1, height)))
    return Word(*turned_box(box, Shape(width, height, 0, turn_of(page))), word.text)


def _check(secret: bytes, nonce: bytes) -> str:
    return hmac.digest(secret, b"check" + nonce, "sha256")[:8].hex()


class _Waiting:
    """The pages that are not covered as they are today."""

    def __init__(
        self, case: Case, documents: Sequence[str], covered: set[tuple[str, int, str]], done: Committed
    ) -> None:
        self._case = case
        self._looking = Looking(case)
        self.todo: list[tuple[str, int]] = []
        for digest in bare_readings(case, documents):
            looked = self._looking.document(digest)
            if not looked.has_images:
                done.without_picture += 1
                continue
            for number in looked.numbers:
                is_covered = (digest, number, looked.made_by(number)) in covered
                done.covered += is_covered
                if not is_covered:
                    self.todo.append((digest, number))

    def tasks(self) -> Iterator[Task]:
        for digest, number in self.todo:
            yield task_to_draw(self._case, digest, number, self._looking.document(digest).reading.media_type)

    def of(self, task: Task) -> _Wanted:
        number = int(task.options["number"])
        looked = self._looking.document(task.key)
        page = self._looking.page(task.key, number)
        return _Wanted(task.key, page, looked.made_by(number), looked.reading.media_type)


class _OpenBatch:
    """A batch that grows; `close` writes it with its event, and the next one begins."""

    def __init__(self, case: Case, secret: bytes, keep_pictures: bool) -> None:
        self._case = case
        self._secret = secret
        self._keep = keep_pictures
        self._begin()

    def _begin(self) -> None:
        self._nonce = secrets.token_bytes(SECRET_BYTES)
        self._pages: list[CommittedPage] = []

    @property
    def is_full(self) -> bool:
        return len(self._pages) == BATCH_PAGES

    def add(self, wanted: _Wanted, drawn: DrawnPixels) -> None:
        pixels = as_array(drawn)
        dpi = dpi_of(wanted.page, wanted.media_type, drawn.width_px)
        content = content_of(pixels, dpi, wanted.page, wanted.document)
        key = page_key(self._secret, self._nonce, content.document, content.number)
        self._pages.append(
            CommittedPage(
                wanted.document,
                wanted.page.number,
                wanted.made_by,
                wanted.turn_deg,
                content.width_px,
                content.height_px,
                dpi,
                commit_page(content, key).hex(),
                self._case.objects.put(png_of(content.pixels)) if self._keep else "",
            )
        )

    def close(self) -> int:
        """1 if there was anything to write."""
        if not self._pages:
            return 0
        batch = Batch(self._nonce.hex(), _check(self._secret, self._nonce), tuple(self._pages))
        root = root_of([leaf_hash(leaf) for leaf in batch.leaves(self._secret)])
        kept = {
            "format": _FORMAT,
            "nonce": batch.nonce,
            "check": batch.check,
            "pages": [asdict(page) for page in sorted(batch.pages, key=lambda page: page.commitment)],
        }
        digest = self._case.objects.put(canonical_json(kept))
        with self._case.changes() as changes:
            changes.add_event(EVENT, {"root": root.hex(), "pages": digest})
        extend_log(self._case)
        self._begin()
        return 1
