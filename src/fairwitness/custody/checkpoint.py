"""Checkpoints: a few lines of text that commit to a whole log, in the form of C2SP tlog-checkpoint.

    fairwitness.example/case/2c1f
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

This is the text of a C2SP signed note; the signature lines of a note come after an empty line and are not
part of it.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from fairwitness.custody.errors import BadCheckpoint
from fairwitness.custody.merkle import EMPTY_ROOT, HASH_BYTES

MAX_SIZE = (1 << 63) - 1  # other readers keep the size in a signed 64-bit number
MAX_CHECKPOINT_CHARS = 10_000  # a checkpoint is some 150 characters; what is longer is something else
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_LINES_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log, named by its `origin`, has `size` leaves and this `root` (32 bytes).

    `extensions` are further lines, kept as they are and given no meaning; the standard advises against them.

    Raises:
        BadCheckpoint: if a field cannot stand in a checkpoint: an origin (it is the name of the signing key as
            well) that is empty or has a space, a plus sign or a control character; a root of another length;
            the size 0 with a root other than that of the empty tree.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not is_key_name(self.origin):
            raise BadCheckpoint("The name of the log is empty or has a character that it must not have.")
        if not 0 <= self.size <= MAX_SIZE:
            raise BadCheckpoint("The size of the log is negative or does not fit into 63 bits.")
        if len(self.root) != HASH_BYTES:
            raise BadCheckpoint("The root is not 32 bytes long.")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise BadCheckpoint("The log is empty, but its root is not that of an empty log.")
        if not all(_is_note_line(line) for line in self.extensions):
            raise BadCheckpoint("An extension line is empty or has a control character.")


def encode(checkpoint: Checkpoint) -> str:
    """The checkpoint as text, each line ended by a line feed; to be stored or signed as UTF-8."""
    root = base64.b64encode(checkpoint.root).decode("ascii")
    lines = (checkpoint.origin, str(checkpoint.size), root, *checkpoint.extensions)
    return "".join(f"{line}\n" for line in lines)


def decode(untrusted_text: str) -> Checkpoint:
    """The checkpoint that `untrusted_text` is; encoding it gives the same text again.

    Raises:
        BadCheckpoint: if the text differs in anything from the one form that a checkpoint has.
    """
    if len(untrusted_text) > MAX_CHECKPOINT_CHARS:
        raise BadCheckpoint(f"The text is longer than {MAX_CHECKPOINT_CHARS} characters.")
    *lines, rest = untrusted_text.split("\n")
    if rest:
        raise BadCheckpoint("The last line does not end with a line feed.")
    if "" in lines:
        raise BadCheckpoint("There is an empty line; signatures are to be cut off before.")
    if len(lines) < _LINES_AT_LEAST:
        raise BadCheckpoint("There are fewer than three lines.")
    origin, size, root, *extensions = lines
    if not _SIZE.fullmatch(size):
        raise BadCheckpoint("The second line is not a plain decimal number.")
    return Checkpoint(origin, int(size), _decode_root(root), tuple(extensions))


def _decode_root(text: str) -> bytes:
    try:
        root = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadCheckpoint("The third line is not base64.") from error
    if base64.b64encode(root).decode("ascii") != text:  # loose bits at the end: two texts for one root
        raise BadCheckpoint("The third line is not the one base64 form of its bytes.")
    return root


def is_key_name(name: str) -> bool:
    """Whether that can be the name of a log or of a key of a signed note."""
    return bool(name) and "+" not in name and all(c.isprintable() and not c.isspace() for c in name)


def _is_note_line(line: str) -> bool:
    return bool(line) and not any(ord(c) < 0x20 or ord(c) == 0x7F for c in line)
