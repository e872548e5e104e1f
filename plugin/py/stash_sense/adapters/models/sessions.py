"""Opens a network of a model pack in the runtime that is there; both runtimes answer alike.

Threads work on different pictures, each with a runtime limited to one thread: ncnn on two threads then takes 14 ms for eight tiles
instead of 21. Its own threads (OpenMP) spin while they wait: on two busy cores one run in ten took 0.1 to 0.9 s instead of 2 ms.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.models import session_ncnn, session_ort
from stash_sense.adapters.models.manifest import REPAIR
from stash_sense.adapters.models.packs import Model, Pack, Part, Runtime, verify
from stash_sense.errors import SetupError

Blob = NDArray[np.float32]
RunOne = Callable[
    [Blob], list[Blob]
]  # (1, 3, input, input) → outputs, each (1, …); called from several threads at once

OPENERS: dict[str, Callable[[Model, Path], RunOne]] = {
    "onnxruntime": session_ort.open_model,
    "ncnn": session_ncnn.open_model,
}


class Session(Protocol):
    """A network ready to run."""

    def run(self, blob: Blob) -> list[Blob]:
        """blob: (n, 3, input, input), n ≥ 1. Returns the outputs in the pack's order, each (n, …)."""
        ...


@dataclass(frozen=True, slots=True)
class PictureSession:
    """Runs a batch picture by picture, on `pool` if there is one (a batch in one run is slower: 3.0 against 2.4 ms a tile)."""

    run_one: RunOne
    pool: ThreadPoolExecutor | None = None

    def run(self, blob: Blob) -> list[Blob]:
        pictures = np.split(np.ascontiguousarray(blob, np.float32), len(blob))
        answers: Iterable[list[Blob]] = map(self.run_one, pictures)
        if self.pool is not None and len(pictures) > 1:
            answers = self.pool.map(self.run_one, pictures)
        return [np.concatenate(column) for column in zip(*answers, strict=True)]


def choose_runtime(wanted: str | None) -> Runtime:
    """`wanted` (the value of STASH_SENSE_RUNTIME), else onnxruntime where it is installed, else ncnn.

    Raises SetupError if there is no such runtime, or none at all.
    """
    if wanted and wanted not in OPENERS:
        raise SetupError(f"There is no runtime called {wanted}; set STASH_SENSE_RUNTIME to onnxruntime or ncnn.")
    candidates: tuple[Runtime, ...] = ("onnxruntime", "ncnn")
    for runtime in candidates:
        if wanted in {None, "", runtime} and importlib.util.find_spec(runtime) is not None:
            return runtime
    raise SetupError(f"{wanted or 'The runtime of the face models'} is not installed. {REPAIR}")


def open_session(pack: Pack, folder: Path, part: Part, *, runtime: str | None = None, threads: int = 1) -> Session:
    """The network `part` of `pack`. threads: how many pictures of a batch are worked on at once, 1 or more.

    Raises SetupError if the runtime is not installed, the pack has no form for it, or a file is missing or damaged.
    """
    if threads < 1:
        raise ValueError(f"threads is {threads}, needs 1 or more")
    chosen, model = choose_runtime(runtime), pack.model(part)
    if chosen not in model.files:
        raise SetupError(
            f"The model pack “{pack.name}” has no files for {chosen}; choose another pack in the settings."
        )
    # ncnn would take changed weights without a word, so the hashes are compared before each opening (4 ms)
    verify(pack, folder, model.files[chosen])
    pool = ThreadPoolExecutor(threads, thread_name_prefix=part) if threads > 1 else None
    return PictureSession(OPENERS[chosen](model, folder), pool)
