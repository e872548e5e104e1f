"""How probable it is that two performers are one person: every piece of evidence moves the log odds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from stash_sense.core.curation.profiles import Profile, site_of, trust_in
from stash_sense.core.identity.contradictions import Birth, births_agree, genders_agree
from stash_sense.core.identity.names import is_full

START = -5.0  # log odds of two performers of whom nothing but a key in common is known
NAMES = {"name": (3.2, 1.6), "alias": (2.4, 0.6), "aliases": (1.5, 0.0)}  # full names, single words
TRUSTS = {"stash_id": 10.0, "record": 6.0, "account": 4.5, "page": 4.0, "other": 1.5}
SAME_DAY, SAME_YEAR, COUNTRY = 5.0, 1.5, 2.2
FACES_AGREE, FACES_ALONE = 5.0, 5.5
AGAINST = {"disambiguation": -2.0, "gender": -3.0, "birth_apart": -4.0, "birth_near": -2.0, "other_id": -3.0}
FACES_DIFFER, ONE_FACE_DIFFERS = -4.0, -2.0  # with two references and more on both sides, or fewer


@dataclass(frozen=True, slots=True)
class FaceBounds:
    """Cosines of two mean faces, out of the model pack. agree: as alike as one person's; differ: below it they speak against one person;
    alone: so alike that hardly a stranger in a library of this size is.
    """

    agree: float
    differ: float
    alone: float


@dataclass(frozen=True, slots=True)
class Point:
    """A piece of evidence in words. weight: what it adds to the log odds; below 0 it speaks against one person."""

    kind: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two faces held against each other. references: of the one with fewer."""

    cosine: float
    references: int


def weigh(
    one: Profile,
    other: Profile,
    *,
    face: Likeness | None,
    bounds: FaceBounds | None,
    names: Mapping[str, Sequence[int]],
) -> list[Point] | None:
    """What speaks for and against; None where it is impossible, or where nothing but the name speaks for it.

    names: who bears which name, since what many bear says little.
    """
    ids = [Point("stash_id", TRUSTS["stash_id"], text) for text in _shared_ids(one, other)]
    against = _contradictions(one, other)
    if any(point.kind != "disambiguation" for point in against) and not ids:
        return None
    name = _name(one, other, names)
    faces = _faces(face, bounds, named=name is not None)
    if name is None and _siblings(one, other, pages=bool(ids) or _record_in_common(one, other)):
        return None
    support = [*ids[:1], *_pages(one, other, counted=not ids), *_birth(one, other, named=name is not None), *faces]
    if name is not None and one.country and one.country == other.country:
        support.append(Point("country", COUNTRY, f"both are from {one.facts.country}"))
    if not any(point.weight > 0 for point in support):
        return None
    return [*([name] if name else []), *support, *against]


def confidence(points: Sequence[Point]) -> float:
    """0..1 from the sum of the log odds."""
    return 1 / (1 + math.exp(-(START + sum(point.weight for point in points))))


def _shared_ids(one: Profile, other: Profile) -> Iterator[str]:
    for shared in sorted(one.all_stash_ids & other.all_stash_ids):
        yield f"both have the same stash id on {site_of(shared).removeprefix('box:')}"


def _contradictions(one: Profile, other: Profile) -> list[Point]:
    found = []
    for site in sorted(one.stash_ids.keys() & other.stash_ids.keys()):
        if one.stash_ids[site].isdisjoint(other.stash_ids[site]):
            text = f"they have different stash ids on {site.removeprefix('box:')}"
            found.append(Point("other_id", AGAINST["other_id"], text))
    if one.birth and other.birth and not births_agree(one.birth, other.birth):
        text = f"born {one.facts.birth_date} and {other.facts.birth_date}"
        found.append(Point("birth_apart", AGAINST["birth_apart"], text))
    if not genders_agree(one.gender, other.gender):
        found.append(Point("gender", AGAINST["gender"], "they differ in gender"))
    left, right = one.facts.disambiguation.strip(), other.facts.disambiguation.strip()
    if left and right and left.casefold() != right.casefold():
        found.append(Point("disambiguation", AGAINST["disambiguation"], f"told apart as “{left}” and “{right}”"))
    return found


def _name(one: Profile, other: Profile, names: Mapping[str, Sequence[int]]) -> Point | None:
    """The name in common that says most."""
    found = []
    for key in sorted(one.names.keys() & other.names.keys()):
        mine, theirs = key == one.own_name, key == other.own_name
        kind = "name" if mine and theirs else "alias" if mine or theirs else "aliases"
        crowd = math.log(max(len(names.get(key, ())) - 1, 1))
        weight = max(NAMES[kind][0 if is_full(key) else 1] - crowd, 0.0)
        written = other.names[key]
        texts = {"name": f"both are called {written}", "alias": f"{written} is a name of both, an alias of one"}
        found.append(Point(kind, weight, texts.get(kind, f"both have the alias {written}")))
    return max(found, key=lambda point: point.weight, default=None)


def _pages(one: Profile, other: Profile, *, counted: bool) -> Iterator[Point]:
    """The page in common that says most; counted: False where the stash id says it already."""
    shared = (one.pages & other.pages) - (one.all_stash_ids & other.all_stash_ids)
    best = max(sorted(shared), key=lambda page: TRUSTS[trust_in(page)], default=None)
    if best is not None:
        weight = TRUSTS[trust_in(best)] if counted else 0.0
        yield Point("url", weight, f"the same page on {site_of(best).removeprefix('box:')}")
    elif one.others & other.others:
        same = min(one.others & other.others)
        yield Point("url", TRUSTS["other"] if counted else 0.0, f"the same address on {site_of(same)}")


def _birth(one: Profile, other: Profile, *, named: bool) -> Iterator[Point]:
    """Without a name in common a birthday says little: twins have one together."""
    left, right = one.birth, other.birth
    if left is None or right is None or not births_agree(left, right):
        return
    if left.is_full and right.is_full:
        if left == right:
            yield Point("birth", SAME_DAY if named else 0.0, f"both were born on {one.facts.birth_date}")
        else:
            text = f"born {one.facts.birth_date} and {other.facts.birth_date}"
            yield Point("birth_near", AGAINST["birth_near"], text)
    elif named and _year(left) == _year(right):
        yield Point("birth", SAME_YEAR, f"both were born in {_year(left)}")


def _faces(face: Likeness | None, bounds: FaceBounds | None, *, named: bool) -> Iterator[Point]:
    if face is None or bounds is None:
        return
    said = f"(cosine {face.cosine:.2f})"
    if face.cosine >= bounds.alone:
        yield Point("faces", FACES_ALONE, f"the faces are as alike as one person's {said}")
    elif face.cosine >= bounds.agree and named:
        yield Point("faces", FACES_AGREE, f"the faces agree {said}")
    elif face.cosine < bounds.differ:
        weight = FACES_DIFFER if face.references > 1 else ONE_FACE_DIFFERS
        yield Point("faces", weight, f"the faces differ {said}")


def _siblings(one: Profile, other: Profile, *, pages: bool) -> bool:
    """No name in common, but a word of their own names, and one day of birth: twins, unless a page that is one person's says otherwise."""
    same_day = one.birth is not None and one.birth.is_full and one.birth == other.birth
    shared = set(one.own_name.split()) & set(other.own_name.split())
    return same_day and bool(shared) and not pages


def _record_in_common(one: Profile, other: Profile) -> bool:
    return any(trust_in(page) == "record" for page in one.pages & other.pages)


def _year(birth: Birth) -> int:
    return birth.year
