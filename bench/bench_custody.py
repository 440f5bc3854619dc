"""How fast the log is: appends, the tree, verification and proofs, beside pymerkle where it is installed.

    python -m bench.bench_custody [--events 1000000] [--proofs 2000] [--appends 500]

CPU seconds of this process (`time.process_time`), in one run. pymerkle is GPL and never a dependency: put it into an
environment of its own together with fairwitness, or leave it out. Target: 200,000 events hashed and checked in 2 s.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fairwitness.case.case import Case
from fairwitness.custody.keys import new_key
from fairwitness.custody.ledger import check_log, close_log, extend_log
from fairwitness.custody.merkle import consistency_proof, leaf_hash, root_of, verify_consistency, verify_inclusion
from fairwitness.custody.proof import decode_proof, verify_proof
from fairwitness.custody.tiles import consistency_from_tiles, inclusion_from_tiles, tiles_to_write
from fairwitness.work.checking_signatures import check_signatures
from fairwitness.work.signing import prove_event, sign_log

TARGET_EVENTS = 200_000


def main() -> None:
    """Print one line for each."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--proofs", type=int, default=2000)
    options.add_argument("--appends", type=int, default=500)
    options.add_argument("--in-case", type=int, default=TARGET_EVENTS, help="events of the case that is checked")
    asked = options.parse_args()
    _tree(asked.events, asked.proofs)
    with tempfile.TemporaryDirectory() as folder:
        _case(Path(folder) / "case", asked.in_case, asked.appends, min(asked.proofs, 500))


def _tree(count: int, proofs: int) -> None:
    bodies = [
        b'{"at":1795488793,"nonce":"%032x","number":%d,"type":"test"}' % (number, number) for number in range(count)
    ]
    small = bodies[:TARGET_EVENTS]
    runs = [_cpu(lambda: root_of([leaf_hash(body) for body in small]))[0] for _ in range(3)]
    _say(f"hash and root of {len(small):,} events", runs, f"target 2.00 s: {'kept' if max(runs) < 2 else 'MISSED'}")
    seconds, leaves = _cpu(lambda: [leaf_hash(body) for body in bodies])
    _say(f"hash {count:,} events", [seconds])
    seconds, root = _cpu(lambda: root_of(leaves))
    _say(f"root of {count:,} events", [seconds])
    tiles: dict[str, bytes] = dict(tiles_to_write(0, count, leaves))
    _say("tiles", [], f"{sum(map(len, tiles.values())) / count:.1f} bytes an event")
    chosen = [random.Random(number).randrange(count) for number in range(proofs)]
    seconds, made = _cpu(lambda: [inclusion_from_tiles(index, count, count, tiles.get) for index in chosen])
    _say(f"{proofs:,} inclusion proofs from tiles", [seconds], f"{proofs / seconds:,.0f} a second")
    pairs = list(zip(chosen, made, strict=True))
    seconds, ok = _cpu(lambda: all(verify_inclusion(leaves[at], at, count, proof, root) for at, proof in pairs))
    assert ok
    _say(f"{proofs:,} inclusion proofs verified", [seconds], f"{proofs / seconds:,.0f} a second")
    old = count * 2 // 3
    seconds, proof = _cpu(lambda: consistency_from_tiles(old, count, count, tiles.get))
    assert verify_consistency(old, count, root_of(leaves[:old]), root, proof)
    whole, again = _cpu(lambda: consistency_proof(old, leaves))
    assert again == proof
    _say("consistency proof from tiles", [seconds], f"{whole / seconds:,.0f} times faster than from all leaves")
    _beside_pymerkle(small[: TARGET_EVENTS // 10])


def _case(folder: Path, count: int, appends: int, proofs: int) -> None:
    with Case.create_or_open(folder) as case:
        with case.changes() as changes:
            for number in range(count):
                changes.add_event("test", {"number": number})
        close_log(case)

        def append() -> None:
            for number in range(appends):
                with case.marking() as changes:
                    changes.add_event("test", {"number": number})
                extend_log(case)

        seconds, _ = _cpu(append)
        _say(
            f"{appends:,} appends, each with its transaction and checkpoint",
            [seconds],
            f"{appends / seconds:,.0f} a second",
        )
        key = new_key(case.log_name)
        seconds, signed = _cpu(lambda: sign_log(case, key, "heron"))
        _say(f"sign a log of {signed.checkpoint.size:,} events", [seconds])

        def prove() -> None:
            for number in range(1, proofs + 1):
                found = prove_event(case, number)
                verify_proof(decode_proof(found.text), found.event, [key.public])

        seconds, _ = _cpu(prove)
        _say(f"{proofs:,} signed proofs made and verified", [seconds], f"{proofs / seconds:,.0f} a second")
        seconds, found = _cpu(lambda: (check_log(case), check_signatures(case)))
        assert found[0].problems == () and found[1].problems == ()
        _say(f"check a log of {found[0].events:,} events with tiles and signatures", [seconds])


def _beside_pymerkle(bodies: list[bytes]) -> None:
    try:
        from pymerkle import InmemoryTree
    except ImportError:
        print("pymerkle is not installed here; nothing beside us.")
        return

    def theirs() -> bytes:
        tree: Any = InmemoryTree(algorithm="sha256")
        for body in bodies:
            tree.append_entry(body)
        return bytes(tree.get_state())

    ratios = []
    for _ in range(3):
        ours, root = _cpu(lambda: root_of([leaf_hash(body) for body in bodies]))
        other, state = _cpu(theirs)
        assert state == root
        ratios.append(other / ours)
    _say(f"pymerkle, {len(bodies):,} events, same root", [], f"takes {statistics.median(ratios):.1f} times as long")


def _cpu(act: Callable[[], Any]) -> tuple[float, Any]:
    started = time.process_time()
    found = act()
    return max(time.process_time() - started, 1e-9), found


def _say(what: str, seconds: list[float], more: str = "") -> None:
    times = f"{statistics.median(seconds):8.3f} s" if seconds else " " * 10
    spread = f" ({min(seconds):.3f} to {max(seconds):.3f})" if len(seconds) > 1 else ""
    print(f"{times}{spread}  {what}{'; ' + more if more else ''}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
