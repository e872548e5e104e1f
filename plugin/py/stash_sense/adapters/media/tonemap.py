"""HDR pixels → SDR (BT.709): PQ and HLG transfer curves, BT.2020 primaries, highlights rolled off. Pure numpy."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Image

Floats = NDArray[np.float32]

# AVColorTransferCharacteristic of a frame → curve.
CURVES = {16: "pq", 18: "hlg"}

STEPS = 1 << 12  # 12 bits: as fine as any HDR video
WHITE_NITS = 203.0  # diffuse white of HDR (ITU-R BT.2408), which becomes SDR white's neighbourhood
PEAK = 1000.0 / WHITE_NITS  # brightest highlight that is still told from the next
KNEE = 0.6  # below: linear; above: rolled off, so that faces (0.1–0.5) keep their contrast

# BT.2020 → BT.709, linear light (ITU-R BT.2087).
TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], dtype=np.float32
)
ROWS = 64  # worked on at a time: what is in the processor's cache is three times as fast


def to_sdr(pixels: NDArray[np.uint16], curve: str) -> Image:
    """(h, w, 3) RGB of 16 bits as stored → 8 bits to be shown on an ordinary screen. curve: "pq" or "hlg"."""
    decode, encode = _decoding(curve), _encoding()
    out = np.empty(pixels.shape, dtype=np.uint8)
    for top in range(0, len(pixels), ROWS):
        light = decode[pixels[top : top + ROWS] >> 4] @ TO_709.T
        np.clip(light, 0.0, PEAK, out=light)
        np.sqrt(light, out=light)  # even steps for the eye, so that 12 bits are enough
        light *= (STEPS - 1) / PEAK**0.5
        out[top : top + ROWS] = encode[light.astype(np.uint16)]
    return out


@cache
def _decoding(curve: str) -> Floats:
    """(4096,) stored value → linear light, 1.0 = diffuse white."""
    curves: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {"pq": _pq, "hlg": _hlg}
    return curves[curve](np.linspace(0, 1, STEPS)).astype(np.float32)


@cache
def _encoding() -> NDArray[np.uint8]:
    """(4096,) square root of linear light → 8-bit BT.709 value."""
    light = np.linspace(0, PEAK**0.5, STEPS) ** 2
    span, reach, over = 1 - KNEE, PEAK - KNEE, np.maximum(light - KNEE, 0)
    rolled = KNEE + over / (1 + over * (1 / span - 1 / reach))  # leaves the knee with slope 1, meets 1 at the peak
    shown = np.clip(np.where(light <= KNEE, light, rolled), 0, 1)
    coded = np.where(shown < 0.018, 4.5 * shown, 1.099 * np.maximum(shown, 1e-9) ** 0.45 - 0.099)
    table: NDArray[np.uint8] = np.rint(coded * 255).astype(np.uint8)
    return table


def _pq(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """SMPTE ST 2084."""
    m1, m2, c1, c2, c3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
    power = value ** (1 / m2)
    nits = 10_000 * (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
    return nits / WHITE_NITS


def _hlg(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """ARIB STD-B67 for a 1000-nit screen, the system gamma applied per channel (exact for greys)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)
    return 1000 * scene**1.2 / WHITE_NITS
