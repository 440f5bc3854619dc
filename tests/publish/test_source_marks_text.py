"""Marks in texts: what belongs to a script is none, what does not is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.publish.source_marks import ADVICE
from fairwitness.publish.source_marks_text import text_marks

FINE = {
    "Uyghur with joiners": "ئۇ بۈگۈن مەكتەپ\u200cكە كەلدى",
    "Uyghur letter shown in its joined form": "ھ\u200d ھەرپى",
    "two scripts, each word in one": "Мемет Abdulla",
    "Kazakh with the letter і": "Біз бүгін келдік, іс қағаздары",
    "Russian with roman numerals": "в XX веке и в V томе",
    "family of emoji": "так \U0001f468\u200d\U0001f469\u200d\U0001f467 хорошо \u2764\ufe0f",
    "flag of England": "the \U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f flag",
    "Arabic line with a direction mark": "العدد \u200f12\u200f من 30",
    "Chinese with ideographic spaces": "姓名\u3000张三\u3000男",
    "Latin letters beside Han": "穿T恤去唱卡拉OK",
    "Turkish": "Iğdır'ın ışığı çok güçlü",
    "byte order mark at the very beginning": "\ufeffplain",
}
MARKED = {
    "joiner in English": ("the secr\u200cet plan", "zero_width", "likely"),
    "zero width space": ("the secret\u200b plan", "zero_width", "likely"),
    "word joiner in Chinese": ("开会\u2060通知", "zero_width", "likely"),
    "two joiners in Uyghur": ("مەكتەپ\u200c\u200cكە", "zero_width", "likely"),
    "joiner that changes nothing": ("دەر\u200cس", "joiner_without_effect", "possible"),
    "override": ("invoice\u202egpj.exe", "bidi_control", "likely"),
    "direction mark in Russian": ("секрет\u200eный план", "bidi_control", "likely"),
    "tags that spell a word": ("plan\U000e0068\U000e0069", "tag_character", "likely"),
    "selector behind a Latin letter": ("pla\ufe01n", "variation_selector", "likely"),
    "selector behind Han": ("葛\U000e0100城", "variation_selector", "possible"),
    "thin and hair spaces": ("one\u200atwo", "odd_space", "likely"),
    "no-break space": ("one\u00a0two", "odd_space", "possible"),
    "Cyrillic letter in a Latin word": ("the secr\u0435t plan", "mixed_script_word", "likely"),
    "Latin letter in a Cyrillic word": ("сек\u0070ет", "mixed_script_word", "likely"),
    "Latin word with a Russian ending": ("из iPhoneом взял", "mixed_script_word", "possible"),
    "Greek letter in a Latin word": ("c\u03bfpy", "mixed_script_word", "likely"),
    "Cyrillic word in English that looks Latin": ("he has \u0430 plan", "foreign_look_alike", "possible"),
    "Persian kaf in a Uyghur text": ("ك" * 30 + " ک", "mixed_letter_forms", "possible"),
    "blanks of many lengths at line ends": ("a \nb  \nc\nd\t\ne \n", "trailing_blanks", "likely"),
    "double blanks here and there": ("a  b c d   e f g h  i j k l m", "spacing_pattern", "likely"),
    "filler of Hangul": ("一\u3164二", "zero_width", "likely"),
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_belongs_to_a_script_is_no_mark(text: str) -> None:
    assert text_marks(text) == []


@pytest.mark.parametrize(("text", "kind", "sureness"), MARKED.values(), ids=MARKED)
def test_what_does_not_belong_is_a_mark_at_its_place(text: str, kind: str, sureness: str) -> None:
    (mark,) = text_marks(text)
    assert (mark.kind, mark.sureness) == (kind, sureness)
    assert 0 <= mark.start < mark.end <= len(text)


def test_a_mark_names_code_points_and_no_word_of_the_text() -> None:
    for text, _, _ in MARKED.values():
        for mark in text_marks(text):
            assert not [word for word in text.split() if len(word) > 3 and word in mark.what]


@given(st.text(alphabet=st.characters(categories=("L", "Cf", "Zs", "Mn", "So", "Nd")), max_size=60))
def test_any_text_gives_known_kinds_inside_it_and_the_same_twice(text: str) -> None:
    marks = text_marks(text)
    assert marks == text_marks(text)
    assert all(mark.kind in ADVICE and 0 <= mark.start < mark.end <= len(text) for mark in marks)


@given(st.text(alphabet="abcdefghij klmnop", max_size=40), st.sampled_from("\u200b\u2060\ufeff\u200c\u202e\U000e0041"))
def test_a_hidden_character_in_a_plain_word_is_always_found(text: str, hidden: str) -> None:
    marked = f"w{text}or{hidden}d"
    assert any(mark.start <= marked.index(hidden) < mark.end for mark in text_marks(marked))
