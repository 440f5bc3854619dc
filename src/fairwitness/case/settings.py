"""`case.toml`: the format and the settings of a case, read once into a frozen record.

The same keys are options of `fairwitness open`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from fairwitness.core.errors import CaseError

MEBI = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits for reading; each is a key in the table `[limits]` of `case.toml`."""

    memory_mib: int = 2048  # for one child
    cpu_s: int = 60
    wall_s: int = 180
    max_depth: int = 20  # containers within containers
    max_entries: int = 1_000_000  # in one container
    unpacked_base_mib: int = 256  # any container may unpack to this much ...
    unpacked_ratio: int = 250  # ... plus so many times its own size
    attempts: int = 3
    scan_memory_mib: int = 3072  # for one child that recognises text; it shares the models with its parent
    scan_cpu_s: int = 120


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What `case.toml` says: the format, the name of the log (random, tells nothing), the settings."""

    format: int
    log: str
    settings: Settings


def read_case_file(path: Path) -> CaseFile:
    """What the file says.

    Raises:
        CaseError: if the file is not one of ours.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        limits = table.get("limits", {})
        known = {f.name: int(limits[f.name]) for f in fields(Settings) if f.name in limits}
        return CaseFile(int(table["format"]), str(table["log"]), Settings(**known))
    except (KeyError, ValueError, TypeError, AttributeError, tomllib.TOMLDecodeError):
        raise CaseError("case.toml is not readable.", advice="Restore it from a copy of the case.") from None


def write_case_file(path: Path, file: CaseFile) -> None:
    """The file says that; it is replaced in one step."""
    lines = ["# fairwitness case", f"format = {file.format}", f'log = "{file.log}"', "", "[limits]"]
    lines += [f"{f.name} = {getattr(file.settings, f.name)}" for f in fields(Settings)]
    new = path.with_suffix(".new")
    new.write_text("\n".join(lines) + "\n", "utf-8")
    new.replace(path)
