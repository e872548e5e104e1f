"""The cached rows as arrays, and the people split into parts that never mix."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.vision.bias import Bias

SHARES = {"fit": 0.4, "tune": 0.2, "report": 0.4}


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """name, and rows by photo, then by variant (0 as it is, 1 and 2 degraded)."""

    name: str
    photos: tuple[dict[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """vector: (rows, dims). quality, size: (rows,). people: everybody with at least one clean row, by part."""

    vector: NDArray[np.float32]
    quality: NDArray[np.float32]
    size: NDArray[np.float32]
    people: dict[str, list[Person]]


def load(cache: Path, bias: Bias | None) -> Data:
    """bias: what is taken off the vectors. Raises SystemExit if there is nothing."""
    blocks = [np.load(path) for path in sorted(cache.glob("*.npz"))]
    if not blocks:
        raise SystemExit(f"No faces in {cache}: give --lfw DIR first.")
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in ("person", "photo", "variant")}
    people: dict[str, dict[int, dict[int, int]]] = {}
    for row, (name, photo, variant) in enumerate(zip(*columns.values(), strict=True)):
        people.setdefault(str(name), {}).setdefault(int(photo), {})[int(variant)] = row
    parts: dict[str, list[Person]] = {part: [] for part in SHARES}
    for name, photos in people.items():
        whole = tuple(variants for _, variants in sorted(photos.items()) if 0 in variants)
        if whole:
            parts[part_of(name)].append(Person(name, whole))
    vectors = np.concatenate([block["vector"] for block in blocks]).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    quality = np.concatenate([block["quality"] for block in blocks])
    return Data(
        vector=vectors if bias is None else bias.taken_off(vectors, quality),
        quality=quality,
        size=np.concatenate([block["size"] for block in blocks]),
        people=parts,
    )


def without_bias(data: Data, bias: Bias) -> Data:
    """The same data, loaded with no bias, with `bias` taken off."""
    return replace(data, vector=bias.taken_off(data.vector, data.quality))


def part_of(name: str) -> str:
    """The part of the people somebody is in, which hangs on nothing but the name."""
    place = int.from_bytes(hashlib.sha256(f"part {name}".encode()).digest()[:4], "big") / 2**32
    for part, share in SHARES.items():
        if place < share:
            return part
        place -= share
    return "report"
