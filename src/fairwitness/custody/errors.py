"""What can be wrong with a log, a checkpoint or a request for a proof."""

from __future__ import annotations

from fairwitness.core.errors import FairwitnessError


class CustodyError(FairwitnessError):
    """Something about the log of the case does not hold."""

    code = "custody"


class OutOfLog(CustodyError):
    """A position or a size was asked for that the log does not have."""

    code = "out_of_log"
    advice = "Ask for a position below the size of the log."


class BadHash(CustodyError):
    """A hash that is not the 32 bytes of a SHA-256."""

    code = "bad_hash"


class BadCheckpoint(CustodyError):
    """A text that is not a checkpoint as C2SP tlog-checkpoint defines it."""

    code = "bad_checkpoint"
    advice = "A checkpoint is three lines: the name of the log, its size, and its root in base64."


class BadTile(CustodyError):
    """A tile is missing or does not have the length that its place asks for."""

    code = "bad_tile"
    advice = "Restore the log folder of this case from a copy; the log itself must not be repaired by hand."
