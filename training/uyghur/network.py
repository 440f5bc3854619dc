"""The network: convolutions alone, so that it reads a line of any length, and a place for each sign (CTC)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """A convolution, normalised, with ReLU; with a short cut past it where the shapes allow one."""

    def __init__(self, before: int, after: int, kernel: tuple[int, int], stride: tuple[int, int] = (1, 1),
                 spread: int = 1, *, room: tuple[int, int] | None = None) -> None:  # fmt: skip
        super().__init__()
        padding = room if room is not None else (kernel[0] // 2, spread * (kernel[1] // 2))
        self.conv = nn.Conv2d(before, after, kernel, stride, padding, (1, spread), bias=False)
        self.norm = nn.BatchNorm2d(after, momentum=0.03)
        self.past = before == after and stride == (1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(lines, before, rows, columns) to (lines, after, rows, columns)."""
        y = torch.relu(self.norm(self.conv(x)))
        return x + y if self.past else y


class Reader(nn.Module):
    """(lines, 1, 40, columns) to (lines, columns / 4, signs + 1): log-likelihoods up to a constant; sign 0 is none."""

    def __init__(self, signs: int) -> None:
        super().__init__()
        self.look = nn.Sequential(
            Block(1, 24, (3, 3), (2, 2)),
            Block(24, 48, (3, 3), (2, 1)),
            Block(48, 96, (3, 3), (1, 2)),
            Block(96, 128, (3, 3), (2, 1)),
            Block(128, 128, (3, 3)),
            Block(128, 256, (5, 1), room=(0, 0)),
        )
        self.read = nn.Sequential(*(Block(256, 256, (1, 3), spread=spread) for spread in (1, 2, 4, 8, 1)))
        self.drop = nn.Dropout(0.1)
        self.say = nn.Conv2d(256, signs + 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return self.say(self.drop(self.read(self.look(x)))).squeeze(2).transpose(1, 2)
