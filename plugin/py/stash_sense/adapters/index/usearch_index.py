"""The vectors of a gallery package: one usearch file, mapped, not read; searched approximately, or exactly while that is cheap."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.index.usearch_file import REMOVED, IndexFile, open_file
from stash_sense.core.values import Vectors
from stash_sense.errors import SetupError
from stash_sense.usecases.ports import Neighbour

Keys = NDArray[np.uint64]  # (n,), all different, below 2**63
Rows = NDArray[np.float32] | NDArray[np.float16] | NDArray[np.int8]  # (n, dims), in memory or memory-mapped

CONNECTIVITY = 16  # edges of a node; this and the next ones: docs/decisions/0024
EXPANSION_ADD = 256
NARROW, WIDE = 160, 2000  # entries kept in view by the first search, and by the second where nobody stands out
STANDS_OUT = 0.35  # how far the nearest is from the last of YARDSTICK towards 1: strangers reach 0.25, the gallery's people 0.45 and more
YARDSTICK = 64
EXACT_BELOW = 40_000  # entries up to which everything is compared: no slower than the graph there
CHUNK_ROWS = 16_384
MOST_CHANGED = 0.1  # share of entries taken out up to which an update changes the graph instead of building it anew


def build_index(path: Path, keys: Keys, vectors: Rows, *, threads: int = 0) -> None:
    """Writes the index of `vectors` (of any length, but not 0) under `keys` to `path`: whole, or not at all.

    vectors may be memory-mapped: a chunk is read at a time. threads: 0 = all cores. Raises ValueError if a key occurs twice or the
    shapes differ, SetupError if the file cannot be written.
    """
    index = _new(vectors.shape[1])
    _add(index, keys, vectors, threads)
    _save(index, path)


def update_index(base: Path, path: Path, *, remove: Keys, keys: Keys, vectors: Rows, threads: int = 0) -> None:
    """Writes to `path` what is in `base`, without the entries `remove`, with `vectors` under `keys`; `base` stays as it is.

    An entry that stays keeps its vector bit by bit; one in `remove` and in `keys` is replaced. Raises KeyError if a key to be removed is
    not there, ValueError if a new one is there already, SetupError if a file cannot be read or written.
    """
    file = open_file(base)
    file.expect(dims=int(vectors.shape[1]))
    gone = np.unique(np.asarray(remove, np.uint64))
    stay = np.ones(file.count, np.bool_)
    stay[file.find(gone)] = False
    if np.isin(keys, file.keys[stay]).any():
        raise ValueError("a new key is in the index already")
    holes = len(file.matrix) - int(stay.sum())  # with those that earlier updates left
    if holes > MOST_CHANGED * len(file.matrix):
        index = _new(file.dims)
        by_place = np.argsort(
            file.places[stay]
        )  # neighbours in the file are faces of one person: quicker to add one after the other
        for at in np.array_split(np.flatnonzero(stay)[by_place], 1 + len(by_place) // CHUNK_ROWS):
            _add(index, file.keys[at], file.matrix[file.places[at]], threads)
    else:
        index = _new(file.dims, lookups=True)
        with _plain_words(base):
            index.load(str(base))
            if len(gone):
                index.remove(gone)
    _add(index, keys, vectors, threads)
    _save(index, path)


class UsearchIndex:
    """usecases.ports.FaceIndex over a file that build_index wrote. A neighbour's `row` is its key."""

    def __init__(self, index: Any, file: IndexFile) -> None:
        self._index = index
        self._file = file

    @classmethod
    def open(cls, path: Path, *, dims: int, count: int) -> UsearchIndex:
        """The index in `path`, which has to hold `count` vectors of `dims` numbers. Raises SetupError: missing, damaged, or another one."""
        file = open_file(path)
        file.expect(dims=dims, count=count)
        index = _new(dims)
        if count:
            with _plain_words(path):
                index.view(file.buffer)  # of the same mapping, so that a page in use counts once
        return cls(index, file)

    def __len__(self) -> int:
        return self._file.count

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        """For each probe the k nearest entries, best first; fewer if there are fewer. Raises ValueError on other dims."""
        if k < 1:
            raise ValueError(f"k is {k}, needs 1 or more")
        if len(self) == 0 or len(probes) == 0:
            return [[] for _ in probes]
        if probes.shape[1] != self._file.dims:
            raise ValueError(f"probes have {probes.shape[1]} numbers, the index {self._file.dims}")
        return [self._near(probe, rough, k) for probe, rough in zip(probes, quantise(probes), strict=True)]

    def _near(self, probe: NDArray[np.float32], rough: NDArray[np.int8], k: int) -> list[Neighbour]:
        """A narrow search finds whoever stands out; only a stranger, to whom many are equally far, is worth a wide one."""
        keys, scores = self._search(probe, rough, max(k, YARDSTICK), NARROW)
        if len(self._file.matrix) > EXACT_BELOW and not _stands_out(scores):
            keys, scores = self._search(probe, rough, max(k, YARDSTICK), WIDE)
        return list(map(Neighbour, keys[:k].tolist(), scores[:k].tolist()))

    def _search(
        self, probe: NDArray[np.float32], rough: NDArray[np.int8], k: int, width: int
    ) -> tuple[Keys, NDArray[np.float32]]:
        """Keys and cosines of the k nearest, best first. rough: the probe in 8 bits; the cosines are of the probe as it came."""
        # One probe at a time: a matrix of one row would be answered with another type than a matrix of two.
        self._index.expansion_search = width
        exact = len(self._file.matrix) <= EXACT_BELOW
        keys = self._index.search(rough, min(k, len(self)), exact=exact, threads=1).keys
        keys = keys[keys != REMOVED]
        scores = self.get(keys) @ (probe / max(float(np.linalg.norm(probe)), 1e-12))
        best = np.argsort(-scores, kind="stable")
        return keys[best], scores[best]

    def get(self, keys: Keys) -> Vectors:
        """The vectors under `keys`, in their order: (n, dims) float32 of length 1. Raises KeyError if one is not there."""
        at = self._file.find(np.asarray(keys, np.uint64))
        vectors = self._file.matrix[self._file.places[at]].astype(np.float32)
        vectors /= np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1e-12)[:, None]
        return vectors

    def keys(self) -> Keys:
        """(len,) every key, ascending."""
        return self._file.keys


