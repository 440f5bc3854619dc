from __future__ import annotations

import random
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.facts.numbers import cn_resident
from tests.work.support import open_quietly, run_cli, run_json

NUMBER = cn_resident(random.Random(11), "19800312")
MISREAD = NUMBER[:15] + str((int(NUMBER[15]) + 1) % 10) + NUMBER[16:]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    leak = tmp_path_factory.mktemp("leak")
    rows = f"姓名\t出生日期\t身份证号\n甲\t1980-03-12\t{NUMBER}\n乙\t1980-03-12\t{MISREAD}\n丙\t1981-03-12\t{NUMBER}\n"
    (leak / "list.txt").write_text(rows, "utf-8")
    (leak / "plain.txt").write_text("Отчёт составлен 12 марта 2017 г.", "utf-8")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Note"
    mail["Date"] = "Sun, 12 Mar 2017 10:00:00 +0600"
    mail.set_content("Қаулы\n\n20 наурыз 2017 ж.\n")
    (leak / "letter.eml").write_bytes(mail.as_bytes())
    folder = leak.parent / f"{leak.name}.case"
    open_quietly(leak, folder)
    return folder


def test_what_does_not_fit_is_counted_and_cited(case: Path) -> None:
    told = run_json("check", case)
    assert told["counts"] == {"checksum-fails": 1, "birth-date-differs": 1, "dated-later": 1}
    listed = next(one for one in told["found"] if one["found_as"] == "list.txt")
    assert [remark["kind"] for remark in listed["remarks"]] == ["checksum-fails", "birth-date-differs"]
    assert listed["remarks"][1]["parts"] == ["year"]
    shown = run_json("show", case, listed["remarks"][0]["cites"][0])
    assert shown["quote"] == MISREAD


def test_no_identity_number_is_printed(case: Path) -> None:
    for output in (run_cli("check", case).stdout, run_cli("check", case, "--json").stdout):
        assert NUMBER not in output
        assert MISREAD not in output
        assert NUMBER[6:14] not in output
        assert "•" * 16 + MISREAD[-2:] in output


def test_one_document_can_be_checked_alone(case: Path) -> None:
    plain = run_json("search", case, "Отчёт")["hits"][0]["document"]
    told = run_json("check", case, plain[:10])
    assert (told["documents"], told["pages"], told["counts"], told["found"]) == (1, 1, {}, [])
    assert "does not make anything true" in run_cli("check", case, plain[:10]).stdout


def test_a_document_that_is_not_there_is_told_in_a_sentence(case: Path) -> None:
    done = run_cli("check", case, "zz", check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
