"""Weights of the recogniser for Uyghur lines: where they are, and what they must be. No code beside this."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
MODEL = FOLDER / "uyghur.onnx"  # `ink` (lines, 1, 40, columns) to `chances` (lines, columns / 4, signs + 1)
SIGNS = FOLDER / "signs.json"  # what chances 1, 2, ... stand for; chance 0 is "no sign here"
SHA256 = {
    "uyghur.onnx": "ae3dcf291011aaf549254dfde93bc80f1c60c0b8fba2a2c5a5ec4c3a4029939a",
    "signs.json": "2c4d328140e7bb0aea070569f63a16e36d1da50010979ef997a885aad61fce3b",
}
