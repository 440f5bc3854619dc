"""The tree on disk, as C2SP tlog-tiles: files of up to 256 hashes that never change once they are full.

A tile of level L and index N holds the hashes of the subtrees of 256**L leaves number 256*N and following;
level 0 holds the leaf hashes. Only hashes of complete subtrees are stored. Its path is `tile/<L>/<N>`, N
written in groups of three digits (1234067 is `x001/x234/067`), and `.p/<W>` behind it as long as it has
only W < 256 hashes. A partial tile may be deleted once a fuller one is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fairwitness.custody.errors import BadTile, OutOfLog
from fairwitness.custody.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    check_hashes,
    consistency_path,
    inclusion_path,
    node_hash,
    root_of,
)

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
PART = ".p"  # behind the path of a tile that is not full, with the number of its hashes in it

ReadTile = Callable[[str], bytes | None]
"""Gives the bytes stored under a tile path, or None if there is nothing."""


def path_of_tile(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """The path of a tile, with forward slashes; `width` is the number of its hashes, 1 to 256.

    Raises:
        OutOfLog: if no such tile can exist.
    """
    if level < 0 or index < 0 or not 0 < width <= TILE_WIDTH:
        raise OutOfLog("There is no tile of that level, index or width.")
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    path = f"tile/{level}/{'/'.join(reversed(groups))}"
    return path if width == TILE_WIDTH else f"{path}{PART}/{width}"


def tiles_to_write(old_size: int, new_size: int, leaf_hashes: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of each tile to store when the log has grown from `old_size` to `new_size` leaves.

    `leaf_hashes` are those of the whole log, from leaf 0. Full tiles come before the partial one of their
    level, and lower levels first; full tiles that are stored already do not come again.

    Raises:
        OutOfLog: if the sizes shrink or do not fit the leaf hashes.
        BadHash: if a leaf hash is not 32 bytes long.
    """
    if not 0 <= old_size <= new_size:
        raise OutOfLog(f"A log of {old_size} leaves cannot become one of {new_size}: it only grows.")
    if len(leaf_hashes) < new_size:
        raise OutOfLog(f"There are {len(leaf_hashes)} leaf hashes for a log of {new_size} leaves.")
    check_hashes(leaf_hashes)
    return _grown_tiles(old_size, new_size, leaf_hashes)


