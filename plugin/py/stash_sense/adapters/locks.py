"""A lock between processes that the operating system drops when its holder dies, so that it never goes stale."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Holds the lock of `path` while the block runs; yields False at once if another process has it. The empty file stays."""
    with path.open("ab") as file:
        yield _try(file)


def _try(file: IO[bytes]) -> bool:
    try:
        _take(file)
    except OSError as err:
        # ENOLCK, ENOTSUP: some network file systems have no locks; then there is nothing to wait for.
        return err.errno in {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP}
    return True
