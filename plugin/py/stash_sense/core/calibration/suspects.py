"""Scenes whose cast may be wrong, as seen by the model: for the user to look at, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stash_sense.core.calibration.evidence import Reading, SceneEvidence, is_good
from stash_sense.core.matching.calibrate import Calibration, Features

SURE = 0.95  # from here on somebody who is not on the cast is worth asking about
SEEN = 0.9  # from here on somebody of the cast counts as seen
UNSEEN = 0.1  # below it on every track somebody counts as not seen
OPEN = 0.5  # below it a track may still be anybody


@dataclass(frozen=True, slots=True)
class Suspect:
    """kind: missing (seen clearly, not on the cast) or not_seen (on the cast, and everybody seen is somebody else). probability: that the
    person is in the scene, as far as faces tell. frames: in which the person was seen."""

    scene_id: str
    title: str
    kind: Literal["missing", "not_seen"]
    person_id: str
    probability: float
    frames: int
    both: bool = False  # the scene has a missing one and one not seen: perhaps the one was tagged for the other


def suspects(scene: SceneEvidence, reading: Reading, calibration: Calibration) -> list[Suspect]:
    """calibration: the pack's own; a wrong tag must not vouch for itself through a fit."""
    missing = _missing(scene, reading, calibration)
    absent = _not_seen(scene, reading, calibration)
    both = bool(missing) and bool(absent)
    return [
        Suspect(scene.scene_id, scene.title, kind, person, probability, frames, both)
        for kind, person, probability, frames in [*missing, *absent]
    ]


_Found = list[tuple[Literal["missing", "not_seen"], str, float, int]]


def _missing(scene: SceneEvidence, reading: Reading, calibration: Calibration) -> _Found:
    found: dict[str, tuple[float, int]] = {}
    for index, claim in reading.claims.items():
        sight = scene.sights[index]
        decided = sight.named is not None or sight.undecided
        there = scene.cast | scene.own_doing
        if decided or claim.person_id in there or not claim.person_id.startswith("performer:"):
            continue
        probability = calibration.probability(claim.features)
        if probability >= SURE and is_good(sight.probe, calibration.bands):
            found[claim.person_id] = max(found.get(claim.person_id, (0.0, 0)), (probability, sight.probe.frames))
    return [("missing", person, probability, frames) for person, (probability, frames) in sorted(found.items())]


def _not_seen(scene: SceneEvidence, reading: Reading, calibration: Calibration) -> _Found:
    """Cast members with references elsewhere, if all who are seen well are surely others and one of them is on the cast."""
    best = {index: calibration.probability(claim.features) for index, claim in reading.claims.items()}
    seen = {claim.person_id for index, claim in reading.claims.items() if best[index] >= SEEN} & scene.cast
    anybody = any(
        is_good(sight.probe, calibration.bands) and sight.named is None and (index not in best or best[index] < OPEN)
        for index, sight in enumerate(scene.sights)
    )
    if not seen or anybody:
        return []
    named = {sight.named for sight in scene.sights}
    absent = sorted((scene.cast & scene.known) - seen - named)
    likely = {person: _likeliest(scene, person, calibration) for person in absent}
    return [("not_seen", person, likely[person], 0) for person in absent if likely[person] < UNSEEN]


def _likeliest(scene: SceneEvidence, person_id: str, calibration: Calibration) -> float:
    """The best probability of the person on any track."""
    return max(
        (
            calibration.probability(Features.of(score, frames=sight.probe.frames, quality=sight.probe.quality))
            for sight in scene.sights
            for score in sight.scores
            if score.person_id == person_id
        ),
        default=0.0,
    )
