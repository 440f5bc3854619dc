"""The page that checks a page, in a browser, opened as a file, with the network off."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from playwright.sync_api import Browser, Page

from fairwitness.custody.checkpoint import Checkpoint, encode
from fairwitness.custody.merkle import inclusion_proof, leaf_hash, root_of
from fairwitness.custody.note import Note, encode_note, sign
from fairwitness.custody.proof import TlogProof, encode_proof
from fairwitness.publish.commitments import packed, rendered, tiles_touched
from fairwitness.publish.lossless import png_of
from fairwitness.publish.page_verifier import verifier_html
from fairwitness.publish.rebuilt import RebuiltPage, build_pdf
from fairwitness.publish.static.verify_page import read_pdf, read_png, read_proof, verify_page
from tests.publish import plain_tree
from tests.publish.test_commitments import CHANGES, HEIGHT, WIDTH, changed, mask_of, page, painted, proof_for

RECTANGLE = (16, 16, 64, 48)


@pytest.fixture(scope="module")
def offline(browser: Browser) -> Iterator[Page]:
    """A page that nothing can be fetched for, and that fails the test if it tries or complains."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_offline(True)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request", lambda request: complaints.append(request.url) if not request.url.startswith("file:") else None
    )
    yield opened
    context.close()
    assert complaints == []


def given(rendition: Any = "colour") -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    hidden = tiles_touched([RECTANGLE], WIDTH, HEIGHT)
    pixels = rendered(page().pixels, rendition).copy()
    x0, y0, x1, y1 = RECTANGLE
    pixels[y0:y1, x0:x1] = 0
    return proof_for(page(), hidden, rendition), pixels


def verdict(opened: Page) -> str:
    opened.wait_for_selector("#verdict:not(.waiting)")
    return opened.inner_text("#verdict")


def test_a_png_and_a_pdf_of_ours_give_the_pixels_that_went_in(tmp_path: Path) -> None:
    _, colour = given("colour")
    _, grey = given("plain")
    for pixels, step in ((colour, 3), (grey, 1)):
        read = (WIDTH, HEIGHT, step, pixels.tobytes())
        assert read_png(png_of(pixels)) == read
        (tmp_path / "x.png").write_bytes(png_of(pixels))
        assert np.array_equal(np.asarray(Image.open(tmp_path / "x.png")), pixels)
        assert read_pdf(build_pdf([RebuiltPage(grey, 200), RebuiltPage(pixels, 200)]), 2) == read
    assert read_png(png_of(np.repeat(grey[..., None], 3, axis=2)))[2] == 1


@pytest.mark.parametrize("rendition", [pytest.param("colour", marks=pytest.mark.slow), "plain"])
def test_one_file_shows_by_itself_what_is_proved(offline: Page, tmp_path: Path, rendition: str) -> None:
    proof, pixels = given(rendition)
    (tmp_path / "page.html").write_text(verifier_html(packed(proof), png_of(pixels)), "utf-8")
    offline.goto((tmp_path / "page.html").as_uri())
    assert verdict(offline) == (
        "✓ Every other pixel and every word shown is what was committed to. Some places are withheld."
    )
    told = verify_page(proof, read_png(png_of(pixels)))
    rows = offline.locator("#counts tr").all_inner_texts()
    assert [row.split("\t")[1] for row in rows] == [str(told[name]) for name in ("verified", "withheld", "unproven")]
    assert offline.locator("#places tr").all_inner_texts() == ["withheld\t16.0 %\t26.7 %\t48.0 %\t53.3 %"]
    shown = offline.locator("#words bdi").all_inner_texts()
    assert shown == [word[4] for word in told["words"]]
    assert "ئابدۇللا" in shown and "قاراقاش" not in shown
    offline.uncheck("#marks")
    drawn = offline.evaluate("[...document.getElementById('page').getContext('2d').getImageData(0, 0, 100, 60).data]")
    whole = np.array(drawn, np.uint8).reshape(HEIGHT, WIDTH, 4)[..., :3]
    assert np.array_equal(whole, pixels if rendition == "colour" else np.repeat(pixels[..., None], 3, axis=2))
    offline.check("#marks")


