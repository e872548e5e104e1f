"""Windows of a picture as the detector sees them: squares of the source, shrunk to its input size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from stash_sense.core.values import Box, Image
from stash_sense.core.vision import imaging

OVERLAP = 0.2  # of a tile's edge: a face up to this size is whole in one of two neighbours


@dataclass(frozen=True, slots=True)
class Tile:
    """A square of the source picture, pixels; may reach over the picture's edge (black there)."""

    left: float
    top: float
    edge: float


def whole(width: int, height: int, *, padding: float = 0.0) -> Tile:
    """The square around the whole picture. padding: extra border on each side, in parts of the longer side."""
    edge = max(width, height) * (1 + 2 * padding)
    return Tile((width - edge) / 2, (height - edge) / 2, edge)


def grid(width: int, height: int, edge: float) -> list[Tile]:
    """Overlapping tiles of `edge` pixels that cover the picture, row by row; one if it fits into a single tile."""
    return [Tile(left, top, edge) for top in _starts(height, edge) for left in _starts(width, edge)]


def cell_around(box: Box, edge: float) -> Tile:
    """The square of `edge` pixels with `box` in its middle."""
    return Tile((box.left + box.right - edge) / 2, (box.top + box.bottom - edge) / 2, edge)


def fine_edge(width: int, height: int, *, min_face_px: float, input_px: int, seen_px: float) -> float:
    """Edge of the finest tiles worth looking at.

    The smallest face that counts is `min_face_px`, but at least 1/40 of the longer side (48 px of a 1080p frame): smaller ones
    are the background of larger pictures. seen_px: how large a face must appear in the detector's input to be found.
    """
    smallest = max(min_face_px, max(width, height) / 40)
    return min(smallest / seen_px * input_px, float(max(width, height)))


def _starts(length: int, edge: float) -> list[float]:
    if edge >= length:
        return [(length - edge) / 2]
    count = math.ceil(
        (length - OVERLAP * edge) / (edge * (1 - OVERLAP)) - 0.1
    )  # a tenth of a tile less overlap is cheaper than one more row
    return [float(start) for start in np.linspace(0, length - edge, max(count, 2))]


@dataclass(frozen=True, slots=True, eq=False)
class Pyramid:
    """One picture in the sizes that its tiles need; each size is made once, from the next larger one."""

    image: Image
    input_px: int
    levels: dict[tuple[int, int], Image] = field(default_factory=dict)

    def window(self, tile: Tile) -> Image:
        """(input_px, input_px, 3): the tile as the detector sees it, black outside the picture."""
        level = self._level(tile.edge)
        scale = self.input_px / tile.edge
        return cut(level, round(tile.left * scale), round(tile.top * scale), self.input_px)

    def to_source(self, tile: Tile) -> tuple[float, float, float, float]:
        """(scale x, scale y, shift x, shift y) from the window's pixels to the source's."""
        level = self._level(tile.edge)
        height, width = self.image.shape[:2]
        scale = self.input_px / tile.edge
        across, down = width / level.shape[1], height / level.shape[0]
        return across, down, round(tile.left * scale) * across, round(tile.top * scale) * down

    def _level(self, edge: float) -> Image:
        height, width = self.image.shape[:2]
        scale = self.input_px / edge
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        if size not in self.levels:
            larger = [key for key in self.levels if key[0] >= size[0] and key[1] >= size[1]]
            source = self.levels[min(larger)] if larger else self.image
            self.levels[size] = imaging.resize(source, *size)
        return self.levels[size]


def cut(image: Image, left: int, top: int, edge: int) -> Image:
    """The square at (left, top), black where it reaches over the picture."""
    height, width = image.shape[:2]
    out = np.zeros((edge, edge, 3), np.uint8)
    x0, x1 = max(left, 0), min(left + edge, width)
    y0, y1 = max(top, 0), min(top + edge, height)
    if x0 < x1 and y0 < y1:
        out[y0 - top : y1 - top, x0 - left : x1 - left] = image[y0:y1, x0:x1]
    return out


def mosaic(image: Image, places: Sequence[Tile], input_px: int, across: int) -> Image:
    """(input_px, input_px, 3): up to across² places of the picture side by side, row by row, each shrunk or enlarged into its cell."""
    out = np.zeros((input_px, input_px, 3), np.uint8)
    cell = input_px // across
    for index, place in enumerate(places):
        top, left = index // across * cell, index % across * cell
        part = cut(image, round(place.left), round(place.top), max(round(place.edge), 1))
        out[top : top + cell, left : left + cell] = imaging.resize(part, cell, cell)
    return out
