"""Pages of a case are committed to and proved, drawn by the real sandbox."""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import stat
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from fairwitness.case.case import Case
from fairwitness.cli import main
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.recognition import Recognition
from fairwitness.core.records import Made, PageScan
from fairwitness.custody.keys import new_key
from fairwitness.custody.ledger import check_log
from fairwitness.custody.proof import decode_proof, verify_proof
from fairwitness.publish.static.verify_page import read_png, read_proof, verify_page
from fairwitness.work.committing import Committed, batches, commit_pages
from fairwitness.work.printing_proved import committed
from fairwitness.work.progress import Progress
from fairwitness.work.proving import NoProof, NotCommitted, Painted, ProvenPage, note_proof, prove_page, sandbox_to_draw
from fairwitness.work.proving_files import prove_whole, write_proof
from fairwitness.work.signing import sign_log
from fairwitness.work.verifying import verify
from tests.read.documents import PdfPage, pdf
from tests.work.support import open_quietly

HAN, UYGHUR = "墨玉县", "ئابدۇللا"
FIRST = PdfPage(
    ((20, 90, "Minutes"), (90, 90, "of"), (120, 90, "Memet"), (20, 60, "Abdulla"), (20, 20, HAN)),
    media=(0, 0, 200, 120),
)
BLANK = PdfPage(media=(0, 0, 60, 40))
TURNED = PdfPage(((20, 60, "sideways"),), media=(0, 0, 160, 100), rotate=90)
INK = {"upright": (40, 30, 120, 60), "other": (200, 100, 260, 130)}  # black on the scan, once it is turned
SCAN_PX = (320, 200)  # width and height of it as it can be read


def scan_picture() -> Image.Image:
    """A page that must be turned clockwise by 90 degrees, with two black words."""
    upright = np.full((SCAN_PX[1], SCAN_PX[0]), 255, np.uint8)
    for x0, y0, x1, y1 in INK.values():
        upright[y0:y1, x0:x1] = 0
    return Image.fromarray(np.rot90(upright, 1))


