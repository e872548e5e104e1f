"""Unknown people across a library: sightings of people nobody knows, grouped as the product groups them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from calibration.dataset import Data, Person
from scripts.benchmarks.accuracy_parts import metrics
from scripts.benchmarks.accuracy_parts.large import LEAST_PX
from stash_sense.core.matching.template import build_template
from stash_sense.core.matching.unknown import Cluster, agglomerate
from stash_sense.core.values import Vector

BOUNDS = (0.35, 0.40, 0.45, 0.50, 0.55, 0.60)  # average cosine from which sightings are one person
POOR = 0.5  # share of the sightings made of photos as bad as frames are


def figures(data: Data, part: str, bound: float, power: float, *, seed: int) -> dict[str, Any]:
    """Every person of `part` in as many scenes as photos allow, one to three photos a sighting. bound: the pack's.

    purity: share of the grouped sightings that are of the person most of their group is of. inverse_purity: share of a person's sightings
    that stand in one group with most of the others. Groups of one are left out of purity: nothing is said of them.
    """
    templates, owners = _sightings(data, data.people[part], power, np.random.default_rng([seed, 21]))
    clusters = [Cluster(template, seen={number: 1}) for number, template in enumerate(templates)]
    by_bound = {
        str(one): _judged(agglomerate(clusters, join_from=one), owners, seed) for one in sorted({*BOUNDS, bound})
    }
    return {"sightings": len(owners), "people": len(set(owners)), "bound": bound, "by_bound": by_bound}


def _judged(groups: Sequence[Sequence[int]], owners: Sequence[str], seed: int) -> dict[str, Any]:
    names = [[owners[index] for index in rows] for rows in groups]
    several = [row for row in names if len(row) > 1]
    most = [max(Counter(row).values()) for row in several]
    sizes = np.array([len(row) for row in several])
    pairs = metrics.pairs(names)
    best: Counter[str] = Counter()
    for row in names:
        for name, count in Counter(row).items():
            best[name] = max(best[name], count)
    seen = {name: count for name, count in Counter(owners).items() if count > 1}
    hits = np.array(most)
    return {
        "groups": len(several),
        "purity": round(float(hits.sum() / max(sizes.sum(), 1)), 4),
        "purity_interval": metrics.interval(
            len(several), lambda rows: float(hits[rows].sum() / sizes[rows].sum()), seed=seed
        ),
        "inverse_purity": round(sum(best[name] for name in seen) / max(sum(seen.values()), 1), 4),
        "pair_precision": round(pairs.precision, 4),
        "pair_recall": round(pairs.recall, 4),
    }


def _sightings(
    data: Data, people: Sequence[Person], power: float, rng: np.random.Generator
) -> tuple[list[Vector], list[str]]:
    templates, owners = [], []
    for person in people:
        places = rng.permutation(len(person.photos)).tolist()
        while places:
            count = int(rng.integers(1, 4))
            mine, places = places[:count], places[count:]
            variant = int(rng.integers(1, 3)) if rng.random() < POOR else 0
            rows = [person.photos[place].get(variant, person.photos[place][0]) for place in mine]
            usable = [row for row in rows if data.quality[row] > 0 and data.size[row] >= LEAST_PX]
            if usable:
                weights = np.maximum(data.quality[usable].astype(np.float64), 1e-3) ** power
                templates.append(build_template(data.vector[usable], weights))
                owners.append(person.name)
    return templates, owners
