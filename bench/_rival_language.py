"""Runs in the rivals' own environment: JSON of languages and lines on standard input, what they say on output."""

from __future__ import annotations

import json
import sys
import time

import pycld2
from py3langid.langid import MODEL_FILE, LanguageIdentifier


def cld2(line: str) -> str:
    try:
        return pycld2.detect(line, bestEffort=True)[2][0][1].replace("zh-Hant", "zh")
    except pycld2.error:
        return "und"


def main() -> None:
    asked = json.load(sys.stdin)
    open_choice = LanguageIdentifier.from_model_file(MODEL_FILE)
    restricted = LanguageIdentifier.from_model_file(MODEL_FILE)
    restricted.set_languages([code for code in asked["languages"] if code in open_choice.nb_classes])
    found = {}
    for name, tell in (
        ("py3langid", lambda line: open_choice.classify(line)[0]),
        ("py3langid, our languages", lambda line: restricted.classify(line)[0]),
        ("CLD2", cld2),
    ):
        tell("warm")
        begun = time.process_time()
        told = [str(tell(line)) for line in asked["lines"]]
        found[name] = (told, time.process_time() - begun)
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
