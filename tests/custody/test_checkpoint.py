from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.checkpoint import MAX_SIZE, Checkpoint, decode, encode
from fairwitness.custody.errors import BadCheckpoint
from fairwitness.custody.merkle import EMPTY_ROOT, leaf_hash

# The example of the C2SP tlog-checkpoint specification.
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = leaf_hash("环境保护".encode())
ROOT_TEXT = base64.b64encode(ROOT).decode("ascii")

origins = st.text(
    st.characters(categories=("L", "N", "P"), exclude_characters="+"), min_size=1, max_size=40
)  # letters of any script


def test_the_example_of_the_specification_is_read_and_written_back() -> None:
    checkpoint = decode(EXAMPLE)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex() == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
    assert encode(checkpoint) == EXAMPLE


@given(origins, st.integers(1, MAX_SIZE), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_survives_being_written_and_read(origin: str, size: int, root: bytes) -> None:
    checkpoint = Checkpoint(origin, size, root)
    assert decode(encode(checkpoint)) == checkpoint


@given(st.text(max_size=200))
def test_any_text_is_refused_or_is_the_only_form_of_its_checkpoint(text: str) -> None:
    try:
        checkpoint = decode(text)
    except BadCheckpoint:
        return
    assert encode(checkpoint) == text


@given(st.integers(0, len(EXAMPLE) - 1), st.characters())
def test_a_changed_character_changes_or_ends_the_checkpoint(at: int, char: str) -> None:
    changed = EXAMPLE[:at] + char + EXAMPLE[at + 1 :]
    if changed == EXAMPLE:
        return
    try:
        assert decode(changed) != decode(EXAMPLE)
    except BadCheckpoint:
        return


def test_extension_lines_are_kept() -> None:
    checkpoint = decode(EXAMPLE + "第二本\nкөшірме\n")
    assert checkpoint.extensions == ("第二本", "көшірме")
    assert encode(checkpoint) == EXAMPLE + "第二本\nкөшірме\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "ھۆججەت\n5\n",
        f"ھۆججەت\n5\n{ROOT_TEXT}",
        f"\n5\n{ROOT_TEXT}\n",
        f"ھۆججەت\n05\n{ROOT_TEXT}\n",
        f"ھۆججەت\n+5\n{ROOT_TEXT}\n",
        f"ھۆججەت\n-5\n{ROOT_TEXT}\n",
        f"ھۆججەت\n٥\n{ROOT_TEXT}\n",
        f"ھۆججەت\n5 \n{ROOT_TEXT}\n",
        f"ھۆججەت\n9223372036854775808\n{ROOT_TEXT}\n",
        f"ھۆججەت\n5\n{ROOT_TEXT[:-1]}\n",
        f"ھۆججەت\n5\n{ROOT_TEXT[:-2]}==\n",
        f"ھۆججەت\n5\n {ROOT_TEXT}\n",
        f"ھۆججەت\n5\n{ROOT_TEXT}\r\n",
        f"ھۆججەت\r\n5\r\n{ROOT_TEXT}\r\n",
        f"ھۆججەت\n0\n{ROOT_TEXT}\n",
        f"ھۆججەت\n5\n{ROOT_TEXT}\n\n— ھۆججەت c2lnbmF0dXJl\n",
        f"a+b\n5\n{ROOT_TEXT}\n",
        f"a b\n5\n{ROOT_TEXT}\n",
        f"a\x00b\n5\n{ROOT_TEXT}\n",
        f"a\n5\n{ROOT_TEXT}\nline\x07\n",
        f"a\n5\n{ROOT_TEXT}\n" + "x" * 10_000 + "\n",
    ],
)
def test_what_is_nearly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(FairwitnessError) as caught:
        decode(text)
    assert caught.value.code == "bad_checkpoint"


def test_loose_bits_at_the_end_of_the_root_are_refused() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    loose = ROOT_TEXT[:42] + letters[letters.index(ROOT_TEXT[42]) + 1] + "="
    assert base64.b64decode(loose) == ROOT
    with pytest.raises(BadCheckpoint):
        decode(f"a\n5\n{loose}\n")


def test_an_empty_log_has_a_checkpoint() -> None:
    assert decode(encode(Checkpoint("a", 0, EMPTY_ROOT))).root == EMPTY_ROOT


def test_a_checkpoint_that_could_not_be_read_back_cannot_be_made() -> None:
    for origin, size, root in (("a\nb", 1, ROOT), ("", 1, ROOT), ("a", -1, ROOT), ("a", 1, ROOT[1:])):
        with pytest.raises(BadCheckpoint):
            Checkpoint(origin, size, root)
    with pytest.raises(BadCheckpoint):
        Checkpoint("a", 1, ROOT, ("",))


def test_an_error_does_not_repeat_the_text() -> None:
    with pytest.raises(BadCheckpoint) as caught:
        decode("سىر\nسىر\nسىر\n")
    assert "سىر" not in str(caught.value)
