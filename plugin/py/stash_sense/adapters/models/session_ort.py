"""ONNX Runtime. The library is imported when a session is opened, because that takes 0.1 s."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.models.manifest import REPAIR
from stash_sense.adapters.models.packs import Model
from stash_sense.errors import SetupError

Blob = NDArray[np.float32]


def open_model(model: Model, folder: Path) -> Callable[[Blob], list[Blob]]:
    """A function from one picture (1, 3, input, input) to the outputs, each (1, …), on one thread.

    Raises SetupError if onnxruntime does not load or the file is missing or damaged.
    """
    try:
        import onnxruntime
    except ImportError as err:
        raise SetupError(f"onnxruntime cannot be loaded. {REPAIR}") from err
    (name,) = model.files["onnxruntime"]
    try:
        data = (folder / name).read_bytes()
        session = onnxruntime.InferenceSession(data, _options(onnxruntime), providers=["CPUExecutionProvider"])
    except OSError as err:
        raise SetupError(f"The model file {name} cannot be read. {REPAIR}") from err
    except _errors(onnxruntime) as err:
        raise SetupError(f"The model file {name} is damaged. {REPAIR}") from err
    if tuple(output.name for output in session.get_outputs()) != model.outputs:
        raise SetupError(f"The model file {name} is not the one that pack.json describes. {REPAIR}")
    wanted, given = list(model.outputs), session.get_inputs()[0].name
    return lambda picture: [_batched(output) for output in session.run(wanted, {given: picture})]


def _batched(output: Blob) -> Blob:
    """With a first axis of 1 for the one picture, which some detectors leave out."""
    return output if len(output) == 1 else output[np.newaxis]


def _options(onnxruntime: Any) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: its warnings are about graphs, not about anything the user can change
    options.enable_cpu_mem_arena = False  # the arena keeps its largest size for good and brings no speed here
    return options


def _errors(onnxruntime: Any) -> tuple[type[Exception], ...]:
    """What onnxruntime raises on a bad model: a dozen classes that share no base but Exception."""
    names = vars(onnxruntime.capi.onnxruntime_pybind11_state).values()
    return tuple(kind for kind in names if isinstance(kind, type) and issubclass(kind, Exception))
