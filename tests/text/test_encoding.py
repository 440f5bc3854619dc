from __future__ import annotations

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.text import encoding
from fairwitness.text.encoding import (
    CODECS,
    HEAD_BYTES,
    believe,
    decode_bytes,
    decode_name,
    decode_stream,
    detect_encoding,
    detect_file,
    find_codec,
)

CHINESE = "关于进一步加强培训中心管理工作的通知。各县（市）要按照本通知要求，认真组织实施，并于三月十五日前上报情况。\n"
TRADITIONAL = "關於進一步加強培訓中心管理工作的通知。各縣應按照本通知要求，認真組織實施，並於三月十五日前上報情況。\n"
RUSSIAN = (
    "Список сотрудников отдела за март. Просим направить сведения о количестве проверенных лиц не позднее пятницы.\n"
)
KAZAKH = "Қызметкерлердің тізімі. Ауданның әкімдігі өткен айда жүргізілген тексеру туралы есепті ұсынуға міндетті.\n"
TURKISH = "Şube müdürlüğünün geçen ay yapılan denetim hakkındaki raporu. İlgili kişilerin listesi ektedir, gereğini rica ederim.\n"
UYGHUR = "ناھىيىلىك ھۆكۈمەتنىڭ ئۆتكەن ئايدىكى تەكشۈرۈش دوكلاتى. مۇناسىۋەتلىك خادىملارنىڭ تىزىملىكى قوشۇمچە قىلىندى.\n"
ARABIC = "تقرير عن نتائج التفتيش الذي أجري في الشهر الماضي. يرجى إرسال قائمة الموظفين قبل نهاية الأسبوع.\n"
FRENCH = (
    "Le rapport de la sous-préfecture a été présenté à l’équipe : les détails sont donnés ci-après, très brièvement.\n"
)

MATRIX = [
    ("utf-8", CHINESE + RUSSIAN + KAZAKH + TURKISH + UYGHUR),
    *(("utf-16-le", text) for text in (CHINESE, TRADITIONAL, RUSSIAN, KAZAKH, TURKISH, UYGHUR, FRENCH)),
    *(("utf-16-be", text) for text in (CHINESE, TRADITIONAL, RUSSIAN, KAZAKH, TURKISH, UYGHUR, FRENCH)),
    *(("gb18030", text) for text in (CHINESE, TRADITIONAL, RUSSIAN, UYGHUR, CHINESE + UYGHUR + KAZAKH)),
    ("big5", TRADITIONAL),
    ("windows-1251", RUSSIAN),
    ("koi8-r", RUSSIAN),
    ("cp866", RUSSIAN),
    ("cp866", "┌────────────┐\n│ " + RUSSIAN.strip() + " │\n└────────────┘\n"),
    ("kz-1048", KAZAKH),
    ("ptcp154", KAZAKH),
    ("windows-1254", TURKISH),
    ("windows-1256", ARABIC),
    ("windows-1252", FRENCH),
]


@pytest.mark.parametrize(("name", "text"), MATRIX)
@pytest.mark.parametrize("repeat", [1, 40])
def test_each_language_is_found_in_each_of_its_encodings(name: str, text: str, repeat: int) -> None:
    data = (text * repeat).encode(CODECS[name])
    assert detect_encoding(data, complete=True) == name
    assert decode_bytes(data, detect_encoding(data, complete=True)) == text * repeat


