"""Words that lists are made of. Every name, place and number is invented, and numbers can belong to nobody.

Names are syllables drawn at random and put together; places do not exist. The region at the head of an identity
number is one that was never given out, so the numbers pass their checksum and are nobody's.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from fairwitness.facts.checksums import fits_cn_resident

REGION = "659877"  # in no edition of GB/T 2260: the last prefecture of 65 is 43, and 6590 has only 01 to 12
NEIGHBOURHOODS = ("云桥社区", "白杨社区", "东渠社区", "新园社区", "石井社区", "南滩社区", "葡萄社区", "麦场社区")
VERDICTS = ("同意结业", "暂缓结业", "继续培训", "转送他处")
REMARKS = ("", "", "", "", "", "待核实", "已上报", "见附件3", "另册登记", "重复登记，以本行为准")
_STREETS = ("水渠路", "果园巷", "旧桥街", "磨坊路", "泉边巷", "沙枣街", "羊市路", "大井巷")
_NAME_HEADS = tuple("巴塔努苏格莱迪萨卡伊帕罗玛吐")
_NAME_TAILS = (
    "兰提",
    "尔曼",
    "古丽扎",
    "什姆",
    "木沙",
    "里娅",
    "克尔",
    "丹姆",
    "鲁孜",
    "甫江",
    "哈特",
    "娜什",
    "依丁",
    "赞",
)
_REASONS = (
    "{y}年{m}月至{n}月期间未在本社区居住，外出务工未按时报备",
    "与邻居因水渠用水发生纠纷，经调解{c}次未果",
    "家中查出未登记的旧书{c}本、光盘{d}张",
    "{y}年{m}月申请办理护照，理由不充分",
    "曾于{y}年参加未经批准的聚会{c}次，参加人数约{d}人",
    "其兄{y}年因同类问题被登记，本人为亲属关系",
    "未参加{y}年{m}月的升旗活动，理由为照顾病人",
    "手机中存有来历不明的录音{d}段，本人称系他人转发",
    "属80后，无固定职业，平时表现一般",
    "{y}年曾赴外地经商，去向不明{d}天",
    "家庭共有{c}人，其中学生{k}人，劳动力{k}人",
    "本人态度较好，能够认识到问题",
)
_SYLLABLES = {
    "Arab": ("با تا مى نۇ سۇ گۈ لا رە دى زا قا شې", "ر ن ل م ت ش ك", ""),
    "Cyrl": ("Ба Та Ми Ну Су Гю Ла Ре Ди За Ка Ше", "р н л м т ш к", "ов ев ин"),
    "Latn": ("Ba Ta Mi Nu Sü Gö La Re Dı Za Ka Şe", "r n l m t ş k", "oğlu can han"),
}
_PLACES = {
    "Arab": ("توغراق", "بۇلاقبېشى", "يېڭىئۆستەڭ", "قۇمبۇلۇڭ", "تاشكۆۋرۈك", "ئالمىلىق", "كۆكدۆڭ", "سېرىقسۇ"),
    "Cyrl": (
        "Тёплый Ключ",
        "Новая Мельница",
        "Сухой Лог",
        "Үшқұдық",
        "Ақбұлақ",
        "Каменный Брод",
        "Жаңаарық",
        "Полынное",
    ),
    "Latn": (
        "Taşköprü Obası",
        "Yenipınar",
        "Kuruçeşme",
        "Ilıca Deresi",
        "Gökbulak",
        "Üçkuyu",
        "Çöl Değirmeni",
        "Şirinsu",
    ),
}
_NOTES = {
    "Arab": (
        "باشقا يۇرتقا {y} يىلى كەتكەن",
        "ئۆيىدە {c} پارچە كونا كىتاب بار",
        "قوشنىسى بىلەن سۇ ئۈچۈن جېدەللەشكەن",
        "يىغىنغا {c} قېتىم كەلمىگەن",
    ),
    "Cyrl": (
        "выехал в {m}.{y} без уведомления",
        "в доме {c} старых книг",
        "спор с соседом о воде",
        "не явился на собрание {c} раз(а)",
        "{y} жылы басқа ауылға көшкен",
    ),
    "Latn": (
        "{m}/{y} tarihinde haber vermeden ayrıldı",
        "evinde {c} eski kitap bulundu",
        "komşusuyla su yüzünden tartıştı",
        "toplantıya {c} kez gelmedi",
    ),
}


def han_name(chance: random.Random) -> str:
    """An invented name as Chinese writes names of other languages, mostly two parts with an interpunct."""
    parts = [chance.choice(_NAME_HEADS) + chance.choice(_NAME_TAILS) for _ in range(2)]
    return "·".join(parts) if chance.random() < 0.92 else parts[0]


def other_name(chance: random.Random, script: str) -> str:
    """An invented name in Uyghur, Cyrillic or Turkish letters."""
    heads, tails, ends = (part.split() for part in _SYLLABLES[script])
    parts = []
    for _ in range(2):
        word = "".join(chance.choice(heads) for _ in range(chance.choice((1, 2)))) + chance.choice(tails)
        parts.append(word[0] + word[1:].lower())
    if ends:
        parts[1] += chance.choice(ends)
    return " ".join(parts)


def han_address(chance: random.Random) -> str:
    """An address in a town that does not exist."""
    return (
        f"云麓谷县{chance.choice(_STREETS)}{chance.randint(1, 180)}号院{chance.randint(1, 9)}-{chance.randint(1, 60)}"
    )


def other_place(chance: random.Random, script: str) -> str:
    """An invented place name."""
    return chance.choice(_PLACES[script])


def han_reason(chance: random.Random, most_chars: int) -> str:
    """Up to nine made-up grounds, together not longer than `most_chars`."""
    wanted = chance.choice((2, 3, 4, 5, 6, 7, 8, 9))
    said: list[str] = []
    for pattern in chance.sample(_REASONS, wanted):
        one = _filled(pattern, chance)
        if sum(map(len, said)) + len(one) + len(said) + 1 <= most_chars:
            said.append(one)
    return "；".join(said) + "。" if said else "未报备。"


def other_note(chance: random.Random, script: str) -> str:
    """One made-up remark."""
    return _filled(chance.choice(_NOTES[script]), chance)


def birth_date(chance: random.Random) -> date:
    """A day between 1948 and 1999."""
    return date(1948, 1, 1) + timedelta(days=chance.randrange(365 * 51))


def cn_number(chance: random.Random, born: date, *, is_male: bool) -> str:
    """An identity number of 18 signs with a right check digit, of a region that does not exist."""
    order = chance.randrange(5, 494) * 2 + is_male
    body = f"{REGION}{born:%Y%m%d}{order:03d}"
    return next(body + last for last in "0123456789X" if fits_cn_resident(body + last))


def dotted(day: date) -> str:
    """As lists write it: 2017.3.12."""
    return f"{day.year}.{day.month}.{day.day}"


def _filled(pattern: str, chance: random.Random) -> str:
    first = chance.randint(1, 7)
    return pattern.format(
        y=chance.randint(2010, 2017),
        m=first,
        n=first + chance.randint(1, 5),
        c=chance.randint(2, 6),
        d=chance.randint(7, 60),
        k=chance.randint(1, 3),
    )
