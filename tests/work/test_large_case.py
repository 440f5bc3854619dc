"""A case of 100,000 documents: sums that are kept answer at once, new ones take little memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import pytest

from fairwitness.case.case import Case
from fairwitness.work.accounts import AccountKeeper
from fairwitness.work.browsing import list_place
from fairwitness.work.overview import Overviews, overview_of
from tests.work.large import make_large_case
from tests.work.support import check_sums

DOCUMENTS = 100_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("large") / "case"
    make_large_case(folder, DOCUMENTS)
    with Case.open(folder) as case:
        yield case


def cpu_of(act: object, times: int = 5) -> float:
    """Seconds of CPU that one call takes."""
    assert callable(act)
    started = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - started) / times


def memory_mib() -> int:
    """The most that this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.slow
def test_kept_sums_of_a_large_case_are_answered_in_a_tenth_of_a_second(large: Case) -> None:
    before = memory_mib()
    found = overview_of(large)
    assert found.account["documents"] == DOCUMENTS
    assert found.account["expected"] == DOCUMENTS * 105 // 100
    assert memory_mib() - before < 200
    assert cpu_of(lambda: overview_of(large)) < 0.1
    overviews = Overviews(large)
    assert overviews.latest() == (found, True)
    assert cpu_of(overviews.latest) < 0.1


@pytest.mark.slow
def test_the_account_of_a_large_case_adds_up_and_is_kept(large: Case) -> None:
    keeper = AccountKeeper(large)
    check_sums(keeper.now().account.as_json())
    assert cpu_of(lambda: list(keeper.now().some(None, "папка 300"))) < 0.2


@pytest.mark.slow
def test_a_folder_of_a_large_case_is_listed_in_half_a_second(large: Case) -> None:
    assert cpu_of(lambda: list_place(large, "", b"", limit=200)) < 0.5
    assert cpu_of(lambda: list_place(large, "", "папка 300/".encode(), limit=200)) < 0.5
