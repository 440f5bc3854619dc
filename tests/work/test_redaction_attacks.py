"""What a painted page tells somebody who has the list of all names that can be under a box: nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench import _redaction_attacks as attacks

# Names whose first letters stand apart or close, with and without letters that hang, short and long.
HARD = ("Illi Ayit", "Yunshat Illi", "Baret Omerme", "Qurpiya Zulgul", "Dilat Walet", "Memiddin Patishat", "Ayus Ilus")
WAYS: dict[str, tuple[Callable[..., object], Callable[..., bytes], bool]] = {
    "running text of a PDF, to the end of the line": (attacks.as_drawn, attacks.covered("line"), False),
    "a form in a PDF, one width": (attacks.as_drawn, attacks.covered("fixed"), True),
    "a JPEG, to the end of the line": (attacks.as_jpeg(50, 2), attacks.covered("line"), False),
    "a coarse scan, one width": (attacks.as_coarse_scan(60), attacks.covered("fixed"), True),
    "a coarse scan, the whole cell": (attacks.as_coarse_scan(60), attacks.cell_painted, True),
}


def _bits(way: str, count: int) -> float:
    look, cover, in_table = WAYS[way]
    names = [*HARD, *attacks.candidates(count - len(HARD))]
    return attacks.bits(list(attacks.digests(names, look, cover, in_table=in_table)))  # type: ignore[arg-type]


QUICK = ("a form in a PDF, one width", "a JPEG, to the end of the line", "a coarse scan, one width")


@pytest.mark.parametrize("way", QUICK)
def test_pages_that_differ_in_the_covered_name_alone_are_the_same_pixel_by_pixel(way: str) -> None:
    assert _bits(way, 10) == 0


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_four_thousand_names_cannot_be_told_apart(way: str) -> None:
    assert _bits(way, 4000) == 0


@pytest.mark.parametrize("look", [attacks.as_drawn, pytest.param(attacks.as_jpeg(50, 2), marks=pytest.mark.slow)])
def test_the_attack_works_on_a_tight_box(look: Callable[..., object]) -> None:
    names = [*HARD, *attacks.candidates(9)]
    found = attacks.bits(list(attacks.digests(names, look, attacks.tightly_painted, in_table=False)))  # type: ignore[arg-type]
    assert found > 3.5  # of the 4 bits of sixteen names: by width and what follows, and by what JPEG spread
