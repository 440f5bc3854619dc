"""Commitments to a page: what stands on it can be shown tile by tile and word by word, and the rest be withheld.

A page is a grid of tiles of 16 by 16 pixels. Each tile has two leaves: its pixels, and the words whose middle lies in
it. The leaves are salted, and the salts come from the page key down the same tree (Goldreich, Goldwasser and Micali
1986): the seed of a node gives the salts of everything below it and of nothing else. So a part that is shown costs one
seed, and a part that is withheld one hash, however large it is. Seeds have 16 bytes, for nobody can guess 128 bits;
hashes have 32, for whoever commits could otherwise look for two pages with one hash. The format is written down in
docs/self-proving.md.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.errors import FairwitnessError

FORMAT = "fairwitness/page-proof/2"
PROOF_SUFFIX = ".json.gz"
TILE_PX = 16  # the grid that boxes are painted on (`fairwitness.publish.painting`), so that no tile is painted in part
BATCH_PAGES = 256
SECRET_BYTES = 32
HASH_BYTES = 32
SEED_BYTES = 16

# One byte in front says what was hashed, so that nothing can be passed off as something else.
_PIXELS, _WORDS, _ORIGIN, _NODE, _SEEDS, _PAGE = (bytes([n]) for n in range(0x20, 0x26))
_KEY_INFO = b"fairwitness page key 2"
_ROOT, _PICTURES, _FROM = 1, 2, 3  # numbers of nodes: the children of node n are 2 n and 2 n + 1
_GZIP = 31  # of zlib: gzip, with the largest window
_WIDE = 4  # boxes are wide, so cells are too: up to a tenth fewer hashes than squares

_HALF = re.compile("[\ud800-\udfff]")

Rendition = Literal["colour", "plain"]
Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Rectangle = tuple[int, int, int, int]


class BadPage(FairwitnessError):
    """A page that nothing can be committed to or proved of."""

    code = "bad_page"


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its rectangle in pixels of the page image, right and bottom excluded."""

    x0: int
    y0: int
    x1: int
    y1: int
    text: str

    def encoded(self) -> bytes:
        """Four coordinates and the length of the text, 4 bytes each, big end first; then the text in UTF-8."""
        text = self.text.encode()
        numbers = (self.x0, self.y0, self.x1, self.y1, len(text))
        return b"".join(number.to_bytes(4, "big") for number in numbers) + text


@dataclass(frozen=True, slots=True)
class PageContent:
    """What is committed to: `pixels` (height, width, 3), their `dpi` (0: unknown), the words, and where it is from.

    `document` is the SHA-256 of the original, 32 bytes; `number` the page in it, from 1.

    Raises:
        BadPage: if the pixels are none, or a word lies outside of them or cannot be encoded.
    """

    pixels: Pixels
    dpi: int
    words: tuple[Word, ...]
    document: bytes
    number: int

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or not self.pixels.size:
            raise BadPage("The page has no picture of three bytes a pixel.")
        if len(self.document) != HASH_BYTES:
            raise BadPage("The document is not named by 32 bytes.")
        for word in self.words:
            if not (0 <= word.x0 < word.x1 <= self.width_px and 0 <= word.y0 < word.y1 <= self.height_px):
                raise BadPage("A word does not lie on the picture of the page.")

    @property
    def width_px(self) -> int:
        """Width of the picture."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Height of the picture."""
        return int(self.pixels.shape[0])

    def tile_of(self, word: Word) -> tuple[int, int]:
        """Row and column of the tile that the middle of the word lies in."""
        return (word.y0 + word.y1) // 2 // TILE_PX, (word.x0 + word.x1) // 2 // TILE_PX


@dataclass(frozen=True, slots=True)
class Opened:
    """A page of which a part is shown. `shape` and `nodes` are the walk through the tree, `words` those shown.

    `salt` is that of the page, which proofs tell.
    """

    commitment: bytes
    salt: bytes
    shape: str
    nodes: bytes
    words: tuple[Word, ...]


def page_key(secret: bytes, nonce: bytes, document: bytes, number: int) -> bytes:
    """The key of one page in one batch: HKDF-SHA-256 (RFC 5869) of the secret of the case, salted by the batch.

    Its first 16 bytes are the salt of the page, the other 16 the seed of the whole tree.
    """
    info = _KEY_INFO + document + number.to_bytes(4, "big")
    return hmac.digest(hmac.digest(nonce, secret, "sha256"), info + b"\x01", "sha256")


