"""Invented identity numbers with check digits that python-stdnum computes, or that follow from its rules."""

from __future__ import annotations

import random
from collections.abc import Callable

from stdnum.cn import ric
from stdnum.ru import inn
from stdnum.tr import tckimlik


def cn_resident(rng: random.Random, born: str = "") -> str:
    """Of a county that there is, born on that day or any."""
    day = born or f"19{rng.randrange(50, 100)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    body = f"653222{day}{rng.randrange(1000):03d}"
    return body + ric.calc_check_digit(body + "0")


def tr_kimlik(rng: random.Random) -> str:
    body = str(rng.randrange(10**8, 10**9))
    return body + tckimlik.calc_check_digits(body)


def ru_inn(rng: random.Random) -> str:
    body = str(rng.randrange(10**9, 10**10))
    return body + inn.calc_personal_check_digits(body)


def kz_iin(rng: random.Random, born: str = "800312") -> str:
    """The digit that fits is looked for by trying all ten against the published rule, written out a second time."""
    while True:
        body = f"{born}{rng.choice('34')}{rng.randrange(10**4):04d}"
        total = sum((i + 1) * int(c) for i, c in enumerate(body)) % 11
        if total == 10:
            total = sum(((i + 2) % 11 + 1) * int(c) for i, c in enumerate(body)) % 11
        if total < 10:
            return f"{body}{total}"


def uz_pinfl(rng: random.Random, born: str = "120380") -> str:
    body = f"3{born}{rng.randrange(10**6):06d}"
    return body + str(sum(int(c) * (7, 3, 1)[i % 3] for i, c in enumerate(body)) % 10)


def ru_snils(rng: random.Random) -> str:
    body = str(rng.randrange(2 * 10**6, 10**9)).rjust(9, "0")
    rest = sum(int(c) * (9 - i) for i, c in enumerate(body)) % 101
    return f"{body[:3]}-{body[3:6]}-{body[6:]} {rest % 100:02d}"


MAKERS: dict[str, tuple[str, Callable[[random.Random], str]]] = {
    "cn-resident": ("", cn_resident),
    "kz-iin": ("ЖСН ", kz_iin),
    "tr-kimlik": ("T.C. kimlik no: ", tr_kimlik),
    "ru-inn": ("ИНН ", ru_inn),
    "ru-snils": ("", ru_snils),
    "uz-pinfl": ("JSHSHIR ", uz_pinfl),
}
