"""Self-proving pages: what is shown is what was committed to, and what is withheld stays withheld."""

from __future__ import annotations

import base64
import copy
import gzip
import json
import random
import subprocess
import sys
import zlib
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from fairwitness.custody.merkle import inclusion_proof, leaf_hash, root_of
from fairwitness.publish.commitments import (
    BadPage,
    Mask,
    Opened,
    PageContent,
    Rendition,
    Word,
    batch_tree,
    commit_page,
    grid_of,
    open_page,
    packed,
    page_key,
    plain,
    proof_of,
    rendered,
    tiles_touched,
    words_of,
)
from fairwitness.publish.lossless import png_of
from fairwitness.publish.painting import paint, snap
from fairwitness.publish.static import verify_page as verifier
from fairwitness.publish.static.verify_page import read_pdf, read_png, read_proof, verify_page
from tests.publish import plain_tree
from tests.work.support import ROOT

WIDTH, HEIGHT = 100, 60  # 7 by 4 tiles, those at the edges 4 px wide and 12 px tall
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NAMES = ("Каракаш", "墨", "玉", "县", "ئابدۇللا", "Memet", "قاراقاش", "Әлия", "Yıldız", "2017", "“quoted”", "a")
Picture = tuple[int, int, int, bytes]


@cache
def page(number: int = 1) -> PageContent:
    """A page of noise with twelve words; two of them stand on two tiles, two in the same tile."""
    pixels = np.random.default_rng(number).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    words = [
        Word(4 + 24 * (n % 4), 3 + 18 * (n // 4), 14 + 24 * (n % 4), 13 + 18 * (n // 4), NAMES[n]) for n in range(12)
    ]
    words += [Word(10, 50, 40, 58, "across"), Word(41, 20, 43, 22, "i"), Word(43, 20, 45, 22, "j")]
    return PageContent(pixels, 200, tuple(words), sha256(b"document").digest(), number)


def painted(of: PageContent, hidden: Mask, rendition: Rendition) -> Picture:
    """The page as it leaves: hidden tiles black."""
    pixels = rendered(of.pixels, rendition).copy()
    for row, column in np.argwhere(hidden):
        pixels[16 * row : 16 * row + 16, 16 * column : 16 * column + 16] = 0
    return of.width_px, of.height_px, 3 if rendition == "colour" else 1, pixels.tobytes()


def proof_for(
    of: PageContent, hidden: Mask, rendition: Rendition = "colour", shown: tuple[bool, ...] = (), key: bytes = KEY
) -> dict[str, Any]:
    return proof_of_opened(of, open_page(of, key, rendition, squares(hidden), shown), rendition)


def proof_of_opened(of: PageContent, opened: Opened, rendition: Rendition) -> dict[str, Any]:
    leaves = batch_tree([opened.commitment], b"filler")
    hashes, index = [leaf_hash(leaf) for leaf in leaves], leaves.index(opened.commitment)
    event = json.dumps({"type": "commit-pages", "at": 1, "root": root_of(hashes).hex()}).encode()
    proof = proof_of(of, opened, rendition, (index, inclusion_proof(index, hashes)), event)
    return dict(json.loads(json.dumps(proof)))


def squares(hidden: Mask) -> list[tuple[int, int, int, int]]:
    return [(16 * x, 16 * y, 16 * x + 16, 16 * y + 16) for y, x in np.argwhere(hidden).tolist()]


def nothing_hidden() -> Mask:
    return np.zeros(grid_of(WIDTH, HEIGHT), np.bool_)


def mask_of(tiles: set[int]) -> Mask:
    mask = nothing_hidden()
    for tile in tiles:
        mask[tile // 7, tile % 7] = True
    return mask


def touches(word: Word, hidden: Mask) -> bool:
    """Pixel by pixel, so that nothing here rounds as the product does."""
    return any(hidden[y // 16, x // 16] for y in range(word.y0, word.y1) for x in range(word.x0, word.x1))


tiles = st.sets(st.integers(0, 27))
renditions = st.sampled_from(["colour", "plain"])


@given(tiles, renditions, st.tuples(*[st.booleans()] * 15))
@settings(max_examples=60, deadline=None)
def test_whatever_is_withheld_the_rest_verifies(
    withheld: set[int], rendition: Rendition, shown: tuple[bool, ...]
) -> None:
    hidden = mask_of(withheld)
    proof = proof_for(page(), hidden, rendition, shown)
    told = verify_page(proof, painted(page(), hidden, rendition))
    assert told["states"] == "".join("w" if tile in withheld else "v" for tile in range(28))
    assert (told["verified"], told["withheld"], told["unproven"]) == (28 - len(withheld), len(withheld), 0)
    closed = {page().tile_of(w) for w, ok in zip(page().words, shown, strict=True) if not ok or touches(w, hidden)}
    expected = sorted((w for w in page().words if page().tile_of(w) not in closed), key=page().tile_of)
    assert told["words"] == rows_of(proof["words"])
    assert told["words"] == [[w.x0, w.y0, w.x1, w.y1, w.text] for w in expected]
    assert told["commitment"] == commit_page(page(), KEY).hex()


def rows_of(table: dict[str, list[Any]]) -> list[list[Any]]:
    """Rectangle and text of each word of a proof, as docs/self-proving.md reads them."""
    found: list[list[Any]] = []
    right = top = 0
    for n, text in enumerate(table["text"]):
        left, top = right + table["x"][n], top + table["y"][n]
        right = left + table["width"][n]
        found.append([left, top, right, top + table["height"][n], text])
    return found


def table_of(rows: list[list[Any]]) -> dict[str, list[Any]]:
    """The way back."""
    before = [[0, 0, 0, 0, ""], *rows]
    return {
        "x": [row[0] - other[2] for other, row in zip(before, rows, strict=False)],
        "y": [row[1] - other[1] for other, row in zip(before, rows, strict=False)],
        "width": [row[2] - row[0] for row in rows],
        "height": [row[3] - row[1] for row in rows],
        "text": [row[4] for row in rows],
    }


def parts_of(proof: dict[str, Any]) -> list[tuple[str, bytes]]:
    """The nodes, each with its letter: a seed of 16 bytes or a hash of 32."""
    nodes, found, at = base64.b64decode(proof["nodes"]), [], 0
    for letter in proof["shape"].replace("n", ""):
        length = 16 if letter == "s" else 32
        found.append((letter, nodes[at : at + length]))
        at += length
    assert at == len(nodes)
    return found


def with_other_words(proof: dict[str, Any], what: str, at: int) -> None:
    words = rows_of(proof["words"])
    word = words[at % len(words)]
    if what == "letter":
        word[4] = word[4][:-1] + ("x" if word[4][-1] != "x" else "y")
    elif what == "side of a box":
        word[at % 4] += 1 if at % 4 >= 2 or word[at % 4] == 0 else -1
    elif what == "word left out":
        words.remove(word)
    elif what == "word twice":
        words.insert(at % len(words), list(word))
    elif what == "order of words":
        first = at % (len(words) - 1)
        words[first], words[first + 1] = words[first + 1], words[first]
    proof["words"] = table_of(words)


def with_other_nodes(proof: dict[str, Any], what: str, at: int) -> None:
    nodes = bytearray(base64.b64decode(proof["nodes"]))
    if what == "node":
        nodes[at % len(nodes)] ^= 1 << at % 8
    elif what == "nodes swapped":
        first = at % (len(nodes) // 16 - 1) * 16
        nodes[first : first + 32] = nodes[first + 16 : first + 32] + nodes[first : first + 16]
    proof["nodes"] = base64.b64encode(nodes).decode()


def with_other_frame(proof: dict[str, Any], what: str, at: int) -> None:
    if what == "index":
        proof["batch"]["index"] ^= 1 << at % 8
    elif what in ("path", "salt"):
        holder = proof["batch"] if what == "path" else proof
        raw = bytearray(base64.b64decode(holder[what]))
        raw[at % len(raw)] ^= 1 << at % 8
        holder[what] = base64.b64encode(raw).decode()
    elif what == "letter of the shape":
        spot = at % len(proof["shape"])
        other = {"n": "s", "s": "h", "h": "s"}[proof["shape"][spot]]
        proof["shape"] = proof["shape"][:spot] + other + proof["shape"][spot + 1 :]
    elif what == "dpi":
        proof["dpi"] += 1
    elif what == "event":
        proof["event"] = proof["event"].replace('"root": "', '"root": "' + "0123456789abcdef"[at % 16], 1)


def changed(proof: dict[str, Any], picture: Picture, what: str, at: int) -> tuple[dict[str, Any], Picture]:
    """The same with one thing changed."""
    proof = copy.deepcopy(proof)
    with_other_words(proof, what, at)
    with_other_nodes(proof, what, at)
    with_other_frame(proof, what, at)
    width, height, step, raw = picture
    pixels = bytearray(raw)
    if what == "pixel":
        tile = [n for n in range(28) if n != 9][at % 27]
        pixels[((tile // 7 * 16) * width + tile % 7 * 16) * step] ^= 1
    return proof, (width, height, step, bytes(pixels))


CHANGES = (
    *("letter", "side of a box", "word left out", "word twice", "order of words", "pixel", "node", "nodes swapped"),
    *("index", "path", "salt", "letter of the shape", "dpi", "event"),
)


@given(st.sampled_from(CHANGES), st.integers(0, 10_000), renditions)
@settings(max_examples=150, deadline=None)
def test_whatever_is_changed_nothing_verifies(what: str, at: int, rendition: Rendition) -> None:
    hidden = mask_of({9})
    proof, picture = proof_for(page(), hidden, rendition), painted(page(), hidden, rendition)
    assert verify_page(proof, picture)["withheld"] == 1
    other = changed(proof, picture, what, at)
    assert other != (proof, picture)
    with pytest.raises(ValueError, match=r"."):
        verify_page(*other)


def test_the_leaves_of_another_page_are_refused() -> None:
    hidden = mask_of({9})
    one, other = proof_for(page(1), hidden), proof_for(page(2), hidden, key=OTHER_KEY)
    for part in ("nodes", "salt", "words", "batch", "event"):
        mixed = one | {part: other[part]}
        if mixed != one:
            with pytest.raises(ValueError, match=r"."):
                verify_page(mixed, painted(page(1), hidden, "colour"))
    with pytest.raises(ValueError, match="not those that were committed to"):
        verify_page(one, painted(page(2), hidden, "colour"))
    nodes, others = [node for _, node in parts_of(one)], [node for _, node in parts_of(other)]
    at = len(nodes) // 2  # one node in the middle alone
    mixed = one | {"nodes": base64.b64encode(b"".join([*nodes[:at], others[at], *nodes[at + 1 :]])).decode()}
    with pytest.raises(ValueError, match="not those that were committed to"):
        verify_page(mixed, painted(page(1), hidden, "colour"))


def all_seeds(of: PageContent, key: bytes) -> dict[str, bytes]:
    """Every seed of the tree by its way down from the key, such as "0101", as docs/self-proving.md derives them."""
    salt, found = key[:16], {"": key[16:]}

    def halve(way: str) -> None:
        number = int("1" + way, 2)  # 2 n is the left child of n, 2 n + 1 the right one
        both = sha256(b"\x24" + salt + number.to_bytes(4, "big") + found[way]).digest()
        found[way + "0"], found[way + "1"] = both[:16], both[16:]

    def below(way: str, rows: int, columns: int) -> None:
        halve(way)
        if rows == columns == 1:
            return
        wide = columns > 4 * rows or rows == 1
        half = 1
        while half * 2 < (columns if wide else rows):
            half *= 2
        parts = [(rows, half), (rows, columns - half)] if wide else [(half, columns), (rows - half, columns)]
        for bit, (tall, broad) in zip("01", parts, strict=True):
            below(way + bit, tall, broad)

    for way in ("", "0"):
        halve(way)
    for way in ("00", "01"):
        below(way, *grid_of(of.width_px, of.height_px))
    return found


@given(tiles.filter(bool), renditions)
@settings(max_examples=40, deadline=None)
def test_no_seed_above_or_within_a_withheld_place_is_in_the_proof(withheld: set[int], rendition: Rendition) -> None:
    seeds = all_seeds(page(), KEY)
    leaves = [
        way for way in seeds if way + "0" not in seeds and way.startswith("00" if rendition == "colour" else "01")
    ]
    assert len(leaves) == 56  # two of each of the 28 tiles
    nodes = base64.b64decode(proof_for(page(), mask_of(withheld), rendition)["nodes"])  # searched at every place
    given_away = {way for way, seed in seeds.items() if seed in nodes}
    derivable = [leaf for leaf in leaves if any(leaf.startswith(way) for way in given_away)]
    words_withheld = {page().tile_of(w) for w in page().words if touches(w, mask_of(withheld))}
    only_words = [tile for tile in words_withheld if tile[0] * 7 + tile[1] not in withheld]
    assert len(derivable) == 56 - 2 * len(withheld) - len(only_words)
    assert not any(way.startswith("01" if rendition == "colour" else "00") for way in given_away)
    assert not given_away & {"", "0", "1"}


def test_a_withheld_word_cannot_be_told_from_another_by_the_proof() -> None:
    """Two pages that differ in the withheld word alone give proofs that are equal but for hashes under unknown salts.

    A verifier who tries the true word and another finds neither: no hash in the proof is that of a candidate without a
    salt, or under any salt, seed or hash that the proof holds or that follows from it.
    """
    hidden = mask_of({8, 9, 10})
    true = page()
    guess = PageContent(
        true.pixels,
        true.dpi,
        tuple(Word(w.x0, w.y0, w.x1, w.y1, w.text.swapcase() + "?") if touches(w, hidden) else w for w in true.words),
        true.document,
        true.number,
    )
    proofs = [proof_for(true, hidden), proof_for(guess, hidden)]
    stripped = [{k: v for k, v in proof.items() if k not in ("nodes", "batch", "event")} for proof in proofs]
    assert stripped[0] == stripped[1]
    assert "Memet" not in json.dumps(stripped[0], ensure_ascii=False)
    one, other = (parts_of(proof) for proof in proofs)
    assert {letter for (letter, node), (_, theirs) in zip(one, other, strict=True) if node != theirs} == {"h"}

    assert not any(guesses(candidate, hidden, proofs[0]) for candidate in (true, guess))


def guesses(candidate: PageContent, hidden: Mask, proof: dict[str, Any], *known: bytes) -> list[str]:
    """The withheld words of the candidate that can be confirmed: a hash of one is a node of the proof.

    Tried are all seeds that the proof gives away or that follow from those, at all numbers of nodes, and these `known`.
    """
    parts, salt = parts_of(proof), base64.b64decode(proof["salt"])
    seeds = all_seeds(page(), KEY)
    given_away = [way for way, seed in seeds.items() if ("s", seed) in parts]
    salts = {b"", salt, *known, *(node for _, node in parts)}
    salts |= {seed for way, seed in seeds.items() if any(way.startswith(above) for above in given_away)}
    numbers = [int("1" + way, 2).to_bytes(4, "big") for way in seeds if way + "0" not in seeds]
    heads = [b"", b"\x21", *(b"\x21" + salt + number for number in numbers)]
    nodes = {node for _, node in parts}
    return [
        word.text
        for word in candidate.words
        if touches(word, hidden)
        for content in (word.text.encode(), word.encoded())
        if nodes & {sha256(head + one + content).digest() for head in heads for one in salts}
    ]


def test_only_who_knows_the_seed_of_a_withheld_word_can_try_it_out() -> None:
    """A word is painted over in part, so the proof has the very hash of the words of its tile."""
    above, cut = Word(4, 2, 14, 14, "above"), Word(20, 20, 60, 30, "Memet")
    made = PageContent(page().pixels, 200, (above, cut), page().document, 1)
    hidden = mask_of({10})  # the right end of the word, whose middle is in tile 9
    proof = proof_for(made, hidden)
    way = next(w for w, seed in all_seeds(made, KEY).items() if leaf_of(made, w, seed, cut) in parts_of(proof))
    assert guesses(made, hidden, proof) == []
    assert guesses(made, hidden, proof, all_seeds(made, KEY)[way]) == ["Memet"]


def leaf_of(of: PageContent, way: str, seed: bytes, word: Word) -> tuple[str, bytes]:
    number = int("1" + way, 2).to_bytes(4, "big")
    return "h", sha256(b"\x21" + KEY[:16] + number + seed + word.encoded()).digest()


def test_two_releases_of_a_page_reveal_together_what_either_shows_and_no_more() -> None:
    first, second = mask_of({8, 9, 10}), mask_of({10, 11, 17})
    seeds = all_seeds(page(), KEY)
    leaves = {way for way in seeds if way + "0" not in seeds and way.startswith("00")}
    derivable: list[set[str]] = []
    for nodes in (
        base64.b64decode(proof_for(page(), first)["nodes"]),
        base64.b64decode(proof_for(page(), second)["nodes"]),
        b"".join(base64.b64decode(proof_for(page(), hidden)["nodes"]) for hidden in (first, second)),
    ):
        given_away = [way for way, seed in seeds.items() if seed in nodes]
        derivable.append({leaf for leaf in leaves if any(leaf.startswith(way) for way in given_away)})
    assert derivable[2] == derivable[0] | derivable[1]
    withheld_in_both = leaves - derivable[2]
    assert withheld_in_both >= {leaf for leaf in leaves if leaf not in derivable[0] and leaf not in derivable[1]}
    assert len(withheld_in_both) >= 2  # tile 10 stays: its pixels and its words


def test_the_number_of_withheld_words_does_not_change_the_proof() -> None:
    hidden = mask_of(set(range(14)))  # the upper half
    few = tuple(w for w in page().words if not touches(w, hidden))
    assert len(few) == len(page().words) - 10
    without = PageContent(page().pixels, 200, few, page().document, 1)
    one, other = proof_for(page(), hidden), proof_for(without, hidden)
    assert len(one["nodes"]) == len(other["nodes"])
    hashes = ("nodes", "batch", "event")
    assert {k: v for k, v in one.items() if k not in hashes} == {k: v for k, v in other.items() if k not in hashes}


def test_a_tile_that_is_painted_in_part_keeps_the_words_that_can_be_seen_and_tells_of_no_others() -> None:
    """Twice the same paint: with and without a word beneath it. The word above it can be read, and is proved."""
    above, beneath = Word(4, 2, 14, 14, "above"), Word(4, 16, 14, 23, "beneath")
    rectangle = (0, 15, 40, 24)  # the last line of pixels of the first row of tiles, and half of the second
    shapes = []
    for words in ((above, beneath), (above,)):
        made = PageContent(page().pixels, 200, words, page().document, 1)
        opened = open_page(made, KEY, "colour", [rectangle])
        assert opened.words == (above,)
        shapes.append(opened.shape)
    assert shapes[0] == shapes[1]
    pixels = page().pixels.copy()
    pixels[15:24, :40] = 0
    pixels[24:32, :32] = 255  # blank paper beside the paint is no secret, and shows nothing
    pixels[24:32, 24:32] = 200
    proof = proof_of_opened(made, opened, "colour")
    told = verify_page(proof, (WIDTH, HEIGHT, 3, pixels.tobytes()))
    assert told["states"] == "uuuvvvv" + "wwuvvvv" + "v" * 14
    assert [word[4] for word in told["words"]] == ["above"]


def test_what_is_withheld_and_not_painted_over_is_called_unproven() -> None:
    hidden = mask_of({3, 4})
    width, height, step, raw = painted(page(), mask_of({3}), "colour")
    told = verify_page(proof_for(page(), hidden), (width, height, step, raw))
    assert told["states"][3:5] == "wu"
    assert (told["withheld"], told["unproven"]) == (1, 1)


def page_of_text() -> PageContent:
    """A page of A4 at 200 dpi with 405 words in 45 lines, each word with the rectangle of its ink."""
    drawn = Image.new("RGB", (1654, 2339), "white")
    pen, font, words = ImageDraw.Draw(drawn), ImageFont.load_default(28), []
    choose = random.Random(4)
    for line in range(45):
        x = 150
        for _ in range(9):
            text = "".join(choose.choices("aaabcdeeeefghiiklmnnoprsttuvwyz", k=choose.randint(3, 11)))
            pen.text((x, 150 + 45 * line), text, "black", font)
            x0, y0, x1, y1 = map(int, pen.textbbox((x, 150 + 45 * line), text, font))
            words.append(Word(x0, y0, x1, y1, text))
            x = x1 + 9
    return PageContent(np.asarray(drawn), 200, tuple(words), b"d" * 32, 1)


@pytest.mark.parametrize("rendition", ["colour", "plain"])
def test_a_proof_with_ten_boxes_is_smaller_than_fifteen_percent_of_the_picture(rendition: Rendition) -> None:
    made = page_of_text()
    covered = random.Random(10).sample(made.words, 10)
    boxes = snap([(word.x0, word.y0, word.x0 + 400, word.y1) for word in covered], made.width_px, made.height_px)
    opened = open_page(made, KEY, rendition, boxes)
    file = packed(proof_of_opened(made, opened, rendition))
    picture = png_of(paint(np.ascontiguousarray(rendered(made.pixels, rendition)), boxes))
    told = verify_page(read_proof(file), read_png(picture))
    assert (told["withheld"], told["unproven"]) == (sum((r - x) * (b - y) for x, y, r, b in boxes) // 256, 0)
    assert 100 * len(file) < 15 * len(picture)


def test_both_implementations_and_the_vectors_agree() -> None:
    vectors = json.loads((ROOT / "docs" / "self-proving-vectors.json").read_text("utf-8"))
    assert vectors == plain_tree.vectors()
    pixels = np.array(
        [[plain_tree.pixel(x, y) for x in range(plain_tree.WIDTH)] for y in range(plain_tree.HEIGHT)], np.uint8
    )
    words = tuple(Word(*word) for word in vectors["page"]["words"])
    made = PageContent(pixels, 200, words, plain_tree.DOCUMENT, plain_tree.NUMBER)
    key = page_key(plain_tree.SECRET, plain_tree.NONCE, made.document, made.number)
    assert key.hex() == vectors["page_key"]
    assert commit_page(made, key).hex() == vectors["commitment"]
    hidden = tiles_touched([(16, 0, 32, 16)], made.width_px, made.height_px)
    opened = open_page(made, key, "plain", [(16, 0, 32, 16)])
    leaves = batch_tree([opened.commitment], plain_tree.NONCE)
    hashes, index = [leaf_hash(leaf) for leaf in leaves], leaves.index(opened.commitment)
    proof = proof_of(made, opened, "plain", (index, inclusion_proof(index, hashes)), vectors["proof"]["event"].encode())
    assert proof == vectors["proof"]
    told = verify_page(vectors["proof"], painted(made, hidden, "plain"))
    assert (told["states"], told["commitment"]) == ("vwvvvv", vectors["commitment"])


def test_faint_colour_is_gone_from_the_plain_picture() -> None:
    faint = np.array([[[255, 255, 255], [255, 255, 150], [250, 250, 205], [0, 0, 0], [120, 120, 120]]], np.uint8)
    assert plain(faint).tolist() == [[255, 255, 255, 0, 119]]


def test_a_batch_tells_neither_number_nor_order_of_its_pages() -> None:
    commitments = [sha256(bytes([n])).digest() for n in range(5)]
    leaves = batch_tree(commitments, b"filler")
    assert len(leaves) == 256 == len(set(leaves))
    assert leaves == sorted(leaves) == batch_tree(reversed(commitments), b"filler")
    with pytest.raises(BadPage):
        batch_tree([sha256(n.to_bytes(2, "big")).digest() for n in range(257)], b"filler")


def test_words_are_committed_to_as_they_are_stored() -> None:
    text = "ئۇيغۇر é\u0301 墨\ud800"
    words = words_of(text, [0, 6, 1, 2, 3, 4, 7, 9, 5, 6, 7, 8, 10, 12, 9, 9, 20, 20])
    assert [word.text for word in words] == ["ئۇيغۇر", "é\u0301", "墨\ufffd"]
    assert words[1].encoded() == b"".join(n.to_bytes(4, "big") for n in (5, 6, 7, 8, 4)) + b"\xc3\xa9\xcc\x81"


def test_a_page_that_nothing_can_be_committed_to_is_refused() -> None:
    pixels = page().pixels
    for bad in (Word(0, 0, WIDTH + 1, 5, "x"), Word(5, 5, 5, 6, "x")):
        with pytest.raises(BadPage):
            PageContent(pixels, 200, (bad,), b"d" * 32, 1)
    with pytest.raises(BadPage):
        PageContent(pixels[..., 0], 200, (), b"d" * 32, 1)  # type: ignore[arg-type]
    with pytest.raises(BadPage):
        open_page(page(), KEY, "colour", [], [True])


def test_the_key_of_a_page_is_hkdf_as_cryptography_has_it() -> None:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    info = b"fairwitness page key 2" + b"d" * 32 + (3).to_bytes(4, "big")
    expected = HKDF(SHA256(), 32, b"n" * 32, info).derive(b"s" * 32)
    assert page_key(b"s" * 32, b"n" * 32, b"d" * 32, 3) == expected


@given(st.integers(1, 40), st.integers(1, 12), st.sampled_from([1, 3]), st.randoms())
@settings(max_examples=40, deadline=None)
def test_a_png_with_any_filter_gives_its_pixels(width: int, height: int, step: int, random: Any) -> None:
    """Filtered here as ISO 15948 says, pixel by pixel, and read there."""
    line = width * step
    rows = [bytes(random.randrange(256) for _ in range(line)) for _ in range(height)]
    raw = b""
    for y, row in enumerate(rows):
        above = rows[y - 1] if y else bytes(line)
        kind = random.randrange(5)
        out = bytearray([kind])
        for n in range(line):
            a, b, c = (row[n - step] if n >= step else 0), above[n], (above[n - step] if n >= step else 0)
            p = a + b - c
            paeth = a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else b if abs(p - b) <= abs(p - c) else c
            out.append((row[n] - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
        raw += bytes(out)
    chunks = b""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2 if step == 3 else 0, 0, 0, 0])
    for name, body in ((b"IHDR", head), (b"IDAT", zlib.compress(raw)), (b"IEND", b"")):
        chunks += len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
    png = b"\x89PNG\r\n\x1a\n" + chunks
    assert read_png(png) == (width, height, step, b"".join(rows))
    broken = bytearray(png)
    broken[-20] ^= 1
    with pytest.raises(ValueError, match="damaged"):
        read_png(bytes(broken))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(
    st.sampled_from(
        ["width_px", "dpi", "salt", "shape", "nodes", "words", "batch", "event", "index", "path", "x", "text", "word"]
    ),
    JUNK,
)
@settings(max_examples=80, deadline=None)
def test_no_junk_makes_the_verifier_fail_otherwise_than_by_refusing(what: str, junk: Any) -> None:
    proof, picture = junk_proof(), painted(page(), mask_of({9}), "colour")
    if what in ("index", "path"):
        proof["batch"][what] = junk
    elif what in ("x", "text"):
        proof["words"][what] = junk
    elif what == "word":
        proof["words"]["y"][0] = junk
    else:
        proof[what] = junk
    assume(proof != junk_proof())
    with pytest.raises(ValueError, match=r"."):
        verify_page(proof, picture)


@cache
def _junk_proof() -> str:
    return json.dumps(proof_for(page(), mask_of({9})))


def junk_proof() -> dict[str, Any]:
    return dict(json.loads(_junk_proof()))


def test_the_verifier_runs_by_itself(tmp_path: Path) -> None:
    """As a stranger runs it: without the program, isolated from everything that is installed."""
    hidden = mask_of({9})
    (tmp_path / "p.json.gz").write_bytes(packed(proof_for(page(), hidden)))
    width, height, step, raw = painted(page(), hidden, "colour")
    pixels = np.frombuffer(raw, np.uint8).reshape(height, width, step)
    (tmp_path / "p.png").write_bytes(png_of(pixels))
    (tmp_path / "other.png").write_bytes(png_of(pixels[::-1]))
    file = ROOT / "src" / "fairwitness" / "publish" / "static" / "verify_page.py"
    for picture, status, says in (("p.png", 0, "27 verified, 1 withheld, 0 unproven"), ("other.png", 1, "NOTHING IS")):
        command = [sys.executable, "-I", "-S", str(file), "p.json.gz", picture]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, says in done.stdout, done.stderr) == (status, True, "")


@given(st.binary(max_size=40), st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_file_gives_the_proof_that_went_in_or_is_refused(junk: bytes, cut: bool) -> None:
    proof = proof_for(page(), mask_of({9}))
    file = packed(proof)
    assert read_proof(file) == proof == json.loads(gzip.decompress(file)) == read_proof(gzip.decompress(file))
    assert file == packed(proof) and file[3:8] == bytes(5)  # neither a name nor a time is in it
    broken = file[: len(file) - 1 - len(junk)] if cut else file + b"x" + junk
    for one in (broken, b"\x1f\x8b" + junk, b"{x" + junk, b"\xff" + junk):
        with pytest.raises(ValueError, match=r"the proof is damaged|no proof"):
            read_proof(one)


def test_a_file_that_would_become_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "MAX_PROOF", 1_000)
    assert read_proof(gzip.compress(b'"%s"' % (b"x" * 900))) == "x" * 900
    with pytest.raises(ValueError, match="the proof is damaged"):
        read_proof(gzip.compress(b'"%s"' % (b"x" * 1_000)))


def test_what_is_no_picture_is_refused() -> None:
    for untrusted in (b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(ValueError, match=r"no PNG"):
            read_png(untrusted)
    with pytest.raises(ValueError, match="no lossless picture"):
        read_pdf(b"%PDF-1.7\n", 1)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"words": None},
        {"words": {"x": [], "y": [], "width": [], "height": []}},
        {"words": {"x": [1], "y": [], "width": [1], "height": [1], "text": ["x"]}},
        {"words": dict.fromkeys(("x", "y", "width", "height", "text"), "")},
        {"salt": ""},
        {"salt": "!"},
        {"nodes": "!"},
        {"nodes": ""},
        {"shape": ""},
        {"shape": "n" * 5000},
        {"width_px": "100"},
        {"dpi": -1},
        {"dpi": "200"},
        {"event": "[]"},
        {"event": "{"},
        {"batch": {"index": 0, "path": ""}},
        {"batch": {"index": 300, "path": "AAAA" * 85 + "AA=="}},
        {"format": "fairwitness/page-proof/1"},
        {"format": "fairwitness/page-proof/3"},
        {"rendition": "x-ray"},
    ],
    ids=str,
)
def test_what_is_no_proof_is_refused_with_a_reason(broken: dict[str, Any]) -> None:
    proof = proof_for(page(), nothing_hidden()) | broken if broken else {}
    with pytest.raises(ValueError, match=r"."):
        verify_page(proof, painted(page(), nothing_hidden(), "colour"))
