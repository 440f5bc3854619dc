"""Set-ups as Hypothesis makes them."""

from hypothesis import strategies as st

from fairwitness.core.lists import COLUMN_KINDS, Column
from fairwitness.core.tables import Layout
from fairwitness.lists.rule_kinds import Rule
from fairwitness.lists.setup import Correction, PageRange, Setup

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
digests = st.text("0123456789abcdef", min_size=16, max_size=16)
places = st.builds(lambda d, p, x, y: f"{d}:p{p}:r{x},{y},{x + 9},{y + 9}@200", digests, *[st.integers(1, 999)] * 3)


@st.composite
def columns(draw) -> tuple[Column, ...]:
    made = []
    for name in draw(st.lists(names, unique=True, min_size=2, max_size=6)):
        kind = draw(st.sampled_from(COLUMN_KINDS))
        schemes = {"identity": ["", "cn-resident"], "date": ["", "dmy"], "number": ["", "comma"]}.get(kind, [""])
        codes = draw(st.lists(texts, min_size=1 if kind == "code" else 0, max_size=3))
        script = draw(st.sampled_from(["", "Hani", "Arab", "digits"]))
        scheme = draw(st.sampled_from(schemes))
        made.append(
            Column(name, draw(texts), kind, script, tuple(codes), scheme, draw(st.booleans()), draw(st.booleans()))
        )
    return tuple(made)


@st.composite
def rules(draw, made: tuple[Column, ...]) -> tuple[Rule, ...]:
    first, second = (column.name for column in made[:2])
    all_rules = [
        Rule("serial", (first,), "numbers", (("restart", "page"), ("start", draw(st.integers(-5, 5))))),
        Rule("vocabulary", (first,), options=(("values", tuple(draw(st.lists(texts, min_size=1, max_size=3)))),)),
        Rule("pattern", (second,), options=(("pattern", "[0-9]+"),)),
        Rule("duplicate_rows"),
    ]
    if made[0].kind == made[1].kind == "date":
        all_rules.append(Rule("date_order", (first, second), options=(("strict", True),)))
    if made[0].scheme == "cn-resident":
        all_rules.append(Rule("region", (first, second), options=(("prefixes", tuple(draw(st.lists(texts)))),)))
    return tuple(draw(st.lists(st.sampled_from(all_rules), unique_by=lambda rule: rule.called)))


@st.composite
def corrections(draw, named: list[str]) -> tuple[Correction, ...]:
    page = draw(st.builds("{}:{}".format, digests, st.integers(1, 999)))
    two = draw(st.tuples(places, places))
    all_corrections = [
        Correction("skip", page),
        Correction("no_table", page, draw(st.integers(0, 3))),
        Correction("columns", page, 1, columns=(*named, "")),
        Correction("merge", places=two),
        Correction("split", places=(draw(places), *two)),
        Correction("row", places=two[:1], row_as="total"),
        Correction("join", places=two),
    ]
    return tuple(draw(st.lists(st.sampled_from(all_corrections))))


@st.composite
def layouts(draw) -> Layout:
    edges = sorted(draw(st.sets(st.integers(0, 1000), min_size=2, max_size=9)))
    rows = draw(st.one_of(st.sampled_from(["rulings", "lines", "first"]), st.just((10, 20, 30))))
    return Layout(tuple(edges), draw(st.integers(0, 100)), draw(st.integers(100, 1000)), rows)


@st.composite
def setups(draw) -> Setup:
    made = draw(columns())
    named = [column.name for column in made]
    ranges = draw(st.lists(st.builds(lambda d, a, n: PageRange(d, a, a + n), digests, *[st.integers(1, 99)] * 2)))
    keyed = draw(st.lists(st.sampled_from(named), unique=True))
    return Setup(
        draw(texts),
        draw(st.sampled_from(["double", "review"])),
        tuple(ranges),
        draw(st.integers(-1, 5)),
        draw(st.booleans()),
        made,
        tuple(sorted((name, draw(st.sampled_from(["double", "review"]))) for name in keyed)),
        draw(st.none() | layouts()),
        draw(rules(made)),
        draw(corrections(named)),
    )
