"""FEBRL 3 and 4, where `make bench` has unpacked them: as good as what the authors of splink publish."""

import pytest
from bench.bench_linkage import DATA, FIELDS, find_data, judged, load

from fairwitness.analyse.linkage import link

FOLDER = find_data(DATA)


@pytest.mark.slow
@pytest.mark.skipif(FOLDER is None, reason="FEBRL is not there; run: make bench")
def test_febrl_is_linked_as_well_as_published():
    """Splink notebooks (before ba1b94ec): FEBRL 4 F1 .9992 at .5, FEBRL 3 .9929."""
    four = link(
        {"a": load(FOLDER / "dataset4a.csv"), "b": load(FOLDER / "dataset4b.csv")}, FIELDS, row="rec_id", within=False
    )
    assert judged(four, 5000, 0.5)[0] >= 0.998
    assert judged(four, 5000, 0.95)[1] == 0
    three = link({"a": load(FOLDER / "dataset3.csv")}, FIELDS, row="rec_id")
    assert judged(three, 6538, 0.5)[0] >= 0.990
