"""Unnamed tracks of the whole library → groups, each one unknown person: average linkage on cosine with pairs that must stay apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.matching.linkage import group
from stash_sense.core.values import Vector, Vectors

BLOCK = 2048  # rows compared with as many others at once: 16 MB of products
DENSE = 2000  # clusters joined with all their products in one matrix: 64 MB, about a second
WORTHWHILE = 0.9  # slices that leave more than this share of the clusters are the last ones

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Tracks taken for one person so far; a single track is a cluster of size 1.

    mean: (dims,) mean of the tracks' templates, not normalised: the product of two means is the average cosine over all pairs of their tracks.
    size: how many tracks. seen: for each scene or image (any number that stands for it) the frames the person is in, one bit each; two clusters
    that share a frame are two people. groups: the stored groups that the tracks are in. not_in: groups that the tracks do not belong to, as
    somebody has said.
    """

    mean: Vector
    size: int = 1
    seen: Mapping[int, int] = field(default_factory=dict)
    groups: frozenset[int] = frozenset()
    not_in: frozenset[int] = frozenset()


def agglomerate(clusters: Sequence[Cluster], *, join_from: float, settled: int = 0) -> list[list[int]]:
    """Which clusters are one person: lists of indexes, each ascending, lists by their first index; every index is in one list.

    Joins the two clusters with the highest average cosine as long as that reaches `join_from`. settled: the first so many were left over by
    an earlier call, so that no two of them can be joined unless one takes in something new.
    An average never exceeds both of its parts, so only clusters that hang together by pairs of `join_from` and more are looked at together. Finding
    those takes n² / 2 products in blocks and no n × n matrix. More than DENSE that hang together are joined in slices first.
    100,000 tracks of 512 numbers, 3,000 of them one person: 177 s and 0.7 GB on one thread of a busy machine; 20,000: 10 s.
    """
    if not clusters:
        return []
    means = np.stack([cluster.mean for cluster in clusters]).astype(np.float32)
    joined: list[list[int]] = []
    for rows in components(means, join_from=join_from, settled=settled):
        parts = _join([clusters[row] for row in rows], join_from) if len(rows) > 1 else [[0]]
        joined += [[rows[index] for index in part] for part in parts]
    return sorted(joined)


def keep_ids(parts: Sequence[Sequence[int]], before: Sequence[int | None]) -> list[int | None]:
    """For each part the group id that it goes on under; None: it needs a new one.

    before: the group of each index until now. An id goes to the part with most of its members, a part takes the id that most of its own have;
    ties go to the lower id and the earlier part.
    """
    shares = [
        (-count, stored, place)
        for place, part in enumerate(parts)
        for stored, count in Counter(before[index] for index in part).items()
        if stored is not None
    ]
    kept: dict[int, int] = {}
    given: set[int] = set()
    for _, stored, place in sorted(shares):
        if place not in kept and stored not in given:
            kept[place] = stored
            given.add(stored)
    return [kept.get(place) for place in range(len(parts))]


def frame_bits(frames: Sequence[int], places: dict[int, int]) -> int:
    """`frames` as bits; places: frame number → bit, grown as new ones come. One `places` for all tracks of a scene."""
    return sum(1 << places.setdefault(frame, len(places)) for frame in set(frames))


def combined(clusters: Sequence[Cluster]) -> Cluster:
    """The clusters as one. Raises ValueError without clusters."""
    if not clusters:
        raise ValueError("nothing to combine")
    size = sum(cluster.size for cluster in clusters)
    weights = np.array([cluster.size / size for cluster in clusters])
    seen: dict[int, int] = {}
    for cluster in clusters:
        for place, bits in cluster.seen.items():
            seen[place] = seen.get(place, 0) | bits
    return Cluster(
        mean=(weights @ np.stack([cluster.mean for cluster in clusters]).astype(np.float64)).astype(np.float32),
        size=size,
        seen=seen,
        groups=frozenset().union(*(cluster.groups for cluster in clusters)),
        not_in=frozenset().union(*(cluster.not_in for cluster in clusters)),
    )


def mean_of(vectors: Vectors) -> Vector:
    """(n, dims) → (dims,), not normalised."""
    mean: Vector = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def components(means: Vectors, *, join_from: float, settled: int = 0) -> list[list[int]]:
    """Rows that hang together by pairs whose product reaches `join_from`; pairs among the first `settled` rows do not count.

    Whatever `agglomerate` joins is in one of them.
    """
    root = np.arange(len(means))
    for top in range(settled, len(means), BLOCK):
        block = means[top : top + BLOCK]
        for left in range(0, top + len(block), BLOCK):
            rows, columns = np.nonzero(block @ means[left : left + BLOCK].T >= join_from)
            _unite(root, rows + top, columns + left)
    order = np.argsort(root, kind="stable")
    edges = np.flatnonzero(np.diff(root[order])) + 1
    return [part.tolist() for part in np.split(order, edges)]


def _unite(root: Ids, one: Ids, other: Ids) -> None:
    """Makes the lowest row of each part the root of everything that the pairs connect; `root` is flat before and after."""
    while True:
        first, second = root[one], root[other]
        apart = first != second
        if not apart.any():
            return
        high, low = np.maximum(first, second)[apart], np.minimum(first, second)[apart]
        np.minimum.at(root, high, low)
        while (root[root] != root).any():
            root[:] = root[root]


def _join(clusters: Sequence[Cluster], join_from: float) -> list[list[int]]:
    """The clusters of one component. Many of them are joined slice by slice until few are left, or until that brings nothing any more."""
    if len(clusters) <= DENSE:
        return _join_all(clusters, join_from)
    parts: list[list[int]] = []
    for start in range(0, len(clusters), DENSE):
        slice_ = _join_all(clusters[start : start + DENSE], join_from)
        parts += [[start + index for index in part] for part in slice_]
    if len(parts) > WORTHWHILE * len(clusters):
        return parts
    whole = agglomerate([combined([clusters[index] for index in part]) for part in parts], join_from=join_from)
    return [sorted(index for place in rows for index in parts[place]) for rows in whole]


def _join_all(clusters: Sequence[Cluster], join_from: float) -> list[list[int]]:
    means = np.stack([cluster.mean for cluster in clusters]).astype(np.float64)
    sizes = np.array([cluster.size for cluster in clusters], dtype=np.float64)
    return group(means @ means.T, _apart(clusters), sizes, join_from=join_from)


def _apart(clusters: Sequence[Cluster]) -> NDArray[np.bool_]:
    """(n, n): pairs that share a frame, or of which somebody has said that they are two people."""
    apart = np.zeros((len(clusters), len(clusters)), dtype=np.bool_)
    at_place: dict[int, list[int]] = {}
    in_group: dict[int, list[int]] = {}
    for row, cluster in enumerate(clusters):
        for place, bits in cluster.seen.items():
            others = at_place.setdefault(place, [])
            apart[row, [other for other in others if clusters[other].seen[place] & bits]] = True
            others.append(row)
        for stored in cluster.groups:
            in_group.setdefault(stored, []).append(row)
    for row, cluster in enumerate(clusters):
        for stored in cluster.not_in:
            apart[row, in_group.get(stored, [])] = True
    apart |= apart.T.copy()
    return apart
