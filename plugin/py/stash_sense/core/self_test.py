"""What a self-test says, as values; standard library only."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["ok", "warning", "failed"]

LEAST = (0, 1, 2, 4)  # performers are told apart by how many references they have: none, 1, 2 to 3, 4 or more
NAMES = ("none", "1", "2 to 3", "4 or more")
SPREAD = 2.0  # standard errors on either side of the mean
LEAST_DOUBT = 0.2  # a handful of scenes never says more exactly than this


@dataclass(frozen=True, slots=True)
class Row:
    """One part. text: what is found; where something is wrong, what to do as well. fix: mode of the task that does it."""

    key: str
    title: str
    level: Level
    text: str
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One scene that was looked at. seconds: in all; stages: of that for decode (beside the rest), detect, embed, match."""

    seconds: float
    stages: Mapping[str, float]
    frames: int
    faces: int
    people: int
    named: int


@dataclass(frozen=True, slots=True)
class Sample:
    """failed: sentences about scenes that could not be read."""

    scenes: Sequence[Measured] = ()
    failed: Sequence[str] = field(default_factory=tuple)

    def speed(self) -> dict[str, Any] | None:
        """Seconds a scene, by stage, and what came of the frames; None if nothing was measured."""
        if not self.scenes:
            return None
        count, frames = len(self.scenes), sum(one.frames for one in self.scenes)
        stages = {name: sum(one.stages.get(name, 0.0) for one in self.scenes) / count for name in self.scenes[0].stages}
        return {
            "scenes": count,
            "seconds": round(sum(one.seconds for one in self.scenes) / count, 2),
            "stages": {name: round(value, 3) for name, value in stages.items()},
            "frames": frames,
            "faces_per_frame": round(sum(one.faces for one in self.scenes) / max(frames, 1), 2),
            "with_faces": sum(one.faces > 0 for one in self.scenes),
            "people": sum(one.people for one in self.scenes),
            "named": sum(one.named for one in self.scenes),
        }

    def estimate(self, waiting: int) -> dict[str, Any] | None:
        """Hours for `waiting` scenes, from and to, and the same in words; None if nothing was measured."""
        if not self.scenes:
            return None
        values = [one.seconds for one in self.scenes]
        mean = sum(values) / len(values)
        variance = sum((value - mean) ** 2 for value in values) / max(len(values) - 1, 1)
        doubt = max(SPREAD * math.sqrt(variance / len(values)), LEAST_DOUBT * mean)
        low_h = round(waiting * min(max(mean - doubt, min(values)), mean) / 3600, 5)
        high_h = round(waiting * (mean + doubt) / 3600, 5)
        scenes = "1 scene" if waiting == 1 else f"{waiting:,} scenes"
        text = f"{scenes} to be analysed: {hours(low_h, high_h)}." if waiting else "No scene waits to be analysed."
        return {"scenes": waiting, "low_h": low_h, "high_h": high_h, "text": text}


def by_references(numbers: Mapping[int, int], recall: Mapping[str, float] | None) -> dict[str, Any]:
    """Performers by how many references they have, and what that does to recall.

    numbers: references → performers. recall: block calibration.report.by_references of pack.json, least number of references ("1", "2", "4") →
    share of the tracks of people with so many that get their name, made of public pictures; None: not measured for this pack.
    """
    groups: list[dict[str, Any]] = []
    for place, least in enumerate(LEAST):
        most = LEAST[place + 1] if place + 1 < len(LEAST) else math.inf
        people = sum(count for faces, count in numbers.items() if least <= faces < most)
        known = 0.0 if least == 0 else None if recall is None else recall.get(str(least))
        groups.append({"references": NAMES[place], "people": people, "recall": known})
    total = sum(numbers.values())
    asked = [group for group in groups if group["people"]]
    expected = None
    if recall is not None and asked and all(group["recall"] is not None for group in asked):
        expected = round(sum(group["people"] * group["recall"] for group in asked) / total, 3)
    return {"performers": total, "groups": groups, "measured": recall is not None, "expected_recall": expected}


def hours(low: float, high: float) -> str:
    """ "about 3 to 5 hours", "about 10 to 20 minutes"."""
    if high * 60 < 1.5:
        return "about a minute"
    unit, factor = ("hours", 1.0) if high >= 2 else ("minutes", 60.0)
    one, other = (f"{max(1, round(value * factor)):,}" for value in (low, high))
    return f"about {other} {unit}" if one == other else f"about {one} to {other} {unit}"
