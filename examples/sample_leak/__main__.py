"""`python -m examples.sample_leak FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from examples.sample_leak import FILES, build


def main(arguments: list[str]) -> int:
    """The sample leak is written to the folder named; 0 if it is, 1 if the folder is not empty, 2 for wrong use."""
    if len(arguments) != 1:
        print("usage: python -m examples.sample_leak FOLDER", file=sys.stderr)
        return 2
    try:
        build(Path(arguments[0]))
    except FileExistsError:
        print("That folder is not empty; name a new one.", file=sys.stderr)
        return 1
    print(f"{len(FILES)} files written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
