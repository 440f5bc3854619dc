"""Which step reads which media type."""

from __future__ import annotations

from typing import Any

from fairwitness.core.parts import Part, Source
from fairwitness.core.step import Step
from fairwitness.read._images import FORMATS
from fairwitness.read.read_compound import ReadCompound
from fairwitness.read.read_dbf import ReadDbf
from fairwitness.read.read_doc import ReadDoc
from fairwitness.read.read_docx import ReadDocx
from fairwitness.read.read_epub import ReadEpub
from fairwitness.read.read_flat_xml import ReadSheetXml, ReadWordXml
from fairwitness.read.read_html import ReadHtml
from fairwitness.read.read_hwp import ReadHwp
from fairwitness.read.read_image import ReadImage
from fairwitness.read.read_iwork import ReadIwork
from fairwitness.read.read_locked import ReadLocked
from fairwitness.read.read_media import ReadMedia
from fairwitness.read.read_metafile import ReadMetafile
from fairwitness.read.read_odf import ReadOdf
from fairwitness.read.read_pdf import ReadPdf
from fairwitness.read.read_plist import ReadPlist
from fairwitness.read.read_ppt import ReadPpt
from fairwitness.read.read_pptx import ReadPptx
from fairwitness.read.read_rtf import ReadRtf
from fairwitness.read.read_sheet import ReadSheet
from fairwitness.read.read_sqlite import ReadSqlite
from fairwitness.read.read_text import ReadCsv, ReadText
from fairwitness.read.read_vcard import ReadVcard
from fairwitness.read.read_vsdx import ReadVsdx
from fairwitness.read.read_write import ReadWrite
from fairwitness.read.read_xml import ReadXml
from fairwitness.read.read_xps import ReadXps

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_MS = "application/vnd.ms-"
_VISIO = ("drawing", "template", "stencil")

_TYPES: tuple[tuple[Any, str], ...] = (
    (ReadPdf(), "application/pdf"),
    (ReadImage(), " ".join(FORMATS)),
    (
        ReadDocx(),
        f"{_OOXML}wordprocessingml.document {_OOXML}wordprocessingml.template "
        f"{_MS}word.document.macroenabled.12 {_MS}word.template.macroenabled.12",
    ),
    (
        ReadPptx(),
        f"{_OOXML}presentationml.presentation {_OOXML}presentationml.slideshow {_OOXML}presentationml.template "
        f"{_MS}powerpoint.presentation.macroenabled.12 {_MS}powerpoint.slideshow.macroenabled.12 "
        f"{_MS}powerpoint.template.macroenabled.12",
    ),
    (
        ReadSheet(),
        f"{_OOXML}spreadsheetml.sheet {_OOXML}spreadsheetml.template {_MS}excel.sheet.macroenabled.12 "
        f"{_MS}excel.template.macroenabled.12 {_MS}excel.addin.macroenabled.12 "
        f"{_MS}excel.sheet.binary.macroenabled.12 {_MS}excel {_ODF}spreadsheet {_ODF}spreadsheet-template",
    ),
    (
        ReadOdf(),
        f"{_ODF}text {_ODF}text-template {_ODF}text-master {_ODF}text-web {_ODF}text-flat-xml {_ODF}presentation "
        f"{_ODF}presentation-template {_ODF}presentation-flat-xml {_ODF}spreadsheet-flat-xml {_ODF}graphics "
        f"{_ODF}graphics-template application/vnd.sun.xml.writer application/vnd.sun.xml.impress",
    ),
    (ReadDoc(), "application/msword"),
    (ReadPpt(), f"{_MS}powerpoint"),
    (ReadWrite(), "application/x-mswrite"),
    (ReadHwp(), "application/x-hwp"),
    (
        ReadVsdx(),
        " ".join(f"{_MS}visio.{kind}{more}" for kind in _VISIO for more in ("", ".macroenabled.12")),
    ),
    (ReadXps(), f"{_MS}xpsdocument"),
    (ReadIwork(), "application/vnd.apple.iwork"),
    (ReadLocked(), "application/x-ooxml-encrypted"),
    (ReadRtf(), "application/rtf"),
    (ReadHtml(), "text/html application/xhtml+xml"),
    (ReadEpub(), "application/epub+zip"),
    (ReadWordXml(), f"{_MS}word.2003+xml {_MS}word.flat+xml"),
    (ReadSheetXml(), f"{_MS}excel.2003+xml"),
    (
        ReadMedia(),
        "audio/mpeg audio/ogg audio/flac audio/vnd.wave audio/mp4 audio/aiff audio/aac audio/midi audio/amr "
        "audio/basic video/mp4 video/quicktime video/3gpp video/3gpp2 video/x-ms-asf video/x-matroska video/webm "
        "video/ogg video/vnd.avi video/x-flv video/mpeg",
    ),
    (
        ReadCompound(),
        "application/vnd.visio application/x-mspublisher application/vnd.ms-project application/vnd.ms-works "
        "application/x-ole-storage",
    ),
    (ReadMetafile(), "image/emf image/wmf"),
    (ReadXml(), "application/xml image/svg+xml"),
    (ReadSqlite(), "application/vnd.sqlite3"),
    (ReadDbf(), "application/x-dbf"),
    (ReadPlist(), "application/x-plist application/x-bplist"),
    (ReadVcard(), "text/vcard text/calendar"),
    (ReadCsv(), "text/csv text/tab-separated-values"),
    (ReadText(), "text/plain text/markdown application/json"),
)
_READERS = {media_type: step for step, types in _TYPES for media_type in types.split()}


def reader_for(media_type: str) -> Step[Source, Part] | None:
    """The step that reads files of this media type, None if there is none."""
    found: Step[Source, Part] | None = _READERS.get(media_type)
    return found
