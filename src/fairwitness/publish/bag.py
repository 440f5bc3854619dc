"""Bags: files that are handed over, with their digests, as BagIt 1.0 (RFC 8493) has it; the same bytes each time.

The manifests have two blanks between digest and path, so that `sha256sum -c manifest-sha256.txt` accepts them too. The
names of files in a bag are ours: a name out of a leak may lead to whoever it was taken from.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

from fairwitness.core.errors import FairwitnessError
from fairwitness.publish.bag_verifier import bag_verifier_html

Content = bytes | Path
"""The bytes of a file, or where they are."""

DATA = "data/"
MANIFEST, TAGMANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MAX_PATH_CHARS = 120  # with the folder of the bag below the 260 of Windows
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_UNPACKED = re.compile(r"[A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_PIECE = 1 << 20
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file can say


class BadBag(FairwitnessError):
    """The bag cannot be made as it is asked for."""

    code = "bad_bag"


@dataclass(frozen=True, slots=True)
class BagWritten:
    """What the bag holds: how many files of payload, how many bytes, and the digest of its tag manifest.

    The tag manifest names the manifest, and that the payload: who has this one digest can tell the whole bag again.
    """

    files: int
    size_bytes: int
    tagmanifest: str


def write_bag(target: Path, payload: Mapping[str, Content], info: Sequence[tuple[str, str]]) -> BagWritten:
    """The bag is at `target`: a ZIP file if the name ends with .zip, else a folder. It comes into being in one step.

    `payload` are the files by their path below data/; `info` are label and value of each line of bag-info.txt.

    Raises:
        BadBag: if a path is not safe, or `target` is there already, or cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise BadBag("There is something of that name already.", advice="Name a place that is free.")
    contents = {DATA + path: content for path, content in payload.items()}
    for path in contents:
        check_path(path)
    digests = {path: digest_of(content) for path, content in sorted(contents.items())}
    octets = sum(size for _, size in digests.values())
    lines = [*info, ("Payload-Oxum", f"{octets}.{len(digests)}")]
    tags: dict[str, Content] = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{label}: {_one_line(value)}\n" for label, value in lines).encode(),
        MANIFEST: manifest({path: digest for path, (digest, _) in digests.items()}),
        "verify.py": static("verify.py"),
        "verify_page.py": static("verify_page.py"),
        "verify.html": bag_verifier_html().encode(),
    }
    tagmanifest = manifest({path: digest_of(content)[0] for path, content in sorted(tags.items())})
    _write(target, {**contents, **tags, TAGMANIFEST: tagmanifest})
    return BagWritten(len(digests), octets, hashlib.sha256(tagmanifest).hexdigest())


def check_path(path: str) -> None:
    """The path is relative, leads nowhere outside, and can stand on any disk.

    Raises:
        BadBag: if not.
    """
    parts = path.split("/")
    if len(path) > MAX_PATH_CHARS or not all(_NAME.fullmatch(part) and not _RESERVED.fullmatch(part) for part in parts):
        raise BadBag("A file of a bag has a path that is not safe everywhere.")


def unpack_bag(packed: Path, folder: Path) -> Path:
    """The folder of the bag, unpacked from a ZIP file below `folder`; nothing lands outside of it, and no link is made.

    Raises:
        BadBag: with the reason and the name of the entry where it can be told safely.
    """
    try:
        with zipfile.ZipFile(packed) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            seen: set[str] = set()
            for entry in entries:
                if not _is_safe_entry(entry) or entry.filename in seen:
                    raise BadBag(f"The ZIP file has an entry that no bag can have: {ascii(entry.filename)[:200]}.")
                seen.add(entry.filename)
            tops = {name.partition("/")[0] for name in seen}
            if len(tops) != 1:
                raise BadBag("The ZIP file does not hold one folder, which is the bag.")
            if sum(entry.file_size for entry in entries) > shutil.disk_usage(folder).free:
                raise BadBag("The ZIP file says that it holds more than this disk has room for.")
            for entry in entries:
                place = folder / entry.filename
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, place.open("xb") as file:
                    shutil.copyfileobj(source, file, _PIECE)
            return folder / tops.pop()
    except (OSError, zipfile.BadZipFile, RuntimeError, EOFError, zlib.error, NotImplementedError):
        raise BadBag("The ZIP file cannot be unpacked: it is damaged, encrypted or not there.") from None


def _is_safe_entry(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.split("/")
    is_plain = stat.S_IFMT(entry.external_attr >> 16) in (0, stat.S_IFREG)
    return is_plain and len(parts) > 1 and all(_UNPACKED.fullmatch(part) and part.strip(".") for part in parts)


def manifest(digests: Mapping[str, str]) -> bytes:
    """A line for each path, in their order: the digest, two blanks, the path."""
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def digest_of(content: Content) -> tuple[str, int]:
    """SHA-256 in hex, and the number of bytes; a file is read in pieces."""
    digest, size = hashlib.sha256(), 0
    for piece in _pieces(content):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def static(name: str) -> bytes:
    """The file of that name that goes into bags as it is."""
    return (files("fairwitness.publish") / "static" / name).read_bytes()


def _write(target: Path, contents: Mapping[str, Content]) -> None:
    new = target.with_name(f".{target.name}.new")
    try:
        with ExitStack() as undo:
            undo.callback(_remove, new)
            if target.suffix.lower() == ".zip":
                _write_zip(new, target.stem, contents)
            else:
                _write_folder(new, contents)
            new.rename(target)
    except OSError:
        raise BadBag("The bag cannot be written there.", advice="Look at the disk and its permissions.") from None


def _write_folder(folder: Path, contents: Mapping[str, Content]) -> None:
    for path, content in contents.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            _copy(content, file)


def _write_zip(path: Path, top: str, contents: Mapping[str, Content]) -> None:
    """All files lie in one folder, as RFC 8493 (section 4) wants it."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", top).strip(".-") or "bag"
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in contents.items():
            about = zipfile.ZipInfo(f"{safe}/{name}", _LONG_AGO)
            about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            with archive.open(about, "w", force_zip64=isinstance(content, Path)) as file:
                _copy(content, file)


def _copy(content: Content, file: BinaryIO | zipfile.ZipExtFile | object) -> None:
    for piece in _pieces(content):
        file.write(piece)  # type: ignore[union-attr]


def _pieces(content: Content) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists():
        path.unlink()


def _one_line(value: str) -> str:
    return " ".join(value.split())
