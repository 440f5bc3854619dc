"""Check digits of identity numbers. Each takes the figures alone and says whether the last ones fit the others."""

from __future__ import annotations

from collections.abc import Sequence


def _weighed(figures: str, weights: Sequence[int]) -> int:
    return sum(int(figure) * weight for figure, weight in zip(figures, weights, strict=False))


def fits_cn_resident(number: str) -> bool:
    """Chinese resident identity number of 18 signs: ISO 7064 MOD 11-2 (GB 11643-1999); X is ten."""
    return "10X98765432"[_weighed(number, [2**power % 11 for power in range(17, 0, -1)]) % 11] == number[17].upper()


def fits_kz(number: str) -> bool:
    """Kazakh IIN and BIN, 12 figures: weights 1 to 11; if 10 is left, 3 to 11, 1, 2; if again, no number."""
    rest = _weighed(number, range(1, 12)) % 11
    if rest == 10:
        rest = _weighed(number, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11
    return rest == int(number[11])


def fits_tr(number: str) -> bool:
    """Turkish T.C. kimlik no, 11 figures."""
    figures = [int(figure) for figure in number]
    tenth = (7 * sum(figures[0:9:2]) - sum(figures[1:8:2])) % 10
    return figures[9] == tenth and figures[10] == sum(figures[:10]) % 10


def fits_ru_inn(number: str) -> bool:
    """Russian INN: 10 figures of an organisation, 12 of a person."""
    if len(number) == 10:
        return _weighed(number, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 == int(number[9])
    weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]
    first, second = _weighed(number, weights[1:]) % 11 % 10, _weighed(number, weights) % 11 % 10
    return (first, second) == (int(number[10]), int(number[11]))


def fits_ru_snils(number: str) -> bool:
    """Russian SNILS, 11 figures. Numbers up to 001-001-998 have no check digits and are taken as fitting."""
    if int(number[:9]) <= 1_001_998:
        return True
    return _weighed(number, range(9, 0, -1)) % 101 % 100 == int(number[9:])


def fits_uz_pinfl(number: str) -> bool:
    """Uzbek PINFL, 14 figures: weights 7, 3, 1 again and again."""
    return _weighed(number, [7, 3, 1] * 4 + [7]) % 10 == int(number[13])
