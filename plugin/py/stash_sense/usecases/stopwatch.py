"""The parts of an analysis with a clock in front: they do the same and note how long it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stash_sense.usecases.ports import FaceEncoder, FrameSource, VideoInfo

if TYPE_CHECKING:
    from stash_sense.core.values import Detection, EmbeddingSpace, Face, Frame, Image

STAGES = ("decode", "detect", "embed", "match")


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """seconds: a clock that only goes forward. spent: seconds by stage."""

    seconds: Callable[[], float]
    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def on(self, stage: str) -> Iterator[None]:
        start = self.seconds()
        try:
            yield
        finally:
            self.spent[stage] += self.seconds() - start

    def stages(self) -> dict[str, float]:
        return {stage: self.spent[stage] for stage in STAGES}

    def clear(self) -> None:
        self.spent.clear()


@dataclass(frozen=True, slots=True)
class TimedFrames:
    """A FrameSource. Decoding goes on in a thread beside the models, so its seconds are not added to theirs."""

    source: FrameSource
    watch: Stopwatch

    def probe(self, path: str) -> VideoInfo:
        with self.watch.on("decode"):
            return self.source.probe(path)

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        frames = iter(self.source.frames(path, seconds, exact=exact))
        while True:
            with self.watch.on("decode"):
                frame = next(frames, None)
            if frame is None:
                return
            yield frame


@dataclass(frozen=True, slots=True)
class TimedEncoder:
    """A FaceEncoder."""

    encoder: FaceEncoder
    watch: Stopwatch

    @property
    def space(self) -> EmbeddingSpace:
        return self.encoder.space

    def for_scene(self) -> TimedEncoder:
        return TimedEncoder(self.encoder.for_scene(), self.watch)

    def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
        with self.watch.on("detect"):
            return self.encoder.detect(image, thorough=thorough)

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        with self.watch.on("embed"):
            return self.encoder.encode(frame, detections)
