import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.lists.codebook import Code, Codebook, parse_codebook, propose, units_of, write_codebook
from fairwitness.lists.errors import BadCodebook
from tests.lists.strategies import texts

BOOK = """\
[codebook]
id = "reasons"
version = "1"
title = "Stated reasons"

[[code]]
code = "travel"
title = "Travel"
definition = "Travel, or the wish to travel, is the reason."
includes = "asking for a passport"
excludes = "relatives abroad"
example = "applied for a passport"

[[code]]
code = "dress"
definition = "Clothes or beards are the reason."
"""

books = st.builds(
    lambda codes, title, several: Codebook("reasons", "1.2", title, several, tuple(codes)),
    st.lists(
        st.builds(
            Code, st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), texts, texts.filter(str.strip), texts, texts
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda code: code.code,
    ),
    texts,
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(books)
def test_a_codebook_that_is_written_is_read_back_the_same(book):
    assert parse_codebook(write_codebook(book)) == book


def test_every_key_of_a_codebook_is_understood():
    book = parse_codebook(BOOK)
    assert book.called == "reasons@1" and book.several
    assert book.codes[0].excludes == "relatives abroad" and book.names == {"travel", "dress"}


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ('id = "reasons"', 'id = "Reasons"', 2, "id"),
        ('version = "1"', "version = 1", 3, "version"),
        ('code = "dress"', 'code = "travel"', 15, "code"),
        ('definition = "Clothes or beards are the reason."', 'definition = " "', 16, "definition"),
        ("excludes =", "exclude =", 11, "exclude"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_key(old, new, line, key):
    with pytest.raises(BadCodebook) as caught:
        parse_codebook(BOOK.replace(old, new))
    assert (caught.value.line, caught.value.key) == (line, key)


CODED = {
    "one": ("申请办理护照，理由不充分", ("travel",)),
    "two": ("2016年曾申请办理护照两次", ("travel", "other")),
    "three": ("与邻居因水渠用水发生纠纷", ("quarrel",)),
}


def test_the_codes_of_alike_texts_are_proposed_with_those_texts_as_the_reason():
    first, *rest = propose("2017年8月申请办理护照，理由不充分", CODED)
    assert first.code == "travel" and [alike.cell for alike in first.because] == ["one", "two"]
    assert first.because[0].likeness > first.because[1].likeness
    assert "quarrel" not in {one.code for one in (first, *rest)}


def test_nothing_is_proposed_where_nothing_is_alike_or_known():
    assert propose("完全不同的内容在此", CODED) == []
    assert propose("", CODED) == [] == propose("text", {})


@given(st.randoms(use_true_random=False))
def test_proposals_do_not_depend_on_the_order_in_which_texts_were_coded(chance):
    items = list(CODED.items())
    chance.shuffle(items)
    text = "申请办理护照，理由不充分，与邻居发生纠纷"
    assert propose(text, dict(items)) == propose(text, CODED)


def test_agreement_is_counted_code_by_code_with_gaps_where_a_coder_did_not_code():
    book = parse_codebook(BOOK)
    said = [{"a": frozenset({"travel"}), "b": frozenset()}, {"a": frozenset({"travel", "dress"})}]
    assert units_of(said, book) == {"travel": [["yes", "yes"], ["no", None]], "dress": [["no", "yes"], ["no", None]]}


def test_codes_say_what_they_are_in_law_and_what_their_texts_cite_and_nothing_else():
    said = BOOK.replace('code = "dress"', 'code = "dress"\nlegal = "lawful"\ncites = ["date", "act"]')
    book = parse_codebook(said)
    assert (book.codes[0].legal, book.codes[1].legal, book.codes[1].cites) == ("", "lawful", ("date", "act"))
    assert parse_codebook(write_codebook(book)) == book
    for wrong in ('legal = "guilty"', 'cites = ["rumour"]'):
        with pytest.raises(BadCodebook):
            parse_codebook(BOOK.replace('code = "dress"', f'code = "dress"\n{wrong}'))
