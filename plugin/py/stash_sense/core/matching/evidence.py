"""Tracks of one scene and their scores → who each track is, jointly: one person at most once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from stash_sense.core.matching import reasons
from stash_sense.core.matching.assign import best_assignment
from stash_sense.core.matching.calibrate import Calibration, Features
from stash_sense.core.matching.probe import Probe
from stash_sense.core.matching.score import PersonScore, without
from stash_sense.core.matching.stills import MOVING_FRAMES, STILL_FROM
from stash_sense.core.values import Candidate, Decision


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """What the user wants. review_from: least probability of a suggestion. auto_accept: accept by itself from here on; None: never."""

    review_from: float
    auto_accept: float | None = None
    min_face_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about the scene beforehand. cast: persons on the scene; costars: persons who appear with them elsewhere.

    rejected: for each track the persons the user has ruled out (empty: none for any).
    """

    cast: frozenset[str] = frozenset()
    costars: frozenset[str] = frozenset()
    rejected: Sequence[Collection[str]] = ()

    def says(self, person_id: str) -> Literal["cast", "costar"] | None:
        """Which prior applies to the person."""
        if person_id in self.cast:
            return "cast"
        return "costar" if person_id in self.costars else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """decisions: one per track, in the tracks' order.

    merges: groups of tracks that are one person (the same person wins each, they never share a frame and look alike enough); the members
    of a group carry the same decision. Merge them (cluster.merge_tracks) and decide again.
    """

    decisions: tuple[Decision, ...]
    merges: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Rated:
    candidate: Candidate
    base: float  # probability without the prior
    odds: float  # log odds with the prior, not limited: tells two certain matches apart


@dataclass(slots=True)
class _Group:
    """Tracks that are one person as far as this decision goes; the lead is the one with the best evidence."""

    lead: int
    members: list[int]
    frames: set[int] = field(default_factory=set)


