"""Hands a part of a case over as a bag that strangers can check: what was chosen, the log, and the proofs of it.

First the log gets an event that names the digest of every file that is handed over; then the bag is written with that
event, its proof, and the checkpoint over it. So the signature, the cosignatures and the time stamps of the checkpoint
vouch for every published file. Handing over the same files again takes the event that is there: so a bag can be made,
its checkpoint signed, cosigned and stamped, and the bag made again with all of that in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.core.cite import parse_any_cite
from fairwitness.core.errors import NotFound
from fairwitness.custody.checkpoint import encode
from fairwitness.custody.dsse import encode_envelope
from fairwitness.custody.keys import SigningKey
from fairwitness.custody.ledger import extend_log, read_checkpoint
from fairwitness.custody.merkle import leaf_hash, root_of
from fairwitness.custody.note import encode_key
from fairwitness.custody.statements import statement_of_event
from fairwitness.publish.bag import BadBag, BagWritten, Content, digest_of, write_bag
from fairwitness.publish.bag_log import LogParts, log_files
from fairwitness.publish.ro_crate import CRATE, crate
from fairwitness.work.bag_contents import (
    Names,
    about_file,
    added_files,
    chosen_findings,
    documents_file,
    finding_files,
    list_files,
    original_files,
    proof_files,
)
from fairwitness.work.bag_tables import Tool, tool_files
from fairwitness.work.judging import signature
from fairwitness.work.showing import look_up
from fairwitness.work.signing import SIGNED, SSHSIG, sign_log, sign_statement
from fairwitness.work.witnessing import signed_log

HAND_OVER, HANDED_BY = "hand-over", "handed-over-by"
Events = Literal["hashes", "cited", "all"]
EVENTS: Mapping[Events, str] = {
    "hashes": "the hash of each, and only the event of handing over in words",
    "cited": "in words also those about the documents that findings cite: their digests, how they were read",
    "all": "every event in words: digests of all originals, every word that anybody entered, pseudonyms, times",
}


@dataclass(frozen=True, slots=True)
class BagOptions:
    """What is handed over.

    `findings` are "checked", "all", "none" or beginnings of ids; `lists` names or ids; `originals` beginnings of
    digests; `add` files made elsewhere, such as redacted PDFs. `quotes` adds what documents say at the cites; `tools`
    adds findings and lists once more in forms of other tools; `proofs` are those of pages, their pictures beside them.
    """

    findings: tuple[str, ...] = ("checked",)
    lists: tuple[str, ...] = ()
    events: Events = "hashes"
    originals: tuple[str, ...] = ()
    add: tuple[Path, ...] = ()
    quotes: bool = False
    title: str = "Findings"
    tools: tuple[Tool, ...] = ()
    proofs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A bag that was written. `event` is the number of the event of handing over, `size` that of the log.

    `released` counts the events that are in it in words; `signed` names the keys that signed its checkpoint; `warnings`
    say what whoever hands it over should know.
    """

    written: BagWritten
    event: int
    size: int
    released: int
    findings: int
    documents: int
    signed: tuple[str, ...] = ()
    stamps: int = 0
    warnings: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        told = asdict(self)
        written: dict[str, Any] = told.pop("written")
        return written | told


@dataclass(frozen=True, slots=True)
class _Log:
    """The events of a case as far as a bag wants them: every leaf hash, and of some events the number and the body."""

    leaves: Sequence[bytes]
    intakes: Mapping[str, int]
    bodies: Mapping[int, bytes]
    handed_over: Mapping[int, Mapping[str, Any]]


def hand_over(
    case: Case,
    target: Path,
    options: BagOptions,
    by: str,
    more: Callable[[Names], Mapping[str, Content]] = lambda names: {},
    key: SigningKey | None = None,
) -> HandedOver:
    """The bag is at `target`, and the log tells of it; with `key` the log is signed, and so is what was derived.

    `more` gives further files by their paths, and may refuse: then nothing was written anywhere.

    Raises:
        BadSignature: if nobody signs.
        BadBag: if it cannot be made as it is asked for; then the log tells nothing.
        NotFound: if a finding, a list or a document is not in the case.
        CustodyError: as `sign_log`, and if a signature or a stamp of the log does not hold.
    """
    signed_as = signature(by)
    if target.exists() or target.is_symlink():
        raise BadBag("There is something of that name already.", advice="Name a place that is free.")
    if target.resolve().is_relative_to(case.folder.resolve()):
        raise BadBag("A bag must not lie in the case.", advice="Name a place outside of it.")
    findings = chosen_findings(case, options.findings)
    originals = [case.queries.document_starting(one) for one in options.originals]
    cited = {look_up(case, parse_any_cite(cite)).document for one in findings for cite in one.cites}
    names = Names(frozenset(originals) if options.events == "hashes" else frozenset({*originals, *cited}))
    content = finding_files(case, findings, names, quotes=options.quotes) if findings else {}
    content |= list_files(case, options.lists, names)
    content |= original_files(case, originals, names) | added_files(options.add) | proof_files(options.proofs)
    content |= more(names)
    log = _read_log(case, names, options.events)
    content |= {
        "documents.json": documents_file(names, log.intakes),
        "about.json": about_file(case, options.title, len(findings), len(options.lists), options.events),
    }
    content |= tool_files(content, options.tools, case.log_name, options.title)
    digests = {path: digest_of(made)[0] for path, made in sorted(content.items())}
    if not any(event["files"] == digests for event in log.handed_over.values()):
        with case.marking() as changes:
            changes.add_event(HAND_OVER, {"files": digests})
            changes.add_event(HANDED_BY, {"title": options.title, "by": signed_as})  # in the bag by its hash alone
        log = _read_log(case, names, options.events)
    index = next(index for index, event in log.handed_over.items() if event["files"] == digests)
    extend_log(case)
    if key is not None:
        sign_log(case, key, signed_as)
        log = _read_log(case, names, options.events)
    parts = _log_parts(case, log, index, key)
    return _packed(case, target, options, content, parts, log, index, names, len(findings))


