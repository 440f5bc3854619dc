from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.custody.errors import BadTile, OutOfLog
from fairwitness.custody.merkle import EMPTY_ROOT, leaf_hash, root_of
from fairwitness.custody.tiles import (
    find_unfit_tiles,
    leaf_hashes_from_tiles,
    path_of_tile,
    root_from_tiles,
    tiles_to_append,
    tiles_to_write,
)

# Three levels of tiles: 256 * 256 leaves fill one tile of level 1 and start level 2.
LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(66_200)]
EDGES = [0, 1, 2, 255, 256, 257, 511, 512, 513, 1000, 65_279, 65_280, 65_535, 65_536, 65_537, 65_792, 66_200]


def stored(*sizes: int) -> dict[str, bytes]:
    """The tiles of a log that was written at each of these sizes, none overwritten by other bytes."""
    tiles: dict[str, bytes] = {}
    old = 0
    for new in sizes:
        for path, data in tiles_to_write(old, new, LEAVES[:new]):
            assert tiles.get(path, data) == data
            tiles[path] = data
        old = new
    return tiles


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 0, 1, "tile/0/000.p/1"),
        (0, 999, 256, "tile/0/999"),
        (0, 1000, 256, "tile/0/x001/000"),
        (1, 1234, 256, "tile/1/x001/234"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),  # the example of the specification
        (2, 1234067, 8, "tile/2/x001/x234/067.p/8"),
    ],
)
def test_a_tile_lies_where_the_specification_says(level: int, index: int, width: int, path: str) -> None:
    assert path_of_tile(level, index, width) == path


def test_a_log_of_70000_leaves_has_the_tiles_of_the_example_in_the_specification() -> None:
    # The specification lists 256 + 17 full and one partial tile at level 0, 1 full and one partial at level 1,
    # one partial at level 2.
    leaves = LEAVES + [leaf_hash(b"x")] * (70_000 - len(LEAVES))
    tiles = dict(tiles_to_write(0, 70_000, leaves))
    assert {path for path in tiles if ".p/" in path} == {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}
    assert sum(path.startswith("tile/0/") for path in tiles) == 274
    assert {path for path in tiles if path.startswith("tile/1/")} == {"tile/1/000", "tile/1/001.p/17"}
    assert root_from_tiles(70_000, tiles.get) == root_of(leaves)


@pytest.mark.parametrize("size", EDGES)
def test_the_tiles_give_the_root_and_the_leaves_back(size: int) -> None:
    tiles = stored(size)
    assert root_from_tiles(size, tiles.get) == root_of(LEAVES[:size])
    assert leaf_hashes_from_tiles(size, tiles.get) == LEAVES[:size]
    assert find_unfit_tiles(size, tiles.get) == []


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 1500), st.sampled_from(EDGES)), min_size=1, max_size=4))
def test_a_log_written_in_steps_has_the_tiles_of_one_written_at_once(sizes: list[int]) -> None:
    sizes.sort()
    tiles = stored(*sizes)
    assert stored(sizes[-1]).items() <= tiles.items()
    for size in sizes:
        assert root_from_tiles(size, tiles.get) == root_of(LEAVES[:size])


@settings(max_examples=25, deadline=None)
@given(
    st.one_of(st.integers(0, 1500), st.sampled_from(EDGES)), st.one_of(st.integers(0, 700), st.sampled_from([65_536]))
)
def test_what_is_appended_at_the_right_edge_is_what_is_written_of_the_whole(old: int, more: int) -> None:
    new = min(old + more, len(LEAVES))
    tiles, read = stored(old), []

    def reading(path: str) -> bytes | None:
        read.append(path)
        return tiles.get(path)

    appended = tiles_to_append(old, LEAVES[old:new], reading)
    assert appended == dict(tiles_to_write(old, new, LEAVES[:new]))
    assert len(read) <= 3, "one tile of each level at most"
    assert root_from_tiles(new, (tiles | appended).get) == root_of(LEAVES[:new])


def test_full_tiles_that_are_stored_do_not_come_again() -> None:
    before = {path for path in stored(65_537) if ".p/" not in path}
    again = {path for path, _ in tiles_to_write(65_537, 65_600, LEAVES)}
    assert not before & again
    assert again == {"tile/0/256.p/64"}


def test_nothing_is_written_when_nothing_was_added() -> None:
    assert list(tiles_to_write(300, 300, LEAVES[:300])) == []


def test_a_partial_tile_that_was_cleared_away_is_read_from_the_full_one() -> None:
    tiles = stored(512)
    assert "tile/0/000.p/70" not in tiles
    assert root_from_tiles(70, tiles.get) == root_of(LEAVES[:70])


def test_an_empty_log_needs_no_tile() -> None:
    assert root_from_tiles(0, {}.get) == EMPTY_ROOT


def test_a_missing_or_short_or_long_tile_is_named() -> None:
    tiles = stored(300)
    path = "tile/0/001.p/44"
    for wrong in (tiles[path][:-1], tiles[path] + b"\x00", b""):
        with pytest.raises(BadTile, match=path):
            root_from_tiles(300, {**tiles, path: wrong}.get)
    del tiles[path]
    with pytest.raises(BadTile, match="missing"):
        root_from_tiles(300, tiles.get)


def test_one_flipped_bit_in_a_tile_changes_the_root_or_is_found() -> None:
    size = 66_200
    tiles = stored(size)
    for path in ("tile/0/000", "tile/0/258.p/152", "tile/1/000", "tile/1/001.p/2", "tile/2/000.p/1"):
        changed = {**tiles, path: bytes([tiles[path][0] ^ 1]) + tiles[path][1:]}
        is_other_root = root_from_tiles(size, changed.get) != root_of(LEAVES[:size])
        assert is_other_root or find_unfit_tiles(size, changed.get), path


def test_a_changed_leaf_tile_no_longer_fits_the_tile_above() -> None:
    tiles = stored(600)
    tiles["tile/0/001"] = tiles["tile/0/001"][:-1] + b"\x00"
    assert find_unfit_tiles(600, tiles.get) == ["tile/1/000.p/2"]


def test_a_log_never_shrinks() -> None:
    with pytest.raises(OutOfLog):
        tiles_to_write(5, 4, LEAVES[:5])
    with pytest.raises(OutOfLog):
        tiles_to_write(0, 6, LEAVES[:5])
    with pytest.raises(OutOfLog):
        path_of_tile(0, 0, 257)
