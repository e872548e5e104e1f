"""Tracks of drawn scenes: whole shots in which the same person is now clear, now blurred, turned or small, as the product finds them.

The galleries of photos (simulate.py) say how people differ; only scenes say what clustering makes of them and how good and poor faces mix.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calibration.simulate import Asked, ExactGallery, World
from stash_sense.core.matching.cluster import ClusterRules, make_tracks
from stash_sense.core.matching.probe import probe_of
from stash_sense.core.vision.bias import Bias

if TYPE_CHECKING:
    from scripts.benchmarks.accuracy_parts.cases import Half
    from scripts.benchmarks.accuracy_parts.judge import Scenes

SCENES = 50  # of each half and part
MADE_UP = 20_000  # people beside the real ones in the gallery of the hard half
SIZES = (30, 200, 1200, 0)  # people in the galleries that each scene is held against; 0: everybody there is


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """The pack that is being fitted: its folder, and what has been measured so far and is not written there yet."""

    folder: Path
    bias: Bias
    rules: ClusterRules


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The scenes of one half with their faces, and the gallery of all."""

    half: Half
    scenes: Scenes


def draw(lfw: Path, pack: Pack, cache: Path, part: str) -> list[Drawn]:
    """Both halves of the scenes of `part`, from the cache or drawn (minutes)."""
    from scripts.benchmarks.accuracy_parts import cases, material, pipeline  # itself made of parts of this package

    known = material.read(lfw, pack.folder, cache, minutes=600.0, bias=pack.bias)
    halves, _ = cases.halves(known, part, cases.Sizes(SCENES, MADE_UP), seed=1)
    found = []
    for half in halves:
        folder = cache / f"gallery-{part}-{half.name}"
        pipeline.save_gallery(folder, half.persons, half.vectors)
        setting = pipeline.Setting(pack.folder, folder, pipeline.scene_cache(cache, pack.folder), pack.bias, pack.rules)
        found.append(Drawn(half, list(pipeline.observe(half.plans, setting, workers=2))))
    return found


def worlds(drawn: Sequence[Drawn], rules: ClusterRules, rng: np.random.Generator) -> Iterator[World]:
    """Every scene held against galleries of several sizes, its cast always among them."""
    from scripts.benchmarks.accuracy_parts.pipeline import truth_of
    from scripts.benchmarks.accuracy_parts.rules import owner, truth_by_face

    for one in drawn:
        persons = np.array(one.half.persons)
        everybody = np.unique(persons)
        galleries = {0: ExactGallery(one.half.persons, one.half.vectors)}
        for plan, seen in one.scenes:
            truth = truth_by_face(seen.faces, truth_of(plan, seen.faces))
            asked = []
            for track in make_tracks(seen.faces, rules, step_s=seen.step_s):
                who, probe = owner(track, truth), probe_of(track)
                known = who if who in plan.cast else None
                asked.append(Asked(probe.views, probe.frames, probe.quality, probe.size_px, known))
            if not asked:
                continue
            for size in SIZES:
                if size not in galleries or size:
                    chosen = set(rng.choice(everybody, min(size, len(everybody)), replace=False)) | plan.cast
                    rows = np.flatnonzero(np.isin(persons, list(chosen)))
                    galleries[size] = ExactGallery([one.half.persons[row] for row in rows], one.half.vectors[rows])
                yield World(galleries[size], asked)
