"""Fonts for PDF files that embed none: Han, Arabic script, Cyrillic and Latin, from pinned packages.

Many Chinese office files name SimSun and embed nothing. The locked child cannot open a font of the system, and pages
must look the same on every machine, so PDFium is given fonts that were loaded before the lock. What is drawn with them
has the right letters and not the original shapes.
"""

from __future__ import annotations

import ctypes
import mmap
from importlib.resources import as_file, files
from typing import Any

import pypdfium2_raw as pdfium  # type: ignore[import-untyped]  # generated ctypes bindings

_HAN = ("pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf")
_ARABIC = ("pylopdf_fonts_ar", "NotoNaskhArabic-Variable.ttf")
_OTHER = ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf")
_HAN_CHARSETS = frozenset(
    {
        pdfium.FXFONT_GB2312_CHARSET,
        pdfium.FXFONT_CHINESEBIG5_CHARSET,
        pdfium.FXFONT_SHIFTJIS_CHARSET,
        pdfium.FXFONT_HANGEUL_CHARSET,
    }
)


def _map_file(package: str, name: str) -> mmap.mmap:
    """The font file in memory; mapped, so that the children share it."""
    with as_file(files(package).joinpath(name)) as path, path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)  # writable, or ctypes gives no address


_FONTS = [_map_file(*font) for font in (_OTHER, _HAN, _ARABIC)]
_PLACES = [ctypes.addressof(ctypes.c_char.from_buffer(font)) for font in _FONTS]
_OTHER_FONT, _HAN_FONT, _ARABIC_FONT = 1, 2, 3  # handles; 0 is none
_fields = dict(pdfium.FPDF_SYSFONTINFO._fields_)


def _map_font(_: Any, weight: int, italic: int, charset: int, pitch: int, face: Any, exact: Any) -> int:
    if charset in _HAN_CHARSETS:
        return _HAN_FONT
    if charset == pdfium.FXFONT_ARABIC_CHARSET:
        return _ARABIC_FONT
    return 0 if charset == pdfium.FXFONT_SYMBOL_CHARSET else _OTHER_FONT


def _get_font(_: Any, face: Any) -> int:
    return 0


def _get_font_data(_: Any, handle: int | None, table: int, buffer: Any, size: int) -> int:
    if table or not handle:  # only whole fonts are given out, no single tables, and no collections
        return 0
    length = len(_FONTS[handle - 1])
    if buffer and size >= length:
        ctypes.memmove(buffer, _PLACES[handle - 1], length)
    return length


def _get_face_name(_: Any, handle: Any, buffer: Any, size: int) -> int:
    return 0


def _get_charset(_: Any, handle: int | None) -> int:
    return int(pdfium.FXFONT_GB2312_CHARSET if handle == _HAN_FONT else pdfium.FXFONT_DEFAULT_CHARSET)


def _nothing(*_: Any) -> None:
    return None


_INFO = pdfium.FPDF_SYSFONTINFO(
    version=1,
    Release=_fields["Release"](_nothing),
    EnumFonts=_fields["EnumFonts"](_nothing),
    MapFont=_fields["MapFont"](_map_font),
    GetFont=_fields["GetFont"](_get_font),
    GetFontData=_fields["GetFontData"](_get_font_data),
    GetFaceName=_fields["GetFaceName"](_get_face_name),
    GetFontCharset=_fields["GetFontCharset"](_get_charset),
    DeleteFont=_fields["DeleteFont"](_nothing),
)


def use_packaged_fonts() -> None:
    """PDFium asks us for fonts from now on, and never the system."""
    pdfium.FPDF_SetSystemFontInfo(ctypes.byref(_INFO))
