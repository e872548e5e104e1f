"""Rule: a performer who is on scenes has no reference, so that nobody can be recognised as them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stash_sense.core.curation.values import Finding, Subject

RULE = "no_reference"
REASONS = {  # outcomes of reading the performer's own image (enrolment.outcome)
    "no_image": "there is no image of this performer",
    "no_face": "no face was found in the performer's image",
    "several_faces": "several faces are in the performer's image, so that it does not say which one",
    "low_quality": "the face in the performer's image is too poor to compare",
    "unreadable": "the performer's image could not be read",
    "disagrees": "the performer's references disagree with each other",
}


def no_reference(without: Iterable[tuple[str, str, str]], scenes: Mapping[str, int]) -> list[Finding]:
    """without: (performer id, name, outcome of reading the own image) of those without a reference in use. scenes: on how many each is.

    confidence: 1, this is a fact.
    """
    return [
        _finding(performer, name, outcome, scenes[performer])
        for performer, name, outcome in without
        if scenes.get(performer)
    ]


def _finding(performer: str, name: str, outcome: str, scenes: int) -> Finding:
    reason = REASONS.get(outcome, "no usable face is known")
    where = "1 scene" if scenes == 1 else f"{scenes:,} scenes"
    return Finding(
        rule=RULE,
        subjects=(Subject("performer", performer, name),),
        confidence=1.0,
        title=f"{name} cannot be recognised",
        why=f"{name} is on {where}, but {reason}.",
        evidence={"performer_id": performer, "scenes": scenes, "outcome": outcome},
        actions=("set_image",),
        weight=float(scenes),
    )
