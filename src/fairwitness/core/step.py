"""The step protocol: one record in, records out, the same every time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)


class Step(Protocol[In_contra, Out_co]):
    """Turns one record into records. Pure: same item and options, same output.

    A step is a frozen dataclass whose fields are its options; `name` and `version` are class constants, and `version`
    is raised whenever the output may differ.
    """

    @property
    def name(self) -> str:
        """Stable name, such as "read-pdf"."""
        ...

    @property
    def version(self) -> str:
        """Raised whenever the output may differ."""
        ...

    def __call__(self, item: In_contra, /) -> Iterable[Out_co]:
        """Yield what comes out of `item`."""
        ...
