"""The gate: what is in form and clean passes, and each single thing that is wrong refuses, with its reason."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO

import numpy as np
import pikepdf
import pytest
from examples.leaky_pdfs.paper import BOX, CYRILLIC, HAN, HEIGHT_PT, NAME, NAME_AT, UYGHUR, picture
from examples.leaky_pdfs.paper import LINES as SHEET
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.publish.check_pdf import Finding, Judged, check_pdf, checking_sandbox
from fairwitness.publish.check_pdf.judging import open_released
from fairwitness.publish.gate import CHECKS, GateReport, Given, NotPassed, Opened, Pixels, Statement, judge
from fairwitness.publish.painting import paint, snap
from fairwitness.publish.rebuilt import RebuiltPage, build_pdf
from fairwitness.publish.released_form import NotInForm, ReleasedPage, read_released
from fairwitness.publish.withheld import in_pixels, in_text, is_near, withheld
from fairwitness.run.sandbox import SandboxRunner

DPI = 150
SCALE = DPI / 72
SAID = tuple(
    (
        text,
        (
            round(x * SCALE),
            round((HEIGHT_PT - y - 10) * SCALE),
            round((x + 5.5 * len(text)) * SCALE),
            round((HEIGHT_PT - y + 3) * SCALE),
        ),
    )
    for x, y, text in SHEET
)
STATED = Statement(0, ())
REPORT = "\n".join(STATED.sentences())
DRAWN = np.asarray(picture([*SHEET, (*NAME_AT, NAME)], dpi=DPI))
SIDES = tuple(
    round(side * DPI / 72) for side in (BOX[0], HEIGHT_PT - BOX[1] - BOX[3], BOX[0] + BOX[2], HEIGHT_PT - BOX[1])
)
BOXES = snap([(SIDES[0], SIDES[1], SIDES[2], SIDES[3])], DRAWN.shape[1], DRAWN.shape[0])
PAINTED = paint(DRAWN, BOXES)


@dataclass(frozen=True)
class Made:
    number: int = 1
    rectangles: tuple[tuple[int, int, int, int], ...] = BOXES
    has_text: bool = True


def clean() -> Judged:
    return Judged(Cause.OK, "", 1, (), ())


def whole(pdf: bytes, **more: object) -> Given:
    """Everything that the gate wants, as it should be, for a PDF of the painted page."""
    base = Given(
        pages=(Made(),),
        withheld=(NAME, CYRILLIC, HAN, UYGHUR),
        opened=Opened((PAINTED,), (" ".join(word for word, _ in SAID),)),
        judged=clean(),
        drawn=lambda number: DRAWN,
        words=(SAID,),
        reviewers=("tern",),
        obstacles=(),
        withdrawn=(),
        statement=STATED,
        report=REPORT,
    )
    return replace(base, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def released() -> bytes:
    return build_pdf([RebuiltPage(PAINTED, DPI, SAID)])


def answer(report: GateReport, name: str) -> str:
    (check,) = (check for check in report.checks if check.name == name)
    return check.answer


def test_what_is_as_it_must_be_passes_and_its_bytes_may_leave(released: bytes) -> None:
    report = judge(released, whole(released))
    assert [check.name for check in report.checks] == list(CHECKS)
    assert report.passed
    assert report.allow(released) == released
    with pytest.raises(NotPassed):
        report.allow(released + b"\n")


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        ("opened", "text"),
        ("opened", "pixels"),
        ("judged", "judged"),
        ("drawn", "pixels"),
        ("words", "reread"),
        ("obstacles", "review"),
        ("withdrawn", "evidence"),
        ("statement", "stated"),
    ],
)
def test_a_question_that_could_not_be_asked_refuses(missing: str, name: str, released: bytes) -> None:
    report = judge(released, whole(released, **{missing: None}))
    assert answer(report, name) == "could not run"
    assert not report.passed
    with pytest.raises(NotPassed):
        report.allow(released)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"judged": Judged(Cause.OK, "", 1, (), (Finding("text-covered", "leak", 1),))}, "judged"),
        ({"obstacles": ("a box was not reviewed",)}, "review"),
        ({"reviewers": ()}, "review"),
        ({"withdrawn": ("finding 3fa9",)}, "evidence"),
        ({"report": ""}, "stated"),
        ({"statement": Statement(2, (4,))}, "stated"),
        ({"opened": Opened((PAINTED,), (f"the statement of {NAME}",))}, "text"),
        ({"words": (((NAME, (1, 1, 90, 20)),),)}, "reread"),
        ({"words": ((("Zorvan", (1, 1, 40, 20)), ("Quelhnar", (44, 1, 90, 20))),)}, "reread"),
        ({"opened": Opened((DRAWN,), ("",))}, "pixels"),
        ({"drawn": lambda number: paint(DRAWN, [(16, 16, 17, 17)])}, "pixels"),
        ({"pages": (Made(), Made(2))}, "structure"),
    ],
)
def test_each_thing_that_is_wrong_refuses(change: dict[str, object], name: str, released: bytes) -> None:
    report = judge(released, whole(released, **change))
    assert answer(report, name) == "refused"
    assert not report.passed
    said = " ".join(check.why for check in report.checks)
    assert "Zorvan" not in said


def test_a_report_with_questions_left_out_lets_nothing_through(released: bytes) -> None:
    report = judge(released, whole(released))
    with pytest.raises(NotPassed):
        GateReport(report.sha256, 1, report.checks[:-1]).allow(released)
    with pytest.raises(NotPassed):
        GateReport(report.sha256, 1, ()).allow(released)


@pytest.mark.parametrize(
    "written", [NAME, NAME.upper(), "Z o r v a n Q u e l l m a r", "Zorvan\nQuellmar", HAN, CYRILLIC]
)
@pytest.mark.parametrize("reverse", [False, True])
def test_a_withheld_string_in_the_text_layer_is_found(written: str, reverse: bool) -> None:
    text = written[::-1] if reverse else written
    pdf = build_pdf([RebuiltPage(PAINTED, DPI, ((text, (10, 10, 300, 30)),))])
    report = judge(pdf, whole(pdf))
    assert answer(report, "text") == "refused"
    assert answer(judge(pdf, whole(pdf, withheld=("Nobody Elseman",))), "text") == "passed"


def test_uyghur_is_found_in_logical_and_in_visual_order_and_in_presentation_forms() -> None:
    sought = [withheld(UYGHUR)]
    assert in_text(sought, [f"x {UYGHUR} y"]) == {0}
    assert in_text(sought, [UYGHUR[::-1]]) == {0}
    assert in_text(sought, [unicodedata.normalize("NFD", UYGHUR)]) == {0}
    assert in_text(sought, ["شىمال رايونى"]) == set()


def test_a_name_is_found_in_another_script() -> None:
    """Мемет Турсун is how the table of names writes Memet Tursun in Cyrillic (docs/names.md)."""
    assert in_text([withheld("Memet Tursun")], ["as said Мемет Турсун yesterday"]) == {0}
    assert in_text([withheld("Memet Tursun")], ["as said Иван Петров yesterday"]) == set()


def test_a_short_name_is_found_as_a_word_and_not_inside_of_one() -> None:
    sought = [withheld("Li Na")]
    assert in_text(sought, ["then Li Na said"]) == {0}
    assert in_text(sought, ["disciplinary means"]) == set()


def test_one_wrong_letter_in_six_is_passed_over_and_two_are_not() -> None:
    assert is_near("zorvanquellmar", "xxzorvanquelimarxx")
    assert is_near("zorvanquellmar", "xxzorvnquelimarxx")
    assert not is_near("zorvanquellmar", "xxzorbnquelimorxx")
    assert not is_near("lina", "luna")


def test_a_name_parted_over_two_lines_of_a_column_is_found() -> None:
    """The cells of a row are read line by line: Zorvan | North / Quellmar | 17."""
    words = (
        ("Zorvan", (10, 10, 90, 30)), ("North", (200, 10, 260, 30)), ("Quellmar", (10, 34, 110, 54)), ("17", (200, 34, 220, 54)),
    )  # fmt: skip
    assert in_pixels([withheld(NAME)], words) == {0}
    apart = tuple(
        (text, (x0, y0 + (400 if text == "Quellmar" else 0), x1, y1 + (400 if text == "Quellmar" else 0)))
        for text, (x0, y0, x1, y1) in words
    )
    assert in_pixels([withheld(NAME)], apart) == set()


@pytest.mark.parametrize("code", ["utf-8", "utf-16-be", "utf-16-le"])
@pytest.mark.parametrize("name", [NAME, CYRILLIC, HAN, UYGHUR])
def test_a_withheld_string_in_the_bytes_is_found_in_any_code(code: str, name: str, released: bytes) -> None:
    for raw in (name.encode(code), name.encode(code).hex().encode(), name.encode(code).hex().upper().encode()):
        page = read_released(released)[0]
        fake = released.replace(page.image, raw + page.image[len(raw) :])  # inside the packed image, of equal length
        report = judge(fake, whole(fake))
        assert answer(report, "bytes") == "refused"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Type /Catalog", b"/Type /Catalog /Lang (en)"),
        (b"trailer\n<<", b"trailer\n<< /Info 1 0 R"),
        (b"%%EOF\n", b"%%EOF\n%%EOF\n"),
        (b"%PDF-1.7\n", b"%PDF-1.7\n%note\n"),
        (b"/Type /Page ", b"/Type /Page /Thumb 10 0 R "),
        (b"/NoGlyphs", b"/NoGlyphz"),
        (b"/Subtype /Image", b"/Subtype /Image /Metadata 10 0 R"),
    ],
)
def test_any_other_key_or_byte_is_refused(old: bytes, new: bytes, released: bytes) -> None:
    with pytest.raises(NotInForm):
        read_released(released.replace(old, new))


def test_a_command_that_draws_is_refused() -> None:
    pdf = build_pdf([RebuiltPage(PAINTED, DPI, SAID)])
    content = read_released(pdf)[0].content
    for more in (b"% hello\nET\n", b"0 0 9 9 re f\nET\n", b"ET\nBT\nET\n"):
        packed = zlib.compress(content.removesuffix(b"ET\n") + more, 9)
        start = pdf.rindex(b"<< /Filter /FlateDecode /Length")
        new = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(packed), packed)
        body = pdf[:start] + new + pdf[pdf.index(b"\nendobj\nxref") :]
        with pytest.raises(NotInForm):
            read_released(body)


def test_bytes_behind_a_packed_stream_are_refused() -> None:
    pdf = build_pdf([RebuiltPage(PAINTED, DPI, ())])
    at = pdf.index(
        b"/Length", pdf.index(b"/Filter /FlateDecode", pdf.rindex(b"endstream", 0, pdf.rindex(b"endstream")))
    )
    length = int(pdf[at:].split()[1])
    more = pdf[:at] + b"/Length %d" % (length + 4) + pdf[at + len(b"/Length %d" % length) :]
    place = more.rindex(b"\nendstream")
    with pytest.raises(NotInForm):
        read_released(more[:place] + b"note" + more[place:])


@cache
def small_one() -> tuple[bytes, ReleasedPage, int]:
    """A release of one small page, the page in it, and where its image begins."""
    pdf = build_pdf([RebuiltPage(PAINTED[:64, :64], DPI, (("second hearing", (2, 2, 60, 20)),))])
    page = read_released(pdf)[0]
    return pdf, page, pdf.index(page.image)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(at=st.integers(0, 10**9), byte=st.integers(0, 255))
def test_one_changed_byte_is_refused(at: int, byte: int) -> None:
    pdf, page, start = small_one()
    at %= len(pdf)
    if pdf[at] == byte:
        return
    changed = pdf[:at] + bytes([byte]) + pdf[at + 1 :]
    if start <= at < start + len(page.image):
        return  # pixels are compared as pixels, in the sandbox
    try:
        found = read_released(changed)
    except NotInForm:
        return
    # where the form allows another value, such as another size or word, the page says so
    assert found[0] != page or re.search(rb"MediaBox|Length1|Tz|Tf|cm", changed[max(0, at - 200) : at + 200])


def test_a_jpeg_passes_within_its_loss_and_not_with_a_thumbnail() -> None:
    pdf = build_pdf([RebuiltPage(PAINTED, DPI, SAID)], "jpeg")
    page = read_released(pdf)[0]
    assert page.is_jpeg
    with pikepdf.open(BytesIO(pdf)) as opened:
        pixels = np.asarray(pikepdf.PdfImage(opened.pages[0].Resources.XObject.I).as_pil_image())
    assert judge(pdf, whole(pdf, opened=Opened((pixels,), ("",)))).passed
    other = pixels.copy()
    other[200:216, 200:216] ^= 0x7F
    assert answer(judge(pdf, whole(pdf, opened=Opened((other,), ("",)))), "pixels") == "refused"
    segment = b"\xff\xfe\x00\x08hidden"
    image = page.image[:2] + segment + page.image[2:]
    fake = pdf.replace(
        b"/Length %d >>\nstream\n%b" % (len(page.image), page.image), b"/Length %d >>\nstream\n%b" % (len(image), image)
    )
    with pytest.raises(NotInForm, match="more than its picture"):
        read_released(fake)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxRunner]:
    with checking_sandbox() as opened:
        yield opened


def test_the_sandbox_opens_a_release_to_the_pixel(released: bytes, sandbox: SandboxRunner) -> None:
    found = open_released(released, sandbox=sandbox)
    assert found is not None
    opened = Opened(*found)
    assert [pixels.shape for pixels in opened.pixels] == [PAINTED.shape]
    assert np.array_equal(opened.pixels[0], PAINTED)
    assert "second hearing" in opened.texts[0]
    assert judge(released, whole(released, opened=opened, judged=check_pdf(released, sandbox=sandbox))).passed


def test_what_cannot_be_opened_is_nothing(sandbox: SandboxRunner) -> None:
    assert open_released(b"%PDF-1.7\n", sandbox=sandbox) is None


def test_pixels_have_the_type_that_the_gate_wants() -> None:
    sample: Pixels = PAINTED
    assert sample.dtype == np.uint8
