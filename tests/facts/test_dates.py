from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.facts.dates import find_dates, parse_date
from fairwitness.facts.partial import PartialDate


def told(text: str) -> list[tuple[str, str]]:
    """What stands there, and its readings."""
    return [(text[d.start : d.end], "|".join(map(str, d.readings))) for d in find_dates(text)]


@pytest.mark.parametrize(
    ("text", "written", "iso"),
    [
        ("于2017年3月12日发出", "2017年3月12日", "2017-03-12"),
        ("二〇一七年三月十二日", "二〇一七年三月十二日", "2017-03-12"),
        ("二○一七年十一月三十一日", "二○一七年十一月三十一日", "2017-11-31"),
        ("二零一六年廿三日 二〇一六年十月廿三日", "二〇一六年十月廿三日", "2016-10-23"),
        ("二〇一七年三月份", "二〇一七年三月份", "2017-03"),
        ("２０１７年　３月", "２０１７年", "2017"),
        ("２０１７年 ３ 月 １２ 日", "２０１７年 ３ 月 １２ 日", "2017-03-12"),
        ("2 0 1 7 年 3 月", "2 0 1 7 年 3 月", "2017-03"),
        ("3月12日上午", "3月12日", "--03-12"),
        ("2017-يىلى 12-مارت كۈنى", "2017-يىلى 12-مارت", "2017-03-12"),
        ("2017-يىل 3-ئاينىڭ 12-كۈنى", "2017-يىل 3-ئاينىڭ 12-كۈنى", "2017-03-12"),
        ("2017-يىلى 3-ئايدا", "2017-يىلى 3-ئايدا", "2017-03"),
        ("12-سېنتەبىر", "12-سېنتەبىر", "--09-12"),
        ("2017-yili 12-mart küni", "2017-yili 12-mart", "2017-03-12"),
        ("2017-йили 12-апрелдин", "2017-йили 12-апрелдин", "2017-04-12"),
        ("2017 жылғы 12 наурызда", "2017 жылғы 12 наурызда", "2017-03-12"),
        ("12 қыркүйек 2017 ж.", "12 қыркүйек 2017", "2017-09-12"),
        ("2017-жылдын 12-мартында", "2017-жылдын 12-мартында", "2017-03-12"),
        ("2017-yil 12-sentabrda", "2017-yil 12-sentabrda", "2017-09-12"),
        ("2017 йил 12 октябрь", "2017 йил 12 октябрь", "2017-10-12"),
        ("12 марта 2017 г.", "12 марта 2017", "2017-03-12"),
        ("в мае 2017 года", "мае 2017", "2017-05"),
        ("в 2016 году", "2016 году", "2016"),
        ("12 Kasım 2017'de", "12 Kasım 2017", "2017-11-12"),
        ("一九八〇年十月二十日", "一九八〇年十月二十日", "1980-10-20"),
        ("3 Ağustos", "3 Ağustos", "--08-03"),
        ("12 March 2017", "12 March 2017", "2017-03-12"),
        ("March 12th, 2017", "March 12th, 2017", "2017-03-12"),
        ("the 2nd of May 2017", "2nd of May 2017", "2017-05-02"),
        ("12 مارس 2017", "12 مارس 2017", "2017-03-12"),
        ("2017-03-12", "2017-03-12", "2017-03-12"),
        ("12.03.2017", "12.03.2017", "2017-03-12"),
        ("٢٠١٧/٣/١٢", "٢٠١٧/٣/١٢", "2017-03-12"),
        ("13/04/2017", "13/04/2017", "2017-04-13"),
        ("04/13/2017", "04/13/2017", "2017-04-13"),
    ],
)
def test_a_date_is_found_with_its_range_and_nothing_is_filled_in(text: str, written: str, iso: str) -> None:
    assert (written, iso) in told(text)


def test_the_order_of_day_and_month_is_left_open_where_strokes_leave_it_open() -> None:
    (found,) = find_dates("03/04/2017")
    assert (found.state, list(map(str, found.readings))) == ("ambiguous", ["2017-04-03", "2017-03-04"])
    assert find_dates("04/04/2017")[0].state == "valid"
    assert find_dates("03.04.2017")[0].state == "valid", "dots put the day first"


@pytest.mark.parametrize(
    "text",
    [
        "31 февраля 2017",
        "31.02.2017",
        "2017年13月",
        "二〇一七年二月三十日",
        "29.02.2017",
        "2017-00-12",
        "30-فېۋرال",
        "二〇一七年十十月",
    ],
)
def test_what_is_no_day_is_found_as_impossible(text: str) -> None:
    (found,) = find_dates(text)
    assert found.state == "impossible"
    assert parse_date("29.02.2016") is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12.03.17",
        "section 5 may be used",
        "12 Martin",
        "5 майор",
        "1.2.3.2017",
        "民国一〇六年",
        "2017",
        "3月",
        "12-34-5678-90",
    ],
)
def test_what_only_looks_like_a_date_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_a_line_that_is_a_date_is_parsed_and_one_that_holds_one_is_not() -> None:
    assert str(parse_date(" 12 марта 2017 г. ").readings[0]) == "2017-03-12"  # type: ignore[union-attr]
    assert parse_date("от 12 марта 2017 года и позже") is None


MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "ug": "يانۋار فېۋرال مارت ئاپرېل ماي ئىيۇن ئىيۇل ئاۋغۇست سېنتەبىر ئۆكتەبىر نويابىر دېكابىر",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "en": "January February March April May June July August September October November December",
}


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_is_read_back_in_every_language(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    named = {language: names.split()[m - 1] for language, names in MONTHS.items()}
    for text in (
        f"{d} {named['ru']} {y} г.",
        f"{y} жылғы {d} {named['kk']}",
        f"{y}-يىلى {d}-{named['ug']}",
        f"{d} {named['tr']} {y}",
        f"{named['en']} {d}, {y}",
        f"{y}年{m}月{d}日",
        f"{d:02d}.{m:02d}.{y}",
        day.isoformat(),
    ):
        (found,) = find_dates(text)
        assert found.readings == (PartialDate(y, m, d),), text


@given(st.text(alphabet="0123 79年月日号-./三十廿〇二марtaя３٣", max_size=60))
def test_no_text_breaks_it_and_no_two_dates_overlap(text: str) -> None:
    found = find_dates(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


def test_partial_dates_compare_by_what_both_have() -> None:
    assert PartialDate(2017, 3).fits(PartialDate(2017, 3, 12))
    assert not PartialDate(2017, 3).fits(PartialDate(2017, 4, 12))
    assert PartialDate(2017, 3, 11).differing(PartialDate(2017, 3, 12)) == ("day",)
    assert PartialDate(None, 2, 29).is_possible
    assert not PartialDate(2017, 2, 29).is_possible
