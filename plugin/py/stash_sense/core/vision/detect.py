"""Faces of a picture: input blob, decoding of BlazeFace's one-layer anchors, suppression across tiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Box, Detection, Image
from stash_sense.core.vision import align
from stash_sense.core.vision.tiles import Pyramid, Tile, fine_edge, grid, placed, whole

Run = Callable[[NDArray[np.float32]], Sequence[NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """How the pack's detector is used.

    input_px: edge of its square input. stride: pixels per anchor. eyes: positions of the (image-) left and right eye among the keypoints.
    min_confidence: below it nothing is a face. seen_px: a face has to appear this large in the input to be found.
    hint_confidence: how sure a coarser look must be for a finer one. refine_margin: surroundings of the refinement crop, in box edges.
    """

    input_px: int = 192
    stride: int = 4
    eyes: tuple[int, int] = (0, 1)
    min_confidence: float = 0.5
    hint_confidence: float = 0.05
    seen_px: float = 15.36
    overlap: float = 0.3
    refine_margin: float = 0.75
    clear_px: float = 18.0
    coarser: float = 1.8
    mean: float = 127.5
    scale: float = 1 / 127.5


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """Decoded output of one run, most confident first. boxes: (n, 4) left, top, right, bottom; landmarks: (n, k, 2); confidence: (n,)."""

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    confidence: NDArray[np.float32]


def blob(window: Image, spec: DetectorSpec) -> NDArray[np.float32]:
    """(1, 3, input, input) RGB in -1..1."""
    scaled = (window.astype(np.float32) - np.float32(spec.mean)) * np.float32(spec.scale)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))[None]


def anchors(input_px: int, stride: int) -> NDArray[np.float32]:
    """(n, 2) centres of the anchors, x then y, row by row; their size is fixed (MediaPipe full range: one layer, fixed_anchor_size)."""
    along = (np.arange(input_px // stride, dtype=np.float32) + np.float32(0.5)) * stride
    across, down = np.meshgrid(along, along)
    return np.stack([across.ravel(), down.ravel()], axis=1)


def decode(outputs: Sequence[NDArray[np.float32]], spec: DetectorSpec, *, least: float) -> Raw:
    """Boxes and keypoints in pixels of the window, of all anchors at least as sure as `least`.

    outputs: coordinates (1, n, 4 + 2k) as offsets from the anchor (x, y, width, height, keypoints) and logits (1, n, 1), in either order.
    """
    coords, logits = sorted((np.asarray(out, np.float32) for out in outputs), key=lambda out: -out.shape[-1])
    logit = logits.reshape(-1)
    floor = np.log(least / (1 - least))
    keep = np.flatnonzero(logit >= floor)  # NaN compares false, so a broken output gives no face
    keep = keep[np.argsort(-logit[keep], kind="stable")]
    values = coords.reshape(len(logit), -1)[keep]
    finite = np.isfinite(values).all(axis=1)
    keep, values = keep[finite], values[finite]
    base = anchors(spec.input_px, spec.stride)[keep]
    middle, half = values[:, :2] + base, np.abs(values[:, 2:4]) / 2
    points = values[:, 4:].reshape(len(keep), (values.shape[1] - 4) // 2, 2) + base[:, None]
    confidence = (1 / (1 + np.exp(-np.clip(logit[keep], -80, 80)))).astype(np.float32)
    return Raw(np.concatenate([middle - half, middle + half], axis=1), points, confidence)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A box in source pixels with what suppression needs to know. cut: it touches an inner edge of its tile, so part of the face may be missing."""

    detection: Detection
    cut: bool

    @property
    def rank(self) -> float:
        return self.detection.confidence - (1.0 if self.cut else 0.0)


