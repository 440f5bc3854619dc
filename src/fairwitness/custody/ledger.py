"""The log of a case: its events as leaves of a Merkle tree, stored as tiles under a checkpoint.

Events are written to the database in the same transaction as the records that they tell of; `close_log` then adds
them to the tree. So a crash can leave the tree behind the events, and never the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.checkpoint import Checkpoint, decode, encode
from fairwitness.custody.merkle import EMPTY_ROOT, leaf_hash, root_of
from fairwitness.custody.tiles import (
    PART,
    find_unfit_tiles,
    leaf_hashes_from_tiles,
    root_from_tiles,
    tiles_to_append,
    tiles_to_write,
)

CHECKPOINT = "checkpoint"
EXTEND_WAIT_S = 0.5


class LogChanged(FairwitnessError):
    """The events no longer are those that the checkpoint was made over."""

    code = "log_changed"
    advice = "Somebody or something changed the case. Compare it with a copy; run: fairwitness verify CASE"


@dataclass(frozen=True, slots=True)
class LogState:
    """What `check_log` found. `problems` is empty when the log is sound; `root` is in hex."""

    size: int
    root: str
    events: int
    problems: tuple[str, ...]


def close_log(case: Case) -> Checkpoint:
    """The checkpoint that covers every event there is; tiles and checkpoint are in the case.

    Raises:
        LogChanged: if the events before the last checkpoint are not the ones that it covers.
    """
    with case.log_alone():
        return _close(case)


def extend_log(case: Case) -> bool:
    """The checkpoint covers every event there is; only the new ones are read, and the right edge of the tree.

    False if another process is closing the log for longer than a moment. Then what is new is covered by whoever closes
    it next: a mark is not kept waiting, and events beyond the checkpoint are sound.

    Raises:
        LogChanged: if the tiles are not those that the checkpoint covers, or events are gone.
    """
    with case.log_alone(wait_s=EXTEND_WAIT_S) as alone:
        if not alone:
            return False
        old = read_checkpoint(case)
        leaves = [leaf_hash(body) for body in case.queries.events(old.size)]
        if case.queries.event_count() < old.size or root_from_tiles(old.size, case.read_log_file) != old.root:
            raise LogChanged("The log does not fit its last checkpoint, so nothing is added to it.")
        if leaves:
            tiles = tiles_to_append(old.size, leaves, case.read_log_file)
            for path, data in tiles.items():
                case.write_log_file(path, data)
            size = old.size + len(leaves)
            new = Checkpoint(case.log_name, size, root_from_tiles(size, case.read_log_file))
            case.write_log_file(CHECKPOINT, encode(new).encode())
            for path in tiles:  # a part of a tile is left by every mark, and is not needed once the tile is full
                if PART not in path:
                    case.forget_log_folder(path + PART)
        return True


def _close(case: Case) -> Checkpoint:
    leaves = [leaf_hash(body) for body in case.queries.events()]
    old = read_checkpoint(case)
    if old.size > len(leaves) or root_of(leaves[: old.size]) != old.root:
        raise LogChanged("The log does not fit its last checkpoint, so nothing is added to it.")
    if old.size == len(leaves) and case.read_log_file(CHECKPOINT) is not None:
        return old
    for path, data in tiles_to_write(old.size, len(leaves), leaves):
        case.write_log_file(path, data)
    new = Checkpoint(case.log_name, len(leaves), root_of(leaves))
    case.write_log_file(CHECKPOINT, encode(new).encode())
    return new


def read_checkpoint(case: Case) -> Checkpoint:
    """The last checkpoint; the one of an empty log if there is none yet."""
    raw = case.read_log_file(CHECKPOINT)
    return Checkpoint(case.log_name, 0, EMPTY_ROOT) if raw is None else decode(raw.decode("utf-8", "replace"))


def check_log(case: Case) -> LogState:
    """The log recomputed from the events and compared with its checkpoint and its tiles.

    The checkpoint is read first: somebody may mark something meanwhile, and a log only grows.
    """
    try:
        checkpoint, problem = read_checkpoint(case), ""
    except FairwitnessError as error:
        checkpoint, problem = None, error.message
    leaves = [leaf_hash(body) for body in case.queries.events()]
    if checkpoint is None:
        return LogState(0, "", len(leaves), (problem,))
    problems = []
    if checkpoint.origin != case.log_name:
        problems.append("the checkpoint belongs to another log")
    if checkpoint.size > len(leaves):
        problems.append(f"{checkpoint.size - len(leaves)} events that the checkpoint covers are gone")
    elif root_of(leaves[: checkpoint.size]) != checkpoint.root:
        problems.append("the events are not those that the checkpoint covers")
    else:
        problems += _problems_of_tiles(case, checkpoint, leaves[: checkpoint.size])
    return LogState(checkpoint.size, checkpoint.root.hex(), len(leaves), tuple(problems))


def _problems_of_tiles(case: Case, checkpoint: Checkpoint, leaves: list[bytes]) -> list[str]:
    if checkpoint.size == 0:
        return []
    try:
        if leaf_hashes_from_tiles(checkpoint.size, case.read_log_file) != leaves:
            return ["the tiles do not fit the events"]
        return [f"tile {path} does not fit" for path in find_unfit_tiles(checkpoint.size, case.read_log_file)]
    except FairwitnessError as error:
        return [error.message]
