"""Still pictures by PyAV: kinds that the image library does not know, transparency, 16 bits."""

from __future__ import annotations

import io

import av
import numpy as np

from stash_sense.adapters.media.render import render, turn_of, turned
from stash_sense.core.values import Image

MAX_STREAMS = 4  # a HEIC made of tiles has dozens, of which one would be a corner of the picture
NEUTRAL = 128  # shows through transparent parts: neither edge nor face


def decode_still(data: bytes, *, alpha: bool) -> Image | None:
    """Upright RGB of the first picture; None if it cannot be decoded. alpha: lay it over neutral grey."""
    try:
        with av.open(io.BytesIO(data), metadata_errors="ignore") as container:
            if not 0 < len(container.streams.video) <= MAX_STREAMS:
                return None
            container.streams.video[0].thread_count = 1
            frame = next(container.decode(video=0), None)
            if frame is None:
                return None
            return _over_grey(frame) if alpha else render(frame, None)
    except (av.FFmpegError, ValueError):
        return None


def _over_grey(frame: av.VideoFrame) -> Image:
    pixels = frame.reformat(format="rgba").to_ndarray()
    cover = pixels[:, :, 3:].astype(np.uint16)
    mixed = (pixels[:, :, :3] * cover + NEUTRAL * (255 - cover) + 127) // 255
    return turned(mixed.astype(np.uint8), turn_of(frame))
