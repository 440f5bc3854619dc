"""What the doctor says of machines made for it, and of this one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.work.doctor import Checked, examine
from tests.work.support_lists import json_of


def machine(folder: Path, files: dict[str, str]) -> Path:
    """A folder that looks like the files of such a system."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


SAFE = {
    "proc/swaps": "Filename Type Size Used Priority\n",
    "sys/power/state": "freeze mem disk\n",
    "proc/cmdline": "root=/dev/mapper/root quiet\n",
    "proc/1/comm": "init\n",
    "proc/sys/kernel/core_pattern": "|/bin/false\n",
    "proc/self/mountinfo": "1 0 254:1 / / rw - ext4 /dev/mapper/root rw\n2 1 0:30 / /tmp rw - tmpfs tmpfs rw\n",
    "sys/dev/block/254:1/slaves/dm-0/dev": "254:0\n",
    "sys/dev/block/254:1/dm/uuid": "LVM-abc\n",
    "sys/dev/block/254:0/dm/uuid": "CRYPT-LUKS2-abc\n",
}


def states(found: list[Checked]) -> dict[str, str]:
    return {one.name: one.state for one in found}


def test_a_machine_that_is_set_up_well_is_good_in_everything(tmp_path: Path) -> None:
    found = states(examine(root=machine(tmp_path, SAFE)))
    names = ("swap", "hibernation", "indexers", "core-dumps", "temp-folder")
    assert {name: found[name] for name in names} == dict.fromkeys(names, "good")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("swap", {"proc/swaps": "Filename Type\n/dev/sda3 partition 1 0 -2\n"}),
        ("hibernation", {"proc/cmdline": "root=/dev/sda1 resume=/dev/sda3\n"}),
        ("indexers", {"proc/77/comm": "tracker-miner-f\n"}),
        ("indexers", {"proc/77/comm": "baloo_file\n"}),
        ("core-dumps", {"proc/sys/kernel/core_pattern": "|/usr/lib/systemd/systemd-coredump %P\n"}),
        ("temp-folder", {"proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"}),
        (
            "temp-folder",
            {"sys/dev/block/254:0/dm/uuid": "LVM-abc\n", "proc/self/mountinfo": "1 0 254:1 / / rw - ext4 /dev/dm rw\n"},
        ),
    ],
)
def test_each_fault_is_told_with_what_to_do(tmp_path: Path, name: str, change: dict[str, str]) -> None:
    (one,) = [one for one in examine(root=machine(tmp_path, SAFE | change)) if one.name == name]
    assert one.state == "bad" and one.advice


def test_swap_in_memory_is_no_fault(tmp_path: Path) -> None:
    change = {"proc/swaps": "Filename Type\n/dev/zram0 partition 1 0 100\n"}
    assert states(examine(root=machine(tmp_path, SAFE | change)))["swap"] == "good"


def test_what_cannot_be_seen_is_unknown_and_never_good(tmp_path: Path) -> None:
    found = states(examine(root=tmp_path))
    for name in ("swap", "hibernation", "indexers", "temp-folder"):
        assert found[name] == "unknown"


def test_an_encrypted_disk_below_a_volume_is_seen_through_its_layers(tmp_path: Path) -> None:
    change = {
        "proc/self/mountinfo": "1 0 254:1 / / rw - ext4 /dev/mapper/root rw\n",
        "sys/dev/block/254:1/slaves/dm-1/dev": "254:2\n",
        "sys/dev/block/254:2/dm/uuid": "LVM-other\n",
    }
    assert states(examine(root=machine(tmp_path, SAFE | change)))["temp-folder"] == "bad"  # one half lies in clear


def test_rights_of_the_case_and_records_in_clear_are_told_and_nothing_is_changed(tmp_path: Path) -> None:
    with Case.create_or_open(tmp_path / "case"):
        pass
    (tmp_path / "case").chmod(0o755)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "case").rglob("*")}
    told = json_of("doctor", tmp_path / "case")
    found = {one["name"]: one["state"] for one in told["checks"]}
    assert found["case-rights"] == "bad" and found["records"] == "unknown" and "case-disk" in found
    assert sum(told["counts"].values()) == len(told["checks"])
    (tmp_path / "case").chmod(0o700)
    assert states(examine(tmp_path / "case"))["case-rights"] == "good"
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "case").rglob("*")}
    assert [path.name for path in tmp_path.iterdir()] == ["case"]
