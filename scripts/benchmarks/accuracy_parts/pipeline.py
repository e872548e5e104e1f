"""Runs planned scenes through the product's own stages and keeps the faces; what was seen once is not drawn again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np

from calibration.faces import PARTS, cache_key
from calibration.simulate import ExactGallery
from scripts.benchmarks.accuracy_parts.plan import DURATION_S, FRAMES, RATE, Plan, key_frame
from scripts.benchmarks.accuracy_parts.render import frame as draw
from scripts.benchmarks.accuracy_parts.render import progress, where
from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.adapters.models.encoder import open_encoder
from stash_sense.adapters.models.packs import load_pack
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.core.values import Box, Detection, EmbeddingSpace, Face, Frame, Image, Quality, Vectors
from stash_sense.core.vision.bias import Bias
from stash_sense.settings import effective
from stash_sense.usecases.identify import Identifier
from stash_sense.usecases.matching import Matcher, policy_of
from stash_sense.usecases.observe import Observer
from stash_sense.usecases.ports import FaceEncoder, Scene, VideoInfo
from stash_sense.usecases.unknown_groups import UnknownGroups

BLANK = np.zeros((1, 1, 3), np.uint8)
NO_POINTS = np.zeros((4, 2), np.float32)
DRAWING = ("plan.py", "render.py")


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one scene came to. first: frames of the first look; the others were looked at because the decision was open."""

    faces: list[Face]
    step_s: float
    first: frozenset[int]
    frames: int


@dataclass(slots=True)
class Known:
    """The faces of one scene's frames, kept in a file."""

    path: Path
    frames: dict[int, list[Face]] = field(default_factory=dict)

    def load(self) -> Known:
        if self.path.exists():
            with np.load(self.path) as kept:
                columns = {name: kept[name] for name in kept.files}
            self.frames = {int(index): [] for index in columns["looked"]}
            for row in range(len(columns["frame"])):
                self.frames[int(columns["frame"][row])].append(_face(columns, row))
        return self

    def save(self) -> None:
        faces = [face for index in sorted(self.frames) for face in self.frames[index]]
        scratch = self.path.with_suffix(".part")
        with scratch.open("wb") as file:
            np.savez(file, looked=np.array(sorted(self.frames), np.int64), **_columns(faces))  # type: ignore[arg-type]
        scratch.replace(self.path)


def _columns(faces: Sequence[Face]) -> dict[str, Any]:
    return {
        "frame": np.array([face.frame for face in faces], np.int64),
        "time": np.array([face.time_s for face in faces], np.float64),
        "box": np.array([_corners(face) for face in faces], np.float32).reshape(-1, 4),
        "confidence": np.array([face.detection.confidence for face in faces], np.float32),
        "quality": np.array(
            [[face.quality.total, *(getattr(face.quality, part) for part in PARTS)] for face in faces], np.float32
        ).reshape(-1, 1 + len(PARTS)),
        "vector": np.array([face.vector for face in faces], np.float16),
    }


def _corners(face: Face) -> tuple[float, float, float, float]:
    box = face.detection.box
    return box.left, box.top, box.right, box.bottom


def _face(columns: dict[str, Any], row: int) -> Face:
    total, *parts = (float(value) for value in columns["quality"][row])
    vector = columns["vector"][row].astype(np.float32)
    box = Box(*(float(value) for value in columns["box"][row]))
    return Face(
        frame=int(columns["frame"][row]),
        time_s=float(columns["time"][row]),
        detection=Detection(box, NO_POINTS, float(columns["confidence"][row])),
        quality=Quality(total, **dict(zip(PARTS, parts, strict=True))),
        vector=vector / np.float32(max(float(np.linalg.norm(vector)), 1e-9)),
        crop=b"",
    )


@dataclass(frozen=True, slots=True)
class DrawnFrames:
    """A FrameSource of planned scenes; a frame whose faces are known comes without its picture."""

    plan: Plan
    known: Known

    def probe(self, path: str) -> VideoInfo:
        return VideoInfo(DURATION_S, *self.plan.size, 0)

    def frames(self, path: str, seconds: Sequence[float], *, exact: bool = False) -> Iterator[Frame]:
        times = sorted({second if exact else key_frame(second) for second in seconds})
        for second in times:
            index = round(second * RATE)
            image = BLANK if index in self.known.frames else draw(self.plan, index / RATE)
            yield Frame(image, index, index / RATE)


def without(bias: Bias | None, faces: Sequence[Face]) -> list[Face]:
    """The faces as the product's encoder gives them; what is kept has its bias still, so that another bias draws no scene anew."""
    if bias is None or not faces:
        return list(faces)
    qualities = np.array([face.quality.total for face in faces])
    vectors = bias.taken_off(np.stack([face.vector for face in faces]), qualities)
    return [replace(face, vector=vector) for face, vector in zip(faces, vectors, strict=True)]


