from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.values import Box
from stash_sense.core.vision import tiles
from stash_sense.core.vision.tiles import Pyramid, Tile


def test_a_1080p_frame_has_eight_fine_tiles_in_which_48_px_are_seen() -> None:
    edge = tiles.fine_edge(1920, 1080, min_face_px=36, input_px=192, seen_px=15.36)
    assert edge == pytest.approx(600)
    assert len(tiles.grid(1920, 1080, edge)) == 8


def test_small_videos_need_fewer_tiles() -> None:
    edge = tiles.fine_edge(640, 360, min_face_px=36, input_px=192, seen_px=15.36)
    assert len(tiles.grid(640, 360, edge)) == 2


@given(width=st.integers(1, 8000), height=st.integers(1, 8000), part=st.floats(0.1, 1.2))
def test_tiles_cover_every_pixel_and_overlap(width: int, height: int, part: float) -> None:
    edge = part * max(width, height)
    grid = tiles.grid(width, height, edge)
    for length, starts in ((width, {tile.left for tile in grid}), (height, {tile.top for tile in grid})):
        ordered = sorted(starts)
        assert ordered[0] <= 0
        assert ordered[-1] + edge >= length - 1e-6
        assert all(after - before <= 0.9 * edge for before, after in pairwise(ordered))


def test_the_whole_picture_is_centred_and_padded() -> None:
    assert tiles.whole(200, 100) == Tile(0, -50, 200)
    assert tiles.whole(200, 100, padding=0.5) == Tile(-100, -150, 400)


@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    left=st.floats(-200, 300),
    top=st.floats(-200, 300),
    edge=st.floats(20, 700),
)
def test_a_window_shows_what_lies_there_and_black_outside(
    width: int, height: int, left: float, top: float, edge: float
) -> None:
    pyramid, tile = Pyramid(np.full((height, width, 3), 200, np.uint8), 64), Tile(left, top, edge)
    window = pyramid.window(tile)
    across, down, x0, y0 = pyramid.to_source(tile)
    assert window.shape == (64, 64, 3)
    assert set(np.unique(window)) <= {0, 200}
    rows, columns = np.nonzero(window[..., 0])
    if len(rows):
        assert x0 + columns.min() * across >= -1e-3
        assert x0 + (columns.max() + 1) * across <= width + 1e-3
        assert y0 + rows.min() * down >= -1e-3
        assert y0 + (rows.max() + 1) * down <= height + 1e-3


def test_a_mosaic_shows_each_place_in_its_cell() -> None:
    image = np.zeros((100, 100, 3), np.uint8)
    image[:50], image[50:] = 60, 180
    out = tiles.mosaic(image, [Tile(10, 0, 40), Tile(10, 55, 40), Tile(90, 90, 20)], 96, 3)
    assert out[:32, :32].min() == 60
    assert out[:32, 32:64].max() == 180
    assert out[0, 64].tolist() == [180] * 3
    assert out[31, 95].max() == 0
    assert out[32:].max() == 0


def test_a_cell_has_the_box_in_its_middle() -> None:
    assert tiles.cell_around(Box(10, 20, 30, 60), 100) == Tile(-30, -10, 100)
