"""Small scenes as evidence, and whole made-up libraries whose truth is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from tests.builders import a_calibration, a_probe, a_score

from stash_sense.core.calibration.evidence import LabelledName, SceneEvidence, Sight
from stash_sense.core.matching.calibrate import Features
from stash_sense.core.matching.score import with_margins

CALIBRATION = a_calibration()
JANE, MARY, ZOE, BOB = (f"performer:{number}" for number in (1, 2, 3, 4))
STRANGER = "box:box.example:x"


def a_sight(scores: dict[str, float], *, frames: Iterable[int] = (1, 2, 3), **changes: Any) -> Sight:
    """scores: person → score; z and margin follow."""
    rows = with_margins([a_score(person, score, z=12 * (score - 0.2)) for person, score in scores.items()])
    known = {name: changes.pop(name) for name in ("named", "undecided", "rejected") if name in changes}
    probe = a_probe(frame_numbers=frozenset(frames), **changes)
    return Sight(probe, rows, **known)


def a_scene(*sights: Sight, cast: Iterable[str], known: Iterable[str] | None = None, **changes: Any) -> SceneEvidence:
    people = frozenset(cast)
    return SceneEvidence(
        scene_id=changes.pop("scene_id", "1"),
        title="A scene",
        cast=people,
        known=people if known is None else frozenset(known),
        people=changes.pop("people", 100),
        sights=sights,
        **changes,
    )


def features_at(logit: float) -> Features:
    """Features of which CALIBRATION makes this logit."""
    base = Features(score=0.0, z=0.0, margin=0.0, frames=5, quality=0.8, references=4, people=100)
    at = CALIBRATION.logit(base)
    per_score = CALIBRATION.logit(Features(1.0, 0.0, 0.0, 5, 0.8, 4, 100)) - at
    return Features((logit - at) / per_score, 0.0, 0.0, 5, 0.8, 4, 100)


def an_observation(
    logit: float, right: bool, *, scene: int = 1, said: bool = False, chance: float = 0.0
) -> LabelledName:
    return LabelledName(str(scene), features_at(logit), logit, right, said, chance)


def a_library(
    seed: int, names: int, *, slope: float = 1.0, offset: float = 0.0, wrong_tags: float = 0.0
) -> list[LabelledName]:
    """Three names a scene. In truth a name of the pack's logit l is right with the odds slope × l + offset; of those that are, the share
    `wrong_tags` is missing on the cast."""
    rng = np.random.default_rng(seed)
    logits = np.where(rng.random(names) < 0.6, rng.normal(5, 2.5, names), rng.normal(-3, 2, names))
    right = rng.random(names) < 1 / (1 + np.exp(-(slope * logits + offset)))
    called = right & (rng.random(names) >= wrong_tags)
    return [
        an_observation(float(logit), bool(label), scene=1 + number // 3)
        for number, (logit, label) in enumerate(zip(logits, called, strict=True))
    ]


def a_cinema(seed: int, count: int) -> list[tuple[SceneEvidence, list[tuple[float, bool]]]]:
    """Scenes with what is true of them: logit of each name, and whether it is right.

    One to three performers, of whom a third has no reference; in two of five scenes one or two extras whom nobody has tagged. The right
    name wins nine times of ten where there is one to win; wrong names score like strangers, now and then like a look-alike.
    """
    rng = np.random.default_rng(seed)
    scenes = []
    for number in range(1, count + 1):
        cast = [int(one) for one in rng.choice(np.arange(1, 61), rng.integers(1, 4), replace=False)]
        known = [one for one in cast if one % 3]
        extras = rng.integers(1, 3) if rng.random() < 0.4 else 0
        sights, truth = [], []
        for place, person in enumerate([*cast, *[0] * extras]):
            found = person in known and rng.random() < 0.9
            name = person if found else int(rng.choice([one for one in range(1, 61) if one not in cast and one % 3]))
            logit = float(rng.normal(5, 2.5) if found else rng.normal(-2, 2.5))
            sights.append(a_sight({f"performer:{name}": score_at(logit)}, frames=[100 * place]))
            truth.append((logit, found))
        people = [f"performer:{one}" for one in cast]
        scene = a_scene(
            *sights, cast=people, known=[f"performer:{one}" for one in known], scene_id=str(number), people=40
        )
        scenes.append((scene, truth))
    return scenes


def score_at(logit: float) -> float:
    """The score at which a lone candidate of a_sight reaches this logit."""
    grid = np.linspace(-1.0, 1.5, 501)
    return float(np.interp(logit, _ODDS, grid))


def _odds_on_grid() -> list[float]:
    def odds(score: float) -> float:
        (row,) = a_sight({JANE: score}).scores
        return CALIBRATION.logit(Features.of(row, frames=5, quality=0.8))

    return [odds(float(score)) for score in np.linspace(-1.0, 1.5, 501)]


_ODDS = _odds_on_grid()
