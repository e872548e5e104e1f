"""Frames of videos by PyAV: key frames by seeking, or decoded to the instant where key frames are too sparse."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, islice
from typing import Any

from stash_sense.adapters.media.clip import Clip, Key
from stash_sense.adapters.media.render import degrees_of, render, square_size, turn_of
from stash_sense.core.values import Frame
from stash_sense.errors import DecodeError
from stash_sense.usecases.ports import VideoInfo

HELD_PACKETS = 300  # packets of one stretch kept back in the hope of a later key frame: 10 s of video
PIXEL_BUDGET = 60_000_000_000  # decoded on the way to instants, one call: 30,000 frames of 1080p, 2 minutes on 2 cores
FIRST_PACKETS = 250  # given a try before a video counts as unreadable at its start
BACK_OFF_S = (2.0, 5.0, 15.0, 60.0)
CLOSE_S = 0.0005  # times are written in units of up to a millisecond
NOTHING = "No picture of the video could be decoded: it is damaged, copy or download it again."


@dataclass(frozen=True, slots=True)
class VideoFrames:
    """Implements usecases.ports.FrameSource. threads: for decoding, 0 = as the library likes.

    A Frame's index is its time in milliseconds, so that frames of two calls for the same video never share one by accident.
    Side-by-side VR pictures come whole. Times count from where players count: the start of the file.
    """

    threads: int = 0

    def probe(self, path: str) -> VideoInfo:
        with Clip(path, threads=self.threads) as clip:
            context = clip.stream.codec_context
            frame = _first(clip)
            turn = turn_of(frame) if frame else (1, 0, 0, 1)
            width, height = square_size(
                frame.width if frame else context.width, frame.height if frame else context.height, _aspect(clip)
            )
            if turn[0] == 0:
                width, height = height, width
            duration_s = clip.claimed_duration_s()
        if duration_s is None:
            duration_s = _measured_duration_s(path)
        return VideoInfo(duration_s, width, height, degrees_of(turn))

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        wanted = sorted(max(0.0, second) for second in seconds)
        if not wanted:
            return
        with Clip(path, threads=self.threads) as clip:
            aspect, last = _aspect(clip), -1
            for frame in _picked(clip, wanted, exact=exact):
                time_s = max(0.0, clip.time_s(frame.pts))
                index = round(time_s * 1000)
                if index > last:
                    last = index
                    yield Frame(render(frame, aspect), index, time_s)
            if last < 0:
                raise DecodeError(NOTHING)


def _picked(clip: Clip, wanted: list[float], *, exact: bool) -> Iterator[Any]:
    """The frames to show, ascending; the same one may come twice."""
    keys = [clip.key_before(time_s) for time_s in wanted]
    own = {key.at for key in keys if key}
    found = False
    if not exact and 2 * len(own) >= len([key for key in keys if key]) > 0:
        for frame in _key_frames(clip, keys):
            found = True
            yield frame
    if not found:
        for frame in _at_instants(clip, wanted, keys):
            found = True
            yield frame
    if not found:  # nothing where it was looked for: whatever there is before
        clip.rewind()
        yield from _walk(clip, wanted[:1])


def _key_frames(clip: Clip, keys: Sequence[Key | None]) -> Iterator[Any]:
    """The picture of each key frame; one that gives none is passed over."""
    clip.stream.codec_context.skip_frame = "NONKEY"
    for key in dict.fromkeys(key for key in keys if key):
        frame = clip.decode_key(key)
        if frame is not None:
            yield frame


def _at_instants(clip: Clip, wanted: list[float], keys: list[Key | None]) -> Iterator[Any]:
    """The frame shown at each instant, decoded from the key frame before; instants with the same one in one go."""
    clip.stream.codec_context.skip_frame = "DEFAULT"
    for key, group in groupby(zip(keys, wanted, strict=True), key=lambda pair: pair[0]):
        targets = [time_s for _, time_s in group]
        if clip.decoded_pixels > PIXEL_BUDGET:
            yield from _key_frames(clip, [key])
            continue
        _go_before(clip, key, targets[0])
        yield from _walk(clip, targets)


def _go_before(clip: Clip, key: Key | None, time_s: float) -> None:
    """Seeks to a key frame before the instant. Some containers (MPEG-TS) only find the next one: those are asked for earlier instants."""
    if key is None or key.time_s > time_s:
        for back_s in BACK_OFF_S:
            earlier = clip.key_before(time_s - back_s)
            if earlier and earlier.time_s <= time_s:
                clip.seek(time_s - back_s)
                return
    clip.seek(time_s)


def _walk(clip: Clip, targets: Sequence[float]) -> Iterator[Any]:
    """Decodes forward to each target; whole stretches before a later key frame are read but not decoded."""
    waiting, current = deque(targets), None
    held: list[Any] = []
    clip.flush()
    for packet in clip.packets_from_key():
        if packet.is_keyframe and clip.time_s(packet.pts) <= waiting[0] + CLOSE_S:
            held.clear()
            clip.flush()
        held.append(packet)
        if clip.time_s(packet.pts) <= waiting[0] + CLOSE_S and len(held) < HELD_PACKETS:
            continue
        for frame in clip.decode_all(held):
            while waiting and clip.time_s(frame.pts) > waiting[0] + CLOSE_S:
                yield frame if current is None else current
                waiting.popleft()
            current = frame
        held.clear()
        if not waiting or clip.decoded_pixels > PIXEL_BUDGET:
            return
    for frame in clip.decode_all([*held, None]):
        if waiting and clip.time_s(frame.pts) > waiting[0] + CLOSE_S:
            yield frame if current is None else current
            waiting.popleft()
        current = frame
    if waiting and current is not None:
        yield current


def _aspect(clip: Clip) -> Fraction | None:
    aspect: Fraction | None = clip.stream.sample_aspect_ratio
    return aspect


def _first(clip: Clip) -> Any | None:
    """The first picture that decodes."""
    for packet in islice(clip.packets_from_key(), FIRST_PACKETS):
        for frame in clip.decode(packet):
            return frame
    return next(iter(clip.decode(None)), None)


def _measured_duration_s(path: str) -> float | None:
    """By reading the file to its end without decoding; None if there are no times to be found."""
    with Clip(path) as clip:
        end = max((packet.pts + (packet.duration or 0) for packet in clip.packets()), default=None)
        return None if end is None else max(0.0, clip.time_s(end)) or None
