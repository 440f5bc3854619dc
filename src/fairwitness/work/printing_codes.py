"""Plain lines and values for people: codebooks, and what coders said by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fairwitness.lists.codebook import Codebook
from fairwitness.work.coding import CodeAgreement, Coded
from fairwitness.work.printing import count, safe


def codebooks(found: Sequence[Codebook]) -> str:
    """Each codebook with its codes and what they mean."""
    lines = []
    for book in found:
        lines.append(f"{book.called}  {safe(book.title)}".rstrip())
        lines += [f"  {code.code:<20} {safe(code.definition)}" for code in book.codes]
    return "\n".join(lines) or "No codebooks."


def codebook_json(book: Codebook) -> dict[str, Any]:
    """Plain values."""
    return asdict(book) | {"codebook": book.called, "codes": [asdict(code) for code in book.codes]}


def coded(one: Coded, book: Codebook) -> str:
    """The cell and its codes."""
    return f"{one.cell}  {book.called}: {', '.join(one.codes) or 'no code fits'}  ({one.id[:12]})"


def coded_json(one: Coded, book: Codebook) -> dict[str, Any]:
    """Plain values."""
    return {"codebook": book.called} | asdict(one) | {"codes": list(one.codes)}


def codes(counts: Mapping[str, Mapping[str, int]], agreement: Sequence[CodeAgreement]) -> str:
    """A line for each code: how often each coder gave it, and how well they agreed."""
    lines = []
    for one in agreement:
        given = ", ".join(f"{safe(by)} {some.get(one.code, 0):,}" for by, some in counts.items())
        alpha = f"{one.alpha.value:.3f}" if one.alpha.value is not None else f"not defined ({one.alpha.why})"
        lines.append(f"{one.code:<20} {given or 'nobody'}; alpha {alpha} on {count(one.cells, 'cell')}")
    return "\n".join(lines)
