"""Makes the rows of a kept list: the tables that were found on its pages, put together as its set-up says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import List
from fairwitness.core.tables import PageTables
from fairwitness.lists.assembling import assemble
from fairwitness.lists.errors import BadSetup
from fairwitness.lists.guessing import guess_setup
from fairwitness.lists.setup import PageRange, Setup, parse_setup, write_setup
from fairwitness.work.finding_tables import page_tables
from fairwitness.work.kept_lists import KeptList, change_list, kept_list

Found = dict[tuple[str, int], PageTables | str]


def make_rows(case: Case, beginning: str, by: str) -> KeptList:
    """The list has the rows that its set-up makes of the tables found by now; those it had before stay in the case.

    Cells that are found in the same place keep what people said of them. A page of which no table was found, or that
    nobody searched, gives no rows, and the list says so.

    Raises:
        BadSetup: if the set-up is wrong, or names no pages.
        NotFound: if there is no such list, or the case has no document that it names.
        NotRead: if a document of it has not been read.
        BadSignature: if nobody can sign with `by`.
        ListChanged: if somebody changed the list meanwhile.
    """
    kept = kept_list(case, beginning)
    setup = parse_setup(kept.setup)
    if not setup.pages:
        raise BadSetup("it names no pages to make rows of", key="pages")
    return change_list(case, kept.id, by, rows=rows_of(case, setup), version=kept.version)


def rows_of(case: Case, setup: Setup) -> List:
    """The rows that the set-up makes of the tables found by now; nothing is kept.

    Raises:
        NotFound: if the case has no document that it names.
        NotRead: if a document of it has not been read.
    """
    pages = tuple(replace(one, document=case.queries.document_starting(one.document)) for one in setup.pages)
    return assemble(tables_of(case, (one.document for one in pages)), replace(setup, pages=pages))


def tables_of(case: Case, documents: Iterable[str]) -> Found:
    """By document and page the tables that were found last, or the cause why there are none.

    Raises:
        NotRead: if a document has not been read.
    """
    return {
        (document, number): page if isinstance(page, PageTables) else page.value
        for document in dict.fromkeys(documents)
        for number, page in page_tables(case, document).items()
    }


def guessed_setup(case: Case, document: str, name: str = "") -> str:
    """A set-up of all pages of the document as TOML, its columns guessed from the tables found by now.

    Raises:
        NotFound: if no page of it has a table.
        NotRead: if it has not been read.
    """
    digest = case.queries.document_starting(document)
    found = {number: page for number, page in page_tables(case, digest).items() if isinstance(page, PageTables)}
    with_tables = [page for page in found.values() if page.tables]
    if not with_tables:
        raise NotFound(
            f"No table is known in document {digest[:8]}.", advice="Run: fairwitness list find CASE DOCUMENT"
        )
    setup = guess_setup(with_tables, name)
    return write_setup(replace(setup, pages=(PageRange(digest[:16], min(found), max(found)),)))
