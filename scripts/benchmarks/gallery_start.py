"""A task with a large gallery up to its first frame, as a process of its own; for `scripts/bench gallery`.

`prepare DATA VIDEO PACKAGE` makes the data folder once; `start DATA VIDEO` is what is measured; both print one JSON object.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "plugin" / "py"))

BARE = """
import numpy, onnxruntime, usearch, av, cv2
from scripts.benchmarks.gallery_steps import memory_mb
import json
print(json.dumps(memory_mb()))
"""


def prepare(data: Path, video: Path, package: Path) -> dict[str, Any]:
    """Puts the package into use, and writes two seconds of video."""
    import av
    import numpy as np

    from stash_sense.adapters.galleries.manifest import read_manifest
    from stash_sense.adapters.store.database import open_database
    from stash_sense.adapters.store.stores import SqliteStores
    from stash_sense.core.gallery_records import GalleryRecord

    found = read_manifest(package)
    with closing(open_database(data)) as db:
        stores = SqliteStores(db)
        with stores.transaction():
            stores.packages.put(
                GalleryRecord(
                    found.name,
                    found.build_id,
                    None,
                    found.pack,
                    found.revision,
                    found.people,
                    found.faces,
                    found.created_at,
                )
            )
    with av.open(str(video), "w") as out:
        stream = out.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for number in range(16):
            picture = np.full((1080, 1920, 3), 16 * number, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return {"faces": found.faces}


def start(data: Path, video: Path) -> dict[str, Any]:
    """Everything that identifying opens, the index too, and one frame. No Stash: asking it is not what is measured."""
    from scripts.benchmarks.gallery_steps import memory_mb
    from stash_sense.adapters.media.frames import open_frames
    from stash_sense.adapters.store.database import open_database
    from stash_sense.adapters.store.stores import SqliteStores
    from stash_sense.entry.engine import Engine
    from stash_sense.settings import effective

    with closing(open_database(data)) as db:
        engine = Engine(SqliteStores(db), None, data, [], effective({}))  # type: ignore[arg-type]  # nobody is asked
        identifier = engine.identifier()
        references = identifier.matcher.refresh().references("box:bench.example:00000000")  # opens the index
        frame = next(iter(open_frames().frames(str(video), [0.0])))
        return {"references": len(references), "frame": list(frame.image.shape), **memory_mb()}


if __name__ == "__main__":
    places = [Path(word) for word in sys.argv[2:]]
    print(json.dumps({"prepare": prepare, "start": start}[sys.argv[1]](*places)))
