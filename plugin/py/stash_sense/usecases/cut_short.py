"""Decisions that a kill or a silent server cut short between telling Stash and noting it: gone on with, or taken back."""

from __future__ import annotations

from collections.abc import Collection

from stash_sense.core.records import DecisionRecord, MediaKind, PersonRecord
from stash_sense.usecases.ports import Editor, Library, Performer, Picture, Scene, StashId
from stash_sense.usecases.stores import Stores


def to_go_on_with(
    stores: Stores,
    editor: Editor,
    kind: MediaKind,
    item: Scene | Picture,
    track_id: int,
    person: PersonRecord | None,
    new_name: str | None,
) -> DecisionRecord | None:
    """The pending decision on this track if it names the same person; one that names somebody else is taken back instead."""
    pending = stores.decisions.pending(track_id)
    if pending is None:
        return None
    if pending.person_id == (person.id if person else None) and pending.before.get("new_name") == new_name:
        return pending
    who = stores.gallery.person(pending.person_id or "")
    made = pending.before.get("new_name") or (who.name if who and who.performer_id is None else None)
    half_done = [
        performer.id
        for performer in item.performers
        if performer.id not in pending.before["performers"]
        and (f"performer:{performer.id}" == pending.person_id or performer.name == made)
    ]
    if half_done:
        editor.change(kind, [item.id], remove_performers=half_done)
    with stores.transaction():
        stores.decisions.drop_pending(pending.id)
    return None


def made_already(library: Library, name: str, links: Collection[StashId]) -> Performer | None:
    """The performer that a cut-short decision has perhaps created: of this name, and with the stash ids it would have been given."""
    return next(
        (one for one in library.performers() if one.name == name and (not links or set(one.stash_ids) == set(links))),
        None,
    )
