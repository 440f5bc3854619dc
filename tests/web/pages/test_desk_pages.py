"""The pages of the list desk are for everybody: light, dark, from right to left, and narrow; every word translated."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from fairwitness.case.case import Case
from fairwitness.work.coding import add_codebook
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import enter
from tests.web.conftest import watched
from tests.web.desk_case import Known
from tests.web.pages.test_desk import known as known
from tests.web.pages.test_desk import made_desk as made_desk
from tests.web.pages.test_desk import sign
from tests.web.serving import Client, serving
from tests.web.test_pages import UNTRANSLATED, VIEWS, violations

PICTURES = os.environ.get("FAIRWITNESS_PICTURES", "")
PAGES = {
    "desk-list": "/desk/{Hani}",
    "desk-rows": "/desk/{Read}/rows",
    "desk-setup": "/desk/{Arab}/setup",
    "desk-review": "/desk/{Read}/review",
    "desk-review-row": "/desk/{Read}/review?view=row",
    "desk-key": "/desk/{Arab}/key",
    "desk-adjudicate": "/desk/{Arab}/adjudicate",
    "desk-adjudicate-seen": "/desk/{Arab}/adjudicate?seen=yes",
    "desk-nothing-left": "/desk/{Hani}/adjudicate",
    "desk-quality": "/desk/{Arab}/quality",
    "desk-codes": "/desk/{Read}/codes",
    "desk-coding": "/desk/{Read}/codes/reasons@1?column=serial",
    "desk-coding-proposals": "/desk/{Read}/codes/reasons@1?column=serial&proposals=yes",
    "desk-unplaced": "/desk/{Hani}/unplaced",
}

BOOK = """[codebook]
id = "reasons"
version = "1"
[[code]]
code = "far"
title = "远"
definition = "far away"
includes = "abroad"
excludes = "next door"
[[code]]
code = "near"
definition = "next door"
"""


@pytest.fixture(scope="module")
def client(
    made_desk: tuple[Path, dict[str, Known]], known: dict[str, Known], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    folder = Path(shutil.copytree(made_desk[0], tmp_path_factory.mktemp("desk-pages") / "case"))
    with Case.open(folder) as case:
        one = known["Arab"]
        kept = kept_list(case, one.id)
        for cell in list(one.truth)[5:9]:
            enter(case, kept, cell, "heron", "key", "text", one.truth[cell] or "x")
            enter(case, kept, cell, "plover", "key", "illegible")
        read = kept_list(case, known["Read"].id)
        enter(case, read, next(iter(known["Read"].truth)), "heron", "review", "text", "一", "made-up")
        add_codebook(case, read, BOOK, "heron")
    with serving(folder) as opened:
        sign(opened, "gull")
        yield opened


@pytest.mark.parametrize(
    "view", [pytest.param(view, marks=[] if view == "light" else pytest.mark.slow) for view in VIEWS]
)
def test_the_pages_of_the_desk_can_be_used_by_everybody(
    browser: Browser, client: Client, known: dict[str, Known], view: str
) -> None:
    opened = watched(browser, client, **VIEWS[view])
    if view == "rtl":
        opened.go("/machine?ui=ar-XB")
    for name, path in PAGES.items():
        page = opened.go(path.format(**{key: one.id for key, one in known.items()}))
        page.wait_for_load_state("networkidle")
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{view}.png")
        assert violations(page) == [], name
        assert page.locator("h1").count() == 1, name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, name
        assert page.evaluate("document.documentElement.dir") == ("rtl" if view == "rtl" else "ltr")
    page.context.close()
    opened.check()


@pytest.mark.slow
def test_every_word_of_the_desk_can_be_translated(browser: Browser, client: Client, known: dict[str, Known]) -> None:
    opened = watched(browser, client)
    opened.go("/machine?ui=en-XA")
    for name, path in PAGES.items():
        page = opened.go(path.format(**{key: one.id for key, one in known.items()}))
        assert page.evaluate(UNTRANSLATED) == [], name
    opened.page.context.close()
    opened.check()