def look(pyramid: Pyramid, tile: Tile, run: Run, spec: DetectorSpec, *, least: float) -> list[Found]:
    """What the detector sees in one tile, in source pixels; several boxes a face."""
    raw = decode(run(blob(pyramid.window(tile), spec)), spec, least=least)
    across, down, left, top = pyramid.to_source(tile)
    scale, shift = np.array([across, down], np.float32), np.array([left, top], np.float32)
    height, width = pyramid.image.shape[:2]
    rim = 1.5 * tile.edge / spec.input_px
    found = []
    for box, points, confidence in zip(raw.boxes.reshape(-1, 2, 2), raw.landmarks, raw.confidence, strict=True):
        (x0, y0), (x1, y1) = box * scale + shift
        cut = (
            (x0 < tile.left + rim and tile.left > 0)
            or (y0 < tile.top + rim and tile.top > 0)
            or (x1 > tile.left + tile.edge - rim and tile.left + tile.edge < width)
            or (y1 > tile.top + tile.edge - rim and tile.top + tile.edge < height)
        )
        face = Box(float(x0), float(y0), float(x1), float(y1))
        found.append(Found(Detection(face, points * scale + shift, float(confidence)), cut))
    return found


def suppress(found: Sequence[Found], overlap: float) -> list[Found]:
    """One box a face: the surest whole box first; whatever overlaps a kept one, or lies mostly inside it, goes.

    overlap: intersection over union from which two boxes are the same face.
    """
    order = sorted(found, key=lambda one: -one.rank)
    if not order:
        return []
    boxes = np.array([[b.left, b.top, b.right, b.bottom] for b in (one.detection.box for one in order)])
    area = np.maximum(boxes[:, 2] - boxes[:, 0], 0) * np.maximum(boxes[:, 3] - boxes[:, 1], 0)
    open_ = area > 0
    kept = []
    for index, one in enumerate(order):
        if not open_[index]:
            continue
        kept.append(one)
        low = np.maximum(boxes[index, :2], boxes[:, :2])
        high = np.minimum(boxes[index, 2:], boxes[:, 2:])
        shared = np.prod(np.maximum(high - low, 0), axis=1)
        union = area[index] + area - shared
        smaller = np.minimum(area[index], area)
        # Mostly inside: a part of a face in a tile, or the same face seen at two scales. Faces do not nest otherwise.
        open_ &= ~((shared > overlap * union) | (shared > 0.6 * np.maximum(smaller, 1e-9)))
    return kept


def detect_everywhere(image: Image, run: Run, spec: DetectorSpec, *, min_face_px: float) -> list[Detection]:
    """The whole picture and every fine tile, always: the yardstick for `detect_adaptively`."""
    pyramid, fine = _pyramid(image, spec, min_face_px)
    found = [
        one
        for tile in (*fine, whole(*_size(image)))
        for one in look(pyramid, tile, run, spec, least=spec.min_confidence)
    ]
    return _best(found, spec)


def detect_adaptively(image: Image, run: Run, spec: DetectorSpec, *, min_face_px: float) -> list[Detection]:
    """The whole picture and a few coarse tiles; finer ones only where something is hinted at that is not yet clear.

    Finds what `detect_everywhere` finds at half the runs or fewer (scripts/benchmarks/vision.py holds it to that).
    """
    pyramid, fine = _pyramid(image, spec, min_face_px)
    width, height = _size(image)
    if len(fine) <= 3:
        return detect_everywhere(image, run, spec, min_face_px=min_face_px)
    edge = fine[0].edge
    coarse = [whole(width, height), *grid(width, height, spec.coarser * edge)]
    found = [one for tile in coarse for one in look(pyramid, tile, run, spec, least=spec.hint_confidence)]
    points, sizes = _unclear(found, spec, spec.coarser * edge)
    if len(points):
        near = placed(points, sizes, width, height, edge)
        for tile in near if len(near) < len(fine) else fine:
            found += look(pyramid, tile, run, spec, least=spec.min_confidence)
    return _best([one for one in found if one.detection.confidence >= spec.min_confidence], spec)


def detect_thoroughly(image: Image, run: Run, spec: DetectorSpec, *, min_face_px: float) -> list[Detection]:
    """Everything `detect_everywhere` looks at, the picture with a black border (tight head crops give no face without one) and all coarse tiles."""
    pyramid, fine = _pyramid(image, spec, min_face_px)
    width, height = _size(image)
    borders = [whole(width, height, padding=padding) for padding in (0.0, 0.35, 0.8)]
    coarse = grid(width, height, spec.coarser * fine[0].edge) if len(fine) > 3 else []
    found = [
        one for tile in (*borders, *coarse, *fine) for one in look(pyramid, tile, run, spec, least=spec.min_confidence)
    ]
    return _best(found, spec)


