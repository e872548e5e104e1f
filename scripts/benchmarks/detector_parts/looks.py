"""The ways to look at a picture, by the product's own functions, and how their finds are counted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scripts.benchmarks.accuracy_parts.metrics import interval
from scripts.benchmarks.detector_parts.frames import Drawn
from stash_sense.adapters.models.encoder import PackEncoder
from stash_sense.core.values import Detection, Image
from stash_sense.core.vision import search, tiles
from stash_sense.core.vision.detect import DetectorSpec, Run, look, suppress
from stash_sense.core.vision.tiles import Pyramid

Look = Callable[[Image], list[Detection]]

HIT = 0.4  # of the face's width: as far may the middle of a box be from the face's
NEAR = 0.8  # a box farther away than that from every face is none
DRAWS = 1000


def looks(encoder: PackEncoder) -> dict[str, Look]:
    """Whole picture only, as the product looks, every fine tile, and as it looks at stills and the second time."""
    run, spec, least = encoder._detector.run, encoder.detector_spec, encoder.min_face_px
    return {
        "whole picture": lambda image: whole(image, run, spec),
        "adaptive": encoder.detect,
        "every tile": lambda image: search.detect_everywhere(image, run, spec, min_face_px=least),
        "thorough": lambda image: encoder.detect(image, thorough=True),
    }


def whole(image: Image, run: Run, spec: DetectorSpec) -> list[Detection]:
    """What is seen without any tiles."""
    height, width = image.shape[:2]
    found = look(Pyramid(image, spec.input_px), tiles.whole(width, height), run, spec, least=spec.min_confidence)
    return [one.detection for one in suppress(found, spec.overlap)]


@dataclass(slots=True)
class Tally:
    """Counts of one way to look. hits: for every face drawn whether it was found; false: boxes on nobody, per frame."""

    hits: list[bool] = field(default_factory=list)
    false: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, drawn: Drawn, found: Sequence[Detection], seconds: float) -> None:
        self.hits += [any(away(one, face) < HIT for one in found) for face in drawn.faces]
        self.false.append(sum(all(away(one, face) >= NEAR for face in drawn.faces) for one in found))
        self.seconds += seconds

    def figures(self, *, seed: int = 1) -> dict[str, Any]:
        """recall with its interval, false boxes and milliseconds of processor time per frame."""
        recall, low, high = share(self.hits, seed=seed)
        frames = max(len(self.false), 1)
        return {
            "faces": len(self.hits),
            "frames": len(self.false),
            "recall": recall,
            "interval": [low, high],
            "false_per_frame": round(sum(self.false) / frames, 4),
            "ms": round(1000 * self.seconds / frames, 1),
        }


def away(detection: Detection, face: tuple[float, float, float]) -> float:
    """Distance of a box's middle from the face's, in widths of the face."""
    box, (x, y, width) = detection.box, face
    return float(np.hypot((box.left + box.right) / 2 - x, (box.top + box.bottom) / 2 - y)) / width


def share(hits: Sequence[bool], *, seed: int) -> tuple[float | None, float | None, float | None]:
    """Share of hits and its 95 % bootstrap interval over faces; where all or none are hits, the rule of three bounds the other end."""
    count = len(hits)
    if not count:
        return None, None, None
    hit, found = np.asarray(hits, float), sum(hits)
    low, high = interval(count, lambda rows: float(hit[rows].mean()), seed=seed, rounds=DRAWS)
    low = max(0.0, 1 - 3 / count) if found == count else low
    high = min(1.0, 3 / count) if found == 0 else high
    return round(found / count, 4), round(low, 4), round(high, 4)


def compare(frames: Iterable[Drawn], ways: Mapping[str, Look]) -> dict[str, Tally]:
    """Every way to look at the same frames."""
    tallies = {name: Tally() for name in ways}
    for drawn in frames:
        for name, way in ways.items():
            start = time.process_time()
            found = way(drawn.image)
            tallies[name].add(drawn, found, time.process_time() - start)
    return tallies
