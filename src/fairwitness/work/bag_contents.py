"""What a bag holds of a case: findings, lists and documents under names that do not lead to the leak.

The digest of an original lets its owner find out which copy was taken. So a document is called d1, d2 and so on, and
the number of the event by which it came into the case stands for it: that event commits to the digest and tells nothing
of it. Only documents that somebody chose to name are named.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.core.cite import Cite, parse_any_cite
from fairwitness.publish.bag import BadBag, Content
from fairwitness.publish.check_pdf import check_pdf_file
from fairwitness.publish.commitments import PROOF_SUFFIX
from fairwitness.publish.static.verify_page import read_png, read_proof, verify_page
from fairwitness.work.account import account_of
from fairwitness.work.citing import CitedPlace, cited_place, written_cites
from fairwitness.work.findings import CHECKED, WITHDRAWN, Finding, finding, findings_of
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk
from fairwitness.work.list_export import ExportOptions, export_list
from fairwitness.work.list_quality import published_agreement, published_error_rates

FORMAT = "fairwitness-bag/1"
CHECKED_ONES, ALL, NONE = "checked", "all", "none"
ADDED_SUFFIXES = ("pdf", "html", "json", "jsonl", "csv", "md", "txt", "png", "jpg", "svg", "xlsx", "zip", "db")
"""Of files that may be added by hand; their names in the bag are numbers."""

_DIGEST = re.compile(r"(?<![0-9a-f])([0-9a-f]{16})(?:[0-9a-f]{48})?(?![0-9a-f])")


@dataclass(slots=True)
class Names:
    """The documents of a bag by their digests, in the order in which they were first named: d1, d2 and so on.

    Those in `told` keep their digests.
    """

    told: frozenset[str] = frozenset()
    numbers: dict[str, str] = field(default_factory=dict)

    def of(self, digest: str) -> str:
        """What the document is called in the bag."""
        return self.numbers.setdefault(digest, f"d{len(self.numbers) + 1}")

    def without_digests(self, text: str, known: Mapping[str, str]) -> str:
        """The text with the name in place of each digest, or beginning of one, that is not told.

        `known` gives the digest by its first 16 digits.
        """

        def named(found: re.Match[str]) -> str:
            digest = known.get(found[1], "")
            return found[0] if not digest or digest in self.told else self.of(digest)

        return _DIGEST.sub(named, text)


def chosen_findings(case: Case, which: Sequence[str]) -> list[Finding]:
    """The findings that are meant by "checked", "all" (but those withdrawn), "none", or the beginnings of their ids.

    Raises:
        NotFound: if there is no such finding, or more than one.
        BadBag: if one was withdrawn.
    """
    if list(which) in ([CHECKED_ONES], [ALL]):
        wanted = (CHECKED,) if which[0] == CHECKED_ONES else None
        return [one for one in findings_of(case) if (one.status in wanted if wanted else one.status != WITHDRAWN)]
    found = [finding(case, one) for one in which if one != NONE]
    if any(one.status == WITHDRAWN for one in found):
        raise BadBag("A finding that was withdrawn is not handed over.", advice="Leave it out.")
    return found


def finding_files(case: Case, findings: Sequence[Finding], names: Names, *, quotes: bool) -> dict[str, Content]:
    """The findings as JSON and Markdown; those who wrote and checked them are not in it.

    Without `quotes`, what documents say, their titles and the names of sheets stay out: they may name somebody.
    """
    told = []
    for one in findings:
        places = [cited_place(case, cite) for cite in one.cites]
        told.append(
            {
                "finding": one.id,
                "sentence": one.sentence,
                "status": one.status,
                "cites": [_place(place, names, quotes=quotes) for place in places],
            }
        )
    files: dict[str, Content] = {
        "findings/findings.json": _json({"findings": told}),
        "findings/findings.md": _markdown(told).encode(),
    }
    open_ones = [
        cited_place(case, cite)
        for one in findings
        for cite in one.cites
        if parse_any_cite(cite).document in {digest[: len(parse_any_cite(cite).document)] for digest in names.told}
    ]
    if quotes and open_ones:
        once = {place.cite: place for place in open_ones}
        files["findings/cites.csl.json"] = written_cites(once.values(), "csl-json").encode()
    return files


def list_files(case: Case, lists: Iterable[str], names: Names) -> dict[str, Content]:
    """Each list as a Frictionless data package in a folder of its own, personal columns withheld.

    Raises:
        NotFound: if there is no such list, or more than one.
    """
    files: dict[str, Content] = {}
    for number, name in enumerate(lists, 1):
        desk = Desk(case, kept_list(case, name))
        rates, agreed = published_error_rates(case, desk), published_agreement(desk)
        package = export_list(case, desk, ExportOptions("package"), error_rates=rates, agreement=agreed).data
        known = {digest[:16]: digest for digest in {row.document for row in desk.list.rows} | _paged(desk)}
        for path, data in _unpacked(package, names, known).items():
            files[f"lists/list-{number}/{path}"] = data
    return files


def added_files(paths: Iterable[Path]) -> dict[str, Content]:
    """Files that are added by hand, under numbers. A PDF is judged in the sandbox first (docs/redaction.md).

    Raises:
        BadBag: if one is not there, of a sort that is not handed over so, or a PDF of which more can be read than its
            pages show, or that could not be judged wholly.
        NoSandbox: if this machine lacks a lock, and there is a PDF.
    """
    files: dict[str, Content] = {}
    for number, path in enumerate(paths, 1):
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in ADDED_SUFFIXES:
            raise BadBag("A file to be added is of no known sort.", advice=f"Known are: {', '.join(ADDED_SUFFIXES)}.")
        if not path.is_file() or path.is_symlink():
            raise BadBag("A file to be added is not there.", advice="Look at the names given with --add.")
        if suffix == "pdf":
            _check_pdf(number, path)
        files[f"files/{number}.{suffix}"] = path
    return files


def _check_pdf(number: int, path: Path) -> None:
    judged = check_pdf_file(path)
    if judged.leaks:
        raise BadBag(
            f"More can be read from the PDF that is added as number {number} than its pages show.",
            advice="See what: fairwitness check-pdf FILE. A redaction of ours leaves nothing: fairwitness redact.",
        )
    if not judged.is_whole:
        raise BadBag(
            f"The PDF that is added as number {number} could not be judged wholly.",
            advice="Run: fairwitness check-pdf FILE",
        )


def proof_files(paths: Iterable[Path]) -> dict[str, Content]:
    """Proofs of pages (docs/self-proving.md) with their pictures, under numbers.

    Raises:
        BadBag: if one has no picture beside it, or does not hold.
    """
    files: dict[str, Content] = {}
    for number, path in enumerate(paths, 1):
        picture = path.with_name(path.name.removesuffix(PROOF_SUFFIX) + ".png")
        try:
            verify_page(read_proof(path.read_bytes()), read_png(picture.read_bytes()))
        except (OSError, ValueError):
            raise BadBag(
                "A proof of a page does not hold, or its picture is not beside it.",
                advice="Make both anew: fairwitness prove-page CASE WHAT PAGE -o FILE.json.gz",
            ) from None
        files[f"proofs/{number}{PROOF_SUFFIX}"], files[f"proofs/{number}.png"] = path, picture
    return files


def original_files(case: Case, digests: Iterable[str], names: Names) -> dict[str, Content]:
    """The originals of these documents, byte by byte.

    Raises:
        BadBag: if the bytes of one are not there, or are damaged.
    """
    files: dict[str, Content] = {}
    for digest in digests:
        if not case.objects.has(digest) or not case.objects.is_sound(digest):
            raise BadBag(f"The bytes of {digest[:12]} are missing or damaged.", advice="Run: fairwitness verify CASE")
        files[f"originals/{names.of(digest)}.original"] = case.objects.path(digest)
    return files


def documents_file(names: Names, intakes: Mapping[str, int]) -> bytes:
    """Each document with the number of the event by which it came in; its digest only where that is told."""
    return _json(
        {
            "documents": [
                {"document": name, "event": intakes[digest]} | ({"sha256": digest} if digest in names.told else {})
                for digest, name in names.numbers.items()
            ]
        }
    )


def about_file(case: Case, title: str, findings: int, lists: int, events: str) -> bytes:
    """What is handed over, and what of the leak could not be read."""
    account = account_of(case).as_json()
    kept = ("expected", "read", "failed", "by_cause", "needs_ocr", "documents", "not_trusted")
    return _json(
        {
            "format": FORMAT,
            "made_with": f"fairwitness {__version__}",
            "title": title,
            "log": case.log_name,
            "findings": findings,
            "lists": lists,
            "events": events,
            "received": {name: account[name] for name in kept} | {"pages": account["pages"]},
        }
    )


def _place(place: CitedPlace, names: Names, *, quotes: bool) -> dict[str, Any]:
    cite = parse_any_cite(place.cite)
    told = place.document in names.told
    where = place.cite.partition(":")[2]
    if not told and isinstance(cite, Cite):  # the id of a reading is made from the digest
        where = where.rpartition(":")[0]
    name = names.of(place.document)
    return (
        {"document": name, "page": place.page, "cite": place.cite if told else f"{name}:{where}", "type": place.type}
        | ({"cells": list(place.cells)} if place.cells else {})
        | ({"sha256": place.document} if told else {})
        | ({"quote": place.quote, "title": place.title, "label": place.label, "day": place.day} if quotes else {})
    )


def _markdown(told: Sequence[Mapping[str, Any]]) -> str:
    """The findings as numbered paragraphs, each with its places; signs that Markdown gives a meaning to are escaped."""
    lines = ["# Findings", ""]
    for number, one in enumerate(told, 1):
        status = "" if one["status"] == CHECKED else f" ({one['status']})"
        lines += [f"## {number}", "", _escaped(one["sentence"]) + status, ""]
        for cite in one["cites"]:
            lines.append(f"- document {cite['document']}, page {cite['page']}: `{cite['cite']}`")
            if cite.get("quote"):
                lines += ["", f"  > {_escaped(cite['quote'])}", ""]
        lines.append("")
    lines.append("Document names stand for files: see documents.json. Each cite names a place in one.")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    plain = " ".join(text.split())
    return re.sub(r"([\\`*_\[\]<>#|~$&@!^{}()+=.:-])", r"\\\1", plain)


def _paged(desk: Desk) -> set[str]:
    return {document for document, _, _ in desk.list.pages}


def _unpacked(package: bytes, names: Names, known: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a data package, named by us, without the digests of documents; its own digest made anew."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    described = packed.pop("datapackage.json")
    files: dict[str, bytes] = {}
    books = 0
    for path, data in packed.items():
        books += path.startswith("codebooks/")
        ours = f"codebooks/{books}.toml" if path.startswith("codebooks/") else path
        files[ours] = names.without_digests(data.decode("utf-8"), known).encode()
    about = json.loads(names.without_digests(described.decode("utf-8"), known))
    for resource in about["resources"]:
        data = files[resource["path"]]
        resource["bytes"], resource["hash"] = len(data), f"sha256:{hashlib.sha256(data).hexdigest()}"
    about["fairwitness"]["setup_sha256"] = hashlib.sha256(files["setup.toml"]).hexdigest()
    return {"datapackage.json": _json(about)} | files


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