def plain(pixels: Pixels) -> Pixels:
    """The picture in 16 levels of grey, one byte a pixel (a multiple of 17), everything lighter than 224 made white.

    `pixels` is (height, width, 3). Faint colour, such as the dots that some printers leave, is mostly gone; nothing
    guarantees that.
    """
    red, green, blue = (pixels[..., channel].astype(np.uint32) for channel in range(3))
    grey = (77 * red + 150 * green + 29 * blue) >> 8
    return np.where(grey >= 224, 255, (grey >> 4) * 17).astype(np.uint8)


def rendered(pixels: Pixels, rendition: Rendition) -> Pixels:
    """The picture as that rendition shows it."""
    return pixels if rendition == "colour" else plain(pixels)


def grid_of(width_px: int, height_px: int) -> tuple[int, int]:
    """Rows and columns of tiles; those at the right and bottom edge may be smaller."""
    return -(-height_px // TILE_PX), -(-width_px // TILE_PX)


def tiles_touched(rectangles: Iterable[Rectangle], width_px: int, height_px: int) -> Mask:
    """Which tiles (rows, columns) have a pixel in one of the rectangles."""
    touched = np.zeros(grid_of(width_px, height_px), np.bool_)
    for x0, y0, x1, y1 in rectangles:
        touched[max(0, y0) // TILE_PX : -(-y1 // TILE_PX), max(0, x0) // TILE_PX : -(-x1 // TILE_PX)] = True
    return touched


def commit_page(page: PageContent, key: bytes) -> bytes:
    """The commitment to the page, 32 bytes: it binds to everything on it and tells nothing without the key."""
    return _Walk(page, key, None).commitment()


def open_page(
    page: PageContent, key: bytes, rendition: Rendition, painted: Sequence[Rectangle], shown: Sequence[bool] = ()
) -> Opened:
    """The page in that one rendition, without what is `painted` over; where it is from is withheld.

    A tile that is painted, if only in part, is hidden. A word is shown if `shown` says so (one for each word of the
    page; empty for all of them), no pixel of it is painted, and no word with its middle in the same tile is withheld.
    """
    part = _Part(page, rendition, painted, shown)
    walk = _Walk(page, key, part)
    commitment = walk.commitment()
    words = sorted((word for word in page.words if not part.closed[page.tile_of(word)]), key=page.tile_of)
    return Opened(commitment, walk.salt, "".join(walk.shape), b"".join(walk.nodes), tuple(words))


def batch_tree(commitments: Iterable[bytes], filler: bytes) -> list[bytes]:
    """256 leaves in the order of their bytes: the commitments, and others made from `filler` that look the same.

    So neither the number nor the order of the pages can be seen in a proof.

    Raises:
        BadPage: if there are more pages than that.
    """
    leaves = set(commitments)
    if len(leaves) > BATCH_PAGES:
        raise BadPage(f"A batch has at most {BATCH_PAGES} pages.")
    count = 0
    while len(leaves) < BATCH_PAGES:
        leaves.add(hmac.digest(filler, b"filler" + count.to_bytes(4, "big"), "sha256"))
        count += 1
    return sorted(leaves)


def proof_of(
    page: PageContent, opened: Opened, rendition: Rendition, batch: tuple[int, Sequence[bytes]], event: bytes
) -> dict[str, Any]:
    """The proof as plain values for JSON. `batch` is the place among the 256 leaves and the hashes up to the root."""
    return {
        "format": FORMAT,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "dpi": page.dpi,
        "rendition": rendition,
        "salt": base64.b64encode(opened.salt).decode(),
        "shape": opened.shape,
        "words": _table(opened.words),
        "event": event.decode(),
        "batch": {"index": batch[0], "path": base64.b64encode(b"".join(batch[1])).decode()},
        "nodes": base64.b64encode(opened.nodes).decode(),
    }


def packed(proof: Mapping[str, Any]) -> bytes:
    """The proof as it is written to a file: JSON, compressed with gzip, without a name or a time in it.

    Numbers, text and base64 are compressed apart, which makes it a twentieth smaller.
    """
    raw = json.dumps(proof, ensure_ascii=False, separators=(",", ":")).encode()
    cuts = (0, raw.index(b',"text":['), raw.rindex(b',"batch":{'), len(raw))  # in no text: quotes are escaped there
    gzip = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    blocks = (gzip.compress(raw[one:other]) + gzip.flush(zlib.Z_BLOCK) for one, other in pairwise(cuts))
    return b"".join(blocks) + gzip.flush()


def _table(words: Sequence[Word]) -> dict[str, list[Any]]:
    """The words in columns: the gap to the word before, how far below it, width, height and text."""
    told: dict[str, list[Any]] = {"x": [], "y": [], "width": [], "height": [], "text": []}
    right = top = 0
    for word in words:
        row = (word.x0 - right, word.y0 - top, word.x1 - word.x0, word.y1 - word.y0, word.text)
        for column, value in zip(told.values(), row, strict=True):
            column.append(value)
        right, top = word.x1, word.y0
    return told


class _Part:
    """Which part of a page is shown: of each tile whether its pixels are hidden, and whether its words are closed."""

    def __init__(
        self, page: PageContent, rendition: Rendition, painted: Sequence[Rectangle], shown: Sequence[bool]
    ) -> None:
        if shown and len(shown) != len(page.words):
            raise BadPage("It is not said of each word whether it is shown.")
        self.rendition = rendition
        self.hidden = tiles_touched(painted, page.width_px, page.height_px)
        withheld, visible = np.zeros_like(self.hidden), np.zeros_like(self.hidden)
        for at, word in enumerate(page.words):
            is_withheld = (shown and not shown[at]) or any(_meet(word, rectangle) for rectangle in painted)
            (withheld if is_withheld else visible)[page.tile_of(word)] = True
        # A hidden tile without words is as closed as one with words: only a word that can be seen opens it.
        self.closed = withheld | (self.hidden & ~visible)
        self._open, self._shut = _sums(self.hidden | self.closed), _sums(self.hidden & self.closed)

    def state(self, row: int, column: int, rows: int, columns: int) -> str:
        """Of that many tiles: s if all is shown, h if nothing is, n for some."""
        place = (row, column, rows, columns)
        if not _count(self._open, *place):
            return "s"
        return "h" if _count(self._shut, *place) == rows * columns else "n"


def _meet(word: Word, rectangle: Rectangle) -> bool:
    x0, y0, x1, y1 = rectangle
    return word.x0 < x1 and x0 < word.x1 and word.y0 < y1 and y0 < word.y1


def _sums(mask: Mask) -> NDArray[np.int64]:
    sums = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.int64)
    sums[1:, 1:] = mask.cumsum(0).cumsum(1)
    return sums


def _count(sums: NDArray[np.int64], row: int, column: int, rows: int, columns: int) -> int:
    end, right = row + rows, column + columns
    return int(sums[end, right] - sums[row, right] - sums[end, column] + sums[row, column])


class _Walk:
    """Goes through the tree once: gives its root, and writes down what a proof of `part` has to hold."""

    def __init__(self, page: PageContent, key: bytes, part: _Part | None) -> None:
        self.shape: list[str] = []
        self.nodes: list[bytes] = []
        self.salt, self._seed = key[:SEED_BYTES], key[SEED_BYTES:]
        self._part = part
        self._page = page
        self._words: dict[tuple[int, int], bytes] = {}
        for word in page.words:
            tile = page.tile_of(word)
            self._words[tile] = self._words.get(tile, b"") + word.encoded()

    def commitment(self) -> bytes:
        """The commitment to the whole page: the pictures, and where they are from."""
        self._say("n")
        left, right = self._halves(_ROOT, self._seed)
        pictures = self._pictures(left)
        origin = self._page.document + self._page.number.to_bytes(4, "big")
        found = self._leaf(_ORIGIN, _FROM, right, origin)
        self._say("h", found)
        numbers = (self._page.width_px, self._page.height_px, self._page.dpi)
        frame = b"".join(number.to_bytes(4, "big") for number in numbers)
        return sha256(_PAGE + self.salt + frame + _node(pictures, found)).digest()

    def _pictures(self, seed: bytes) -> bytes:
        self._say("n")
        roots = []
        renditions: tuple[Rendition, Rendition] = ("colour", "plain")
        for place, (rendition, own) in enumerate(zip(renditions, self._halves(_PICTURES, seed), strict=True)):
            self._pixels = _tile_bytes(rendered(self._page.pixels, rendition))
            is_open = self._part is not None and self._part.rendition == rendition
            grid = grid_of(self._page.width_px, self._page.height_px)
            root = self._cell(2 * _PICTURES + place, (0, 0, *grid), own, is_open)
            if not is_open:
                self._say("h", root)
            roots.append(root)
        return _node(*roots)

    def _cell(self, number: int, cell: tuple[int, int, int, int], seed: bytes, is_open: bool) -> bytes:
        """The hash of a cell (row, column, rows and columns); written down if `is_open` and nothing above was."""
        row, column, rows, columns = cell
        state = ""
        if is_open and self._part is not None:
            state = self._part.state(*cell)
            self._say(state, seed)  # a hash is put in its place below, once it is known
            at = len(self.nodes) - 1
        below = state == "n"
        left, right = self._halves(number, seed)
        if rows == 1 and columns == 1:
            found = self._tile(number, row, column, left, right, below)
        elif columns > _WIDE * rows or rows == 1:
            half = _split(columns)
            found = _node(
                self._cell(2 * number, (row, column, rows, half), left, below),
                self._cell(2 * number + 1, (row, column + half, rows, columns - half), right, below),
            )
        else:
            half = _split(rows)
            found = _node(
                self._cell(2 * number, (row, column, half, columns), left, below),
                self._cell(2 * number + 1, (row + half, column, rows - half, columns), right, below),
            )
        if state == "h":
            self.nodes[at] = found
        return found

    def _tile(self, number: int, row: int, column: int, left: bytes, right: bytes, below: bool) -> bytes:
        """The hash of one tile; where it is shown in part, either its pixels are or its words."""
        pixels = self._leaf(_PIXELS, 2 * number, left, self._pixels[row][column])
        words = self._leaf(_WORDS, 2 * number + 1, right, self._words.get((row, column), b""))
        if below and self._part is not None:
            for is_hidden, seed, found in (
                (self._part.hidden[row, column], left, pixels),
                (self._part.closed[row, column], right, words),
            ):
                self._say("h" if is_hidden else "s", found if is_hidden else seed)
        return _node(pixels, words)

    def _halves(self, number: int, seed: bytes) -> tuple[bytes, bytes]:
        """The seeds of the two children of that node."""
        both = sha256(b"".join((_SEEDS, self.salt, number.to_bytes(4, "big"), seed))).digest()
        return both[:SEED_BYTES], both[SEED_BYTES:]

    def _leaf(self, kind: bytes, number: int, seed: bytes, content: bytes) -> bytes:
        return sha256(b"".join((kind, self.salt, number.to_bytes(4, "big"), seed, content))).digest()

    def _say(self, letter: str, node: bytes = b"") -> None:
        self.shape.append(letter)
        if letter != "n":
            self.nodes.append(node)


def _tile_bytes(pixels: Pixels) -> list[list[bytes]]:
    """The bytes of each tile, row by row of its pixels; tiles at the edge are smaller."""
    height, width = pixels.shape[:2]
    rows, columns = grid_of(width, height)
    flat = pixels.reshape(height, -1)
    step = TILE_PX * (flat.shape[1] // width)
    tiles = []
    for row in range(rows):
        strip = flat[row * TILE_PX : (row + 1) * TILE_PX]
        whole = flat.shape[1] // step
        inner = np.ascontiguousarray(strip[:, : whole * step].reshape(len(strip), whole, step).transpose(1, 0, 2))
        line = [tile.tobytes() for tile in inner]
        if whole < columns:
            line.append(strip[:, whole * step :].tobytes())
        tiles.append(line)
    return tiles


def _split(length: int) -> int:
    """The largest power of two below `length`, which is at least 2."""
    return 1 << ((length - 1).bit_length() - 1)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()


def words_of(text: str, words: Sequence[int]) -> tuple[Word, ...]:
    """The words of a stored page (`core.parts.PageText`): six numbers each, the text exactly as it is there.

    Half of a surrogate pair, which no UTF-8 has, becomes U+FFFD.
    """
    found = []
    for at in range(0, len(words), 6):
        start, end, x0, y0, x1, y1 = words[at : at + 6]
        found.append(Word(x0, y0, x1, y1, _HALF.sub("\ufffd", text[start:end])))
    return tuple(found)


def is_proof(value: Mapping[str, Any]) -> bool:
    """Whether the JSON object says that it is such a proof."""
    return value.get("format") == FORMAT
