"""Makes the text of the training lines from message catalogues and word lists. No running text of the tests is in it.

python gather_text.py FOLDER     # FOLDER is what fetch.sh filled; writes FOLDER/text.json
"""

from __future__ import annotations

import gettext
import json
import re
import sys
from collections import Counter
from pathlib import Path

from alphabet import ALPHABET, UYGHUR, normalised

_TAGS = re.compile(
    r"<[^<>]{1,60}>|%\(?[a-zA-Z]*\)?[-0-9.$]*[a-zA-Z]{1,2}\b|\$\{?[A-Za-z]+\}?|&[a-z]+;|\\[nt]|~|_(?=\w)"
)
_ARAB = re.compile("[\u0621-\u06d5]")

# Kazakh in Arabic letters as written in China; a hamza before the word says that its vowels are front ones.
_KAZAKH = dict(
    zip("абвгғдежзийкқлмнңопрстуұүфхһчшыі", "ابۆگعدەجزييكقلمنڭوپرستۋۇۇفحھچشىى", strict=False)
) | {"ә": "ا", "ө": "و", "ц": "تس", "щ": "شش", "э": "ە", "ю": "يۋ", "я": "يا", "ё": "يو", "ь": "", "ъ": ""}  # fmt: skip
_FRONT, _BACK = set("әөүі"), set("егкэ")


def kazakh_in_arabic_letters(word: str) -> str:
    """The Cyrillic Kazakh word in Arabic letters."""
    low = word.lower()
    hamza = "ٴ" if _FRONT & set(low) and not _BACK & set(low) else ""
    return hamza + "".join(_KAZAKH.get(sign, sign) for sign in low)


def messages(folder: Path, language: str, *, original: bool = False) -> list[str]:
    """All messages of one language, or the English ones that they translate, each once."""
    found: set[str] = set()
    for path in sorted(folder.glob(f"x/**/{language}/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        found.update(
            key if original else text
            for key, text in catalogue.items()
            if key and isinstance(key, str) and isinstance(text, str) and len(text) < 2000
        )
    return sorted(found)


def clean(text: str) -> str:
    """The message as running text in the alphabet; signs that it does not have are left out."""
    plain = normalised(_TAGS.sub(" ", text))
    return " ".join("".join(sign for sign in plain if sign in ALPHABET).split())


def main(folder: Path) -> None:
    """Writes text.json: messages and words of each language."""
    uyghur = [line for line in map(clean, messages(folder, "ug")) if len(_ARAB.findall(line)) >= max(2, len(line) // 3)]
    arabic = [line for line in map(clean, messages(folder, "ar")) if len(_ARAB.findall(line)) >= max(2, len(line) // 3)]
    kazakh = [
        re.sub("[\u0400-\u04ff]+", lambda m: kazakh_in_arabic_letters(m[0]), text).replace("?", "؟").replace(",", "،")
        for text in messages(folder, "kk")
    ]
    kazakh = [line for line in map(clean, kazakh) if len(_ARAB.findall(line)) >= max(2, len(line) // 3)]
    only = re.compile(f"[{UYGHUR}]{{2,24}}")
    words = Counter(word for line in uyghur for word in re.findall(f"[{UYGHUR}]+", line))
    listed = {normalised(word) for word in (folder / "words/uig.txt").read_text(encoding="utf-8").split()}
    steppe = [
        kazakh_in_arabic_letters(word)
        for word in (folder / "words/kaz.txt").read_text(encoding="utf-8").split()[::4]
        if re.fullmatch("[а-яәғқңөұүһі]{2,20}", word)
    ]
    text = {
        "uyghur": uyghur,
        "uyghur_words": sorted({word for word in [*listed, *words] if only.fullmatch(word)}),
        "kazakh": kazakh,
        "kazakh_words": sorted(set(steppe)),
        "arabic": arabic,
        "english": [line for line in map(clean, messages(folder, "ug", original=True)) if len(line) > 3],
        "cyrillic": [" ".join(_TAGS.sub(" ", text).split()) for text in messages(folder, "kk")],
    }
    (folder / "text.json").write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
    print({name: (len(lines), sum(map(len, lines))) for name, lines in text.items()})
    seen = Counter("".join(uyghur))
    print("signs of the alphabet that the Uyghur messages lack:", "".join(s for s in ALPHABET if s not in seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
