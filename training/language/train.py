"""Learns the table of languages from text.json and writes languages.npz.

python train.py FOLDER/text.json ../../src/fairwitness/text/languages.npz [--samples 700000]

Logistic regression over hashed runs of letters, on invented lines: pieces of messages and words in random order, a few
letters long to some twenty words, some in capitals, without accents, with signs that text recognition gets wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy import sparse

from fairwitness.text._ngrams import Alphabet, alphabet_of, padded, runs_of, softmax
from fairwitness.text.scripts import NUMBERS, codes_of, scripts_of

BITS = {"Latn": 15, "Cyrl": 15, "Arab": 14}
LETTERS = {"Latn": 110, "Cyrl": 90, "Arab": 90}
EXPECTED = {"Latn": "en tr uz ug", "Cyrl": "ru kk ky uz ug", "Arab": "ug kk ar"}
WEIGHT_OF_EXPECTED = 6  # so much oftener a line is in one of them
BATCH, RATE, HOLD = 2048, 0.3, 20_000
_WITHOUT_MARKS = str.maketrans(
    {"қ": "к", "ғ": "г", "ң": "н", "ә": "а", "ө": "о", "ү": "у", "ұ": "у", "і": "и", "һ": "х",
     "ў": "у", "ҳ": "х", "ё": "е", "җ": "ж", "ı": "i"}
)  # fmt: skip


def plain(text: str) -> str:
    """As typed on a keyboard that lacks the letters."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).translate(
        _WITHOUT_MARKS
    )


def capitals(text: str, language: str) -> str:
    """All in capitals, as titles are."""
    return text.replace("i", "İ").upper() if language in ("tr", "az") else text.upper()


def spoilt(text: str, letters: str, rng: random.Random) -> str:
    """One sign in fifteen is another."""
    return "".join(rng.choice(letters) if c.isalpha() and rng.random() < 0.067 else c for c in text)


