"""The page that checks a bag in any browser: one HTML file with everything inside, and no network."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path

_STATIC = Path(__file__).parent / "static"
_SCRIPT = re.compile(r'<script src="([a-z_]+\.js)"></script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="([a-z_]+\.css)">')


def bag_verifier_html() -> str:
    """The page, complete in itself; it may run its own scripts and nothing else (Content Security Policy)."""
    page = _text("verify.html")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashes(_SCRIPT.findall(page))}",
            f"style-src {_hashes(_STYLE.findall(page))}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    page = _SCRIPT.sub(lambda found: f"<script>{_text(found[1])}</script>", page)
    page = _STYLE.sub(lambda found: f"<style>{_text(found[1])}</style>", page)
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{meta}', 1)


def _text(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")


def _hashes(names: list[str]) -> str:
    digests = (base64.b64encode(sha256(_text(name).encode()).digest()).decode() for name in names)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
