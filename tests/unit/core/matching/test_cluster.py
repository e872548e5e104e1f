from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import CLUSTERING, a_face, a_person, cluster_rules, faces_of, looks

from stash_sense.core.matching.cluster import (
    ClusterRules,
    cluster_faces,
    make_tracks,
    merge_tracks,
    sampling_step,
    screen_time,
    segments,
)
from stash_sense.core.values import Face


def a_scene(seed: int, people: int = 4, frames: int = 6) -> list[Face]:
    """Every person in every second frame or so, side by side."""
    rng = np.random.default_rng(seed)
    return [
        a_face(vector, frame=frame, time_s=10.0 * frame, left=100.0 * person, quality=float(rng.uniform(0.2, 1)))
        for person in range(people)
        for frame, vector in enumerate(looks(a_person(seed * 100 + person), frames, spread=0.9, seed=seed + person))
        if rng.random() < 0.7
    ]


@given(seed=st.integers(0, 500), shuffle=st.integers(0, 500))
def test_the_order_of_faces_does_not_matter(seed: int, shuffle: int) -> None:
    faces = a_scene(seed)
    order = np.random.default_rng(shuffle).permutation(len(faces))
    plain = cluster_faces(faces, rules=cluster_rules())
    mixed = cluster_faces([faces[index] for index in order], rules=cluster_rules())
    assert sorted(sorted(int(order[index]) for index in rows) for rows in mixed) == plain


@given(seed=st.integers(0, 500), same_person=st.floats(-1, 1))
def test_two_faces_of_a_frame_never_share_a_track(seed: int, same_person: float) -> None:
    faces = a_scene(seed)
    groups = cluster_faces(faces, rules=cluster_rules(same_person=same_person))
    assert sorted(index for rows in groups for index in rows) == list(range(len(faces)))
    for rows in groups:
        frames = [faces[index].frame for index in rows]
        assert len(frames) == len(set(frames))


def test_people_who_differ_get_a_track_each() -> None:
    faces = faces_of(a_person(1), 5) + faces_of(a_person(2), 3, left=400)
    assert cluster_faces(faces, rules=cluster_rules()) == [[0, 1, 2, 3, 4], [5, 6, 7]]


def test_identical_twins_in_one_frame_stay_two() -> None:
    vector = a_person(1)
    faces = [a_face(vector, frame=0), a_face(vector, frame=0, left=400), a_face(vector, frame=1, time_s=10)]
    assert sorted(len(rows) for rows in cluster_faces(faces, rules=cluster_rules())) == [1, 2]


def test_closeness_in_time_tips_the_scale() -> None:
    base, turned = a_person(1), looks(a_person(1), 1, spread=1.5)[0]
    cosine = float(base @ turned)
    near = [a_face(base, frame=0, time_s=0), a_face(turned, frame=1, time_s=1)]
    rules = cluster_rules(same_person=cosine + 0.01, time_bonus=0.05)
    assert len(cluster_faces(near, rules=rules)) == 1
    timeless = [a_face(base, frame=0, time_s=None), a_face(turned, frame=1, time_s=None)]
    assert len(cluster_faces(timeless, rules=rules)) == 2


def test_a_track_knows_when_the_person_was_seen() -> None:
    faces = [a_face(a_person(1), frame=index, time_s=time) for index, time in enumerate([10.0, 20.0, 30.0, 90.0])]
    (track,) = make_tracks(faces, cluster_rules(), step_s=10.0)
    assert track.segments == ((10.0, 30.0), (90.0, 90.0))
    assert screen_time(track, 10.0) == 40.0
    assert track.frames == 4


def test_tracks_come_by_screen_time_and_faces_by_quality() -> None:
    short, long = faces_of(a_person(1), 2, left=300), faces_of(a_person(2), 6)
    long[3] = a_face(long[3].vector, frame=3, time_s=30.0, quality=0.95)
    tracks = make_tracks(short + long, cluster_rules())
    assert [len(track.faces) for track in tracks] == [6, 2]
    assert tracks[0].best.quality.total == 0.95
    assert tracks[0].quality == pytest.approx(0.827, abs=0.005)  # weighted with itself: 5 × 0.8 and 0.95


def test_unusable_faces_take_no_part() -> None:
    bad = a_face(a_person(1), frame=9, quality=0.0)
    tracks = make_tracks([*faces_of(a_person(1), 2), bad], cluster_rules())
    assert [track.frames for track in tracks] == [2]
    assert make_tracks([bad], cluster_rules()) == []


def test_a_single_poor_face_makes_a_track_of_its_own() -> None:
    (track,) = make_tracks([a_face(a_person(1), quality=0.05, time_s=None)], cluster_rules())
    assert track.quality == pytest.approx(0.05)
    assert track.segments == ()
    assert np.allclose(track.template, a_person(1), atol=1e-6)


def test_merged_tracks_hold_the_faces_of_both() -> None:
    one, two, other = faces_of(a_person(1), 2), faces_of(a_person(2), 3, first=5), faces_of(a_person(3), 2, left=400)
    rules = cluster_rules(same_person=0.9, time_bonus=0.0)
    tracks = [track for faces in (one, two, other) for track in make_tracks(faces, cluster_rules(same_person=-1))]
    merged = merge_tracks(tracks, [(0, 1)], rules, step_s=10.0)
    assert sorted(len(track.faces) for track in merged) == [2, 5]


@given(times=st.lists(st.floats(0, 1000), max_size=20), gap=st.floats(0, 100))
def test_segments_are_ascending_and_farther_apart_than_the_gap(times: list[float], gap: float) -> None:
    spans = segments(times, gap_s=gap)
    assert all(start <= end for start, end in spans)
    assert all(later[0] - earlier[1] > gap for earlier, later in itertools.pairwise(spans))
    assert all(any(start <= time <= end for start, end in spans) for time in times)


def test_the_sampling_step_is_the_median_gap() -> None:
    assert (
        sampling_step([a_face(frame=index, time_s=time) for index, time in enumerate([0.0, 10.0, 20.0, 25.0])]) == 10.0
    )
    assert sampling_step([a_face()]) == 0.0


def test_two_thousand_faces_are_grouped_rightly() -> None:
    people = [a_person(seed, 128) for seed in range(40)]
    faces = [
        a_face(vector, frame=frame, time_s=float(frame), left=100.0 * person)
        for person, centre in enumerate(people)
        for frame, vector in enumerate(looks(centre, 50, spread=0.6, seed=person))
    ]
    groups = cluster_faces(faces, rules=cluster_rules())
    assert [len(rows) for rows in groups] == [50] * 40


def test_pictures_have_a_bound_of_their_own() -> None:
    rules = ClusterRules.from_pack({**CLUSTERING, "same_in_pictures": 0.61})
    assert rules.for_pictures().same_person == 0.61
    assert rules.same_person == CLUSTERING["same_person"]
    plain = {key: value for key, value in CLUSTERING.items() if key != "same_in_pictures"}
    assert ClusterRules.from_pack(plain).for_pictures().same_person == CLUSTERING["same_person"]
