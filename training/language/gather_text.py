"""Makes the texts that the table of languages is learnt from. No text of the tests is in them.

python gather_text.py FOLDER     # FOLDER is what fetch.sh filled; writes FOLDER/text.json
"""

from __future__ import annotations

import gettext
import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from umsc import UgMultiScriptConverter

from fairwitness.text.scripts import NUMBERS, codes_of, scripts_of

_TAGS = re.compile(
    r"<[^<>]{1,60}>|%\(?[a-zA-Z]*\)?[-0-9.$]*[a-zA-Z]{1,2}\b|\$\{?[A-Za-z]+\}?|&[a-z]+;|\\[nt]|https?:\S+"
)
_ACCELERATOR = re.compile(r"[~_&](?=\w)")

# language: its catalogues, its word lists
LATIN = {
    "en": ("", "eng"), "tr": ("tr", "tur"), "uz": ("uz", "uzb"), "ug": ("ug", "uig"), "az": ("az", "aze"),
    "tk": ("tk", ""), "fr": ("fr", "fra"), "de": ("de", "deu"), "es": ("es", "spa"), "it": ("it", "ita"),
    "pt": ("pt pt_BR", "por"), "nl": ("nl", "nld"), "pl": ("pl", "pol"), "cs": ("cs", "ces"), "sk": ("sk", "slk"),
    "hu": ("hu", "hun"), "ro": ("ro", "ron"), "sv": ("sv", "swe"), "da": ("da", "dan"), "no": ("nb nn", "nor"),
    "fi": ("fi", "fin"), "id": ("id", "ind"), "ms": ("ms", "msa"), "vi": ("vi", "vie"), "sq": ("sq", "sqi"),
    "hr": ("hr sr@latin bs", "hrv"), "sl": ("sl", "slv"), "lt": ("lt", "lit"), "lv": ("lv", "lav"),
    "et": ("et", "est"), "und": ("eu ga cy eo is mt af br ca gl oc la sw mg ku kmr fil xh rw wa ia nds", ""),
}  # fmt: skip
CYRILLIC = {
    "ru": ("ru", "rus"), "kk": ("kk", "kaz"), "ky": ("ky", "kir"), "uz": ("uz uz@cyrillic", "uzb_cyrl"),
    "ug": ("ug", "uig"), "uk": ("uk", "ukr"), "be": ("be", "bel"), "bg": ("bg", "bul"), "sr": ("sr", "srp"),
    "mk": ("mk", "mkd"), "tg": ("tg", "tgk"), "tt": ("tt", ""), "mn": ("mn", "mon"), "az": ("", "aze_cyrl"),
    "und": ("cv ab mhr ce os ba kv", ""),
}  # fmt: skip
ARABIC = {
    "ug": ("ug", "uig"), "kk": ("kk", "kaz"), "ar": ("ar", "ara"), "fa": ("fa", "fas"), "ur": ("ur", "urd"),
    "ps": ("ps", "pus"), "ckb": ("ckb", ""), "und": ("sd ks", ""),
}  # fmt: skip

# Small words of running text, written by hand: word lists hold each word once, and catalogues of programs have few.
SMALL = {
    "ug": "ۋە بىلەن ئۈچۈن بۇ ئۇ شۇ بىر ئىدى بولۇپ بولغان قىلغان قىلىش ياكى ھەم ھەر بىز سىز ئۇلار كېيىن بۇرۇن توغرىسىدا "
    "ئاساسەن قارىتا كېرەك لازىم بار يوق ئەمەس دەپ دېگەن ئىچىدە ئارقىلىق تەرىپىدىن بويىچە قەدەر ئۆز ئۆزىنىڭ ئۇنىڭ",
    "kk": "және мен пен бен үшін бұл ол бір осы сол болып болды болған еді ғана деп дейін кейін туралы бойынша арқылы "
    "жоқ бар емес немесе әр біз сіз олар өз оның қарай ретінде керек тиіс қажет",
    "ky": "жана менен үчүн бул ал бир ошол ушул болуп болгон эле гана деп чейин кийин жөнүндө боюнча аркылуу жок бар "
    "эмес же ар биз сиз алар өз анын карай катары керек тийиш зарыл каршы",
    "uz": "va bilan uchun bu u bir shu oʻsha boʻlib boʻlgan edi faqat deb qadar keyin haqida boʻyicha orqali yoʻq bor "
    "emas yoki har biz siz ular oʻz uning qarab sifatida kerak lozim zarur qarshi esa ham",
    "tr": "ve ile için bu o bir şu olarak olan oldu idi yalnız diye kadar sonra hakkında göre üzere yok var değil veya "
    "her biz siz onlar kendi onun karşı gerek de da ise ki gibi",
    "ru": "и в во на не что с со по для из к от о об за или его её их как это этот при был была были все до после "
    "через между под над без также если",
    "en": "the of and to in is that for with on as by are was were this be it at from or not have has had his her "
    "their its which all any no shall may who been",
    "ar": "في من على إلى عن أن إن هذا هذه ذلك التي الذي مع بعد قبل كل أو لا ما لم قد كان كانت بين حتى عند وفي ومن هو "
    "هي أي غير منذ حول",
}  # fmt: skip

