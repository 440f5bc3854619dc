"""Starts another Python process of ours: isolated from the environment and the current folder, with our own path."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import fairwitness

_START = (
    "import importlib, json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "importlib.import_module(sys.argv.pop(1)).main()"
)


def python_command(module: str, *arguments: str, more_path: Sequence[str] = ()) -> list[str]:
    """The command that runs `main()` of a module of ours with `arguments` in `sys.argv[1:]`.

    The new process looks for modules where this one does, but never in the current folder, which may be a leak that
    holds a file called like a library.
    """
    here = str(Path.cwd())
    path = [name for name in sys.path if name not in ("", here)]
    path += [name for name in (str(Path(fairwitness.__file__).parents[1]), *more_path) if name not in path]
    return [sys.executable, "-I", "-c", _START, json.dumps(path), module, *arguments]
