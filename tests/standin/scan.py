"""A scan: new files become scenes, images and galleries; hooks run inside it, covers come after them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.error import FFmpegError
from tests.standin.probe import kind_of, read_file, read_zip
from tests.standin.rows import GalleryRow, ImageRow, SceneRow
from tests.standin.sessions import Session

if TYPE_CHECKING:
    from tests.standin.jobs import Job
    from tests.standin.stash import StandIn


def scan(
    stash: StandIn,
    roots: Iterable[Path],
    *,
    session: Session,
    covers: bool,
    job: Job,
    progress: Callable[[float], None],
) -> None:
    """Takes every new file below `roots`, `stash.parallel_tasks` at once; files already known stay as they are."""
    known = stash.store.files()
    found = sorted({path for root in roots for path in _walk(root)})
    fresh = [path for path in found if str(path) not in known]
    done = 0

    def take(path: Path) -> None:
        nonlocal done
        if not job.cancelled.is_set():
            _take(stash, path, session, covers, job)
        done += 1
        progress(done / len(fresh))

    with ThreadPoolExecutor(max(stash.parallel_tasks, 1), "standin-scan") as pool:
        list(pool.map(take, fresh))


def _walk(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return [path for path in root.rglob("*") if path.is_file() and kind_of(path) is not None]


def _take(stash: StandIn, path: Path, session: Session, covers: bool, job: Job) -> None:
    kind = kind_of(path)
    store = stash.store
    how: dict[str, Any] = {"session": session, "gone": job.cancelled.is_set}
    if kind == "video":
        scene = store.insert("scene", SceneRow, files=[read_file(store, path)])
        stash.fire("Scene.Create.Post", scene.id, None, **how)
        if covers:
            scene.cover = cover_of(path)
    elif kind == "image":
        image = store.insert("image", ImageRow, files=[read_file(store, path)])
        stash.fire("Image.Create.Post", image.id, None, **how)
    elif kind == "zip":
        gallery = store.insert("gallery", GalleryRow, files=[read_file(store, path)])
        stash.fire("Gallery.Create.Post", gallery.id, None, **how)
        for file in read_zip(store, path):
            image = store.insert("image", ImageRow, files=[file], gallery_ids=[gallery.id])
            stash.fire("Image.Create.Post", image.id, None, **how)


def cover_of(path: Path) -> bytes | None:
    """JPEG of the frame at a fifth of the video; None if there is none."""
    try:
        with av.open(str(path)) as container:
            stream = next(iter(container.streams.video), None)
            if stream is None:
                return None
            container.seek(int((container.duration or 0) * 0.2))
            frame = next(container.decode(stream), None)
    except (FFmpegError, OSError):
        return None
    if frame is None:
        return None
    target = io.BytesIO()
    upright = frame.to_image().rotate(frame.rotation, expand=True)  # both count degrees against the clock
    upright.save(target, "JPEG", quality=85)
    return target.getvalue()