@pytest.mark.parametrize(("name", "text"), MATRIX)
def test_a_head_cut_inside_a_character_is_still_found(name: str, text: str) -> None:
    data = (text * 20).encode(CODECS[name])
    for cut in range(len(data) // 2, len(data) // 2 + 5):
        assert detect_encoding(data[:cut], complete=False) == name


@pytest.mark.parametrize(("name", "text"), MATRIX)
def test_all_capitals_do_not_change_the_encoding(name: str, text: str) -> None:
    data = text.replace("ß", "").upper().encode(CODECS[name], "ignore")
    assert detect_encoding(data, complete=True) == name


@pytest.mark.parametrize("name", ["windows-1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("word", ["Список.doc", "отчет за май", "Приказ №5.txt", "СВЕДЕНИЯ", "фото с места"])
def test_short_russian_names_are_shown_in_russian(name: str, word: str) -> None:
    plain = word.replace("№", "N")
    assert decode_name(plain.encode(CODECS[name])) == plain


@pytest.mark.parametrize("word", ["名单.xls", "附件一：人员名单.doc", "新建文件夹", "2017年3月报表", "培训中心"])
def test_short_chinese_names_are_shown_in_chinese(word: str) -> None:
    assert decode_name(word.encode("gb18030")) == word
    assert decode_name(word.encode("utf-8")) == word


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_not_part_of_the_text(codec: str) -> None:
    data = UYGHUR.encode(codec)
    name = detect_encoding(data, complete=True)
    assert decode_bytes(data, name) == UYGHUR
    assert "".join(decode_stream(io.BytesIO(data), name)) == UYGHUR


def test_plain_ascii_of_even_length_is_not_taken_for_han() -> None:
    assert detect_encoding(b"Bush hid the facts", complete=True) == "utf-8"
    assert detect_encoding(b"this app can break" * 50, complete=True) == "utf-8"


def test_a_utf8_text_with_one_broken_byte_stays_utf8_and_shows_the_loss() -> None:
    data = bytearray((CHINESE * 5).encode())
    data[30] = 0xFF
    assert detect_encoding(bytes(data), complete=True) == "utf-8"
    assert "\ufffd" in decode_bytes(bytes(data), "utf-8")


def test_noise_is_not_shown_as_the_text_of_some_code_page() -> None:
    noise = bytes(byte | 0x80 for byte in random.Random(7).randbytes(4000))
    text = decode_bytes(noise, detect_encoding(noise, complete=True))
    assert text.count("\ufffd") > 1000


def test_the_first_other_byte_after_a_long_ascii_start_decides() -> None:
    data = b"plain line\n" * 20_000 + RUSSIAN.encode("cp1251") * 3
    assert len(data) > 3 * HEAD_BYTES
    file = io.BytesIO(data)
    assert detect_file(file) == "windows-1251"
    assert file.tell() == 0
    assert "".join(decode_stream(file, "windows-1251")).endswith(RUSSIAN)


def test_characters_torn_between_two_chunks_are_kept() -> None:
    text = "a" + CHINESE * 4000
    for name in ("utf-8", "gb18030", "utf-16-le"):
        data = text.encode(CODECS[name])
        assert "".join(decode_stream(io.BytesIO(data), name)) == text


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("GB2312", "gb18030"),
        ("gbk", "gb18030"),
        (' "UTF-8" ', "utf-8"),
        ("utf_8", "utf-8"),
        ("ISO-8859-1", "windows-1252"),
        ("Windows-1251", "windows-1251"),
        ("KOI8-R", "koi8-r"),
        ("koi8-u", "koi8_u"),
        ("iso-8859-5", "iso8859_5"),
        ("ibm866", "cp866"),
        ("big5-hkscs", "big5"),
        ("nonsense", None),
        ("rot13", None),
        ("base64", None),
        ("", None),
        ("x" * 1000, None),
        ("идиот", None),
    ],
)
def test_labels_are_read_as_the_web_reads_them(label: str, name: str | None) -> None:
    assert find_codec(label) == name


def test_a_name_hides_nothing() -> None:
    assert decode_name("a\u202etxt.exe".encode()) == "a\\u202etxt.exe"
    assert decode_name(b"line\nbreak\x1b[31m") == "line\\u000abreak\\u001b[31m"
    assert decode_name("zero\u200bwidth\u00a0space".encode()) == "zero\\u200bwidth\\u00a0space"
    assert decode_name(b"back\\slash") == "back\\\\slash"
    assert decode_name(b"n\xb0\x98\xfd\xb1\xe7\x9b") == "n\\xb0\\x98\\xfd\\xb1\\xe7\\x9b"


@given(st.binary(max_size=60))
def test_any_name_becomes_one_visible_line(raw: bytes) -> None:
    shown = decode_name(raw)
    assert shown.isprintable()


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_get_an_encoding_that_decodes_them(data: bytes, complete: bool) -> None:
    name = detect_encoding(data, complete=complete)
    assert name in CODECS
    assert "".join(decode_stream(io.BytesIO(data), name)) == decode_bytes(data, name)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_names_that_differ_look_different(text: str) -> None:
    other = text.replace("\\", "")
    if other != text:
        assert decode_name(text.encode()) != decode_name(other.encode())


def test_every_codec_is_loaded_before_the_first_use() -> None:
    assert set(CODECS.values()) <= set(encoding._LOADED) | {
        "utf-16-le",
        "utf-16-be",
        "utf-32-le",
        "utf-32-be",
        "utf-8",
    }


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, t in MATRIX if not n.startswith("utf")])
def test_text_of_a_code_page_is_far_from_utf8(name: str, text: str) -> None:
    shown = text.encode(CODECS[name]).decode("utf-8", "replace")
    bad = shown.count("\ufffd")
    assert bad > 0.5 * (sum(character > "\x7f" for character in shown) - bad)


def test_utf8_with_broken_places_is_not_taken_for_a_code_page() -> None:
    data = (KAZAKH + RUSSIAN).encode()
    damaged = data[:41] + b"\xff\xfe\xfd" + data[41:90] + b"\xe0" + data[90:]
    assert detect_encoding(damaged, complete=True) == "utf-8"


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, t in MATRIX if not n.startswith("utf-")])
def test_the_western_default_is_not_believed_against_the_bytes(name: str, text: str) -> None:
    assert believe("windows-1252", text.encode(CODECS[name])) == name


def test_what_is_stated_is_believed_otherwise() -> None:
    assert believe("windows-1252", "© 2017 Café".encode("cp1252")) == "windows-1252"
    assert believe("windows-1251", TURKISH.encode("cp1254")) == "windows-1251"
    assert believe("windows-1252", CHINESE.encode()) == "utf-8"
