"""Small files of kinds that neither the sample leak nor the corpus has, for tests of every parser."""

from __future__ import annotations

import datetime
import plistlib

from tests.intake.pst_writer import PstFolder, simple_message, write_pst
from tests.intake.test_read_emlx import MAIL, emlx
from tests.intake.test_read_tnef import whole
from tests.intake.test_unpack_7z import FILES, seven_zip
from tests.intake.test_unpack_chm import PAGES, chm
from tests.read.test_read_dbf import ROW, dbf
from tests.read.test_read_sqlite import database


def stores() -> dict[str, bytes]:
    """Mail stores and data files by name."""
    message = simple_message("s", "b", datetime.datetime(2017, 3, 1, tzinfo=datetime.UTC))
    return {
        "store.pst": write_pst(PstFolder("", folders=[PstFolder("top", [message])])),
        "mail.emlx": emlx(MAIL),
        "help.chm": chm(PAGES),
        "archive.7z": seven_zip(FILES),
        "winmail.dat": whole(),
        "table.sqlite": database("CREATE TABLE t (a)", ("INSERT INTO t VALUES (?)", ("text",))),
        "table.dbf": dbf([ROW["cp866"]] * 3, "cp866", 0x65),
        "list.plist": plistlib.dumps({"a": b"x" * 100}, fmt=plistlib.FMT_BINARY),
        "card.vcf": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nEND:VCARD\r\n",
    }
