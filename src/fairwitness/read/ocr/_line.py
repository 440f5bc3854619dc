"""From the image of one line to what the network for Uyghur lines takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures

HEIGHT = 40
MIN_WIDTH, MAX_WIDTH = 16, 4_000  # columns after scaling; the longest line of a page has about 1,500


def prepare_line(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The line as (HEIGHT, width), 0 where paper is and about 1 where ink is, whatever their shades are.

    `image` is grey (height, width) or RGB (height, width, 3); white text on black is turned round.
    """
    picture = Pictures.fromarray(image)
    if picture.mode != "L":
        picture = picture.convert("L")
    width = min(max(round(picture.width * HEIGHT / max(picture.height, 1)), MIN_WIDTH), MAX_WIDTH)
    grey = np.asarray(picture.resize((width, HEIGHT), Pictures.Resampling.BILINEAR), dtype=np.float32)
    dark, middle, light = (float(v) for v in np.percentile(grey, (1, 50, 95)))
    if middle - dark < light - middle:  # most of it is dark: light ink on dark paper
        grey, (dark, light) = 255 - grey, (255 - float(np.percentile(grey, 99)), 255 - float(np.percentile(grey, 5)))
    ink = (light - grey) / max(light - dark, 24.0)  # 24: an empty crop must not become a picture of its noise
    return np.asarray(np.clip(ink, -0.25, 1.25), np.float32)
