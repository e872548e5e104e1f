"""The little that is sent to Dask workers by value, before they have any of our code: it unpacks the cargo and calls it.

Only the standard library and distributed may be used here, and nothing of this module may be kept between two calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from distributed import WorkerPlugin


class Unpacking(WorkerPlugin):  # type: ignore[misc]  # distributed ships no types
    """Unpacks the cargo on every worker, those included that join or are replaced later."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        """parts: zips by the name of the folder each goes to; a name stands for one content. The one named "code-…" is imported from."""
        self.parts = parts
        self.name = f"stash-sense {' '.join(parts)}"  # Dask's name for it: unpacked once per worker

    def setup(self, worker: Any) -> None:
        import io
        import sys
        import zipfile
        from pathlib import Path

        for name, data in self.parts.items():
            folder = Path(worker.local_directory) / name
            if not (folder / "unpacked").exists():
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    archive.extractall(folder)
                (folder / "unpacked").touch()
            if name.startswith("code-"):
                sys.path.insert(0, str(folder))


def read_there(code: str, recipe: str, task: bytes) -> bytes:
    """See cargo.read; code and recipe are names of parts. Returns a pickled text where this worker cannot do it."""
    import pickle
    from pathlib import Path

    from distributed import get_worker

    worker = get_worker()
    try:
        from stash_sense.adapters.workers import cargo

        if cargo.code_name() != code:
            return pickle.dumps(
                f"The Dask worker {worker.address} has loaded another version of Stash Sense: restart it."
            )
        return cargo.read(str(Path(worker.local_directory) / recipe), task)
    except ImportError as err:
        text = f"The Dask worker {worker.address} lacks a package ({err}); install what plugin/py/requirements lists there."
        return pickle.dumps(text)
