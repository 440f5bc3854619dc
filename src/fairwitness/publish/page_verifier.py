"""The page that checks a page: one HTML file with everything inside, for any browser and no network.

With a proof and its picture inside it shows them at once; without, it asks for both.
"""

from __future__ import annotations

import base64
import json
import re
from hashlib import sha256
from pathlib import Path

_STATIC = Path(__file__).parent / "static"
_SCRIPT = re.compile(r'<script src="([a-z_]+\.js)"></script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="([a-z_]+\.css)">')


def verifier_html(proof: bytes = b"", png: bytes = b"", log: str = "") -> str:
    """The page, complete in itself; it may run its own scripts and nothing else (Content Security Policy).

    `proof` is the file of a proof (`commitments.packed`), `png` its picture, `log` the C2SP tlog-proof of its event,
    empty where there is none.
    """
    page = (_STATIC / "verify_page.html").read_text("utf-8")
    scripts, styles = _SCRIPT.findall(page), _STYLE.findall(page)
    page = _SCRIPT.sub(lambda found: f"<script>{_text(found[1])}</script>", page)
    page = _STYLE.sub(lambda found: f"<style>{_text(found[1])}</style>", page)
    policy = (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    page = page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{meta}', 1)
    if not proof:
        return page
    both = {"proof": base64.b64encode(proof).decode(), "picture": base64.b64encode(png).decode()}
    inside = json.dumps(both | {"log": log}, ensure_ascii=False)
    inside = inside.replace("<", "\\u003c")  # nothing in it can end the element
    return page.replace("</main>", f'</main>\n<script type="application/json" id="inside">{inside}</script>', 1)


def _text(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")


def _hashes(names: list[str]) -> str:
    digests = (base64.b64encode(sha256(_text(name).encode()).digest()).decode() for name in names)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
