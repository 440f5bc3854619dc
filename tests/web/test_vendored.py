from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fairwitness.web.pages.machine import vendored
from fairwitness.web.templating import STATIC

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "fairwitness" / "web"
PLAIN_TEXT = {".txt", ".json"}


def test_every_file_of_others_is_listed_with_its_digest_and_licence() -> None:
    listed = {file["file"]: file for file in vendored()}
    there = {
        path.relative_to(STATIC).as_posix()
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).iterdir()
        if path.suffix not in PLAIN_TEXT
    }
    assert there == listed.keys()
    for name, file in listed.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == file["sha256"]
        assert file["version"] in name or name.startswith("fonts/")
        assert len((STATIC / file["licence_file"]).read_text("utf-8")) > 300


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_every_file_that_the_pages_need(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    files = [
        path for folder in ("static", "templates", "locale") for path in (WEB / folder).rglob("*") if path.is_file()
    ]
    assert len(files) > 10
    assert {path.relative_to(ROOT / "src").as_posix() for path in files} <= names


def test_no_page_names_another_server() -> None:
    """An address in an XML namespace is a name, not a place."""
    ours = [
        path
        for path in WEB.rglob("*")
        if path.suffix in {".html", ".css", ".js", ".svg"} and "vendor" not in path.parts
    ]
    for path in ours:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", text), path.name


def test_styles_speak_of_start_and_end() -> None:
    sided = re.compile(
        r"(?<![-\w])(?:margin|padding|border|inset)-(?:left|right)|(?<![-\w.])(?:left|right)\s*:|text-align:\s*(?:left|right)|float:\s*(?:left|right)"
    )
    for path in STATIC.glob("css/*.css"):
        assert not sided.search(path.read_text("utf-8")), path.name


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    for path in (WEB / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<style|\sstyle=|<script(?![-\w]* src=|s-check)|\son[a-z]+=|hx-on|javascript:", text), (
            path.name
        )
        assert "|safe" not in text.replace(" ", ""), path.name


def test_no_script_of_ours_makes_html_of_text() -> None:
    for path in STATIC.glob("js/*.js"):
        text = path.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setTimeout\(\s*[\"'`]", text
        ), path.name