def test_a_changed_pixel_is_refused_by_the_page(offline: Page, tmp_path: Path) -> None:
    proof, pixels = given()
    pixels[0, 0, 0] ^= 1
    (tmp_path / "page.html").write_text(verifier_html(packed(proof), png_of(pixels)), "utf-8")
    offline.goto((tmp_path / "page.html").as_uri())
    assert verdict(offline).startswith("✗ Nothing is verified: the picture, its words or the proof are not those")
    assert not offline.is_visible("#result")


def test_proof_and_picture_are_chosen_as_files(offline: Page, tmp_path: Path) -> None:
    proof, pixels = given()
    (tmp_path / "check.html").write_text(verifier_html(), "utf-8")
    (tmp_path / "p.json.gz").write_bytes(packed(proof))
    (tmp_path / "p.pdf").write_bytes(build_pdf([RebuiltPage(pixels[:32], 200), RebuiltPage(pixels, 200)]))
    offline.goto((tmp_path / "check.html").as_uri())
    assert offline.inner_text("#verdict") == "Choose a proof and its picture."
    offline.set_input_files("#proof-file", tmp_path / "p.json.gz")
    offline.set_input_files("#picture-file", tmp_path / "p.pdf")
    assert verdict(offline) == "✗ Nothing is verified: the picture is not as large as the page."
    offline.fill("#page-number", "2")
    offline.press("#page-number", "Tab")
    offline.wait_for_selector("#verdict.true")


def test_no_accessibility_problem_is_found(offline: Page, tmp_path: Path) -> None:
    proof, pixels = given()
    (tmp_path / "page.html").write_text(verifier_html(packed(proof), png_of(pixels)), "utf-8")
    for scheme in ("light", "dark"):
        offline.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        offline.goto((tmp_path / "page.html").as_uri())
        verdict(offline)
        found = Axe().run(offline)
        assert found.violations_count == 0, found.generate_report()


def test_both_verifiers_say_the_same_of_what_was_changed(offline: Page, tmp_path: Path) -> None:
    """Each change of `test_commitments` a few times, in both languages; and the test vectors."""
    (tmp_path / "check.html").write_text(verifier_html(), "utf-8")
    offline.goto((tmp_path / "check.html").as_uri())
    say = """cases => cases.map(([proof, width, height, step, pixels]) => {
        const bytes = Uint8Array.from(atob(pixels), letter => letter.charCodeAt(0));
        try { return FairwitnessPage.verify(proof, { width, height, step, pixels: bytes }); }
        catch (error) { return error.message; }
    })"""
    proof, picture = proof_for(page(), mask_of({9})), painted(page(), mask_of({9}), "colour")
    cases = [(proof, picture)] + [changed(proof, picture, what, at) for what in CHANGES for at in (0, 5, 12)]
    vectors = plain_tree.vectors()["proof"]
    raw = bytearray(
        b"".join(
            plain_tree.tile_pixels(row, col, "plain")[16 * y : 16 * y + 16]
            if col < 2
            else plain_tree.tile_pixels(row, col, "plain")[8 * y : 8 * y + 8]
            for row, tall in ((0, 16), (1, 4))
            for y in range(tall)
            for col in range(3)
        )
    )
    for y in range(16):
        raw[40 * y + 16 : 40 * y + 32] = bytes(16)
    cases.append((vectors, (40, 20, 1, bytes(raw))))
    broken = [{"nodes": "!"}, {"shape": ""}, {"dpi": -1}, {"words": None}, {"event": "[]"}, {"rendition": "x-ray"}]
    broken += [{"salt": ""}, {"words": {}}, {"words": dict.fromkeys(proof["words"], 5)}, {"batch": {"index": 0}}]
    cases += [(proof | one, picture) for one in broken]
    sent = [[one, *shown[:3], base64.b64encode(shown[3]).decode()] for one, shown in cases]
    for (one, shown), theirs in zip(cases, offline.evaluate(say, sent), strict=True):
        try:
            ours: Any = verify_page(one, shown)
        except ValueError as error:
            ours = str(error)
        assert isinstance(ours, str) == isinstance(theirs, str), (ours, theirs)
        assert isinstance(ours, str) or ours == theirs
    assert offline.evaluate(say, sent[:1])[0]["withheld"] == 1


