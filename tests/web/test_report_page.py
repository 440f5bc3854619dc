"""The page of a report in a browser: its policy holds, its fonts load, anybody can use it, on any screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from fairwitness.publish.html_report import write_html
from tests.publish.reports import UYGHUR, a_report


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (380, "dark")])
@pytest.mark.parametrize("language", ["en", "ug"])
def test_the_page_of_a_report_can_be_used_by_everybody(
    browser: Browser, tmp_path: Path, width: int, scheme: str, language: str
) -> None:
    (tmp_path / "report.html").write_text(write_html(a_report(language=language, title=UYGHUR), "evidence"), "utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page, complaints, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda said: complaints.append(said.text))
    page.on("request", lambda request: asked.append(request.url.split(":")[0]))
    page.goto((tmp_path / "report.html").as_uri())
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert complaints == []
    assert set(asked) <= {"file", "data"}
    loaded = page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)")
    assert {name.strip('"') for name in loaded} == {"Noto Sans", "Noto Naskh Arabic", "Noto Sans SC"}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg:visible").count() == 5  # each chart once
    page.locator("main a.figure").first.click()
    assert page.evaluate("location.hash") == "#c1"
    context.close()
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]  # axe is a script
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    assert [(found["id"], len(found["nodes"])) for found in Axe().run(page).response["violations"]] == []
    context.close()
