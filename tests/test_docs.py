"""The documents say what the program does: every command, option, field, cause and setting is named, links lead somewhere."""

from __future__ import annotations

import doctest
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import fields
from pathlib import Path

import click
import pytest
from examples.sample_leak import build

from fairwitness.case.settings import Settings
from fairwitness.cli import main
from fairwitness.core.outcome import Cause
from fairwitness.work.keying import Desk, enter
from tests.compare.texts import ENGLISH
from tests.work.support import ROOT, open_quietly, run_cli, run_json
from tests.work.support_lists import case_with_text, json_of, list_in

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])


def text_of_all() -> str:
    return "\n".join(path.read_text("utf-8") for path in DOCS)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("name", ["analyser.md", "statistics.md"])
def test_the_examples_of_a_page_give_what_it_says(name: str) -> None:
    assert doctest.testfile(str(ROOT / "docs" / name), module_relative=False, encoding="utf-8").failed == 0


def test_the_examples_of_the_page_on_names_are_true() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "names.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 2
    exec(compile("\n".join(blocks), "names.md", "exec"), {"print": lambda *_: None})


def test_every_command_is_in_the_readme_and_explains_itself() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert f"fairwitness {name} " in readme
        inside = command.list_commands(context) if isinstance(command, click.Group) else []
        for each in [command, *(command.get_command(context, one) for one in inside)]:  # type: ignore[attr-defined]
            assert each.help
            for parameter in each.params:
                if isinstance(parameter, click.Option):
                    assert parameter.help, f"{name} {each.name} {parameter.name}"
        for one in inside:
            assert re.search(rf"`{name} {one}|fairwitness {name} {one}|{name} {one}[,\n]", text_of_all()), one


def test_every_setting_and_cause_is_documented() -> None:
    text = text_of_all()
    for field in fields(Settings):
        assert f"`{field.name}`" in text, field.name
    for cause in Cause:
        assert f"`{cause.value}`" in (ROOT / "docs" / "json.md").read_text("utf-8"), cause


def test_every_field_of_the_output_about_lists_is_documented(tmp_path: Path) -> None:
    documented = set(re.findall(r"`([a-z_0-9]+)`", (ROOT / "docs" / "json.md").read_text("utf-8")))
    with case_with_text(tmp_path) as case:
        kept = list_in(case, 4)
        for cell in Desk(case, kept).cells:
            for by in ("heron", "tern"):
                enter(case, kept, cell, by, "key", "text", "x")
    folder = tmp_path / "case"
    shown, audit = (
        json_of("list", "show", folder, "Register"),
        json_of("list", "audit", folder, "Register", "--new", "--by", "egret"),
    )
    agreement = json_of("list", "agreement", folder, "Register")
    outputs = [
        json_of("lists", folder),
        shown,
        shown["columns"][0],
        (progress := json_of("list", "progress", folder, "Register")),
        progress["columns"][0],
        progress["columns"][0]["by_status"],
        agreement,
        agreement["columns"][0],
        agreement["columns"][0]["alpha"],
        (values := json_of("list", "values", folder, "Register")),
        values["cells"][0],
        audit,
        audit["overall"],
        (shown_person := json_of("people", "show", folder, "Register:1")),
        shown_person["consent"],
        json_of("people", "tasks", folder),
        (examined := json_of("doctor", folder)),
        examined["checks"][0],
        json_of("people", "dated", folder, "Register", "2018", "--by", "heron"),
        json_of("merge", folder, shutil.copytree(folder, tmp_path / "copy"), "--by", "heron"),
    ]
    for output in outputs:
        assert set(output) <= documented, set(output) - documented


