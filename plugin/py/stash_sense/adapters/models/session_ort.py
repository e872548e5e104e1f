"""ONNX Runtime session. The library is imported when a session is opened, because that takes 0.1 s."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.models.packs import REPAIR, Model
from stash_sense.errors import SetupError


@dataclass(frozen=True, slots=True)
class OrtSession:
    session: Any
    outputs: tuple[str, ...]

    def run(self, blob: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """blob: (n, 3, input, input). Returns the outputs in the pack's order, each (n, …)."""
        return list(self.session.run(list(self.outputs), {"input": blob}))


def open_model(model: Model, folder: Path, threads: int) -> OrtSession:
    """Raises SetupError if onnxruntime is not usable or the file is missing or damaged."""
    try:
        import onnxruntime
    except ImportError as err:
        raise SetupError(f"onnxruntime cannot be loaded. {REPAIR}") from err
    (name,) = model.files["onnxruntime"]
    try:
        data = (folder / name).read_bytes()
    except OSError as err:
        raise SetupError(f"The model file {name} cannot be read. {REPAIR}") from err
    try:
        session = onnxruntime.InferenceSession(data, _options(onnxruntime, threads), providers=["CPUExecutionProvider"])
    except RuntimeError as err:  # the base of every exception of onnxruntime
        raise SetupError(f"The model file {name} is damaged. {REPAIR}") from err
    if tuple(output.name for output in session.get_outputs()) != model.outputs:
        raise SetupError(f"The model file {name} is not the one that pack.json describes. {REPAIR}")
    return OrtSession(session, model.outputs)


def _options(onnxruntime: Any, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: its warnings are about graphs, not about anything the user can change
    # Waiting threads would otherwise spin and take the processor from the decoder.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
