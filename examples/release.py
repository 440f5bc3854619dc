"""A release of the sample leak, from the leak to a folder for readers: every step a command that you could type.

`python -m examples.release FOLDER` makes FOLDER anew. Two people with pseudonyms, heron and tern, find, check, cover
and approve. At the end the bag is verified by the script in it, in a Python that cannot import fairwitness.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from examples.sample_leak import build

PASSPHRASE = "only for the example"
SENTENCE = "The inspection found the water at outlet 2 of the works above the limit."
RECIPE = """[release]
name = "yunlugu"
title = "Above the limit at outlet 2"
dated = "2026-11-24"
language = "en"
summary = ["An inspection report of a county that does not exist, as an example of a release."]
method = ["The leak is made up. One person wrote the finding and covered a number; another checked both."]
findings = ["{finding}"]

[[document]]
redaction = "{redaction}"
title = "Environmental inspection report of Yunlugu county"
language = "zh"
"""


def _run(*arguments: object) -> str:
    words = [str(one) for one in arguments]
    print(f"\n$ fairwitness {shlex.join(words)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "fairwitness", *words], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def _json(*arguments: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(_run(*arguments, "--json"))
    return answer


def release(folder: Path) -> Path:
    """The bag of a release lies below `folder`, which is made anew, beside the case that it was made of."""
    shutil.rmtree(folder, ignore_errors=True)
    build(folder / "leak")
    case, key, secret = folder / "leak.case", folder / "log.pem", folder / "passphrase.txt"
    secret.write_text(PASSPHRASE + "\n", "utf-8")
    secret.chmod(0o600)
    _run("open", folder / "leak", "--quiet")
    _run("commit", case)
    hit = _json("search", case, '"outlet 2" AND type:pdf', "--limit", "1")["hits"][0]
    finding = _json("finding", case, "--sentence", SENTENCE, "--cite", hit["cite"], "--by", "heron")["finding"]
    _run("finding", case, finding, "--status", "checked", "--by", "tern")
    redaction = _covered(case, hit["document"])
    recipe = folder / "release.toml"
    recipe.write_text(RECIPE.format(finding=finding, redaction=redaction), "utf-8")
    _run("key", "new", key, case, "--passphrase-file", secret)
    print(_run("release", case, recipe, "--approve", "--by", "tern"))
    bag = folder / "release"
    print(_run("release", case, recipe, bag, "--by", "heron", "--key", key, "--passphrase-file", secret))
    return bag


def _covered(case: Path, document: str) -> str:
    """The id of a redaction that covers the number of the report, every box and page looked at by a second person."""
    redaction: str = _json("redact", "new", case, document[:16], "--name", "Report", "--by", "heron")["redaction"]
    _run("redact", "find", case, redaction, '"云环检〔2019〕17号"', "--query", "--reason", "source", "--by", "heron")
    told = _json("redact", "show", case, redaction)
    _run("redact", "review", case, redaction, *(box["id"] for box in told["boxes"]), "--by", "tern")
    for page in (1, 2):
        _run("redact", "review", case, redaction, "--page", page, "--by", "tern")
    looked = ("folds", "stamps", "hand_notes", "copy_numbers", "screen", "surroundings", "watermark")
    answers = [word for name in looked for word in ("--seen", f"{name}=none")]
    _run("source-scan", case, document[:16], *answers, "--seen", "one_copy=accepted", "--by", "tern")
    return redaction


def main() -> None:
    """Make the release, and verify it without fairwitness."""
    bag = release(Path(sys.argv[1]))
    print(f"\n$ python3 -I {bag / 'verify.py'}", flush=True)
    status = subprocess.run([sys.executable, "-I", "-S", str(bag / "verify.py")], check=False).returncode
    print(f"\nOpen it in a browser: {bag / 'data' / 'site' / 'index.html'}")
    sys.exit(status)


if __name__ == "__main__":
    main()
