"""Puts exported weights into the package, and their SHA-256 wherever it is written.

python install_weights.py FOLDER     # FOLDER is what export.py wrote
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "packages" / "fairwitness-ocr-uyghur"
FILES = ("uyghur.onnx", "signs.json")
WRITTEN_IN = (
    PACKAGE / "src" / "fairwitness_ocr_uyghur" / "__init__.py",
    PACKAGE / "README.md",
    ROOT / "src" / "fairwitness" / "read" / "ocr" / "recognise_uyghur.py",
)


def main(folder: Path) -> None:
    """Copies the files and replaces the digest that stands after each name."""
    for name in FILES:
        shutil.copyfile(folder / name, WRITTEN_IN[0].parent / name)
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for path in WRITTEN_IN:
            text = path.read_text(encoding="utf-8")
            pattern = re.compile(rf"({re.escape(name)}[\"`]?\s*[:|]\s*[\"`]?)[0-9a-z_A-Z]{{8,64}}")
            changed, count = pattern.subn(lambda found, digest=digest: found[1] + digest, text)
            if count != 1:
                raise SystemExit(f"{path.name} names {name} {count} times")
            path.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
