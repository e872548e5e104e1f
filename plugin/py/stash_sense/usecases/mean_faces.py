"""The mean face of every performer, for rules that look at the whole library at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from stash_sense.core.codec import from_blobs
from stash_sense.core.curation.alike_faces import Templates
from stash_sense.core.curation.weigh import FaceBounds
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.core.matching.score import Scoring
from stash_sense.core.values import EmbeddingSpace
from stash_sense.usecases.stores import Stores

CHUNK = 4096  # references decoded at once
SPREADS = 4.0  # above what the likest stranger of a library of this size scores: three in 100,000 strangers reach it


def mean_faces(stores: Stores, space: EmbeddingSpace) -> Templates | None:
    """Of the references in use; None if no performer has one."""
    ids: list[str] = []
    sums: list[np.ndarray] = []
    counts: list[int] = []
    for performer, rows in _by_performer(stores, space):
        if ids and ids[-1] == performer:  # the chunk before ended within this performer
            sums[-1] = sums[-1] + rows.sum(axis=0)
            counts[-1] += len(rows)
        else:
            ids.append(performer)
            sums.append(rows.sum(axis=0))
            counts.append(len(rows))
    if not ids:
        return None
    vectors = np.stack(sums)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return Templates(ids, vectors, counts)


def _by_performer(stores: Stores, space: EmbeddingSpace) -> Iterator[tuple[str, np.ndarray]]:
    used = stores.gallery.used(pack=space.pack, revision=space.revision)
    while chunk := list(islice(used, CHUNK)):
        vectors = from_blobs([vector for _, vector, _ in chunk], dims=space.dims)
        start = 0
        for place in range(1, len(chunk) + 1):
            if place == len(chunk) or chunk[place][0] != chunk[start][0]:
                if chunk[start][0].startswith("performer:"):
                    yield chunk[start][0].removeprefix("performer:"), vectors[start:place]
                start = place


def bounds_of(rules: ClusterRules, scoring: Scoring, *, agree: float | None, people: int) -> FaceBounds:
    """agree: cosine from which a face agrees with one of a person's own (block “admission”); None: the pack does not say.

    alone: what the likest stranger in a library of `people` scores on average, and four spreads more (docs/calibration.md).
    """
    agree = rules.unknown_person if agree is None else agree
    strangest = scoring.stranger_level(max(people, 2)) + SPREADS * scoring.stranger_spread(max(people, 2))
    return FaceBounds(agree=agree, differ=rules.same_person, alone=max(strangest, agree))
