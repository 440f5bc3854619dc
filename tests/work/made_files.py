"""Small files of kinds that neither the sample leak nor the corpus has, for tests of every parser."""

from __future__ import annotations

import datetime

from tests.intake.pst_writer import PstFolder, simple_message, write_pst
from tests.intake.test_read_emlx import MAIL, emlx


def stores() -> dict[str, bytes]:
    """Mail stores and data files by name."""
    message = simple_message("s", "b", datetime.datetime(2017, 3, 1, tzinfo=datetime.UTC))
    return {
        "store.pst": write_pst(PstFolder("", folders=[PstFolder("top", [message])])),
        "mail.emlx": emlx(MAIL),
    }
