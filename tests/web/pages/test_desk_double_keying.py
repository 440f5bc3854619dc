"""Two coders and an adjudicator on fifty rows, by keyboard alone, in Chinese and in Uyghur."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from fairwitness.case.case import Case
from fairwitness.work.agreeing import agreement_of
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.web.conftest import Watched, until, watched
from tests.web.desk_case import Known, desk_case
from tests.web.serving import serving

ROWS = 50
COLUMNS = {"Hani": ("name", "sex", "remarks"), "Arab": ("name", "place")}
Said = tuple[str, str]


def planned(coder: str, cell: str, truth: str) -> Said:
    """What the coder makes of the cell: wrong in some, illegible in few, always the same."""
    chance = hashlib.sha256(f"{coder} {cell}".encode()).digest()[0]
    if not truth:
        return "blank", ""
    if chance < 8:
        return "illegible", ""
    return ("text", truth[:-1]) if chance < 32 and len(truth) > 1 else ("text", truth)


def sign(opened: Watched, name: str) -> None:
    """As somebody would who comes to the machine: by keyboard."""
    page = opened.go("/signature")
    page.wait_for_load_state("networkidle")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings")


def next_cell(page: Page, done: set[str]) -> str:
    """The cell of the card that is seen, one that was not done yet; empty if nothing is left."""
    for _ in range(400):
        cell, is_over = page.evaluate(
            """() => { const card = document.querySelector('form.work-card:not([hidden])');
            return [card?.dataset.cells ?? '', !document.querySelector('[data-nothing]').hidden]; }"""
        )
        if cell and cell not in done:
            return str(cell)
        if is_over:
            return ""
        page.wait_for_timeout(20)
    raise AssertionError("the next card never came")


def say(page: Page, said: Said) -> None:
    state, text = said
    if state == "text":
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    else:
        page.keyboard.press({"blank": "Alt+b", "illegible": "Alt+i"}[state])


def compose(page: Page, text: str) -> None:
    """The text by way of a real composition, whose Enter and Escape belong to the input method."""
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": text[:1], "selectionStart": 1, "selectionEnd": 1})
    for key in ("Enter", "Escape"):
        session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": 229})
    session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    session.send("Input.insertText", {"text": text})
    page.keyboard.press("Enter")


def key_column(opened: Watched, known: Known, column: str, coder: str) -> dict[str, Said]:
    """Everything that the coder said of the column."""
    page = opened.go(f"/desk/{known.id}/key?column={column}&order=rows")
    page.wait_for_load_state("networkidle")
    said: dict[str, Said] = {}
    while cell := next_cell(page, set(said)):
        said[cell] = planned(coder, cell, known.truth[cell])
        if said[cell][0] == "text" and len(said) == 1:
            compose(page, said[cell][1])
        else:
            say(page, said[cell])
    until(page, "document.querySelector('desk-work').waiting === 0")
    return said


def adjudicate(opened: Watched, known: Known) -> dict[str, str]:
    """What the third person decided: always what stands there, chosen if somebody entered it, else typed."""
    page = opened.go(f"/desk/{known.id}/adjudicate?order=rows")
    page.wait_for_load_state("networkidle")
    decided: dict[str, str] = {}
    while cell := next_cell(page, set(decided)):
        truth = known.truth[cell]
        card = page.locator("form.work-card:not([hidden])").evaluate("(card) => card.outerHTML")
        assert truth not in card or len(truth) < 2, "nothing that was entered is there before one has looked"
        page.keyboard.press("Enter")
        until(page, "!!document.querySelector('form.work-card:not([hidden]) .picks')")
        offered = page.locator("form.work-card:not([hidden]) .picks button bdi").all_text_contents()
        values = page.locator("form.work-card:not([hidden]) .picks button").evaluate_all(
            "(buttons) => buttons.map((button) => JSON.parse(button.value))"
        )
        assert len(offered) <= len(values) <= 2
        right = [at for at, one in enumerate(values, 1) if one["state"] == "text" and one["text"] == truth]
        if right:
            page.keyboard.press(f"Alt+{right[0]}")
        else:
            say(page, ("text", truth))
        decided[cell] = truth
    until(page, "document.querySelector('desk-work').waiting === 0")
    return decided


def agreement(pairs: list[tuple[Said, Said]]) -> tuple[float, float]:
    """The share of equal pairs, and Krippendorff's alpha (nominal, two coders, none missing), from the definitions."""
    differ = sum(one != other for one, other in pairs)
    counts = Counter(said for pair in pairs for said in pair)
    n = 2 * len(pairs)
    expected = 1 - sum(count * (count - 1) for count in counts.values()) / (n * (n - 1))
    return 1 - differ / len(pairs), 1 - (differ / len(pairs)) / expected


@pytest.mark.slow
@pytest.mark.parametrize("script", COLUMNS)
def test_fifty_rows_are_entered_twice_and_decided_by_keyboard_alone(
    browser: Browser, tmp_path: Path, script: str
) -> None:
    folder, lists = desk_case(tmp_path, rows=ROWS, pages={"Hani": 11, "Arab": 4}[script])
    known = lists[script]
    said: dict[str, dict[str, dict[str, Said]]] = {}
    with serving(folder) as client:
        opened = watched(browser, client)
        for coder in ("heron", "tern"):
            sign(opened, coder)
            said[coder] = {column: key_column(opened, known, column, coder) for column in COLUMNS[script]}
        sign(opened, "gull")
        decided = adjudicate(opened, known)
        opened.page.context.close()
        opened.check()
    with Case.open(folder) as case:
        desk = Desk(case, kept_list(case, known.id))
        figures = {one.column: one for one in agreement_of(desk)}
        values = desk.decided()
        assert verify(case, Progress(None)).is_sound
    for column in COLUMNS[script]:
        first, second = said["heron"][column], said["tern"][column]
        assert len(first) == ROWS and first.keys() == second.keys()
        share, alpha = agreement([(first[cell], second[cell]) for cell in first])
        assert 0.5 < share < 1, "there is something to disagree about"
        found = figures[column]
        assert (found.cells, found.coders) == (ROWS, 2)
        assert found.percent.value == pytest.approx(share)
        assert found.alpha.value == pytest.approx(alpha)
        differing = {cell for cell in first if first[cell] != second[cell]}
        assert differing <= decided.keys()
        for cell in first:
            value = values[cell]
            wanted = ("text", decided[cell]) if cell in decided else first[cell]
            assert (value.state, value.text) == wanted
