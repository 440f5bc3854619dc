from __future__ import annotations

import io

import olefile
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.text.compound import write_compound

NAMES = st.text(st.characters(codec="ascii", min_codepoint=48, max_codepoint=122), min_size=1, max_size=20).filter(
    lambda name: not set(name) & set("/\\:!")
)


@given(st.dictionaries(NAMES.map(str.lower), st.binary(max_size=9000), max_size=12), st.binary(max_size=5000))
def test_every_stream_comes_back_as_it_was(streams: dict[str, bytes], inner: bytes) -> None:
    paths = {(name,): data for name, data in streams.items()} | {("~storage", "stream"): inner}
    made = write_compound(paths, {(): bytes(range(16))})
    with olefile.OleFileIO(io.BytesIO(made), raise_defects=olefile.DEFECT_UNSURE) as ole:
        assert {tuple(path) for path in ole.listdir()} == set(paths)
        for path, data in paths.items():
            assert ole.openstream(list(path)).read() == data


def test_a_large_file_needs_and_gets_a_list_of_its_tables() -> None:
    data = bytes(range(256)) * 40_000  # 10 MB: more than the 109 tables that the header names
    with olefile.OleFileIO(io.BytesIO(write_compound({("big",): data}))) as ole:
        assert ole.openstream("big").read() == data
