"""Makes the rows of lists: the same seed gives the same list."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from examples.synthetic_lists import words
from examples.synthetic_lists.truth import Slip, TrueColumn, TrueList

PAGES = 137
ROWS = 667
TITLE = "云麓谷县培训学员结业评估登记表"
HAN_COLUMNS = (
    TrueColumn("serial", "序号", "number", "digits", 28),
    TrueColumn("neighbourhood", "社区", "code", "Hani", 50, codes=words.NEIGHBOURHOODS),
    TrueColumn("name", "姓名", "name", "Hani", 78),
    TrueColumn("sex", "性别", "code", "Hani", 28, codes=("男", "女")),
    TrueColumn("number", "身份证号码", "identity", "digits", 98, scheme="cn-resident"),
    TrueColumn("born", "出生日期", "date", "digits", 57, scheme="ymd"),
    TrueColumn("address", "家庭住址", "text", "Hani", 86, centred=False),
    TrueColumn("reason", "送培原因及现实表现", "free", "Hani", 141, centred=False),
    TrueColumn("began", "送培日期", "date", "digits", 57, scheme="ymd"),
    TrueColumn("ended", "期满日期", "date", "digits", 57, scheme="ymd"),
    TrueColumn("verdict", "评估意见", "code", "Hani", 46, codes=words.VERDICTS),
    TrueColumn("remarks", "备注", "text", "Hani", 60, centred=False),
)
SLIPS = ("checksum", "sex", "born", "order", "serial", "duplicate", "code")
"""Mistakes that `make_list` can plant: a wrong check digit; a sex or a birth date that the number contradicts; an end
before its beginning; a serial number left out; the number of another row; a word that the vocabulary lacks."""
_CHARS_A_LINE = 14  # of the column of reasons
ROOM_PX = 2000  # height that the rows of a page have
_LINE, _PADDING = 50, 24  # heights of a line, and of what a row adds


def make_list(
    seed: int = 2019,
    *,
    pages: int = PAGES,
    rows: int = ROWS,
    slips: int = 0,
    uyghur_names: bool = False,
    room_px: int = ROOM_PX,
) -> TrueList:
    """A list in Chinese of `rows` rows on `pages` pages, unevenly; `slips` mistakes of each kind are planted.

    With `uyghur_names` the names are in Uyghur letters and all else as it is without. The rows of a page are about
    `room_px` high at most, at 300 dpi.
    """
    chance = random.Random(f"{seed}:list")
    counts = _counts(chance, pages, rows)
    whole: list[tuple[str, ...]] = []
    bounds = []
    for count in counts:
        most_lines = max(1, (room_px // count - _PADDING) // _LINE)
        bounds.append((len(whole), len(whole) + count))
        for _ in range(count):
            whole.append(_han_row(chance, len(whole), rows, most_lines))
    planted: list[Slip] = []
    if slips:
        planted = _plant(whole, chance, slips)
    columns = HAN_COLUMNS
    if uyghur_names:
        at = [column.name for column in columns].index("name")
        columns = (*columns[:at], replace(columns[at], script="Arab"), *columns[at + 1 :])
        whole = [(*row[:at], words.other_name(chance, "Arab"), *row[at + 1 :]) for row in whole]
    return TrueList(TITLE, columns, tuple(whole), tuple(bounds), slips=tuple(planted))


def make_other_list(script: str, seed: int = 2019, *, pages: int = 2, rows: int = 24) -> TrueList:
    """A list in Uyghur ("Arab", from right to left), Russian and Kazakh ("Cyrl") or Turkish ("Latn")."""
    chance = random.Random(f"{seed}:{script}")
    titles = {
        "Arab": ("رەت", "ئىسمى", "مەھەللىسى", "تۇغۇلغان ۋاقتى", "ئىزاھات"),
        "Cyrl": ("№", "Фамилия, имя", "Место", "Дата рождения", "Примечание"),
        "Latn": ("Sıra", "Adı soyadı", "Yer", "Doğum tarihi", "Açıklama"),
    }[script]
    order = "ymd" if script == "Arab" else "dmy"
    columns = (
        TrueColumn("serial", titles[0], "number", "digits", 40),
        TrueColumn("name", titles[1], "name", script, 150),
        TrueColumn("place", titles[2], "text", script, 140),
        TrueColumn("born", titles[3], "date", "digits", 110, scheme=order),
        TrueColumn("note", titles[4], "free", script, 300, centred=False),
    )
    whole = []
    for number in range(rows):
        born = words.birth_date(chance)
        written = f"{born:%Y-%m-%d}" if order == "ymd" else f"{born:%d.%m.%Y}"
        name, place = words.other_name(chance, script), words.other_place(chance, script)
        whole.append((str(number + 1), name, place, written, words.other_note(chance, script)))
    title = {"Arab": "ئاھالە تىزىملىكى", "Cyrl": "Список жителей", "Latn": "Sakinler listesi"}[script]
    counts = _counts(chance, pages, rows)
    bounds, first = [], 0
    for count in counts:
        bounds.append((first, first + count))
        first += count
    return TrueList(title, columns, tuple(whole), tuple(bounds), right_to_left=script == "Arab")


def _counts(chance: random.Random, pages: int, rows: int) -> list[int]:
    """How many rows each page has: about the same, some two more, some two fewer, never none."""
    if rows < pages:
        raise ValueError("every page has a row")
    base, left = divmod(rows, pages)
    counts = [base + (page < left) for page in range(pages)]
    chance.shuffle(counts)
    for _ in range(pages // 2):
        giver, taker = chance.randrange(pages), chance.randrange(pages)
        if counts[giver] > max(1, base - 2) and counts[taker] < base + 2:
            counts[giver] -= 1
            counts[taker] += 1
    return counts


def _han_row(chance: random.Random, number: int, rows: int, most_lines: int) -> tuple[str, ...]:
    is_male = chance.random() < 0.6
    born = words.birth_date(chance)
    began = date(2016, 10, 1) + timedelta(days=chance.randrange(500))
    ended = began + timedelta(days=chance.randrange(200, 720))
    address = words.han_address(chance)
    return (
        str(number + 1),
        words.NEIGHBOURHOODS[number * len(words.NEIGHBOURHOODS) // rows],  # one neighbourhood after the other
        words.han_name(chance),
        "男" if is_male else "女",
        words.cn_number(chance, born, is_male=is_male),
        words.dotted(born),
        address if most_lines > 2 else address[4:],
        words.han_reason(chance, most_lines * _CHARS_A_LINE),
        words.dotted(began),
        words.dotted(ended) if chance.random() < 0.9 else "",
        chance.choice(words.VERDICTS),
        chance.choice(words.REMARKS[: 5 + 5 * (most_lines > 2)]),
    )


def _plant(whole: list[tuple[str, ...]], chance: random.Random, count: int) -> list[Slip]:
    """`count` mistakes of each kind in rows of their own; where they are."""
    free = list(range(1, len(whole) - 1))
    chance.shuffle(free)
    place = {column.name: number for number, column in enumerate(HAN_COLUMNS)}
    made = []
    for what in SLIPS:
        for _ in range(count):
            row = free.pop()
            values = dict(zip(place, whole[row], strict=True))
            changed, value = _mistaken(what, values, whole[0], chance)
            line = list(whole[row])
            line[place[changed]] = value
            whole[row] = tuple(line)
            made.append(Slip(row, place[changed], what))
    return sorted(made, key=lambda slip: (slip.row, slip.column))


def _mistaken(what: str, values: dict[str, str], first: tuple[str, ...], chance: random.Random) -> tuple[str, str]:
    number = values["number"]
    if what == "checksum":
        return "number", number[:-1] + ("3" if number[-1] != "3" else "4")
    if what == "sex":
        return "sex", "女" if values["sex"] == "男" else "男"
    if what == "born":
        year, rest = values["born"].split(".", 1)
        return "born", f"{int(year) + chance.choice((-10, 10))}.{rest}"
    if what == "order":
        return "ended", "2015.5.4"
    if what == "serial":
        return "serial", str(int(values["serial"]) + 1000)
    if what == "duplicate":
        return "number", first[4]
    return "verdict", "另行研究"
