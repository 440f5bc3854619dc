"""How many pages are redacted in a CPU second, and how many bits of a name a painted page tells.

    python -m bench.bench_redact                     # pages a second
    python -m bench.bench_redact --names 4000        # and the attacks, 10 minutes

A page is drawn in the sandbox at 200 dpi, painted, packed, and written into a PDF; what text recognition of the painted
page takes is told apart. CPU seconds are those of this process and of all its children, with the start of the sandbox.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from examples.sample_leak.pdf import Text, write_pdf
from examples.sample_leak.scan import write_scan

from bench import _redaction_attacks as attacks
from bench._measure import describe_machine, pin_to_one_core
from fairwitness.case.case import Case
from fairwitness.publish.rebuilt import Coding
from fairwitness.work.looking import Looking
from fairwitness.work.opening import open_leak
from fairwitness.work.progress import Progress
from fairwitness.work.redacting import make_redaction, redaction, review_boxes, review_page
from fairwitness.work.redaction_finding import find_name
from fairwitness.work.redaction_kept import ACCEPT, BY_EYE, Redaction, begin_redaction

WORDS = "the office of water wrote to every village about wells and canals in that year".split()  # noqa: SIM905
LINES = 32


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--pages", type=int, default=20)
    told.add_argument("--names", type=int, default=0)
    arguments = told.parse_args()
    print(describe_machine(pin_to_one_core()))
    with tempfile.TemporaryDirectory() as place:
        for kind, one, case in _cases(Path(place), arguments.pages):
            for coding in ("lossless", "jpeg"):
                _measure(kind, case, one, coding, None)
            _measure(kind, case, one, "lossless", "hybrid", pages=3)
    if arguments.names:
        attack(arguments.names)


def _cases(folder: Path, pages: int) -> list[tuple[str, Redaction, Case]]:
    chance = random.Random(4)
    made = []
    for kind in ("text", "scan"):
        leak = folder / kind
        leak.mkdir()
        blocks = [[Text(" ".join(chance.choices(WORDS, k=13))) for _ in range(LINES)] for _ in range(pages)]
        for page in blocks:
            page[7] = Text("On that day Tursun Barat came to the office and asked")
        if kind == "text":
            (leak / "text.pdf").write_bytes(write_pdf(blocks, title="made up"))
        else:
            import pikepdf

            whole = pikepdf.new()
            for number, page in enumerate(blocks):
                path = leak.parent / f"scan-{number}.pdf"
                path.write_bytes(write_scan(page, title="made up"))
                with pikepdf.open(path) as part:
                    whole.pages.extend(part.pages)
            whole.save(leak / "scan.pdf")
        case = Case.create_or_open(folder / f"{kind}.case")
        open_leak(case, leak, Progress(None))
        document = next(found.document for found in case.queries.finds() if found.document)
        made.append((kind, _accepted(case, document), case))
    return made


def _accepted(case: Case, document: str) -> Redaction:
    one = find_name(case, begin_redaction(case, document, "Bench", "heron"), "Tursun Barat", "heron").redaction
    looking = Looking(case)
    if not one.boxes:  # a scan, not recognised here: one box by hand
        from fairwitness.work.redacting import add_boxes

        cites = [f"{document[:16]}:p{n}:r300,560,1500,600@200" for n in looking.document(document).numbers]
        one = add_boxes(case, one, cites, "heron", reason="person", width="line")
    one = review_boxes(case, one, [box.id for box in one.boxes], ACCEPT, "tern")
    for number in looking.document(document).numbers:
        review_page(case, redaction(case, one.id), number, BY_EYE, "tern")
    return redaction(case, one.id)


def _cpu_s() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _measure(kind: str, case: Case, one: Redaction, coding: Coding, engine: str | None, pages: int = 0) -> None:
    from dataclasses import replace

    numbers = Looking(case).document(one.document).numbers[:pages] if pages else ()
    if numbers:
        one = replace(one, pages=tuple(numbers), boxes=tuple(box for box in one.boxes if box.page in numbers))
    began = _cpu_s()
    made = make_redaction(case, one, engine=engine, coding=coding)
    took = _cpu_s() - began
    count = len(made.pages)
    how = f"{coding}, {'no words' if engine is None else f'words by {engine}'}"
    size = len(made.pdf) / count / 1000
    print(
        f"{kind:5} {how:24} {count / took:6.2f} pages/CPU s {1000 * took / count:6.0f} ms a page {size:6.0f} kB a page"
    )


def attack(count: int) -> None:
    """Bits told by our ways, and by a tight box."""
    names = attacks.candidates(count)
    looks: dict[str, Callable[..., object]] = {
        "PDF of text": attacks.as_drawn,
        "JPEG, quality 50": attacks.as_jpeg(50, 2),
        "scan at 150 dpi": attacks.as_coarse_scan(60),
    }
    covers = {
        "line": (attacks.covered("line"), False),
        "fixed": (attacks.covered("fixed"), True),
        "cell": (attacks.cell_painted, True),
        "tight, in a line": (attacks.tightly_painted, False),
        "tight, in a table": (attacks.tightly_painted, True),
    }
    for look, seen in looks.items():
        for cover, (paint, in_table) in covers.items():
            began = time.process_time()
            bits = attacks.bits(list(attacks.digests(names, seen, paint, in_table=in_table)))  # type: ignore[arg-type]
            took = time.process_time() - began
            print(f"{look:18} {cover:18} {bits:6.2f} bits of {count} names ({took:.0f} CPU s)", flush=True)


if __name__ == "__main__":
    main()
