"""Images of pages as a browser gets them, drawn by the real sandbox."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from examples.sample_leak.pdf import Text, write_pdf
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.work.looking import Looking, Shape, turned_box
from fairwitness.work.picturing import SIDES_PX, PageImages, PageNotDrawn, Picture, _turned
from fairwitness.work.searching import boxes_of
from fairwitness.work.showing import NoImage
from tests.work.support import open_quietly

WORDS = "minutes of the committee on water"


def photograph() -> Image.Image:
    noise = np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((1600, 1200), Image.Resampling.BICUBIC)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    place = tmp_path_factory.mktemp("pictures")
    leak = place / "leak"
    leak.mkdir()
    pages = [[Text(f"page {number}"), Text(WORDS)] for number in range(1, 4)]
    (leak / "a.pdf").write_bytes(write_pdf(pages, title="t"))
    (leak / "b.pdf").write_bytes(write_pdf([[Text("locked")]], title="t", password="x"))
    photograph().save(leak / "c.jpg")
    (leak / "d.txt").write_text(WORDS)
    open_quietly(leak, place / "case")
    with Case.open(place / "case") as opened:
        yield opened


@pytest.fixture(scope="module")
def images(case: Case) -> Iterator[PageImages]:
    with PageImages(case) as made:
        yield made


def digest_of(case: Case, name: str) -> str:
    return next(found.document for found in case.queries.finds() if found.name == name.encode())


def opened(picture: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.data))
    assert image.size == (picture.width_px, picture.height_px)
    assert Image.MIME[image.format or ""] == picture.media_type
    return image


def test_a_page_of_text_is_grey_and_small(case: Case, images: PageImages) -> None:
    picture = images.image(digest_of(case, "a.pdf"), 1, SIDES_PX[2])
    image = opened(picture)
    assert (image.mode, image.format) == ("L", "PNG")
    assert (image.width, image.height) == (1653, 2339)  # A4 in points, at 200 dpi, rounded up
    assert len(picture.data) < 60_000


@pytest.mark.parametrize("side", SIDES_PX)
def test_an_image_is_as_long_as_asked_for(case: Case, images: PageImages, side: int) -> None:
    picture = images.image(digest_of(case, "a.pdf"), 2, side)
    expected = min(side, 2339 if side < 5120 else 4678)
    assert expected * 0.95 < picture.height_px <= expected


def test_a_photograph_comes_as_jpeg_at_its_own_size_at_most(case: Case, images: PageImages) -> None:
    for side, long in ((256, 256), (1280, 1280), (5120, 1600)):
        image = opened(images.image(digest_of(case, "c.jpg"), 1, side))
        assert (image.format, max(image.size)) == ("JPEG", long)


def test_the_words_are_where_their_boxes_say_at_every_size(case: Case, images: PageImages) -> None:
    document = digest_of(case, "a.pdf")
    page = Looking(case).page(document, 1)
    assert isinstance(page, PageText)
    start = page.text.index("committee")
    ((x0, y0, x1, y1),) = boxes_of(page, start, start + 9)
    for side in SIDES_PX[1:]:
        image = opened(images.image(document, 1, side))
        scale = image.width / page.width_px
        word = np.asarray(image)[round(y0 * scale) : round(y1 * scale), round(x0 * scale) : round(x1 * scale)]
        assert (word < 128).mean() > 0.1  # ink
        above = np.asarray(image)[round((y0 - 12) * scale) : round((y0 - 4) * scale), :]
        assert (above > 250).all()  # between the lines


def test_a_line_is_cut_out_with_the_hit_marked(case: Case, images: PageImages) -> None:
    document = digest_of(case, "a.pdf")
    page = Looking(case).page(document, 1)
    assert isinstance(page, PageText)
    start = page.text.index("water")
    boxes = list(boxes_of(page, start, start + 5))
    marked, plain = (opened(images.line(document, 1, boxes, marked=how)) for how in (True, False))
    assert marked.size == plain.size
    assert marked.height < 130
    yellow = (np.asarray(marked) == (255, 226, 92)).all(axis=-1).sum()
    x0, y0, x1, y1 = boxes[0]
    assert 0.4 < yellow / ((x1 - x0) * (y1 - y0)) < 1.4  # the box but for its ink, and a little around it


def test_a_picture_is_kept_and_not_drawn_again(case: Case) -> None:
    document = digest_of(case, "a.pdf")
    with PageImages(case) as first:
        drawn = first.image(document, 3, 256)
    second = PageImages(case)
    second.close()  # has no sandbox any more
    assert second.image(document, 3, 256) == drawn
    with pytest.raises(RuntimeError):
        second._sandbox._warm_parent()


def test_a_page_that_many_ask_for_is_drawn_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    document, drawn, got = digest_of(case, "c.jpg"), [], []
    with PageImages(case) as images:
        images._kept._folder = images._kept._folder / "new"  # nothing is kept there yet
        run_one = images._sandbox.run_one
        monkeypatch.setattr(images._sandbox, "run_one", lambda *asked: drawn.append(1) or run_one(*asked))
        threads = [threading.Thread(target=lambda: got.append(images.image(document, 1, 2560))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(got) == 6
    assert len(drawn) == 1


def test_a_page_that_cannot_be_drawn_says_why(case: Case, images: PageImages) -> None:
    document = digest_of(case, "b.pdf")
    for _ in range(2):  # the second time it is remembered
        with pytest.raises(PageNotDrawn) as error:
            images.image(document, 1)
        assert error.value.cause is Cause.ENCRYPTED
        assert "passwords" in error.value.advice


def test_what_has_no_images_says_so(case: Case, images: PageImages) -> None:
    with pytest.raises(NoImage):
        images.image(digest_of(case, "d.txt"), 1)
    with pytest.raises(NotFound):
        images.image(digest_of(case, "a.pdf"), 4)
    with pytest.raises(NotFound):
        images.image("0" * 64, 1)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_box_turns_as_the_page_does(turn: int) -> None:
    page = Image.new("L", (50, 30), 255)
    page.paste(0, (5, 7, 20, 11))
    shape = Shape(50, 30, 100, turn)
    turned = _turned(page, shape)
    assert turned.size == shape.turned
    x0, y0, x1, y1 = turned_box((5, 7, 20, 11), shape)
    ink = np.argwhere(np.asarray(turned) == 0)
    assert [*ink.min(axis=0), *(ink.max(axis=0) + 1)] == [y0, x0, y1, x1]
    # clockwise: what stood at the left stands at the top after a quarter turn
    if turn == 90:
        assert y0 == 5
