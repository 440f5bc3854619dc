"""What this browser and machine can show, which third-party files are used, and how the case is looked at."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairwitness.web.templating import STATIC, render
from fairwitness.web.words import N_, PSEUDO, available

SAMPLES: tuple[tuple[str, str, str, str], ...] = (
    (N_("Latin"), "en", "Hamburgefonstiv", "vendored"),
    (N_("Turkish"), "tr", "ğışöçü ĞİŞÖÇÜ", "vendored"),
    (N_("Uyghur Latin"), "ug-Latn", "ë ö ü ŋ ğ", "vendored"),
    (N_("Cyrillic"), "ru", "Съешь ещё", "vendored"),
    (N_("Kazakh"), "kk", "әғқңөұүһі ӘҒҚҢӨҰҮҺІ", "vendored"),
    (N_("Uyghur"), "ug", "ئابدۇۋەلى گۈل چېچەك ژۇرنال ڭ", "vendored"),
    (N_("Kazakh in Arabic script"), "kk-Arab", "ءۇ قازاقشا ۇلت", "vendored"),
    (N_("Arabic"), "ar", "أبجد هوز", "vendored"),
    (N_("Chinese, simplified"), "zh-Hans", "汉字简体环境", "system"),
    (N_("Chinese, traditional"), "zh-Hant", "漢字繁體環境", "system"),
    (N_("Chinese, rare"), "zh-Hans", "㐀㒳㙍", "system"),
    (N_("Tibetan"), "bo", "བོད་སྐད", "system"),
    (N_("Mongolian"), "mn-Mong", "ᠮᠣᠩᠭᠣᠯ", "system"),
    (N_("Japanese"), "ja", "かなカナ", "system"),
    (N_("Korean"), "ko", "한국어", "system"),
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
