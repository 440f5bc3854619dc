"""A made-up report that has one of everything, and words that are hostile wherever a word can stand."""

from __future__ import annotations

from dataclasses import replace

from fairwitness.publish.report import ChartPart, Claim, Figure, Heading, Prose, Report, TablePart

HOSTILE = '#panic("x") <5 *a* $x$ `code` @c1 // c /* d */ \\ [ ] #link("https://example.org") {{ 7*7 }} <script>alert(1)</script> "\'>'
HAN, UYGHUR, KAZAKH = "墨玉县", "خوتەن ۋىلايىتى (3)", "Қазақстан әғқңөұүһі"

SHARE = Claim(
    id="c1",
    sentence="Of the rows whose stated reason was coded, 312 name no legal provision.",
    kind="share",
    unit="row",
    value=0.624,
    numerator=312,
    denominator=500,
    missing=23,
    low=0.5807,
    high=0.6654,
    level=0.95,
    interval="Wilson",
    least=0.5966,
    most=0.6405,
    method="as two coders agreed",
    source="Register",
    source_digest="ab" * 32,
    codebook="reasons@1",
    codebook_digest="cd" * 32,
    table_digest="ef" * 32,
    cannot=("Whether a law was applied that the list does not name.",),
)

INTERVALS = ChartPart(
    "intervals",
    "Stated reasons",
    "Most rows name no legal provision.",
    (
        {"label": HAN, "value": 0.624, "low": 0.58, "high": 0.665, "least": 0.55, "most": 0.71, "claim": "c1"},
        {"label": UYGHUR, "value": 0.31, "low": 0.25, "high": 0.37, "least": 0.2, "most": 0.45, "claim": "c2"},
        {"label": KAZAKH, "value": None, "text": "x"},
        {"label": HOSTILE, "value": 0.1, "low": 0.05, "high": None},
    ),
    axis="share of the rows coded",
    unit="share",
)
OVERLAP = ChartPart(
    "overlap",
    "On several lists",
    "Few are on both.",
    (
        {"lists": ("A1", HAN), "count": 12},
        {"lists": ("A1",), "count": 340, "claim": "c3"},
        {"lists": (HAN,), "count": None, "text": "x"},
    ),
)
TIMELINE = ChartPart(
    "timeline",
    "Over time",
    "Most fall in spring.",
    (
        {"label": "", "earliest": "2017-01-01", "latest": "2017-01-31", "count": 62},
        {"label": "", "earliest": "2017-02-01", "latest": "2017-02-28", "count": 4},
        {"label": "", "earliest": "2017-01-01", "latest": "2017-02-28", "count": 59},
        {"label": "", "earliest": "2017-02-01", "latest": "2017-02-28", "count": None},
    ),
)
BARS = ChartPart(
    "bars", "By month", "March leads.", ({"label": "2017-03", "value": 20}, {"label": "2017-04", "value": 3})
)
ESTIMATES = ChartPart(
    "estimates",
    "How many",
    "Between two and four thousand.",
    ({"label": "dga", "value": 3120, "low": 2800, "high": 3900},),
)


def a_report(**changes: object) -> Report:
    """The report, with another value for some of its fields."""
    claims = (
        SHARE,
        replace(SHARE, id="c2", value=0.31, numerator=155, low=None, high=None, interval="census of the document"),
        replace(SHARE, id="c3", kind="estimate", value=3120.0, low=2800.0, high=None, seed=7, sentence=HOSTILE),
    )
    parts = (
        Heading("What was counted"),
        Prose(("Of 500 rows ", Figure("62.4 %", "c1"), " name no provision. ", HOSTILE)),
        Prose(("It cannot say whether a law was applied.",), caution=True),
        INTERVALS,
        Heading("By district", 2),
        TablePart(
            "Reasons by district",
            ("District", "No provision"),
            (
                (HAN, Figure("62.4 %", "c1")),
                (UYGHUR, Figure("31.0 %", "c2")),
                (HOSTILE, "x"),
                ("Thai \u0e01 \U0001f600", "1"),
            ),
            (False, True),
            ("x: fewer than 5, or kept back.",),
        ),
        OVERLAP,
        TIMELINE,
        BARS,
        ESTIMATES,
    )
    report = Report("What a register says", "2024-03-05", "en", parts, claims, (("Recipe", HOSTILE),))
    return replace(report, **changes)  # type: ignore[arg-type]