def tiles_to_append(old_size: int, new_leaves: Sequence[bytes], read: ReadTile) -> dict[str, bytes]:
    """Path and bytes of each tile to store when `new_leaves` follow a log of `old_size` leaves, in order of storing.

    Only the tiles on the right edge are read, so it costs the same in a long log and in a short one. They are trusted:
    compare `root_from_tiles` with the checkpoint first.

    Raises:
        BadTile: if a tile is missing or too short.
        BadHash: if a leaf hash is not 32 bytes long.
        OutOfLog: if `old_size` is negative.
    """
    if old_size < 0:
        raise OutOfLog("The size of a log is not negative.")
    check_hashes(new_leaves)
    tiles: dict[str, bytes] = {}
    level, count, fresh = 0, old_size, list(new_leaves)
    while fresh:
        index, width = divmod(count, TILE_WIDTH)
        hashes = (_hashes_of_tile(read, level, index, width) if width else []) + fresh
        full: list[bytes] = []
        for start in range(0, len(hashes), TILE_WIDTH):
            tile = hashes[start : start + TILE_WIDTH]
            tiles[path_of_tile(level, index + start // TILE_WIDTH, len(tile))] = b"".join(tile)
            full += [root_of(tile)] if len(tile) == TILE_WIDTH else []
        level, count, fresh = level + 1, index, full
    return tiles


def root_from_tiles(size: int, read: ReadTile) -> bytes:
    """The root of the first `size` leaves, computed from the tiles on the right edge of the tree alone.

    It trusts the upper tiles to fit the lower ones; `leaf_hashes_from_tiles` with `root_of` does not.

    Raises:
        BadTile: if a tile is missing or too short.
        OutOfLog: if `size` is negative.
    """
    if size < 0:
        raise OutOfLog("The size of a log is not negative.")
    right_edge: list[bytes] = []  # the root of everything right of the complete subtrees of this level
    level, count = 0, size
    while count:
        index, width = divmod(count, TILE_WIDTH)
        complete = _hashes_of_tile(read, level, index, width) if width else []
        if complete or right_edge:
            right_edge = [root_of([*complete, *right_edge])]
        level, count = level + 1, index
    return right_edge[0] if right_edge else EMPTY_ROOT


def leaf_hashes_from_tiles(size: int, read: ReadTile) -> list[bytes]:
    """All leaf hashes of the first `size` leaves, in order, from the tiles of level 0.

    Raises:
        BadTile: if a tile is missing or too short.
        OutOfLog: if `size` is negative.
    """
    if size < 0:
        raise OutOfLog("The size of a log is not negative.")
    hashes: list[bytes] = []
    for start in range(0, size, TILE_WIDTH):
        hashes += _hashes_of_tile(read, 0, start // TILE_WIDTH, min(TILE_WIDTH, size - start))
    return hashes


def inclusion_from_tiles(index: int, size: int, stored: int, read: ReadTile) -> list[bytes]:
    """The proof that leaf `index` is in the tree of the first `size` leaves, from a few tiles of a log of `stored`.

    The tiles are trusted: verify the proof against the root of a checkpoint.

    Raises:
        BadTile: if a tile is missing or too short.
        OutOfLog: if there is no such leaf, or the log has not so many.
    """
    return inclusion_path(index, size, _roots(size, stored, read))


def consistency_from_tiles(old_size: int, size: int, stored: int, read: ReadTile) -> list[bytes]:
    """The proof that the first `size` leaves begin with the first `old_size`, from a few tiles of a log of `stored`.

    The tiles are trusted: verify the proof against the roots of both checkpoints.

    Raises:
        BadTile: if a tile is missing or too short.
        OutOfLog: if the sizes are not in this order, or the log has not so many leaves.
    """
    return consistency_path(old_size, size, _roots(size, stored, read))


def root_of_beginning(size: int, stored: int, read: ReadTile) -> bytes:
    """The root of the first `size` leaves, from a few tiles of a log of `stored`, which are trusted.

    Raises:
        BadTile: if a tile is missing or too short.
        OutOfLog: if the log has not so many leaves.
    """
    root = _roots(size, stored, read)
    return root(0, size) if size else EMPTY_ROOT


def find_unfit_tiles(size: int, read: ReadTile) -> list[str]:
    """The paths of all tiles above level 0 that do not follow from the tiles below them; none in a sound log.

    Raises:
        BadTile: if a tile is missing or too short.
        OutOfLog: if `size` is negative.
    """
    below = leaf_hashes_from_tiles(size, read)
    unfit: list[str] = []
    level = 1
    while len(below) >= TILE_WIDTH:
        expected = _hashes_above(below, 0, len(below) // TILE_WIDTH)
        for start in range(0, len(expected), TILE_WIDTH):
            wanted = expected[start : start + TILE_WIDTH]
            if _hashes_of_tile(read, level, start // TILE_WIDTH, len(wanted)) != wanted:
                unfit.append(path_of_tile(level, start // TILE_WIDTH, len(wanted)))
        below, level = expected, level + 1
    return unfit


def _grown_tiles(old_count: int, new_count: int, hashes: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    level, first = 0, 0  # `hashes` are those of this level, beginning with number `first`
    while new_count > old_count:  # a level that did not grow has no grown level above it
        for index in range(old_count // TILE_WIDTH, -(-new_count // TILE_WIDTH)):
            start, stop = index * TILE_WIDTH, min((index + 1) * TILE_WIDTH, new_count)
            yield path_of_tile(level, index, stop - start), b"".join(hashes[start - first : stop - first])
        level, old_count, new_count = level + 1, old_count // TILE_WIDTH, new_count // TILE_WIDTH
        if new_count > old_count:
            # What stands before the tile that grows is needed only if the level above grows as well.
            grows_above = new_count // TILE_WIDTH > old_count // TILE_WIDTH
            first = 0 if grows_above else old_count // TILE_WIDTH * TILE_WIDTH
            hashes = _hashes_above(hashes, first, new_count)


def _roots(size: int, stored: int, read: ReadTile) -> Callable[[int, int], bytes]:
    """Gives the root of a range that is a subtree of the tree of `size` leaves."""
    if not 0 <= size <= stored:
        raise OutOfLog(f"There are no {size} leaves in a log of {stored}.")

    def complete(height: int, number: int) -> bytes:
        """The root of the subtree number `number` of 2 to the power of `height` leaves."""
        level, inside = divmod(height, TILE_HEIGHT)
        index, at = divmod(number << inside, TILE_WIDTH)
        width = min(TILE_WIDTH, (stored >> (level * TILE_HEIGHT)) - index * TILE_WIDTH)
        return root_of(_hashes_of_tile(read, level, index, width)[at : at + (1 << inside)])

    def root(start: int, stop: int) -> bytes:
        roots: list[bytes] = []
        while start < stop:  # the complete subtrees side by side, the largest first
            height = (stop - start).bit_length() - 1
            roots.append(complete(height, start >> height))
            start += 1 << height
        computed = roots.pop()
        while roots:
            computed = node_hash(roots.pop(), computed)
        return computed

    return root


def _hashes_above(hashes: Sequence[bytes], start: int, stop: int) -> list[bytes]:
    """The hashes number `start` to `stop` of the tile level above the one that `hashes` is."""
    return [root_of(hashes[n * TILE_WIDTH : (n + 1) * TILE_WIDTH]) for n in range(start, stop)]


def _hashes_of_tile(read: ReadTile, level: int, index: int, width: int) -> list[bytes]:
    """The first `width` hashes of a tile, from the partial tile or, where that is gone, from the full one."""
    path = path_of_tile(level, index, width)
    untrusted_tile = read(path)
    expected_bytes = width * HASH_BYTES
    if untrusted_tile is None and width < TILE_WIDTH:
        untrusted_tile = read(path_of_tile(level, index))
        expected_bytes = TILE_WIDTH * HASH_BYTES
    if untrusted_tile is None:
        raise BadTile(f"Tile {path} of the log is missing.")
    if len(untrusted_tile) != expected_bytes:
        raise BadTile(f"Tile {path} of the log has {len(untrusted_tile)} bytes in place of {expected_bytes}.")
    return [untrusted_tile[at : at + HASH_BYTES] for at in range(0, width * HASH_BYTES, HASH_BYTES)]
