"""What both readers produce and both writers take: a network as a plain list of layers, channels first, weights in float32."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Pads = tuple[int, int, int, int]  # top, left, bottom, right (ONNX order)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One step: reads the named tensors, writes one. Names are unique within a network."""

    inputs: tuple[str, ...]
    output: str


@dataclass(frozen=True, slots=True, eq=False)
class Conv(Layer):
    """weight: (out, in / groups, height, width); bias: (out,)."""

    weight: Array
    bias: Array
    stride: int
    pads: Pads
    groups: int


@dataclass(frozen=True, slots=True, eq=False)
class Prelu(Layer):
    """y where y > 0, else slope · y; slope: (channels,)."""

    slope: Array


@dataclass(frozen=True, slots=True, eq=False)
class Relu(Layer):
    """The larger of the value and 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Add(Layer):
    """Sum of two tensors of the same shape."""


@dataclass(frozen=True, slots=True, eq=False)
class PadChannels(Layer):
    """Appends `count` channels of zeros."""

    count: int


@dataclass(frozen=True, slots=True, eq=False)
class HalveByMax(Layer):
    """Largest of each 2 × 2 block."""


@dataclass(frozen=True, slots=True, eq=False)
class DoubleBilinear(Layer):
    """Twice the height and width, bilinear, pixel centres at .5."""


@dataclass(frozen=True, slots=True, eq=False)
class RowsLast(Layer):
    """(channels, height, width) → (height · width, channels): one row per cell."""

    rows: int
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class Flatten(Layer):
    """(channels, 1, 1) → (channels,)."""

    length: int


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """size: height and width of the three-channel input called "input"."""

    name: str
    size: int
    layers: Sequence[Layer]
    outputs: tuple[str, ...]


def half(weight: Array) -> NDArray[np.float16]:
    """`weight` as stored: float16. Raises ValueError where a value would overflow."""
    if np.abs(weight).max() > np.finfo(np.float16).max:
        raise ValueError("a weight does not fit into float16")
    return weight.astype(np.float16)
