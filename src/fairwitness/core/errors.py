"""Errors that a person can act on.

A message says what happened, to which record (short digest, page), and what to do next. It never repeats leaked
text, names of people or full paths.
"""


class FairwitnessError(Exception):
    """Base of all our errors: a stable `code` for programs, an `advice` for people."""

    code = "error"
    advice = ""

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if advice is not None:
            self.advice = advice

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class CaseError(FairwitnessError):
    """The case folder cannot be used as it is."""

    code = "case"


class CaseTooNew(CaseError):
    """The case was written by a newer fairwitness."""

    code = "case_too_new"
    advice = "Open it with a fairwitness at least as new as the one that wrote it."


class CaseBusy(CaseError):
    """Another process is writing to the case."""

    code = "case_busy"
    advice = "Wait until it has ended, or stop it; reading commands work meanwhile."


class DiskFull(CaseError):
    """The disk that holds the case is full; everything committed so far is intact."""

    code = "disk_full"
    advice = "Free some space on that disk and run the same command again; it goes on where it stopped."


class NotFound(FairwitnessError):
    """The record asked for is not in the case."""

    code = "not_found"


class BadCite(FairwitnessError):
    """A cite that does not have the form of one."""

    code = "bad_cite"
    advice = (
        "A cite looks like 3fa9c1d2e4b5a697:p3:c120-131:1a2b3c4d or 3fa9c1d2e4b5a697:p3:r120,80,640,410@200; copy it "
        "from a search hit or from a page."
    )


class NoSandbox(FairwitnessError):
    """This machine offers no lock that we know, so nothing hostile may be parsed."""

    code = "no_sandbox"
    advice = (
        "Use Linux 5.13 or newer with Landlock and seccomp. If you accept that a hostile file can take over this "
        "account, add --unlocked-sandbox; that choice is written to the log of the case."
    )


class ReadError(FairwitnessError):
    """A reader cannot go on with this file. `cause` is one of `core.outcome.Cause`; nothing of the file is quoted."""

    code = "read"

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause
        self.detail = detail
