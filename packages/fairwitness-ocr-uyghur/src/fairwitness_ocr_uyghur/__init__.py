"""Weights of the recogniser for Uyghur lines: where they are, and what they must be. No code beside this."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
MODEL = FOLDER / "uyghur.onnx"  # `ink` (lines, 1, 40, columns) to `chances` (lines, columns / 4, signs + 1)
SIGNS = FOLDER / "signs.json"  # what chances 1, 2, ... stand for; chance 0 is "no sign here"
SHA256 = {
    "uyghur.onnx": "6e57761b0114d39f53519090a18f97ee69996902e55e76f248263bdc888e9f58",
    "signs.json": "2c4d328140e7bb0aea070569f63a16e36d1da50010979ef997a885aad61fce3b",
}
