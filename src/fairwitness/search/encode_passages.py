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

    The file is one of ours: on each line the number of a page and its text, as JSON.
    """

    name: ClassVar[str] = "encode-passages"
    version: ClassVar[str] = PASSAGES_VERSION

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield one `Tokens` for each page."""
        for line in item.file:
            number, text = json.loads(line)
            ranges = passages_of(text)
            vectors = nano_e5().encode_passages([text[low:high] for low, high in ranges]).astype("<f2")
            packed = base64.b64encode(np.ascontiguousarray(vectors).tobytes()).decode()
            places = " ".join(f"{low}-{high}" for low, high in ranges)
            yield Tokens(number, ((RANGES, places), (VECTORS, packed)))
        yield End(Cause.OK)
