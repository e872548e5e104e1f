from __future__ import annotations

import numpy as np
from scripts.benchmarks.accuracy_parts import compare, original
from scripts.benchmarks.accuracy_parts.metrics import Count
from scripts.benchmarks.accuracy_parts.original import Hit

from stash_sense.core.values import Box, Detection, Face, Quality


def face(vector: list[float]) -> Face:
    detection = Detection(Box(0, 0, 50, 50), np.zeros((4, 2), np.float32), 1.0)
    return Face(0, 0.0, detection, Quality(1, 1, 1, 1, 1, 1), np.array(vector, np.float32), b"")


HITS = [
    Hit(0, 10, "ann", 0.30),
    Hit(0, 10, "bob", 0.45),
    Hit(1, 11, "ann", 0.40),
    Hit(1, 11, "bob", 0.35),
    Hit(2, 11, "cid", 0.20),
    Hit(2, 11, "ann", 0.90),
]


def test_frequency_ranks_by_best_distance_and_frames() -> None:
    named = original.by_frequency(HITS, 0.5, 1)
    assert [(one.name, round(one.confidence, 3)) for one in named] == [("cid", 0.8), ("ann", 0.77), ("bob", 0.715)]


def test_frequency_leaves_out_what_is_too_far_or_too_rare() -> None:
    assert [one.name for one in original.by_frequency(HITS, 0.36, 1)] == ["cid", "ann", "bob"]
    assert [one.name for one in original.by_frequency(HITS, 0.5, 2)] == ["ann", "bob"]
    assert original.by_frequency(HITS, 0.1, 1) == []


def test_faces_group_greedily_around_their_means() -> None:
    faces = [face([1, 0]), face([0, 1]), face([0.8, 0.6]), face([0.1, 0.99])]
    assert original.group_faces(faces, 0.7) == [[0, 2], [1, 3]]
    assert original.group_faces(faces, 0.05) == [[0], [1], [2], [3]]


def test_groups_of_one_person_merge_and_nobody_is_named_twice() -> None:
    named = original.by_cluster([[0], [1], [2]], HITS, 0.5)
    assert [(one.name, one.faces) for one in named] == [("ann", (0,)), ("bob", (1,)), ("cid", (2,))]
    merged = original.by_cluster([[0], [1]], [hit for hit in HITS if hit.name == "ann"], 0.5)
    assert [(one.name, one.faces, round(one.confidence, 2)) for one in merged] == [("ann", (0, 1), 0.65)]


def test_a_person_few_faces_list_is_farther_away() -> None:
    named = original.by_cluster([[0, 1]], [Hit(0, 10, "ann", 0.3)], 0.5)
    assert round(named[0].confidence, 4) == round(1 - 0.3 / 0.5**0.5, 4)


def test_every_cut_of_the_confidence_is_a_setting() -> None:
    found = compare.points([[[(0.9, True), (0.5, False)], [(0.8, True)]]], cast=4)
    assert Count(2, 1, 4) in found
    assert Count(2, 0, 4) in found
    assert Count(1, 0, 4) in found
