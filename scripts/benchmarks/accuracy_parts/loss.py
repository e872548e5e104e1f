"""Where people of the cast are lost: the first stage at which they could not be named any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from scripts.benchmarks.accuracy_parts.rules import SHOWN, Ours, stated
from stash_sense.core.matching.cluster import track_of
from stash_sense.core.matching.probe import probe_of
from stash_sense.core.values import Decision, Face, Track

STAGES = (
    "no face found",
    "every face below the least quality",
    "taken for somebody else of the scene",
    "track of several people",
    "split into several tracks",
    "best face alone would do",
    "somebody else first",
    "below one half",
)


def stage(
    person: str,
    faces: Sequence[Face],
    truth: dict[int, str | None],
    found: tuple[Sequence[Track], Sequence[Decision]],
    ours: Ours,
    step_s: float,
) -> str:
    """Why `person` is not named in a scene of these faces, tracks and decisions."""
    own = [face for face in faces if truth[id(face)] == person]
    if not own:
        return STAGES[0]
    usable = [face for face in own if face.quality.total > 0]
    if not usable:
        return STAGES[1]
    kept = {id(face) for face in usable}
    mine = [(track, one) for track, one in zip(*found, strict=True) if any(id(face) in kept for face in track.faces)]
    track, decision = max(mine, key=lambda pair: sum(id(face) in kept for face in pair[0].faces))
    first = decision.candidates[0] if decision.candidates else None
    if any(one.candidates and one.verdict == "suggested" and one.candidates[0].person_id == person for _, one in mine):
        return STAGES[2]
    whole = track_of(usable, ours.cluster_rules, step_s=step_s)
    if _named([whole], person, ours):
        return STAGES[3] if any(truth[id(face)] != person for face in track.faces) else STAGES[4]
    if _named([track_of([face], ours.cluster_rules, step_s=step_s) for face in usable], person, ours):
        return STAGES[5]
    return STAGES[6] if first is not None and first.person_id != person else STAGES[7]


def _named(tracks: Sequence[Track], person: str, ours: Ours) -> bool:
    """Whether one of the tracks, taken by itself, would get the person's name."""
    rows = zip(tracks, ours.score(tracks), strict=True)
    return any(
        row and row[0].person_id == person and stated(ours.calibration, row[0], probe_of(track)) >= SHOWN
        for track, row in rows
    )


def table(stages: Iterable[str]) -> dict[str, int]:
    counts = Counter(stages)
    return {name: counts[name] for name in STAGES if counts[name]}
