"""ncnn, for platforms without onnxruntime (musl)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.models.manifest import REPAIR
from stash_sense.adapters.models.packs import Model
from stash_sense.errors import SetupError

Blob = NDArray[np.float32]


def open_model(model: Model, folder: Path) -> Callable[[Blob], list[Blob]]:
    """A function from one picture (1, 3, input, input) to the outputs, each (1, …), on one thread.

    Raises SetupError if ncnn does not load or a file is missing or damaged.
    """
    try:
        import ncnn
    except ImportError as err:
        raise SetupError(f"ncnn cannot be loaded. {REPAIR}") from err
    net = ncnn.Net()
    net.opt.num_threads = 1
    # The same vectors on every processor: float16 arithmetic (ARM) would put them into a space of their own.
    net.opt.use_fp16_arithmetic = net.opt.use_fp16_storage = net.opt.use_fp16_packed = False
    param, weights = model.files["ncnn"]
    for name, load in ((param, net.load_param), (weights, net.load_model)):
        if not (folder / name).is_file():
            raise SetupError(f"The model file {name} cannot be read. {REPAIR}")
        if load(str(folder / name)) != 0:
            raise SetupError(f"The model file {name} is damaged. {REPAIR}")
    if not set(model.outputs) <= set(net.output_names()):
        raise SetupError(f"The model file {param} is not the one that pack.json describes. {REPAIR}")

    def run_one(picture: Blob) -> list[Blob]:
        with net.create_extractor() as extractor:
            # clone: ncnn may work in place, and must not do so in an array of the caller
            extractor.input("input", ncnn.Mat(picture[0]).clone())
            # np.array copies: the Mat's memory goes back to ncnn with the extractor
            return [np.array(extractor.extract(name)[1])[np.newaxis] for name in model.outputs]

    return run_one
