"""One look of the detector: input blob, decoding (here BlazeFace's one-layer anchors), suppression. Where to look: `search.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.values import Box, Detection, Image
from stash_sense.core.vision.tiles import Pyramid, Tile

Run = Callable[[NDArray[np.float32]], Sequence[NDArray[np.float32]]]


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """Decoded output of one run, most confident first. boxes: (n, 4) left, top, right, bottom; landmarks: (n, k, 2); confidence: (n,)."""

    boxes: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    confidence: NDArray[np.float32]


class Decoder(Protocol):
    """Turns what a network answers into boxes and keypoints in pixels of the window."""

    def __call__(self, outputs: Sequence[NDArray[np.float32]], spec: DetectorSpec, *, least: float) -> Raw:
        """outputs: in the pack's order. least: confidence from which something may be a face."""
        ...


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """How the pack's detector is used; measured values, which pack.json may replace ("quality" → "detection").

    decoder: of the network's outputs; None for BlazeFace's. input_px: edge of its square input. strides: pixels per grid point, one for each
    grid. eyes: places of the left and right eye (in the image) among the keypoints. A blob is (pixel − mean) · scale, its channels in
    `order`. "Appears" means: in pixels of the input.
    min_confidence: below it nothing is a face. overlap: intersection over union from which two boxes are the same face.
    seen_px: a face has to appear this large to be found. coarser: edge of the coarse tiles in fine ones.
    clear_px, clear_confidence: from these on a coarse look is as good as a fine one, and nothing else is looked for inside that face.
    hint_confidence, hint_px: how sure a coarse look must be to deserve a closer one; what appears larger than hint_px has to be
    surer, in proportion to its area.
    cells: a closer look puts cells × cells places side by side; mosaics: most runs for that, as long as each finds many;
    cell_margin: edge of a place in boxes; zoom: most enlargement against the fine tiles.
    refine_margin: surroundings of the crop for keypoints, in boxes on each side. refine_px: edge of the input for that, a multiple of the
    largest stride; 0 for input_px, as every network takes it.
    """

    input_px: int = 192
    strides: tuple[int, ...] = (4,)
    eyes: tuple[int, int] = (0, 1)
    min_confidence: float = 0.5
    hint_confidence: float = 0.02
    seen_px: float = 15.36
    overlap: float = 0.3
    refine_margin: float = 0.75
    clear_px: float = 20.0
    clear_confidence: float = 0.7
    hint_px: float = 11.0
    coarser: float = 1.8
    mosaics: int = 4
    cells: int = 3
    cell_margin: float = 2.2
    zoom: float = 1.6
    mean: float = 127.5
    scale: float = 1 / 127.5
    order: Literal["RGB", "BGR"] = "RGB"
    decoder: Decoder | None = None
    refine_px: int = 0


def blob(window: Image, spec: DetectorSpec) -> NDArray[np.float32]:
    """(1, 3, input, input) in the detector's colour order and range; BlazeFace: RGB in -1..1."""
    window = window[..., ::-1] if spec.order == "BGR" else window
    scaled = (window.astype(np.float32) - np.float32(spec.mean)) * np.float32(spec.scale)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1))[None]


