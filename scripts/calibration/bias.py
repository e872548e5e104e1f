"""What poor faces of many people have in common, measured: block "bias" of pack.json (core/vision/bias.py takes it off)."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Vectors
from stash_sense.core.vision.bias import Bias

LEAST_FACES = 100  # so that chance adds a tenth of a vector's length at most


def measure_bias(vectors: Vectors, qualities: NDArray[np.floating], edges: NDArray[np.floating]) -> Bias:
    """The bias of faces of many people, one knot for each pair of neighbouring `edges`; knots with fewer than 100 faces are left out.

    Raises ValueError if none is left.
    """
    knots, means = [], []
    for low, high in itertools.pairwise(edges):
        inside = (qualities >= low) & (qualities < high)
        if int(inside.sum()) >= LEAST_FACES:
            knots.append(float(qualities[inside].mean()))
            means.append(vectors[inside].mean(axis=0))
    return Bias(np.array(knots, np.float32), np.array(means, np.float32).reshape(len(knots), vectors.shape[1]))


def block(bias: Bias) -> dict[str, Any]:
    """What Bias.from_pack reads."""
    numbers = base64.b64encode(bias.means.astype("<f2").tobytes()).decode("ascii")
    return {"quality": [round(float(one), 4) for one in bias.quality], "means": numbers}