@dataclass(frozen=True, slots=True)
class RememberingEncoder:
    """A FaceEncoder that answers from what is known and adds to it. Faces go through the file's precision, so both runs are alike."""

    inner: FaceEncoder
    known: Known
    bias: Bias | None

    @property
    def space(self) -> EmbeddingSpace:
        return self.inner.space

    def for_scene(self) -> FaceEncoder:
        return RememberingEncoder(self.inner.for_scene(), self.known, self.bias)

    def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
        return [] if image is BLANK else self.inner.detect(image, thorough=thorough)

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        if frame.image is not BLANK:
            faces = self.inner.encode(frame, detections)
            columns = _columns(faces)
            self.known.frames[frame.index] = [_face(columns, row) for row in range(len(faces))]
        return without(self.bias, self.known.frames[frame.index])


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """Where a worker finds everything. cache: of scenes. bias, rules: of the pack, or what is measured of it just now."""

    pack: Path
    gallery: Path
    cache: Path
    bias: Bias | None
    rules: ClusterRules


_state: dict[str, Any] = {}


def observe(plans: Sequence[Plan], setting: Setting, *, workers: int) -> Iterator[tuple[Plan, Seen]]:
    """Every scene as the product sees it, in the order given."""
    if workers < 2:
        _open(setting)
        yield from ((plan, _scene(plan)) for plan in plans)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_open, initargs=(setting,)) as pool:
        yield from zip(plans, pool.map(_scene, plans, chunksize=1), strict=True)


def save_gallery(folder: Path, persons: Sequence[str], vectors: Vectors) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "vectors.npy", vectors.astype(np.float32))
    (folder / "persons.json").write_text(json.dumps(list(persons)), "utf-8")


def open_gallery(folder: Path) -> ExactGallery:
    persons = json.loads((folder / "persons.json").read_text("utf-8"))
    return ExactGallery(persons, np.load(folder / "vectors.npy", mmap_mode="r"))


def scene_cache(cache: Path, pack: Path) -> Path:
    """Changes with the models, the vision code and the way scenes are drawn."""
    here = Path(__file__).parent
    digest = hashlib.sha256(b"".join((here / name).read_bytes() for name in DRAWING)).hexdigest()[:8]
    return cache / f"scenes-{cache_key(pack)}-{digest}"


def scene_file(plan: Plan) -> str:
    """The same in every process, which the order of a set is not."""
    text = repr((plan.name, plan.half, plan.size, plan.shots, plan.jpeg, plan.noise))
    return f"{plan.name}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.npz"


def _open(setting: Setting) -> None:
    _state.clear()
    _state.update(setting=setting, gallery=open_gallery(setting.gallery), pack=load_pack(setting.pack))
    encoder = open_encoder(setting.pack, threads=1, min_face_px=int(effective({})["min_face_px"]))
    _state["encoder"] = encoder.without_bias()


def _scene(plan: Plan) -> Seen:
    setting, pack = _state["setting"], _state["pack"]
    setting.cache.mkdir(parents=True, exist_ok=True)
    known = Known(setting.cache / scene_file(plan)).load()
    before = len(known.frames)
    with TemporaryDirectory() as folder, closing(open_database(Path(folder))) as db:
        stores = SqliteStores(db)
        calibration, rules = Calibration.from_pack(pack.calibration), setting.rules
        settings = effective({"frames_per_scene": FRAMES})
        matcher = Matcher(stores, pack.space, rules, calibration, policy_of(settings), ExactIndex)
        matcher.build, matcher._gallery = stores.gallery.build(), cast(Any, _state["gallery"])
        nothing: Any = None  # no Stash: nothing is read from it and nothing written
        encoder = RememberingEncoder(_state["encoder"], known, setting.bias)
        observer = Observer(DrawnFrames(plan, known), nothing, nothing, encoder, None)  # all are drawn upright
        unknown = UnknownGroups(stores, pack.space, rules)
        identifier = Identifier(stores, nothing, nothing, observer, matcher, settings, lambda: "now", unknown)
        seen = _look(identifier, plan)
    if len(known.frames) > before:
        known.save()
    return seen


def _look(identifier: Identifier, plan: Plan) -> Seen:
    """As Identifier.scene does, up to the point where it would store the result."""
    seen = identifier.observer.video(
        plan.name, duration_s=DURATION_S, count=FRAMES, cover_path=None, told=lambda share: None
    )
    first = frozenset(seen.indexes)
    scene = Scene("1", plan.name, False, plan.name, plan.name, DURATION_S, (), (), None)
    found = identifier._decided("scene", scene.id, seen, ())
    identifier._look_closer(scene, seen, found)
    return Seen(list(seen.faces), seen.step_s, first, seen.frames)


def truth_of(plan: Plan, faces: Sequence[Face]) -> list[tuple[str | None, float]]:
    """Who each face is (None: nobody) and how large it was drawn."""
    result: list[tuple[str | None, float]] = []
    for face in faces:
        shot = plan.shot_at(float(face.time_s or 0))
        left, top, right, bottom = _corners(face)
        middle = np.array([(left + right) / 2, (top + bottom) / 2])
        best: tuple[float, str | None, float] = (0.6, None, right - left)
        for actor in shot.actors:
            x, y, size = where(actor, progress(shot, float(face.time_s or 0)), float(face.time_s or 0))
            away = float(np.hypot(*(middle - (x, y)))) / size
            if away < best[0]:
                best = away, actor.portrait.name, size
        result.append(best[1:])
    return result
