"""Overlap tables that were published, and those that show one thing."""

from fairwitness.analyse.overlap import Overlap

KOSOVO = Overlap.of(  # killings in Kosovo 1999; Ball et al. 2002
    ["EXH", "ABA", "OSCE", "HRW"],
    {
        "1000": 1131, "0100": 845, "1100": 177, "0010": 936, "1010": 228, "0110": 217, "1110": 181, "0001": 306,
        "1001": 106, "0101": 31, "1101": 18, "0011": 123, "1011": 42, "0111": 32, "1111": 27,
    },
)  # fmt: skip
SPINA_BIFIDA = Overlap.of(  # Madigan and York 1997, three lists
    ["A", "B", "C"], {"001": 60, "010": 49, "011": 4, "100": 247, "101": 112, "110": 142, "111": 12}
)
_CELLS = (27, 37, 19, 4, 4, 1, 1, 97, 22, 37, 25, 2, 1, 3, 5, 83, 36, 34, 18, 3, 5, 0, 2, 30, 5, 23, 8, 0, 3, 0, 2)
FIVE_LISTS = Overlap.of(  # Madigan and York 1997, five lists; cells 00001 to 11111
    ["A", "B", "C", "D", "E"], {format(at, "05b"): count for at, count in enumerate(_CELLS, start=1)}
)
SPARSE = Overlap.of(["A", "B", "C"], {"100": 40, "010": 30, "001": 20, "110": 6})
