"""What poor faces have in common says nothing about who they are: it is taken off their vectors.

The worse a face, the nearer an embedder puts it to one and the same place: blurred faces of different people resemble each other. The mean vector
of many people's faces of one quality is that place; what is left after it is taken off is the person's own (docs/calibration.md).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Bias:
    """Block "bias" of pack.json. quality: (k,) ascending. means: (k, dims), the mean of unit vectors of faces of that quality."""

    quality: NDArray[np.float32]
    means: NDArray[np.float32]

    def __post_init__(self) -> None:
        if len(self.quality) < 1 or self.means.ndim != 2 or len(self.means) != len(self.quality):
            raise ValueError(f"{len(self.quality)} qualities for means of shape {self.means.shape}")
        if not (np.diff(self.quality) > 0).all() or not np.isfinite(self.means).all():
            raise ValueError("the qualities of a bias have to ascend, its means have to be finite")

    @classmethod
    def from_pack(cls, block: Mapping[str, Any], dims: int) -> Bias | None:
        """None for an empty block. means: base64 of little-endian float16, row by row. Raises KeyError, ValueError for one that makes no sense."""
        if not block:
            return None
        quality = np.array(block["quality"], np.float32)
        numbers = np.frombuffer(base64.b64decode(block["means"], validate=True), "<f2").astype(np.float32)
        return cls(quality, numbers.reshape(len(quality), dims))

    def taken_off(self, vectors: Vectors, qualities: NDArray[np.floating]) -> Vectors:
        """(n, dims) unit vectors without what faces of their quality have in common, unit vectors again.

        qualities: (n,), 0..1; between two knots the mean is read off along a straight line, beyond them it stays. Rows of zeros stay zeros.
        """
        place = np.interp(qualities, self.quality, np.arange(len(self.quality)))
        low = np.minimum(place.astype(np.intp), len(self.quality) - 1)
        high = np.minimum(low + 1, len(self.quality) - 1)
        share = (place - low).astype(np.float32)[:, None]
        left = vectors - ((1 - share) * self.means[low] + share * self.means[high])
        left[~vectors.any(axis=1)] = 0.0
        length = np.linalg.norm(left, axis=1, keepdims=True)
        return np.asarray(left / np.where(length > 1e-9, length, 1.0), np.float32)
