"""A case is searched for names: hits explain themselves, the answer warns, and the case has aliases of its own."""

from __future__ import annotations

from pathlib import Path

from tests.work.support import open_quietly, run_cli, run_json

PAGES = {
    "a.txt": "The list of 2017 names Memet Tursun, a teacher.",
    "b.txt": "据报道，买买提·吐尔逊已经离开。",
    "c.txt": "The teacher Abu Yahya was there.",
    "d.txt": "Nothing about anybody.",
}


def made_case(folder: Path) -> Path:
    (folder / "leak").mkdir()
    for name, text in PAGES.items():
        (folder / "leak" / name).write_text(text, "utf-8")
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def test_a_search_for_a_name_explains_its_hits_and_warns(tmp_path: Path) -> None:
    case = made_case(tmp_path)
    answer = run_json("search", case, 'name:"Memet Tursun"')
    assert {hit["found_as"] for hit in answer["hits"]} == {"a.txt", "b.txt"}
    for hit in answer["hits"]:
        (name,) = hit["names"]
        assert name["form"] in ("Memet Tursun", "买买提·吐尔逊") and name["level"] == "exact" and name["why"]
        low, high = hit["marks"][0]
        assert hit["snippet"][low:high] == name["form"]
    (asked,) = answer["names"]
    assert asked["shared"] == "very many" and "not one person" in asked["advice"]
    assert {form["form"] for form in answer["spellings"][0]["forms"]} == {"memet tursun", "买买提吐尔逊"}
    printed = run_cli("search", case, 'name:"Memet Tursun"').stdout
    assert "share" in printed and "read as memet" in printed
    assert run_json("search", case, 'name:"Abliz Qurban"')["parts"][0]["pages"] == 0

    (case / "names.csv").write_text("kind,forms\nname,Memet Tursun|Abu Yahya\n", "utf-8")
    assert run_json("search", case, 'name:"Memet Tursun"')["total"] == 3
    (case / "names.csv").write_text("kind,forms\nname,Memet Tursun\n", "utf-8")
    refused = run_cli("search", case, 'name:"Memet Tursun"', "--json", check=False)
    assert refused.returncode == 2 and "Row 2" in refused.stdout
