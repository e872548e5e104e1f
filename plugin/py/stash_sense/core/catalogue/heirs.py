"""What became of people a box does not list any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stash_sense.core.catalogue.values import BoxPerson, PersonState


@dataclass(frozen=True, slots=True)
class Fate:
    """heir: into whom the person was merged, at the end of the chain; None if that one is gone too, or there is none."""

    state: PersonState
    heir: str | None = None


def fate_of(box_id: str, known: Mapping[str, BoxPerson | None]) -> Fate | str:
    """The fate of a person, or the id that has to be looked up first. known: None for ids the server does not know."""
    if box_id not in known:
        return box_id
    person = known[box_id]
    if person is None or person.state == "deleted":
        return Fate("deleted")
    if person.state == "live":
        return Fate("live")
    passed = {box_id}
    heir = person.heir
    while heir is not None and heir not in passed:
        if heir not in known:
            return heir
        passed.add(heir)
        target = known[heir]
        if target is None or target.state == "deleted":
            return Fate("merged")
        if target.state == "live":
            return Fate("merged", heir)
        heir = target.heir
    return Fate("merged")  # into nobody, or in a circle


def unknown_heirs(box_ids: list[str], known: Mapping[str, BoxPerson | None]) -> list[str]:
    """Ids that have to be looked up before the fate of all `box_ids` is known; each once."""
    fates = (fate_of(box_id, known) for box_id in box_ids)
    return list(dict.fromkeys(fate for fate in fates if isinstance(fate, str)))
