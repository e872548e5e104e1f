"""A usearch file as arrays, checked: usearch itself believes every number in a file and crashes on a wrong one.

The file, as usearch 2 writes it (little-endian): rows and bytes a row, the rows; a head; the size of the graph, the level of every node;
the nodes: key, level, neighbours on the ground level, then on each upper one. tests/contract/test_usearch.py holds it to that.
"""

from __future__ import annotations

import contextlib
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stash_sense.errors import SetupError

MATRIX = struct.Struct("<II")  # rows, bytes a row
HEAD = struct.Struct(
    "<7s3H4BQQQ?22x"
)  # "usearch", version, metric, scalar, key and slot kind, present, removed, dims, multi
GRAPH = struct.Struct("<5Q")  # nodes, connectivity, that of the ground level, highest level, entry
MAGIC, KINDS = b"usearch", (99, 23, 14, 15, False)  # cosine, i8, u64, u32, one vector a key
VERSION = 2  # the first number of usearch's: it refuses other files
REMOVED = 2**64 - 1  # the key of an entry that was removed; the highest of all
MOST_NEIGHBOURS = 1024  # far above any we write: bounds what a damaged file can make us read
CHUNK_NODES = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class IndexFile:
    """A file whose every number was found to be possible; its arrays lie in the mapped file.

    matrix: (rows, dims), with what was removed. keys: (count,) ascending, in memory. places: (count,) in which row each key's vector is.
    """

    path: Path
    buffer: mmap.mmap
    matrix: NDArray[np.int8]
    keys: NDArray[np.uint64]
    places: NDArray[np.uint32]

    @property
    def dims(self) -> int:
        return int(self.matrix.shape[1])

    @property
    def count(self) -> int:
        return len(self.keys)

    def expect(self, *, dims: int, count: int | None = None) -> None:
        """Raises SetupError if this is another index than the one that is meant."""
        if self.dims != dims or count not in (None, self.count):
            meant = f"{dims} numbers" if count is None else f"{dims} numbers and {count} faces"
            raise SetupError(
                f"The gallery's index {self.path} has {self.dims} numbers a face and {self.count} faces, where {meant} were"
                " expected: import the gallery again, or build it anew."
            )

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Where each of `keys` stands among self.keys. Raises KeyError for one that is not there."""
        at = np.searchsorted(self.keys, keys)
        missing = at == self.count
        missing[~missing] = self.keys[at[~missing]] != keys[~missing]
        if missing.any():
            raise KeyError(int(keys[missing][0]))
        return at


def open_file(path: Path) -> IndexFile:
    """Maps and checks all but the vectors themselves; 0.1 s for a million. Raises SetupError: missing, cut off, damaged, another kind."""
    try:
        with path.open("rb") as file:
            buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as err:
        raise SetupError(
            f"The gallery's index {path} cannot be read ({err.strerror}): import the gallery again, or build it anew."
        ) from err
    except ValueError as err:  # mmap refuses an empty file
        raise _damaged(path) from err
    try:
        return _checked(path, buffer)
    except (_WrongError, struct.error) as err:
        with contextlib.suppress(BufferError):  # arrays in the traceback still look at it
            buffer.close()
        raise _damaged(path) from err


class _WrongError(Exception):
    """A number in the file cannot be true."""


def _checked(path: Path, buffer: mmap.mmap) -> IndexFile:
    rows, width = MATRIX.unpack_from(buffer, 0)
    head_at = MATRIX.size + rows * width
    _hold(len(buffer) >= head_at + HEAD.size + GRAPH.size)
    magic, version, _, _, *kinds, present, removed, dims, multi = HEAD.unpack_from(buffer, head_at)
    _hold(
        magic == MAGIC
        and version == VERSION
        and (*kinds, multi) == KINDS
        and dims == width > 0
        and present + removed == rows
    )
    keys = _keys_of_graph(buffer, head_at + HEAD.size, rows)
    matrix = np.frombuffer(buffer, np.int8, rows * width, MATRIX.size).reshape(rows, width)
    order = np.argsort(keys).astype(np.uint32)
    keys = keys[order]
    _hold(
        np.array_equal(keys[present:], np.full(removed, REMOVED, np.uint64))
        and not np.any(keys[:present][1:] == keys[:present][:-1])
    )
    return IndexFile(path, buffer, matrix, keys[:present], order[:present])


def _keys_of_graph(buffer: mmap.mmap, at: int, rows: int) -> NDArray[np.uint64]:
    nodes, connectivity, ground, top, entry = GRAPH.unpack_from(buffer, at)
    if rows == 0:
        _hold(nodes == 0 and len(buffer) == at + GRAPH.size)
        return np.zeros(0, np.uint64)
    _hold(nodes == rows and 0 < connectivity <= MOST_NEIGHBOURS and 0 < ground <= MOST_NEIGHBOURS and entry < rows)
    at += GRAPH.size
    _hold(len(buffer) >= at + 2 * rows)
    levels = np.frombuffer(buffer, "<i2", rows, at)
    _hold(int(levels.min()) >= 0 and int(levels[entry]) == top == int(levels.max()))
    below, above = _neighbours(ground), _neighbours(connectivity)
    node = np.dtype([("key", "<u8"), ("level", "<i2"), ("below", below)])
    ends = np.cumsum(node.itemsize + above.itemsize * levels.astype(np.int64))
    at += 2 * rows
    _hold(len(buffer) == at + int(ends[-1]))
    starts = at + np.concatenate([[0], ends[:-1]])
    keys = np.empty(rows, np.uint64)
    for first in range(0, rows, CHUNK_NODES):
        part = slice(first, min(first + CHUNK_NODES, rows))
        some = _records(buffer, node, starts[part])
        _hold(np.array_equal(some["level"], levels[part]))
        _check(some["below"], ground, levels, 0)
        keys[part] = some["key"]
    for level in range(1, top + 1):
        high = np.flatnonzero(levels >= level)
        _check(
            _records(buffer, above, starts[high] + node.itemsize + (level - 1) * above.itemsize),
            connectivity,
            levels,
            level,
        )
    return keys


def _neighbours(most: int) -> np.dtype[np.void]:
    return np.dtype([("count", "<u4"), ("slots", "<u4", (most,))])


def _records(buffer: mmap.mmap, kind: np.dtype[np.void], starts: NDArray[np.int64]) -> NDArray[np.void]:
    """The records of one kind that begin at these bytes; nodes are of different lengths, so they lie at no fixed step."""
    everywhere = np.ndarray((len(buffer) - kind.itemsize + 1,), f"V{kind.itemsize}", buffer, strides=(1,))
    some: NDArray[np.void] = everywhere[starts].view(kind)
    return some


def _check(neighbours: NDArray[np.void], most: int, levels: NDArray[np.int16], level: int) -> None:
    """Every neighbour has to be a node that reaches up to `level`. Places beyond the count mean nothing."""
    counts, slots = neighbours["count"], neighbours["slots"]
    _hold(int(counts.max()) <= most)
    if level == 0 and int(slots.max()) < len(levels):
        return  # the quick way; on the ground every node will do
    used = slots[np.arange(most) < counts[:, None]]
    _hold(not used.size or (int(used.max()) < len(levels) and int(levels[used].min()) >= level))


def _hold(true: bool) -> None:
    if not true:
        raise _WrongError


def _damaged(path: Path) -> SetupError:
    return SetupError(
        f"The gallery's index {path} is damaged or not one of ours: import the gallery again, or build it anew."
    )
