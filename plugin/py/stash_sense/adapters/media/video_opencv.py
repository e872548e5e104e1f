"""Frames of videos by OpenCV, for machines where PyAV cannot be installed.

Slower (every instant is decoded to, none taken at a key frame), and it sees less: HDR comes with flat colours, interlaced video
with combs, mirrored display matrices unmirrored, since OpenCV does not tell about any of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from stash_sense.adapters.media.files import require_file
from stash_sense.core.values import Frame, Image
from stash_sense.errors import DecodeError
from stash_sense.usecases.ports import VideoInfo

MAX_PIXELS = 110_000_000
MAX_FAILURES = 3  # instants in a row beyond what can be read; each may cost a walk through the file
TRIES = 25  # frames read on after a broken one
NOTHING = "No picture of the video could be decoded: it is damaged, copy or download it again."


@dataclass(frozen=True, slots=True)
class VideoFrames:
    """Implements usecases.ports.FrameSource, always exact. threads: not heeded, OpenCV has one setting for all."""

    threads: int = 0

    def probe(self, path: str) -> VideoInfo:
        with _opened(path) as capture:
            width, height = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
            rate = capture.get(cv2.CAP_PROP_FPS)
            duration_s = capture.get(cv2.CAP_PROP_FRAME_COUNT) / rate if rate > 0 else 0.0
            rotation = int(capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 360
            width *= _aspect(capture)
        return VideoInfo(duration_s if duration_s > 0 else None, round(width), round(height), rotation)

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        wanted = sorted(max(0.0, second) for second in seconds)
        if not wanted:
            return
        last, failures = -1, 0
        with _opened(path) as capture:
            for second in wanted:
                capture.set(cv2.CAP_PROP_POS_MSEC, second * 1000)
                found = _read(capture)
                failures = 0 if found else failures + 1
                if failures == MAX_FAILURES:
                    break
                if found and found[0] > last:
                    last = found[0]
                    yield Frame(found[1], last, last / 1000)
        if last < 0:
            raise DecodeError(NOTHING)


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    require_file(path, "video")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # otherwise every damaged packet writes to stderr
    capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    try:
        width, height = capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT)
        if not capture.isOpened() or not width:
            raise DecodeError(
                "The file has no picture that can be read: open it in a player, and replace it if that fails too."
            )
        if width * height > MAX_PIXELS:
            raise DecodeError(
                f"The video says its pictures are {width:.0f} × {height:.0f} pixels, more than can be decoded:"
                " convert it to a smaller size."
            )
        yield capture
    finally:
        capture.release()


def _read(capture: Any) -> tuple[int, Image] | None:
    """Time in milliseconds and picture of the next frame that decodes."""
    for _ in range(TRIES):
        done, picture = capture.read()
        if done and picture is not None:
            millis = max(0, round(capture.get(cv2.CAP_PROP_POS_MSEC)))
            return millis, _square(np.ascontiguousarray(picture[:, :, ::-1]), _aspect(capture))
    return None


def _aspect(capture: Any) -> float:
    """Width : height of one pixel as the picture is shown; 1.0 if unknown or nonsense."""
    across, down = capture.get(cv2.CAP_PROP_SAR_NUM), capture.get(cv2.CAP_PROP_SAR_DEN)
    aspect = across / down if across > 0 and down > 0 else 1.0
    if int(capture.get(cv2.CAP_PROP_ORIENTATION_META)) % 180:
        aspect = 1 / aspect
    return aspect if 0.25 <= aspect <= 4 else 1.0


def _square(picture: Image, aspect: float) -> Image:
    if aspect == 1.0:
        return picture
    size = (max(1, round(picture.shape[1] * aspect)), picture.shape[0])
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
