from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Pixels
from fairwitness.intake.identify import identify
from fairwitness.read._images import FORMATS
from fairwitness.read.read_image import ReadImage
from fairwitness.read.render import RenderPage

from .documents import end_of, missed_of, read, source_of
from .pictures import HEIC, HEIC_OF_TWO


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
        ("AVIF", "image/avif"),
        ("PCX", "image/x-pcx"),
        ("TGA", "image/x-tga"),
        ("PPM", "image/x-portable-anymap"),
    ],
)
def test_an_image_is_a_page_that_waits_for_recognition(form: str, media_type: str) -> None:
    data = saved(marked(), form)
    assert identify(source_of(data)).media_type == media_type
    parts = read(ReadImage(), data, media_type)
    (page,) = missed_of(parts)
    assert (page.cause, page.kind, page.width_px, page.height_px) == (Cause.NEEDS_OCR, "page", 40, 30)
    assert (end_of(parts).outcome, end_of(parts).expected_pages) == (Cause.OK, 1)


@pytest.mark.parametrize(
    "compression",
    ["group3", "group4", "tiff_ccitt", "packbits", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "lzma", "zstd"],
)
def test_a_tiff_is_drawn_whatever_its_compression(compression: str) -> None:
    fax = compression in ("group3", "group4", "tiff_ccitt")
    data = saved(marked(mode="1" if fax else "L"), "TIFF", compression=compression)
    pixels = read(RenderPage(grey=True), data, "image/tiff")[0]
    assert isinstance(pixels, Pixels)
    assert (pixels.data[0] < 30, pixels.data[-1] > 225) == (True, True)


def tiff_with_old_jpeg(image: Image.Image) -> bytes:
    """TIFF 6.0, section 22, as scanners of the nineties wrote it: a whole JPEG file that two tags point to."""
    jpeg = saved(image.convert("YCbCr"), "JPEG")
    at = 8 + 2 + 12 * 10 + 4
    tags = [
        (256, image.width),
        (257, image.height),
        (258, 8),
        (259, 6),
        (262, 6),
        (273, at),
        (277, 3),
        (278, image.height),
    ]
    tags += [(513, at), (514, len(jpeg))]
    head = b"II*\0" + struct.pack("<IH", 8, len(tags))
    return head + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags) + bytes(4) + jpeg


def test_a_tiff_with_old_jpeg_is_drawn() -> None:
    pixels = read(RenderPage(grey=True), tiff_with_old_jpeg(marked()), "image/tiff")[0]
    assert isinstance(pixels, Pixels)
    assert (pixels.data[0] < 30, pixels.data[-1] > 225) == (True, True)


def test_a_tiff_compression_without_a_decoder_is_named() -> None:
    data = saved(marked(mode="1"), "TIFF", compression="group4")
    data = data.replace(struct.pack("<HHII", 259, 3, 1, 4), struct.pack("<HHII", 259, 3, 1, 34661))
    end = end_of(read(ReadImage(), data, "image/tiff"))
    assert (end.outcome, end.detail) == (Cause.UNSUPPORTED, "tiff compression jbig")


def test_a_heic_is_drawn_as_its_turn_mark_says() -> None:
    assert identify(source_of(HEIC)).media_type == "image/heic"
    parts = read(ReadImage(), HEIC, "image/heic")
    assert [(page.width_px, page.height_px, page.cause) for page in missed_of(parts)] == [(48, 64, Cause.NEEDS_OCR)]
    pixels = read(RenderPage(grey=True), HEIC, "image/heic")[0]
    assert isinstance(pixels, Pixels)
    assert (pixels.width_px, pixels.height_px) == (48, 64)
    rows = [pixels.data[at : at + 48] for at in range(0, len(pixels.data), 48)]
    # turn mark 6: the stored top left corner is shown at the top right
    assert (rows[3][44] < 60, rows[3][3] > 200, rows[60][44] > 200) == (True, True, True)


def test_each_picture_of_a_heic_is_a_page() -> None:
    pages = missed_of(read(ReadImage(), HEIC_OF_TWO, "image/heic"))
    assert [(page.number, page.width_px, page.height_px) for page in pages] == [(1, 64, 48), (2, 48, 64)]
    assert [type(read(RenderPage(number), HEIC_OF_TWO, "image/heic")[0]) for number in (1, 2)] == [Pixels, Pixels]


def test_a_torn_heic_is_unreadable() -> None:
    for size in range(20, len(HEIC) - 1, 40):
        parts = read(ReadImage(), HEIC[:size], "image/heic")
        assert end_of(parts).outcome is Cause.UNREADABLE, size


def photoshop(width: int, height: int) -> bytes:
    """Only the composite picture, uncompressed grey, all 80."""
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 1, height, width, 8, 1)
    return head + bytes(12) + struct.pack(">H", 0) + bytes([80]) * (width * height)


def test_a_photoshop_file_is_the_picture_of_all_its_layers() -> None:
    parts = read(ReadImage(), photoshop(6, 4), "image/vnd.adobe.photoshop")
    assert [(page.width_px, page.height_px) for page in missed_of(parts)] == [(6, 4)]
    pixels = read(RenderPage(grey=True), photoshop(6, 4), "image/vnd.adobe.photoshop")[0]
    assert pixels == Pixels(6, 4, 1, bytes([80]) * 24)


def test_an_icon_is_its_largest_picture() -> None:
    data = saved(marked(64, 64), "ICO", sizes=[(16, 16), (64, 64)])
    assert [
        (page.width_px, page.height_px) for page in missed_of(read(ReadImage(), data, "image/vnd.microsoft.icon"))
    ] == [(64, 64)]


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
    assert [part for part in parts if isinstance(part, About)] == [
        About("modified", "2017-03-01", "Exif DateTime"),
        About("modified-time", "2017:03:01 10:00:00", "Exif DateTime"),
    ]
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
        (
            photoshop(2, 2).replace(struct.pack(">II", 2, 2), struct.pack(">II", 29_000, 29_000)),
            "image/vnd.adobe.photoshop",
        ),
        (b"P4\n60000 60000\n" + bytes(90), "image/x-portable-anymap"),
        (saved(marked(), "PCX")[:8] + struct.pack("<HH", 59_999, 59_999) + saved(marked(), "PCX")[12:], "image/x-pcx"),
        (saved(marked(), "TGA")[:12] + struct.pack("<HH", 60_000, 60_000) + saved(marked(), "TGA")[16:], "image/x-tga"),
    ],
)
def test_no_format_is_decoded_beyond_the_limit(data: bytes, media_type: str) -> None:
    assert end_of(read(ReadImage(), data, media_type)).outcome is Cause.LIMIT_MEMORY
    assert end_of(read(RenderPage(), data, media_type)).outcome is Cause.LIMIT_MEMORY


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
    assert end_of(read(ReadImage(), saved(marked(), "PNG"), "image/heic")).outcome is Cause.UNREADABLE
    assert end_of(read(ReadImage(), saved(marked(), "PNG"), "image/jxl")).outcome is Cause.UNSUPPORTED
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


def test_a_heic_that_claims_to_be_huge_is_refused() -> None:
    data = HEIC.replace(struct.pack(">II", 64, 64), struct.pack(">II", 30_000, 30_000))
    assert data != HEIC
    assert end_of(read(ReadImage(), data, "image/heic")).outcome in (Cause.LIMIT_MEMORY, Cause.UNREADABLE)
