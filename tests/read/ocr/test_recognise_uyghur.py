"""The recogniser for Uyghur lines, with its real weights, in a font that it was not trained on."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import zipfile
from importlib import resources
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, features

from fairwitness.read.ocr.recognise_uyghur import MODELS, PACKAGE, ReadUyghur, decode, is_installed
from fairwitness.read.ocr.scan import LineText, Recogniser
from tests.read.ocr.pages import load_font
from tests.work.support import ROOT

WEIGHTS = ROOT / "packages" / "fairwitness-ocr-uyghur"
LINES = (
    "ھەممە ئادەم زانىدىنلا ئەركىن، ھوقۇقتا باپباراۋەر بولۇپ",
    "تۇغۇلغان. ئۇلار ئەقىلگە ۋە ۋىجدانغا ئىگە ھەمدە بىر-بىرىگە",
    "قېرىنداشلىق مۇناسىۋىتىگە خاس روھ بىلەن بۈگۈن 12.05.2017",
    "مۇئامىلە قىلىشى كېرەك «ئالتاي» 1998-يىلى 36 دوختۇرخانا",
)
needs_weights = pytest.mark.skipif(not is_installed(), reason="fairwitness-ocr-uyghur is not installed")
needs_setting = pytest.mark.skipif(not features.check("fribidi"), reason="Pillow cannot set right-to-left text here")


def drawn(text: str, size_px: int = 44) -> NDArray[np.uint8]:
    """The line in Noto Naskh Arabic, cut close, black on white."""
    data = resources.files("pylopdf_fonts_ar").joinpath("NotoNaskhArabic-Variable.ttf").read_bytes()
    font = ImageFont.truetype(BytesIO(data), size_px, layout_engine=ImageFont.Layout.RAQM)
    x0, y0, x1, y1 = map(round, font.getbbox(text, direction="rtl"))
    picture = Image.new("L", (x1 - x0 + 20, y1 - y0 + 12), 255)
    ImageDraw.Draw(picture).text((10 - x0, 6 - y0), text, font=font, fill=0, direction="rtl")
    return np.asarray(picture)


def spoiled(image: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """The line as from 150 dpi, blurred, noisy, grey, JPEG 40."""
    small = (
        Image.fromarray(image).resize((image.shape[1] // 2, image.shape[0] // 2)).filter(ImageFilter.GaussianBlur(0.6))
    )
    noise = np.random.default_rng(seed).normal(0, 7, (small.height, small.width))
    grey = np.clip(40 + 0.75 * np.asarray(small) + noise, 0, 255).astype(np.uint8)
    file = BytesIO()
    Image.fromarray(grey).save(file, "JPEG", quality=40)
    return np.asarray(Image.open(file))


def wrong(read: str, want: str) -> int:
    """Levenshtein distance."""
    last = list(range(len(want) + 1))
    for i, a in enumerate(read, 1):
        now = [i]
        for j, b in enumerate(want, 1):
            now.append(min(last[j] + 1, now[-1] + 1, last[j - 1] + (a != b)))
        last = now
    return last[-1]


@needs_weights
@needs_setting
@pytest.mark.parametrize(("quality", "allowed"), [("clean", 0.02), ("degraded", 0.03)])
def test_lines_in_a_font_never_seen_are_read(quality: str, allowed: float) -> None:
    images = [drawn(text) for text in LINES]
    if quality == "degraded":
        images = [spoiled(image, seed) for seed, image in enumerate(images)]
    read = ReadUyghur().read(images)
    errors = sum(wrong(line.text, text) for line, text in zip(read, LINES, strict=True))
    assert errors / sum(map(len, LINES)) <= allowed
    assert all(line.confidence > 0.7 for line in read)


@needs_weights
@pytest.mark.parametrize(
    "text", ["Барлық адамдар тумысынан азат", "Все люди рождаются свободными", "人人生而自由，在尊严和权利上一律平等"]
)
def test_a_line_in_another_script_is_not_guessed_at(text: str) -> None:
    font = load_font("NotoSansSC" if "人" in text else "NotoSans-Regular", 40)
    picture = Image.new("L", (round(font.getlength(text)) + 20, 60), 255)
    ImageDraw.Draw(picture).text((10, 4), text, font=font, fill=0)
    (line,) = ReadUyghur().read([np.asarray(picture)])
    assert len(line.text) <= 2 or line.confidence < 0.5


@needs_weights
@needs_setting
def test_each_word_has_its_place_from_right_to_left() -> None:
    image = drawn(LINES[0])
    (line,) = ReadUyghur().read([image])
    assert [line.text[start:end] for start, end, _, _ in line.spans] == line.text.split(" ")
    assert line.spans[0][3] == image.shape[1]
    assert line.spans[-1][2] == 0
    middles = [(x0 + x1) / 2 for _, _, x0, x1 in line.spans]
    assert middles == sorted(middles, reverse=True)
    for _, _, x0, x1 in line.spans:
        assert 0 <= x0 < x1 <= image.shape[1]
        assert image[:, x0:x1].min() < 100  # there is ink in it


@needs_weights
@needs_setting
def test_white_on_black_and_colour_change_nothing() -> None:
    image = drawn(LINES[1])
    plain, turned, colour = ReadUyghur().read([image, 255 - image, np.stack([image] * 3, axis=2)])
    assert plain.text == turned.text == colour.text
    assert plain == colour


@needs_weights
@needs_setting
def test_the_same_lines_give_the_same_in_any_order() -> None:
    images = [drawn(text, 24) for text in LINES]
    order = random.Random(3).sample(range(len(images)), len(images))
    once = ReadUyghur().read(images)
    again = ReadUyghur().read([images[i] for i in order])
    assert again == [once[i] for i in order]


@needs_weights
@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (40, 5), (60, 9000), (200, 200, 3)])
def test_a_line_without_ink_gives_no_text(shape: tuple[int, ...]) -> None:
    (line,) = ReadUyghur().read([np.full(shape, 240, np.uint8)])
    assert (line.text, line.spans) == ("", ())


@needs_weights
def test_the_weights_are_those_that_were_measured_and_small() -> None:
    folder = WEIGHTS / "src" / PACKAGE
    for name, digest in MODELS.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    readme = (WEIGHTS / "README.md").read_text("utf-8")
    package = (folder / "__init__.py").read_text("utf-8")
    assert all(digest in readme and digest in package for digest in MODELS.values())
    assert (folder / "uyghur.onnx").stat().st_size < 4_000_000


def test_the_wheel_of_the_weights_holds_them_and_their_licence(tmp_path: Path) -> None:
    builder = ROOT / ".venv" / "bin" / "hatchling"
    if not builder.exists():
        pytest.skip("no hatchling here")
    subprocess.run([builder, "build", "-t", "wheel", "-d", tmp_path], cwd=WEIGHTS, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {f"{PACKAGE}/{name}" for name in MODELS} < set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").touch()
    for name in MODELS:
        (tmp_path / PACKAGE / name).write_bytes(b"{}")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from fairwitness.read.ocr.models import ModelMissing\n"
        "from fairwitness.read.ocr.recognise_uyghur import ReadUyghur\n"
        "try:\n    ReadUyghur().warm()\nexcept ModelMissing as refused:\n    print(refused.code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "model_missing"


@needs_weights
def test_a_locked_child_of_one_thread_reads_after_warming() -> None:
    code = (
        "import os, sys\n"
        "import numpy as np\n"
        "from fairwitness.read.ocr.recognise_uyghur import ReadUyghur\n"
        "from fairwitness.run.lock import available, lock_parser\n"
        "recogniser = ReadUyghur()\n"
        "recogniser.warm()\n"
        "assert len(os.listdir('/proc/self/task')) == 1, os.listdir('/proc/self/task')\n"
        "if not available().complete:\n    sys.exit(77)\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    lock_parser()\n"
        "    recogniser.read([np.full((48, 900), 200, np.uint8)])\n"
        "    os._exit(5)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip("this kernel has no lock")
    assert done.returncode == 5, done.stderr


def test_signs_are_told_apart_by_the_gaps_between_them() -> None:
    signs = ("", " ", "ا", "ب", "1")
    path = [0, 3, 3, 0, 3, 0, 1, 1, 0, 4, 0, 4, 0, 1, 2, 2, 0]  # seen: ب ب space 1 1 space ا
    chances = np.full((len(path), len(signs)), 0.05, np.float32)
    chances[np.arange(len(path)), path] = 0.8
    read = decode(chances, signs, 10.0, 10 * len(path))
    assert read.text == "ا 11 بب"
    assert read.confidence == pytest.approx(0.8)
    assert [(start, end) for start, end, _, _ in read.spans] == [(0, 1), (2, 4), (5, 7)]
    (_, _, x0, x1), (_, _, y0, y1), (_, _, z0, z1) = read.spans
    assert (x1, z0) == (170, 0)
    assert z1 <= y0 < y1 <= x0


def test_of_two_letters_that_never_meet_the_second_has_its_dots() -> None:
    chances = np.eye(4, dtype=np.float32)[[2, 0, 2, 0, 3]]  # seen: ى ى ن
    assert decode(chances, ("", "a", "ى", "ن"), 4.0, 20).text == "نىي"


def test_a_line_of_latin_letters_alone_is_left_to_others() -> None:
    chances = np.eye(4, dtype=np.float32)[[1, 0, 2, 0, 3]]
    assert decode(chances, ("", "a", "b", "ب"), 4.0, 20).confidence == 1.0
    assert decode(chances[:3], ("", "a", "b", "ب"), 4.0, 12) == LineText("ab", 0.5, ((0, 2, 0, 12),))


def test_spaces_at_the_ends_of_a_line_are_left_out() -> None:
    chances = np.eye(3, dtype=np.float32)[[1, 0, 2, 0, 1, 0, 1]]
    assert decode(chances, ("", " ", "ب"), 4.0, 28) == LineText("ب", 1.0, ((0, 1, 0, 28),))
    assert decode(chances[:2], ("", " ", "ب"), 4.0, 8) == LineText("", 0.0)


def test_it_is_a_recogniser_of_arabic_script() -> None:
    recogniser: Recogniser = ReadUyghur()
    assert recogniser.scripts == {"Arab"}
    assert set(recogniser.models) == {"uyghur.onnx", "signs.json"}
