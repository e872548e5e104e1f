"""What the tags of one analysed scene say about the names the program gives its tracks, and what they leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from stash_sense.core.matching.calibrate import Bands, Calibration, Features
from stash_sense.core.matching.probe import Probe
from stash_sense.core.matching.score import PersonScore, without

MOST_CHANCE = 0.95  # in a gallery of nobody but the cast every name is on it, and says next to nothing

# Why a name is left out: nobody is in the gallery, the user has left the track alone, the person stands on another track of the same
# frames, the program itself put the person there, more people are seen than the cast has, or it may be a cast member under another id.
LeftOut = Literal["nobody", "undecided", "given_away", "own_doing", "incomplete", "unlinked"]


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One track of a scene.

    scores: against the gallery without this scene's own references, best first. named: whom the user said it is. undecided: the user left
    it without a name, or the program named it by itself. rejected: persons the user ruled out for it.
    """

    probe: Probe
    scores: Sequence[PersonScore]
    named: str | None = None
    undecided: bool = False
    rejected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class SceneEvidence:
    """An analysed scene with performers.

    cast: persons the user has put there. own_doing: persons the program has put there by itself. known: those of the cast who have
    references elsewhere. people: size of the gallery without this scene's references.
    """

    scene_id: str
    title: str
    cast: frozenset[str]
    known: frozenset[str]
    people: int
    sights: Sequence[Sight]
    own_doing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """A name the program gives a track. sight: index of the track. logit: of the model without any prior. ruled_out: the user rejected it."""

    sight: int
    person_id: str
    features: Features
    logit: float
    ruled_out: bool


@dataclass(frozen=True, slots=True)
class LabelledName:
    """A name with its label. logit: of the pack's model. said: the user said so of this very track, else it follows from the cast.

    chance: how probable it is that a wrong name is on the cast all the same.
    """

    scene_id: str
    features: Features
    logit: float
    right: bool
    said: bool
    chance: float = 0.0


@dataclass(slots=True)
class Reading:
    """One scene read. claims: the final name of each track, by track, without those given away. complete: the cast has room for everybody seen."""

    complete: bool
    claims: dict[int, Claim]
    labelled: list[LabelledName] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)


def read_scene(scene: SceneEvidence, calibration: Calibration) -> Reading:
    """The names of a scene's tracks, with labels where the user's tags and decisions allow one.

    calibration: the pack's own. What the user said of a track counts as said. Else the scene is asked as a whole, and only if its cast has
    room for all people seen: then a name on the cast is right and any other is wrong. To take right names from every scene and wrong ones
    from these alone would make the model look better than it is.
    """
    finals: dict[int, Claim] = {}
    reading = Reading(False, finals)
    for index, sight in enumerate(scene.sights):
        claim = None
        for claim in claims_of(index, sight, calibration):
            if claim.ruled_out:
                reading.labelled.append(_labelled(scene, claim, right=False, said=True))
        if claim is not None and not claim.ruled_out:
            finals[index] = claim
        else:
            reading.left_out["nobody"] += claim is None
    lost, seen = _given_away(scene, finals, calibration.bands)
    reading.complete = 0 < seen <= len(scene.cast | scene.own_doing)
    for index, claim in finals.items():
        _label(scene, claim, reading, given_away=index in lost)
    for index in lost:
        del finals[index]
    return reading


def claims_of(index: int, sight: Sight, calibration: Calibration) -> list[Claim]:
    """The name the program would show for a track; after each name that the user has ruled out, the next one."""
    claims: list[Claim] = []
    scores = list(sight.scores)
    while scores:
        rated = [Features.of(score, frames=sight.probe.frames, quality=sight.probe.quality) for score in scores]
        odds = [calibration.logit(features) for features in rated]
        best = min(
            range(len(scores)), key=lambda at: (-round(odds[at], 9), -scores[at].score, scores[at].person_id)
        )  # as core/matching/evidence.py ranks them
        person_id = scores[best].person_id
        claims.append(Claim(index, person_id, rated[best], odds[best], person_id in sight.rejected))
        if person_id not in sight.rejected:
            break
        scores = without(scores, {person_id})
    return claims


def _given_away(scene: SceneEvidence, finals: dict[int, Claim], bands: Bands) -> tuple[set[int], int]:
    """Tracks whose person stands on a better track of the same frames, and how many people are seen well.

    Tracks of one name that share no frame are one person cut in pieces.
    """
    frames: dict[str, set[int]] = {}
    lost: set[int] = set()
    people: set[str | int] = set()
    for index, claim in sorted(finals.items(), key=lambda item: -item[1].logit):
        probe = scene.sights[index].probe
        taken = frames.setdefault(claim.person_id, set())
        if taken & probe.frame_numbers:
            lost.add(index)
        taken |= probe.frame_numbers
        if bands.sees(probe):
            people.add(index if index in lost else claim.person_id)
    nameless = sum(
        bands.sees(sight.probe) for index, sight in enumerate(scene.sights) if index not in finals
    )  # every name was ruled out, or the gallery is empty
    return lost, len(people) + nameless


def _label(scene: SceneEvidence, claim: Claim, reading: Reading, *, given_away: bool) -> None:
    sight = scene.sights[claim.sight]
    if sight.named is not None:
        right = sight.named == claim.person_id
        reading.labelled.append(_labelled(scene, claim, right=right, said=True))
    elif (reason := _obstacle(scene, claim, reading, given_away=given_away)) is not None:
        reading.left_out[reason] += 1
    else:
        right = claim.person_id in scene.cast
        reading.labelled.append(_labelled(scene, claim, right=right, said=False))


def _obstacle(scene: SceneEvidence, claim: Claim, reading: Reading, *, given_away: bool) -> LeftOut | None:
    """What keeps the cast from saying whether the name is right."""
    if scene.sights[claim.sight].undecided:
        return "undecided"
    if given_away:
        return "given_away"
    if claim.person_id in scene.own_doing:
        return "own_doing"
    if not reading.complete:
        return "incomplete"
    stranger = not claim.person_id.startswith("performer:")
    return "unlinked" if stranger and not scene.cast <= scene.known else None


def _labelled(scene: SceneEvidence, claim: Claim, *, right: bool, said: bool) -> LabelledName:
    chance = 0.0 if said else min(len(scene.cast & scene.known) / max(scene.people, 1), MOST_CHANCE)
    return LabelledName(scene.scene_id, claim.features, claim.logit, right, said, chance)