def anchors(input_px: int, stride: int) -> NDArray[np.float32]:
    """(n, 2) centres of the anchors, x then y, row by row; their size is fixed (MediaPipe full range: one layer, fixed_anchor_size)."""
    along = (np.arange(input_px // stride, dtype=np.float32) + np.float32(0.5)) * stride
    across, down = np.meshgrid(along, along)
    return np.stack([across.ravel(), down.ravel()], axis=1)


def decode(outputs: Sequence[NDArray[np.float32]], spec: DetectorSpec, *, least: float) -> Raw:
    """Boxes and keypoints in pixels of the window, of what may be faces from confidence `least` on."""
    return (spec.decoder or decode_blazeface)(outputs, spec, least=least)


def decode_blazeface(outputs: Sequence[NDArray[np.float32]], spec: DetectorSpec, *, least: float) -> Raw:
    """Boxes and keypoints in pixels of the window, of the anchors that may be faces.

    least: hints (peaks among their neighbours) are kept from this confidence on, all others from `min_confidence`.
    outputs: coordinates (1, n, 4 + 2k) as offsets from the anchor (x, y, width, height, keypoints) and logits (1, n, 1), in either order.
    """
    coords, logits = sorted((np.asarray(out, np.float32) for out in outputs), key=lambda out: -out.shape[-1])
    logit = logits.reshape(-1)
    # NaN compares false, so a broken output gives no face. Of mere hints only the peaks are of interest.
    sure, hint = (np.log(limit / (1 - limit)) for limit in (spec.min_confidence, least))
    keep = np.flatnonzero((logit >= sure) | ((logit >= hint) & _peaks(logit, spec)))
    keep = keep[np.argsort(-logit[keep], kind="stable")]
    values = coords.reshape(len(logit), -1)[keep]
    finite = np.isfinite(values).all(axis=1)
    keep, values = keep[finite], values[finite]
    base = anchors(spec.input_px, spec.strides[0])[keep]
    middle, half = values[:, :2] + base, np.abs(values[:, 2:4]) / 2
    points = values[:, 4:].reshape(len(keep), (values.shape[1] - 4) // 2, 2) + base[:, None]
    confidence = (1 / (1 + np.exp(-np.clip(logit[keep], -80, 80)))).astype(np.float32)
    return Raw(np.concatenate([middle - half, middle + half], axis=1), points, confidence)


def _peaks(logit: NDArray[np.float32], spec: DetectorSpec) -> NDArray[np.bool_]:
    """(n,) whether an anchor is at least as sure as its eight neighbours."""
    edge = spec.input_px // spec.strides[0]
    rim = np.pad(logit.reshape(edge, edge), 1, constant_values=-np.inf)
    across = np.maximum(np.maximum(rim[:, :-2], rim[:, 1:-1]), rim[:, 2:])
    around = np.maximum(np.maximum(across[:-2], across[1:-1]), across[2:])
    return np.asarray(logit >= around.ravel())


def thin(raw: Raw, overlap: float) -> Raw:
    """One box a face: neighbouring anchors see the same one, and their mean, weighted by confidence, is steadier than the surest.

    overlap: intersection over union from which two boxes are the same face. Confidence stays that of the surest.
    """
    if len(raw.confidence) < 2:
        return raw
    same_face = iou(raw.boxes[:, None], raw.boxes) > overlap
    np.fill_diagonal(same_face, True)
    open_ = np.ones(len(same_face), bool)
    groups = np.zeros(same_face.shape, np.float32)
    count = 0
    for index, row in enumerate(same_face):
        if open_[index]:
            groups[count] = row & open_
            open_ &= ~row
            count += 1
    weights: NDArray[np.float32] = groups[:count] * raw.confidence
    weights /= weights.sum(axis=1, keepdims=True)
    flat = np.concatenate([raw.boxes, raw.landmarks.reshape(len(same_face), -1)], axis=1)
    means = np.asarray(weights @ flat, np.float32)
    landmarks = means[:, 4:].reshape(count, *raw.landmarks.shape[1:])
    return Raw(means[:, :4], landmarks, raw.confidence[groups[:count].argmax(axis=1)])


def iou(some: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of boxes (…, 4) with others (…, 4), broadcast."""
    sides = np.minimum(some[..., 2:], others[..., 2:]) - np.maximum(some[..., :2], others[..., :2])
    shared = np.maximum(sides[..., 0], 0) * np.maximum(sides[..., 1], 0)
    first, second = ((box[..., 2] - box[..., 0]) * (box[..., 3] - box[..., 1]) for box in (some, others))
    return np.asarray(shared / np.maximum(first + second - shared, 1e-9), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A box in source pixels with what suppression needs to know. cut: it touches an inner edge of its tile, so part of the face may be missing."""

    detection: Detection
    cut: bool

    @property
    def rank(self) -> float:
        return self.detection.confidence - (1.0 if self.cut else 0.0)


def look(pyramid: Pyramid, tile: Tile, run: Run, spec: DetectorSpec, *, least: float) -> list[Found]:
    """What the detector sees in one tile, in source pixels."""
    raw = thin(decode(run(blob(pyramid.window(tile), spec)), spec, least=least), spec.overlap)
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