def test_every_field_of_json_output_is_documented(tmp_path: Path) -> None:
    build(tmp_path / "leak")
    (tmp_path / "leak" / "one.txt").write_text(ENGLISH)
    (tmp_path / "leak" / "two.txt").write_text(f"17\n{ENGLISH}")
    (tmp_path / "leak" / "three.txt").write_text("31.04.2017")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    documented = set(re.findall(r"`([a-z_0-9]+)`", (ROOT / "docs" / "json.md").read_text("utf-8")))
    hits = run_json("search", tmp_path / "case", "环境保护")
    alike = run_json("duplicates", tmp_path / "case", "--quiet")
    one, two = (document["document"] for document in alike["documents"][0]["documents"])
    differing = run_json("compare", tmp_path / "case", one, two)
    outputs = [
        differing,
        differing["left"],
        differing["counts"],
        differing["differences"][0],
        (differing["differences"][0]["left"] + differing["differences"][0]["right"])[0],
        alike,
        alike["documents"][0],
        alike["documents"][0]["documents"][0],
        alike["documents"][0]["pairs"][0],
        alike["groups"][0],
        alike["groups"][0]["shared"],
        alike["groups"][0]["pages"][0],
        (account := run_json("account", tmp_path / "case")),
        account["source_marks"],
        (scanned := run_json("source-scan", tmp_path / "leak" / "one.txt")),
        *scanned["marks"],
        (overview := run_json("overview", tmp_path / "case")),
        overview["types"][0],
        overview["languages"][0],
        overview["engines"][0],
        overview["dates"][0],
        overview["dates"][0]["periods"][0],
        overview["folders"][0],
        overview["same_bytes"],
        overview["near_duplicates"],
        overview["running"],
        hits,
        hits["hits"][0],
        run_json("show", tmp_path / "case", hits["hits"][0]["cite"]),
        run_json("failures", tmp_path / "case"),
        run_json("failures", tmp_path / "case")["failures"][0],
        (described := run_json("metadata", tmp_path / "case", hits["hits"][0]["document"])),
        described["statements"][0],
        run_json("verify", tmp_path / "case"),
        run_json("verify", tmp_path / "case")["log"],
        (language := run_json("language", tmp_path / "case", hits["hits"][0]["document"], "--set", "zh", "--quiet")),
        language["history"][0],
        (marked := run_json("mark", tmp_path / "case", hits["hits"][0]["document"], "--star", "--by", "heron")),
        marked["history"][0],
        run_json("marks", tmp_path / "case"),
        (one := run_json("finding", tmp_path / "case", "--sentence", "So.", "--comment", "Sure?", "--by", "heron")),
        one["comments"][0],
        one["history"][0],
        run_json("findings", tmp_path / "case"),
        (checked := run_json("check", tmp_path / "case")),
        checked["found"][0],
        checked["found"][0]["remarks"][0],
        json.loads(run_cli("search", tmp_path / "case", "(", "--json", check=False).stdout),
    ]
    for output in outputs:
        assert set(output) <= documented, set(output) - documented


def test_the_readme_names_the_two_commands_and_make_knows_them() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        subprocess.run(["make", "-n", target], cwd=ROOT, check=True, capture_output=True)


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    words = [
        "pypi" + ".org",
        "python" + "hosted",
        "npm" + "js",
        "deb" + "ian.org",
        "/wo" + "rk/main",
        "/wo" + "rk/shared",
        "/ro" + "ot/",
    ]
    for name in listed.stdout.split():
        path = ROOT / name
        if path.suffix in (".md", ".py", ".toml", ".txt", "") and path.is_file():
            text = path.read_text("utf-8", "replace")
            assert not [word for word in words if word in text], name


def test_the_wheel_holds_the_migrations_and_the_licence(tmp_path: Path) -> None:
    builder = ROOT / ".venv" / "bin" / "hatchling"
    if not builder.exists():
        pytest.skip("no hatchling here")
    subprocess.run([builder, "build", "-t", "wheel", "-d", tmp_path], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.endswith("case/migrations/versions/format_1.py") for name in names)
    assert any(name.endswith("work/comparison.css") for name in names)
    assert any(name.endswith("text/data/simplified.tsv") for name in names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any("tests/" in name or "examples/" in name for name in names)
