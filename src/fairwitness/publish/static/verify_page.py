"""Checks that the picture of a page shows what was committed to (docs/self-proving.md). Standard library alone.

python3 verify_page.py PROOF.json.gz PICTURE.png        or a PDF and the number of its page behind it
"""

from __future__ import annotations

import base64
import io
import json
import re
import struct
import sys
import zlib
from hashlib import sha256
from typing import Any

TILE = 16
MAX_PIXELS = 200_000_000
MAX_PROOF = 100_000_000
_IMAGE = re.compile(
    rb"/Subtype /Image /Width (\d{1,6}) /Height (\d{1,6}) /ColorSpace /Device(Gray|RGB) /BitsPerComponent 8 "
    rb"/Filter /FlateDecode /DecodeParms << [^<>]{1,80} >> /Length (\d{1,12}) >>\nstream\n"
)


def read_proof(raw: bytes) -> Any:
    """The proof in a file: JSON, as a rule compressed with gzip."""
    if raw[:2] == b"\x1f\x8b":
        packed = zlib.decompressobj(31)
        try:
            raw = packed.decompress(raw, MAX_PROOF)
        except zlib.error as error:
            raise ValueError("the proof is damaged") from error
        if not packed.eof or packed.unused_data:
            raise ValueError("the proof is damaged")
    try:
        return json.loads(raw.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError("this is no proof of a page") from error


def read_png(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, bytes a pixel (1 grey, 3 RGB) and pixels of a PNG of 8 bits that is not interlaced."""
    at, head, data = 8, b"", []
    while png[:8] == b"\x89PNG\r\n\x1a\n" and at + 12 <= len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if struct.pack(">I", zlib.crc32(kind + body)) != png[at + 8 + length : at + 12 + length]:
            raise ValueError("the PNG is damaged")
        head = body if kind == b"IHDR" else head
        data += [body] if kind == b"IDAT" else []
        at += 12 + length
    if len(head) != 13 or head[8:] not in (b"\x08\x00\x00\x00\x00", b"\x08\x02\x00\x00\x00"):
        raise ValueError("this is no PNG, or neither grey nor RGB of 8 bits")
    width, height = struct.unpack(">II", head[:8])
    return _picture(width, height, 3 if head[9] else 1, b"".join(data))


def read_pdf(pdf: bytes, number: int) -> tuple[int, int, int, bytes]:
    """The picture of page `number`, from 1, of a PDF that holds nothing but lossless pictures, as fairwitness makes."""
    at = 0
    while (found := _IMAGE.search(pdf, at)) is not None:
        at, number = found.end() + int(found[4]), number - 1
        if number == 0:
            return _picture(int(found[1]), int(found[2]), 3 if found[3] == b"RGB" else 1, pdf[found.end() : at])
    raise ValueError("the PDF has no lossless picture of that page")


def _picture(width: int, height: int, step: int, data: bytes) -> tuple[int, int, int, bytes]:
    """The pixels behind the filters of PNG (ISO 15948, section 9), which PDF has too."""
    line = width * step
    if not 0 < width * height <= MAX_PIXELS:
        raise ValueError("the picture is empty or too large")
    try:
        raw = zlib.decompressobj().decompress(data, height * (line + 1))
    except zlib.error as error:
        raise ValueError("the picture is damaged") from error
    if len(raw) != height * (line + 1):
        raise ValueError("the picture has too few pixels")
    low = int.from_bytes(b"\x7f" * line, "big")
    high, rows, above = low ^ ((1 << 8 * line) - 1), [], bytes(line)
    for start in range(0, len(raw), line + 1):
        row, method = bytearray(raw[start + 1 : start + 1 + line]), raw[start]
        if method == 2:  # a whole row at once: without their highest bits, no byte carries over into the next
            a, b = int.from_bytes(row, "big"), int.from_bytes(above, "big")
            row = bytearray((((a & low) + (b & low)) ^ ((a ^ b) & high)).to_bytes(line, "big"))
        elif method in (1, 3, 4):
            for n in range(line):
                a, b, c = (row[n - step], above[n], above[n - step]) if n >= step else (0, above[n], 0)
                nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - c - c), 2, c))[2]
                row[n] = (row[n] + {1: a, 3: (a + b) // 2, 4: nearest}[method]) & 255
        elif method:
            raise ValueError("the picture is damaged")
        above = bytes(row)
        rows.append(above)
    return width, height, step, b"".join(rows)


def verify_page(proof: dict[str, Any], picture: tuple[int, int, int, bytes]) -> dict[str, Any]:
    """What the proof shows of the picture; raises a ValueError with the reason if it does not hold.

    `states` has a letter for each tile, row by row: v verified, w withheld (blank, or painted over in part), u unproven
    (withheld, and yet it shows something). That `event` is in the log is to be checked apart.
    """
    try:
        return _Walk(proof, picture).told()
    except (KeyError, TypeError, IndexError, AttributeError, StopIteration, RecursionError, struct.error) as error:
        raise ValueError("this is no proof of a page") from error


def _hash(prefix: int, *parts: bytes) -> bytes:
    return sha256(bytes([prefix]) + b"".join(parts)).digest()


class _Walk:
    """One walk through the tree of a page, as the letters of the proof lead it."""

    def __init__(self, proof: dict[str, Any], picture: tuple[int, int, int, bytes]) -> None:
        self.width, self.height, self.step, self.pixels = picture
        self.proof = proof
        if proof["format"] != "fairwitness/page-proof/2" or proof["rendition"] not in ("colour", "plain"):
            raise ValueError("this is no proof of a page, or not one of format 2")
        if (proof["width_px"], proof["height_px"]) != (self.width, self.height):
            raise ValueError("the picture is not as large as the page")
        if proof["rendition"] == "colour" and self.step == 1:  # a picture without colours is kept in grey
            coloured = bytearray(3 * len(self.pixels))
            coloured[0::3] = coloured[1::3] = coloured[2::3] = self.pixels
            self.step, self.pixels = 3, bytes(coloured)
        if self.step != (3 if proof["rendition"] == "colour" else 1):
            raise ValueError("the picture has colours, and what was committed to is the plain one")
        self.rows, self.columns = -(-self.height // TILE), -(-self.width // TILE)
        self.states = bytearray(b"v" * (self.rows * self.columns))
        self.salt = base64.b64decode(proof["salt"], validate=True)
        self.nodes = io.BytesIO(base64.b64decode(proof["nodes"], validate=True))
        if len(self.salt) != 16:
            raise ValueError("the salt of the proof is not 16 bytes long")
        self.letters = iter(proof["shape"])
        self.shown = self._words()
        self.words = self._words_by_tile()

    def _words(self) -> list[list[Any]]:
        columns = [self.proof["words"][name] for name in ("x", "y", "width", "height", "text")]
        if not all(isinstance(column, list) and len(column) == len(columns[0]) for column in columns):
            raise ValueError("the words of the proof are not one table")
        found, right, top = [], 0, 0
        for gap, down, wide, tall, text in zip(*columns):
            found.append([right + gap, top + down, right + gap + wide, top + down + tall, text])
            right, top = right + gap + wide, top + down
        return found

    def _words_by_tile(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        last = 0
        for x0, y0, x1, y1, text in self.shown:
            raw, tile = text.encode(), (y0 + y1) // 2 // TILE * self.columns + (x0 + x1) // 2 // TILE
            if not (0 <= x0 < x1 <= self.width and 0 <= y0 < y1 <= self.height and last <= tile):
                raise ValueError("a word lies outside of the page or not in its order")
            last, found[tile] = tile, found.get(tile, b"") + struct.pack(">5I", x0, y0, x1, y1, len(raw)) + raw
        return found

    def told(self) -> dict[str, Any]:
        """All that the proof says, once every hash of it has been recomputed."""
        self._expect("nn")
        grid, rendition = (0, 0, self.rows, self.columns), self.proof["rendition"]
        colour = self._cell(4, grid) if rendition == "colour" else self._hidden()
        plain = self._cell(5, grid) if rendition == "plain" else self._hidden()
        root = _hash(0x23, _hash(0x23, colour, plain), self._hidden())
        if any(self.letters) or self.nodes.read() or self.words:
            raise ValueError("the proof has words or hashes that nothing asks for")
        frame = struct.pack(">3I", self.width, self.height, self.proof["dpi"])
        commitment = _hash(0x25, self.salt, frame, root)
        index, path = self.proof["batch"]["index"], base64.b64decode(self.proof["batch"]["path"], validate=True)
        if len(path) != 8 * 32 or not 0 <= index < 256:
            raise ValueError("the page is not shown to be in its batch")
        node = _hash(0x00, commitment)
        for level in range(8):
            other = path[32 * level : 32 * level + 32]
            node = _hash(0x01, other, node) if index >> level & 1 else _hash(0x01, node, other)
        event = json.loads(self.proof["event"])
        if event["type"] != "commit-pages" or event["root"] != node.hex():
            raise ValueError("the picture, its words or the proof are not those that were committed to")
        counts = {name: self.states.count(name[:1].encode()) for name in ("verified", "withheld", "unproven")}
        told = {"commitment": commitment.hex(), "event": self.proof["event"], "at": event["at"]}
        shape = {"rows": self.rows, "columns": self.columns, "states": self.states.decode()}
        return {**told, **counts, **shape, "words": self.shown}

    def _expect(self, letters: str) -> None:
        for letter in letters:
            if next(self.letters) != letter:
                raise ValueError("the proof is not one walk through the tree")

    def _take(self, length: int) -> bytes:
        if len(taken := self.nodes.read(length)) != length:
            raise ValueError("the proof is not one walk through the tree")
        return taken

    def _hidden(self) -> bytes:
        self._expect("h")
        return self._take(32)

    def _cell(self, number: int, cell: tuple[int, ...]) -> bytes:
        """The hash of a cell (row, column, how many rows and columns) of which the proof shows all, some or nothing.

        It is node `number` of the tree, where the page is 1 and the children of n are 2 n and 2 n + 1.
        """
        letter = next(self.letters)
        if letter == "n" and cell[2]:
            left, right = _children(*cell)
            return _hash(0x23, self._cell(2 * number, left), self._cell(2 * number + 1, right))
        if letter == "s":
            return self._shown(number, cell, self._take(16))
        if letter != "h":
            raise ValueError("the proof is not one walk through the tree")
        row, column, tall, wide = cell
        for y in range(row, row + (tall or wide % 2)):  # the words of a tile alone say nothing of its pixels
            for x in range(column, column + wide):
                self.states[y * self.columns + x] = ord("w" if _is_blank(self._lines_of(y, x), self.step) else "u")
        return self._take(32)

    def _shown(self, number: int, cell: tuple[int, ...], seed: bytes) -> bytes:
        """The hash of a cell, recomputed from what is there, with the salts that come from its seed."""
        row, column, tall, wide = cell
        salt = self.salt + struct.pack(">I", number) + seed
        if tall:
            (left, right), seeds = _children(*cell), _hash(0x24, salt)
            first = self._shown(2 * number, left, seeds[:16])
            return _hash(0x23, first, self._shown(2 * number + 1, right, seeds[16:]))
        if wide == 1:
            return _hash(0x20, salt, *self._lines_of(row, column))
        return _hash(0x21, salt, self.words.pop(row * self.columns + column, b""))

    def _lines_of(self, row: int, column: int) -> list[bytes]:
        line = self.width * self.step
        first, end = column * TILE * self.step, min(line, (column + 1) * TILE * self.step)
        lines = range(row * TILE * line, min(self.height, (row + 1) * TILE) * line, line)
        return [self.pixels[at + first : at + end] for at in lines]


def _is_blank(lines: list[bytes], step: int) -> bool:
    """Whether the colour changes at most once from row to row, and at most once within a row: the edge of a box."""
    if sum(one != other for one, other in zip(lines, lines[1:])) > 1:
        return False
    rows = [[line[at : at + step] for at in range(0, len(line), step)] for line in (lines[0], lines[-1])]
    return all(sum(one != other for one, other in zip(row, row[1:])) <= 1 for row in rows)


def _children(row: int, column: int, tall: int, wide: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The two halves of a cell; those of a tile are its pixels and its words, with 0 for the rows."""
    if tall == wide == 1:
        return (row, column, 0, 1), (row, column, 0, 2)
    across = wide > 4 * tall or tall == 1
    half = 1 << (((wide if across else tall) - 1).bit_length() - 1)
    if across:
        return (row, column, tall, half), (row, column + half, tall, wide - half)
    return (row, column, half, wide), (row + half, column, tall - half, wide)


def main(proof: str, picture: str, number: str = "1") -> int:
    """Says what a proof shows; 1 if it does not hold."""
    with open(proof, "rb") as file, open(picture, "rb") as other:  # noqa: PTH123  as short as can be
        raw, shown = file.read(), other.read()
    try:
        told = verify_page(read_proof(raw), read_pdf(shown, int(number)) if shown[:4] == b"%PDF" else read_png(shown))
    except ValueError as error:
        sys.stdout.write(f"NOTHING IS VERIFIED: {error}.\n")
        return 1
    counts = ", ".join(f"{told[name]} {name}" for name in ("verified", "withheld", "unproven"))
    sys.stdout.write(
        f"Places: {counts}. Words verified: {len(told['words'])}.\nThat this is in the log is to be checked "
    )
    sys.stdout.write(f"apart, event:\n{told['event']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
