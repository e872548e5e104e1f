"""A video or picture → its faces: sampling, detection, embedding; and more frames where the evidence is open."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from stash_sense.core.values import Face, Frame
from stash_sense.core.vision.sampling import near, pick_seconds
from stash_sense.errors import ItemError, NotFoundError
from stash_sense.usecases.ahead import ahead
from stash_sense.usecases.ports import FaceEncoder, FrameSource, Library, Pictures

log = logging.getLogger(__name__)

COVER = -1  # index of the cover among a scene's frames
FRAMES_AHEAD = 3  # decoded while the models work; a 4K frame is 25 MB


@dataclass(slots=True)
class Observation:
    """What has been seen so far. seconds: instants of the frames looked at. step_s: distance of the sampled instants, 0 if unknown.

    encoder: with the memory of this scene.
    """

    duration_s: float | None
    step_s: float
    encoder: FaceEncoder
    frames: int = 0
    indexes: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Observer:
    frames: FrameSource
    pictures: Pictures
    library: Library
    encoder: FaceEncoder

    def video(
        self, path: str, *, duration_s: float | None, count: int, cover_path: str | None, told: Callable[[float], None]
    ) -> Observation:
        """Looks at `count` instants and the cover; once more between them, and more closely, if there was no face at all.

        told: called with the share of the frames that are done. Raises DecodeError if the file cannot be read.
        """
        info = self.frames.probe(path)
        duration = info.duration_s or duration_s
        seconds = pick_seconds(duration, count)
        seen = Observation(duration, (seconds[-1] - seconds[0]) / max(len(seconds) - 1, 1), self.encoder.for_scene())
        self._look(seen, self.frames.frames(path, seconds), told=lambda done: told(done / (len(seconds) + 1)))
        self._look_at_cover(seen, cover_path)
        if not seen.faces and duration is not None:
            again = pick_seconds(duration, max(count // 2, 1), shift=0.5)
            self._look(seen, self.frames.frames(path, again), thorough=True)
        return seen

    def more(self, seen: Observation, path: str, around: Sequence[float], count: int) -> bool:
        """Up to `count` further frames near the given instants; False if there was nothing new to look at."""
        seconds = near(around, seen.duration_s, count, avoid=seen.seconds)
        if not seconds:
            return False
        before = seen.frames
        try:
            self._look(seen, self.frames.frames(path, seconds, exact=True))
        except ItemError as err:  # the first look was good, so this one is a bonus
            log.debug("no further frames: %s", err)
        return seen.frames > before

    def picture(self, data: bytes, *, index: int = 0) -> Observation:
        """The faces of one still picture. Raises DecodeError."""
        seen = Observation(None, 0.0, self.encoder)
        self._look(seen, [Frame(self.pictures.decode(data), index, kind="picture")], thorough=True)
        return seen

    def _look_at_cover(self, seen: Observation, cover_path: str | None) -> None:
        if cover_path is None:
            return
        try:
            image = self.pictures.decode(self.library.fetch(cover_path)[0])
        except (ItemError, NotFoundError) as err:
            log.debug("no cover: %s", err)
            return
        self._look(seen, [Frame(image, COVER, kind="cover")])

    def _look(
        self,
        seen: Observation,
        frames: Iterable[Frame],
        *,
        thorough: bool = False,
        told: Callable[[int], None] | None = None,
    ) -> None:
        for done, frame in enumerate(ahead(frames, FRAMES_AHEAD), start=1):
            if frame.index in seen.indexes:  # a closer look came upon a frame that is known already
                continue
            seen.indexes.add(frame.index)
            seen.frames += 1
            if frame.time_s is not None:
                seen.seconds.append(frame.time_s)
            seen.faces.extend(seen.encoder.encode(frame, seen.encoder.detect(frame.image, thorough=thorough)))
            if told is not None:
                told(done)
