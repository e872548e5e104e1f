"""Reads the MobileFaceNet-type embedder from its ONNX file; just the four operators that it uses."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper

from .layers import Add, Conv, Flatten, Layer, Network, Prelu


def read_embedder(data: bytes) -> Network:
    """The network of fr_feature.onnx, output "vector" (512,)."""
    graph = onnx.load_from_string(data).graph
    constants = {item.name: np.array(numpy_helper.to_array(item)) for item in graph.initializer}
    layers = [_layer(node, constants) for node in graph.node]
    size = graph.input[0].type.tensor_type.shape.dim[2].dim_value
    return Network("mobilefacenet-512", size, layers, ("vector",))


def _layer(node: Any, constants: dict[str, Any]) -> Layer:
    inputs = tuple(_name(name) for name in node.input if name not in constants)
    output = _name(node.output[0])
    if node.op_type == "Conv":
        return _conv(node, inputs, output, constants)
    if node.op_type == "PRelu":
        return Prelu(inputs, output, constants[node.input[1]].reshape(-1))
    if node.op_type == "Add":
        return Add(inputs, output)
    if node.op_type == "Reshape":
        return Flatten(inputs, output, 512)
    raise ValueError(f"the ONNX model is not the expected one: it holds a {node.op_type}")


def _conv(node: Any, inputs: tuple[str, ...], output: str, constants: dict[str, Any]) -> Conv:
    options = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
    top, left, bottom, right = options["pads"]
    if options["strides"][0] != options["strides"][1] or options["dilations"] != [1, 1]:
        raise ValueError("the ONNX model is not the expected one: uneven stride or dilation")
    weight, bias = constants[node.input[1]], constants[node.input[2]]
    return Conv(inputs, output, weight, bias, options["strides"][0], (top, left, bottom, right), options["group"])


def _name(name: str) -> str:
    return {"output": "vector"}.get(name, name)
