"""What this browser and machine can show, which third-party files are used, and how the case is looked at."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.web.templating import STATIC, render
from fairwitness.web.words import PSEUDO, available

SAMPLES: tuple[tuple[str, str, str, str], ...] = (
    ("Latin", "en", "Hamburgefonstiv", "vendored"),
    ("Turkish", "tr", "ğışöçü ĞİŞÖÇÜ", "vendored"),
    ("Uyghur Latin", "ug-Latn", "ë ö ü ŋ ğ", "vendored"),
    ("Cyrillic", "ru", "Съешь ещё", "vendored"),
    ("Kazakh", "kk", "әғқңөұүһі ӘҒҚҢӨҰҮҺІ", "vendored"),
    ("Uyghur", "ug", "ئابدۇۋەلى گۈل چېچەك ژۇرنال ڭ", "vendored"),
    ("Kazakh in Arabic script", "kk-Arab", "ءۇ قازاقشا ۇلت", "vendored"),
    ("Arabic", "ar", "أبجد هوز", "vendored"),
    ("Chinese, simplified", "zh-Hans", "汉字简体环境", "system"),
    ("Chinese, traditional", "zh-Hant", "漢字繁體環境", "system"),
    ("Chinese, rare", "zh-Hans", "㐀㒳㙍", "system"),
    ("Tibetan", "bo", "བོད་སྐད", "system"),
    ("Mongolian", "mn-Mong", "ᠮᠣᠩᠭᠣᠯ", "system"),
    ("Japanese", "ja", "かなカナ", "system"),
    ("Korean", "ko", "한국어", "system"),
)
"""Name, language, sample, and whether its font comes with the server or must be on the machine."""


def routes() -> list[Route]:
    """Of the page."""
    return [Route("/machine", machine)]


def machine(request: Request) -> Response:
    """The page."""
    return render(request, "machine.html", samples=SAMPLES, vendored=vendored(), languages=[*available(), *PSEUDO])


@lru_cache(maxsize=1)
def vendored() -> list[dict[str, Any]]:
    """The third-party files that the server gives: name, version, licence and SHA-256 of each."""
    listed: list[dict[str, Any]] = json.loads((STATIC / "vendor" / "vendored.json").read_text("utf-8"))
    return listed
