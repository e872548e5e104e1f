"""Which tile plan is best: one setting of the adaptive look changed at a time, beside every fine tile, on the same drawn frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from scripts.benchmarks.detector_parts.frames import Drawn
from scripts.benchmarks.detector_parts.looks import Look, Tally, compare
from stash_sense.adapters.models.encoder import PackEncoder
from stash_sense.core.values import Detection, Image
from stash_sense.core.vision import search, tiles
from stash_sense.core.vision.detect import DetectorSpec

YARDSTICK, AS_IT_IS = "every tile", "as it is"
CHANGES: dict[str, tuple[float, ...]] = {
    "seen_px": (12.8, 14.0, 17.0),
    "coarser": (1.5, 2.1, 2.5),
    "hint_confidence": (0.01, 0.03, 0.05),
    "hint_px": (8.0, 15.0),
    "clear_px": (14.0, 28.0),
    "clear_confidence": (0.6, 0.8),
    "mosaics": (2, 8),
    "cells": (2, 4),
    "cell_margin": (1.8, 2.8),
    "zoom": (1.2, 2.2),
    "OVERLAP": (0.1, 0.3),
}


def compared(frames: Sequence[Drawn], encoder: PackEncoder, changes: dict[str, tuple[float, ...]]) -> dict[str, Any]:
    """Every change beside the yardstick and the plan as it is. ratio: how many times faster than the yardstick."""
    ways = dict(plans(encoder, changes))
    tallies: dict[str, Tally] = compare(frames, ways)
    base = tallies[YARDSTICK].seconds
    return {
        name: {**tally.figures(), "ratio": round(base / max(tally.seconds, 1e-9), 2)} for name, tally in tallies.items()
    }


def plans(encoder: PackEncoder, changes: dict[str, tuple[float, ...]]) -> Iterator[tuple[str, Look]]:
    run, spec, least = encoder._detector.run, encoder.detector_spec, encoder.min_face_px
    yield YARDSTICK, lambda image: search.detect_everywhere(image, run, spec, min_face_px=least)
    yield AS_IT_IS, _adaptive(encoder, spec)
    for name, values in changes.items():
        for value in values:
            if name == "OVERLAP":
                yield f"{name} {value:g}", _overlapping(_adaptive(encoder, spec), value)
            else:
                exact = int(value) if isinstance(getattr(spec, name), int) else value
                changed = replace(spec, **{name: exact})  # type: ignore[arg-type]
                yield f"{name} {value:g}", _adaptive(encoder, changed)


def _adaptive(encoder: PackEncoder, spec: DetectorSpec) -> Look:
    def way(image: Image) -> list[Detection]:
        return search.detect_adaptively(image, encoder._detector.run, spec, min_face_px=encoder.min_face_px)

    return way


def _overlapping(way: Look, value: float) -> Look:
    def overlapped(image: Image) -> list[Detection]:
        with _overlap(value):
            return way(image)

    return overlapped


@contextmanager
def _overlap(value: float) -> Iterator[None]:
    before = tiles.OVERLAP
    tiles.OVERLAP = value
    try:
        yield
    finally:
        tiles.OVERLAP = before
