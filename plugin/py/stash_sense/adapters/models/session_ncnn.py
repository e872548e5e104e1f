"""ncnn session, for platforms without onnxruntime (musl). ncnn knows no batches: one picture after the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.models.packs import REPAIR, Model
from stash_sense.errors import SetupError


@dataclass(frozen=True, slots=True)
class NcnnSession:
    ncnn: Any
    net: Any
    outputs: tuple[str, ...]

    def run(self, blob: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """blob: (n, 3, input, input). Returns the outputs in the pack's order, each (n, …)."""
        rows = [self._one(np.ascontiguousarray(picture)) for picture in blob]
        return [np.stack(column) for column in zip(*rows, strict=True)]

    def _one(self, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        with self.net.create_extractor() as extractor:
            extractor.input("input", self.ncnn.Mat(picture))
            # np.array copies: the Mat's memory goes back to ncnn with the extractor
            return [np.array(extractor.extract(name)[1]) for name in self.outputs]


def open_model(model: Model, folder: Path, threads: int) -> NcnnSession:
    """Raises SetupError if ncnn is not usable or a file is missing or damaged."""
    try:
        import ncnn
    except ImportError as err:
        raise SetupError(f"ncnn cannot be loaded. {REPAIR}") from err
    net = ncnn.Net()
    net.opt.num_threads = threads
    # The same vectors on every processor: float16 arithmetic (ARM) would put them into a space of their own.
    net.opt.use_fp16_arithmetic = net.opt.use_fp16_storage = net.opt.use_fp16_packed = False
    param, weights = model.files["ncnn"]
    for name in (param, weights):
        if not (folder / name).is_file():
            raise SetupError(f"The model file {name} cannot be read. {REPAIR}")
    if net.load_param(str(folder / param)) != 0:
        raise SetupError(f"The model file {param} is damaged. {REPAIR}")
    if net.load_model(str(folder / weights)) != 0:
        raise SetupError(f"The model file {weights} is damaged. {REPAIR}")
    return NcnnSession(ncnn, net, model.outputs)
