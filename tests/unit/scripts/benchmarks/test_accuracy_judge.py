"""Figures of scenes made by hand: vectors in eight directions, one a person."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scripts.benchmarks.accuracy_parts import compare, judge, loss
from scripts.benchmarks.accuracy_parts.cases import Half
from scripts.benchmarks.accuracy_parts.pipeline import ExactGallery, Seen
from scripts.benchmarks.accuracy_parts.plan import Actor, Plan, Portrait, Shot
from scripts.benchmarks.accuracy_parts.rules import FULL, VARIANTS, Ours

from stash_sense.core.matching.calibrate import SIGNS, Calibration
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.core.values import Box, Detection, Face, Quality

PACK = json.loads((Path(__file__).parents[4] / "plugin" / "models" / "compact" / "pack.json").read_text("utf-8"))
PEOPLE = ["ann", "bob", "cid", "dan", "fay", "gus"]
PLACES = {"ann": 100.0, "bob": 300.0, "eve": 500.0}


def vector(name: str, likeness: float, salt: int = 0) -> np.ndarray:
    """Of this cosine to the person's reference; the rest in a direction of its own."""
    axis = [*PEOPLE, "eve"].index(name)
    rest = np.random.default_rng([axis, salt]).normal(size=64)
    rest[:8] = 0
    made = np.eye(64)[axis] * likeness + rest / np.linalg.norm(rest) * (1 - likeness**2) ** 0.5
    return made.astype(np.float32)


def face(name: str, frame: int, likeness: float = 0.8, quality: float = 0.9, salt: int = 0) -> Face:
    x = PLACES[name]
    box = Box(x - 40, 60, x + 40, 140)
    part = Quality(quality, *[quality] * 6)
    return Face(
        frame, frame * 2.0, Detection(box, np.zeros((4, 2), np.float32), 0.95), part, vector(name, likeness, salt), b""
    )


def plan() -> Plan:
    def actor(name: str) -> Actor:
        place = (PLACES[name], 100.0)
        return Actor(Portrait(name, Path(name), 90), (place, place), (80, 80), (0, 0), 1, 0, 0, 1, "")

    shots = (Shot(0, 600, 1, tuple(actor(name) for name in PLACES)),)
    return Plan("one", "easy", (640, 360), shots, frozenset({"ann", "bob"}), frozenset({"eve"}), 90, 0.0)


@pytest.fixture
def ours() -> Ours:
    gallery = ExactGallery(PEOPLE, np.stack([np.eye(64, dtype=np.float32)[i] for i in range(len(PEOPLE))]))
    rules = ClusterRules.from_pack(PACK["clustering"])
    steep = (50.0, *[0.0] * (len(SIGNS) - 1))  # one half at a score of 0.4, whatever the pack says today
    calibration = replace(Calibration.from_pack(PACK["calibration"]), intercept=-20.0, weights=steep)
    return Ours(FULL, rules, calibration, gallery)


def half(ours: Ours) -> Half:
    return Half("easy", [plan()], list(ours.gallery.persons), np.asarray(ours.gallery.vectors), {"ann": 1, "bob": 1})


def seen(*faces: Face) -> Seen:
    return Seen(list(faces), 2.0, frozenset({1, 2, 3}), 5)


def test_everybody_is_found_and_the_stranger_is_not_named(ours: Ours) -> None:
    scene = seen(*(face(name, frame) for name in PLACES for frame in (1, 2, 3)))
    found = judge.figures(judge.go_through(half(ours), [(plan(), scene)], ours), seed=1)
    assert (found["right"], found["wrong"], found["cast"]) == (2, 0, 2)
    assert found["by_size"]["64–96 px"] == {"cast": 2, "found": 1.0}
    assert found["by_references"] == {"1": {"cast": 2, "found": 1.0}}
    assert found["stranger_tracks_per_hour"] == 6.0
    assert found["lost"] == {}
    assert found["ece"] < 0.02


