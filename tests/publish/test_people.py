"""What may leave of people follows from the acts alone: never from one person's, never after a withdrawal."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.publish.people import (
    BASES,
    CHILD_BASES,
    TRANSITIONS,
    Act,
    Age,
    Consent,
    Released,
    Signature,
    age_at,
    hand_of,
    published_id,
    released,
    standing_of,
    why_withheld,
)

FIELDS = ("name", "village")
AGES: tuple[Age, ...] = ("adult", "child", "unknown")
HERON = ("heron", "Heron", " heron", "her on", "h\u0435ron", "ｈｅｒｏｎ")  # one of them with a Cyrillic letter


def acts_by(*people: str) -> st.SearchStrategy[list[Act]]:
    by = st.sampled_from(people)
    consent = st.builds(
        Consent,
        st.sampled_from(list(TRANSITIONS)),
        st.sets(st.sampled_from(FIELDS)).map(lambda some: tuple(sorted(some))),
        st.just("lawyer"),
        st.just("2026-01-01"),
        by,
    )
    signature = st.builds(
        Signature,
        st.sampled_from(FIELDS),
        by,
        st.sampled_from([*BASES, "", "nonsense"]),
        st.sampled_from([*CHILD_BASES, ""]),
        st.sampled_from(["", "why"]),
    )
    return st.lists(st.one_of(consent, signature), max_size=14)


def free(acts: list[Act], age: Age = "adult") -> dict[str, Released]:
    standing = standing_of(acts)
    return {name: one for name in FIELDS if (one := released(standing, name, age)) is not None}


GIVEN: list[Act] = [Consent("asked", by="a"), Consent("given", ("name",), "lawyer", "2026-01-01", "a")]


def signed(*people: str, basis: str = "consented", child: str = "", field: str = "name", note: str = "") -> list[Act]:
    return [Signature(field, by, basis, child, note) for by in people]  # type: ignore[arg-type]


@settings(max_examples=60)
@given(acts_by(*HERON))
def test_no_sequence_of_acts_by_one_person_releases_anything(acts: list[Act]) -> None:
    assert not [age for age in AGES if free(acts, age)]


@settings(max_examples=60)
@given(acts_by("heron", "tern", "egret"), acts_by("heron"))
def test_a_withdrawal_closes_everything_and_one_person_never_opens_it_again(
    before: list[Act], after: list[Act]
) -> None:
    withdrawn = [*before, Consent("withdrawn", by="heron")]
    if standing_of(before).consent.state != "withdrawn":
        assert standing_of(withdrawn).withdrawals == standing_of(before).withdrawals + 1
        assert not [age for age in AGES if free(withdrawn, age)]
        assert not [age for age in AGES if free(withdrawn + after, age)]


@settings(max_examples=60)
@given(acts_by("heron", "tern", "egret"))
def test_whatever_leaves_has_two_signers_one_basis_and_consent_that_covers_it(acts: list[Act]) -> None:
    standing = standing_of(acts)
    for age in AGES:
        for name in FIELDS:
            one = released(standing, name, age)
            assert (one is None) == bool(why_withheld(standing, name, age))
            if one is None:
                continue
            assert len({hand_of(by) for by in one.signers}) >= 2
            assert one.basis in BASES
            assert one.basis != "consented" or name in standing.consent.scope
            assert age == "adult" or one.child in CHILD_BASES
            assert age != "child" or one.child != "known_adult"


def test_two_signatures_on_given_consent_release_that_field_and_no_other() -> None:
    assert set(free([*GIVEN, *signed("heron", "tern")])) == {"name"}
    assert not free([*GIVEN, *signed("heron", "tern", field="village")])


def test_signatures_from_before_the_consent_do_not_count() -> None:
    assert not free([*signed("heron", "tern"), *GIVEN])


def test_two_people_with_different_bases_release_nothing() -> None:
    assert not free([*GIVEN, *signed("heron"), *signed("tern", basis="already_public")])


@pytest.mark.parametrize("basis", [basis for basis in BASES if basis != "consented"])
def test_other_bases_need_no_consent_but_two_people(basis: str) -> None:
    assert not free(signed("heron", basis=basis, note="why"))
    assert free(signed("heron", "tern", basis=basis, note="why"))["name"].signers == ("heron", "tern")


def test_an_overriding_interest_that_nobody_wrote_down_is_none() -> None:
    assert not free(signed("heron", "tern", basis="public_interest"))


def test_of_a_child_nothing_leaves_without_a_basis_of_its_own_signed_by_both() -> None:
    plain = signed("heron", "tern", basis="already_public")
    assert free(plain) and not free(plain, "child") and not free(plain, "unknown")
    known = signed("heron", "tern", basis="already_public", child="known_adult")
    assert free(known, "unknown") and not free(known, "child")
    heard = signed("heron", "tern", basis="already_public", child="guardian_consented")
    assert free(heard, "child")
    mixed = [*signed("heron", basis="already_public", child="guardian_consented"), *plain[1:]]
    assert not free(mixed, "child")


def test_a_signature_that_is_taken_back_closes_the_field() -> None:
    acts = signed("heron", "tern", basis="deceased")
    assert free(acts) and not free([*acts, Signature("name", "Tern", "")])


def test_who_may_have_been_a_child_is_one() -> None:
    born = (date(2000, 5, 1), date(2000, 5, 31))
    assert age_at(born, "2018-05-30") == "child"
    assert age_at(born, "2018-05-31") == "adult"
    assert age_at(born, "2018-06") == "adult"
    assert age_at(born, "2018") == "child"
    assert age_at(born, "") == age_at(None, "2018") == "unknown"
    assert age_at((date(2000, 2, 29), date(2000, 2, 29)), "2018-03-01") == "adult"


def test_a_published_id_is_keyed_and_another_key_gives_another() -> None:
    one = published_id(b"k" * 32, "00ff00ff00ff00ff")
    said = b"fairwitness person 1\n00ff00ff00ff00ff"
    assert one == hmac.new(b"k" * 32, said, hashlib.sha256).hexdigest()[:32]
    assert one != published_id(b"l" * 32, "00ff00ff00ff00ff")
