"""What `bench_ocr` needs and no package has: fonts and two language files of Tesseract, from Debian, without root."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FONTS = (
    *("fonts-noto-cjk", "fonts-arphic-uming", "fonts-ukij-uyghur", "fonts-noto-core", "fonts-liberation"),
    *("fonts-dejavu-core", "fonts-dejavu-extra"),
)
LANGUAGES = ("eng", "tur", "rus", "kaz", "uig", "ara", "osd", "chi-sim", "chi-tra")  # Chinese for the rival alone


def fetch_fonts() -> Path:
    """The folder with the fonts of the test pages, where `tests.read.ocr.pages` looks for them."""
    return _fetch(FONTS, "usr/share/fonts", Path(sys.prefix) / "share" / "fonts")


def fetch_tessdata() -> Path:
    """The folder with Tesseract's data, those for Chinese as well, the same for both sides."""
    packages = tuple(f"tesseract-ocr-{language}" for language in LANGUAGES)
    return _fetch(packages, "usr/share/tesseract-ocr/*/tessdata", Path(sys.prefix) / "share" / "tessdata-bench")


def _fetch(packages: tuple[str, ...], inside: str, folder: Path) -> Path:
    """`folder`, filled with what lies at `inside` in the packages; a folder that is there already is kept."""
    if folder.exists():
        return folder
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        sys.exit(f"There is no apt here. Put into {folder} what these packages of Debian hold: {' '.join(packages)}")
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(["apt-get", "download", "--quiet", *packages], cwd=work, check=True, capture_output=True)
        for package in sorted(Path(work).glob("*.deb")):
            subprocess.run(["dpkg-deb", "--extract", package, "out"], cwd=work, check=True)
        part = folder.with_name(folder.name + ".part")
        for found in sorted(Path(work, "out").glob(inside)):
            shutil.copytree(found, part, dirs_exist_ok=True)
        part.rename(folder)
    return folder
