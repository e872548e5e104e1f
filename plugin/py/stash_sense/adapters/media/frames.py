"""Which library reads videos: PyAV where it is installed, otherwise OpenCV."""

from __future__ import annotations

from importlib import import_module

from stash_sense.errors import SetupError
from stash_sense.usecases.ports import FrameSource

READERS = ("stash_sense.adapters.media.video", "stash_sense.adapters.media.video_opencv")


def open_frames(*, threads: int = 0, readers: tuple[str, ...] = READERS) -> FrameSource:
    """The first of `readers` (modules with a VideoFrames) that can be imported. threads: for decoding, 0 = automatic."""
    for name in readers:
        try:
            source: FrameSource = import_module(name).VideoFrames(threads=threads)
        except ImportError:
            continue
        return source
    raise SetupError("Videos cannot be read because PyAV is not installed: run the “Set up or repair” task.")
