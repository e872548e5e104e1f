"""Opens a network of a model pack in the runtime that is there; both runtimes answer alike."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.models import session_ncnn, session_ort
from stash_sense.adapters.models.packs import REPAIR, Model, Pack, Part, Runtime
from stash_sense.errors import SetupError

Blob = NDArray[np.float32]


class Session(Protocol):
    """A network ready to run."""

    def run(self, blob: Blob) -> list[Blob]:
        """blob: (n, 3, input, input), n ≥ 1. Returns the outputs in the pack's order, each (n, …)."""
        ...


OPENERS: dict[str, Callable[[Model, Path, int], Session]] = {
    "onnxruntime": session_ort.open_model,
    "ncnn": session_ncnn.open_model,
}


def choose_runtime(wanted: str | None) -> Runtime:
    """`wanted` (the value of STASH_SENSE_RUNTIME), else onnxruntime where it is installed, else ncnn.

    Raises SetupError if there is no such runtime, or none at all.
    """
    if wanted and wanted not in OPENERS:
        raise SetupError(f"There is no runtime called {wanted}; STASH_SENSE_RUNTIME is onnxruntime or ncnn.")
    candidates: tuple[Runtime, ...] = ("onnxruntime", "ncnn")
    for runtime in candidates:
        if wanted in {None, "", runtime} and importlib.util.find_spec(runtime) is not None:
            return runtime
    raise SetupError(f"{wanted or 'The runtime of the face models'} is not installed. {REPAIR}")


def open_session(pack: Pack, folder: Path, part: Part, *, runtime: str | None = None, threads: int = 1) -> Session:
    """The network `part` of `pack`. threads: processor threads for one run, 1 or more.

    Raises SetupError if the runtime is not installed, the pack has no form for it, or a file is missing or damaged.
    """
    if threads < 1:
        raise ValueError(f"threads is {threads}, needs 1 or more")
    chosen, model = choose_runtime(runtime), pack.model(part)
    if chosen not in model.files:
        raise SetupError(f"The pack “{pack.name}” cannot be used with {chosen}: it has no files for it.")
    return OPENERS[chosen](model, folder, threads)
