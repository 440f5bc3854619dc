from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from fairwitness.web import words
from fairwitness.web.templating import environment
from fairwitness.web.words import interface_in
from tests.web.serving import Client

TEMPLATES = Path(words.__file__).parent / "templates"


def test_a_pseudo_locale_changes_every_word_and_keeps_placeholders() -> None:
    text = interface_in("en-XA").words.gettext("Searched %(pages)s of <b>all</b> pages &amp; more %% here")
    assert text.startswith("[") and "%(pages)s" in text and "<b>" in text and "</b>" in text and "&amp;" in text
    assert "Searched" not in text


def test_an_unknown_language_is_shown_in_english() -> None:
    assert interface_in("xx").tag == "en"
    assert interface_in("../../etc").tag == "en"


def test_a_catalogue_that_is_put_there_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "ug" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = (
        'msgid ""\nmsgstr ""\n"Language: ug\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Search"\nmsgstr "ئىزدەش"\n\nmsgid "%(n)s page"\nmsgid_plural "%(n)s pages"\n'
        'msgstr[0] "bir bet"\nmsgstr[1] "%(n)s bet"\n'
    )
    (folder / "messages.po").write_text(catalogue, "utf-8")
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    interface_in.cache_clear()
    try:
        found = interface_in("ug")
        assert (found.direction, found.words.gettext("Search")) == ("rtl", "ئىزدەش")
        assert found.words.gettext("not translated") == "not translated"
        assert found.words.ngettext("%(n)s page", "%(n)s pages", 1) == "bir bet"
        assert found.words.ngettext("%(n)s page", "%(n)s pages", 5) == "%(n)s bet"
    finally:
        interface_in.cache_clear()


def test_the_language_that_was_chosen_stays(room: Client) -> None:
    answer = room.ask("/machine?ui=ar-XB")
    assert '<html lang="ar-XB" dir="rtl">' in answer.text
    kept = answer.headers["set-cookie"].partition(";")[0]
    again = room.ask("/machine", Cookie=f"{room.cookie}; {kept}")
    assert 'dir="rtl"' in again.text


def test_words_in_a_variable_are_text_whatever_they_hold() -> None:
    """`_` fills places marked by % and trusts what it is given; reasons and messages hold both."""
    template = environment("en-XA").from_string("{{ said(text) }}")
    shown = template.render(text="12 % of the letters <b>{x}</b> %(n)s")
    assert "&lt;b&gt;" in shown and "%(n)s" in shown and shown.startswith("[12 % ")
    for path in TEMPLATES.rglob("*.html"):
        assert not re.search(r"(?<![\w.])_\((?![\"'])", path.read_text("utf-8")), f"{path.name}: use said(...)"


def test_the_catalogue_for_translators_holds_every_word(tmp_path: Path) -> None:
    """`make words` writes it; this asks for the same."""
    web = words.LOCALES.parent
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "locale/babel.cfg", "-k", "N_"]
    subprocess.run([*command, "--no-location", "-o", str(tmp_path / "now.pot"), "."], cwd=web, check=True)
    with (tmp_path / "now.pot").open("rb") as now, (words.LOCALES / "messages.pot").open("rb") as kept:
        wanted, there = ({str(message.id) for message in read_po(file) if message.id} for file in (now, kept))
    assert wanted - there == set(), "run: make words"
    assert there - wanted == set(), "run: make words"
    assert len(there) > 200
