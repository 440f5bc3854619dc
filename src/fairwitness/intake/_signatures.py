"""Media types: what `identify` looks for at fixed places, and the family each type belongs to."""

from __future__ import annotations

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"
ENCRYPTED_OFFICE = "application/x-ooxml-encrypted"  # an OLE2 file around a password-protected OOXML package

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
MS = "application/vnd.ms-"

_FAMILIES = {
    "pdf": "application/pdf",
    "docx": f"{OOXML}wordprocessingml.document {OOXML}wordprocessingml.template "
    f"{MS}word.document.macroenabled.12 {MS}word.template.macroenabled.12",
    "xlsx": f"{OOXML}spreadsheetml.sheet {OOXML}spreadsheetml.template "
    f"{MS}excel.sheet.macroenabled.12 {MS}excel.template.macroenabled.12 "
    f"{MS}excel.addin.macroenabled.12 {MS}excel.sheet.binary.macroenabled.12",
    "pptx": f"{OOXML}presentationml.presentation {OOXML}presentationml.slideshow "
    f"{OOXML}presentationml.template {MS}powerpoint.presentation.macroenabled.12 "
    f"{MS}powerpoint.slideshow.macroenabled.12 {MS}powerpoint.template.macroenabled.12",
    "odt": f"{ODF}text {ODF}text-template {ODF}text-master {ODF}text-web {ODF}text-flat-xml "
    "application/vnd.sun.xml.writer",
    "ods": f"{ODF}spreadsheet {ODF}spreadsheet-template {ODF}spreadsheet-flat-xml",
    "odp": f"application/vnd.sun.xml.impress {ODF}presentation {ODF}presentation-template {ODF}presentation-flat-xml",
    "doc": f"application/msword application/x-mswrite {MS}word.2003+xml {MS}word.flat+xml",
    "xls": f"{MS}excel {MS}excel.2003+xml",
    "ppt": f"{MS}powerpoint",
    "rtf": "application/rtf",
    "html": "text/html application/xhtml+xml",
    "xml": "application/xml",
    "mail": "message/rfc822 message/x-emlx application/vnd.ms-tnef",
    "mbox": "application/mbox",
    "msg": f"{MS}outlook",
    "epub": "application/epub+zip",
    "csv": "text/csv text/tab-separated-values",
    "json": "application/json",
    "text": "text/plain text/markdown text/vcard text/calendar",
    "database": "application/vnd.sqlite3 application/x-msaccess application/x-dbf application/vnd.apache.parquet",
    "plist": "application/x-plist application/x-bplist",
    "signed": "application/pkcs7-mime",
    "iwork": "application/vnd.apple.iwork",
    "vsdx": " ".join(
        f"{MS}visio.{kind}{more}" for kind in ("drawing", "template", "stencil") for more in ("", ".macroenabled.12")
    ),
    "xps": f"{MS}xpsdocument",
    "odg": f"{ODF}graphics {ODF}graphics-template",
    "hwp": "application/x-hwp",
    "archive": "application/zip application/x-tar application/gzip application/x-bzip2 application/x-xz "
    "application/zstd application/x-7z-compressed application/vnd.rar application/x-lz4 "
    "application/x-compress application/x-snappy-framed application/vnd.ms-cab-compressed application/x-archive "
    "application/x-cpio application/x-iso9660-image application/zlib application/x-lha application/x-arj "
    "application/vnd.ms-htmlhelp "
    "application/x-ms-wim application/x-apple-diskimage "
    "application/vnd.ms-outlook-pst application/warc application/x-webarchive",
    "program": "application/vnd.microsoft.portable-executable application/x-elf application/x-mach-binary "
    "application/java-vm application/x-msi application/x-ms-shortcut",
}
FAMILY_OF = {media_type: family for family, types in _FAMILIES.items() for media_type in types.split()}


