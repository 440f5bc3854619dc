"""Which step opens which kind of container."""

from __future__ import annotations

from typing import TypeAlias

from fairwitness.intake.read_emlx import ReadEmlx
from fairwitness.intake.read_mail import ReadMail
from fairwitness.intake.read_msg import ReadMsg
from fairwitness.intake.read_tnef import ReadTnef
from fairwitness.intake.unpack_7z import Unpack7z
from fairwitness.intake.unpack_archive import FORMATS, UnpackArchive
from fairwitness.intake.unpack_chm import UnpackChm
from fairwitness.intake.unpack_cms import UnpackCms
from fairwitness.intake.unpack_mbox import UnpackMbox
from fairwitness.intake.unpack_pst import UnpackPst
from fairwitness.intake.unpack_stream import MEDIA_TYPES, UnpackStream
from fairwitness.intake.unpack_warc import UnpackWarc
from fairwitness.intake.unpack_webarchive import UnpackWebarchive
from fairwitness.intake.unpack_zip import UnpackZip

Unpacker: TypeAlias = (
    type[UnpackZip]
    | type[UnpackArchive]
    | type[Unpack7z]
    | type[UnpackStream]
    | type[UnpackMbox]
    | type[UnpackChm]
    | type[UnpackPst]
    | type[UnpackCms]
    | type[UnpackWarc]
    | type[UnpackWebarchive]
    | type[ReadMail]
    | type[ReadEmlx]
    | type[ReadTnef]
    | type[ReadMsg]
)

_UNPACKERS: dict[str, Unpacker] = {
    "application/zip": UnpackZip,
    **dict.fromkeys(FORMATS, UnpackArchive),
    "application/x-7z-compressed": Unpack7z,
    "application/vnd.ms-htmlhelp": UnpackChm,
    **dict.fromkeys(MEDIA_TYPES, UnpackStream),
    "message/rfc822": ReadMail,
    "message/x-emlx": ReadEmlx,
    "application/vnd.ms-tnef": ReadTnef,
    "application/mbox": UnpackMbox,
    "application/pkcs7-mime": UnpackCms,
    "application/warc": UnpackWarc,
    "application/x-webarchive": UnpackWebarchive,
    "application/vnd.ms-outlook": ReadMsg,
    "application/vnd.ms-outlook-pst": UnpackPst,
}

UNPACKED_MEDIA_TYPES = frozenset(_UNPACKERS)
"""The media types for which there is an unpacker."""


def unpacker_for(media_type: str) -> Unpacker | None:
    """The step that opens files of this media type, None if they are no container that we open."""
    return _UNPACKERS.get(media_type)
