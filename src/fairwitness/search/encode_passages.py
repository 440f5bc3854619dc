"""The step that makes vectors of the passages of some pages, behind the lock: a C library reads leaked text."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source, Tokens
from fairwitness.search.meaning import PASSAGES_VERSION, nano_e5, passages_of
from fairwitness.text.standard_script import in_standard_script

RANGES = "ranges"
VECTORS = "vectors"
ENCODE_PASSAGES = f"{__name__}:EncodePassages"
WARM = f"{__name__}:warm"


def warm() -> None:
    """The model is in memory, and has been used once."""
    nano_e5().encode_passages(["warm"])


@dataclass(frozen=True, slots=True)
class EncodePassages:
    """Yields for every page the ranges of its passages, and their vectors in half precision.

    The file is one of ours: on each line, as JSON, the number of a page, its text, and the script that it is to be
    rewritten from for the model (`text.standard_script`), or nothing.
    """

    name: ClassVar[str] = "encode-passages"
    version: ClassVar[str] = PASSAGES_VERSION

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield one `Tokens` for each page."""
        for line in item.file:
            number, text, script = json.loads(line)
            ranges = passages_of(text)
            passages = [in_standard_script(text[low:high], script) for low, high in ranges]
            vectors = nano_e5().encode_passages(passages).astype("<f2")
            packed = base64.b64encode(np.ascontiguousarray(vectors).tobytes()).decode()
            places = " ".join(f"{low}-{high}" for low, high in ranges)
            yield Tokens(number, ((RANGES, places), (VECTORS, packed)))
        yield End(Cause.OK)
