"""Training lines: invented text in a font, set by HarfBuzz, then spoiled as scanners, copiers and detectors do."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from bidi.algorithm import get_display
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from alphabet import ALPHABET, ARABIC_DIGITS, KAZAKH, LATIN, UYGHUR

Grey = NDArray[np.uint8]

# Whole families that the reported model never saw: what Uyghur documents are mostly set in, and others at random.
HELD_OUT = re.compile(
    r"UKIJTuz|UKIJTzTr|UKIJTuT|UKIJNsq|NotoNaskh|"
    r"UKIJEkran|UKIJ_MacEkran|UKIJKesme|UKIJQol_Tuz|Lateef|PakType Tehreer|UKIJBasma"
)
# Pictures, runes and fonts that turn digits into others: their lines cannot be read, or not as the text says.
USELESS = re.compile(r"Tughra|Imaret|Orqun|Orxun|mry_Kacst|KacstOne|UKIJ3D|Mejn|KuG\.")
DISPLAY = re.compile(
    r"3D|Bom|Chechek|UKIJDi|Elipbe|EsC|EsN|EsT|Je\.|Junu|UKIJKa|UKIJKu|MejT|MoyQ|Qol|Ru\.|Saet|Teng|Tiken|Title|Neqish|Inichke"
)


# How often text is of each kind, added up; the last is numbers alone.
SHARES = (
    (0.40, "uyghur"),
    (0.80, "uyghur_words"),
    (0.84, "kazakh"),
    (0.89, "kazakh_words"),
    (0.92, "arabic"),
    (0.95, "english"),
    (1.01, ""),
)
# Lines in other scripts have no text to the network: a line that it cannot read must not come back as a guess.
FOREIGN = 0.06


_ARAB = re.compile("[\u0620-\u06ff]")


@dataclass(frozen=True)
class Face:
    """One font file, how often it is used, and the signs that it has."""

    path: str
    weight: float
    signs: frozenset[str]


def find_faces(*, held_out: bool) -> list[Face]:
    """The fonts with all Uyghur letters below /usr/share/fonts: those held out, or all others."""
    faces = []
    for path in sorted(Path("/usr/share/fonts").rglob("*.[to]tf")):
        if USELESS.search(path.name):
            continue
        signs = frozenset(map(chr, TTFont(path, lazy=True).getBestCmap()))
        if not set(UYGHUR) <= signs or bool(HELD_OUT.search(path.name)) != held_out:
            continue
        weight = 0.35 if DISPLAY.search(path.name) else 0.06 if "NotoSansArabic" in path.name else 1.0
        faces.append(Face(str(path), 0.3 if "NotoKufi" in path.name else weight, signs))
    return faces


def find_foreign_faces() -> dict[str, list[Face]]:
    """Fonts for lines in Cyrillic and Chinese."""
    found: dict[str, list[Face]] = {"cyrillic": [], "chinese": []}
    for path in sorted(Path("/usr/share/fonts").rglob("*.[to]tf")):
        plain = re.match(
            r"DejaVu|Liberation|FreeSer|FreeSans|NotoSans-|NotoSerif-|NotoMono|UKIJCJK|DroidSansFall", path.name
        )
        if not plain:
            continue
        signs = frozenset(map(chr, TTFont(path, lazy=True).getBestCmap()))
        for script, wanted in (("cyrillic", "жқң"), ("chinese", "国人县")):
            if set(wanted) <= signs:
                found[script].append(Face(str(path), 1.0, signs))
    return found


@lru_cache(maxsize=512)
def _font(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.RAQM)


@dataclass
class Text:
    """Where the text of a line comes from."""

    file: Path
    chance: random.Random
    parts: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.parts = json.loads(self.file.read_text(encoding="utf-8"))

    def _number(self) -> str:
        draw = self.chance.randrange
        kinds = (
            lambda: str(draw(10 ** draw(1, 7))),
            lambda: f"{draw(1900, 2030)}-يىلى {draw(1, 13)}-ئاينىڭ {draw(1, 32)}-كۈنى",
            lambda: f"{draw(1900, 2030)}-يىل",
            lambda: f"{draw(1900, 2030)}.{draw(1, 13)}.{draw(1, 32)}",
            lambda: f"{draw(1900, 2030)}-{draw(1, 13):02}-{draw(1, 32):02}",
            lambda: f"{draw(1, 32):02}/{draw(1, 13):02}/{draw(1900, 2030)}",
            lambda: f"{draw(24)}:{draw(60):02}",
            lambda: f"{draw(100)}.{draw(100)}%",
            lambda: "65" + "".join(str(draw(10)) for _ in range(15)) + self.chance.choice("0123456789X"),
            lambda: f"({draw(1, 200)})",
            lambda: f"№{draw(1, 2000)}",
            lambda: "".join(self.chance.choice(ARABIC_DIGITS) for _ in range(draw(1, 5))),
            lambda: f"+{draw(1, 99)} {draw(100, 999)} {draw(1000, 9999)}",
        )
        return self.chance.choice(kinds)()

    def _dressed(self, word: str) -> str:
        kind = self.chance.random()
        if kind < 0.80:
            return word
        if kind < 0.93:
            return word + self.chance.choice("،،،..؟؛!:،.-")
        pair = self.chance.choice(("«»", "«»", "()", "“”", "[]", "‹›", '""'))
        return pair[0] + word + pair[1]

    def foreign(self, script: str, length: int) -> str:
        """About `length` signs in Cyrillic, or half as many in Chinese."""
        if script == "cyrillic":
            return self.chance.choice(self.parts["cyrillic"])[:length].strip()
        draw = self.chance.randrange  # the common half of GB 2312
        signs = (bytes((0xB0 + draw(39), 0xA1 + draw(94))).decode("gb2312", "ignore") for _ in range(1 + length // 2))
        return "".join(sign if draw(9) else self.chance.choice("，。、1234567890：（）年月日") for sign in signs)

    def _words(self, kind: str, length: int) -> str:
        words: list[str] = []
        while sum(map(len, words)) + len(words) < length:
            drawn = self.chance.random()
            if drawn < 0.07:
                words.append(self._number())
            elif drawn < 0.08:
                few = self.chance.randrange(1, 7)
                words.append("".join(self.chance.choice(LATIN) for _ in range(few)))
            elif drawn < 0.10:
                signs = UYGHUR if kind == "uyghur_words" else UYGHUR + KAZAKH
                words.append("".join(self.chance.choice(signs) for _ in range(self.chance.randrange(1, 9))))
            else:
                words.append(self._dressed(self.chance.choice(self.parts[kind])))
        return " ".join(words)

    def line(self, length: int) -> str:
        """About `length` signs of text as one line may hold them."""
        drawn = self.chance.random()
        kind = next(kind for share, kind in SHARES if drawn < share)
        if not kind:
            return " ".join(self._number() for _ in range(max(1, length // 10)))
        if kind.endswith("words"):
            return self._words(kind, length)
        text = self.chance.choice(self.parts[kind])
        while len(text) < length and self.chance.random() < 0.7:
            text += " " + self.chance.choice(self.parts[kind])
        if len(text) > length:
            words = text.split()
            start = self.chance.randrange(len(words))
            text = words[start]
            for word in words[start + 1 :]:
                if len(text) + len(word) >= length:
                    break
                text += " " + word
            text = text[: length + 20]
        if self.chance.random() < 0.1:
            text += " " + self._number()
        return text


def set_line(text: str, face: Face, size_px: int, direction: str) -> tuple[Grey, int, int]:
    """The line in black on white with room around it, and the rows at which its ink begins and ends."""
    font = _font(face.path, size_px)
    x0, y0, x1, y1 = font.getbbox(text, direction=direction)
    room = size_px
    width, height = int(x1 - x0), int(y1 - y0)
    picture = Image.new("L", (width + 2 * room, height + 2 * room), 255)
    ImageDraw.Draw(picture).text((room - x0, room - y0), text, font=font, fill=0, direction=direction)
    return np.asarray(picture), room, room + height


@dataclass
class Lines:
    """An endless supply of (line image as a detector would cut it, its signs from left to right)."""

    faces: list[Face]
    text: Text
    chance: random.Random
    longest: int = 60
    foreign_faces: dict[str, list[Face]] = field(default_factory=find_foreign_faces)
    _seen: list[Grey] = field(default_factory=list)

    def draw(self) -> tuple[Grey, str]:
        """One line; images are grey, of any height."""
        while True:
            foreign = self.chance.random() < FOREIGN
            script = self.chance.choice(("cyrillic", "chinese"))
            faces = self.foreign_faces[script] if foreign else self.faces
            face = self.chance.choices(faces, [f.weight for f in faces])[0]
            wanted = self.chance.choice((self.chance.randrange(1, 8), *[self.chance.randrange(6, self.longest)] * 4))
            text = self.text.foreign(script, max(6, wanted)) if foreign else self.text.line(wanted)
            text = "".join(sign for sign in text if sign in face.signs and (foreign or sign in ALPHABET))
            text = " ".join(text.split())
            if not text or (foreign and len(text) < 3):
                continue
            # A line without Arabic letters may stand in a paragraph of either direction.
            to_left = not foreign and (_ARAB.search(text) is not None or self.chance.random() < 0.5)
            over = self.chance.choice((1.0, 1.0, 2.0))
            size = min(72, max(12, round(np.exp(self.chance.uniform(np.log(17), np.log(52))) * over)))
            image, top, bottom = set_line(text, face, size, "rtl" if to_left else "ltr")
            if image.shape[1] > 4000 or bottom - top < 4:
                continue
            image = self._spoiled(image, top, bottom, size)
            return image, "" if foreign else get_display(text, base_dir="R" if to_left else "L")

    def _spoiled(self, image: Grey, top: int, bottom: int, size: int) -> Grey:
        chance = self.chance
        uniform = chance.uniform
        high = bottom - top
        page = image.astype(np.float32)
        self._remember(image[top:bottom, size:-size])
        if chance.random() < 0.35 and len(self._seen) > 3:
            self._add_neighbours(page, top, bottom, size)
        if chance.random() < 0.25:
            kernel = np.ones((2, 2) if high < 40 else (3, 3) if high < 70 else (4, 4), np.uint8)
            page = (cv2.erode if chance.random() < 0.6 else cv2.dilate)(page, kernel)
        page, top, bottom = self._bent(page, top, bottom, size)
        high = bottom - top
        # Cut as detectors do: mostly with a margin, at times into the line.
        above, below = (int(high * uniform(-0.04, 0.3)) for _ in range(2))
        left, right = (int(size * (1 - uniform(-0.05, 0.5))) for _ in range(2))
        page = page[max(0, top - above) : bottom + below, left : page.shape[1] - right]
        if min(page.shape) < 4:
            return image
        page = self._shrunk(page)
        ink, paper = uniform(0, 110), uniform(170, 255)
        page = ink + page / 255 * (paper - ink)
        page = self._soiled(page)
        if chance.random() < 0.75:
            sigma = abs(chance.gauss(0, 0.022)) * page.shape[0]
            page = cv2.GaussianBlur(page, (0, 0), min(sigma, 1.6)) if sigma > 0.25 else page
        if chance.random() < 0.75:
            noise = np.random.default_rng(chance.getrandbits(32)).standard_normal(page.shape, dtype=np.float32)
            page = page + noise * min(abs(chance.gauss(0, 11)), 32)
        if chance.random() < 0.08:
            page = np.where(page < (ink + paper) / 2 + uniform(-25, 25), 0.0, 255.0)
        grey = np.clip(page, 0, 255).astype(np.uint8)
        if chance.random() < 0.6:
            coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, chance.randrange(22, 92)])[1]
            grey = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
        return 255 - grey if chance.random() < 0.015 else grey

    def _remember(self, ink: Grey) -> None:
        if ink.shape[1] > 60:
            self._seen.append(ink)
            del self._seen[: max(0, len(self._seen) - 60)]

    def _add_neighbours(self, page: NDArray[np.float32], top: int, bottom: int, size: int) -> None:
        """Puts pieces of other lines above and below, as close as lines of a page may stand."""
        gap = self.chance.uniform(-0.05, 0.35) * size
        for below in (False, True):
            other = self.chance.choice(self._seen)
            scale = size / max(other.shape[0], 1) * self.chance.uniform(0.8, 1.5)
            other = cv2.resize(other, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            other = other[:, : page.shape[1]]
            x = self.chance.randrange(max(1, page.shape[1] - other.shape[1] + 1))
            if below:
                y = int(bottom + gap)
                part = other[: max(0, page.shape[0] - y)]
            else:
                y = max(0, int(top - gap - other.shape[0]))
                part = other[max(0, other.shape[0] - int(top - gap)) :][: max(0, int(top - gap))]
            target = page[y : y + part.shape[0], x : x + part.shape[1]]
            np.minimum(target, part[: target.shape[0], : target.shape[1]], out=target)

    def _bent(
        self, page: NDArray[np.float32], top: int, bottom: int, size: int
    ) -> tuple[NDArray[np.float32], int, int]:
        """Turns, leans and stretches the line a little, as a page that was laid down in a hurry."""
        if self.chance.random() < 0.3:
            return page, top, bottom
        high, wide = page.shape
        turn = np.radians(min(max(self.chance.gauss(0, 0.5), -1.5), 1.5))
        turn = float(np.clip(turn, -0.35 * size / wide * 2, 0.35 * size / wide * 2))
        lean = min(max(self.chance.gauss(0, 0.07), -0.22), 0.22)
        stretch = self.chance.uniform(0.82, 1.22)
        middle_x, middle_y = wide / 2, (top + bottom) / 2
        matrix = np.array([[stretch, lean, 0.0], [np.tan(turn) * stretch, 1.0, 0.0]], dtype=np.float64)
        new_wide = int(wide * stretch)
        matrix[:, 2] = np.array([new_wide / 2, middle_y]) - matrix[:, :2] @ np.array([middle_x, middle_y])
        page = cv2.warpAffine(page, matrix, (new_wide, high), flags=cv2.INTER_LINEAR, borderValue=255.0)
        more = int(abs(np.tan(turn)) * wide * 0.5)
        return page, max(0, top - more), min(high, bottom + more)

    def _shrunk(self, page: NDArray[np.float32]) -> NDArray[np.float32]:
        """The line with as few pixels as scans of small print at low resolution have."""
        high = page.shape[0]
        wanted = self.chance.choice((high, int(np.exp(self.chance.uniform(np.log(16), np.log(60))))))
        if wanted >= high or high < 8:
            return page
        scale = wanted / high
        return cv2.resize(page, (max(4, round(page.shape[1] * scale)), wanted), interpolation=cv2.INTER_AREA)

    def _soiled(self, page: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shading, rules, stamps, and text that shows through or lies below as a watermark."""
        chance, uniform = self.chance, self.chance.uniform
        high, wide = page.shape
        if chance.random() < 0.6:
            across = np.linspace(uniform(-45, 20), uniform(-45, 20), wide, dtype=np.float32)
            down = np.linspace(uniform(-12, 8), uniform(-12, 8), high, dtype=np.float32)
            page = page + across[None, :] + down[:, None]
        if chance.random() < 0.12:
            y = chance.choice(
                (chance.randrange(high), high - 1 - chance.randrange(1 + high // 6), chance.randrange(1 + high // 6))
            )
            page[y : y + max(1, high // chance.randrange(12, 40))] *= uniform(0.1, 0.7)
        if chance.random() < 0.05:
            x = chance.choice(
                (chance.randrange(max(1, min(wide, high))), wide - 1 - chance.randrange(max(1, min(wide, high))))
            )
            page[:, x : x + max(1, high // 20)] *= uniform(0.1, 0.7)
        if chance.random() < 0.16:
            stamp = np.zeros((high, wide), np.float32)
            centre = (chance.randrange(wide), chance.randrange(-2 * high, 3 * high))
            for radius in (uniform(1.2, 4) * high, uniform(0.3, 1.2) * high):
                cv2.circle(stamp, centre, int(radius), 1.0, max(1, int(high * uniform(0.03, 0.14))))
            for _ in range(chance.randrange(0, 7)):
                ends = [(centre[0] + chance.randrange(-2 * high, 2 * high), chance.randrange(high)) for _ in range(2)]
                cv2.line(stamp, ends[0], ends[1], 1.0, max(1, int(high * uniform(0.03, 0.12))))
            page = page * (1 - stamp * uniform(0.12, 0.6))
        if chance.random() < 0.10 and self._seen:
            other = chance.choice(self._seen)
            scale = high / max(other.shape[0], 1) * uniform(0.7, 4.0)
            if other.shape[1] * scale < 9000:
                other = cv2.resize(other, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:, ::-1]
                y, x = (
                    chance.randrange(max(1, other.shape[0] - high + 1)),
                    chance.randrange(max(1, other.shape[1] - wide + 1)),
                )
                part = other[y : y + high, x : x + wide].astype(np.float32)
                shadow = np.full((high, wide), 255.0, np.float32)
                shadow[: part.shape[0], : part.shape[1]] = part
                page = page - (255 - shadow) * uniform(0.04, 0.2)
        return page