def decide(
    probes: Sequence[Probe],
    scores: Sequence[Sequence[PersonScore]],
    *,
    policy: MatchPolicy,
    calibration: Calibration,
    known: Known | None = None,
) -> Outcome:
    """Who each track of one scene is.

    scores: score_probe of each track. Persons go to the tracks for which the sum of log odds is largest, each person once; a track that
    loses its person to another gets its next one or stays unnamed. The prior in `known` raises a probability, but nobody is accepted by
    itself who would not be suggested without it, nor for a face that is as still as a picture. Raises ValueError if the lists differ in length.
    """
    case = _Case(probes, scores, policy, calibration, known or Known())
    rated = case.rate()
    groups = case.same_person(rated)
    given = case.assign(groups, rated)
    taken = {person for person in given if person is not None}
    decisions: dict[int, Decision] = {}
    for group, person in zip(groups, given, strict=True):
        decision = case.decision(group.lead, rated[group.lead], person, taken)
        decisions.update(dict.fromkeys(group.members, decision))
    return Outcome(
        decisions=tuple(decisions[index] for index in range(len(probes))),
        merges=tuple(tuple(sorted(group.members)) for group in groups if len(group.members) > 1),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One call of decide: what was given."""

    probes: Sequence[Probe]
    scores: Sequence[Sequence[PersonScore]]
    policy: MatchPolicy
    calibration: Calibration
    known: Known

    def rate(self) -> list[list[_Rated]]:
        """The candidates of each track that are not ruled out, most probable first."""
        rejected = self.known.rejected or [()] * len(self.probes)
        if not len(self.probes) == len(self.scores) == len(rejected):
            raise ValueError(
                f"{len(self.probes)} tracks, {len(self.scores)} lists of scores, {len(rejected)} of rejections"
            )
        rated = [
            [self._rated(probe, score) for score in without(row, ruled_out)]
            for probe, row, ruled_out in zip(self.probes, self.scores, rejected, strict=True)
        ]
        for row in rated:
            row.sort(key=lambda one: (-one.odds, -one.candidate.score, one.candidate.person_id))
        return rated

    def _rated(self, probe: Probe, score: PersonScore) -> _Rated:
        features = Features.of(score, frames=probe.frames, quality=probe.quality)
        said = self.known.says(score.person_id)
        offset = {"cast": self.calibration.cast, "costar": self.calibration.costar, None: 0.0}[said]
        candidate = Candidate(
            person_id=score.person_id,
            score=score.score,
            z=score.z,
            margin=score.margin,
            probability=self.calibration.probability(features, offset=offset),
            references=score.references,
        )
        return _Rated(candidate, self.calibration.probability(features), self.calibration.logit(features) + offset)

    def same_person(self, rated: Sequence[Sequence[_Rated]]) -> list[_Group]:
        """Every track in one group: those that the same person wins and that can be one person, together."""
        strength = [row[0].odds if row else -np.inf for row in rated]
        groups: list[_Group] = []
        for index in sorted(range(len(rated)), key=lambda index: (-strength[index], index)):
            wins = bool(rated[index]) and rated[index][0].candidate.probability >= self.policy.review_from
            group = self._joins(index, groups, rated) if wins else None
            if group is None:
                groups.append(_Group(index, [index], set(self.probes[index].frame_numbers)))
            else:
                group.members.append(index)
                group.frames |= self.probes[index].frame_numbers
        return groups

    def _joins(self, index: int, groups: Sequence[_Group], rated: Sequence[Sequence[_Rated]]) -> _Group | None:
        person, probe = rated[index][0].candidate.person_id, self.probes[index]
        for group in groups:
            if rated[group.lead][0].candidate.person_id != person or group.frames & probe.frame_numbers:
                continue
            likeness = float(np.dot(self.probes[group.lead].template, probe.template))
            if likeness >= self.calibration.bands.merge_from:
                return group
        return None

    def assign(self, groups: Sequence[_Group], rated: Sequence[Sequence[_Rated]]) -> list[str | None]:
        """The person of each group: largest sum of log odds above the policy's bound."""
        named = [
            [one for one in rated[group.lead] if one.candidate.probability >= self.policy.review_from]
            for group in groups
        ]
        persons = sorted({one.candidate.person_id for row in named for one in row})
        benefit = np.zeros((len(groups), len(persons)))
        for row, candidates in enumerate(named):
            for one in candidates:
                gain = max(one.odds - _logit(self.policy.review_from), 0.0)
                benefit[row, persons.index(one.candidate.person_id)] = gain + 1e-6  # exactly at the bound still counts
        return [None if column is None else persons[column] for column in best_assignment(benefit)]

    def decision(self, lead: int, rated: Sequence[_Rated], person: str | None, taken: Collection[str]) -> Decision:
        """The verdict on one group. person: whom it was given. taken: everybody who was given to a group of the scene."""
        bands, probe = self.calibration.bands, self.probes[lead]
        chosen = [one for one in rated if one.candidate.person_id == person]
        others = [
            one
            for one in rated
            if one.candidate.person_id not in taken and one.candidate.probability >= bands.show_from
        ]
        shown = tuple(replace(one.candidate, rank=rank) for rank, one in enumerate([*chosen, *others], start=1))
        if chosen:
            said = self.known.says(chosen[0].candidate.person_id)
            why = reasons.why_named(probe, shown[0], bands, prior=said) + self._still(lead)
            return Decision(self._band(lead, chosen[0]), why, shown)
        if not bands.sees(probe):
            return Decision("insufficient", reasons.why_insufficient(probe, self.policy.min_face_px, bands), shown)
        obstacle = self._obstacle(lead, rated, taken)
        why = reasons.why_unknown(probe, shown[0] if shown else None, bands, obstacle) + self._still(lead)
        return Decision("unknown", why, shown)

    def _band(self, lead: int, chosen: _Rated) -> Literal["accepted", "suggested"]:
        bound = self.policy.auto_accept
        certain = bound is not None and chosen.candidate.probability >= bound and chosen.base >= self.policy.review_from
        return "accepted" if certain and not self._still(lead) else "suggested"

    def _still(self, lead: int) -> str:
        """The words for a face that hangs on the wall while somebody else moves; nobody is accepted by itself for it."""
        moves = any(probe.still < STILL_FROM and probe.frames >= MOVING_FRAMES for probe in self.probes)
        return reasons.STILL if moves and self.probes[lead].still >= STILL_FROM else ""

    def _obstacle(self, lead: int, rated: Sequence[_Rated], taken: Collection[str]) -> reasons.Obstacle | None:
        if not self.scores[lead]:
            return "empty gallery"
        if not rated:
            return "all rejected"
        first = rated[0].candidate
        lost = first.person_id in taken and first.probability >= self.policy.review_from
        return "given away" if lost else None


def _logit(probability: float) -> float:
    safe = min(max(probability, 1e-9), 1.0 - 1e-9)
    return float(np.log(safe / (1.0 - safe)))
