"""The marks and findings of a case, kept until somebody decides something: pages ask for them all the time."""

from __future__ import annotations

import threading

from fairwitness.case.case import Case
from fairwitness.work.findings import Finding, findings_of
from fairwitness.work.marking import AllMarks, all_marks, marks_version


class KeptMarks:
    """Gives what the case holds now, and reads it anew only after it changed. Any thread may ask."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._marks: tuple[int, AllMarks] | None = None
        self._findings: tuple[int, list[Finding]] | None = None

    def marks(self) -> AllMarks:
        """The marks of all documents."""
        version = marks_version(self._case)
        with self._lock:
            if self._marks is None or self._marks[0] != version:
                self._marks = version, all_marks(self._case)
            return self._marks[1]

    def findings(self) -> list[Finding]:
        """Every finding, in the order in which they were begun."""
        version = marks_version(self._case)
        with self._lock:
            if self._findings is None or self._findings[0] != version:
                self._findings = version, findings_of(self._case)
            return list(self._findings[1])
