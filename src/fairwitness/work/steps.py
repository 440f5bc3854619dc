"""Names of what reads files, for those who must not wait for the import of every parser."""

from __future__ import annotations

OPEN_FILE = "fairwitness.work.plan:OpenFile"
NOTHING = "none"  # name of the step where no reader knows the type
