"""Rule: two performers of the library that are one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

from stash_sense.core.curation.alike_faces import Templates
from stash_sense.core.curation.pairs import bearers, candidates, cosines, look_alikes
from stash_sense.core.curation.profiles import Profile, profiles_of, without_crowded
from stash_sense.core.curation.snapshots import MediaFacts, PerformerFacts
from stash_sense.core.curation.values import Finding, Subject
from stash_sense.core.curation.weigh import FaceBounds, Likeness, Point, confidence, weigh

RULE = "duplicate_performers"
LEAST = 0.5  # confidence from which a pair is worth the user's time

IdPair = tuple[str, str]  # performer ids, the smaller number first


def duplicate_performers(
    performers: Iterable[PerformerFacts],
    *,
    faces: Templates | None = None,
    bounds: FaceBounds | None = None,
    scenes: Mapping[str, int] | None = None,
) -> list[Finding]:
    """Pairs that are probably one person, surest first. What is left to do is `apart_in`: to leave out those who appear side by side.

    faces, bounds: both or none. scenes: performer id → on how many scenes.
    """
    profiles = without_crowded(sorted(profiles_of(performers), key=lambda profile: int(profile.id)))
    faces = faces if bounds is not None else None
    names = bearers(profiles)
    pairs = candidates(profiles, names, faces, bounds.agree if bounds else 1.0)
    near = look_alikes(profiles, faces, bounds.alone) if bounds else {}
    pairs.update(near)
    near.update(cosines(profiles, faces, pairs - near.keys()))
    counts = dict(zip(faces.ids, faces.references, strict=True)) if faces else {}
    found = []
    for one, other in sorted(pairs):
        face = _likeness(near.get((one, other)), counts, profiles[one].id, profiles[other].id)
        points = weigh(profiles[one], profiles[other], face=face, bounds=bounds, names=names)
        if points is not None and (sure := confidence(points)) >= LEAST:
            found.append(_finding((profiles[one], profiles[other]), points, sure, scenes or {}))
    return sorted(found, key=lambda one: -one.confidence)


def apart_in(media: Iterable[MediaFacts], pairs: Collection[IdPair]) -> dict[IdPair, MediaFacts]:
    """Those of the pairs who stand together on a scene or picture: whoever put them there took them for two people."""
    wanted = set(pairs)
    concerned = {performer for pair in wanted for performer in pair}
    found: dict[IdPair, MediaFacts] = {}
    for one in media:
        here = sorted((performer for performer in one.performers if performer in concerned), key=int)
        for pair in combinations(here, 2):
            if pair in wanted:
                found.setdefault(pair, one)
    return found


def pair_of(finding: Finding) -> IdPair:
    """The two performers of a finding of this rule."""
    one, other = finding.subjects
    return one.id, other.id


def _likeness(cosine: float | None, counts: Mapping[str, int], one: str, other: str) -> Likeness | None:
    return None if cosine is None else Likeness(cosine, min(counts[one], counts[other]))


def _finding(pair: tuple[Profile, Profile], points: Sequence[Point], sure: float, scenes: Mapping[str, int]) -> Finding:
    told = sorted(points, key=lambda point: -point.weight)
    pros = [point.text for point in told if point.weight >= 0]
    cons = [point.text for point in told if point.weight < 0]
    why = "; ".join(pros) + (f"; but {', '.join(cons)}" if cons else "")
    return Finding(
        rule=RULE,
        subjects=tuple(Subject("performer", each.id, each.facts.full_name) for each in pair),
        confidence=round(sure, 4),
        title=f"{pair[0].facts.full_name} and {pair[1].facts.full_name} may be one person",
        why=f"{why[:1].upper()}{why[1:]}.",
        evidence={
            "points": [{"kind": point.kind, "speaks_for": point.weight >= 0, "text": point.text} for point in told],
            "performers": [_side(each, scenes.get(each.id, 0)) for each in pair],
        },
        actions=("merge_performers",),
        weight=float(sum(scenes.get(each.id, 0) for each in pair)),
    )


def _side(profile: Profile, scenes: int) -> dict[str, object]:
    facts = profile.facts
    return {
        "performer_id": facts.id,
        "name": facts.name,
        "disambiguation": facts.disambiguation or None,
        "aliases": list(facts.aliases),
        "birth_date": facts.birth_date or None,
        "country": facts.country or None,
        "gender": facts.gender or None,
        "scenes": scenes,
        "urls": len(facts.urls),
        "stash_ids": len(facts.stash_ids),
    }
