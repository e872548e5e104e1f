"""Scenes whose cast may be wrong, as seen by the model: for the user to look at, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from stash_sense.core.calibration.evidence import Reading, SceneEvidence
from stash_sense.core.matching.calibrate import Calibration, Features

SURE = 0.95  # from here on somebody who is not on the cast is worth asking about
SEEN = 0.9  # from here on somebody of the cast counts as seen
UNSEEN = 0.1  # below it on every track somebody counts as not seen
OPEN = 0.5  # below it a track may still be anybody


@dataclass(frozen=True, slots=True)
class Suspect:
    """kind: missing (seen clearly, not on the cast) or not_seen (on the cast, and everybody seen is somebody else). probability: that the
    person is in the scene, as far as faces tell. frames: in which the person was seen. features: what it rests on; None: nothing was seen.
    """

    scene_id: str
    title: str
    kind: Literal["missing", "not_seen"]
    person_id: str
    probability: float
    frames: int
    features: Features | None = None
    both: bool = False  # the scene has a missing one and one not seen: perhaps the one was tagged for the other


def suspects(scene: SceneEvidence, reading: Reading, calibration: Calibration) -> list[Suspect]:
    """calibration: the pack's own. See `restated` for what is left of them once it has been adjusted."""
    return _marked([*_missing(scene, reading, calibration), *_not_seen(scene, reading, calibration)])


def restated(found: Sequence[Suspect], adjusted: Calibration) -> list[Suspect]:
    """The suspects that stand under both calibrations: one that is too bold here sees missing people everywhere."""
    kept = []
    for one in found:
        stated = adjusted.probability(one.features) if one.features else one.probability
        if one.kind == "not_seen" or stated >= SURE:
            kept.append(replace(one, probability=min(stated, one.probability)))
    return _marked(kept)


def _marked(found: Sequence[Suspect]) -> list[Suspect]:
    kinds: dict[str, set[str]] = {}
    for one in found:
        kinds.setdefault(one.scene_id, set()).add(one.kind)
    return [replace(one, both=len(kinds[one.scene_id]) > 1) for one in found]


def _missing(scene: SceneEvidence, reading: Reading, calibration: Calibration) -> list[Suspect]:
    found: dict[str, Suspect] = {}
    for index, claim in reading.claims.items():
        sight = scene.sights[index]
        decided = sight.named is not None or sight.undecided
        there = scene.cast | scene.own_doing
        if decided or claim.person_id in there or not claim.person_id.startswith("performer:"):
            continue
        probability = calibration.probability(claim.features)
        better = claim.person_id not in found or probability > found[claim.person_id].probability
        if probability >= SURE and better and calibration.bands.sees(sight.probe):
            found[claim.person_id] = Suspect(
                scene.scene_id, scene.title, "missing", claim.person_id, probability, sight.probe.frames, claim.features
            )
    return [found[person] for person in sorted(found)]


def _not_seen(scene: SceneEvidence, reading: Reading, calibration: Calibration) -> list[Suspect]:
    """Cast members with references elsewhere, if all who are seen well are surely others and one of them is on the cast."""
    best = {index: calibration.probability(claim.features) for index, claim in reading.claims.items()}
    seen = {claim.person_id for index, claim in reading.claims.items() if best[index] >= SEEN} & scene.cast
    anybody = any(
        calibration.bands.sees(sight.probe) and sight.named is None and (index not in best or best[index] < OPEN)
        for index, sight in enumerate(scene.sights)
    )
    if not seen or anybody:
        return []
    named = {sight.named for sight in scene.sights}
    absent = sorted((scene.cast & scene.known) - seen - named)
    likely = {person: _likeliest(scene, person, calibration) for person in absent}
    return [
        Suspect(scene.scene_id, scene.title, "not_seen", person, likely[person], 0)
        for person in absent
        if likely[person] < UNSEEN
    ]


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
