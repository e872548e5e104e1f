"""Where to look for faces: everywhere, adaptively, thoroughly, or once more around a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stash_sense.core.values import Box, Detection, Image
from stash_sense.core.vision import align, tiles
from stash_sense.core.vision.detect import DetectorSpec, Found, Run, blob, decode, look, suppress, thin
from stash_sense.core.vision.tiles import Pyramid, Tile


def detect_everywhere(image: Image, run: Run, spec: DetectorSpec, *, min_face_px: float) -> list[Detection]:
    """The whole picture and every fine tile, always: the yardstick for `detect_adaptively`."""
    pyramid, fine = _pyramid(image, spec, min_face_px)
    found = [
        one
        for tile in (*fine, tiles.whole(*_size(image)))
        for one in look(pyramid, tile, run, spec, least=spec.min_confidence)
    ]
    return _best(found, spec)


def detect_adaptively(image: Image, run: Run, spec: DetectorSpec, *, min_face_px: float) -> list[Detection]:
    """The whole picture and a few coarse tiles; then a closer look at whatever they hint at, many places in one run.

    Finds what `detect_everywhere` finds in half the runs (scripts/benchmarks/vision.py holds it to that).
    """
    pyramid, fine = _pyramid(image, spec, min_face_px)
    width, height = _size(image)
    if len(fine) <= 3:
        return detect_everywhere(image, run, spec, min_face_px=min_face_px)
    edge = spec.coarser * fine[0].edge
    coarse = [*tiles.grid(width, height, edge), tiles.whole(width, height)]
    found = [one for tile in coarse for one in look(pyramid, tile, run, spec, least=spec.hint_confidence)]
    smallest = fine[0].edge / spec.cells / spec.zoom
    places = [
        tiles.cell_around(box, max(box.width * spec.cell_margin, smallest)) for box in _unclear(found, spec, edge)
    ]
    at_once = spec.cells**2
    for start in range(0, min(len(places), spec.mosaics * at_once), at_once):
        closer = _look_closer(image, places[start : start + at_once], run, spec)
        found += closer
        if len(closer) < at_once / 4:  # the hints that follow promise less still
            break
    return _best([one for one in found if one.detection.confidence >= spec.min_confidence], spec)


def _look_closer(image: Image, places: Sequence[Tile], run: Run, spec: DetectorSpec) -> list[Found]:
    """What the detector sees in several places at once, put side by side into one input."""
    raw = thin(
        decode(
            run(blob(tiles.mosaic(image, places, spec.input_px, spec.cells), spec)), spec, least=spec.min_confidence
        ),
        spec.overlap,
    )
    cell = spec.input_px // spec.cells
    found = []
    for box, points, confidence in zip(raw.boxes, raw.landmarks, raw.confidence, strict=True):
        column, row = (int(along) for along in np.floor((box[:2] + box[2:]) / 2 / cell))
        if not (0 <= column < spec.cells and 0 <= row < spec.cells) or row * spec.cells + column >= len(places):
            continue
        place, corner = places[row * spec.cells + column], np.array([column, row], np.float32) * cell
        scale = round(place.edge) / cell
        shift = np.array([round(place.left), round(place.top)], np.float32)
        inner = box.reshape(2, 2) - corner
        cut_off = bool((inner < 1).any() or (inner > cell - 1).any())
        (x0, y0), (x1, y1) = inner * scale + shift
        face = Box(float(x0), float(y0), float(x1), float(y1))
        found.append(Found(Detection(face, (points - corner) * scale + shift, float(confidence)), cut_off))
    return found


def detect_thoroughly(image: Image, run: Run, spec: DetectorSpec, *, min_face_px: float) -> list[Detection]:
    """Everything `detect_everywhere` looks at, the picture with a black border (tight head crops give no face without one) and all coarse tiles."""
    pyramid, fine = _pyramid(image, spec, min_face_px)
    width, height = _size(image)
    borders = [tiles.whole(width, height, padding=padding) for padding in (0.0, 0.35, 0.8)]
    coarse = tiles.grid(width, height, spec.coarser * fine[0].edge) if len(fine) > 3 else []
    found = [
        one for tile in (*borders, *coarse, *fine) for one in look(pyramid, tile, run, spec, least=spec.min_confidence)
    ]
    return _best(found, spec)


def _unclear(found: Sequence[Found], spec: DetectorSpec, edge: float) -> list[Box]:
    """Places that deserve a closer look, most promising first: hints that are not explained by a face already clear.

    edge: of the coarse tiles; there a face of `clear_px` and more is as sure as it gets.
    """
    pixel = edge / spec.input_px
    clear: list[Box] = []
    hints: list[tuple[float, Box]] = []
    for one in found:
        box, confidence = one.detection.box, one.detection.confidence
        appears = box.width / pixel
        promise = confidence / max(1.0, (appears / spec.hint_px) ** 2)
        if not one.cut and confidence >= spec.clear_confidence and appears >= spec.clear_px:
            clear.append(box)
        elif promise >= spec.hint_confidence:
            hints.append((promise, box))
    chosen: list[Box] = []
    for _, box in sorted(hints, key=lambda hint: -hint[0]):
        # A larger box may hold a hint without explaining it: from afar, head and shoulders look like a face, too.
        if not any(_holds(face, box) for face in clear) and not any(_alike(other, box) for other in chosen):
            chosen.append(box)
    return chosen


def _alike(one: Box, other: Box) -> bool:
    """Whether two boxes have about the same middle and size."""
    apart = abs(one.left + one.right - other.left - other.right) + abs(one.top + one.bottom - other.top - other.bottom)
    return apart < min(one.width, other.width) and 0.5 < one.width / max(other.width, 1e-6) < 2


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
    if not np.isfinite([roll, box.left, box.top, box.right, box.bottom]).all():
        return detection
    spec = replace(spec, input_px=spec.refine_px or spec.input_px)
    matrix = align.around(
        box.left, box.top, box.right, box.bottom, margin=spec.refine_margin, size=spec.input_px, roll=roll
    )
    window = align.warp(image, matrix, spec.input_px)
    raw = thin(decode(run(blob(window, spec)), spec, least=spec.min_confidence), 0.5)
    middles = (raw.boxes[:, :2] + raw.boxes[:, 2:]) / 2
    near = np.flatnonzero(np.abs(middles - spec.input_px / 2).max(axis=1, initial=0) < spec.input_px * 0.2)
    if not len(near):
        return detection
    best = int(near[0])
    inner, back = raw.boxes[best].reshape(2, 2), align.invert(matrix)
    points = align.apply(back, raw.landmarks[best])
    centre = align.apply(back, inner.mean(0)[None])[0]
    half = (inner[1] - inner[0]) / 2 / align.scale_of(matrix)
    refined = Box(*(float(v) for v in (*(centre - half), *(centre + half))))
    return Detection(refined, points, max(detection.confidence, float(raw.confidence[best])))


def _pyramid(image: Image, spec: DetectorSpec, min_face_px: float) -> tuple[Pyramid, list[Tile]]:
    width, height = _size(image)
    edge = tiles.fine_edge(width, height, min_face_px=min_face_px, input_px=spec.input_px, seen_px=spec.seen_px)
    fine = tiles.grid(width, height, edge) if edge < max(width, height) else []
    return Pyramid(image, spec.input_px), fine


def _size(image: Image) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def _best(found: Sequence[Found], spec: DetectorSpec) -> list[Detection]:
    return [one.detection for one in suppress(found, spec.overlap)]
