"""Judging any PDF: every leak of the generator is found, and nothing that only looks like one."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from examples.leaky_pdfs import WEAK, WITHHELD, Made, harmless, in_files, leaky, on_pages
from examples.leaky_pdfs.paper import add_page as add_sheet
from examples.leaky_pdfs.paper import lines, new_pdf, save, text_at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairwitness.cli import main
from fairwitness.core.outcome import Cause
from fairwitness.publish.check_pdf import KINDS, Judged, check_pdf, checking_sandbox
from fairwitness.publish.check_pdf._words import tokens_of
from fairwitness.publish.check_pdf.findings import SEVERITIES, finding_from_text
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.work.judging_pdfs import NoFile, judge_files, status_of
from fairwitness.work.printing_pdfs import judged_lines
from tests.work.support import ROOT

LEAKY = {made.name: made for made in leaky()}
HARMLESS = {made.name: made for made in harmless()}
# Files in which words stand about the page, or pixels: nothing that could be compared with a name.
WORDLESS = frozenset(
    {"thumbnail", "clipped_image", "masked_image", "boxed_image", "tiny_picture", "alternate_image", "unused_image"}
    | {"exif_thumbnail", "leftover_letters", "tight_box"}
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxRunner]:
    with checking_sandbox() as opened:
        yield opened


@pytest.fixture(scope="module")
def judged(sandbox: SandboxRunner) -> dict[str, Judged]:
    return {name: check_pdf(made.pdf, sandbox=sandbox) for name, made in (LEAKY | HARMLESS).items()}


def test_there_are_at_least_twenty_five_ways_to_leak_and_ten_harmless_files() -> None:
    assert len(LEAKY) >= 25
    assert len(HARMLESS) >= 10
    assert not set(LEAKY) & set(HARMLESS)


def test_the_files_are_the_same_bytes_each_time() -> None:
    for make in (*on_pages.MAKERS[::4], *in_files.MAKERS[::4]):
        assert make() == LEAKY[make.__name__].pdf


def test_a_long_number_is_a_word_and_the_id_of_a_program_is_none() -> None:
    assert tokens_of("652801198001011234 uuid 4f3a9b21-77ae") == ["652801198001011234"]


@pytest.mark.parametrize("name", LEAKY)
def test_every_leak_is_found(name: str, judged: dict[str, Judged]) -> None:
    found = judged[name]
    assert found.outcome is Cause.OK
    if name in WEAK:
        assert found.of("weakness")
        return
    assert found.leaks
    if name not in WORDLESS:
        said = " ".join(leak.untrusted_text for leak in found.leaks).casefold()
        assert any(word in said for withheld in WITHHELD for word in withheld.casefold().split())


@pytest.mark.parametrize("name", HARMLESS)
def test_nothing_harmless_is_called_a_leak(name: str, judged: dict[str, Judged]) -> None:
    assert judged[name].outcome is Cause.OK
    assert judged[name].leaks == ()


def test_a_leak_on_a_page_is_told_with_its_place(judged: dict[str, Judged]) -> None:
    (leak,) = judged["under_black_rectangle"].leaks
    assert leak.page == 1
    assert leak.box is not None
    # the name stands at 156 pt from the left, its baseline 100 pt under the top of a page 300 pt high, 12 pt high
    left, top, right, bottom = leak.box
    assert 154 <= left <= 158
    assert 86 <= top <= 92
    assert 99 <= bottom <= 105
    assert 230 <= right <= 260


def test_words_that_a_label_covers_are_found(sandbox: SandboxRunner) -> None:
    """A white cover with a label of its own: the label is seen, what is under it is not."""
    pdf = new_pdf()
    cover = b"q 1 g 150 196 160 18 re f Q\n"
    add_sheet(pdf, lines() + text_at(156, 200, "Zorvan Quellmar") + cover + text_at(156, 200, "[taken out here]"))
    found = check_pdf(save(pdf), sandbox=sandbox)
    assert [leak.kind for leak in found.leaks] == ["text-covered"]
    assert "Quell" in found.leaks[0].untrusted_text


def test_bold_letters_that_are_drawn_twice_are_no_leak(sandbox: SandboxRunner) -> None:
    pdf = new_pdf()
    add_sheet(pdf, lines() + text_at(40, 100, "Drawn twice") + text_at(40.3, 100, "Drawn twice"))
    assert check_pdf(save(pdf), sandbox=sandbox).leaks == ()


def test_a_file_that_needs_a_password_is_not_judged(sandbox: SandboxRunner) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(HARMLESS["plain_box"].pdf)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    found = check_pdf(out.getvalue(), sandbox=sandbox)
    assert (found.outcome, found.verdict) == (Cause.ENCRYPTED, "not judged")


def test_a_file_that_is_only_locked_against_change_is_judged_and_not_called_whole(sandbox: SandboxRunner) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(LEAKY["under_black_rectangle"].pdf)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user=""))
    found = check_pdf(out.getvalue(), sandbox=sandbox)
    assert [leak.kind for leak in found.leaks] == ["text-covered"]
    assert not found.is_whole


@pytest.mark.parametrize("untrusted", [b"", b"%PDF-1.7\n", b"no pdf at all", b"%PDF-1.4\n%%EOF\n" * 9])
def test_what_is_no_pdf_is_not_judged(untrusted: bytes, sandbox: SandboxRunner) -> None:
    found = check_pdf(untrusted, sandbox=sandbox)
    assert found.outcome is Cause.UNREADABLE
    assert found.verdict == "not judged"


def test_half_a_file_is_a_typed_outcome(sandbox: SandboxRunner) -> None:
    data = LEAKY["earlier_revision"].pdf
    for share in (0.2, 0.5, 0.8, 0.95):
        assert check_pdf(data[: int(share * len(data))], sandbox=sandbox).verdict in ("leaks", "not judged")


@pytest.mark.slow
def test_a_bomb_ends_at_a_limit_and_not_with_the_program(sandbox: SandboxRunner) -> None:
    pdf = new_pdf()
    add_sheet(pdf, lines())
    pdf.Root.PieceInfo = pikepdf.Dictionary(A=pdf.make_stream(bytes(1 << 20)))
    once = zlib.compress(bytes(64 << 20))
    twice = zlib.compress(once * 100)  # 6 GiB of zeros in a few kilobytes
    stream = pdf.make_stream(b"")
    stream.write(twice, filter=pikepdf.Array([pikepdf.Name.FlateDecode] * 2))
    pdf.Root.PieceInfo.B = stream
    found = check_pdf(save(pdf), sandbox=sandbox)
    assert isinstance(found.outcome, Cause)
    assert check_pdf(HARMLESS["plain_box"].pdf, sandbox=sandbox).outcome is Cause.OK  # and the next one is judged


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(data=st.data())
def test_a_changed_file_gets_a_typed_outcome(data: st.DataObject, sandbox: SandboxRunner) -> None:
    made: Made = data.draw(st.sampled_from([*LEAKY.values(), *HARMLESS.values()]))
    raw = bytearray(made.pdf)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    found = check_pdf(bytes(raw), sandbox=sandbox)
    assert found.outcome in (Cause.OK, Cause.PARTIAL, Cause.UNREADABLE, Cause.ENCRYPTED)
    assert not found.detail.startswith("error")
    assert found.verdict in ("leaks", "not judged", "no leaks found")


@pytest.mark.parametrize(
    "untrusted",
    [
        "",
        "[]",
        "{}",
        '["text-covered","leak",1,1,null]',
        '["odd","leak",1,1,null,""]',
        '["title","leak",-1e9,1,null,""]',
        '["title","leak",1,1,[1,2],""]',
        '["title","loud",1,1,null,""]',
        '["title","leak",true,1,null,""]',
    ],
)
def test_a_child_cannot_say_what_is_no_finding(untrusted: str) -> None:
    with pytest.raises(ValueError):
        finding_from_text(untrusted)


def test_the_command_tells_kind_and_place_and_never_the_text_unasked(tmp_path: Path) -> None:
    leaking, clean = tmp_path / "leaking.pdf", tmp_path / "clean.pdf"
    leaking.write_bytes(LEAKY["under_black_rectangle"].pdf)
    clean.write_bytes(HARMLESS["dark_header"].pdf)
    told = CliRunner().invoke(main, ["check-pdf", str(leaking), str(clean)])
    assert told.exit_code == 1
    assert "text-covered" in told.stdout
    assert "page 1" in told.stdout
    assert "Zorvan" not in told.stdout


def test_the_text_is_told_to_who_asks_for_it(judged: dict[str, Judged]) -> None:
    found = judged["under_black_rectangle"]
    assert any("Zorvan" in line for line in judged_lines("a.pdf", found, with_text=True))
    assert not any("Zorvan" in line for line in judged_lines("a.pdf", found))
    assert "Zorvan" in json.dumps(found.as_json(with_text=True))
    assert "Zorvan" not in json.dumps(found.as_json())


def test_the_status_tells_leaks_first_then_what_could_not_be_judged(
    judged: dict[str, Judged], sandbox: SandboxRunner
) -> None:
    clean, leaking, broken = judged["dark_header"], judged["info"], check_pdf(b"%PDF-1.7\n", sandbox=sandbox)
    assert [status_of(found) for found in ([clean], [clean, broken], [broken, leaking])] == [0, 2, 1]


def test_a_file_that_is_not_there_is_named_by_its_number(tmp_path: Path) -> None:
    with pytest.raises(NoFile, match="File 1"):
        list(judge_files([tmp_path / "none.pdf"]))


def test_every_kind_and_field_is_documented(judged: dict[str, Judged]) -> None:
    page = (ROOT / "docs" / "check-pdf.md").read_text("utf-8")
    for kind in KINDS:
        assert f"`{kind}`" in page, kind
    for severity in SEVERITIES:
        assert severity in page
    output = judged["under_black_rectangle"].as_json(with_text=True) | {"file": ""}
    documented = (ROOT / "docs" / "json.md").read_text("utf-8")
    for field in (*output, *output["findings"][0]):
        assert f"`{field}`" in documented, field
