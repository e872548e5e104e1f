"""Writes a network as ncnn's .param (text) and .bin (float16 weights; biases and slopes float32).

Layer parameters by number: https://github.com/Tencent/ncnn/wiki/operation-param-weight-table
"""

from __future__ import annotations

import struct
from collections import Counter
from functools import singledispatchmethod

import numpy as np

from .layers import (
    Add,
    Conv,
    DoubleBilinear,
    Flatten,
    HalveByMax,
    Layer,
    Network,
    PadChannels,
    Prelu,
    Relu,
    RowsLast,
    half,
)

MAGIC = 7767517
HALF_TAG = 0x01306B47  # ncnn's mark of a float16 weight blob


def write_ncnn(network: Network) -> tuple[bytes, bytes]:
    """(.param, .bin), the same on every machine."""
    writer = _Writer(Counter(name for layer in network.layers for name in layer.inputs))
    writer.put("Input", [], ["input"], {0: network.size, 1: network.size, 2: 3})
    for layer in network.layers:
        writer.add(layer)
    head = f"{MAGIC}\n{len(writer.lines)} {writer.blobs}\n"
    return (head + "".join(line + "\n" for line in writer.lines)).encode("ascii"), bytes(writer.weights)


class _Writer:
    """A blob of ncnn has exactly one reader, so one that is read n times passes a Split into n copies."""

    def __init__(self, readers: Counter[str]) -> None:
        self.readers = readers
        self.copies: dict[str, list[str]] = {}
        self.lines: list[str] = []
        self.blobs = 0
        self.weights = bytearray()

    @singledispatchmethod
    def add(self, layer: Layer) -> None:
        raise ValueError(f"no ncnn form for {type(layer).__name__}")

    @add.register
    def _(self, layer: Conv) -> None:
        top, left, bottom, right = layer.pads
        count, _, height, width = layer.weight.shape
        options = {0: count, 1: width, 11: height, 3: layer.stride, 4: left, 14: top, 15: right, 16: bottom}
        options |= {5: 1, 6: layer.weight.size}
        kind = "Convolution" if layer.groups == 1 else "ConvolutionDepthWise"
        self._layer(kind, layer, options if layer.groups == 1 else options | {7: layer.groups})
        stored = half(layer.weight).astype("<f2").tobytes()
        self.weights += struct.pack("<I", HALF_TAG) + stored + b"\0" * (-len(stored) % 4)
        self.weights += layer.bias.astype("<f4").tobytes()

    @add.register
    def _(self, layer: Prelu) -> None:
        self._layer("PReLU", layer, {0: layer.slope.size})
        self.weights += layer.slope.astype("<f4").tobytes()

    @add.register
    def _(self, layer: Relu) -> None:
        self._layer("ReLU", layer, {})

    @add.register
    def _(self, layer: Add) -> None:
        self._layer("BinaryOp", layer, {0: 0})

    @add.register
    def _(self, layer: PadChannels) -> None:
        self._layer("Padding", layer, {8: layer.count})  # 8: channels behind

    @add.register
    def _(self, layer: HalveByMax) -> None:
        self._layer("Pooling", layer, {0: 0, 1: 2, 2: 2, 5: 1})  # 5=1: no padding

    @add.register
    def _(self, layer: DoubleBilinear) -> None:
        self._layer("Interp", layer, {0: 2, 1: 2.0, 2: 2.0})

    @add.register
    def _(self, layer: RowsLast) -> None:
        self.put("Permute", [self._copy(layer.inputs[0])], [f"{layer.output}/cells"], {0: 3})  # channels fastest
        self.put("Reshape", [f"{layer.output}/cells"], [layer.output], {0: layer.columns, 1: layer.rows})

    @add.register
    def _(self, layer: Flatten) -> None:
        self._layer("Reshape", layer, {0: layer.length})

    def _layer(self, kind: str, layer: Layer, options: dict[int, int | float]) -> None:
        self.put(kind, [self._copy(name) for name in layer.inputs], [layer.output], options)

    def put(self, kind: str, inputs: list[str], outputs: list[str], options: dict[int, int | float]) -> None:
        """Appends one line and, where its output has several readers, the Split behind it."""
        words = [kind, outputs[0], str(len(inputs)), str(len(outputs)), *inputs, *outputs]
        words += [f"{key}={_number(value)}" for key, value in sorted(options.items())]
        self.lines.append(" ".join(words))
        self.blobs += len(outputs)
        if len(outputs) == 1 and self.readers[outputs[0]] > 1:
            name = outputs[0]
            copies = [f"{name}/{index}" for index in range(self.readers[name])]
            self.copies[name] = list(copies)
            words = ["Split", f"{name}/split", "1", str(len(copies)), name, *copies]
            self.lines.append(" ".join(words))
            self.blobs += len(copies)

    def _copy(self, name: str) -> str:
        return self.copies[name].pop(0) if name in self.copies else name


def _number(value: int | float) -> str:
    return np.format_float_scientific(value, precision=6, unique=False) if isinstance(value, float) else str(value)
