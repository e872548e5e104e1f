"""Networks with the cost of the usual recipe's: SCRFD-10G at 640 × 640 and IResNet-50 at 112 × 112, with random weights.

Time does not depend on the weights, so none are needed; layers and widths follow the published descriptions (SCRFD: Guo et al. 2021, the 10 GF
model; IResNet: Duta et al. 2020 as used by ArcFace). Multiplications are counted so that the cost can be compared with the published ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSET = 17


@dataclass
class Graph:
    """Grows a network layer by layer. macs: multiply-accumulates of one run."""

    channels: int
    edge: int
    seed: int = 1
    top: str = "input"
    macs: int = 0
    nodes: list[NodeProto] = field(default_factory=list)
    weights: list[TensorProto] = field(default_factory=list)

    def weight(self, *shape: int) -> str:
        rng = np.random.default_rng([self.seed, len(self.weights)])
        fan_in = int(np.prod(shape[1:])) or 1
        name = f"w{len(self.weights)}"
        values = rng.normal(0, (2 / max(fan_in, 1)) ** 0.5, shape).astype(np.float32)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        self.top = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [self.top], **attributes))
        return self.top

    def conv(self, width: int, *, size: int = 3, stride: int = 1, of: str | None = None) -> str:
        """Convolution with bias (batch norm is folded into it, as in every exported model)."""
        weight, bias = self.weight(width, self.channels, size, size), self.weight(width)
        out = self.node(
            "Conv", of or self.top, weight, bias, kernel_shape=[size, size], strides=[stride] * 2, pads=[size // 2] * 4
        )
        self.edge = -(-self.edge // stride)
        self.macs += self.edge**2 * width * self.channels * size**2
        self.channels = width
        return out

    def prelu(self) -> str:
        return self.node("PRelu", self.top, self.weight(self.channels, 1, 1))

    def relu(self) -> str:
        return self.node("Relu", self.top)

    def model(self, outputs: list[str], edge: int) -> ModelProto:
        given = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, edge, edge])
        told = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "recipe", [given], told, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def iresnet50() -> tuple[ModelProto, int]:
    """The embedder: stages of 3, 4, 14, 3 blocks with 64 to 512 channels, then 512 numbers."""
    net = Graph(3, 112)
    net.conv(64)
    net.prelu()
    for width, blocks in ((64, 3), (128, 4), (256, 14), (512, 3)):
        for block in range(blocks):
            stride, entry = (2 if block == 0 else 1), (net.top, net.channels, net.edge)
            net.conv(width)
            net.prelu()
            body = net.conv(width, stride=stride)
            after = (net.channels, net.edge)
            shortcut = entry[0]
            if block == 0:
                net.channels, net.edge = entry[1], entry[2]
                shortcut = net.conv(width, size=1, stride=stride, of=entry[0])
            net.channels, net.edge = after
            net.node("Add", body, shortcut)
    flat = net.node("Flatten", net.top)
    size = net.channels * net.edge**2
    net.macs += size * 512
    out = net.node("Gemm", flat, net.weight(size, 512), net.weight(512))
    return net.model([out], 112), net.macs


def scrfd10g(edge: int = 640) -> tuple[ModelProto, int]:
    """The detector: residual stages of 3, 4, 2, 3 blocks with 56, 88, 88, 224 channels, a feature pyramid and three heads."""
    net = Graph(3, edge)
    for width, stride in ((28, 2), (28, 1), (56, 1)):
        net.conv(width, stride=stride)
        net.relu()
    net.node("MaxPool", net.top, kernel_shape=[2, 2], strides=[2, 2])
    net.edge //= 2
    levels: list[tuple[str, int, int]] = []
    for width, blocks, first in ((56, 3, 1), (88, 4, 2), (88, 2, 2), (224, 3, 2)):
        for block in range(blocks):
            stride, entry = (first if block == 0 else 1), (net.top, net.channels, net.edge)
            net.conv(width, stride=stride)
            net.relu()
            body = net.conv(width)
            after, shortcut = (net.channels, net.edge), entry[0]
            if entry[1] != width or stride > 1:
                net.channels, net.edge = entry[1], entry[2]
                shortcut = net.conv(width, size=1, stride=stride, of=entry[0])
            net.channels, net.edge = after
            net.node("Add", body, shortcut)
            net.relu()
        levels.append((net.top, net.channels, net.edge))
    return net.model(_heads(net, levels[1:]), edge), net.macs


def _heads(net: Graph, levels: list[tuple[str, int, int]]) -> list[str]:
    outputs: list[str] = []
    for top, channels, edge in levels:
        net.top, net.channels, net.edge = top, channels, edge
        net.conv(56, size=1)
        net.conv(56)
        net.conv(56)  # the second, upward pass of the pyramid
        for _ in range(3):
            net.conv(80)
            net.relu()
        head = net.top
        for width in (2, 8, 20):
            net.channels = 80
            outputs.append(net.conv(width, of=head))
    return outputs
