"""Plain lines for people about an answer: spellings, counts, and why nothing was found."""

from __future__ import annotations

from typing import Any

from fairwitness.work.printing import count, safe

_NONE = {"lang": "no known language", "type": "no type", "trust": "no text"}


def answer_lines(head: dict[str, Any]) -> list[str]:
    """What follows the first line of an answer; nothing for most."""
    lines = [_spellings(found) for found in head["spellings"]]
    lines += [f"{safe(name['name'])}, {name['level']}: {name['advice']}" for name in head["names"]]
    if head["similar_words"]:
        lines.append(f"Similar words: {', '.join(map(safe, head['similar_words']))}")
    for facet in head["facets"]:
        lines += _facet(facet)
    if head["parts"]:
        lines.append(_nothing(head["parts"]))
    if head["looser"]:
        looser = head["looser"]
        lines.append(f"In other spellings too {count(looser['pages'], 'page')}: {safe(looser['query'])}")
    if head["after"]:
        lines.append(f"Go on with --after {head['after']}")
    return lines


def _forms(forms: list[dict[str, Any]]) -> str:
    return ", ".join(f"{safe(form['form'])} {form['pages']:,}" for form in forms)


def _spellings(found: dict[str, Any]) -> str:
    line = f"{safe(found['part'])} is: {_forms(found['forms'])}"
    if found["others"] is None:
        return f"{line} and perhaps others; only the first pages were looked at for them"
    return f"{line} and {count(found['others'], 'other')}" if found["others"] else line


def _facet(facet: dict[str, Any]) -> list[str]:
    lines = [f"By {facet['facet']}:"]
    lines += [f"  {safe(entry['value']):<18} {entry['pages']:>9,}" for entry in facet["values"]]
    if facet["none"]:
        lines.append(f"  {_NONE.get(facet['facet'], 'no date'):<16} {facet['none']:>9,}")
    return lines


def _nothing(parts: list[dict[str, Any]]) -> str:
    told = []
    for part in parts:
        meant = f" (did you mean: {_forms(part['meant'])})" if part["meant"] else ""
        told.append(f"{safe(part['part'])} {part['pages']:,}{meant}")
    line = f"Alone: {', '.join(told)}."
    return line if any(part["pages"] == 0 for part in parts) else f"{line} No page matches all of it."
