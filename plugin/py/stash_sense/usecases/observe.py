"""A video or picture → its faces: sampling, detection, embedding; and more frames where the evidence is open."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from stash_sense.core import orientation
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

    encoder: with the memory of this scene. turn: quarters by which its frames have to be turned to be upright (see core.orientation).
    """

    duration_s: float | None
    step_s: float
    encoder: FaceEncoder
    turn: int = 0
    frames: int = 0
    indexes: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Observer:
    """sure_face: confidence from which the detector is sure of a face (pack.json, bands); None: no video is looked at turned."""

    frames: FrameSource
    pictures: Pictures
    library: Library
    encoder: FaceEncoder
    sure_face: float | None

    def video(
        self, path: str, *, duration_s: float | None, count: int, cover_path: str | None, told: Callable[[float], None]
    ) -> Observation:
        """Looks at `count` instants and the cover; once more between them, and more closely, if there was no face at all.

        Where the faces leave it in doubt whether the video is upright, a few frames are tried turned, and all if that is clearly right.
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
        return (
            seen if self.sure_face is None or duration is None else self._upright(seen, path, seconds, self.sure_face)
        )

    def _upright(self, seen: Observation, path: str, seconds: Sequence[float], sure_face: float) -> Observation:
        """`seen`, or where the video turns out to be stored turned, what there is to see upright and the cover's faces."""
        if not orientation.doubtful([face for face in seen.faces if face.kind == "frame"], sure_face):
            return seen
        try:
            turn = self._right_turn(seen, path, sure_face)
            if not turn:
                return seen
            log.info("the video is stored turned: its frames are looked at turned by %d°", 90 * turn)
            again = Observation(seen.duration_s, seen.step_s, self.encoder.for_scene(), turn)
            self._look(again, self.frames.frames(path, seconds))
        except ItemError as err:  # the first look was good, so this one is a bonus
            log.debug("not looked at turned: %s", err)
            return seen
        if COVER in seen.indexes:
            again.indexes.add(COVER)
            again.frames += 1
            again.faces += [face for face in seen.faces if face.kind == "cover"]
        return again

    def _right_turn(self, seen: Observation, path: str, sure_face: float) -> int:
        """By how many quarters the frames have to be turned, as far as a few of them tell."""
        found = {turn: Observation(None, 0.0, self.encoder.for_scene(), turn) for turn in orientation.TURNS}
        tried: set[int] = set()
        for frame in self.frames.frames(path, orientation.telling_seconds(seen.faces, seen.seconds)):
            tried.add(frame.index)
            self._look(seen, [frame])  # nothing to do unless the file gave another frame this time
            for other in found.values():
                self._look(other, [frame])
        as_it_is = [face for face in seen.faces if face.kind == "frame" and face.frame in tried]
        sure = {turn: orientation.count_sure(other.faces, sure_face) for turn, other in found.items()}
        return orientation.right_turn({0: orientation.count_sure(as_it_is, sure_face), **sure})

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
            seen.faces.extend(_faces(seen, frame, thorough=thorough))
            if told is not None:
                told(done)


def _faces(seen: Observation, frame: Frame, *, thorough: bool) -> list[Face]:
    """The faces of a frame, turned upright first if need be; boxes are of the frame as it is stored."""
    turn = 0 if frame.kind == "cover" else seen.turn  # Stash's covers come from anywhere
    upright = replace(frame, image=orientation.turn_image(frame.image, turn))
    faces = seen.encoder.encode(upright, seen.encoder.detect(upright.image, thorough=thorough))
    height, width = frame.image.shape[:2]
    return [orientation.turn_back(face, turn, width=width, height=height) for face in faces]
