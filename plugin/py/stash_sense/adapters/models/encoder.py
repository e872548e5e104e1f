"""Everything about a model pack behind the FaceEncoder port: detect, refine, align, judge, embed."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stash_sense.adapters.models.manifest import REPAIR
from stash_sense.adapters.models.packs import Pack, load_pack
from stash_sense.adapters.models.scene_encoder import SceneEncoder
from stash_sense.adapters.models.sessions import Session, choose_runtime, open_session
from stash_sense.core.values import Detection, EmbeddingSpace, Face, Frame, Image, Quality, Vector, Vectors
from stash_sense.core.vision import align, embed, imaging, quality, scrfd, search, yunet
from stash_sense.core.vision.detect import Decoder, DetectorSpec, decode_blazeface
from stash_sense.core.vision.embed import EmbedderSpec
from stash_sense.core.vision.quality import QualitySpec
from stash_sense.errors import DegenerateLandmarksError, SetupError

CROP_PX, CROP_MARGIN, CROP_BYTES = 160, 0.4, 6 * 1024

DECODERS: Mapping[str, Decoder] = {
    "blazeface-full-range": decode_blazeface,
    "yunet": yunet.decode,
    "scrfd": scrfd.decode,
}
EMBEDDERS = {"mobilefacenet-512", "sface", "arcface"}  # all take one aligned crop and answer one vector
MOUTH = ("mouth centre",), ("left mouth corner", "right mouth corner")  # what detectors mark of it


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A detection with its refined keypoints and the crop that the embedder gets. points: (4, 2) left eye, right eye, nose, mouth centre."""

    detection: Detection
    crop: Image
    points: NDArray[np.float32]


class PackEncoder:
    """A FaceEncoder made of one model pack and its two sessions; holds no state between calls."""

    def __init__(self, pack: Pack, detector: Session, embedder: Session, *, min_face_px: int) -> None:
        _refuse_unknown(pack)
        self.pack = pack
        self._bias = pack.bias
        self.detector_spec = _detector_spec(pack)
        self._pose = _pose(pack)
        self.embedder_spec = EmbedderSpec(
            order="BGR" if pack.embedder.colour == "BGR" else "RGB",
            mean=pack.embedder.mean,
            scale=pack.embedder.scale,
            dims=pack.embedder.dims,
            flip=pack.embedder.flip,
        )
        self.quality_spec = _quality_spec(pack.quality)
        self.min_face_px = min_face_px
        self._detector = detector
        self._embedder = embedder

    @property
    def space(self) -> EmbeddingSpace:
        return self.pack.space

    def without_bias(self) -> PackEncoder:
        """The same with vectors as the embedder gives them: to measure what is to be taken off (core/vision/bias.py)."""
        other = copy.copy(self)
        other._bias = None
        return other

    def for_scene(self) -> SceneEncoder:
        """A FaceEncoder for the frames of one scene or image set: reuses what it saw in near-identical frames and faces."""
        return SceneEncoder(self)

    def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
        """Faces of one picture, best first; an empty picture has none. thorough: for portraits and second looks."""
        if min(image.shape[:2], default=0) < 1:
            return []
        find = search.detect_thoroughly if thorough else search.detect_adaptively
        return find(imaging.to_rgb(image), self._detector.run, self.detector_spec, min_face_px=self.min_face_px)

    def align(self, image: Image, detection: Detection, *, refine: bool = True) -> Aligned | None:
        """The crop of a detection, its keypoints first refined by a closer look; None where they coincide."""
        wanted = self.pack.alignment
        try:
            if refine:
                detection = search.refine(image, detection, self._detector.run, self.detector_spec)
            matrix = align.similarity_transform(detection.landmarks[list(wanted.points)], wanted.pattern)
            points = np.stack([detection.landmarks[list(spots)].mean(axis=0) for spots in self._pose])
            return Aligned(detection, align.warp(image, matrix, wanted.size), points)
        except DegenerateLandmarksError:
            return None

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        """The detections with quality, vector and crop; those that cannot be aligned are left out."""
        picture = imaging.to_rgb(frame.image)
        aligned = [one for one in (self.align(picture, detection) for detection in detections) if one is not None]
        vectors, mirrors = self.embed(aligned)
        return [
            self.face(frame, picture, one, vector, float(mirror))
            for one, vector, mirror in zip(aligned, vectors, mirrors, strict=True)
        ]

    def embed(self, aligned: Sequence[Aligned]) -> tuple[Vectors, NDArray[np.float32]]:
        """Unit vectors and mirror cosines of aligned faces."""
        return embed.embed([one.crop for one in aligned], self._embedder.run, self.embedder_spec)

    def face(self, frame: Frame, picture: Image, one: Aligned, vector: Vector, mirror: float) -> Face:
        """An aligned detection and its vector as a Face of `frame`; a vector of zeros (a broken run) has no quality."""
        judged = self._judge(one, mirror if np.any(vector) else -1.0)
        if self._bias is not None:
            (vector,) = self._bias.taken_off(vector[None], np.array([judged.total]))
        return Face(
            frame=frame.index,
            time_s=frame.time_s,
            detection=one.detection,
            quality=judged,
            vector=vector,
            crop=shown(picture, one.detection),
            kind=frame.kind,
        )

    def _judge(self, one: Aligned, mirror: float) -> Quality:
        box = one.detection.box
        size_px = min(box.width, box.height)
        raw = quality.measure(one.crop, one.points, size_px=size_px, confidence=one.detection.confidence, mirror=mirror)
        judged = quality.assess(raw, self.quality_spec)
        usable = size_px >= self.min_face_px and judged.total >= self.quality_spec.least and mirror > -1.0
        return judged if usable else replace(judged, total=0.0)


