from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from fairwitness.case.case import Case
from tests.web.serving import Client


def digest_of(case: Path, ending: str) -> str:
    with Case.open(case) as opened:
        return next(found.document for found in opened.queries.finds() if found.name.endswith(ending.encode()))


@pytest.fixture(scope="module")
def pdf(sample_case: Path) -> str:
    with Case.open(sample_case) as case:
        return next(r.document for r in case.queries.readings() if r.media_type == "application/pdf" and r.pages)


def test_a_page_is_an_image_that_we_encoded_and_that_nobody_keeps(room: Client, pdf: str) -> None:
    answer = room.ask(f"/documents/{pdf}/pages/1/image?side=1280")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"] == "no-store"
    assert max(Image.open(io.BytesIO(answer.body)).size) <= 1280


def test_the_line_of_a_hit_is_cut_out(room: Client, pdf: str) -> None:
    answer = room.ask(f"/documents/{pdf}/pages/1/line?box=300,300,500,340")
    assert answer.headers["content-type"] in ("image/png", "image/jpeg")
    width, height = Image.open(io.BytesIO(answer.body)).size
    assert height < 130 < width


@pytest.mark.parametrize("ending", [".xlsx", ".txt"])
def test_what_cannot_be_drawn_is_told_in_a_picture(room: Client, sample_case: Path, ending: str) -> None:
    answer = room.ask(f"/documents/{digest_of(sample_case, ending)}/pages/1/image")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert "This document has no page images." in answer.text
    assert answer.headers["x-not-drawn"] == "no_image"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/documents/{pdf}/pages/99/image", 404),
        ("/documents/" + "0" * 64 + "/pages/1/image", 404),
        ("/documents/" + "0" * 12 + "/pages/1/image", 404),
        ("/documents/{pdf}/pages/1/line?box=1,2,3", 400),
        ("/documents/{pdf}/pages/1/line?box=1,2,3,9999999", 400),
        ("/documents/{pdf}/pages/-1/image", 404),
    ],
)
def test_an_address_of_nothing_is_refused(room: Client, pdf: str, path: str, status: int) -> None:
    assert room.ask(path.format(pdf=pdf)).status == status
