"""Writes a network as ONNX for ONNX Runtime: float16 weights behind Cast (folded when the session opens), free batch size.

PRelu has no fast kernel there (half of the embedder's time): it is written as slope · y + (1 − slope) · relu(y) with two depthwise
1 × 1 convolutions, which is the same function.
"""

from __future__ import annotations

from functools import singledispatchmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

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

OPSET = 13  # the first with everything used here; understood by every ONNX Runtime since 1.8
IR_VERSION = 7


def write_onnx(network: Network, *, halve: bool = True, rewrite_prelu: bool = True) -> bytes:
    """The file's bytes, the same on every machine. The two options exist for measuring what they cost and bring."""
    writer = _Writer(halve, rewrite_prelu)
    for layer in network.layers:
        writer.add(layer)
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, network.size, network.size])
    shapes = {layer.output: _tail(layer) for layer in network.layers if layer.output in network.outputs}
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shapes[name]]) for name in network.outputs
    ]
    graph = helper.make_graph(writer.nodes, network.name, [image], outputs, writer.constants)
    model = helper.make_model(
        graph,
        producer_name="stash-sense convert-models",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    return bytes(model.SerializeToString(deterministic=True))


def _tail(layer: Layer) -> list[int]:
    if isinstance(layer, RowsLast):
        return [layer.rows, layer.columns]
    if isinstance(layer, Flatten):
        return [layer.length]
    raise ValueError(f"{layer.output} cannot be an output")


class _Writer:
    def __init__(self, halve: bool, rewrite_prelu: bool) -> None:
        self.halve = halve
        self.rewrite_prelu = rewrite_prelu
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    @singledispatchmethod
    def add(self, layer: Layer) -> None:
        raise ValueError(f"no ONNX form for {type(layer).__name__}")

    @add.register
    def _(self, layer: Conv) -> None:
        weight = self._weight(f"{layer.output}/weight", layer.weight)
        bias = self._constant(f"{layer.output}/bias", layer.bias)
        self._node(
            "Conv",
            [*layer.inputs, weight, bias],
            layer.output,
            kernel_shape=list(layer.weight.shape[2:]),
            strides=[layer.stride, layer.stride],
            pads=list(layer.pads),
            group=layer.groups,
        )

    @add.register
    def _(self, layer: Prelu) -> None:
        if not self.rewrite_prelu:
            slope = self._constant(f"{layer.output}/slope", layer.slope.reshape(-1, 1, 1))
            self._node("PRelu", [*layer.inputs, slope], layer.output)
            return
        for part, weight in (("below", layer.slope), ("above", np.float32(1) - layer.slope)):
            source = layer.inputs[0] if part == "below" else f"{layer.output}/relu"
            if part == "above":
                self._node("Relu", [*layer.inputs], source)
            name = self._constant(f"{layer.output}/{part}/weight", weight.reshape(-1, 1, 1, 1))
            self._node("Conv", [source, name], f"{layer.output}/{part}", kernel_shape=[1, 1], group=weight.size)
        self._node("Add", [f"{layer.output}/above", f"{layer.output}/below"], layer.output)

    @add.register
    def _(self, layer: Relu) -> None:
        self._node("Relu", [*layer.inputs], layer.output)

    @add.register
    def _(self, layer: Add) -> None:
        self._node("Add", [*layer.inputs], layer.output)

    @add.register
    def _(self, layer: PadChannels) -> None:
        pads = self._constant(f"{layer.output}/pads", np.array([0, 0, 0, 0, 0, layer.count, 0, 0], np.int64))
        self._node("Pad", [*layer.inputs, pads], layer.output, mode="constant")

    @add.register
    def _(self, layer: HalveByMax) -> None:
        self._node("MaxPool", [*layer.inputs], layer.output, kernel_shape=[2, 2], strides=[2, 2])

    @add.register
    def _(self, layer: DoubleBilinear) -> None:
        scales = self._constant(f"{layer.output}/scales", np.array([1, 1, 2, 2], np.float32))
        mode = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        self._node("Resize", [*layer.inputs, "", scales], layer.output, **mode)

    @add.register
    def _(self, layer: RowsLast) -> None:
        self._node("Transpose", [*layer.inputs], f"{layer.output}/cells", perm=[0, 2, 3, 1])
        shape = self._constant(f"{layer.output}/shape", np.array([-1, layer.rows, layer.columns], np.int64))
        self._node("Reshape", [f"{layer.output}/cells", shape], layer.output)

    @add.register
    def _(self, layer: Flatten) -> None:
        shape = self._constant(f"{layer.output}/shape", np.array([-1, layer.length], np.int64))
        self._node("Reshape", [*layer.inputs, shape], layer.output)

    def _weight(self, name: str, weight: NDArray[np.float32]) -> str:
        if not self.halve:
            return self._constant(name, weight)
        self._constant(f"{name}/half", half(weight))
        self._node("Cast", [f"{name}/half"], name, to=TensorProto.FLOAT)
        return name

    def _constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, inputs: list[str], output: str, **options: Any) -> None:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **options))
