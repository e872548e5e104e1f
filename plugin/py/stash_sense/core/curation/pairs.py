"""Pairs of performers that are worth a comparison: those with a key in common. Never everybody with everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from stash_sense.core.curation.alike_faces import Templates, alike
from stash_sense.core.curation.profiles import Profile

Pair = tuple[int, int]  # places in the list of profiles, the smaller first

FEW = 8  # bearers of a key up to here are all compared with each other
MANY = 1000  # bearers of a name up to here are told apart by their faces
GENDERS = {"MALE": 0, "FEMALE": 1, "TRANSGENDER_MALE": 2, "TRANSGENDER_FEMALE": 3}


def bearers(profiles: Sequence[Profile]) -> dict[str, list[int]]:
    """Name key → places of everybody who bears it, as name or alias."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, profile in enumerate(profiles):
        for name in profile.names:
            found[name].append(place)
    return found


def candidates(
    profiles: Sequence[Profile], names: Mapping[str, Sequence[int]], faces: Templates | None, agree: float
) -> set[Pair]:
    """Pairs with a stash id or page in common, or a name together with a day of birth or a face; few bearers of a name are all compared.

    agree: cosine from which two faces speak for one person.
    """
    found: set[Pair] = set()
    for sharing in _by_page(profiles).values():
        found |= _pairs(sharing)
    rows = _rows(profiles, faces)
    for places in names.values():
        found |= _of_one_name(profiles, places, faces, rows, agree)
    return found


def look_alikes(profiles: Sequence[Profile], faces: Templates | None, least: float) -> dict[Pair, float]:
    """Pairs with a cosine of `least` or more, whatever they are called; men are not compared with women."""
    if faces is None or len(faces.ids) < 2:
        return {}
    places = {profile.id: place for place, profile in enumerate(profiles)}
    group = np.array([_gender(profiles[places[one]]) if one in places else -1 for one in faces.ids], np.int64)
    found: dict[Pair, float] = {}
    for one, other, cosine in alike(faces.vectors, least, group):
        left, right = places.get(faces.ids[one]), places.get(faces.ids[other])
        if left is not None and right is not None:
            found[min(left, right), max(left, right)] = cosine
    return found


def cosines(profiles: Sequence[Profile], faces: Templates | None, pairs: Iterable[Pair]) -> dict[Pair, float]:
    """Of the pairs of which both have a face."""
    rows = _rows(profiles, faces)
    if faces is None:
        return {}
    known = [(one, other) for one, other in pairs if one in rows and other in rows]
    return {(one, other): float(faces.vectors[rows[one]] @ faces.vectors[rows[other]]) for one, other in known}


def _by_page(profiles: Sequence[Profile]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, profile in enumerate(profiles):
        for page in profile.pages:
            found[page].append(place)
    return {page: places for page, places in found.items() if len(places) > 1}


def _of_one_name(
    profiles: Sequence[Profile], places: Sequence[int], faces: Templates | None, rows: Mapping[int, int], agree: float
) -> set[Pair]:
    if len(places) <= FEW:
        return _pairs(places)
    found: set[Pair] = set()
    by_day: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for place in places:
        birth = profiles[place].birth
        if birth is not None and birth.is_full:
            by_day[birth.year, birth.month, birth.day].append(place)
    for same_day in by_day.values():
        found |= _pairs(same_day)
    seen = [place for place in places if place in rows]
    if faces is not None and 1 < len(seen) <= MANY:
        found.update(_alike_of(faces.vectors[[rows[place] for place in seen]], seen, agree))
    return found


def _alike_of(vectors: NDArray[np.float32], places: Sequence[int], agree: float) -> Iterator[Pair]:
    left, right = np.nonzero(np.triu(vectors @ vectors.T >= agree, 1))
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        yield min(places[one], places[other]), max(places[one], places[other])


def _pairs(places: Sequence[int]) -> set[Pair]:
    """All pairs of a few; of many each with the first, so that their number stays small."""
    ordered = sorted(set(places))
    if len(ordered) <= FEW:
        return set(combinations(ordered, 2))
    return {(ordered[0], other) for other in ordered[1:]}


def _rows(profiles: Sequence[Profile], faces: Templates | None) -> dict[int, int]:
    """Place of a profile → row of its face."""
    if faces is None:
        return {}
    row_of = {performer: row for row, performer in enumerate(faces.ids)}
    return {place: row_of[profile.id] for place, profile in enumerate(profiles) if profile.id in row_of}


def _gender(profile: Profile) -> int:
    return GENDERS.get(profile.gender, -1)