def _unclear(
    found: Sequence[Found], spec: DetectorSpec, edge: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Centres (n, 2) and sizes (n,) of the places that deserve a finer look: hints not explained by a face already clear.

    edge: of the coarse tiles; there a face of `clear_px` and more is as sure as it gets.
    """
    pixel = edge / spec.input_px
    clear: list[Box] = []
    hints: list[Box] = []
    for one in suppress(found, spec.overlap):
        box, confidence = one.detection.box, one.detection.confidence
        appears = box.width / pixel
        if not one.cut and confidence >= spec.min_confidence and appears >= spec.clear_px:
            clear.append(box)
        elif appears < spec.clear_px and confidence >= spec.hint_confidence * max(1.0, (appears / 10) ** 2):
            hints.append(box)
    rows = [
        ((box.left + box.right) / 2, (box.top + box.bottom) / 2, box.width)
        for box in hints
        if not any(_holds(face, box) for face in clear)
    ]
    table = np.array(rows, np.float32).reshape(-1, 3)
    return table[:, :2], table[:, 2]


def _holds(face: Box, box: Box) -> bool:
    """Whether the middle of `box` lies inside `face`."""
    return (
        face.left <= (box.left + box.right) / 2 <= face.right and face.top <= (box.top + box.bottom) / 2 <= face.bottom
    )


def refine(image: Image, detection: Detection, run: Run, spec: DetectorSpec) -> Detection:
    """`detection` with box and keypoints from a closer look, turned upright; itself if nothing is seen there."""
    box = detection.box
    eyes = detection.landmarks[list(spec.eyes)].astype(np.float64)
    roll = float(np.arctan2(eyes[1, 1] - eyes[0, 1], eyes[1, 0] - eyes[0, 0]))
    matrix = align.around(
        box.left, box.top, box.right, box.bottom, margin=spec.refine_margin, size=spec.input_px, roll=roll
    )
    raw = decode(run(blob(align.warp(image, matrix, spec.input_px), spec)), spec, least=spec.min_confidence)
    if not len(raw.confidence):
        return detection
    middles = (raw.boxes[:, :2] + raw.boxes[:, 2:]) / 2
    near = np.abs(middles - spec.input_px / 2).max(axis=1) < spec.input_px * 0.2
    if not near.any():
        return detection
    # Neighbouring anchors see the same face: their mean, weighted by confidence, is steadier than the surest one.
    best = int(np.flatnonzero(near)[0])
    same = near & (_iou(raw.boxes, raw.boxes[best]) > 0.5)
    weights = raw.confidence[same] / raw.confidence[same].sum()
    inner = np.tensordot(weights, raw.boxes[same], 1).reshape(2, 2)
    back = align.invert(matrix)
    points = align.apply(back, np.tensordot(weights, raw.landmarks[same], 1))
    centre = align.apply(back, inner.mean(0)[None])[0]
    half = (inner[1] - inner[0]) / 2 / align.scale_of(matrix)
    refined = Box(*(float(v) for v in (*(centre - half), *(centre + half))))
    return Detection(refined, points, max(detection.confidence, float(raw.confidence[best])))


def _iou(boxes: NDArray[np.float32], one: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = np.maximum(np.minimum(boxes[:, 2:], one[2:]) - np.maximum(boxes[:, :2], one[:2]), 0)
    shared = sides.prod(axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) + np.prod(one[2:] - one[:2])
    return np.asarray(shared / np.maximum(areas - shared, 1e-9), np.float32)


def _pyramid(image: Image, spec: DetectorSpec, min_face_px: float) -> tuple[Pyramid, list[Tile]]:
    width, height = _size(image)
    edge = fine_edge(width, height, min_face_px=min_face_px, input_px=spec.input_px, seen_px=spec.seen_px)
    fine = grid(width, height, edge) if edge < max(width, height) else []
    return Pyramid(image, spec.input_px), fine


def _size(image: Image) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def _best(found: Sequence[Found], spec: DetectorSpec) -> list[Detection]:
    return [one.detection for one in suppress(found, spec.overlap)]