_UZBEK = [
    ("oʻ", "ў"), ("gʻ", "ғ"), ("sh", "ш"), ("ch", "ч"), ("yo", "ё"), ("yu", "ю"), ("ya", "я"), ("ye", "е"),
    ("ts", "ц"),
    *zip("abdefghijklmnopqrstuvxyz", "абдефгҳижклмнопқрстувхйз", strict=True), ("ʼ", "ъ"),
]  # fmt: skip
# Kazakh in Arabic letters as written in China; a hamza before the word says that its vowels are front ones.
_KAZAKH = dict(
    zip("абвгғдежзийкқлмнңопрстуұүфхһчшыі", "ابۆگعدەجزييكقلمنڭوپرستۋۇۇفحھچشىى", strict=True)
) | {"ә": "ا", "ө": "و", "ц": "تس", "щ": "شش", "э": "ە", "ю": "يۋ", "я": "يا", "ё": "يو", "ь": "", "ъ": ""}  # fmt: skip
_FRONT, _BACK = set("әөүі"), set("егкэ")


def uzbek_in_cyrillic_letters(text: str) -> str:
    """Uzbek in Latin letters, by the rules of the alphabet."""
    low = re.sub("['`‘’]", "ʻ", text.lower())
    low = re.sub(r"\be", "э", low)
    for latin, cyrillic in _UZBEK:
        low = low.replace(latin, cyrillic)
    return low.replace("ʻ", "ъ")


def kazakh_in_arabic_letters(text: str) -> str:
    """Kazakh in Cyrillic letters, word by word."""

    def word(found: re.Match[str]) -> str:
        low = found[0].lower()
        hamza = "ٴ" if _FRONT & set(low) and not _BACK & set(low) else ""
        return hamza + "".join(_KAZAKH.get(sign, sign) for sign in low)

    return re.sub("[\u0400-\u04ff]+", word, text).replace("?", "؟").replace(",", "،")


def messages(folder: Path, catalogues: str) -> list[str]:
    """All messages of these catalogues, each once; for "" the English ones that Turkish ones translate."""
    found: set[str] = set()
    for name in (catalogues or "tr").split():
        for path in sorted(folder.glob(f"x/**/{name}/LC_MESSAGES/*.mo")):
            try:
                with path.open("rb") as file:
                    catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
            except (ValueError, OSError, IndexError):  # a catalogue that gettext cannot read
                continue
            for key, text in catalogue.items():
                if isinstance(key, str) and key and isinstance(text, str) and key != text and len(text) < 2000:
                    found.add(key if not catalogues else text)
    return sorted(found)


def in_script(texts: Iterable[str], script: str) -> list[str]:
    """Those with at least three letters and four fifths of all letters in the script."""
    kept = []
    for text in texts:
        plain = " ".join(_ACCELERATOR.sub("", _TAGS.sub(" ", text)).split())
        scripts = scripts_of(codes_of(plain))
        own = int(np.count_nonzero(scripts == NUMBERS[script]))
        if own >= 3 and own >= 0.8 * np.count_nonzero(scripts):
            kept.append(plain)
    return kept


def brought(text: str, script: str, made: Callable[[str], str]) -> str:
    """The text in that script: as it is, or as the rule makes it."""
    scripts = scripts_of(codes_of(text))
    return text if np.count_nonzero(scripts == NUMBERS[script]) * 2 > np.count_nonzero(scripts) else made(text)


def words(folder: Path, name: str) -> list[str]:
    """The words of that list, at most 60,000, evenly chosen."""
    if not name:
        return []
    found = [word for word in (folder / f"words/{name}.txt").read_text("utf-8").split() if len(word) > 1]
    return found[:: max(1, len(found) // 60_000)]


def main(folder: Path) -> None:
    """Writes text.json: for each script and language messages, words, and small words."""
    change: dict[tuple[str, str], Callable[[str], str]] = {
        ("Latn", "ug"): UgMultiScriptConverter("UAS", "ULS"),
        ("Cyrl", "ug"): UgMultiScriptConverter("UAS", "UCS"),
        ("Cyrl", "uz"): uzbek_in_cyrillic_letters,
        ("Arab", "kk"): kazakh_in_arabic_letters,
    }
    out: dict[str, dict[str, list[list[str]]]] = {}
    for script, languages in (("Latn", LATIN), ("Cyrl", CYRILLIC), ("Arab", ARABIC)):
        out[script] = {}
        for language, (catalogues, listed) in languages.items():
            told = messages(folder, catalogues) if catalogues or language == "en" else []
            known = words(folder, listed)
            small = SMALL.get(language, "").split()
            made = change.get((script, language))
            if made is not None:
                told, known, small = ([brought(text, script, made) for text in kind] for kind in (told, known, small))
            kinds = [in_script(kind, script) for kind in (told, known)]
            out[script][language] = [*kinds, small]
            print(script, language, *map(len, kinds), sum(map(len, kinds[0])), flush=True)
    (folder / "text.json").write_text(json.dumps(out, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
