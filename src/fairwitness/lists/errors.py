"""What can be wrong with what people write for a list."""

from __future__ import annotations

from fairwitness.core.errors import FairwitnessError


class BadSetup(FairwitnessError):
    """The set-up of a list cannot be used; the message names the line and the key, and quotes no text of the list."""

    code = "bad_setup"
    advice = "docs/lists.md shows a set-up with every key; correct that line and try again."

    def __init__(self, reason: str, line: int = 0, key: str = "", *, subject: str = "The set-up of the list") -> None:
        at = f", line {line}" if line else ""
        super().__init__(f"{subject}{at}{f', {key}' if key else ''}: {reason}.")
        self.reason = reason
        self.line = line
        self.key = key


class BadCodebook(BadSetup):
    """A codebook cannot be used."""

    code = "bad_codebook"
    advice = "docs/lists.md shows a codebook with every key; correct that line and try again."

    def __init__(self, reason: str, line: int = 0, key: str = "") -> None:
        super().__init__(reason, line, key, subject="The codebook")


class BadRecipe(BadSetup):
    """The recipe of a report cannot be used, or what it asks for cannot be counted."""

    code = "bad_recipe"
    advice = "docs/report.md shows a recipe with every key; correct that line and try again."

    def __init__(self, reason: str, line: int = 0, key: str = "") -> None:
        super().__init__(reason.rstrip("."), line, key, subject="The recipe")
