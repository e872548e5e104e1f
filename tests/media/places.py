"""Files that are there but may not be read, also where the tests run as root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """Within, this process may not open `path`."""
    mode, root = path.stat().st_mode, hasattr(os, "geteuid") and os.geteuid() == 0
    path.chmod(0)
    if root:
        os.seteuid(NOBODY)  # root reads everything
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        path.chmod(mode)
