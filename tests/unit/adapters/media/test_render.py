"""The picture as a viewer sees it: upright, square pixels, no combs, SDR colours."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.media import clips, hdr
from tests.media.pattern import UPRIGHT, draw, read_corners, read_number

from stash_sense.adapters.media.render import combed, degrees_of, square_size, turned
from stash_sense.adapters.media.video import VideoFrames
from stash_sense.core.values import Image

# Display matrix (a, b, c, d); what the camera stored, made from the upright picture; degrees clockwise.
TURNS = {
    "quarter": ((0, 1, -1, 0), lambda picture: np.rot90(picture, 1), 90),
    "half": ((-1, 0, 0, -1), lambda picture: np.rot90(picture, 2), 180),
    "three quarters": ((0, -1, 1, 0), lambda picture: np.rot90(picture, 3), 270),
    "mirrored": ((-1, 0, 0, 1), lambda picture: picture[:, ::-1], 0),
    "upside down": ((1, 0, 0, -1), lambda picture: picture[::-1], 180),
    "mirrored quarter": ((0, 1, 1, 0), lambda picture: picture.transpose(1, 0, 2), 90),
}


FINE = {**clips.QUICK, "crf": "2"}  # HDR stretches dark colours, and with them what the encoder got wrong


def first(path: Path) -> Image:
    return next(iter(VideoFrames().frames(str(path), [0.0]))).image


@pytest.mark.parametrize("name", TURNS)
def test_the_display_matrix_is_applied(folder: Path, name: str) -> None:
    matrix, store, degrees = TURNS[name]
    lying = abs(matrix[0]) == 0  # stored on its side: upright it is 240 × 320

    def stored(width: int, height: int, number: int) -> Image:
        upright = draw(height, width, number) if lying else draw(width, height, number)
        return np.ascontiguousarray(store(upright))

    plain = clips.make(folder / f"{name} plain.mp4", frames=30, draw=stored)
    clip = clips.with_matrix(plain, folder / f"{name}.mp4", matrix)
    frame = next(iter(VideoFrames().frames(str(clip), [1.1])))
    info = VideoFrames().probe(str(clip))
    assert (read_corners(frame.image), read_number(frame.image)) == (UPRIGHT, 25)
    assert frame.image.shape == (info.height, info.width, 3) == ((320, 240, 3) if lying else (240, 320, 3))
    assert info.rotation == degrees
    assert frame.image.flags.c_contiguous


def test_portrait_without_a_matrix_stays_portrait(folder: Path) -> None:
    picture = first(clips.make(folder / "portrait.mp4", width=240, height=426, frames=2))
    assert (picture.shape, read_corners(picture)) == ((426, 240, 3), UPRIGHT)


@pytest.mark.parametrize(("aspect", "width"), [(Fraction(4, 3), 427), (Fraction(8, 9), 284), (Fraction(50), 320)])
def test_pixels_become_square(folder: Path, aspect: Fraction, width: int) -> None:
    clip = clips.make(folder / f"aspect {width}.mkv", frames=2, aspect=aspect)
    assert first(clip).shape == (240, width, 3)
    assert VideoFrames().probe(str(clip)).width == width


def test_anamorphic_and_turned(folder: Path) -> None:
    plain = clips.make(folder / "wide pixels.mp4", frames=2, aspect=Fraction(4, 3))
    clip = clips.with_matrix(plain, folder / "wide pixels turned.mp4", (0, 1, -1, 0))
    info = VideoFrames().probe(str(clip))
    assert first(clip).shape == (info.height, info.width, 3) == (427, 240, 3)


def test_square_pixels_need_nothing() -> None:
    assert square_size(720, 576, None) == square_size(720, 576, Fraction(1)) == (720, 576)
    assert square_size(720, 576, Fraction(16, 15)) == (768, 576)


def moving(width: int, height: int, number: int, *, moments: int) -> Image:
    """Blocks that move by a block each moment; with two moments, the second is on the odd lines."""
    blocks = np.random.default_rng(3).integers(20, 235, (height // 8 + 1, width // 8 + 40), dtype=np.uint8)
    canvas = blocks.repeat(8, 0).repeat(8, 1)[:height]
    seen = [canvas[:, 8 * (2 * number + k) : 8 * (2 * number + k) + width] for k in range(2)]
    woven = seen[0].copy()
    woven[1::2] = seen[moments - 1][1::2]
    return np.repeat(woven[:, :, None], 3, axis=2)


@pytest.mark.parametrize("pixels", ["yuv420p", "yuv420p10le"])
def test_interlaced_video_loses_its_combs(folder: Path, pixels: str) -> None:
    options = {**clips.QUICK, "crf": "12", "x264-params": "interlaced=1"}
    clip = clips.make(
        folder / f"interlaced {pixels}.mkv", frames=2, height=256, pixels=pixels, options=options,
        draw=lambda w, h, n: moving(w, h, n, moments=2),
    )  # fmt: skip
    picture, one_moment = first(clip), moving(320, 256, 0, moments=1)
    assert picture.shape == (256, 320, 3)
    assert not combed(picture[:, :, 1])
    assert np.abs(picture.astype(int) - one_moment).mean() < 15
    assert np.abs(moving(320, 256, 0, moments=2).astype(int) - one_moment).mean() > 25  # what it was before


def test_a_whole_picture_marked_as_interlaced_keeps_all_its_lines(folder: Path) -> None:
    options = {**clips.QUICK, "crf": "4", "x264-params": "interlaced=1"}
    draw_whole = lambda w, h, n: moving(w, h, n, moments=1)  # noqa: E731 - shorter than a def, used twice
    clip = clips.make(folder / "only marked.mkv", frames=2, height=256, options=options, draw=draw_whole)
    assert np.abs(first(clip).astype(int) - draw_whole(320, 256, 0)).mean() < 3


def test_combs_are_told_from_edges_and_noise() -> None:
    assert combed(moving(320, 256, 0, moments=2)[:, :, 0])
    assert not combed(moving(320, 256, 0, moments=1)[:, :, 0])
    noise = np.random.default_rng(1).normal(128, 3, (256, 320)).astype(np.uint8)
    assert not combed(noise)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("sd.mkv", {}),
        ("hd.mkv", {"width": 1280, "height": 720}),
        ("told.mkv", {"colour": (1, 1, 1)}),
        ("full range.mkv", {"full_range": True}),
        ("ten bits.mkv", {"pixels": "yuv420p10le"}),
        ("rgb.mkv", {"codec": "ffv1", "pixels": "bgr0", "options": {}}),
        ("prores.mov", {"codec": "prores_ks", "pixels": "yuv422p10le", "options": {}}),
        ("pq.mkv", {"draw": hdr.draw_pq, "colour": (9, 16, 9), "pixels": "yuv420p10le", "options": FINE}),
        ("hlg.mkv", {"draw": hdr.draw_hlg, "colour": (9, 18, 9), "pixels": "yuv420p10le", "options": FINE}),
    ],
)
def test_colours_are_those_of_the_camera(folder: Path, name: str, changes: dict[str, object]) -> None:
    picture = first(clips.make(folder / name, frames=2, **changes))
    height, width = picture.shape[:2]
    wanted = draw(width, height, 0)
    # PQ and HLG: what is brighter than the knee is meant to be darker, so white and the yellow corner are left out.
    places = [(height // 8, width // 8), (-height // 8, width // 8), (height * 5 // 16, width // 2), (height // 2, 5)]
    off = [np.abs(picture[place].astype(int) - wanted[place]).max() for place in places]
    assert max(off) <= 12, off


def test_turning_is_exact() -> None:
    picture = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    assert np.array_equal(turned(picture, (0, 1, -1, 0)), np.rot90(picture, -1))
    assert np.array_equal(turned(picture, (0, -1, 1, 0)), np.rot90(picture, 1))
    assert [degrees_of(turn) for turn in ((1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0))] == [
        0,
        90,
        180,
        270,
    ]
