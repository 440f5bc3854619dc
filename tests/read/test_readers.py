from __future__ import annotations

import dataclasses

import pytest

from fairwitness.intake.identify import family_of
from fairwitness.read.readers import _READERS, reader_for


def test_every_reader_is_a_step_with_plain_options() -> None:
    for step in _READERS.values():
        assert step.name.startswith("read-")
        assert step.version
        assert dataclasses.is_dataclass(step)
        assert all(isinstance(value, int | str | bool) for value in dataclasses.asdict(step).values())  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "family",
    [
        "pdf",
        "docx",
        "xlsx",
        "pptx",
        "odt",
        "ods",
        "odp",
        "xls",
        "rtf",
        "html",
        "xml",
        "epub",
        "csv",
        "json",
        "text",
        "doc",
        "ppt",
        "iwork",
        "xps",
        "odg",
        "hwp",
    ],
)
def test_every_family_of_documents_has_a_reader(family: str) -> None:
    assert family in {family_of(media_type) for media_type in _READERS}


def test_a_type_that_nobody_reads_has_no_reader() -> None:
    assert reader_for("application/octet-stream") is None
    assert reader_for("") is None
