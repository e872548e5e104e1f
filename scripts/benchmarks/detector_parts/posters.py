"""Faces that are pictures in the picture: can a poster on the wall be told from a person? Scenes with one of each, drawn over ten minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from scripts.benchmarks.accuracy_parts.plan import DURATION_S, Actor, Portrait
from scripts.benchmarks.detector_parts.frames import FULL_HD, Drawn, Way, actor, one_frame
from scripts.benchmarks.detector_parts.gate import Gate
from scripts.benchmarks.detector_parts.looks import HIT, away
from stash_sense.core.matching.cluster import make_tracks
from stash_sense.core.matching.probe import still_share
from stash_sense.core.values import Frame, Track

FRAMES = 12
SWAY = {"walks about": None, "sits, sways by a tenth": 0.1, "sits, sways by a twentieth": 0.05, "frozen": 0.0}
SHAKE_PX = {"fixed camera": 0.0, "held by hand (±3 px)": 3.0}


def told(people: Sequence[Portrait], gate: Gate, count: int, *, seed: int) -> dict[str, Any]:
    """By how the person moves and the camera is held: the still share of posters and persons (median, lowest, highest)."""
    table: dict[str, Any] = {}
    for camera, shake in SHAKE_PX.items():
        for how, sway in SWAY.items():
            shares: dict[str, list[float]] = {"poster": [], "person": []}
            for number in range(count // 2 or 1):
                rng = np.random.default_rng([seed, number])
                pair = [people[(2 * number + one) % len(people)] for one in range(2)]
                drawn = _scene(pair, sway, shake, rng)
                for name, share in zip(("poster", "person"), _shares(drawn, gate), strict=True):
                    if share is not None:
                        shares[name].append(share)
            table[f"{camera}, person {how}"] = {
                name: [len(row), *(round(float(value), 2) for value in np.percentile(row, (50, 0, 100)))]
                if row
                else [0]
                for name, row in shares.items()
            }
    return table


def _scene(pair: Sequence[Portrait], sway: float | None, shake: float, rng: np.random.Generator) -> list[Drawn]:
    """The first of the pair hangs on the wall, left; the other one is a person. Light flickers, grain and compression change."""
    way = Way(size=FULL_HD, face_px=float(np.exp(rng.uniform(np.log(60), np.log(180)))), noise=3.0)
    poster, person = (actor(one, way, (place, 2), rng) for place, one in enumerate(pair))
    backdrop = int(rng.integers(1 << 30))
    frames = []
    for _ in range(FRAMES):
        light = float(rng.uniform(0.93, 1.05))
        jolt = rng.normal(0, shake / 2, 2)
        now = actor(pair[1], way, (1, 2), rng) if sway is None else _moved(person, rng.normal(0, sway, 3) * way.face_px)
        cast = [replace(_moved(one, np.append(jolt, 0)), light=light) for one in (poster, now)]
        frames.append(one_frame(cast, way, backdrop=backdrop, jpeg=int(rng.integers(50, 85))))
    return frames


def _moved(one: Actor, by: np.ndarray) -> Actor:
    """by: pixels across, down, and of the width, of which a fifth is taken."""
    (x, y), size = one.place[0], one.size[0] + float(by[2]) / 5
    place = (x + float(by[0]), y + float(by[1]))
    return replace(one, place=(place, place), size=(size, size))


def _shares(drawn: Sequence[Drawn], gate: Gate) -> list[float | None]:
    """The still share of the poster's and of the person's longest track; None where there is none."""
    step = DURATION_S / len(drawn)
    faces = gate.faces(Frame(one.image, place, place * step) for place, one in enumerate(drawn))
    tracks = make_tracks(faces, gate.rules, step_s=step)
    found: list[float | None] = []
    for who in range(2):
        mine = [track for track in tracks if _shows(track, drawn, who)]
        found.append(still_share(max(mine, key=lambda track: len(track.faces)).faces) if mine else None)
    return found


def _shows(track: Track, drawn: Sequence[Drawn], who: int) -> bool:
    return bool(np.mean([away(face.detection, drawn[face.frame].faces[who]) < HIT for face in track.faces]) > 0.5)