def _stands_out(scores: NDArray[np.float32]) -> bool:
    """scores: best first. The last of YARDSTICK tells how near anybody is; so the measure is the same for all embedders."""
    if len(scores) < YARDSTICK:
        return False
    level = float(scores[YARDSTICK - 1])
    return float(scores[0]) - level >= STANDS_OUT * (1.0 - level)


def quantise(vectors: Rows) -> NDArray[np.int8]:
    """(n, dims) → the same directions in 8 bits. Each row is stretched to the whole range: a cosine does not mind its length.

    usearch itself would multiply unit vectors by 127, which leaves 512 numbers some 5 steps each: recall@1 0.96 instead of 0.99.
    """
    if vectors.dtype == np.int8:
        return np.asarray(vectors, dtype=np.int8)
    rows = np.asarray(vectors, dtype=np.float32)
    peaks = np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0.0), 1e-12)
    stretched: NDArray[np.int8] = np.rint(rows * (127.0 / peaks)).astype(np.int8)
    return stretched


def _new(dims: int, *, lookups: bool = False) -> Any:
    """An empty index. lookups: usearch can find entries by key, which only removing needs."""
    with contextlib.suppress(ImportError):  # it has no wheel for musl
        importlib.import_module(
            "onnxruntime"
        )  # loaded after usearch it crashes the process, see tests/contract/test_usearch.py
    from usearch.index import Index

    return Index(
        ndim=dims,
        metric="cos",
        dtype="i8",
        connectivity=CONNECTIVITY,
        expansion_add=EXPANSION_ADD,
        enable_key_lookups=lookups,
    )


def _add(index: Any, keys: Keys, vectors: Rows, threads: int) -> None:
    if vectors.ndim != 2 or len(keys) != len(vectors):
        raise ValueError(f"{len(keys)} keys for vectors of shape {vectors.shape}")
    if len(np.unique(keys)) != len(keys):
        raise ValueError("a key occurs twice")
    for start in range(0, len(keys), CHUNK_ROWS):
        part = slice(start, start + CHUNK_ROWS)
        index.add(np.asarray(keys[part], np.uint64), quantise(vectors[part]), threads=threads)


def _save(index: Any, path: Path) -> None:
    beside = path.with_name(path.name + ".part")
    try:
        with _plain_words(path):
            index.save(str(beside))
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
            beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


@contextlib.contextmanager
def _plain_words(path: Path) -> Iterator[None]:
    """Turns what usearch and the system say into a sentence."""
    try:
        yield
    except (RuntimeError, OSError, ValueError, MemoryError) as err:
        raise SetupError(
            f"The gallery's index {path} cannot be read or written ({err}): check the free space and the rights of its folder."
        ) from err
