from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Pixels
from fairwitness.read._images import FORMATS
from fairwitness.read.read_image import ReadImage
from fairwitness.read.render import RenderPage

from .documents import end_of, missed_of, read, source_of


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def marked(width: int = 40, height: int = 30, mode: str = "RGB") -> Image.Image:
    """White with a black top left corner, so that a turn shows."""
    image = Image.new(mode, (width, height), "white")
    image.paste("black", (0, 0, 10, 10))
    return image


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("TIFF", "image/tiff"),
        ("GIF", "image/gif"),
        ("WEBP", "image/webp"),
        ("BMP", "image/bmp"),
        ("JPEG2000", "image/jp2"),
    ],
)
def test_an_image_is_a_page_that_waits_for_recognition(form: str, media_type: str) -> None:
    parts = read(ReadImage(), saved(marked(), form), media_type)
    (page,) = missed_of(parts)
    assert (page.cause, page.kind, page.width_px, page.height_px) == (Cause.NEEDS_OCR, "page", 40, 30)
    assert (end_of(parts).outcome, end_of(parts).expected_pages) == (Cause.OK, 1)


def test_each_page_of_a_tiff_is_a_page_and_each_can_be_drawn() -> None:
    frames = [Image.new("L", (30 + at, 20), 40 * at) for at in range(4)]
    data = saved(frames[0], "TIFF", save_all=True, append_images=frames[1:], dpi=(200, 200))
    parts = read(ReadImage(), data, "image/tiff")
    assert [(page.number, page.width_px, page.dpi) for page in missed_of(parts)] == [
        (1, 30, 200), (2, 31, 200), (3, 32, 200), (4, 33, 200),
    ]  # fmt: skip
    pixels = read(RenderPage(3, grey=True), data, "image/tiff")[0]
    assert pixels == Pixels(32, 20, 1, bytes([80]) * 32 * 20)


def test_a_moving_picture_is_one_page() -> None:
    frames = [Image.new("P", (9, 9), at) for at in range(3)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert len(missed_of(read(ReadImage(), data, "image/gif"))) == 1


@pytest.mark.parametrize("turn", range(1, 9))
def test_the_turn_mark_is_applied_to_size_and_pixels(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x0132] = "2017:03:01 10:00:00"
    data = saved(marked(), "JPEG", exif=exif, quality=95)
    parts = read(ReadImage(), data, "image/jpeg")
    size = (40, 30) if turn <= 4 else (30, 40)
    assert (missed_of(parts)[0].width_px, missed_of(parts)[0].height_px) == size
    assert [part for part in parts if isinstance(part, About)] == [About("created", "2017-03-01")]
    pixels = read(RenderPage(), data, "image/jpeg")[0]
    assert isinstance(pixels, Pixels)
    assert (pixels.width_px, pixels.height_px, pixels.channels) == (*size, 3)
    shown = Image.frombytes("RGB", size, pixels.data).convert("L")
    # where the stored corner (0, 0) is shown: EXIF 2.3, table of the Orientation tag
    right, bottom = turn in (2, 3, 6, 7), turn in (3, 4, 7, 8)
    corner = (size[0] - 5 if right else 5, size[1] - 5 if bottom else 5)
    dark = [
        (x, y)
        for x in (5, size[0] - 5)
        for y in (5, size[1] - 5)
        if int(shown.crop((x, y, x + 1, y + 1)).tobytes()[0]) < 99
    ]
    assert dark == [corner]


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def test_a_claim_of_too_many_pixels_is_refused_before_anything_is_decoded() -> None:
    data = png_claiming(60_000, 60_000)
    assert end_of(read(ReadImage(), data, "image/png")).outcome is Cause.LIMIT_MEMORY
    assert end_of(read(RenderPage(), data, "image/png")).outcome is Cause.LIMIT_MEMORY


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (saved(marked(300, 300), "PNG")[:-60], "image/png"),
        (saved(Image.effect_noise((300, 300), 90), "JPEG")[:9000], "image/jpeg"),
        (saved(Image.effect_noise((300, 300), 90), "TIFF")[:9000], "image/tiff"),
        (png_claiming(50, 50), "image/png"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"", "image/png"),
        (b"GIF89a", "image/gif"),
    ],
)
def test_a_torn_image_is_unreadable(data: bytes, media_type: str) -> None:
    parts = read(ReadImage(), data, media_type)
    assert end_of(parts).outcome is Cause.UNREADABLE
    assert all(page.cause is Cause.UNREADABLE for page in missed_of(parts))


def test_the_decoder_follows_the_identified_type_and_no_other() -> None:
    assert end_of(read(ReadImage(), saved(marked(), "PNG"), "image/jpeg")).outcome is Cause.UNREADABLE
    assert end_of(read(ReadImage(), saved(marked(), "PNG"), "image/heic")).outcome is Cause.UNSUPPORTED
    assert "EPS" not in {form for forms in FORMATS.values() for form in forms}  # would start another program


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "F"])
@pytest.mark.parametrize("grey", [True, False])
def test_every_mode_of_pixels_can_be_drawn(mode: str, grey: bool) -> None:
    image = marked(mode="L").convert("I").convert("I;16") if mode == "I;16" else marked().convert(mode)
    pixels = read(RenderPage(grey=grey), saved(image, "TIFF"), "image/tiff")[0]
    assert isinstance(pixels, Pixels)
    assert len(pixels.data) == 40 * 30 * pixels.channels
    assert pixels.data[0] == 0
    assert pixels.data[-1] == 255


def test_what_is_transparent_lies_on_white_paper() -> None:
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert read(RenderPage(grey=True), saved(image, "PNG"), "image/png")[0] == Pixels(4, 4, 1, b"\xff" * 16)


def test_a_large_image_is_drawn_no_larger_than_asked() -> None:
    pixels = read(RenderPage(max_side_px=50), saved(marked(400, 200), "PNG"), "image/png")[0]
    assert isinstance(pixels, Pixels)
    assert (pixels.width_px, pixels.height_px) == (50, 25)


def test_a_type_without_page_images_cannot_be_drawn() -> None:
    with pytest.raises(ReadError) as caught:
        list(RenderPage()(source_of(b"text", "text/plain")))
    assert caught.value.cause == Cause.UNSUPPORTED
