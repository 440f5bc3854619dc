"""The language data of Tesseract: where they are, which they are, and what to do where they are missing."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import cache
from pathlib import Path

from fairwitness.read.ocr.models import ModelMissing

LANGUAGES = ("eng", "tur", "rus", "kaz", "uig", "ara", "osd")
INSTALL_DATA = "make tessdata"

MEASURED = {
    "ara": "e3206d3dc87fd50c24a0fb9f01838615911d25168f4e64415244b67d2bb3e729",
    "eng": "7d4322bd2a7749724879683fc3912cb542f19906c83bcc1a52132556427170b2",
    "kaz": "fcc01eed3815a42b9c6321c4c9d3606f39b166cbf95ade98b7d8d12063eae53d",
    "osd": "9cf5d576fcc47564f11265841e5ca839001e7e6f38ff7f7aacf46d15a96b00ff",
    "rus": "e16e5e036cce1d9ec2b00063cf8b54472625b9e14d893a169e2b0dedeb4df225",
    "tur": "7393381111e1152420fc4092cb44eef4237580d21b92bf30d7d221aad192c6b7",
    "uig": "163b360268c39fc69e0c0dc9299c06dfe7a6c51ef8f33766da75022217b69b22",
}
"""SHA-256 of the data that were measured: tessdata_fast 4.1.0 as Debian packages it."""


def data_folders() -> list[Path]:
    """Where data are looked for: in FAIRWITNESS_TESSDATA alone if it is set, else this environment, then the system."""
    told = os.environ.get("FAIRWITNESS_TESSDATA")
    system = sorted(Path("/usr/share/tesseract-ocr").glob("*/tessdata"), reverse=True)
    return [Path(told)] if told else [Path(sys.prefix) / "share" / "tessdata", *system]


def find_data(language: str) -> Path | None:
    """The file with the data of that language; None if it is nowhere."""
    files = (folder / f"{language}.traineddata" for folder in data_folders())
    return next((file for file in files if file.is_file()), None)


def need_data(language: str) -> Path:
    """The same.

    Raises:
        ModelMissing: if it is nowhere.
    """
    found = find_data(language)
    if found is None:
        raise ModelMissing(f"The Tesseract data for {language} are not installed.", advice=f"Run: {install(language)}")
    return found


@cache
def hash_of(language: str) -> str:
    """SHA-256 of the data, in hex; empty where they are missing."""
    found = find_data(language)
    return hashlib.sha256(found.read_bytes()).hexdigest() if found else ""


def install(language: str) -> str:
    """The command that installs the data."""
    return f"{INSTALL_DATA}   # or: apt-get install tesseract-ocr-{language}"
