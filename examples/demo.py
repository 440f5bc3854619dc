"""The main job on the sample leak: open it, recognise its scan, search, write the places found.

`python -m examples.demo FOLDER` makes FOLDER anew; everything it does is a command that you could type.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from examples.sample_leak import build

SEARCHES = (
    ("chinese", '"环境保护" AND type:pdf'),
    ("uyghur", "مۇھىت"),
    ("kazakh-or-turkish", "зауыт* OR fabrika*"),
    ("scanned", "path:扫描件 AND trust>.6"),
)


def _run(*arguments: str) -> str:
    print(f"\n$ fairwitness {shlex.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "fairwitness", *arguments], stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def main() -> None:
    """Write the leak, its case and the crops below the folder named on the command line."""
    folder = Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    build(folder / "leak")
    case, crops = str(folder / "leak.case"), folder / "crops"
    crops.mkdir()
    print(_run("open", str(folder / "leak")))
    print(_run("ocr", case, "--quiet"))
    for name, query in SEARCHES:
        print(_run("search", case, query, "--limit", "3"))
        for number, hit in enumerate(json.loads(_run("search", case, query, "--limit", "3", "--json"))["hits"], 1):
            crop = crops / f"{name}-{number}.{'png' if hit['boxes'] else 'txt'}"
            _run("show", case, hit["cite"], "-o", str(crop))
    print(_run("account", case))
    print(_run("failures", case))
    print(_run("verify", case))
    print(f"The places found are in {crops}:", *sorted(path.name for path in crops.iterdir()), sep="\n  ")


if __name__ == "__main__":
    main()
