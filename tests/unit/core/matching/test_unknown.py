from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import a_person, looks, unit

from stash_sense.core.matching.centres import Centres
from stash_sense.core.matching.linkage import group
from stash_sense.core.matching.unknown import Cluster, agglomerate, combined, frame_bits, keep_ids, mean_of

FROM = 0.6


def singles(*vectors: np.ndarray, **common: object) -> list[Cluster]:
    return [Cluster(vector, **common) for vector in np.concatenate(vectors)]


def together(clusters: list[Cluster], parts: list[list[int]]) -> list[Cluster]:
    """The parts as clusters of their own, as they would be stored."""
    return [
        Cluster(
            combined([clusters[index] for index in part]).mean,
            len(part),
            {place: bits for index in part for place, bits in clusters[index].seen.items()},
        )
        for part in parts
    ]


def a_library(seed: int, people: int, dims: int = 64) -> np.ndarray:
    """Tracks of so many people in mixed order; two of one person have a cosine of about 0.8, two people one of about 0."""
    chance = np.random.default_rng(seed)
    tracks = [
        looks(a_person(1000 * seed + one, dims), int(chance.integers(1, 8)), spread=0.5, seed=one)
        for one in range(people)
    ]
    return chance.permutation(np.concatenate(tracks))


def test_people_are_told_apart() -> None:
    anna, ben = looks(a_person(1), 3), looks(a_person(2), 2)
    assert agglomerate(singles(anna, ben), join_from=FROM) == [[0, 1, 2], [3, 4]]


def test_nothing_gives_nothing() -> None:
    assert agglomerate([], join_from=FROM) == []
    assert agglomerate(singles(looks(a_person(1), 1)), join_from=FROM) == [[0]]


@pytest.mark.parametrize("seed", range(6))
def test_it_is_average_linkage(seed: int) -> None:
    """The dense linkage of faces within a scene says the same; numbers near the bound make no difference in these worlds."""
    vectors = a_library(seed, 12)
    dense = group(
        (vectors @ vectors.T).astype(np.float64),
        np.zeros((len(vectors), len(vectors)), np.bool_),
        np.ones(len(vectors)),
        join_from=FROM,
    )
    assert agglomerate(singles(vectors), join_from=FROM) == sorted(dense)


def test_two_tracks_that_share_a_frame_stay_apart() -> None:
    """Twins beside each other in scene 7, and a third track of one of them: three tracks, two people."""
    one, other, third = looks(a_person(1), 3, spread=0.1)
    places: dict[int, int] = {}
    clusters = [
        Cluster(one, seen={7: frame_bits([10, 20], places)}),
        Cluster(other, seen={7: frame_bits([20, 30], places)}),
        Cluster(third, seen={8: 1}),
    ]
    parts = agglomerate(clusters, join_from=FROM)
    assert len(parts) == 2
    assert not any({0, 1} <= set(part) for part in parts)


def test_two_tracks_of_one_scene_without_a_common_frame_may_be_one_person() -> None:
    places: dict[int, int] = {}
    one, other = looks(a_person(1), 2, spread=0.1)
    clusters = [Cluster(one, seen={7: frame_bits([1], places)}), Cluster(other, seen={7: frame_bits([2], places)})]
    assert agglomerate(clusters, join_from=FROM) == [[0, 1]]


def test_whoever_was_said_not_to_belong_stays_out_for_good() -> None:
    """Also beside others who are like both."""
    vectors = looks(a_person(1), 4, spread=0.1)
    clusters = [
        Cluster(mean_of(vectors[:2]), 2, groups=frozenset([5])),
        Cluster(vectors[2], not_in=frozenset([5])),
        Cluster(vectors[3]),
    ]
    parts = agglomerate(clusters, join_from=FROM)
    assert not any({0, 1} <= set(part) for part in parts)
    assert sum(len(part) for part in parts) == 3


def test_settled_clusters_are_not_compared_again() -> None:
    vectors = looks(a_person(1), 3, spread=0.1)
    assert agglomerate(singles(vectors), join_from=FROM, settled=3) == [[0], [1], [2]]
    assert agglomerate(singles(vectors), join_from=FROM, settled=2) == [[0, 1, 2]], "the newcomer brings them together"


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    clusters = singles(a_library(3, 10))
    want = agglomerate(clusters, join_from=FROM)
    monkeypatch.setattr("stash_sense.core.matching.unknown.BLOCK", 3)
    assert agglomerate(clusters, join_from=FROM) == want