def open_encoder(folder: Path, *, runtime: str | None = None, threads: int = 1, min_face_px: int = 36) -> PackEncoder:
    """The encoder of the pack in `folder`. runtime: "onnxruntime", "ncnn" or None for the one that is there.

    ncnn, forced, takes Pillow too: the two belong to one set of dependencies. Raises SetupError.
    """
    pack = load_pack(folder)
    if runtime == "ncnn":
        imaging.use("pillow")
    chosen = choose_runtime(runtime)
    detector = open_session(pack, folder, "detector", runtime=chosen, threads=threads)
    embedder = open_session(pack, folder, "embedder", runtime=chosen, threads=threads)
    return PackEncoder(pack, detector, embedder, min_face_px=min_face_px)


def shown(picture: Image, detection: Detection) -> bytes:
    """JPEG of the face with 40 % surroundings, 160 × 160, at most 6 KB."""
    box = detection.box
    matrix = align.around(box.left, box.top, box.right, box.bottom, margin=CROP_MARGIN, size=CROP_PX)
    crop = align.warp(picture, matrix, CROP_PX)
    for level in (80, 65, 50, 35, 20):
        data = imaging.encode_jpeg(crop, level)
        if len(data) <= CROP_BYTES:
            return data
    return imaging.encode_jpeg(imaging.resize(crop, CROP_PX // 2, CROP_PX // 2), 35)


def _refuse_unknown(pack: Pack) -> None:
    if pack.detector.kind not in DECODERS or pack.embedder.kind not in EMBEDDERS:
        raise SetupError(f"The model pack “{pack.name}” needs a newer Stash Sense; choose the pack “compact”.")


def _detector_spec(pack: Pack) -> DetectorSpec:
    detector = pack.detector
    places = {name: index for index, name in enumerate(detector.keypoints)}
    spec = DetectorSpec(
        decoder=DECODERS[detector.kind],
        input_px=detector.input,
        strides=detector.strides,
        eyes=(places["left eye"], places["right eye"]),
        mean=detector.mean,
        scale=detector.scale,
        order="BGR" if detector.colour == "BGR" else "RGB",
    )
    return replace(spec, **pack.quality.get("detection", {}))


def _pose(pack: Pack) -> tuple[tuple[int, ...], ...]:
    """Which keypoints, averaged, are the left eye, the right eye, the nose and the middle of the mouth."""
    places = {name: index for index, name in enumerate(pack.detector.keypoints)}
    mouth = next((names for names in MOUTH if set(names) <= places.keys()), ())
    wanted = (("left eye",), ("right eye",), ("nose",), mouth)
    if not mouth or not {name for names in wanted for name in names} <= places.keys():
        raise SetupError(f"The pack.json of the model pack “{pack.name}” does not name eyes, nose and mouth. {REPAIR}")
    return tuple(tuple(places[name] for name in names) for names in wanted)


def _quality_spec(block: Mapping[str, Any]) -> QualitySpec:
    ranges = {name: (float(low), float(high)) for name, (low, high) in block.get("ranges", {}).items()}
    weights = {name: float(weight) for name, weight in block.get("weights", {}).items()}
    return QualitySpec(float(block.get("min", 0.0)), ranges, weights)
