"""Whole scenes through the product's observer: what the second look and the look turned upright recover, and what they cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scripts.benchmarks.accuracy_parts.plan import DURATION_S, Portrait
from scripts.benchmarks.detector_parts.frames import Drawn, Way, actor, one_frame
from scripts.benchmarks.detector_parts.gate import Gate
from scripts.benchmarks.detector_parts.looks import HIT, away
from stash_sense.core import orientation
from stash_sense.core.values import Face, Frame, Image, Vector
from stash_sense.usecases.observe import Observer
from stash_sense.usecases.ports import VideoInfo

TALL = (1080, 1920)  # as telephones film
TURNS = (0, *orientation.TURNS)  # in which a video may be stored
SAME = 0.4  # cosine with the person's own photo from which a vector is of that person; strangers average 0.02
Drawing = Callable[[np.random.Generator], Way]


@dataclass(frozen=True, slots=True)
class Kind:
    """What scenes of a kind look like. yaw: of everybody in them."""

    way: Drawing
    yaw: float = 0.0


def _log(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


KINDS: dict[str, Kind] = {
    "easy": Kind(lambda rng: Way(size=TALL, face_px=_log(rng, 60, 300), roll=float(rng.normal(0, 8)))),
    "lying (30–100°)": Kind(lambda rng: Way(size=TALL, face_px=_log(rng, 60, 200), roll=float(rng.uniform(30, 100)))),
    "small (20–36 px)": Kind(lambda rng: Way(size=TALL, face_px=float(rng.uniform(20, 36)))),
    "dark": Kind(lambda rng: Way(size=TALL, face_px=_log(rng, 40, 120), light=float(rng.uniform(0.06, 0.15)), noise=4)),
    "turned aside (60°)": Kind(lambda rng: Way(size=TALL, face_px=_log(rng, 48, 120)), yaw=60),
    "blurred": Kind(lambda rng: Way(size=TALL, face_px=_log(rng, 48, 120), blur=float(rng.uniform(0.06, 0.12)))),
    "nobody": Kind(lambda rng: Way(size=TALL)),
}


@dataclass(slots=True)
class Film:
    """A FrameSource: one scene drawn once, stored turned by so many quarters. frames: in order; a second grid sees them again, shifted in time."""

    drawn: Sequence[Drawn]
    turn: int = 0
    calls: int = 0

    def probe(self, path: str) -> VideoInfo:
        height, width = self.stored(0).shape[:2]
        return VideoInfo(DURATION_S, width, height, 0)

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        self.calls += 1
        for second in seconds:
            yield Frame(self.stored(self.place(second)), round(second * 1000), second)

    def place(self, second: float) -> int:
        return min(int(second / DURATION_S * len(self.drawn)), len(self.drawn) - 1)

    def stored(self, place: int) -> Image:
        return orientation.turn_image(self.drawn[place].image, -self.turn % 4)

    def faces(self, second: float) -> list[tuple[float, float, float]]:
        """Where the faces are in the stored frame."""
        drawn = self.drawn[self.place(second)]
        found = []
        for x, y, size in drawn.faces:
            height, width = drawn.image.shape[:2]
            for _ in range(-self.turn % 4):  # each turns the picture anticlockwise
                x, y, width, height = y, width - x, height, width
            found.append((x, y, size))
        return found


@dataclass(slots=True)
class Sum:
    """Of the scenes of a kind. without: any face in the end; looked_again: as the first look found none; found_then: usable faces.

    faces, usable, right: of all frames. strangers: tracks that come out as an unknown person.
    """

    scenes: int = 0
    without: int = 0
    looked_again: int = 0
    found_then: int = 0
    turned: int = 0
    wrongly_turned: int = 0
    faces: int = 0
    usable: int = 0
    right: int = 0
    strangers: int = 0
    seconds: float = 0.0

    def row(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if name != "seconds"} | {
            "seconds": round(self.seconds, 1)
        }


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything scenes are drawn and looked at with. vectors: of each person's photo."""

    people: Sequence[Portrait]
    aside: Mapping[float, Sequence[Portrait]]
    vectors: Sequence[Vector]
    gate: Gate
    frames: int

    def drawn(self, kind: Kind, number: int, *, empty: bool = False) -> tuple[list[Drawn], list[int]]:
        """The frames of a scene of one or two people, and who they are."""
        rng = np.random.default_rng([20261127, number])
        count = 0 if empty else int(rng.integers(1, 3))
        cast = [(int(rng.integers(len(self.people))) + one) % len(self.people) for one in range(count)]
        shown = self.aside[kind.yaw] if kind.yaw else self.people
        frames = []
        for _ in range(self.frames):
            way = kind.way(rng)
            actors = [actor(shown[who], kind.way(rng), (place, count), rng) for place, who in enumerate(cast)]
            frames.append(one_frame(actors, way, backdrop=9000 + int(rng.integers(4)), jpeg=75))
        return frames, cast


def recovered(stage: Stage, scenes: int, *, told: Callable[[str], None]) -> dict[str, Any]:
    """By kind and by how the video is stored: without and with the look turned upright."""
    table: dict[str, Any] = {}
    for place, (name, kind) in enumerate(KINDS.items()):
        sums = {(turn, way): Sum() for turn in TURNS for way in ("as stored", "product")}
        for number in range(scenes):
            drawn, cast = stage.drawn(kind, 1000 * place + number, empty=name == "nobody")
            for turn in TURNS:
                _look_at(stage, Film(drawn, turn), cast, sums[turn, "as stored"], None)
                _look_at(stage, Film(drawn, turn), cast, sums[turn, "product"], stage.gate.calibration.bands.sure_face)
        table[name] = {f"{90 * turn}° {way}": one.row() for (turn, way), one in sums.items()}
        told(f"scenes: {name}: {table[name]}")
    return table


def _look_at(stage: Stage, film: Film, cast: Sequence[int], into: Sum, sure_face: float | None) -> None:
    nothing: Any = None  # no Stash: there is no cover
    observer = Observer(film, nothing, nothing, stage.gate.encoder, sure_face)
    start = time.process_time()
    seen = observer.video("", duration_s=DURATION_S, count=stage.frames, cover_path=None, told=lambda share: None)
    into.seconds += time.process_time() - start
    into.scenes += 1
    into.without += not seen.faces
    if sure_face is None:  # then a second call means that the first look found nothing
        into.looked_again += film.calls > 1
        into.found_then += film.calls > 1 and any(face.quality.total > 0 for face in seen.faces)
    into.turned += seen.turn == film.turn and seen.turn > 0
    into.wrongly_turned += seen.turn != film.turn and seen.turn > 0
    into.faces += len(seen.faces)
    usable = [face for face in seen.faces if face.quality.total > 0]
    into.usable += len(usable)
    into.right += sum(_is_right(stage, film, cast, face) for face in usable)
    into.strangers += sum(decision.verdict == "unknown" for _, decision in stage.gate.decided(seen.faces))


def _is_right(stage: Stage, film: Film, cast: Sequence[int], face: Face) -> bool:
    """Whether a face lies on somebody and its vector is of that person."""
    places = film.faces(float(face.time_s or 0))
    return any(
        away(face.detection, place) < HIT and float(face.vector @ stage.vectors[who]) >= SAME
        for place, who in zip(places, cast, strict=True)
    )
