"""Pixels in, pixels out: the only place that knows which image library is there (OpenCV or Pillow).

Both libraries follow OpenCV's conventions here; `tests/contract/test_imaging.py` holds them to the same pixels.
The choice falls on the first call, not on import, so that a task without pictures pays for neither.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Image
from stash_sense.errors import DecodeError, SetupError

Library = Literal["cv2", "pillow"]
Matrix = NDArray[np.float64]  # (2, 3), applied to (x, y, 1)

MAX_PIXELS = 2**28  # 268 megapixels (16K × 16K): the largest picture worth its memory

_UNREADABLE = "This picture cannot be decoded; it is skipped."


class Backend(Protocol):
    """What the two libraries have in common."""

    def reduce(self, image: Image, across: int, down: int) -> Image: ...

    def stretch(self, image: Image, width: int, height: int) -> Image: ...

    def warp_affine(self, image: Image, matrix: Matrix, width: int, height: int) -> Image: ...

    def encode_jpeg(self, image: Image, quality: int) -> bytes: ...

    def decode(self, data: bytes) -> Image: ...


_chosen: Backend | None = None


def use(library: Library) -> None:
    """Chooses the library for this process. Raises SetupError if it is not installed."""
    global _chosen
    try:
        _chosen = CvBackend() if library == "cv2" else PillowBackend()
    except ImportError as err:
        raise SetupError(f"The image library {library} is missing; run the task “Set up or repair”.") from err


def in_use() -> Library:
    """The library that the next call will use."""
    return "cv2" if isinstance(_backend(), CvBackend) else "pillow"


def resize(image: Image, width: int, height: int) -> Image:
    """`image` stretched to width × height without aliasing: averaged over whole blocks of pixels, then bilinear for the rest (below 2 ×).

    Exact area averages by fractions are three times slower in OpenCV and not to be had in Pillow. Up to one block of pixels at the
    right and lower edge may be left out.
    """
    across, down = max(image.shape[1] // width, 1), max(image.shape[0] // height, 1)
    if across > 1 or down > 1:
        whole = image[: image.shape[0] // down * down, : image.shape[1] // across * across]
        image = _backend().reduce(whole, across, down)
    if image.shape[1] == width and image.shape[0] == height:
        return image
    return _backend().stretch(image, width, height)


def warp_affine(image: Image, matrix: NDArray[np.floating], width: int, height: int) -> Image:
    """`image` carried by `matrix` onto a black canvas of width × height, bilinear.

    matrix: (2, 3), source → target, pixel centres at whole numbers (as cv2.warpAffine).
    """
    return _backend().warp_affine(image, np.asarray(matrix, np.float64), width, height)


def encode_jpeg(image: Image, quality: int) -> bytes:
    """JPEG bytes with 4:2:0 colour. quality: 1..100."""
    return _backend().encode_jpeg(image, quality)


def decode(data: bytes) -> Image:
    """The first picture in JPEG, PNG, WebP, … bytes: upright (EXIF), RGB. Raises DecodeError."""
    return _backend().decode(data)


def to_rgb(image: NDArray[np.uint8]) -> Image:
    """(h, w), (h, w, 1) or (h, w, 4) as (h, w, 3); three channels come back as they are, contiguous."""
    if image.ndim == 2:
        image = image[:, :, None]
    if image.shape[2] == 1:
        image = np.repeat(image, 3, axis=2)
    return np.ascontiguousarray(image[:, :, :3])


def to_gray(image: Image) -> NDArray[np.float32]:
    """(h, w) brightness 0..255 by the weights of BT.601."""
    return image[:, :, :3].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


def _backend() -> Backend:
    if _chosen is None:
        use("cv2" if importlib.util.find_spec("cv2") else "pillow")
    assert _chosen is not None
    return _chosen


def _load(name: str) -> Any:
    return importlib.import_module(name)


class CvBackend:
    """OpenCV, the default set."""

    def __init__(self) -> None:
        self._cv = _load("cv2")

    def reduce(self, image: Image, across: int, down: int) -> Image:
        size = image.shape[1] // across, image.shape[0] // down
        return np.asarray(self._cv.resize(image, size, interpolation=self._cv.INTER_AREA), np.uint8)

    def stretch(self, image: Image, width: int, height: int) -> Image:
        return np.asarray(self._cv.resize(image, (width, height), interpolation=self._cv.INTER_LINEAR), np.uint8)

    def warp_affine(self, image: Image, matrix: Matrix, width: int, height: int) -> Image:
        return np.asarray(self._cv.warpAffine(image, matrix, (width, height), flags=self._cv.INTER_LINEAR), np.uint8)

    def encode_jpeg(self, image: Image, quality: int) -> bytes:
        done, data = self._cv.imencode(".jpg", image[:, :, ::-1], [self._cv.IMWRITE_JPEG_QUALITY, quality])
        if not done:
            raise ValueError(f"cannot encode an image of shape {image.shape}")
        return bytes(data)

    def decode(self, data: bytes) -> Image:
        try:
            found = self._cv.imdecode(np.frombuffer(data, np.uint8), self._cv.IMREAD_COLOR) if data else None
        except self._cv.error as err:
            raise DecodeError(_UNREADABLE) from err
        if found is None:
            raise DecodeError(_UNREADABLE)
        return np.ascontiguousarray(found[:, :, ::-1])


class PillowBackend:
    """Pillow, the set for musl."""

    def __init__(self) -> None:
        self._image = _load("PIL.Image")
        self._ops = _load("PIL.ImageOps")
        self._image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow warns from 89 megapixels on, which a large scan has

    def reduce(self, image: Image, across: int, down: int) -> Image:
        return np.asarray(self._picture(image).reduce((across, down)))

    def stretch(self, image: Image, width: int, height: int) -> Image:
        # Image.resize would average over more pixels than OpenCV's bilinear does.
        data = (image.shape[1] / width, 0, 0, 0, image.shape[0] / height, 0)
        return self._transformed(self._picture(image), data, width, height)

    def warp_affine(self, image: Image, matrix: Matrix, width: int, height: int) -> Image:
        turn = np.linalg.inv(matrix[:, :2])
        shift = -turn @ matrix[:, 2]
        # Pillow measures from pixel corners, OpenCV from centres; the black rim (1 px) makes edges fade as in OpenCV.
        shift = shift + 0.5 - turn @ [0.5, 0.5] + 1
        rim = self._picture(np.pad(image, ((1, 1), (1, 1), (0, 0))))
        data = (turn[0, 0], turn[0, 1], shift[0], turn[1, 0], turn[1, 1], shift[1])
        return self._transformed(rim, data, width, height)

    def encode_jpeg(self, image: Image, quality: int) -> bytes:
        out = io.BytesIO()
        self._picture(image).save(out, "JPEG", quality=quality, subsampling="4:2:0")
        return out.getvalue()

    def decode(self, data: bytes) -> Image:
        try:
            with self._image.open(io.BytesIO(data)) as opened:
                return np.array(self._ops.exif_transpose(opened).convert("RGB"))
        except (OSError, ValueError, SyntaxError, self._image.DecompressionBombError) as err:
            raise DecodeError(_UNREADABLE) from err  # SyntaxError is what Pillow raises for broken PNG chunks

    def _transformed(self, picture: Any, data: tuple[float, ...], width: int, height: int) -> Image:
        """data: from target to source, measured from pixel corners."""
        how, bilinear = self._image.Transform.AFFINE, self._image.Resampling.BILINEAR
        return np.asarray(picture.transform((width, height), how, data, resample=bilinear))

    def _picture(self, image: Image) -> Any:  # Pillow is loaded late and has no type here
        return self._image.fromarray(np.ascontiguousarray(image))