def test_both_verifiers_read_the_same_files_of_proofs(offline: Page, tmp_path: Path) -> None:
    (tmp_path / "check.html").write_text(verifier_html(), "utf-8")
    offline.goto((tmp_path / "check.html").as_uri())
    file = packed(proof_for(page(), mask_of({9})))
    files = [
        file,
        gzip.decompress(file),
        file[:-9],
        file + b"x",
        file[:60] + b"x" + file[61:],
        b"",
        b"\x1f\x8b",
        b"\xff{}",
    ]
    files += [b"\xef\xbb\xbf{}", b"{", gzip.compress(b"{"), gzip.compress(b"\xff")]
    say = """files => Promise.all(files.map(async (file) => {
        const bytes = Uint8Array.from(atob(file), letter => letter.charCodeAt(0));
        try { return JSON.stringify(await FairwitnessPage.readProof(bytes)); } catch (error) { return error.message; }
    }))"""
    theirs = offline.evaluate(say, [base64.b64encode(one).decode() for one in files])
    for one, said in zip(files, theirs, strict=True):
        try:
            assert read_proof(one) == json.loads(said)
        except ValueError as error:
            assert said == str(error)
    assert set(theirs[2:]) == {"the proof is damaged", "this is no proof of a page"}


def tlog_proof(events: list[bytes], index: int) -> str:
    leaves = [leaf_hash(event) for event in events]
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    text = encode(Checkpoint("fairwitness/2c1f", len(events), root_of(leaves)))
    note = encode_note(Note(text, (sign(text, "fairwitness/2c1f", private),))).encode()
    return encode_proof(TlogProof(index, tuple(inclusion_proof(index, leaves)), note)).decode()


def test_the_page_tells_where_in_the_log_the_event_stands(offline: Page, tmp_path: Path) -> None:
    proof, pixels = given("plain")
    event = proof["event"].encode()
    log = tlog_proof([*(b"other %d" % n for n in range(4)), event, b"later"], 4)
    (tmp_path / "page.html").write_text(verifier_html(packed(proof), png_of(pixels), log), "utf-8")
    offline.goto((tmp_path / "page.html").as_uri())
    assert verdict(offline).startswith("✓")
    assert "4 (from 0) of 6 of the log fairwitness/2c1f" in offline.inner_text("#about")
    (tmp_path / "page.html").write_text(
        verifier_html(packed(proof), png_of(pixels), tlog_proof([b"x", b"y"], 1)), "utf-8"
    )
    offline.goto((tmp_path / "page.html").as_uri())
    assert verdict(offline) == "✗ Nothing is verified: the event is not in the log."
    cases = [(n, at) for n in range(1, 18) for at in range(n)]
    tried = [[f"e{at}", tlog_proof([b"e%d" % one for one in range(n)], at)] for n, at in cases]
    say = "cases => cases.map(([event, log]) => { try { return FairwitnessPage.verifyLog(event, log).index } catch (e) { return e.message } })"
    assert offline.evaluate(say, tried) == [str(at) for _, at in cases]
    wrong = [[event + "x", log] for event, log in tried] + [[tried[5][0], tried[6][1]]]
    assert set(offline.evaluate(say, wrong)) == {"the event is not in the log"}


def test_leaked_text_cannot_become_a_part_of_the_page(offline: Page, tmp_path: Path) -> None:
    proof, pixels = given()
    proof["words"]["text"][0] = "</script><img src=x onerror=alert(1)>\u202e"
    (tmp_path / "page.html").write_text(verifier_html(packed(proof), png_of(pixels)), "utf-8")
    offline.goto((tmp_path / "page.html").as_uri())
    assert verdict(offline).startswith("✗")
    assert offline.locator("img").count() == 0
