"""Reads BlazeFace (full range, dense) from its TFLite flatbuffer; just the eight operators that it uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tflite

from .layers import Add, Array, Conv, DoubleBilinear, HalveByMax, Layer, Network, PadChannels, Pads, Relu, RowsLast

OP = tflite.BuiltinOperator
OUTPUT_NAMES = {"reshaped_regressor_face_4": "boxes", "reshaped_classifier_face_4": "scores"}
DTYPES = {
    tflite.TensorType.FLOAT32: np.float32,
    tflite.TensorType.FLOAT16: np.float16,
    tflite.TensorType.INT32: np.int32,
}


def read_detector(data: bytes) -> Network:
    """The network of face_detection_full_range.tflite, outputs "boxes" (2304, 16) and "scores" (2304, 1)."""
    reader = _Reader(tflite.Model.GetRootAsModel(data, 0))
    layers = [layer for index in range(reader.graph.OperatorsLength()) if (layer := reader.layer(index)) is not None]
    return Network("blazeface-full-range", reader.shape(reader.graph.Inputs(0))[1], layers, ("boxes", "scores"))


class _Reader:
    """Walks the operators in file order, which is their order of execution."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.graph = model.Subgraphs(0)
        self.constants: dict[int, Any] = {}  # results of DEQUANTIZE, by tensor number
        self.readers: dict[int, Callable[[Any], Layer | None]] = {
            OP.DEQUANTIZE: self._dequantize,
            OP.CONV_2D: self._conv,
            OP.DEPTHWISE_CONV_2D: self._depthwise,
            OP.RELU: lambda op: Relu(self._inputs(op), self._output(op)),
            OP.ADD: self._add,
            OP.PAD: self._pad,
            OP.MAX_POOL_2D: self._max_pool,
            OP.RESIZE_BILINEAR: self._resize,
            OP.RESHAPE: self._reshape,
        }

    def layer(self, index: int) -> Layer | None:
        op = self.graph.Operators(index)
        code = self.model.OperatorCodes(op.OpcodeIndex())
        return self.readers[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())](op)

    def shape(self, tensor: int) -> list[int]:
        return [int(size) for size in self.graph.Tensors(tensor).ShapeAsNumpy()]

    def _name(self, tensor: int) -> str:
        name = self.graph.Tensors(tensor).Name().decode()
        return OUTPUT_NAMES.get(name, name)

    def _inputs(self, op: Any, count: int = 1) -> tuple[str, ...]:
        return tuple(self._name(op.Inputs(index)) for index in range(count))

    def _output(self, op: Any) -> str:
        return self._name(op.Outputs(0))

    def _constant(self, tensor: int) -> Any:
        if tensor in self.constants:
            return self.constants[tensor]
        stored = self.graph.Tensors(tensor)
        raw = self.model.Buffers(stored.Buffer()).DataAsNumpy().tobytes()
        return np.frombuffer(raw, DTYPES[stored.Type()]).reshape(self.shape(tensor))

    def _dequantize(self, op: Any) -> None:
        self.constants[op.Outputs(0)] = self._constant(op.Inputs(0)).astype(np.float32)

    def _conv(self, op: Any) -> Conv:
        options = _options(op, tflite.Conv2DOptions)
        weight = np.transpose(
            self._constant(op.Inputs(1)), (0, 3, 1, 2)
        )  # out, height, width, in → out, in, height, width
        return self._any_conv(op, options, weight, groups=1)

    def _depthwise(self, op: Any) -> Conv:
        options = _options(op, tflite.DepthwiseConv2DOptions)
        _require(options.DepthMultiplier() == 1, "depth multiplier is 1")
        weight = np.transpose(
            self._constant(op.Inputs(1)), (3, 0, 1, 2)
        )  # 1, height, width, out → out, 1, height, width
        return self._any_conv(op, options, weight, groups=weight.shape[0])

    def _any_conv(self, op: Any, options: Any, weight: Array, *, groups: int) -> Conv:
        _require(options.FusedActivationFunction() == 0, "no fused activation")
        _require(options.StrideH() == options.StrideW() and options.DilationHFactor() == 1, "even stride, no dilation")
        pads = _same_pads(self.shape(op.Inputs(0))[1], weight.shape[2], options.StrideH())
        _require(options.Padding() == tflite.Padding.SAME or pads == (0, 0, 0, 0), "padding is SAME")
        bias = np.ascontiguousarray(self._constant(op.Inputs(2)))
        return Conv(
            self._inputs(op), self._output(op), np.ascontiguousarray(weight), bias, options.StrideH(), pads, groups
        )

    def _add(self, op: Any) -> Add:
        _require(_options(op, tflite.AddOptions).FusedActivationFunction() == 0, "no fused activation")
        return Add(self._inputs(op, 2), self._output(op))

    def _pad(self, op: Any) -> PadChannels:
        pads = self._constant(op.Inputs(1))
        _require(not pads[:3].any() and pads[3, 0] == 0, "only channels are appended")
        return PadChannels(self._inputs(op), self._output(op), int(pads[3, 1]))

    def _max_pool(self, op: Any) -> HalveByMax:
        pool = _options(op, tflite.Pool2DOptions)
        window = {pool.FilterHeight(), pool.FilterWidth(), pool.StrideH(), pool.StrideW()}
        _require(window == {2} and self.shape(op.Inputs(0))[1] % 2 == 0, "pooling halves even sizes")
        return HalveByMax(self._inputs(op), self._output(op))

    def _resize(self, op: Any) -> DoubleBilinear:
        options = _options(op, tflite.ResizeBilinearOptions)
        _require(options.HalfPixelCenters() and not options.AlignCorners(), "pixel centres at .5")
        _require(self.shape(op.Outputs(0))[1] == 2 * self.shape(op.Inputs(0))[1], "resizing doubles")
        return DoubleBilinear(self._inputs(op), self._output(op))

    def _reshape(self, op: Any) -> RowsLast:
        _, rows, columns = self.shape(op.Outputs(0))
        return RowsLast(self._inputs(op), self._output(op), rows, columns)


def _same_pads(size: int, kernel: int, stride: int) -> Pads:
    """TensorFlow's SAME: the odd pixel goes to the bottom and the right."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return (total // 2, total // 2, total - total // 2, total - total // 2)


def _options(op: Any, kind: Any) -> Any:
    table, options = op.BuiltinOptions(), kind()
    options.Init(table.Bytes, table.Pos)
    return options


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"the TFLite model is not the expected one: {what}")
