"""The vectors of a gallery package: one usearch file, opened by memory mapping, searched approximately, or exactly while that is cheap."""

from __future__ import annotations

import contextlib
import importlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.index.usearch_file import read_layout
from stash_sense.core.values import Vectors
from stash_sense.errors import SetupError
from stash_sense.usecases.ports import Neighbour

Keys = NDArray[np.uint64]  # (n,), all different
Rows = NDArray[np.float32] | NDArray[np.float16]  # (n, dims), in memory or memory-mapped

CONNECTIVITY = 16  # edges a node; all three: decision 0024
EXPANSION_ADD = 128
EXPANSION_SEARCH = 128
EXACT_BELOW = 20_000  # entries up to which everything is compared
CHUNK_ROWS = 16_384
TOMBSTONES = 0.1  # share of removed entries above which an update builds from scratch


def build_index(path: Path, keys: Keys, vectors: Rows, *, threads: int = 0) -> None:
    """Writes the index of `vectors` (any length) under `keys` to `path`, whole or not at all. vectors may be memory-mapped.

    threads: 0 = all cores. Raises ValueError if a key occurs twice or shapes differ, SetupError if the file cannot be written.
    """
    index = _new(vectors.shape[1])
    _add(index, keys, vectors, threads)
    _save(index, path)


def update_index(base: Path, path: Path, *, remove: Keys, keys: Keys, vectors: Rows, threads: int = 0) -> None:
    """Writes `base` without the entries `remove` and with `vectors` under `keys` to `path`; `base` stays as it is.

    Entries that stay keep their vectors bit by bit. Raises ValueError if a key to remove is unknown or a new one is there already,
    SetupError if a file cannot be read or written.
    """
    dims = int(vectors.shape[1])
    layout = read_layout(base)
    layout.expect(dims)
    index = _new(dims)
    with _plain_words(base):
        index.load(str(base))
    if len(remove):
        if not bool(np.all(index.contains(remove))):
            raise ValueError("a key to be removed is not in the index")
        index.remove(remove)
    _add(index, keys, vectors, threads)
    _save(index, path)


class UsearchIndex:
    """usecases.ports.FaceIndex over a file that build_index wrote. A neighbour's `row` is its key."""

    def __init__(self, index: Any, path: Path, dims: int) -> None:
        self._index = index
        self._path = path
        self._dims = dims

    @classmethod
    def open(cls, path: Path, *, dims: int, count: int) -> UsearchIndex:
        """The index in `path`, which has to hold `count` entries of `dims` numbers. Raises SetupError: missing, damaged, or another index."""
        layout = read_layout(path)
        layout.expect(dims, count)
        index = _new(dims)
        with _plain_words(path):
            index.view(str(path))
        return cls(index, path, dims)

    def __len__(self) -> int:
        return len(self._index)

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        """For each probe the k nearest entries, best first; fewer if there are fewer. Raises ValueError on other dims."""
        if k < 1:
            raise ValueError(f"k is {k}, needs 1 or more")
        if len(self) == 0 or len(probes) == 0:
            return [[] for _ in probes]
        if probes.shape[1] != self._dims:
            raise ValueError(f"probes have {probes.shape[1]} numbers, the index {self._dims}")
        # A matrix of one row would give another type of answer, so each probe is asked for on its own.
        return [self._near(probe, k) for probe in quantise(probes)]

    def _near(self, probe: NDArray[np.int8], k: int) -> list[Neighbour]:
        found = self._index.search(probe, min(k, len(self)), exact=len(self) <= EXACT_BELOW, threads=1)
        return [
            Neighbour(row=int(key), score=1.0 - float(distance))
            for key, distance in zip(found.keys, found.distances, strict=True)
        ]

    def get(self, keys: Keys) -> Vectors:
        """The vectors under `keys`, in their order, (n, dims) float32 of length 1. Raises KeyError if one is not there."""
        rows = self._index.get(np.asarray(keys, dtype=np.uint64), dtype=np.int8)
        missing = [int(key) for key, row in zip(keys, rows, strict=True) if row is None]
        if missing:
            raise KeyError(missing[0])
        if not rows:
            return np.zeros((0, self._dims), np.float32)
        return unit(np.stack(rows).reshape(len(rows), self._dims))

    def keys(self) -> Keys:
        """Every key, in no particular order."""
        return np.asarray(self._index.keys, dtype=np.uint64)


def quantise(vectors: Rows | Vectors) -> NDArray[np.int8]:
    """(n, dims) → the same directions in 8 bits: each row uses the whole range, since a cosine does not mind its length."""
    rows = np.asarray(vectors, dtype=np.float32)
    peak = np.abs(rows).max(axis=1, keepdims=True)
    return np.rint(rows * (127.0 / np.maximum(peak, 1e-12))).astype(np.int8)


def unit(rows: NDArray[np.int8]) -> Vectors:
    """8-bit rows → float32 of length 1."""
    vectors = rows.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors


def _new(dims: int) -> Any:
    with contextlib.suppress(ImportError):  # musl has none
        importlib.import_module("onnxruntime")  # loaded after usearch it crashes the process (decision 0013)
    from usearch.index import Index

    return Index(
        ndim=dims,
        metric="cos",
        dtype="i8",
        connectivity=CONNECTIVITY,
        expansion_add=EXPANSION_ADD,
        expansion_search=EXPANSION_SEARCH,
    )


def _add(index: Any, keys: Keys, vectors: Rows, threads: int) -> None:
    if vectors.ndim != 2 or len(keys) != len(vectors):
        raise ValueError(f"{len(keys)} keys for vectors of shape {vectors.shape}")
    if len(np.unique(keys)) != len(keys) or (len(index) and bool(np.any(index.contains(keys)))):
        raise ValueError("a key occurs twice")
    for start in range(0, len(keys), CHUNK_ROWS):
        part = slice(start, start + CHUNK_ROWS)
        index.add(np.asarray(keys[part], dtype=np.uint64), quantise(vectors[part]), threads=threads)


def _save(index: Any, path: Path) -> None:
    beside = path.with_name(path.name + ".part")
    try:
        with _plain_words(beside):
            index.save(str(beside))
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as err:
        raise SetupError(f"The index {path} cannot be written ({err.strerror}): check space and rights.") from err
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


@contextlib.contextmanager
def _plain_words(path: Path) -> Any:
    try:
        yield
    except (RuntimeError, OSError, ValueError, MemoryError) as err:
        raise SetupError(
            f"The index {path} cannot be read or written ({err}): check the disk, then import or build the gallery again."
        ) from err
