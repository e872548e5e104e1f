"""The test picture as an HDR camera would store it: SDR colours in BT.2020 with a PQ or HLG curve, white at 203 nits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tests.media.pattern import draw

WHITE_NITS = 203.0
FROM_709 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def draw_pq(width: int, height: int, number: int) -> NDArray[np.uint16]:
    return _sixteen_bits(pq_value(_light(draw(width, height, number)) * WHITE_NITS))


def draw_hlg(width: int, height: int, number: int) -> NDArray[np.uint16]:
    return _sixteen_bits(hlg_value(_light(draw(width, height, number)) * WHITE_NITS))


def pq_value(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """SMPTE ST 2084, light to stored value 0..1."""
    power = (nits / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def hlg_value(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    """ARIB STD-B67 for a screen of 1000 nits, light to stored value 0..1."""
    scene = (nits / 1000) ** (1 / 1.2)
    bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright)


def _light(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """BT.709 code → linear BT.2020 light, 1.0 = white."""
    code = pixels / 255
    linear = np.where(code < 0.081, code / 4.5, ((code + 0.099) / 1.099) ** (1 / 0.45))
    return np.clip(linear @ FROM_709.T, 0, None)


def _sixteen_bits(value: NDArray[np.float64]) -> NDArray[np.uint16]:
    return np.rint(np.clip(value, 0, 1) * 65535).astype(np.uint16)


def to_yuv(pixels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """(h, w, 3) RGB → (h, w, 3) Y, Cb, Cr of 16 bits, BT.2020, limited range; by hand, since PyAV 17 cannot."""
    red, green, blue = (pixels / 65535).transpose(2, 0, 1)
    luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
    planes = [16 + 219 * luma, 128 + 224 * (blue - luma) / 1.8814, 128 + 224 * (red - luma) / 1.4746]
    return np.rint(np.stack(planes, axis=2) * 256).astype(np.uint16)
