from __future__ import annotations

import random
from datetime import date

from fairwitness.facts.checking import BIRTH, CHECKSUM, DATE_IN_NUMBER, NO_SUCH_DAY, check_dated, check_page
from tests.facts.numbers import cn_resident, kz_iin

RNG = random.Random(7)
GOOD = cn_resident(RNG, "19800312")


def kinds(text: str) -> list[str]:
    return [remark.kind for remark in check_page(text)]


def wrong(number: str) -> str:
    """The same with another figure where it tells neither region nor date."""
    return number[:15] + str((int(number[15]) + 1) % 10) + number[16:]


def test_a_number_that_fits_its_row_gives_no_remark() -> None:
    assert kinds(f"姓名\t出生日期\t身份证号\n某人\t1980年3月12日\t{GOOD}\n") == []
    assert kinds(f"出生 1980-03 {GOOD}") == [], "what is not written cannot differ"


def test_a_misread_number_is_pointed_at_and_masked() -> None:
    text = f"一、{wrong(GOOD)}\n二、653222198002301234"
    found = check_page(text)
    assert [remark.kind for remark in found] == [CHECKSUM, DATE_IN_NUMBER]
    assert text[slice(*found[0].spans[0])] == wrong(GOOD)
    assert found[0].masked.strip("•") == wrong(GOOD)[-2:]


def test_a_date_of_birth_that_differs_is_told_by_its_parts() -> None:
    (remark,) = check_page(f"Туған күні 13.03.1980 ЖСН {kz_iin(RNG, '800312')}")
    assert (remark.kind, remark.parts) == (BIRTH, ("day",))
    assert len(remark.spans) == 2


def test_a_column_of_births_is_known_by_its_head() -> None:
    head = "№\tДата рождения\tномер\n"
    assert kinds(f"{head}1\t12.04.1980\t{GOOD}") == [BIRTH]
    assert kinds(f"{head}1\t12.03.1980\t{GOOD}") == []
    assert kinds(f"№\tДата выдачи\tномер\n1\t12.04.2001\t{GOOD}") == [], "another date is no birth"
    assert kinds(f"{head}1\t12.04.1980\t12.05.2001\t{GOOD}") == [], "which of two is not known"


def test_either_order_of_an_ambiguous_date_may_fit() -> None:
    assert kinds(f"born 12/03/1980 {GOOD}") == []
    assert kinds(f"born 03/12/1980 {GOOD}") == []


def test_a_day_that_there_is_not_is_told() -> None:
    assert kinds("составлено 31 апреля 2017 г.") == [NO_SUCH_DAY]


def test_only_a_date_on_a_line_of_its_own_dates_a_document() -> None:
    last = date(2017, 3, 12)
    assert len(check_dated("Письмо\n\n  20 марта 2017 г.\n", last)) == 1
    assert check_dated("Письмо\n13 марта 2017 г.\n", last) == [], "the other side of the world"
    assert check_dated("Срок до 20 марта 2017 г., не позже\n2017年3月\n", last) == []
