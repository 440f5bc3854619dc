"""What made a result, as an in-toto Statement v1 with a SLSA provenance v1 in it: the form that other tools read.

Both are plain JSON without floats, so a statement can stand in an event and in a DSSE envelope word for word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"
STEP = "urn:fairwitness:step:"
BUILDER = "urn:fairwitness"
RECORD = "record"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def derivation(
    subject: Mapping[str, str],
    document: str,
    step: str,
    step_version: str,
    options: Mapping[str, Any],
    tool_version: str,
    sandbox: str,
) -> dict[str, Any]:
    """The statement that `subject` (SHA-256 by name) was made from `document` (a SHA-256) by that step.

    `options` are those that the step was called with; models among them, under `models` with their SHA-256, are named
    as what it depended on. `sandbox` is the profile that the parser ran in, empty where none ran.
    """
    parameters = dict(options)
    models = parameters.get("models")
    used = [_resource("document", document)]
    if isinstance(models, Mapping) and all(_SHA256.fullmatch(str(digest)) for digest in models.values()):
        used += [_resource(f"model/{name}", str(digest)) for name, digest in sorted(models.items())]
        del parameters["models"]
    definition: dict[str, Any] = {
        "buildType": STEP + step,
        "externalParameters": parameters,
        "resolvedDependencies": used,
    }
    if sandbox:
        definition["internalParameters"] = {"sandbox": sandbox}
    return {
        "_type": STATEMENT,
        "subject": [_resource(name, digest) for name, digest in sorted(subject.items())],
        "predicateType": PROVENANCE,
        "predicate": {
            "buildDefinition": definition,
            "runDetails": {"builder": {"id": BUILDER, "version": {"fairwitness": tool_version, "step": step_version}}},
        },
    }


def statement_of_event(event: bytes) -> dict[str, Any] | None:
    """The statement that an event carries, put together for older ones; None if nothing was derived."""
    told = json.loads(event)
    if told.get("type") != "derive":
        return None
    if "statement" in told:
        return dict(told["statement"])
    subject = {RECORD: next(told[name] for name in ("reading", "scan", "tables") if name in told)}
    if told.get("pages"):
        subject["pages"] = told["pages"]
    options = json.loads(told["options"]) if "options" in told else {"options_sha256": told["options_sha256"]}
    return derivation(subject, told["document"], told["step"], told["version"], options, "", "")


def _resource(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}
