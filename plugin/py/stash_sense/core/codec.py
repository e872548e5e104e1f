"""Vectors as stored: little-endian float16, half the size of float32 at a cosine error below 1e-6."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stash_sense.core.values import Vector, Vectors
from stash_sense.errors import SpaceMismatchError


def to_blob(vector: Vector) -> bytes:
    """(dims,) float32 → 2 × dims bytes."""
    return np.asarray(vector, dtype="<f2").tobytes()


def from_blob(blob: bytes) -> Vector:
    """2 × dims bytes → (dims,) float32, length 1 again."""
    vector: Vector = from_blobs([blob], dims=len(blob) // 2)[0]
    return vector


def from_blobs(blobs: Sequence[bytes], *, dims: int) -> Vectors:
    """n blobs → (n, dims) float32, rows of length 1. Raises SpaceMismatchError if one has another length."""
    if any(len(blob) != 2 * dims for blob in blobs):
        raise SpaceMismatchError(
            "Stored vectors have another length than the model pack's: run “Set up or repair”, then “Update gallery”."
        )
    vectors = np.frombuffer(b"".join(blobs), dtype="<f2").astype(np.float32).reshape(len(blobs), dims)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors


def join_blobs(vectors: Vectors) -> bytes:
    """(n, dims) → their blobs one after the other."""
    return np.asarray(vectors, dtype="<f2").tobytes()


def split_blob(blob: bytes, *, dims: int) -> Vectors:
    """What join_blobs made → (n, dims), rows of length 1; n may be 0. Raises SpaceMismatchError as from_blobs."""
    return from_blobs([blob[start : start + 2 * dims] for start in range(0, len(blob), 2 * dims)], dims=dims)