# Signatures at a fixed offset, the first that fits wins.
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"II+\0", "image/tiff"),
    (0, b"MM\0+", "image/tiff"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (0, b"\xff\x4f\xff\x51", "image/jp2"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"AT&TFORM", "image/vnd.djvu"),
    (0, b"BPG\xfb", "image/bpg"),
    (0, b"\0\0\1\0", "image/vnd.microsoft.icon"),
    (0, b"\0\0\2\0", "image/x-win-bitmap"),
    (0, b"\xb1\x68\xde\x3a", "image/x-dcx"),
    (0, b"icns", "image/x-icns"),
    (0, b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (40, b" EMF", "image/emf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\0", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x04\x22\x4d\x18", "application/x-lz4"),
    (0, b"\x1f\x9d", "application/x-compress"),
    (0, b"\xff\x06\0\0sNaPpY", "application/x-snappy-framed"),
    (0, b"-----BEGIN PKCS7-----", "application/pkcs7-mime"),
    (0, b"-----BEGIN CMS-----", "application/pkcs7-mime"),
    (0, b"\x31\xbe\0\0\0\xab", "application/x-mswrite"),
    (0, b"\x32\xbe\0\0\0\xab", "application/x-mswrite"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
    (0, b"!<arch>\n", "application/x-archive"),
    (0, b"070701", "application/x-cpio"),
    (0, b"070702", "application/x-cpio"),
    (0, b"070707", "application/x-cpio"),
    (0, b"\xc7\x71", "application/x-cpio"),
    (0, b"\x60\xea", "application/x-arj"),
    (2, b"-lh", "application/x-lha"),
    (0, b"\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    (0, b"MSWIM\0\0\0", "application/x-ms-wim"),
    (0, b"!BDN", "application/vnd.ms-outlook-pst"),
    (0, b"WARC/1.", "application/warc"),
    (0, b"\x01\0\x09\0\0\x03", "image/wmf"),
    (257, b"ustar", "application/x-tar"),
    (0x8001, b"CD001", "application/x-iso9660-image"),
    (0, b"SQLite format 3\0", "application/vnd.sqlite3"),
    (4, b"Standard Jet DB\0", "application/x-msaccess"),
    (4, b"Standard ACE DB\0", "application/x-msaccess"),
    (0, b"PAR1", "application/vnd.apache.parquet"),
    (0, bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3"), "application/onenote"),
    (0, bytes.fromhex("a12fff43d9ef764c9ee210ea5722765f"), "application/onenote"),
    (0, b"ITSF", "application/vnd.ms-htmlhelp"),
    (0, b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"OTTO", "font/otf"),
    (0, b"ttcf", "font/collection"),
    (0, b"wOFF", "font/woff"),
    (0, b"wOF2", "font/woff2"),
    (0, b"\0\1\0\0\0", "font/ttf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"MThd", "audio/midi"),
    (0, b"#!AMR", "audio/amr"),
    (0, b".snd\0", "audio/basic"),
    (0, b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    (0, b"FLV\x01", "video/x-flv"),
    (0, b"\0\0\x01\xba", "video/mpeg"),
    (0, b"\0\0\x01\xb3", "video/mpeg"),
    (0, bytes.fromhex("3026b2758e66cf11"), "video/x-ms-asf"),
    (0, b"bplist00", "application/x-bplist"),
    (0, b"\xffWPC", "application/vnd.wordperfect"),
    (0, b"ElfFile\0", "application/x-ms-evtx"),
    (0, b"regf", "application/x-windows-registry"),
    (0, b"FWS", "application/vnd.adobe.flash.movie"),
    (0, b"CWS", "application/vnd.adobe.flash.movie"),
    (0, b"%!PS", "application/postscript"),
    (0, b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (0, b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
)

RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/vnd.wave", b"AVI ": "video/vnd.avi"}
FTYP = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"hevc": "image/heic",
    b"hevx": "image/heic",
    b"heis": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"crx ": "image/x-canon-cr3",
    b"jxl ": "image/jxl",
    b"M4P ": "audio/mp4",
    b"F4A ": "audio/mp4",
    b"3gp6": "video/3gpp",
    b"3g2a": "video/3gpp2",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp",
}

OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("encryptedpackage", ENCRYPTED_OFFICE),
    ("__properties_version1.0", "application/vnd.ms-outlook"),
    ("worddocument", "application/msword"),
    ("workbook", "application/vnd.ms-excel"),
    ("book", "application/vnd.ms-excel"),
    ("powerpoint document", "application/vnd.ms-powerpoint"),
    ("pp97_dualstorage", "application/vnd.ms-powerpoint"),
    ("visiodocument", "application/vnd.visio"),
    ("quill", "application/x-mspublisher"),
    ("hwpsummaryinformation", "application/x-hwp"),
    ("matost", "application/vnd.ms-works"),
    ("tbkd", "application/vnd.ms-project"),
    ("starwriterdocument", "application/vnd.stardivision.writer"),
)
OLE = "application/x-ole-storage"
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
