"""Writes ZIP archives that are the same every time, also with names in an old encoding."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO

DATE = (2019, 4, 15, 9, 0, 0)
_UNIX = 3


def write_zip(files: Sequence[tuple[str, bytes]], *, first_is_stored: bool = False) -> bytes:
    """A ZIP archive of the files in this order, with fixed dates; names that need it are marked as UTF-8.

    With `first_is_stored` the first file is not compressed, as Open Document wants its `mimetype`.
    """
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, data) in enumerate(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            is_stored = first_is_stored and number == 0
            entry.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def write_zip_with_raw_name(raw_name: bytes, data: bytes) -> bytes:
    """A ZIP archive of one file whose name is these bytes, in no declared encoding, as old Chinese tools wrote it."""
    stand_in = "~" * len(raw_name)
    archive = write_zip([(stand_in, data)])
    # The name stands before the data and in the directory; no checksum covers it.
    assert archive.count(stand_in.encode("ascii")) == 2
    return archive.replace(stand_in.encode("ascii"), raw_name)
