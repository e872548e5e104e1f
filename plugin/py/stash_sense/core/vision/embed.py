"""Aligned crops to unit vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Image, Vectors

Run = Callable[[NDArray[np.float32]], Sequence[NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class EmbedderSpec:
    """The embedder's input. order: of the colour channels; mean, scale: (pixel − mean) · scale. batch: most crops in one run."""

    order: Literal["RGB", "BGR"] = "BGR"
    mean: float = 127.5
    scale: float = 1 / 127.5
    dims: int = 512
    flip: bool = True
    batch: int = 16


def embed(crops: Sequence[Image], run: Run, spec: EmbedderSpec) -> tuple[Vectors, NDArray[np.float32]]:
    """(n, dims) unit vectors of aligned crops and (n,) cosines between each crop's vector and its mirror's.

    Without the flip average the cosines are 1. A crop whose vector is not finite or zero comes back as zeros with cosine 0.
    """
    if not crops:
        return np.zeros((0, spec.dims), np.float32), np.zeros(0, np.float32)
    inputs = _blob(np.stack(crops), spec)
    plain = _unit(_run_all(inputs, run, spec))
    if not spec.flip:
        return plain, np.ones(len(crops), np.float32)
    mirrored = _unit(_run_all(np.ascontiguousarray(inputs[..., ::-1]), run, spec))
    return _unit(plain + mirrored), np.asarray((plain * mirrored).sum(axis=1), np.float32)


def _blob(crops: NDArray[np.uint8], spec: EmbedderSpec) -> NDArray[np.float32]:
    """(n, 3, size, size) in the embedder's colour order and range."""
    ordered = crops[..., ::-1] if spec.order == "BGR" else crops
    scaled = (ordered.astype(np.float32) - np.float32(spec.mean)) * np.float32(spec.scale)
    return np.ascontiguousarray(scaled.transpose(0, 3, 1, 2))


def _run_all(inputs: NDArray[np.float32], run: Run, spec: EmbedderSpec) -> NDArray[np.float32]:
    parts = [np.asarray(run(inputs[start : start + spec.batch])[0]) for start in range(0, len(inputs), spec.batch)]
    return np.concatenate(parts).reshape(len(inputs), -1).astype(np.float32, copy=False)


def _unit(vectors: NDArray[np.float32]) -> Vectors:
    finite = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, 0)
    length = np.linalg.norm(finite, axis=1, keepdims=True)
    return np.asarray(finite / np.where(length > 1e-9, length, 1), np.float32)