def lines_of(kinds: list[list[str]], language: str, letters: str, rng: random.Random) -> Iterator[str]:
    """Yields invented lines of one language, for ever."""
    told, known, small = kinds
    while True:
        size = rng.choice((1, 1, 2, 2, 3, 3, 4, 5, 7, 9, 12, 16, 22))
        if told and (not known or rng.random() < 0.6):
            parts: list[str] = []
            while len(parts) < size:
                parts += rng.choice(told).split()
            at = rng.randrange(len(parts) - size + 1)
            parts = parts[at : at + size]
        else:
            parts = rng.choices(known, k=size)
        if small and size > 2 and rng.random() < 0.5:
            for _ in range(1 + size // 6):
                parts[rng.randrange(size)] = rng.choice(small)
        text = " ".join(parts)
        chance = rng.random()
        if chance < 0.08:
            text = capitals(text, language)
        elif chance < 0.14:
            text = plain(text)
        elif chance < 0.20:
            text = spoilt(text, letters, rng)
        if language == "uz":
            text = text.replace("ʻ", rng.choice("ʻ'’‘`"))
        yield text


def nonsense(letters: str, rng: random.Random) -> str:
    """Letters in no language: file names, codes."""
    return " ".join(
        "".join(rng.choices(letters[:32], k=rng.randrange(2, 12))) for _ in range(rng.choice((1, 1, 2, 3, 5)))
    )


def samples(
    texts: dict[str, list[list[str]]], script: str, letters: str, count: int, seed: int
) -> tuple[list[str], list[int]]:
    """So many lines and the numbers of their languages."""
    rng = random.Random(seed)
    names = list(texts)
    sources = [lines_of(texts[name], name, letters, rng) for name in names]
    weights = [WEIGHT_OF_EXPECTED if name in EXPECTED[script].split() else 1 for name in names]
    labels = rng.choices(range(len(names)), weights, k=count)
    lines = [
        nonsense(letters, rng) if names[label] == "und" and rng.random() < 0.5 else next(sources[label])
        for label in labels
    ]
    return [line.replace("\n", " ") for line in lines], labels


def matrix_of(lines: list[str], alphabet: Alphabet, bits: int) -> sparse.csr_matrix:
    """A row for each line: how often each run of letters stands in it, by the square root of how many there are."""
    codes = codes_of("\n" + "\n".join(lines) + "\n")
    found = runs_of(padded(alphabet.read(codes)), bits)
    length, place = np.nonzero(found >> bits == 0)
    owners = np.append(np.cumsum(codes == 10) - 1, len(lines))[place]
    runs = np.bincount(owners, minlength=len(lines) + 1)
    values = (1 / np.sqrt(np.maximum(runs, 1)))[owners].astype(np.float32)
    rows = found[length, place]
    return sparse.coo_matrix((values, (owners, rows)), shape=(len(lines) + 1, 1 << bits)).tocsr()[: len(lines)]


def learn(texts: dict[str, list[list[str]]], script: str, count: int) -> dict[str, np.ndarray]:
    """The letters, languages, weights and bias of one script."""
    counted = Counter[str]()
    for kinds in texts.values():
        for kind in kinds[:2]:
            held = "".join(kind[:: max(1, len(kind) // 5000)]).lower()
            counted.update({letter: number / max(1, len(held)) for letter, number in Counter(held).items()})
    own = [c for c, _ in counted.most_common() if scripts_of(codes_of(c))[0] == NUMBERS[script] and len(c) == 1]
    letters = "".join(own[: LETTERS[script]]) + ("'" if script == "Latn" else "")
    names, bits = list(texts), BITS[script]
    alphabet = alphabet_of(script, letters)
    weights = np.zeros((1 << bits, len(names)), np.float32)
    bias = np.zeros(len(names), np.float32)
    seen, seen_bias = np.full_like(weights, 1e-6), np.full_like(bias, 1e-6)
    rounds = count // BATCH
    for step in range(rounds):
        lines, labels = samples(texts, script, letters, BATCH, step)
        told = matrix_of(lines, alphabet, bits)
        wrong = softmax(told @ weights + bias)
        wrong[np.arange(len(labels)), labels] -= 1
        slope = np.asarray(told.T @ wrong) / BATCH + 1e-8 * weights
        slope_bias = wrong.mean(axis=0)
        seen += slope**2
        seen_bias += slope_bias**2
        rate = RATE * min(1.0, 2 * (1 - step / rounds))
        weights -= rate * slope / np.sqrt(seen)
        bias -= rate * slope_bias / np.sqrt(seen_bias)
        if step % 20 == 0:
            print(
                script, step, rounds, round(float(np.mean(wrong[np.arange(len(labels)), labels] > -0.5)), 4), flush=True
            )
    scale = float(np.quantile(np.abs(weights[weights != 0]), 0.9995)) / 127
    small = np.clip(np.rint(weights / scale), -127, 127).astype(np.int8)
    lines, labels = samples(texts, script, letters, HOLD, 10**6)
    chances = softmax(matrix_of(lines, alphabet, bits) @ (small * np.float32(scale)) + bias)
    right = chances.argmax(axis=1) == labels
    for number, name in enumerate(names):
        mine = np.array(labels) == number
        taken = Counter(names[i] for i in chances[mine].argmax(axis=1))
        print(script, name, round(float(right[mine].mean()), 3), taken.most_common(3))
    return {
        f"{script}-letters": np.array(letters),
        f"{script}-languages": np.array(" ".join(names)),
        f"{script}-weights": small,
        f"{script}-scale": np.array(scale),
        f"{script}-bias": bias,
    }


def main() -> None:
    """Writes the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("text", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--samples", type=int, default=2_500_000)
    parser.add_argument("--scripts", default="Arab Cyrl Latn")
    given = parser.parse_args()
    texts = json.loads(given.text.read_text(encoding="utf-8"))
    found: dict[str, np.ndarray] = {}
    for script in given.scripts.split():
        found |= learn(texts[script], script, given.samples)
    with given.out.open("wb") as file:
        np.savez_compressed(file, **found)
    print(given.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
