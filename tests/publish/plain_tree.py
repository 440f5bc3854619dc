"""The commitment to a page, written straight down from docs/self-proving.md, for a page small enough to follow by hand.

Shares no code with the product. `python -m tests.publish.plain_tree` prints the test vectors of
docs/self-proving-vectors.json.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

WIDTH, HEIGHT, DPI = 40, 20, 200  # three tiles by two; those at the right are 8 px wide, those below 4 px tall
SECRET, NONCE = bytes(range(32)), bytes(range(32, 64))
DOCUMENT, NUMBER = hashlib.sha256(b"a document").digest(), 7
WORDS = [[2, 3, 14, 13, "Каракаш"], [17, 2, 31, 12, "墨玉"], [18, 2, 30, 14, "县"], [33, 4, 39, 12, "قاراقاش"]]
WITHHELD = (0, 1)  # row and column of the tile that is painted over


def h(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def pixel(x: int, y: int) -> tuple[int, int, int]:
    return (7 * x + 13 * y) % 256, (11 * x + 3 * y) % 256, (5 * x + 17 * y) % 256


def plain_pixel(x: int, y: int) -> int:
    red, green, blue = pixel(x, y)
    grey = (77 * red + 150 * green + 29 * blue) // 256
    return 255 if grey >= 224 else grey // 16 * 17


def page_key() -> bytes:
    extracted = hmac.new(NONCE, SECRET, "sha256").digest()
    info = b"fairwitness page key 2" + DOCUMENT + NUMBER.to_bytes(4, "big")
    return hmac.new(extracted, info + b"\x01", "sha256").digest()


def tile_pixels(row: int, column: int, rendition: str) -> bytes:
    out = bytearray()
    for y in range(16 * row, min(16 * row + 16, HEIGHT)):
        for x in range(16 * column, min(16 * column + 16, WIDTH)):
            out += bytes(pixel(x, y)) if rendition == "colour" else bytes([plain_pixel(x, y)])
    return bytes(out)


def tile_words(row: int, column: int) -> bytes:
    out = b""
    for x0, y0, x1, y1, text in WORDS:
        if ((y0 + y1) // 2 // 16, (x0 + x1) // 2 // 16) == (row, column):
            raw = text.encode()
            out += b"".join(n.to_bytes(4, "big") for n in (x0, y0, x1, y1, len(raw))) + raw
    return out


class Tree:
    """Every node of the tree, written out for a grid of 2 rows and 3 columns."""

    def __init__(self) -> None:
        self.key = page_key()
        self.salt, seed = self.key[:16], self.key[16:]
        self.seeds: dict[str, bytes] = {"page": seed}
        self.hashes: dict[str, bytes] = {}
        self.numbers: dict[str, int] = {"page": 1}
        self.halves("page", "pictures", "origin")
        self.halves("pictures", "colour", "plain")
        self.hashes["origin"] = h(b"\x22", self.salted("origin"), DOCUMENT, NUMBER.to_bytes(4, "big"))
        for rendition in ("colour", "plain"):
            self.grid(rendition)
        self.root = h(b"\x23", h(b"\x23", self.hashes["colour"], self.hashes["plain"]), self.hashes["origin"])
        numbers = b"".join(n.to_bytes(4, "big") for n in (WIDTH, HEIGHT, DPI))
        self.commitment = h(b"\x25", self.salt, numbers, self.root)

    def salted(self, name: str) -> bytes:
        """What goes before the content of a leaf, or makes the seeds below a node."""
        return self.salt + self.numbers[name].to_bytes(4, "big") + self.seeds[name]

    def halves(self, name: str, left: str, right: str) -> None:
        both = h(b"\x24", self.salted(name))
        self.seeds |= {left: both[:16], right: both[16:]}
        self.numbers |= {left: 2 * self.numbers[name], right: 2 * self.numbers[name] + 1}

    def grid(self, name: str) -> None:
        self.halves(name, f"{name} row 0", f"{name} row 1")  # 3 columns are not more than 4 times 2 rows
        for row in (0, 1):
            at = f"{name} row {row}"
            self.halves(at, f"{at} columns 0-1", f"{at} column 2")  # one row: 3 columns are 2 and 1
            self.halves(f"{at} columns 0-1", f"{at} column 0", f"{at} column 1")
            for column in (0, 1, 2):
                tile = f"{at} column {column}"
                self.halves(tile, f"{tile} pixels", f"{tile} words")
                pixels = h(b"\x20", self.salted(f"{tile} pixels"), tile_pixels(row, column, name))
                words = h(b"\x21", self.salted(f"{tile} words"), tile_words(row, column))
                self.hashes |= {f"{tile} pixels": pixels, f"{tile} words": words, tile: h(b"\x23", pixels, words)}
            both = h(b"\x23", self.hashes[f"{at} column 0"], self.hashes[f"{at} column 1"])
            self.hashes[f"{at} columns 0-1"] = both
            self.hashes[at] = h(b"\x23", both, self.hashes[f"{at} column 2"])
        self.hashes[name] = h(b"\x23", self.hashes[f"{name} row 0"], self.hashes[f"{name} row 1"])


def batch(commitment: bytes) -> tuple[int, list[bytes], bytes]:
    """Place, path and root of a batch of that page alone; the filler is HMAC under the nonce."""
    fillers = [hmac.new(NONCE, b"filler" + n.to_bytes(4, "big"), "sha256").digest() for n in range(255)]
    leaves = sorted([commitment, *fillers])
    index = place = leaves.index(commitment)
    level, path = [h(b"\x00", leaf) for leaf in leaves], []
    while len(level) > 1:
        path.append(level[place ^ 1])
        level = [h(b"\x01", level[at], level[at + 1]) for at in range(0, len(level), 2)]
        place //= 2
    return index, path, level[0]


def vectors() -> dict[str, Any]:
    """The page, every node, and a proof of the plain picture in which tile (0, 1) is withheld."""
    tree = Tree()
    index, path, root = batch(tree.commitment)
    event = json.dumps({"at": 1511430000, "root": root.hex(), "type": "commit-pages"}, separators=(",", ":"))
    seeds, hashes = tree.seeds, tree.hashes
    walk = [
        ("n", b""),  # the page
        ("n", b""),  # its pictures
        ("h", hashes["colour"]),
        ("n", b""),  # the plain picture
        ("n", b""),  # row 0
        ("n", b""),  # columns 0 and 1 of it
        ("s", seeds["plain row 0 column 0"]),
        ("h", hashes["plain row 0 column 1"]),
        ("s", seeds["plain row 0 column 2"]),
        ("s", seeds["plain row 1"]),
        ("h", hashes["origin"]),
    ]
    proof = {
        "format": "fairwitness/page-proof/2",
        "width_px": WIDTH,
        "height_px": HEIGHT,
        "dpi": DPI,
        "rendition": "plain",
        "salt": base64.b64encode(tree.salt).decode(),
        "shape": "".join(letter for letter, _ in walk),
        # The first of the four words, then the last: 33 - 14 to the right of it, 4 - 3 below.
        "words": {"x": [2, 19], "y": [3, 1], "width": [12, 6], "height": [10, 8], "text": ["Каракаш", "قاراقاش"]},
        "event": event,
        "batch": {"index": index, "path": base64.b64encode(b"".join(path)).decode()},
        "nodes": base64.b64encode(b"".join(node for _, node in walk)).decode(),
    }
    return {
        "page": {
            "width_px": WIDTH,
            "height_px": HEIGHT,
            "dpi": DPI,
            "pixel": "red (7x+13y), green (11x+3y), blue (5x+17y), each modulo 256",
            "words": WORDS,
            "document": DOCUMENT.hex(),
            "number": NUMBER,
        },
        "secret": SECRET.hex(),
        "nonce": NONCE.hex(),
        "page_key": tree.key.hex(),
        "salt": tree.salt.hex(),
        "numbers": tree.numbers,
        "seeds": {name: seed.hex() for name, seed in seeds.items()},
        "hashes": {name: found.hex() for name, found in hashes.items()},
        "root": tree.root.hex(),
        "commitment": tree.commitment.hex(),
        "withheld_tile": list(WITHHELD),
        "painted_with": 0,
        "proof": proof,
    }


if __name__ == "__main__":
    print(json.dumps(vectors(), ensure_ascii=False, indent=1))
