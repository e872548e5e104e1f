"""A test picture that says which frame it is and which way up: coloured corners and a number in black and white bars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BITS = 10
CORNERS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220), "yellow": (220, 220, 30)}
UPRIGHT = ("red", "green", "blue", "yellow")  # top left, top right, bottom left, bottom right
Pixels = NDArray[np.uint8]


def draw(width: int, height: int, number: int) -> Pixels:
    picture = np.full((height, width, 3), 128, np.uint8)
    down, across = height // 4, width // 4
    for (y, x), name in zip(((0, 0), (0, -1), (-1, 0), (-1, -1)), UPRIGHT, strict=True):
        rows = slice(0, down) if y == 0 else slice(height - down, height)
        columns = slice(0, across) if x == 0 else slice(width - across, width)
        picture[rows, columns] = CORNERS[name]
    edges = np.linspace(0, width, BITS + 1).astype(int)
    for bit in range(BITS):
        picture[height * 3 // 8 : height * 5 // 8, edges[bit] : edges[bit + 1]] = 235 if number >> bit & 1 else 16
    return picture


def read_number(picture: Pixels) -> int:
    height, width = picture.shape[:2]
    edges = np.linspace(0, width, BITS + 1).astype(int)
    middles = (edges[:-1] + edges[1:]) // 2
    return sum(1 << bit for bit, x in enumerate(middles) if picture[height // 2, x - 1 : x + 2].mean() > 127)


def read_corners(picture: Pixels) -> tuple[str, ...]:
    """Colour names of top left, top right, bottom left, bottom right."""
    height, width = picture.shape[:2]
    down, across = height // 8, width // 8
    places = ((down, across), (down, width - across), (height - down, across), (height - down, width - across))
    return tuple(_nearest(picture[y, x]) for y, x in places)


def _nearest(colour: Pixels) -> str:
    return min(CORNERS, key=lambda name: float(np.abs(colour.astype(float) - CORNERS[name]).sum()))
