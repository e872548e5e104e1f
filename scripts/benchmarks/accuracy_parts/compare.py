"""Each rule of ours switched off, and the original's rules, on the same faces: wrong names at each recall level."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from scripts.benchmarks.accuracy_parts import judge, metrics, original
from scripts.benchmarks.accuracy_parts.judge import Scenes
from scripts.benchmarks.accuracy_parts.metrics import Count
from scripts.benchmarks.accuracy_parts.rules import VARIANTS, Ours
from stash_sense.core.matching.cluster import usable

STATED = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
SCORES = tuple(float(value) for value in np.round(np.arange(0.2, 0.8, 0.025), 3))
DISTANCES = tuple(float(value) for value in np.round(np.arange(0.2, 0.81, 0.05), 3))
GROUPING = (0.6, 0.8, 0.9, 1.0, 1.1, 1.2)  # distance of unit vectors
LEVELS = 24  # cuts of the confidence that are tried with each setting


def ablation(scenes: Scenes, ours: Ours, told: Callable[[str], None]) -> dict[str, Any]:
    result = {}
    for variant in VARIANTS:
        one = replace(ours, variant=variant)
        points = judge.curve(scenes, one, STATED if variant.calibrated else SCORES)
        result[variant.name] = _row(points)
        told(variant.name)
    return result


def theirs(scenes: Scenes, ours: Ours, told: Callable[[str], None]) -> dict[str, Any]:
    """The original's frequency and cluster rules with every setting; a name counts as right if the person is in the scene at all."""
    frequency: dict[tuple[float, int], list[list[tuple[float, bool]]]] = {}
    cluster: dict[tuple[float, float], list[list[tuple[float, bool]]]] = {}
    for plan, seen in scenes:
        faces = usable(seen.faces)
        found = ours.gallery.nearest(np.stack([face.vector for face in faces]), original.CANDIDATES) if faces else []
        hits = original.hits(faces, found, ours.gallery.persons)
        for distance in DISTANCES:
            for frames in (1, 2):
                named = original.by_frequency(hits, distance, frames)
                frequency.setdefault((distance, frames), []).append(
                    [(n.confidence, n.name in plan.cast) for n in named]
                )
        for bound in GROUPING:
            groups = original.group_faces(faces, bound)
            for distance in DISTANCES:
                named = original.by_cluster(groups, hits, distance)
                cluster.setdefault((bound, distance), []).append([(n.confidence, n.name in plan.cast) for n in named])
        told(plan.name)
    cast = sum(len(plan.cast) for plan, _ in scenes)
    return {
        "original, frequency": _row(points(frequency.values(), cast)),
        "original, cluster": _row(points(cluster.values(), cast)),
    }


def points(settings: Iterable[Sequence[Sequence[tuple[float, bool]]]], cast: int) -> list[Count]:
    """Each setting with each cut of its confidence. settings: per scene (confidence, right) of the names it returns."""
    result = []
    for scenes in settings:
        named = [one for scene in scenes for one in scene]
        levels = np.unique(np.quantile([level for level, _ in named], np.linspace(0, 1, LEVELS))) if named else []
        for level in levels:
            right = sum(ok for value, ok in named if value >= level)
            wrong = sum(not ok for value, ok in named if value >= level)
            result.append(Count(right, wrong, cast))
    return result


def _row(found: Sequence[Count]) -> dict[str, Any]:
    one = metrics.best(found) if found else Count(0, 0, 0)
    front = _front(found)
    return {
        "best": {"precision": round(one.precision, 4), "recall": round(one.recall, 4), "f1": round(one.f1, 4)},
        "wrong_at_recall": metrics.fewest_wrong(found),
        "curve": [{"recall": round(c.recall, 4), "precision": round(c.precision, 4), "wrong": c.wrong} for c in front],
    }


def _front(found: Sequence[Count]) -> list[Count]:
    """Settings that no other beats in both right and wrong names."""
    kept: list[Count] = []
    for one in sorted(found, key=lambda count: (-count.right, count.wrong)):
        if not kept or one.wrong < kept[-1].wrong:
            kept.append(one)
    return kept[::-1]