def test_a_wrong_name_counts_by_the_hour_and_in_the_calibration(ours: Ours) -> None:
    lookalike = [replace(face("eve", frame), vector=vector("dan", 0.8)) for frame in (1, 2, 3)]
    found = judge.figures(judge.go_through(half(ours), [(plan(), seen(*lookalike))], ours), seed=1)
    assert (found["right"], found["wrong"], found["recall"]) == (0, 1, 0.0)
    assert found["false_names_per_hour"] == 6.0
    assert found["strangers_named"] == 1
    assert found["ece"] > 0.9
    assert found["lost"] == {"no face found": 2}


def lost(ours: Ours, *faces: Face) -> dict[str, int]:
    sheet = judge.go_through(half(ours), [(plan(), seen(*faces, *(face("bob", frame) for frame in (1, 2))))], ours)
    return loss.table(sheet.stages)


def test_stages_of_loss(ours: Ours) -> None:
    assert lost(ours) == {"no face found": 1}
    assert lost(ours, face("ann", 1, quality=0.0)) == {"every face below the least quality": 1}
    assert lost(ours, face("ann", 1, 0.33)) == {"below one half": 1}
    assert lost(ours, replace(face("ann", 1), vector=vector("cid", 0.33))) == {"somebody else first": 1}


def test_a_good_face_among_bad_ones_is_noted(ours: Ours) -> None:
    base = face("ann", 1, 0.55)
    axis = np.zeros(64, np.float32)
    axis[20] = 1.0
    off = base.vector * 0.55 + axis * np.float32((1 - 0.55**2) ** 0.5)
    bad = [replace(face("ann", frame), vector=off, quality=base.quality) for frame in (2, 3, 4, 5)]
    assert lost(ours, base, *bad) == {"best face alone would do": 1}


def test_unnamed_tracks_of_one_person_are_pairs() -> None:
    tracks = [(vector("eve", 0.9, 1), "eve"), (vector("eve", 0.9, 2), "eve"), (vector("dan", 0.9), "dan")]
    assert judge.unknown(tracks)["0.5"] == {"pair_precision": 1.0, "pair_recall": 1.0}
    mixed = [(vector("eve", 0.9, 1), "eve"), (vector("eve", 0.9, 2), "dan"), (vector("cid", 0.9), "dan")]
    assert judge.unknown(mixed)["0.5"] == {"pair_precision": 0.0, "pair_recall": 0.0}


def test_every_rule_can_be_switched_off(ours: Ours) -> None:
    scene = seen(*(face(name, frame) for name in PLACES for frame in (1, 2, 3, 9)))
    rows = compare.ablation([(plan(), scene)], ours, lambda name: None)
    assert list(rows) == [variant.name for variant in VARIANTS]
    assert all(row["best"]["f1"] == 1.0 for row in rows.values())


def test_without_the_second_look_later_frames_are_not_seen(ours: Ours) -> None:
    scene = seen(face("ann", 1), face("bob", 9))
    again = replace(ours, variant=next(variant for variant in VARIANTS if not variant.again))
    assert len(ours.tracks(scene)) == 2
    assert [track.best.frame for track in again.tracks(scene)] == [1]


def test_without_joint_assignment_a_person_may_be_on_two_tracks(ours: Ours) -> None:
    twin = replace(face("eve", 1), vector=vector("ann", 0.7, salt=5))
    scene = seen(face("ann", 1), twin)
    alone = replace(ours, variant=next(variant for variant in VARIANTS if not variant.joint))
    assert [name for name, _ in ours.names(scene, [0.5])[0]] == ["ann"]
    assert [name for name, _ in alone.names(scene, [0.5])[0]] == ["ann", "ann"]


def test_the_originals_rules_name_too(ours: Ours) -> None:
    scene = seen(*(face(name, frame) for name in PLACES for frame in (1, 2, 3)))
    rows = compare.theirs([(plan(), scene)], ours, lambda name: None)
    assert rows["original, frequency"]["best"]["recall"] == 1.0
    assert rows["original, cluster"]["wrong_at_recall"]["0.95"] == 0
