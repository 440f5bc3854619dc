from __future__ import annotations

import struct

import olefile
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.intake._rtf import decompress_rtf
from fairwitness.intake.read_msg import ReadMsg
from fairwitness.intake.unpackers import UNPACKED_MEDIA_TYPES, unpacker_for
from fairwitness.text.rtf import read_rtf_text
from tests.bad_input import ole_of
from tests.intake.parts import outcome, unpack
from tests.intake.test_identify import type_of
from tests.thorough import examples

_NO_STREAMS: dict[str, bytes] = {}


def numbers(header_bytes: int, values: dict[int, int]) -> bytes:
    """The stream of fixed-size properties, with tags of type integer."""
    rows = (struct.pack("<IIQ", tag << 16 | 3, 6, value) for tag, value in values.items())
    return bytes(header_bytes) + b"".join(rows)


def texts(path: str, values: dict[int, str]) -> dict[str, bytes]:
    return {f"{path}__substg1.0_{tag:04X}001F": text.encode("utf-16-le") for tag, text in values.items()}


def attachment(number: int, name: str, data: bytes, path: str = "") -> dict[str, bytes]:
    base = f"{path}__attach_version1.0_#{number:08X}/"
    return {
        f"{base}__properties_version1.0": numbers(8, {0x3705: 1}),
        f"{base}__substg1.0_37010102": data,
        **texts(base, {0x3707: name}),
    }


def message(path: str, header_bytes: int, values: dict[int, str]) -> dict[str, bytes]:
    sent = (1_488_326_400 + 11_644_473_600) * 10_000_000  # `date -u -d 2017-03-01 +%s`, and 1601 to 1970
    return {
        f"{path}__properties_version1.0": numbers(header_bytes, {0x0039: sent}),
        **texts(path, {0x001A: "IPM.Note", **values}),
    }


def whole() -> bytes:
    recipient = "__recip_version1.0_#00000000/"
    inner = "__attach_version1.0_#00000001/__substg1.0_3701000D/"
    return ole_of(
        {
            **message("", 32, {0x0037: "名单", 0x0C1A: "张三", 0x5D01: "z@example.org", 0x1000: "ئۇيغۇرچە\r\nтекст"}),
            f"{recipient}__properties_version1.0": numbers(8, {0x0C15: 2}),
            **texts(recipient, {0x3001: "Әли", 0x39FE: "a@example.org"}),
            **attachment(0, "附件.pdf", bytes(range(256)) * 40),
            "__attach_version1.0_#00000001/__properties_version1.0": numbers(8, {0x3705: 5}),
            **message(inner, 24, {0x0037: "inner", 0x1000: "the message within"}),
            **attachment(0, "deep.txt", b"deep", inner),
        }
    )


def test_a_message_gives_its_headers_body_and_attachments_and_those_within() -> None:
    out = unpack(ReadMsg(), whole())
    day = out.about["sent"]
    assert [page.text for page in out.pages] == [
        f"From: 张三 <z@example.org>\nCc: Әли <a@example.org>\nDate: {day}\nSubject: 名单\n\nئۇيغۇرچە\nтекст",
        f"Date: {day}\nSubject: inner\n\nthe message within",
    ]
    assert out.by_name() == {"附件.pdf".encode(): bytes(range(256)) * 40, b"deep.txt": b"deep"}
    assert out.about["from"] == "张三 <z@example.org>"
    assert out.about["cc"] == "Әли <a@example.org>"
    assert (out.end.outcome, out.end.expected_pages, out.end.expected_entries) == (Cause.OK, 2, 2)
    assert day == "2017-03-01"


def test_strings_in_a_code_page_are_decoded_by_it() -> None:
    raw = ole_of(
        {
            "__properties_version1.0": numbers(32, {0x3FFD: 936}),
            "__substg1.0_0037001E": "村民名单".encode("gbk"),
            "__substg1.0_1000001E": "正文".encode("gbk"),
        }
    )
    assert unpack(ReadMsg(), raw).pages[0].text == "Subject: 村民名单\n\n正文"


