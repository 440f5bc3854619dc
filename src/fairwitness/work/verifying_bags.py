"""Checks a bag with the verifier that lies in every bag, taken from this program and not from the bag."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fairwitness.publish.bag import BadBag, unpack_bag
from fairwitness.publish.static.verify import NOT_PROVEN, verify


@dataclass(frozen=True, slots=True)
class BagVerified:
    """What was found: what is proven, which files are refused and why, and what could not be checked.

    `status` is 0 if all is as it was signed, 1 if something is refused, 2 if nothing is, and not all could be checked.
    """

    status: int
    proven: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    unchecked: tuple[str, ...]
    not_proven: tuple[str, ...] = NOT_PROVEN

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def verify_bag(path: Path, key: str = "") -> BagVerified:
    """What can be said of the bag, a folder or a ZIP file; `key` is that of the log, known from elsewhere.

    Raises:
        BadBag: if there is nothing of that name.
    """
    if not path.exists():
        raise BadBag("There is no bag of that name.")
    with tempfile.TemporaryDirectory() as scratch:
        folder = path
        if not path.is_dir():
            try:
                folder = unpack_bag(path, Path(scratch))
            except BadBag as error:
                return BagVerified(1, (), (("ZIP file", error.message),), ())
        found = verify(str(folder), key)
    status = 1 if found.refused else 2 if found.unchecked else 0
    return BagVerified(status, tuple(found.proven), tuple(found.refused), tuple(found.unchecked))
