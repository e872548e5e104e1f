"""What we lean on in OpenCV and Pillow: both give the same pixels, so both sets of dependencies find the same faces.

Tolerance: 2 of 255 levels on any pixel, 0.6 levels on average; JPEG files and decoded pictures are equal.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from stash_sense.core.values import Image
from stash_sense.core.vision import imaging
from stash_sense.errors import DecodeError

PHOTO = (Path(__file__).parents[1] / "data" / "photos" / "collins-1992.jpg").read_bytes()
LIBRARIES = ("cv2", "pillow")

pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("cv2", "PIL")),
    reason="one of OpenCV and Pillow is not installed",
)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = imaging.in_use()
    yield
    imaging.use(before)


def both(action: Callable[[], Image]) -> tuple[Image, Image]:
    results = []
    for library in LIBRARIES:
        imaging.use(library)
        results.append(action())
    return results[0], results[1]


def assert_alike(pair: tuple[Image, Image], most: int = 2, mean: float = 0.6) -> None:
    first, second = (one.astype(np.int16) for one in pair)
    assert first.shape == second.shape
    assert pair[0].dtype == pair[1].dtype == np.uint8
    assert np.abs(first - second).max() <= most
    assert np.abs(first - second).mean() <= mean


@pytest.mark.parametrize("size", [(100, 100), (61, 87), (192, 108), (350, 500), (233, 40), (1, 1), (900, 7)])
def test_resizing_gives_the_same_pixels(size: tuple[int, int]) -> None:
    photo = imaging.decode(PHOTO)
    assert_alike(both(lambda: imaging.resize(photo, *size)))


@pytest.mark.parametrize("turn", [0.0, 0.4, -1.2, 3.0])
@pytest.mark.parametrize("scale", [0.7, 1.0, 3.1])
def test_warping_gives_the_same_pixels_also_over_the_edge(turn: float, scale: float) -> None:
    photo = imaging.decode(PHOTO)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    matrix = np.array([[cos, -sin, 20.3], [sin, cos, -9.7]])
    pair = both(lambda: imaging.warp_affine(photo, matrix, 112, 96))
    assert_alike(pair)


def test_jpeg_files_are_equal_and_so_is_what_is_read_from_them() -> None:
    photo = imaging.decode(PHOTO)
    files = []
    for library in LIBRARIES:
        imaging.use(library)
        files.append(imaging.encode_jpeg(photo, 70))
    assert_alike(both(lambda: imaging.decode(files[0])), most=0, mean=0)
    assert_alike((imaging.decode(files[0]), imaging.decode(files[1])), most=2)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("data", [b"", b"nothing of a picture", PHOTO[:200], b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_what_is_no_picture_is_a_decode_error(library: imaging.Library, data: bytes) -> None:
    imaging.use(library)
    with pytest.raises(DecodeError):
        imaging.decode(data)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_other_colour_modes_become_rgb(mode: str) -> None:
    from PIL import Image as Pillow

    out = io.BytesIO()
    Pillow.new("RGB", (8, 6), (200, 30, 60)).convert(mode).save(out, "JPEG" if mode == "CMYK" else "PNG")
    pair = both(lambda: imaging.decode(out.getvalue()))
    assert pair[0].shape == (6, 8, 3)
    assert_alike(pair, most=12, mean=12)  # palettes and inks leave some room


def test_turned_photos_come_upright() -> None:
    from PIL import Image as Pillow

    picture = Pillow.new("RGB", (40, 20), (0, 0, 0))
    picture.paste((255, 255, 255), (0, 0, 10, 20))  # bright on the left
    exif, out = Pillow.Exif(), io.BytesIO()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    picture.save(out, "JPEG", exif=exif, quality=95)
    pair = both(lambda: imaging.decode(out.getvalue()))
    assert pair[0].shape == (40, 20, 3)
    assert pair[0][:8].mean() > 240
    assert pair[0][12:].mean() < 15
    assert_alike(pair, most=0, mean=0)
