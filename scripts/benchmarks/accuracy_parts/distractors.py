"""People who do not exist: vectors drawn from a distribution fitted to real ones, its tail held against the real impostors.

Each is a blend of a real person with one of the people most like that person, and a little noise with the covariance of all. Blends keep
what makes impostors dangerous: groups of look-alikes. A Gaussian, or a mixture of them with one covariance, falls short at every gallery size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
NEAR = 100  # people most like a person, among whom the second parent is drawn
LEAST_SHARE = 0.5  # of the first parent
KEPT = (0.8, 0.85, 0.9, 0.94, 0.97, 1.0)
TAIL = 0.9  # quantile of the best-of-N score by which the noise is chosen: the tail makes false names, not the middle


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """people: (n, dims) real ones. near: (n, NEAR) rows of those most like each. axes: (dims, dims) square root of their covariance.

    kept: length of the blend beside noise of length √(1 − kept²).
    """

    people: Floats
    near: NDArray[np.int32]
    middle: Floats
    axes: Floats
    kept: float

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """(count, dims) unit vectors."""
        return np.concatenate([self._some(min(20_000, count - at), rng) for at in range(0, count, 20_000)])

    def _some(self, count: int, rng: np.random.Generator) -> Floats:
        one = rng.integers(0, len(self.people), count)
        two = self.near[one, rng.integers(0, self.near.shape[1], count)]
        share = rng.uniform(LEAST_SHARE, 1.0, (count, 1)).astype(np.float32)
        blend = _unit(share * self.people[one] + np.sqrt(1 - share**2) * self.people[two])
        noise = self.middle + rng.normal(size=blend.shape).astype(np.float32) @ self.axes.T
        return _unit(np.float32(self.kept) * blend + np.float32((1 - self.kept**2) ** 0.5) * noise)


def fit(vectors: Floats, *, kept: float) -> Likeness:
    """vectors: (n, dims), one photo a person."""
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -2.0)
    most = max(min(NEAR, len(vectors) - 1), 1)
    near = np.argpartition(-alike, most - 1, axis=1)[:, :most].astype(np.int32)
    middle = vectors.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov((vectors - middle).T))
    return Likeness(vectors, near, middle, (axes * np.sqrt(np.maximum(values, 0.0))).astype(np.float32), kept)


def choose(vectors: Floats, probes: Floats, rng: np.random.Generator) -> tuple[Likeness, list[dict[str, float]]]:
    """The share of noise whose best-of-N scores against `probes` (nobody of whom is among `vectors`) come closest to the real ones."""
    real = tail(probes, vectors)
    table = []
    for kept in KEPT:
        found = tail(probes, fit(vectors, kept=kept).draw(len(vectors), rng))
        table.append({"kept": kept, **found, "off": round(abs(found["p90"] - real["p90"]), 4)})
    best = min(table, key=lambda row: row["off"])
    return fit(vectors, kept=best["kept"]), table


def tail(probes: Floats, gallery: Floats) -> dict[str, float]:
    """Quantiles of the best score of each probe against all of the gallery."""
    top = np.concatenate([(probes[i : i + 200] @ gallery.T).max(axis=1) for i in range(0, len(probes), 200)])
    return {f"p{int(100 * q)}": round(float(np.quantile(top, q)), 4) for q in (0.5, TAIL, 0.99)}


def _unit(rows: NDArray[np.floating]) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