def test_many_that_hang_together_are_joined_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stash_sense.core.matching.unknown.DENSE", 4)
    anna, ben = looks(a_person(1), 11, spread=0.3), looks(a_person(2), 6, spread=0.3)
    assert agglomerate(singles(anna, ben), join_from=FROM) == [list(range(11)), list(range(11, 17))]
    places: dict[int, int] = {}
    rivals = [Cluster(vector, seen={7: frame_bits([1], places)}) for vector in anna]
    assert agglomerate(rivals, join_from=FROM) == [[index] for index in range(11)], "and the work ends"


def pairs(parts: list[list[int]]) -> set[tuple[int, int]]:
    return {(a, b) for part in parts for a in part for b in part if a < b}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), people=st.integers(1, 15), cuts=st.lists(st.integers(0, 60), max_size=5))
def test_one_by_one_gives_nearly_what_all_at_once_gives(seed: int, people: int, cuts: list[int]) -> None:
    """Tracks that come in batches join the groups there are; the partition is that of one grouping of all, but for a few borderline pairs."""
    vectors = a_library(seed, people)
    clusters = singles(vectors)
    parts: list[list[int]] = []
    edges = sorted({0, *(min(cut, len(vectors)) for cut in cuts), len(vectors)})
    for start, end in pairwise(edges):
        state = [*together(clusters, parts), *clusters[start:end]]
        groups = agglomerate(state, join_from=FROM, settled=len(parts))
        before = parts
        parts = [
            [row for index in part for row in (before[index] if index < len(before) else [start + index - len(before)])]
            for part in groups
        ]
    whole = pairs(agglomerate(clusters, join_from=FROM))
    step = pairs([sorted(part) for part in parts])
    assert len(whole ^ step) <= 0.1 * max(len(whole), 10)


def test_the_order_of_the_tracks_does_not_matter() -> None:
    vectors = a_library(5, 10)
    order = np.random.default_rng(1).permutation(len(vectors))
    straight = pairs(agglomerate(singles(vectors), join_from=FROM))
    mixed = pairs(
        [sorted(int(order[index]) for index in part) for part in agglomerate(singles(vectors[order]), join_from=FROM)]
    )
    assert mixed == straight


def test_ids_stay_with_most_of_their_members() -> None:
    before = [7, 7, 7, 9, 9, None]
    assert keep_ids([[0, 1, 2, 5], [3, 4]], before) == [7, 9]
    assert keep_ids([[0, 1], [2, 3, 4], [5]], before) == [7, 9, None]
    assert keep_ids([[0], [1, 2], [3, 4, 5]], before) == [None, 7, 9]
    assert keep_ids([[0, 1, 2, 3, 4]], before) == [7]


def test_the_mean_of_parts_is_the_mean_of_all() -> None:
    vectors = looks(a_person(1), 5)
    parts = [Cluster(mean_of(vectors[:2]), 2), Cluster(mean_of(vectors[2:]), 3)]
    assert combined(parts).mean == pytest.approx(vectors.mean(axis=0), abs=1e-6)
    assert combined(parts).size == 5
    with pytest.raises(ValueError, match="nothing"):
        combined([])


def test_centres_grow_shrink_and_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stash_sense.core.matching.centres.FIRST", 2)
    monkeypatch.setattr("stash_sense.core.matching.centres.BLOCK", 2)
    centres = Centres(32)
    for group_id in range(1, 8):
        centres.put(group_id, a_person(group_id))
    assert centres.near(np.stack([a_person(3), a_person(6)]), join_from=0.9) == [3, 6]
    centres.drop([3, 99])
    assert centres.near(a_person(3)[None], join_from=0.9) == []
    centres.put(11, a_person(3))
    centres.put(6, unit(-a_person(6)))
    assert centres.near(np.stack([a_person(3), a_person(6)]), join_from=0.9) == [11]
    assert centres.mean(11) == pytest.approx(a_person(3))
