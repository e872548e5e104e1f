"""The figures of one half of the scenes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from scripts.benchmarks.accuracy_parts import loss, metrics
from scripts.benchmarks.accuracy_parts.cases import Half
from scripts.benchmarks.accuracy_parts.metrics import Count
from scripts.benchmarks.accuracy_parts.pipeline import Seen, truth_of
from scripts.benchmarks.accuracy_parts.plan import DURATION_S, Plan
from scripts.benchmarks.accuracy_parts.rules import Ours, owner, truth_by_face
from stash_sense.core.matching.calibrate import ece, reliability
from stash_sense.core.matching.linkage import group

EDGES = (0, 48, 64, 96, 160, 10_000)
ALIKE = (0.35, 0.40, 0.45, 0.50, 0.55)  # average cosine from which unnamed tracks of different scenes are one person
Scenes = Sequence[tuple[Plan, Seen]]


@dataclass(slots=True)
class Sheet:
    """What is noted while going through the scenes; one entry a scene, a cast member, a track or an unnamed track."""

    counts: list[Count] = field(default_factory=list)
    found: list[tuple[int, float, int, bool]] = field(default_factory=list)  # scene, size, references, named
    stated: list[tuple[int, float, bool]] = field(default_factory=list)  # scene, probability, right
    stages: list[str] = field(default_factory=list)
    faces: list[list[str]] = field(default_factory=list)  # truth of the faces of each track
    unnamed: list[tuple[Any, str]] = field(default_factory=list)  # template, truth
    strangers: int = 0
    strangers_named: int = 0


def go_through(half: Half, scenes: Scenes, ours: Ours) -> Sheet:
    sheet = Sheet()
    for number, (plan, seen) in enumerate(scenes):
        _note(number, plan, seen, half, ours, sheet)
    return sheet


def _note(number: int, plan: Plan, seen: Seen, half: Half, ours: Ours, sheet: Sheet) -> None:
    known = truth_of(plan, seen.faces)
    truth = truth_by_face(seen.faces, known)
    size = {id(face): edge for face, (_, edge) in zip(seen.faces, known, strict=True)}
    tracks, _, decisions = ours.settled(seen)
    owners = [owner(track, truth) for track in tracks]
    shown = []
    for track, one, who in zip(tracks, decisions, owners, strict=True):
        named = one.verdict in ("suggested", "accepted")
        if named:
            shown.append((one.candidates[0].person_id, who))
        elif one.verdict == "unknown":
            sheet.unnamed.append((track.template, who or f"nobody in {plan.name}"))
        if who not in plan.cast:
            sheet.strangers += 1
            sheet.strangers_named += named
        first = one.candidates[0] if one.candidates else None
        right = first is not None and first.person_id == who and who in plan.cast
        sheet.stated.append((number, first.probability if first else 0.0, right))
        sheet.faces.append([truth[id(face)] or "nobody" for face in track.faces])
    sheet.counts.append(metrics.count_names(shown, plan.cast))
    right_names = {name for name, who in shown if name == who}
    for person in sorted(plan.cast):
        own = [size[id(face)] for face in seen.faces if truth[id(face)] == person]
        named = person in right_names
        sheet.found.append((number, float(np.median(own)) if own else 0.0, half.references[person], named))
        if not named:
            sheet.stages.append(loss.stage(person, seen.faces, truth, (tracks, decisions), ours, seen.step_s))


def figures(sheet: Sheet, *, seed: int) -> dict[str, Any]:
    whole = metrics.total(sheet.counts)
    hours = len(sheet.counts) * DURATION_S / 3600
    measures: dict[str, Callable[[Count], float]] = {
        "precision": lambda one: one.precision,
        "recall": lambda one: one.recall,
        "f1": lambda one: one.f1,
    }
    result: dict[str, Any] = {
        "scenes": len(sheet.counts),
        "hours": round(hours, 2),
        "right": whole.right,
        "wrong": whole.wrong,
        "cast": whole.cast,
    }
    for name, measure in measures.items():
        result[name] = round(measure(whole), 4)
        result[f"{name}_interval"] = metrics.count_interval(sheet.counts, measure, seed=seed)
    result["false_names_per_hour"] = round(whole.wrong / hours, 3)
    result["stranger_tracks_per_hour"] = round(sheet.strangers / hours, 2)
    result["strangers_named"] = sheet.strangers_named
    result.update(_calibration(sheet, seed))
    result["by_size"] = {
        f"{low}–{high} px" if high < EDGES[-1] else f"from {low} px": _share(
            sheet, lambda row, a=low, b=high: a <= row[1] < b
        )
        for low, high in pairwise(EDGES)
    }
    result["by_references"] = {
        str(count): _share(sheet, lambda row, n=count: row[2] == n) for count in sorted({row[2] for row in sheet.found})
    }
    result["lost"] = loss.table(sheet.stages)
    inside = metrics.pairs(sheet.faces)
    result["tracks"] = {
        "pair_precision": round(inside.precision, 4),
        "pair_recall": round(inside.recall, 4),
        "tracks": inside.groups,
    }
    result["unknown_people"] = unknown(sheet.unnamed)
    return result


def _share(sheet: Sheet, wanted: Callable[[tuple[int, float, int, bool]], bool]) -> dict[str, float]:
    rows = [row for row in sheet.found if wanted(row)]
    return {"cast": len(rows), "found": round(sum(row[3] for row in rows) / len(rows), 4) if rows else 0.0}


def _calibration(sheet: Sheet, seed: int) -> dict[str, Any]:
    stated = np.array([row[1] for row in sheet.stated])
    right = np.array([row[2] for row in sheet.stated], dtype=np.float64)
    scene = np.array([row[0] for row in sheet.stated])
    rows_of = [np.flatnonzero(scene == number) for number in range(len(sheet.counts))]

    def of(numbers: Any) -> float:
        rows = np.concatenate([rows_of[number] for number in numbers])
        return ece(stated[rows], right[rows]) if len(rows) else 0.0

    named = stated >= 0.5
    return {
        "ece": round(ece(stated, right), 4),
        "ece_interval": metrics.interval(len(rows_of), of, seed=seed),
        "ece_from_0.5": round(ece(stated[named], right[named]), 4),
        "reliability": [
            {"stated": round(part.stated, 4), "right": round(part.right, 4), "tracks": part.count}
            for part in reliability(stated, right)
        ],
    }


def unknown(tracks: Sequence[tuple[Any, str]]) -> dict[str, Any]:
    """Unnamed tracks of all scenes put together by likeness: of the pairs put together how many are one person, and the reverse."""
    if len(tracks) < 2:
        return {}
    templates = np.stack([template for template, _ in tracks]).astype(np.float64)
    apart = np.zeros((len(tracks), len(tracks)), dtype=np.bool_)
    result = {}
    for bound in ALIKE:
        groups = group(templates @ templates.T, apart, np.ones(len(tracks)), join_from=bound)
        found = metrics.pairs([tracks[row][1] for row in rows] for rows in groups)
        result[str(bound)] = {"pair_precision": round(found.precision, 4), "pair_recall": round(found.recall, 4)}
    return result


def curve(scenes: Scenes, ours: Ours, bounds: Sequence[float]) -> list[Count]:
    """The names of all scenes at each bound."""
    sums = [Count(0, 0, 0)] * len(bounds)
    for plan, seen in scenes:
        truth = truth_by_face(seen.faces, truth_of(plan, seen.faces))
        for at, shown in enumerate(ours.names(seen, bounds)):
            pairs: list[tuple[str, str | None]] = [(name, owner(track, truth)) for name, track in shown]
            sums[at] = sums[at] + metrics.count_names(pairs, plan.cast)
    return sums
