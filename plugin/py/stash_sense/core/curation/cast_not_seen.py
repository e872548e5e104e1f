"""Rule: somebody is on a scene's cast and never seen, although everybody else on it is seen well and there are references to know them by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stash_sense.core.calibration.suspects import Suspect
from stash_sense.core.curation.snapshots import MediaFacts
from stash_sense.core.curation.values import Finding, Subject

RULE = "cast_not_seen"
CEILING = 0.95  # a face turned away all the time leaves no trace


def cast_not_seen(scene: MediaFacts, found: Sequence[Suspect], names: Mapping[str, str]) -> list[Finding]:
    """found: the suspects of this scene, also those of the kind “missing”. names: performer id → name.

    confidence: that none of the faces is that performer's.
    """
    missing = [one for one in found if one.kind == "missing"]
    return [
        _finding(scene, one, missing, names) for one in found if one.kind == "not_seen" and _id(one) in scene.performers
    ]


def _finding(scene: MediaFacts, one: Suspect, missing: Sequence[Suspect], names: Mapping[str, str]) -> Finding:
    performer, name = _id(one), names.get(_id(one), "somebody")
    others = [names.get(_id(other), "somebody") for other in missing]
    why = f"Everybody seen well in “{scene.title}” is surely somebody else than {name}, whose face is known."
    if others:
        why = f"{why} {' and '.join(others)} {'is' if len(others) == 1 else 'are'} seen clearly and not on the cast."
    return Finding(
        rule=RULE,
        subjects=(Subject("scene", scene.id, scene.title), Subject("performer", performer, name)),
        confidence=round(min(1.0 - one.probability, CEILING), 4),
        title=f"{name} is not seen in “{scene.title}”",
        why=why,
        evidence={
            "scene_id": scene.id,
            "performer_id": performer,
            "probability": round(one.probability, 4),
            "seen_instead": [
                {"performer_id": _id(other), "name": name_of, "probability": round(other.probability, 4)}
                for other, name_of in zip(missing, others, strict=True)
            ],
        },
        actions=("remove_from_cast",),
        weight=float(len(missing)),
    )


def _id(one: Suspect) -> str:
    return one.person_id.removeprefix("performer:")