def test_html_and_rtf_bodies_are_read() -> None:
    html = "<p>正文</p><img src='http://t.example/x'>".encode()
    raw = ole_of({"__properties_version1.0": numbers(32, {0x3FDE: 65001}), "__substg1.0_10130102": html})
    out = unpack(ReadMsg(), raw)
    assert (out.pages[0].text, out.about["remote-content"]) == ("正文", "1")
    rtf = rb"{\rtf1\ansi\ansicpg936 \'c3\'fb\'b5\'a5\par line}"
    packed = struct.pack("<IIII", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf
    raw = ole_of({"__properties_version1.0": numbers(32, {}), "__substg1.0_10090102": packed})
    assert unpack(ReadMsg(), raw).pages[0].text == "名单\n\nline"


def test_compressed_rtf_is_expanded_as_in_the_specification() -> None:
    # the two examples of [MS-OXRTFCP] section 4.1
    simple = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert decompress_rtf(simple) == rb"{\rtf1\ansi\ansicpg1252\pard hello world}" + b"\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompress_rtf(crossing) == rb"{\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    assert read_rtf_text(decompress_rtf(simple)).text == "hello world"


def test_a_reference_to_a_file_elsewhere_is_named_not_read() -> None:
    base = "__attach_version1.0_#00000000/"
    raw = ole_of(
        {
            **message("", 32, {0x1000: "body"}),
            f"{base}__properties_version1.0": numbers(8, {0x3705: 4}),
            **texts(base, {0x3707: "elsewhere.doc"}),
        }
    )
    out = unpack(ReadMsg(), raw)
    assert (out.causes(), out.end.outcome) == ([Cause.UNSUPPORTED], Cause.PARTIAL)


@settings(max_examples=examples(150), deadline=None)
@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    raw = bytearray(whole())
    for _ in range(data.draw(st.integers(0, 20))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    unpack(ReadMsg(), bytes(raw[: data.draw(st.integers(0, len(raw)))]))


@given(st.binary(max_size=400))
def test_any_bytes_can_be_given_as_compressed_rtf(data: bytes) -> None:
    head = struct.pack("<IIII", len(data), 1000, 0x75465A4C, 0)
    assert len(decompress_rtf(head + data)) <= 1000


def test_noise_is_unreadable_and_nothing_is_empty() -> None:
    assert outcome(ReadMsg(), b"noise" * 1000) is Cause.UNREADABLE
    assert outcome(ReadMsg(), b"") is Cause.EMPTY


def test_every_container_type_has_a_step_with_a_name_and_others_have_none() -> None:
    assert unpacker_for("application/pdf") is None
    for media_type in UNPACKED_MEDIA_TYPES:
        step = unpacker_for(media_type)
        assert step is not None
        assert step.name and step.version


def test_an_embedded_object_becomes_a_file_of_its_own() -> None:
    base = "__attach_version1.0_#00000000/"
    inside = f"{base}__substg1.0_3701000D/"
    document = {f"{inside}WordDocument": b"w" * 5000, f"{inside}ObjectPool/deep": b"d" * 100}
    package = {f"{inside}Package": b"PK\3\4 a package as it is"}
    for streams, expected in ((document, "application/msword"), (package, "application/zip")):
        data = ole_of(
            {
                **message("", 32, {0x0037: "s", 0x1000: "b"}),
                f"{base}__properties_version1.0": numbers(8, {0x3705: 6}),
                **texts(base, {0x3001: "object"}),
                **streams,
            }
        )
        out = unpack(ReadMsg(), data)
        assert out.names == [b"object"]
        assert type_of(out.data[0]) == expected
        assert out.end.outcome is Cause.OK
    with olefile.OleFileIO(
        unpack(
            ReadMsg(),
            ole_of({**message("", 32, {}), f"{base}__properties_version1.0": numbers(8, {0x3705: 6}), **document}),
        ).data[0]
    ) as ole:
        assert ole.openstream("WordDocument").read() == b"w" * 5000
        assert ole.openstream("ObjectPool/deep").read() == b"d" * 100
