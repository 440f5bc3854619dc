"""Invented texts to compare, in several scripts, and ways of changing them."""

from __future__ import annotations

import random

ENGLISH = """Notice of the district water office.
The pump at the northern canal will be repaired in the second week of the month, and no water is drawn on those days.
Each village sends one person with a cart; tools are handed out at the gate against a signature.
Who cannot come tells the office in time, so that another can be asked. The cost is carried by the office alone.
A list of the repairs hangs at the door and is renewed every Friday until the work is done."""

CHINESE = """水务办公室通知。
北渠水泵将于本月第二周维修，维修期间停止取水，请各村提前做好储水准备。
每村派一人携带推车到场，工具在大门口凭签字领取，用后应当及时归还。
不能前来的人员应当提前告知办公室，以便另行安排，全部费用由办公室承担。
维修清单张贴在门口，每周五更新一次，直到工程全部完成为止。
水泵维修以后由各村轮流看护，看护人员每天早晚各检查一次水位和油量，发现问题立即报告。
今年雨水较少，请各户节约用水，先保证牲畜饮水和菜地浇灌，果园浇水时间另行通知。"""

UYGHUR = """سۇ ئىشخانىسىنىڭ ئۇقتۇرۇشى.
شىمالىي ئۆستەڭدىكى ناسوس بۇ ئاينىڭ ئىككىنچى ھەپتىسىدە رېمونت قىلىنىدۇ، شۇ كۈنلەردە سۇ ئېلىنمايدۇ.
ھەر بىر كەنتتىن بىر ئادەم ھارۋا بىلەن كېلىدۇ، سايمانلار دەرۋازىدا ئىمزا قويۇپ تارقىتىلىدۇ.
كېلەلمەيدىغانلار ئىشخانىغا بالدۇر خەۋەر قىلسۇن، باشقا بىرسى چاقىرىلىدۇ، راسخوتنى ئىشخانا كۆتۈرىدۇ."""

RUSSIAN = """Объявление районной конторы водоснабжения.
Насос на северном канале будет отремонтирован на второй неделе месяца, и в эти дни вода не отпускается.
Каждое село посылает одного человека с телегой; инструмент выдаётся у ворот под подпись.
Кто не может прийти, сообщает об этом заранее, чтобы можно было попросить другого. Расходы несёт контора."""

ALL = {"en": ENGLISH, "zh": CHINESE, "ug": UYGHUR, "ru": RUSSIAN}


def misread(text: str, share: float, seed: int = 1) -> str:
    """The text with that share of its letters replaced by other letters of it."""
    chance = random.Random(seed)
    letters = sorted({letter for letter in text if letter.isalpha()})
    return "".join(chance.choice(letters) if c.isalpha() and chance.random() < share else c for c in text)


def form(seed: int, *, values: int = 9) -> str:
    """A form filled in with made-up values; the printed text is always the same."""
    chance = random.Random(seed)
    rows = []
    labels = ["Name of the village", "Number of the cart", "Tools handed out", "Day of arrival", "Place of the pump"]
    labels += ["Length of the canal", "Weight of the stones", "Remarks of the guard", "Signature of the clerk"]
    for label in labels[:values]:
        value = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(chance.randint(8, 14)))
        rows.append(f"{label}: {value}")
    return ENGLISH.partition("\n")[0] + "\n" + ENGLISH[40:260] + "\n" + "\n".join(rows)
