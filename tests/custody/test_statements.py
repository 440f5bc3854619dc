from __future__ import annotations

import json

from fairwitness.core.canonical import canonical_json
from fairwitness.custody.statements import derivation, statement_of_event

DOCUMENT, RECORD, PAGE, MODEL = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


def test_a_statement_names_what_was_made_from_what_by_what() -> None:
    options = {"dpi": 300, "models": {"rec.onnx": MODEL}}
    made = derivation({"record": RECORD, "page": PAGE}, DOCUMENT, "read-scan", "4", options, "0.1.0", "landlock 7")
    assert made == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "page", "digest": {"sha256": PAGE}}, {"name": "record", "digest": {"sha256": RECORD}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "urn:fairwitness:step:read-scan",
                "externalParameters": {"dpi": 300},
                "internalParameters": {"sandbox": "landlock 7"},
                "resolvedDependencies": [
                    {"name": "document", "digest": {"sha256": DOCUMENT}},
                    {"name": "model/rec.onnx", "digest": {"sha256": MODEL}},
                ],
            },
            "runDetails": {"builder": {"id": "urn:fairwitness", "version": {"fairwitness": "0.1.0", "step": "4"}}},
        },
    }
    event = canonical_json({"type": "derive", "statement": made, "at": 1})
    assert statement_of_event(event) == made


def test_an_event_from_before_there_were_statements_still_gives_one() -> None:
    told = {"type": "derive", "document": DOCUMENT, "reading": RECORD, "step": "read-pdf", "version": "2"}
    made = statement_of_event(canonical_json(told | {"options": '{"dpi":200}', "pages": PAGE}))
    assert made is not None
    assert [one["name"] for one in made["subject"]] == ["pages", "record"]
    assert made["predicate"]["buildDefinition"]["externalParameters"] == {"dpi": 200}
    searched = told | {"tables": RECORD, "options_sha256": MODEL}
    del searched["reading"]
    found = statement_of_event(canonical_json(searched))
    assert found is not None and found["predicate"]["buildDefinition"]["externalParameters"] == {
        "options_sha256": MODEL
    }


def test_what_was_not_derived_has_no_statement() -> None:
    assert statement_of_event(json.dumps({"type": "judge", "judgement": RECORD}).encode()) is None