def drawn_box(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The box on the picture as it is stored: turned back, counter-clockwise."""
    x0, y0, x1, y1 = box
    return y0, SCAN_PX[0] - x1, y1, SCAN_PX[0] - x0


def add_scan(case: Case, document: str, texts: tuple[str, str], version: str = "1") -> None:
    """As if text recognition had read the two words, and then text that only the file has."""
    text = f"{texts[0]} {texts[1]} unseen"
    at = len(texts[0]) + 1
    words = array("I", [0, at - 1, *drawn_box(INK["upright"]), at, at + len(texts[1]), *drawn_box(INK["other"])])
    words.extend([len(text) - 6, len(text), 1, 1, 5, 5])
    how = Recognition("e", ("e",), ("Latn",), array("I", [0, at + len(texts[1]), 900, 0, 0]), turn_deg=90)
    page = PageText(1, "page", text, SCAN_PX[1], SCAN_PX[0], 200, words, recognition=how)
    made = Made("read-scan", version)
    scan = PageScan(document, 1, made, Cause.OK, has_text=True, signs=(("chars", 20), ("confidence", 990)))
    with case.changes() as changes:
        changes.add_scan(scan, page)
        changes.add_event("derive", {"scan": scan.id})


DRAWING = sandbox_to_draw()


@pytest.fixture(scope="module")
def leak_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("proving")
    leak = place / "leak"
    leak.mkdir()
    (leak / "a.pdf").write_bytes(pdf([FIRST, TURNED, BLANK]))
    scan_picture().save(leak / "scan.png")
    (leak / "note.txt").write_text("words without a page")
    open_quietly(leak, place / "case")
    with Case.open(place / "case", writing=True) as case:
        add_scan(case, digest_of(case, "scan.png"), ("first", UYGHUR))
        assert commit(case) == Committed(pages=4, batches=1, without_picture=1)
    yield place / "case"
    DRAWING.close()


@pytest.fixture
def case(leak_case: Path) -> Iterator[Case]:
    with Case.open(leak_case) as opened:
        yield opened


def commit(case: Case, **options: Any) -> Committed:
    return commit_pages(case, Progress(None), **options)


def run(*arguments: object) -> Result:
    """The command line, in this process."""
    return CliRunner().invoke(main, [str(one) for one in arguments])


def digest_of(case: Case, name: str) -> str:
    return next(found.document for found in case.queries.finds() if found.name == name.encode())


def prove(case: Case, name: str, number: int, painted: Painted, **options: Any) -> ProvenPage:
    made = prove_page(case, digest_of(case, name), number, painted, sandbox=DRAWING, **options)
    assert verify_page(read_proof(made.as_bytes()), read_png(made.png)) == made.told
    return made


def stored_words(case: Case, name: str, number: int) -> list[tuple[str, tuple[int, ...]]]:
    from fairwitness.work.looking import Looking

    page = Looking(case).page(digest_of(case, name), number)
    assert isinstance(page, PageText)
    rows = [tuple(page.words[at : at + 6]) for at in range(0, len(page.words), 6)]
    return [(page.text[row[0] : row[1]], row[2:]) for row in rows]


def test_every_page_that_can_be_drawn_is_committed_to_once(leak_case: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    with Case.open(copied, writing=True) as case:
        assert commit(case) == Committed(covered=4, without_picture=1)
        assert verify(case, Progress(None)).is_sound
        assert check_log(case).size == check_log(case).events
        ((number, body),) = case.queries.events_of("commit-pages")
        told = json.loads(body)
        assert set(told) == {"type", "at", "nonce", "root", "pages"}  # no document, no page, no number of them
        assert next(iter(batches(case))).event == number
        case.objects.path(told["pages"]).unlink()
        assert verify(case, Progress(None)).missing == (told["pages"],)


def test_the_secret_can_be_read_by_its_owner_alone(leak_case: Path) -> None:
    assert stat.S_IMODE((leak_case / "secrets" / "pages").stat().st_mode) == 0o600
    assert stat.S_IMODE((leak_case / "secrets").stat().st_mode) == 0o700


def test_a_whole_page_is_proved_and_unseen_text_of_the_file_is_not_shown(case: Case) -> None:
    made = prove(case, "a.pdf", 1, Painted())
    assert (made.told["withheld"], made.told["unproven"], made.told["words"]) == (0, 0, [])
    every = prove(case, "a.pdf", 1, Painted(words="all"))
    shown = {(word[4], tuple(word[:4])) for word in every.told["words"]}
    assert shown == set(stored_words(case, "a.pdf", 1))
    assert {"Memet", *HAN} <= {word for word, _ in shown}
    assert every.told["commitment"] == made.told["commitment"]
    empty = prove(case, "a.pdf", 3, Painted(words="all"))
    assert (empty.told["words"], empty.told["verified"]) == ([], len(empty.told["states"]))


def test_a_redacted_page_shows_the_words_that_its_picture_shows(case: Case) -> None:
    """The name stands on two lines; both parts are painted. One word was misread, one is not on the picture."""
    words = dict(stored_words(case, "a.pdf", 1))
    boxes = [words["Memet"], words["Abdulla"]]
    rectangles = tuple(
        (x0 // 16 * 16, y0 // 16 * 16, (x1 // 16 + 1) * 16, (y1 // 16 + 1) * 16) for x0, y0, x1, y1 in boxes
    )
    read = (
        ("Minutes", words["Minutes"]),
        ("0f", words["of"]),
        (HAN, (words["墨"][0], words["墨"][1], words["县"][2], words["墨"][3])),
    )
    made = prove(case, "a.pdf", 1, Painted(rectangles, 0, read), rendition="colour")
    assert [word[4] for word in made.told["words"]] == ["Minutes", *HAN]
    assert made.told["unproven"] == 0
    expected = {
        (y, x) for x0, y0, x1, y1 in rectangles for y in range(y0 // 16, y1 // 16) for x in range(x0 // 16, x1 // 16)
    }
    columns = made.told["columns"]
    assert {divmod(at, columns) for at, state in enumerate(made.told["states"]) if state == "w"} == expected
    text = json.dumps(read_proof(made.as_bytes()), ensure_ascii=False)
    assert "Memet" not in text and "Abdulla" not in text


def test_nothing_in_a_proof_tells_which_document_it_is_of(case: Case, leak_case: Path) -> None:
    made = prove(case, "a.pdf", 1, Painted(((0, 0, 64, 64),), words="all"))
    raw = gzip.decompress(made.as_bytes())
    secret = (leak_case / "secrets" / "pages").read_text().strip()
    batch = next(iter(batches(case)))
    for hidden in (made.document, made.document[:16], secret, batch.nonce):
        assert hidden.encode() not in raw and bytes.fromhex(hidden) not in raw


def test_turned_pages_are_proved_as_they_can_be_read(case: Case) -> None:
    made = prove(case, "a.pdf", 2, Painted(words="all"))
    assert made.proof["width_px"] < made.proof["height_px"]  # /Rotate 90
    assert [word[4] for word in made.told["words"]] == ["sideways"]
    scan = prove(case, "scan.png", 1, Painted())
    assert (scan.proof["width_px"], scan.proof["height_px"]) == SCAN_PX
    assert scan.told["words"] == [[*INK["upright"], "first"], [*INK["other"], UYGHUR]]  # and not "unseen"
    _, _, _, data = read_png(scan.png)
    pixels = np.frombuffer(data, np.uint8).reshape(SCAN_PX[1], SCAN_PX[0])
    assert int((pixels == 0).sum()) == sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in INK.values())
    for x0, y0, x1, y1 in INK.values():
        assert not pixels[y0:y1, x0:x1].any()


@pytest.mark.parametrize("turn_deg", [0, pytest.param(90, marks=pytest.mark.slow), 180, 270])
def test_what_is_painted_lies_where_it_was_however_the_page_is_turned(case: Case, turn_deg: int) -> None:
    """The reading that counts today may turn the page otherwise than the one that was committed to."""
    seen = np.zeros((SCAN_PX[1], SCAN_PX[0]), np.uint8)
    x0, y0, x1, y1 = INK["upright"]
    seen[y0:y1, x0:x1] = 1
    ys, xs = np.nonzero(np.rot90(seen, (90 - turn_deg) // 90))
    rectangle = (int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1)
    made = prove(case, "scan.png", 1, Painted((rectangle,), turn_deg))
    assert [word[4] for word in made.told["words"]] == [UYGHUR]
    _, _, _, data = read_png(made.png)
    assert not np.frombuffer(data, np.uint8).reshape(SCAN_PX[1], SCAN_PX[0])[y0:y1, x0:x1].any()


def test_a_page_that_was_read_anew_is_committed_to_anew(leak_case: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    with Case.open(copied, writing=True) as case:
        before = prove(case, "scan.png", 1, Painted())
        add_scan(case, digest_of(case, "scan.png"), ("marked\u200b", "second"), "2")
        assert prove(case, "scan.png", 1, Painted()).told == before.told  # what was committed to stays provable
        assert commit(case) == Committed(pages=1, batches=1, covered=3, without_picture=1)
        after = prove(case, "scan.png", 1, Painted())
        assert [word[4] for word in after.told["words"]] == ["marked\u200b", "second"]
        assert prove(case, "scan.png", 1, Painted(), earliest=True).told == before.told
        read = (("marked", INK["upright"]), ("second", INK["other"]))
        redacted = prove(case, "scan.png", 1, Painted(turn_deg=90, words=read))
        assert [word[4] for word in redacted.told["words"]] == ["second"]  # a sign that nobody sees may mark a copy


def test_what_was_committed_to_in_another_format_is_refused_and_committed_to_anew(
    leak_case: Path, tmp_path: Path
) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    with Case.open(copied, writing=True) as case:
        ((_, body),) = case.queries.events_of("commit-pages")
        path = case.objects.path(json.loads(body)["pages"])
        path.chmod(0o600)
        path.write_bytes(path.read_bytes().replace(b'"format":2', b'"format":1'))
        with pytest.raises(NoProof, match="in another format") as refused:
            prove(case, "scan.png", 1, Painted())
        assert "fairwitness commit" in refused.value.advice
        document = digest_of(case, "scan.png")
        done = commit(case, documents=[document])
        assert done == Committed(pages=1, batches=1, other_format=4)
        assert "4 pages were committed to in another format" in committed(done)
        assert prove(case, "scan.png", 1, Painted(), earliest=True).told["unproven"] == 0


@pytest.mark.slow
def test_without_the_secret_nothing_is_proved_and_it_is_said(leak_case: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    (copied / "secrets" / "pages").unlink()
    with Case.open(copied, writing=True) as case:
        with pytest.raises(NoProof, match="secret"):
            prove(case, "a.pdf", 1, Painted())
        assert commit(case) == Committed(pages=4, batches=1, without_picture=1, lost=4)
        assert prove(case, "a.pdf", 1, Painted()).told["unproven"] == 0


def test_a_page_that_is_drawn_otherwise_is_not_proved(leak_case: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    with Case.open(copied) as case:
        path = case.objects.path(digest_of(case, "a.pdf"))
        path.chmod(0o600)
        path.write_bytes(pdf([PdfPage(((21, 90, "Minutes"),), media=FIRST.media), TURNED, BLANK]))
        with pytest.raises(NoProof, match="drawn or read differently"):
            prove(case, "a.pdf", 1, Painted())


@pytest.mark.slow
def test_a_kept_picture_is_proved_though_the_page_can_no_longer_be_drawn(leak_case: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    (copied / "secrets" / "pages").unlink()
    with Case.open(copied, writing=True) as case:
        assert commit(case, keep_pictures=True).pages == 4
        path = case.objects.path(digest_of(case, "scan.png"))
        path.chmod(0o600)
        path.write_bytes(b"gone")
        assert len(prove(case, "scan.png", 1, Painted()).told["words"]) == 2


def test_what_nobody_committed_to_is_not_proved(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.pdf").write_bytes(pdf([BLANK]))
    open_quietly(tmp_path / "leak", tmp_path / "case")
    with Case.open(tmp_path / "case") as case, pytest.raises(NotCommitted, match="page 1"):
        prove(case, "a.pdf", 1, Painted())


@pytest.mark.slow
def test_the_log_tells_of_proofs_by_digest(leak_case: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    with Case.open(copied) as case:
        key = new_key(case.log_name)
        sign_log(case, key, "heron")
        made = prove_whole(case, digest_of(case, "scan.png"), 1)
        written = write_proof(case, made, tmp_path / "p.json.gz")
        assert [file.name for file in written] == ["p.json.gz", "p.png", "p.tlog-proof"]
        proof = decode_proof(written[2].read_bytes())
        verify_proof(proof, made.page.proof["event"].encode(), [key.public])
    shutil.rmtree(copied)
    copied = shutil.copytree(leak_case, tmp_path / "case")
    with Case.open(copied) as case:
        note_proof(case, prove(case, "scan.png", 1, Painted()))
        ((_, body),) = case.queries.events_of("prove-page")
        assert UYGHUR not in body.decode()
        assert check_log(case).problems == ()


def test_pages_are_committed_to_right_after_reading_if_asked(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "a.pdf").write_bytes(pdf([BLANK]))
    said = run("open", tmp_path / "leak", "--commit", "--quiet").stdout
    assert "1 pages committed to, in 1 events" in said
    with Case.open(tmp_path / "leak.case") as case:
        assert len(next(iter(batches(case))).pages) == 1


def test_pages_are_committed_to_and_proved_by_command(leak_case: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(leak_case, tmp_path / "case")
    assert json.loads(run("commit", copied, "--quiet", "--json").stdout)["covered"] == 4
    with Case.open(copied) as case:
        document = digest_of(case, "scan.png")
    out = tmp_path / "page.json.gz"
    told = json.loads(run("prove-page", copied, document[:12], 1, "-o", out, "--html", "--whole", "--json").stdout)
    assert (told["words"], told["withheld"], told["files"]) == (2, 0, ["page.json.gz", "page.png", "page.html"])
    proof, picture = out.read_bytes(), (tmp_path / "page.png").read_bytes()
    assert verify_page(read_proof(proof), read_png(picture))["verified"] > 0
    assert base64.b64encode(proof).decode() in (tmp_path / "page.html").read_text("utf-8")
    refused = run("prove-page", copied, document[:12], 1, "-o", tmp_path / "page.txt", "--whole")
    assert refused.exit_code == 2 and "ends in .json.gz" in refused.stderr
    refused = run("prove-page", copied, document[:12], 1, "-o", out)  # a document is no redaction
    assert refused.exit_code == 2 and "No redaction" in refused.stderr