def _packed(
    case: Case,
    target: Path,
    options: BagOptions,
    content: Mapping[str, Content],
    parts: LogParts,
    log: _Log,
    index: int,
    names: Names,
    findings: int,
) -> HandedOver:
    at = int(log.handed_over[index]["at"])
    payload: dict[str, Content] = {**content, **log_files(parts)}
    sizes = {path: digest_of(made)[1] for path, made in payload.items()}
    told = "Findings of an investigation, with proofs that they are unaltered. Run verify.py, or open verify.html."
    payload[CRATE] = crate(sizes, options.title, told, at)
    info = [
        ("Bagging-Date", datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")),
        ("Bag-Software-Agent", f"fairwitness {__version__}"),
        ("External-Description", told),
        ("External-Identifier", case.log_name),
    ]
    written = write_bag(target, payload, info)
    return HandedOver(
        written=written,
        event=index,
        size=len(parts.leaves),
        released=len(parts.released),
        findings=findings,
        documents=len(names.numbers),
        signed=tuple(encode_key(key) for key in parts.keys),
        stamps=len(parts.stamps),
        warnings=tuple(_warnings(options, names, parts)),
    )


def _log_parts(case: Case, log: _Log, index: int, key: SigningKey | None) -> LogParts:
    signed = signed_log(case, index)
    checkpoint = signed.checkpoint if signed is not None else read_checkpoint(case)
    leaves = log.leaves[: checkpoint.size]
    if index >= checkpoint.size or root_of(leaves) != checkpoint.root:
        raise BadBag("The log does not fit its checkpoint.", advice="Run: fairwitness verify CASE")
    chosen = {**log.bodies, index: _body_of(case, index)}
    released = {number: body for number, body in chosen.items() if number < checkpoint.size}
    if signed is None:
        return LogParts(encode(checkpoint).encode(), leaves, released)
    return LogParts(
        signed.note,
        leaves,
        released,
        signed.keys,
        earlier=signed.earlier,
        stamps=signed.stamps,
        certificates=signed.certificates,
        statements=_statements(case, released, key) if key is not None else {},
        ssh_signature=case.read_log_file(f"{SIGNED}/{checkpoint.size:012d}{SSHSIG}") or b"",
    )


def _statements(case: Case, released: Mapping[int, bytes], key: SigningKey) -> dict[int, bytes]:
    """What released events say was derived, as in-toto statements that the key signed."""
    derived = {index: body for index, body in released.items() if statement_of_event(body) is not None}
    return {index: encode_envelope(sign_statement(case, body, key)) for index, body in derived.items()}


def _body_of(case: Case, index: int) -> bytes:
    return next(iter(case.queries.events(index)))


def _read_log(case: Case, names: Names, events: Events) -> _Log:
    """Every event is read once; the number of an event is its place in the log, from 0."""
    leaves: list[bytes] = []
    intakes: dict[str, int] = {}
    bodies: dict[int, bytes] = {}
    handed_over: dict[int, dict[str, Any]] = {}
    for index, body in enumerate(case.queries.events()):
        leaves.append(leaf_hash(body))
        event = json.loads(body)
        document = event.get("document")
        if event["type"] == "intake" and document in names.numbers:
            intakes.setdefault(document, index)
        if event["type"] == HAND_OVER:
            handed_over[index] = event
        about_told = document in names.told and event["type"] in ("intake", "derive")
        if events == "all" or about_told:
            bodies[index] = body
    if missing := [name for digest, name in names.numbers.items() if digest not in intakes]:
        raise NotFound(f"No event tells how {missing[0]} came into the case.", advice="Run: fairwitness verify CASE")
    return _Log(leaves, intakes, bodies, handed_over)


def _warnings(options: BagOptions, names: Names, parts: LogParts) -> Iterator[str]:
    if names.told:
        yield (
            f"The digests of {len(names.told)} originals are in the bag: the owner of the leak can find out with them "
            "which copy was taken."
        )
    if options.events == "all":
        yield "Every event is in the bag in words: notes, entered cells with names of persons, pseudonyms and times."
    if options.add:
        yield f"{len(options.add)} files were added by hand; only PDFs were judged, for what their pages do not show."
    if options.quotes:
        yield "The bag has the words of documents at the cites; they may name somebody."
    if b"\n\n" not in parts.checkpoint:
        yield (
            "No signature covers the bag: it proves that nothing was altered later, and not who vouches for it. Run: "
            "fairwitness sign CASE, and then the same command for a new bag; or give --key here."
        )
