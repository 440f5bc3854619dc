"""Trains the recogniser on the CPU: one process draws lines, one learns.

python train.py TEXT_JSON OUT --minutes 60             # fonts held out are never used
python train.py TEXT_JSON OUT --minutes 15 --start OUT/last.pt --all-fonts --rate 4e-4
python train.py TEXT_JSON OUT --minutes 3 --only 50    # must learn 50 lines by heart: a check of the machinery
"""

from __future__ import annotations

import argparse
import copy
import math
import multiprocessing
import random
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from alphabet import ALPHABET
from fairwitness.read.ocr._line import HEIGHT, prepare_line
from lines import Lines, Text, find_faces
from network import Reader

COLUMNS_A_BATCH = 12_800
Batch = tuple[NDArray[np.float16], list[int], list[list[int]]]


def batches(lines: Lines, ahead: int) -> list[Batch]:
    """`ahead` lines in batches of lines that are about equally wide."""
    drawn = []
    for _ in range(ahead):
        image, signs = lines.draw()
        ink = prepare_line(image)
        codes = [ALPHABET.index(sign) + 1 for sign in signs]
        if len(codes) * 1.1 < ink.shape[1] / 4 and ink.shape[1] < 1600:
            drawn.append((ink, codes))
    drawn.sort(key=lambda pair: pair[0].shape[1])
    made, start = [], 0
    while start < len(drawn):
        end = start + 1
        while end < len(drawn) and drawn[end][0].shape[1] * (end + 1 - start) <= COLUMNS_A_BATCH:
            end += 1
        part = drawn[start:end]
        wide = -(-part[-1][0].shape[1] // 32) * 32
        images = np.zeros((len(part), 1, HEIGHT, wide), np.float16)
        for row, (ink, _) in enumerate(part):
            images[row, 0, :, : ink.shape[1]] = ink
        made.append((images, [ink.shape[1] for ink, _ in part], [codes for _, codes in part]))
        start = end
    lines.chance.shuffle(made)
    return made


def supply(queue: multiprocessing.Queue[Batch], text: Path, seed: int, all_fonts: bool, only: int, rounds: int) -> None:
    """Fills the queue for ever. The first lines are short: a network that aligns short lines soon aligns long ones."""
    chance = random.Random(seed)
    faces = find_faces(held_out=False) + (find_faces(held_out=True) if all_fonts else [])
    lines = Lines(faces, Text(text, chance), chance)
    if only:
        made = batches(lines, only)
        while True:
            for batch in made:
                queue.put(batch)
    while True:
        lines.longest = 14 if rounds < 8 else 60 if rounds % 6 else 110
        for batch in batches(lines, 600):
            queue.put(batch)
        rounds += 1


def read_greedily(scores: torch.Tensor, columns: list[int]) -> list[list[int]]:
    """The most likely signs of each line."""
    read = []
    for steps, wide in zip(scores.argmax(2).tolist(), columns, strict=True):
        row = steps[: (wide + 3) // 4]
        read.append([code for i, code in enumerate(row) if code and (i == 0 or code != row[i - 1])])
    return read


def distance(a: list[int], b: list[int]) -> int:
    """Levenshtein distance."""
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            now.append(min(last[j] + 1, now[-1] + 1, last[j - 1] + (x != y)))
        last = now
    return last[-1]


@torch.no_grad()
def error_rate(net: Reader, material: list[Batch]) -> float:
    """Wrong signs for each sign of the material."""
    net.eval()
    wrong = signs = 0
    for images, columns, codes in material:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(torch.from_numpy(images).float())
        for got, want in zip(read_greedily(scores, columns), codes, strict=True):
            wrong += distance(got, want)
            signs += len(want)
    net.train()
    return wrong / max(1, signs)


def main() -> None:
    """Trains for the minutes given and writes last.pt (averaged weights) as it goes."""
    options = argparse.ArgumentParser()
    options.add_argument("text", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--rate", type=float, default=2e-3)
    options.add_argument("--start", type=Path)
    options.add_argument("--all-fonts", action="store_true")
    options.add_argument("--only", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(given.seed)
    chance = random.Random(7)
    seen_not = batches(Lines(find_faces(held_out=True), Text(given.text, chance), chance, longest=50), 200)
    queue: multiprocessing.Queue[Batch] = multiprocessing.Queue(maxsize=24)
    multiprocessing.Process(
        target=supply,
        args=(queue, given.text, given.seed, given.all_fonts, given.only, 8 if given.start else 0),
        daemon=True,
    ).start()
    net = Reader(len(ALPHABET)).to(memory_format=torch.channels_last)
    if given.start:
        net.load_state_dict(torch.load(given.start, weights_only=True))
    mean = copy.deepcopy(net)
    decayed = [p for p in net.parameters() if p.ndim > 1]
    plain = [p for p in net.parameters() if p.ndim <= 1]
    learn = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}], lr=given.rate
    )
    begun, step, lines, losses = time.monotonic(), 0, 0, []
    waited = 0.0
    while (spent := (time.monotonic() - begun) / 60 / given.minutes) < 1:
        # The rate rises for 300 steps and falls along a cosine of the time that is left.
        rate = given.rate * min(1, (step + 1) / 300) * (0.02 + 0.98 * (1 + math.cos(math.pi * spent)) / 2)
        for group in learn.param_groups:
            group["lr"] = rate
        before = time.monotonic()
        images, columns, codes = queue.get(timeout=300)
        waited += time.monotonic() - before
        x = torch.from_numpy(images).float().contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = net(x)
        log = functional.log_softmax(scores.float(), 2).transpose(0, 1)
        flat = torch.tensor([code for line in codes for code in line])
        loss = functional.ctc_loss(
            log, flat, torch.tensor([(c + 3) // 4 for c in columns]), torch.tensor([len(c) for c in codes]),
            reduction="sum", zero_infinity=True,
        ) / max(1, flat.numel())  # fmt: skip
        learn.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        learn.step()
        step += 1
        lines += len(codes)
        losses.append(loss.item())
        keep = min(0.998, step / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
                if slow.is_floating_point():
                    slow.mul_(keep).add_(fast, alpha=1 - keep)
        if step % 50 == 0:
            print(
                f"{time.monotonic() - begun:5.0f} s  step {step}  lines {lines}  loss {np.mean(losses[-50:]):.3f}"
                f"  waited {waited:.0f} s  rate {rate:.1e}",
                flush=True,
            )
        if step % 500 == 0 or (given.only and step % 100 == 0):
            print(f"        wrong in fonts never seen: {error_rate(mean, seen_not):.4f}"
                  f"  in this batch: {error_rate(net, [(images, columns, codes)]):.4f}", flush=True)  # fmt: skip
            torch.save(mean.state_dict(), given.out / "next.pt")
            (given.out / "next.pt").replace(given.out / "last.pt")
    print(f"wrong in fonts never seen: {error_rate(mean, seen_not):.4f} after {lines} lines in {step} steps")
    torch.save(mean.state_dict(), given.out / "last.pt")


if __name__ == "__main__":
    main()
