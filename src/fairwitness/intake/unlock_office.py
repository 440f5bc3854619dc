"""Office files that a password locks, deciphered: OOXML, DOC, XLS and PPT by msoffcrypto, ODF here."""

from __future__ import annotations

import base64
import hashlib
import io
import types
import xml.dom.expatbuilder  # noqa: F401  msoffcrypto needs it where nothing can be imported any more
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import msoffcrypto
import msoffcrypto.format.doc97
import msoffcrypto.format.ooxml
import msoffcrypto.format.ppt97
import msoffcrypto.format.xls97
from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from fairwitness.core.parts import Source
from fairwitness.intake._signatures import ENCRYPTED_OFFICE, MS, ODF

OLE_TYPES = frozenset({ENCRYPTED_OFFICE, "application/msword", f"{MS}excel", f"{MS}powerpoint"})
EXCEL_DEFAULT = "VelvetSweatshop"  # what Excel itself tries on every file ([MS-OFFCRYPTO] 4.18)
MAX_LOCKED_BYTES = 512 << 20
_PIECE_BYTES = 1 << 20
_MAX_MEMBERS = 10_000
_MANIFEST = "META-INF/manifest.xml"
_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"

# Its readers of the old formats use a temporary file; behind the lock there is none.
for _module in (msoffcrypto.format.doc97, msoffcrypto.format.ppt97, msoffcrypto.format.xls97):
    _module.tempfile = types.SimpleNamespace(TemporaryFile=io.BytesIO)
default_backend()  # imports what it needs now: behind the lock nothing can be imported


def unlock_office(item: Source, media_type: str, passwords: Sequence[str]) -> Iterator[bytes] | None:
    """The pieces of the file as it was before it was locked; None if it is not locked or no password fits."""
    if item.size_bytes > MAX_LOCKED_BYTES or not passwords:
        return None
    item.file.seek(0)
    if media_type in OLE_TYPES:
        data = _unlock_ole(item, passwords)
    elif media_type.startswith(ODF):
        data = _unlock_odf(item, passwords)
    else:
        data = None
    if data is None:
        return None
    return (data[at : at + _PIECE_BYTES] for at in range(0, len(data), _PIECE_BYTES))


def _unlock_ole(item: Source, passwords: Sequence[str]) -> bytes | None:
    try:
        file = msoffcrypto.OfficeFile(item.file)
        if not file.is_encrypted():
            return None
    except Exception:  # a file that its reader will say more about
        return None
    for password in passwords:
        data = _try_ole(item, password)
        if data:
            return data
    return None


def _try_ole(item: Source, password: str) -> bytes | None:
    out = io.BytesIO()
    try:
        item.file.seek(0)
        file = msoffcrypto.OfficeFile(item.file)
        if "verify_password" in file.load_key.__code__.co_varnames:
            file.load_key(password=password, verify_password=True)
        else:
            file.load_key(password=password)
        file.decrypt(out)
    except Exception:  # another password, or a way of locking that is not known
        return None
    return out.getvalue()


# --- ODF, OpenDocument 1.2 part 3, section 4 and 3.8


def _unlock_odf(item: Source, passwords: Sequence[str]) -> bytes | None:
    try:
        with zipfile.ZipFile(item.file) as archive:
            manifest = etree.fromstring(
                archive.read(_MANIFEST), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            )
            locked = {
                str(entry.get(f"{_NAMESPACE}full-path")): _Lock(entry, data)
                for entry in manifest.iter(f"{_NAMESPACE}file-entry")
                if (data := entry.find(f"{_NAMESPACE}encryption-data")) is not None
            }
            if not locked or len(locked) > _MAX_MEMBERS:
                return None
            smallest = min(locked, key=lambda name: archive.getinfo(name).file_size)
            for password in passwords:
                if locked[smallest].open(archive.read(smallest), password) is not None:
                    return _rewritten(archive, manifest, locked, password)
    except Exception:  # its reader will say what is wrong with it
        return None
    return None


def _rewritten(archive: zipfile.ZipFile, manifest: Any, locked: dict[str, _Lock], password: str) -> bytes | None:
    """The package with its members in clear."""
    for entry in manifest.iter(f"{_NAMESPACE}file-entry"):
        for data in entry.findall(f"{_NAMESPACE}encryption-data"):
            entry.remove(data)
        entry.attrib.pop(f"{_NAMESPACE}size", None)
    out, total = io.BytesIO(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for info in archive.infolist():
            data = archive.read(info)
            if info.filename in locked:
                opened = locked[info.filename].open(data, password)
                if opened is None:
                    return None
                data = opened
            elif info.filename == _MANIFEST:
                data = etree.tostring(manifest)
            total += len(data)
            if total > MAX_LOCKED_BYTES:
                return None
            target.writestr(zipfile.ZipInfo(info.filename, info.date_time), data)
    return out.getvalue()


class _Lock:
    """How one member is locked, as the manifest tells it."""

    def __init__(self, entry: Any, data: Any) -> None:
        algorithm = data.find(f"{_NAMESPACE}algorithm")
        derivation = data.find(f"{_NAMESPACE}key-derivation")
        start_key = data.find(f"{_NAMESPACE}start-key-generation")
        self.algorithm = str(algorithm.get(f"{_NAMESPACE}algorithm-name", "")).lower()
        self.iv = _base64(algorithm.get(f"{_NAMESPACE}initialisation-vector"))
        self.salt = _base64(derivation.get(f"{_NAMESPACE}salt"))
        self.rounds = min(int(derivation.get(f"{_NAMESPACE}iteration-count", "1024")), 1_000_000)
        self.key_bytes = int(derivation.get(f"{_NAMESPACE}key-size", "16"))
        name = start_key.get(f"{_NAMESPACE}start-key-generation-name", "") if start_key is not None else ""
        self.start_hash = "sha256" if "256" in name else "sha1"
        self.checksum_hash = "sha256" if "256" in data.get(f"{_NAMESPACE}checksum-type", "") else "sha1"
        self.checksum = _base64(data.get(f"{_NAMESPACE}checksum"))
        self.size_bytes = min(int(entry.get(f"{_NAMESPACE}size", "0")) or MAX_LOCKED_BYTES, MAX_LOCKED_BYTES)

    def open(self, data: bytes, password: str) -> bytes | None:
        """The member in clear, None if the password is another one."""
        start = hashlib.new(self.start_hash, password.encode()).digest()
        key = hashlib.pbkdf2_hmac("sha1", start, self.salt, self.rounds, self.key_bytes)
        if "blowfish" in self.algorithm:
            deflated = _blowfish(key, self.iv, data)
        else:
            cipher = Cipher(algorithms.AES(key), modes.CBC(self.iv)).decryptor()
            deflated = cipher.update(data) + cipher.finalize()
            deflated = deflated[: -deflated[-1]] if deflated and deflated[-1] <= 16 else deflated
        if hashlib.new(self.checksum_hash, deflated[:1024]).digest() != self.checksum:
            return None
        inflater = zlib.decompressobj(-15)
        plain = inflater.decompress(deflated, self.size_bytes)
        return plain if inflater.eof or len(plain) == self.size_bytes else None


def _blowfish(key: bytes, iv: bytes, data: bytes) -> bytes:
    cipher = Cipher(Blowfish(key), CFB(iv)).decryptor()
    return cipher.update(data) + cipher.finalize()


def _base64(text: str | None) -> bytes:
    return base64.b64decode(text or "")
