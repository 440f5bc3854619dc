"""What does not fit together in the statements of a file is observed, and what can be harmless is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.text.moments import parse_moment
from fairwitness.work import first_seen
from fairwitness.work.first_seen import FirstSeen, first_seen_camera, first_seen_font, first_seen_software
from fairwitness.work.observing import Statement, observe
from tests.work.support import ROOT

Told = tuple[str, str, str]


def kinds(*told: Told, file_time: str = "") -> list[str]:
    times = [Statement("file-time", file_time, "file system")] if file_time else []
    return [one.kind for one in observe([Statement(*one) for one in told], times)]


CORE = "docProps/core.xml"


def core(name: str, value: str) -> Told:
    return (f"{name}-time", value, f"{CORE} {name}")


def info(name: str, value: str) -> Told:
    return (name, value, f"PDF Info {name}")


def xmp(name: str, value: str) -> Told:
    return (name, value, f"XMP {name}")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([core("created", "2017-03-02T00:00:00Z"), core("modified", "2017-03-01T00:00:00Z")], ["created-after-modified"]),
        ([core("created", "2017-03-01T00:00:30Z"), core("modified", "2017-03-01T00:00:00Z")], []),  # one save
        ([core("created", "2017-03-01T00:00:00Z"), core("modified", "2017-03-02T00:00:00Z")], []),
        ([core("created", "2017-03-02"), core("modified", "2017-03-02T23:00:00Z")], []),  # the day holds the time
        ([core("created", "2017-03-02T10:00:00"), core("modified", "2017-03-02T02:30:00Z")], []),  # may be UTC+8
        ([core("created", "2017-03-03T10:00:00"), core("modified", "2017-03-02T02:30:00Z")], ["created-after-modified"]),
        ([core("created", "2017-03-02T00:00:00Z"), core("printed", "2017-03-01T00:00:00Z")], ["created-after-printed"]),
        ([info("created-time", "D:20170301102205+08'00'"), xmp("created-time", "2017-03-01T02:22:05Z")], []),
        ([info("created-time", "D:20170301102205+08'00'"), xmp("created-time", "2017-03-01T10:22:05Z")], ["created-disagrees"]),
        ([info("producer", "A 1"), xmp("producer", "B 2")], ["producer-disagrees"]),
        ([info("author", "A, B"), xmp("author", "A"), xmp("author", "B")], []),
        ([info("created-time", "D:20170301100000-07'00'"), info("modified-time", "D:20170701100000-06'00'")], []),
        ([info("created-time", "D:20170301100000-07'00'"), info("modified-time", "D:20170701100000+08'00'")], ["zones-differ"]),
        ([core("created", "2017-03-01T00:00:00Z"), ("modified-time", "2017-03-02T08:00:00+08:00", "XMP x")], []),
        (
            [("sent-time", "Wed, 1 Mar 2017 10:00:00 +0800", "mail header Date"),
             ("received", "from a by b; Wed, 1 Mar 2017 01:00:00 +0000", "mail header Received")],
            ["sent-after-received"],
        ),
        (
            [("sent-time", "Wed, 1 Mar 2017 10:00:00 +0800", "mail header Date"),
             ("received", "from a by b; Wed, 1 Mar 2017 01:55:00 +0000", "mail header Received")],
            [],
        ),
        (
            [core("created", "2017-03-01T00:00:00Z"), core("modified", "2017-03-01T01:00:00Z"),
             ("editing-minutes", "90", "docProps/app.xml TotalTime")],
            ["editing-longer-than-span"],
        ),
        (
            [core("created", "2017-03-01T00:00:00Z"), core("modified", "2017-03-01T01:00:00Z"),
             ("editing-minutes", "4294967295", "docProps/app.xml TotalTime")],
            [],
        ),
        ([core("created", "2003-03-01T00:00:00Z"), ("font", "Calibri", "word/fontTable.xml w:font")], ["font-newer-than-date"]),
        ([core("created", "2003-03-01T00:00:00Z"), core("modified", "2017-03-01T00:00:00Z"), ("font", "Calibri", "x")], []),
        ([("font", "Calibri", "word/fontTable.xml w:font")], []),
        (
            [core("created", "2010-03-01T00:00:00Z"), ("software", "Microsoft Office Word", "docProps/app.xml Application"),
             ("software-version", "16.0000", "docProps/app.xml AppVersion")],
            ["software-newer-than-date"],
        ),
        (
            [("created", "2012-01-01", "Exif DateTimeOriginal"), ("camera-make", "Apple", "Exif Make"),
             ("camera-model", "iPhone 6s", "Exif Model")],
            ["camera-newer-than-date"],
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_observed_and_nothing_else(told: list[Told], expected: list[str]) -> None:
    assert kinds(*told) == expected


def test_a_date_after_every_time_of_the_file_is_observed() -> None:
    told = [Statement(*core("modified", "2017-03-05T00:00:00Z"))]
    early, late = (Statement("file-time", f"2017-03-0{day}T00:00:00.000000001Z", "file system") for day in (1, 6))
    (found,) = observe(told, [early])
    assert (found.kind, found.statements) == ("modified-after-file-time", (told[0], early))
    assert observe(told, [early, late]) == []


def test_an_observation_names_both_statements_and_what_is_known() -> None:
    font, date = (
        Statement("font", "等线", "word/fontTable.xml w:font"),
        Statement("created", "2009-01-01", f"{CORE} created"),
    )
    (found,) = observe([font, date])
    assert found.statements == (font, date)
    assert found.known == FirstSeen("DengXian", "2012-01")
    assert found.as_json()["known"] == {"what": "DengXian", "day": "2012-01"}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Calibri-BoldItalic", "Calibri, Cambria, Candara, Consolas, Constantia, Corbel"),
        ("MicrosoftYaHei", "Microsoft YaHei"),
        ("Calibrini", None),
        ("My Aptos", None),
        ("Arial", None),
        ("Noto Sans SC", "Source Han Sans, Noto Sans CJK"),
        ("Noto Sans", None),
    ],
)
def test_only_fonts_of_that_name_are_known(name: str, what: str | None) -> None:
    found = first_seen_font(name)
    assert (found.what if found else None) == what


@pytest.mark.parametrize(
    ("name", "version", "what"),
    [
        ("Microsoft® Word 2016", "", "Microsoft Office 2016"),
        ("Microsoft® Office Word 2007", "", "Microsoft Office 2007"),
        ("Microsoft® Word for Microsoft 365", "", "Microsoft 365 under that name"),
        ("Microsoft Office Word", "12.0000", "Microsoft Office 2007"),
        ("Microsoft Excel", "9.0", None),
        ("LibreOffice/7.4.7.2$Linux_X86_64", "15.0000", "LibreOffice 7"),
        ("macOS Version 10.14.6 (Build 18G95) Quartz PDFContext", "", "macOS 10.14"),
        ("Mac OS X 10.4.11 Quartz PDFContext", "", None),
        ("Adobe Photoshop CS5.1 Windows", "", "Adobe Photoshop CS5"),
        ("Adobe Photoshop CC 2017 (Macintosh)", "", "Adobe Photoshop CC 2017"),
        ("Adobe Photoshop 7.0", "", None),
        ("Writer 1999", "", None),
    ],
)
def test_only_programs_of_that_name_and_version_are_known(name: str, version: str, what: str | None) -> None:
    found = first_seen_software(name, version)
    assert (found.what if found else None) == what


def test_every_known_thing_has_a_date_and_stands_in_the_documentation() -> None:
    text = (ROOT / "docs" / "first-seen.md").read_text("utf-8")
    days = [seen.day for _, seen in first_seen.FONTS]
    days += [*first_seen._OFFICE_YEARS.values(), *first_seen._LIBREOFFICE_VERSIONS.values()]
    days += [*first_seen._MACOS.values(), *first_seen._PHOTOSHOP_NAMES.values()]
    for day in days:
        assert day in text, day
        assert parse_moment(day) is not None
    for _, seen in first_seen.FONTS:
        assert all(name in text for name in seen.what.split(", "))
    for day in first_seen._IPHONES.values():
        assert parse_moment(day) is not None
    assert first_seen_camera("Other", "iPhone 6") is None


def test_every_kind_of_observation_is_documented() -> None:
    text = (ROOT / "docs" / "metadata.md").read_text("utf-8")
    source = (ROOT / "src" / "fairwitness" / "work" / "observing.py").read_text("utf-8")
    for kind in re.findall(r'Observation\("([a-z-]+)"', source):
        assert f"`{kind}`" in text, kind


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["created", "modified", "created-time", "editing-minutes", "font", "received", "software"]),
            st.text(max_size=30) | st.datetimes().map(str),
            st.sampled_from(["PDF Info x", "XMP x", "", "docProps/core.xml x"]),
        ),
        max_size=8,
    )
)
def test_every_observation_is_made_of_statements_of_the_file(told: list[Told]) -> None:
    statements = [Statement(*one) for one in told]
    for found in observe(statements):
        assert len(found.statements) >= 2
        assert set(found.statements) <= set(statements)
