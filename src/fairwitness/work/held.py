"""What the index holds of a document and what a hit says of it, fetched for all documents of an answer at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.records import Find, Indexed, PageScan, Reading
from fairwitness.text.encoding import decode_name
from fairwitness.work.account import BETWEEN
from fairwitness.work.current import bare_readings

_KEPT = 4096  # documents that are remembered


@dataclass(frozen=True, slots=True)
class Held:
    """The reading that the index holds, the last scan that it holds, all scans, and the names of the document."""

    reading: Reading
    upto: int
    scans: tuple[PageScan, ...]
    names: tuple[str, ...]


class HeldDocuments:
    """Looks documents up, a few questions for many of them; what was found is kept until `forget`."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._held: dict[str, Held] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def forget(self) -> None:
        """Everything is looked up anew."""
        self._held.clear()
        self._names.clear()

    def __getitem__(self, document: str) -> Held:
        """One document.

        Raises:
            NotFound: if it was not read.
        """
        if document not in self._held:
            self.fetch([document])
        if document not in self._held:
            raise NotFound("That document was not read.")
        return self._held[document]

    def fetch(self, documents: Iterable[str]) -> None:
        """These documents are at hand, as far as they were read."""
        wanted = [document for document in dict.fromkeys(documents) if document not in self._held]
        if not wanted:
            return
        if len(self._held) + len(wanted) > _KEPT:
            self.forget()
        queries = self._case.queries
        indexed = queries.indexed_among(wanted)
        readings, scans = queries.readings_among(wanted), queries.scans_among(wanted)
        self._fetch_names(wanted)
        for document in wanted:
            there = tuple(scans.get(document, ()))
            reading, upto = self._as_indexed(document, indexed.get(document), readings.get(document, []), there)
            if reading is not None:
                self._held[document] = Held(reading, upto, there, self._names[document])

    def _as_indexed(
        self, document: str, held: Indexed | None, readings: list[Reading], scans: tuple[PageScan, ...]
    ) -> tuple[Reading | None, int]:
        """The reading, which may be older than the current one, and the number of the last scan.

        Pages are marked as indexed a moment after the index has them: until then the current reading is it.
        """
        if held is not None:
            return next((reading for reading in readings if reading.id == held.reading), None), held.scans
        current = bare_readings(self._case, [document]).get(document) if readings else None
        return current, max((scan.seq for scan in scans), default=0)

    def _fetch_names(self, documents: Iterable[str]) -> None:
        """Names as `names_of` gives them, of all at once and of the containers that they lie in."""
        finds: dict[str, list[Find]] = {}
        wanted = {document for document in documents if document not in self._names}
        while wanted:
            found = self._case.queries.finds_among(wanted)
            finds |= {document: found.get(document, []) for document in wanted}
            parents = {find.parent for listed in found.values() for find in listed if find.parent}
            wanted = parents - finds.keys() - self._names.keys()

        def name_at(find: Find) -> str:
            own = decode_name(find.name)
            return f"{first_name(find.parent)}{BETWEEN}{own}" if find.parent else own

        def first_name(container: str) -> str:
            """That of the shallowest place: there are archives that hold themselves."""
            known = self._names.get(container)
            return known[0] if known else name_at(finds[container][0])

        for document, listed in finds.items():
            self._names[document] = tuple(map(name_at, listed))
