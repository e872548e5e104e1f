"""Reuses, within one scene, what was found in near-identical frames and faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Box, Detection, EmbeddingSpace, Face, Frame, Image, Vector
from stash_sense.core.vision import imaging, likeness

if TYPE_CHECKING:
    from stash_sense.adapters.models.encoder import Aligned, PackEncoder


_Memory = tuple[Vector, float]  # a vector and the cosine with its mirror's


@dataclass(slots=True, eq=False)
class _Look:
    """One face of the frame at hand.

    signs: its signatures as detected and refined. memory: of the earlier face it looks like, else None until it is embedded.
    """

    aligned: Aligned
    signs: list[NDArray[np.float32]]
    memory: _Memory | None


class SceneEncoder:
    """A FaceEncoder with the memory of one scene. Throw it away with the scene.

    A frame that looks like an earlier one (a still shot) gets that one's boxes; a face that looks like an earlier one at the same
    place gets that one's vector, since a second vector of the same pixels says nothing new. Box, quality and crop are its own.
    """

    def __init__(self, encoder: PackEncoder) -> None:
        self._encoder = encoder
        self._views: list[tuple[NDArray[np.float32], tuple[int, int], list[Detection]]] = []
        self._seen: list[tuple[Box, NDArray[np.float32], _Memory]] = []
        self.embedded = 0
        self.reused = 0
        self.detected = 0

    @property
    def space(self) -> EmbeddingSpace:
        return self._encoder.space

    def for_scene(self) -> SceneEncoder:
        return SceneEncoder(self._encoder)

    def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
        """As PackEncoder.detect; a thorough look is never answered from memory."""
        if thorough or min(image.shape[:2], default=0) < 1:
            return self._encoder.detect(image, thorough=thorough)
        view, size = likeness.thumbnail(imaging.to_rgb(image)), (image.shape[1], image.shape[0])
        for earlier, earlier_size, detections in reversed(self._views):
            if size == earlier_size and likeness.same_view(view, earlier):
                return list(detections)
        self.detected += 1
        found = self._encoder.detect(image)
        self._views.append((view, size, found))
        return found

    def encode(self, frame: Frame, detections: Sequence[Detection]) -> list[Face]:
        """As PackEncoder.encode, with the vectors of near-identical earlier faces."""
        picture = imaging.to_rgb(frame.image)
        looks = [look for look in (self._look(picture, detection) for detection in detections) if look is not None]
        new = [look for look in looks if look.memory is None]
        vectors, mirrors = self._encoder.embed([look.aligned for look in new])
        for look, vector, mirror in zip(new, vectors, mirrors, strict=True):
            look.memory = (vector, float(mirror))
            self._seen += [(look.aligned.detection.box, sign, look.memory) for sign in look.signs]
        self.embedded += len(new)
        self.reused += len(looks) - len(new)
        return [
            self._encoder.face(frame, picture, look.aligned, *look.memory) for look in looks if look.memory is not None
        ]

    def _look(self, picture: Image, detection: Detection) -> _Look | None:
        """A face that is known as it stands needs no closer look at its keypoints."""
        signs: list[NDArray[np.float32]] = []
        for refine in (False, True):
            aligned = self._encoder.align(picture, detection, refine=refine)
            if aligned is None:
                continue
            signs.append(likeness.signature(aligned.crop))
            memory = self._recall(aligned.detection.box, signs[-1])
            if memory is not None or refine:
                return _Look(aligned, signs, memory)
        return None

    def _recall(self, place: Box, sign: NDArray[np.float32]) -> _Memory | None:
        for box, earlier, memory in reversed(self._seen):
            if likeness.same_place(place, box) and likeness.same_face(sign, earlier):
                return memory
        return None
