"""RO-Crate metadata of a bag: what is in it, for people and for catalogues (RO-Crate 1.2, Process Run Crate 0.5).

It describes and proves nothing: the proofs are in data/log/.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fairwitness import __version__

CRATE = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.2/context"
CRATE_PROFILE = "https://w3id.org/ro/crate/1.2"
RUN_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_TYPES = {
    "json": "application/json", "md": "text/markdown", "csv": "text/csv", "toml": "application/toml",
    "txt": "text/plain", "pdf": "application/pdf", "html": "text/html", "png": "image/png",
    "pem": "application/x-pem-file",
    "tsr": "application/timestamp-reply", "tlog-proof": "text/plain", "jsonl": "application/x-ndjson",
    "db": "application/vnd.sqlite3", "gz": "application/gzip", "svg": "image/svg+xml", "jpg": "image/jpeg",
}  # fmt: skip
_TOLD = (  # the beginning of a path and what is there; the first that fits counts
    ("findings/cites", "the places that carry the findings, for reference managers"),
    ("findings/", "the findings, each with the places that carry it"),
    ("lists/", "a list as it was exported"),
    ("documents.json", "the documents that are cited, and the events by which they came in"),
    ("about.json", "what was handed over, and what could not be read"),
    ("originals/", "an original, byte by byte as it came in"),
    ("proofs/", "what a redacted page shows, and that it is what came in"),
    ("log/events/", "an event of the log, or the proof that it is in it"),
    ("log/", "the log: its checkpoint, keys, hashes and time stamps"),
    ("", "a file that was added by hand"),
)


def crate(sizes: Mapping[str, int], title: str, description: str, at: int) -> bytes:
    """The metadata file of these files, by path below data/ with their sizes; `at` is when they were handed over.

    `at` is in seconds since 1970, as the log has it. The same input gives the same bytes.
    """
    when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    parts = [_file(path, size) for path, size in sorted(sizes.items())]
    results = [{"@id": path} for path in sorted(sizes) if not path.startswith("log/")]
    graph: list[dict[str, Any]] = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": [{"@id": CRATE_PROFILE}],
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": title,
            "description": description,
            "datePublished": when,
            "license": "No licence is given. Ask whoever handed this over.",
            "conformsTo": [{"@id": RUN_PROFILE}],
            "hasPart": [{"@id": part["@id"]} for part in parts],
            "mentions": [{"@id": "#hand-over"}],
        },
        {"@id": RUN_PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        {
            "@id": "#hand-over",
            "@type": "CreateAction",
            "name": "Handing over",
            "description": "An event of the log names the SHA-256 of each of these files.",
            "instrument": {"@id": "#fairwitness"},
            "result": results,
            "endTime": when,
        },
        {
            "@id": "#fairwitness",
            "@type": "SoftwareApplication",
            "name": "fairwitness",
            "softwareVersion": __version__,
        },
        *parts,
    ]
    return (json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode()


def _file(path: str, size: int) -> dict[str, Any]:
    suffix = path.rpartition(".")[2]
    about = next(told for start, told in _TOLD if path.startswith(start))
    return {
        "@id": path,
        "@type": "File",
        "name": path.rpartition("/")[2],
        "description": about,
        "contentSize": str(size),
        "encodingFormat": _TYPES.get(suffix, "application/octet-stream"),
    }
