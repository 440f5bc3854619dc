"""RTF: every group that can hold text gives it, in its own code page, and nothing crashes the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.errors import ReadError
from fairwitness.text.rtf import read_rtf_text


def text_of(body: str, head: str = "\\ansi\\ansicpg1252") -> str:
    return read_rtf_text(f"{{\\rtf1{head} {body}}}".encode("ascii")).text


def hexed(text: str, codec: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode(codec))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("before{\\footnote the note} after", "before after\n\nthe note"),
        ("before{\\*\\annotation {\\*\\atnid 1}the comment} after", "before after\n\nthe comment"),
        (
            "before{\\*\\atnid AB}{\\*\\atnauthor A. B.}\\chatn{\\*\\annotation {\\*\\atnref 1}the comment}after",
            "beforeafter\n\nA. B. AB: the comment",
        ),
        ("{\\header the head}body{\\footer the foot}", "body\n\nthe head\n\nthe foot"),
        ("a{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt in the box}}{\\shprslt twice}}b", "ain the boxb"),
        ("{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt shown}}", "shown"),
        ("{\\*\\unknown skipped}kept", "kept"),
        ("{\\info{\\author nobody}}{\\stylesheet{\\s0 Normal;}}kept", "kept"),
        ("a\\par b\\line c\\tab d", "a\n\nb\nc\td"),
        ("a\\cell b\\cell\\row c", "a\tb\t\t\nc"),
        ("a\\~b\\_c\\-d \\{\\\\\\}", "a\u00a0b-cd {\\}"),
        ("x\\bin5 {{{{{y", "xy"),
        ("\\uc2\\u1044 ??a\\uc0\\u1044 b", "ДaДb"),
        ("\\u-10179?\\u-9216?", "\U0001f400"),
        ("\\'93quoted\\'94 \\emdash  dash", "“quoted” — dash"),
    ],
)  # fmt: skip
def test_each_kind_of_group_and_sign_gives_its_text(body: str, expected: str) -> None:
    assert text_of(body) == expected


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        (204, "cp1251", "Список"),
        (134, "gb18030", "名单"),
        (136, "cp950", "名單"),
        (162, "cp1254", "Çıkış"),
        (178, "cp1256", "قائمة"),
    ],
)
def test_a_font_brings_its_code_page_and_its_group_ends_it(charset: int, codec: str, text: str) -> None:
    body = f"{{\\fonttbl{{\\f0 Times;}}{{\\f7\\fcharset{charset} Other;}}}}{{\\f7 {hexed(text, codec)}}} caf\\'e9"
    assert text_of(body) == f"{text} café"


def test_the_code_page_of_the_document_is_used_where_no_font_says_more() -> None:
    assert text_of(hexed("名单", "gbk"), "\\ansi\\ansicpg936") == "名单"


def test_lost_bytes_and_objects_are_told() -> None:
    assert read_rtf_text(b"{\\rtf1\\ansi\\ansicpg936 \\'c3}").is_broken
    plain = read_rtf_text(b"{\\rtf1 x}")
    assert (plain.is_broken, plain.objects) == (False, ())


def test_what_is_no_rtf_is_refused() -> None:
    with pytest.raises(ReadError):
        read_rtf_text(b"plain text")


@given(
    st.lists(
        st.sampled_from(
            ["{", "}", "\\par ", "\\u99999 ", "\\'e9", "\\f3 ", "\\*", "\\bin9 ", "\\uc-1 ", "text", "\\", "\n"]
        )
    )
)
def test_any_order_of_tokens_is_read_without_a_crash(tokens: list[str]) -> None:
    read_rtf_text(("{\\rtf1" + "".join(tokens)).encode("ascii"))


def test_pictures_come_out_once_with_their_kind_and_bytes() -> None:
    found = read_rtf_text(
        b"{\\rtf1 {\\*\\shppict{\\pict{\\*\\picprop x}\\pngblip 8950\n4e47}}{\\nonshppict{\\pict\\wmetafile8 0100}}"
        b"{\\pict\\jpegblip\\bin3 a}b}{\\object{\\*\\objdata 0105}{\\result{shown}}}}"
    )
    assert [(one.kind, one.data) for one in found.objects] == [
        ("png", b"\x89PNG"),
        ("jpg", b"a}b"),
        ("object", b"\1\5"),
    ]
    assert found.text == "shown"
