"""Still pictures, with either image library."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.media import stills
from tests.media.pattern import CORNERS, UPRIGHT, draw, read_corners, read_number
from tests.media.places import unreadable

from stash_sense.adapters.media.images import StillPictures
from stash_sense.core.vision import imaging
from stash_sense.errors import DecodeError


@pytest.fixture(params=["cv2", "pillow"], autouse=True)
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip({"cv2": "cv2", "pillow": "PIL"}[request.param])
    monkeypatch.setattr(imaging, "_chosen", None)  # afterwards the suite's own choice is back
    imaging.use(request.param)
    return request.param


@pytest.mark.parametrize(
    ("codec", "pixels"),
    [
        ("mjpeg", "yuvj420p"), ("mjpeg", "yuvj444p"), ("png", "rgb24"), ("png", "rgb48be"), ("bmp", "bgr24"), ("tiff", "rgb24"),
        ("gif", "bgr8"), ("libwebp", "yuv420p"),
    ],
)  # fmt: skip
def test_every_kind_is_read(codec: str, pixels: str) -> None:
    picture = StillPictures().decode(stills.encoded(codec, pixels))
    assert (picture.shape, picture.dtype, read_corners(picture), read_number(picture)) == (
        (240, 320, 3),
        np.uint8,
        UPRIGHT,
        5,
    )


def test_avif_is_read() -> None:
    picture = StillPictures().decode(stills.avif())
    assert (read_corners(picture), read_number(picture)) == (UPRIGHT, 5)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_s_orientation_is_applied(orientation: int) -> None:
    def stored(upright: np.ndarray) -> np.ndarray:
        lying = upright.transpose(1, 0, 2) if orientation > 4 else upright
        flips = {1: (1, 1), 2: (1, -1), 3: (-1, -1), 4: (-1, 1), 5: (1, 1), 6: (-1, 1), 7: (-1, -1), 8: (1, -1)}
        down, across = flips[orientation]
        return np.ascontiguousarray(lying[::down, ::across])

    data = stills.turned_jpeg(stills.jpeg(picture=stored(draw(320, 240, 5))), orientation)
    picture = StillPictures().decode(data)
    assert (picture.shape, read_corners(picture), read_number(picture)) == ((240, 320, 3), UPRIGHT, 5)


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    ramp = np.repeat(np.tile(np.arange(256, dtype=np.uint8), (8, 1))[:, :, None], 3, axis=2)
    picture = StillPictures().decode(stills.png(256, 8, "gray16be", picture=ramp))
    assert np.abs(picture.astype(int) - ramp).max() <= 2


@pytest.mark.parametrize(("codec", "pixels"), [("png", "rgba"), ("png", "rgba64be"), ("libwebp", "yuva420p")])
def test_transparent_parts_are_neutral(codec: str, pixels: str) -> None:
    source = np.dstack([draw(320, 240, 5), np.full((240, 320), 255, np.uint8)])
    source[:60, 240:] = (255, 0, 255, 0)  # clear, with a garish colour behind
    picture = StillPictures().decode(stills.encoded(codec, pixels, picture=source))
    assert np.abs(picture[5:50, 250:310].astype(int) - 128).max() <= 3
    assert read_number(picture) == 5
    assert np.abs(picture[30, 30].astype(int) - CORNERS["red"]).max() <= 8


def test_a_palette_with_a_transparent_colour() -> None:
    picture = StillPictures().decode(stills.palette_png(draw(320, 240, 5), clear=CORNERS["green"]))
    assert picture[30, 300].tolist() == [128, 128, 128]
    assert picture[30, 30].tolist() == list(CORNERS["red"])


def test_bombs_are_refused_by_what_they_claim() -> None:
    with pytest.raises(DecodeError, match="70000 × 70000"):
        StillPictures().decode(stills.png_that_claims(70_000, 70_000))


@pytest.mark.parametrize(
    "data", [b"hello" * 100, b"\xff\xd8\xff", stills.png()[:60], stills.png(pixels="rgba")[:60], b"\x89PNG\r\n\x1a\n"]
)
def test_what_cannot_be_decoded_is_said(data: bytes) -> None:
    with pytest.raises(DecodeError, match="could not be decoded"):
        StillPictures().decode(data)


def test_nothing_is_said_to_be_nothing() -> None:
    with pytest.raises(DecodeError, match="empty"):
        StillPictures().decode(b"")


def test_a_jpeg_cut_short_gives_what_is_there() -> None:
    picture = StillPictures().decode(stills.jpeg()[:-400])
    assert read_corners(picture)[:2] == UPRIGHT[:2]


def test_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"bytes")
    assert StillPictures().read(str(tmp_path / "a.jpg")) == b"bytes"


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "gallery.zip", "w") as archive:
        archive.writestr("01.jpg", b"one")
        archive.writestr("deep/er/名前.jpg", b"two")
        archive.writestr("cafX.jpg", b"three")
    data = (tmp_path / "gallery.zip").read_bytes()  # zipfile would mark the name as UTF-8; old programs did not
    (tmp_path / "gallery.zip").write_bytes(data.replace(b"cafX.jpg", "café.jpg".encode("cp1252")))
    return tmp_path / "gallery.zip"


def test_pictures_inside_zips_are_read(gallery: Path) -> None:
    read = StillPictures().read
    assert read(f"{gallery}/01.jpg") == b"one"
    assert read(f"{gallery}/deep/er/名前.jpg") == b"two"
    assert read(f"{gallery}/café.jpg") == b"three"


@pytest.mark.parametrize(
    ("below", "said"),
    [
        ("gallery.zip/99.jpg", "not inside its zip"),
        ("nowhere.zip/01.jpg", "not where Stash says it is"),
        ("broken.zip/01.jpg", "zip file is damaged"),
        ("", "is a folder"),
        ("none.jpg", "not where Stash says it is"),
        ("empty.jpg", "empty"),
    ],
)
def test_what_is_said_of_pictures_that_are_not_there(gallery: Path, below: str, said: str) -> None:
    (gallery.parent / "broken.zip").write_bytes(gallery.read_bytes()[:40])
    (gallery.parent / "empty.jpg").touch()
    with pytest.raises(DecodeError, match=said):
        StillPictures().read(str(gallery.parent / below))


def test_a_damaged_member_is_said(gallery: Path) -> None:
    gallery.write_bytes(gallery.read_bytes().replace(b"one", b"eno", 1))
    with pytest.raises(DecodeError, match="zip file is damaged"):
        StillPictures().read(f"{gallery}/01.jpg")


@pytest.mark.skipif(not hasattr(__import__("os"), "geteuid"), reason="Windows grants rights in other ways")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "locked.jpg").write_bytes(b"bytes")
    with unreadable(tmp_path / "locked.jpg"), pytest.raises(DecodeError, match="may not read the picture file"):
        StillPictures().read(str(tmp_path / "locked.jpg"))
