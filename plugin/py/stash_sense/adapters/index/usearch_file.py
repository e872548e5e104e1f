"""What a usearch file says about itself, read without usearch: its loader believes every number in the file and crashes on a wrong one."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from stash_sense.errors import SetupError

MATRIX = struct.Struct("<II")  # rows, bytes a row
HEAD = struct.Struct(
    "<7s3H4BQQQ?22x"
)  # usearch's own: magic, version, metric, scalar, key, slot, present, deleted, dims, multi
GRAPH = struct.Struct("<5Q")  # nodes, connectivity, connectivity of the ground level, highest level, entry
COSINE, INT8, UINT64, UINT32 = 99, 23, 14, 15


@dataclass(frozen=True, slots=True)
class Layout:
    """rows: with those removed. count: without."""

    path: Path
    dims: int
    count: int
    removed: int

    def expect(self, dims: int, count: int | None = None) -> None:
        """Raises SetupError if the file holds anything else."""
        if self.dims != dims or (count is not None and self.count != count):
            raise SetupError(
                f"The index {self.path} holds {self.count} vectors of {self.dims} numbers, not {count} of {dims}: import or build the gallery again."
            )


def read_layout(path: Path) -> Layout:
    """Checks everything that the file says about itself. Raises SetupError: missing, cut off, damaged, or of another kind."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            rows, width = MATRIX.unpack(file.read(MATRIX.size))
            file.seek(MATRIX.size + rows * width)
            head = HEAD.unpack(file.read(HEAD.size))
    except OSError as err:
        raise SetupError(
            f"The index {path} cannot be read ({err.strerror}): import or build the gallery again."
        ) from err
    except struct.error as err:
        raise _damaged(path) from err
    magic, _, _, _, metric, scalar, key, slot, present, deleted, dims, multi = head
    kinds = (metric, scalar, key, slot, multi) == (COSINE, INT8, UINT64, UINT32, False)
    if magic != b"usearch" or not kinds or dims != width or present + deleted != rows or size < rows * width:
        raise _damaged(path)
    return Layout(path, dims, present, deleted)


def _damaged(path: Path) -> SetupError:
    return SetupError(f"The index {path} is damaged or of another kind: import or build the gallery again.")
