"""Reuses, within one scene, what was found in near-identical frames and faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Box, Detection, EmbeddingSpace, Face, Frame, Image, Vector
from stash_sense.core.vision import imaging, likeness

if TYPE_CHECKING:
    from stash_sense.adapters.models.encoder import Aligned, PackEncoder


class SceneEncoder:
    """A FaceEncoder with the memory of one scene. Throw it away with the scene.

    A frame that looks like an earlier one (a still shot) gets that one's boxes; a face that looks like an earlier one at the same
    place gets that one's vector, since a second vector of the same pixels says nothing new. Keypoints, quality and crop are its own.
    """

    def __init__(self, encoder: PackEncoder) -> None:
        self._encoder = encoder
        self._views: list[tuple[NDArray[np.float32], tuple[int, int], list[Detection]]] = []
        self._seen: list[tuple[Box, NDArray[np.float32], Vector, float]] = []
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
        aligned = [one for one in self._encoder.align(picture, detections) if one is not None]
        signs = [likeness.signature(one.crop) for one in aligned]
        known = [self._recall(one, sign) for one, sign in zip(aligned, signs, strict=True)]
        new = [index for index, vector in enumerate(known) if vector is None]
        vectors, mirrors = self._encoder.embed([aligned[index] for index in new])
        for index, vector, mirror in zip(new, vectors, mirrors, strict=True):
            known[index] = (vector, float(mirror))
            self._seen.append((aligned[index].detection.box, signs[index], vector, float(mirror)))
        self.embedded += len(new)
        self.reused += len(aligned) - len(new)
        return [
            self._encoder.face(frame, picture, one, *memory)
            for one, memory in zip(aligned, known, strict=True)
            if memory is not None
        ]

    def _recall(self, one: Aligned, sign: NDArray[np.float32]) -> tuple[Vector, float] | None:
        for box, earlier, vector, mirror in reversed(self._seen):
            if likeness.same_place(one.detection.box, box) and likeness.same_face(sign, earlier):
                return vector, mirror
        return None
