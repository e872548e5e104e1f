"""Our rules, each of which can be switched off, over the faces of a scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from calibration.simulate import ExactGallery
from scripts.benchmarks.accuracy_parts.pipeline import Seen
from stash_sense.core.matching.calibrate import SIGNS, Calibration
from stash_sense.core.matching.cluster import ClusterRules, make_tracks, merge_tracks, track_of, usable
from stash_sense.core.matching.evidence import MatchPolicy, decide
from stash_sense.core.matching.probe import Probe, probe_of
from stash_sense.core.matching.score import PersonScore
from stash_sense.core.values import Decision, Face, Track
from stash_sense.settings import effective
from stash_sense.usecases.matching import score_all

SHOWN = int(effective({})["review_from"]) / 100  # as set up


@dataclass(frozen=True, slots=True)
class Variant:
    """What is left out. weighting: of faces by quality. tracks: before naming. joint: one person once. margin: in the model.

    calibrated: else the score decides. again: the second look. pooled: of n references more than the best one counts.
    exemplars: single faces are asked about beside the mean.
    ceiling: poor tracks are held below one half.
    """

    name: str
    weighting: bool = True
    tracks: bool = True
    joint: bool = True
    margin: bool = True
    calibrated: bool = True
    again: bool = True
    pooled: bool = True
    exemplars: bool = True
    ceiling: bool = True


FULL = Variant("all of ours")
VARIANTS = (
    FULL,
    Variant("faces weigh alike", weighting=False),
    Variant("no tracks: every face by itself", tracks=False),
    Variant("every track for itself", joint=False),
    Variant("no margin", margin=False),
    Variant("score instead of probability", calibrated=False),
    Variant("no second look", again=False),
    Variant("best reference only", pooled=False),
    Variant("the mean of a track only", exemplars=False),
    Variant("poor tracks not held back", ceiling=False),
)


@dataclass(frozen=True, slots=True, eq=False)
class Ours:
    """The product's rules as a variant has them. gallery: what is searched."""

    variant: Variant
    rules: ClusterRules
    calibration: Calibration
    gallery: ExactGallery

    def tracks(self, seen: Seen) -> list[Track]:
        faces = [face for face in seen.faces if self.variant.again or face.frame in seen.first]
        rules = self.cluster_rules
        if self.variant.tracks:
            return make_tracks(faces, rules, step_s=seen.step_s)
        return [track_of([face], rules, step_s=seen.step_s) for face in usable(faces)]

    @property
    def cluster_rules(self) -> ClusterRules:
        return self.rules if self.variant.weighting else replace(self.rules, weight_power=0.0)

    def score(self, tracks: Sequence[Track]) -> list[list[PersonScore]]:
        if not tracks:
            return []
        scoring = self.calibration.scoring
        if not self.variant.pooled:
            scoring = replace(scoring, best_references=1)
        probes = _probes(tracks)
        views = [probe.views if self.variant.exemplars else probe.template[None] for probe in probes]
        return score_all(views, self.gallery, scoring)

    def settled(
        self, seen: Seen, bound: float = SHOWN
    ) -> tuple[list[Track], list[list[PersonScore]], Sequence[Decision]]:
        """As Identifier.decided: tracks that turn out to be one person are merged and decided again."""
        tracks = self.tracks(seen)
        scores = self.score(tracks)
        outcome = decide(_probes(tracks), scores, policy=MatchPolicy(bound), calibration=self.model())
        if outcome.merges and self.variant.tracks:
            tracks = merge_tracks(tracks, outcome.merges, self.cluster_rules, step_s=seen.step_s)
            scores = self.score(tracks)
            outcome = decide(_probes(tracks), scores, policy=MatchPolicy(bound), calibration=self.model())
        return tracks, scores, outcome.decisions

    def names(self, seen: Seen, bounds: Sequence[float]) -> list[list[tuple[str, Track]]]:
        """Who is shown on which track at each bound. Without joint assignment every track shows its best person."""
        tracks = self.tracks(seen)
        scores = self.score(tracks)
        probes, model = _probes(tracks), self.model()
        result = []
        for bound in bounds:
            policy = MatchPolicy(min(max(bound, 1e-9), 1 - 1e-9))
            if self.variant.calibrated and self.variant.joint and self.variant.tracks:
                kept, rows = tracks, scores
                outcome = decide(probes, rows, policy=policy, calibration=model)
                if outcome.merges:
                    kept = merge_tracks(tracks, outcome.merges, self.cluster_rules, step_s=seen.step_s)
                    outcome = decide(_probes(kept), self.score(kept), policy=policy, calibration=model)
                shown = [
                    (one.candidates[0].person_id, track)
                    for track, one in zip(kept, outcome.decisions, strict=True)
                    if one.verdict in ("suggested", "accepted")
                ]
            else:
                shown = self._each(tracks, scores, bound)
            result.append(shown)
        return result

    def _each(
        self, tracks: Sequence[Track], scores: Sequence[Sequence[PersonScore]], bound: float
    ) -> list[tuple[str, Track]]:
        """Every track by itself; a person who wins several counts where the evidence is best."""
        best: dict[str, tuple[float, Track]] = {}
        model = self.model()
        for track, row in zip(tracks, scores, strict=True):
            if row:
                value = row[0].score if not self.variant.calibrated else stated(model, row[0], probe_of(track))
                name = row[0].person_id
                if value >= bound and (not self.variant.joint or name not in best or best[name][0] < value):
                    key = name if self.variant.joint else f"{name}\n{len(best)}"
                    best[key] = value, track
        return [(key.split("\n")[0], track) for key, (_, track) in best.items()]

    def model(self) -> Calibration:
        weights = dict(zip(SIGNS, self.calibration.weights, strict=True))
        changes: dict[str, Any] = {}
        if not self.variant.margin:
            weights["score"] += weights["margin"]  # what lies above a fixed level instead of above the runner-up
            weights["margin"] = 0.0
            level = self.calibration.scoring.stranger_level(self.gallery.people)
            changes["intercept"] = self.calibration.intercept - level * (weights["score"] - self.calibration.weights[0])
        if not self.variant.ceiling:
            changes["poor_ceiling"] = 1.0
        return replace(self.calibration, weights=tuple(weights.values()), **changes)


def stated(calibration: Calibration, score: PersonScore, probe: Probe) -> float:
    from stash_sense.core.matching.calibrate import Features

    return calibration.probability(Features.of(score, frames=probe.frames, quality=probe.quality))


def _probes(tracks: Sequence[Track]) -> list[Probe]:
    return [probe_of(track) for track in tracks]


def owner(track: Track, truth: dict[int, str | None]) -> str | None:
    """Whom most of a track's faces show. truth: by the id() of the face."""
    names = [truth[id(face)] for face in track.faces]
    return max(dict.fromkeys(names), key=names.count)


def truth_by_face(faces: Sequence[Face], truth: Sequence[tuple[str | None, float]]) -> dict[int, str | None]:
    return {id(face): name for face, (name, _) in zip(faces, truth, strict=True)}
