"""Linking lists: on made-up rows whose truth is known, across scripts too, and what people decide."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from random import Random

import pytest

from fairwitness.analyse._splink import CannotTrain, name_keys
from fairwitness.analyse.estimates import mse
from fairwitness.analyse.linkage import BadLinkage, Cluster, Field, Linkage, Pair, link
from fairwitness.names.variants import variants

SYLLABLES = [
    "ma",
    "bi",
    "tur",
    "sun",
    "gul",
    "nar",
    "eh",
    "met",
    "qa",
    "dir",
    "ra",
    "him",
    "os",
    "man",
    "ya",
    "sin",
    "ay",
    "bar",
    "chi",
    "zu",
    "lay",
    "pa",
    "ti",
    "mem",
    "ni",
    "yaz",
    "jan",
    "ku",
    "dil",
    "bek",
]
FIELDS = [Field("name", "name"), Field("born", "date"), Field("village", "exact"), Field("sex", "exact")]


def made_up(random: Random) -> str:
    return " ".join("".join(random.choice(SYLLABLES) for _ in range(random.randint(2, 3))).capitalize() for _ in "ab")


def typed(random: Random, text: str) -> str:
    at = random.randrange(len(text))
    return random.choice((text[:at] + random.choice("aegiknrstu") + text[at + 1 :], text[:at] + text[at + 1 :]))


@cache
def lists(count: int = 400, alone: int = 60):
    """Two lists of `count` cases each, all but `alone` of each on both; the ids tell which belong together."""
    random = Random(11)
    one, other = [], []
    for at in range(count + alone):
        row = {
            "id": str(at), "name": made_up(random), "sex": random.choice("mf"),
            "born": f"{random.randint(1940, 2000)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            "village": f"village {random.randint(1, 40)}",
        }  # fmt: skip
        again = dict(row)
        if random.random() < 0.3:
            again["name"] = typed(random, row["name"])
        if random.random() < 0.08:
            again["born"] = row["born"][:8] + f"{random.randint(1, 28):02}"
        if random.random() < 0.05:
            again["village"] = None
        if at < count:
            one.append(row)
        if at >= alone:
            other.append(again)
    random.shuffle(other)
    return {"first": one, "second": other}, count - alone


@cache
def linked() -> Linkage:
    return link(lists()[0], FIELDS, within=False)


def test_rows_of_one_case_are_found_and_others_are_not():
    both = lists()[1]
    sure = [pair for pair in linked().pairs if pair.probability > 0.95]
    assert all(pair.one[1] == pair.other[1] for pair in sure)
    right = {pair.one[1] for pair in linked().pairs if pair.probability > 0.5 and pair.one[1] == pair.other[1]}
    assert len(right) > 0.98 * both


def test_the_same_lists_and_seed_give_the_same_pairs():
    again = link(lists()[0], FIELDS, within=False)
    assert [(p.one, p.other) for p in again.pairs] == [(p.one, p.other) for p in linked().pairs]
    assert [p.probability for p in again.pairs] == pytest.approx([p.probability for p in linked().pairs], abs=1e-6)


def test_doubtful_pairs_go_to_people_and_nothing_else_does():
    queue = linked().queue()
    assert queue
    assert all(0.05 <= pair.probability <= 0.95 and pair.decided is None for pair in queue)
    decided = linked().with_decisions({(pair.one, pair.other): pair.one[1] == pair.other[1] for pair in queue})
    assert decided.queue() == ()
    assert all(cluster.rows[0][1] == cluster.rows[-1][1] for cluster in decided.clusters())


def test_what_people_decide_outranks_the_model():
    sure = max(linked().pairs, key=lambda pair: pair.probability)
    apart = linked().with_decisions({(sure.other, sure.one): False})
    assert len(apart.clusters()) == len(linked().clusters()) - 1
    assert not any({sure.one, sure.other} <= set(rows) for rows in (r for draw in apart.draws(20) for r in draw))
    new = (("first", "0"), ("second", "399"))
    together = linked().with_decisions({new: True})
    assert any(set(new) <= set(rows) for rows in together.draws(1)[0])


def test_a_cluster_shows_its_weakest_link_and_what_contradicts_it():
    a, b, c = ("x", "1"), ("y", "1"), ("y", "2")
    ids = {"x": ("1",), "y": ("1", "2")}
    chain = Linkage(ids, (Pair(a, b, 0.99), Pair(a, c, 0.97), Pair(b, c, 0.2)))
    assert chain.clusters() == (Cluster((a, b, c), 0.97),)
    refused = chain.with_decisions({(b, c): False})
    assert refused.clusters()[0].contradicted


def test_every_clustering_counts_every_row_once_and_they_carry_the_doubt_on():
    overlaps = linked().overlaps(30, seed=5)
    rows = sum(map(len, linked().lists.values()))
    for one in overlaps:
        assert one.size(1) + one.size(2) <= rows
        assert 300 < one.size(3) < 360
    assert len({one.counts for one in overlaps}) > 5
    assert overlaps == linked().overlaps(30, seed=5)
    found = mse(overlaps[0], methods=["dga"], linkage=overlaps[:5])
    assert any(one.variant == "over 5 linkages" for one in found.table)


@pytest.mark.parametrize("script", ["cyrillic", "arabic", "han"])
def test_names_in_other_scripts_have_a_key_in_common(script):
    for name in ("Memet Tursun", "Ayshe Rahman", "Qadir Yasin"):
        keys = set(name_keys(name.lower()))
        written = [one.text for one in variants(name) if one.script == script]
        assert written
        assert all(keys & set(name_keys(text)) for text in written[:5])


def test_a_list_in_another_script_is_linked_by_sound_and_day():
    random = Random(2)
    given = [
        "Memet",
        "Ahmet",
        "Tursun",
        "Yasin",
        "Qadir",
        "Ayshe",
        "Patime",
        "Rahman",
        "Osman",
        "Ibrahim",
        "Hesen",
        "Abliz",
        "Gulnar",
        "Zulpiya",
        "Bextiyar",
    ]
    forms = {name: [v.text for v in variants(name) if v.script == "han"] for name in given}
    known = [name for name in given if forms[name]]
    first, second = [], []
    for at in range(220):
        one, two = random.choice(known), random.choice(known)
        born = f"{random.randint(1950, 1999)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        village = f"v{random.randint(1, 30)}"
        first.append({"id": str(at), "name": f"{one} {two}", "born": born, "village": village, "sex": "m"})
        second.append(first[-1] | {"name": f"{forms[one][0]}·{forms[two][0]}"})
    found = link({"latin": first, "han": second}, FIELDS[:3], within=False)
    right = {p.one[1] for p in found.pairs if p.probability > 0.5 and p.one[1] == p.other[1]}
    wrong = [p for p in found.pairs if p.probability > 0.5 and p.one[1] != p.other[1]]
    assert len(right) > 200
    assert len(wrong) < 5


def test_duplicates_within_one_list_are_found():
    rows = lists()[0]["first"] + [row | {"id": f"again {row['id']}"} for row in lists()[0]["first"][:40]]
    found = link({"only": rows}, FIELDS)
    twice = {tuple(sorted(row[1] for row in cluster.rows)) for cluster in found.clusters()}
    assert {(row["id"], f"again {row['id']}") for row in lists()[0]["first"][:40]} <= twice


@pytest.mark.parametrize(
    ("given", "fields", "error"),
    [
        ({"a": [{"id": 1, "name": "x", "born": None}]}, FIELDS[:2], BadLinkage),
        ({"a": [{"id": 1, "name": "x", "born": None}] * 2}, FIELDS[:2], BadLinkage),
        (lists()[0], FIELDS[:1], BadLinkage),
        ({"a": [{"id": n, "name": None, "born": None} for n in range(9)]}, FIELDS[:2], CannotTrain),
    ],
)
def test_lists_that_cannot_be_linked_are_refused_with_advice(given, fields, error):
    with pytest.raises(error) as refused:
        link(given, fields)
    assert refused.value.advice


def test_a_decision_about_no_row_is_refused():
    with pytest.raises(BadLinkage):
        linked().with_decisions({(("first", "0"), ("nowhere", "1")): True})


def test_linking_asks_no_network():
    """A process in which every socket is refused links all the same."""
    code = (
        "import socket\n"
        "class No(socket.socket):\n"
        "    def __init__(self, *a, **k): raise SystemExit('a socket')\n"
        "socket.socket = No; socket.create_connection = No; socket.getaddrinfo = No\n"
        "from tests.analyse.test_linkage import linked\n"
        "print(len(linked().pairs) > 300)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
