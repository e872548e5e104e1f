"""Results as Stash's own tags: children of one parent, only ours are ever added or removed, and only where something changes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from stash_sense.core.records import MediaKind, MediaRecord, PersonRecord, TagRecord, TrackRecord
from stash_sense.errors import NotFoundError
from stash_sense.settings import Value
from stash_sense.usecases.ports import Editor, Named
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)

PARENT = "parent"
MAYBE = "maybe:"

NAMES: Mapping[str, tuple[str, str]] = {
    PARENT: ("Stash Sense", "Parent of all tags that Stash Sense writes. You may rename them."),
    "to_review": ("Sense: to review", "Stash Sense suggests a name here and waits for your decision."),
    "done": ("Sense: done", "Analysed by Stash Sense; nothing waits for you."),
    "unknown_person": ("Sense: unknown person", "Somebody is well visible here whom the gallery does not know."),
    "no_faces": ("Sense: no faces", "Analysed by Stash Sense; no face was found."),
    "failed": ("Sense: failed", "Stash Sense could not read the file; the Faces tab says why."),
}


def wanted_roles(media: MediaRecord, tracks: Iterable[TrackRecord], settings: Mapping[str, Value]) -> set[str]:
    """The roles of the tags that an analysed scene or image should carry."""
    if media.state == "failed":
        return {"failed"}
    roles: set[str] = {"no_faces"} if media.state == "no_faces" else set()
    for track in tracks:
        if track.verdict == "suggested" and track.candidates:
            roles.add("to_review")
            if settings["person_tags"]:
                roles.add(MAYBE + track.candidates[0].person_id)
        elif track.verdict == "unknown":
            roles.add("unknown_person")
    if settings["done_tag"] and "to_review" not in roles:
        roles.add("done")
    return roles


@dataclass(slots=True)
class Tagger:
    """Keeps our tags on scenes and images as they should be."""

    editor: Editor
    stores: Stores
    _checked: dict[str, str] = field(default_factory=dict)  # role → tag id known to exist in this process

    def sync(self, kind: MediaKind, stash_id: str, current: Sequence[Named], roles: set[str]) -> None:
        """Adds and removes our tags so that exactly `roles` remain; the user's own tags are not touched."""
        has = {tag.id for tag in current}
        known = self._ours(has)
        wanted = {self.tag_id(role) for role in sorted(roles)}
        surplus = sorted(set(known) - wanted)
        missing = sorted(wanted - has)
        if missing or surplus:
            self.editor.change(kind, [stash_id], add_tags=missing, remove_tags=surplus)
        self.drop_idle([known[tag_id] for tag_id in surplus])

    def is_in_line(self, current: Sequence[Named], roles: set[str]) -> bool:
        """Whether `current` holds just the tags for `roles`, as far as our notes go."""
        return set(self._ours({tag.id for tag in current}).values()) == roles

    def _ours(self, tag_ids: Collection[str]) -> dict[str, str]:
        """Tag id → role of those among the given tags that we put there; the parent is on nothing by our doing."""
        return {tag_id: role for tag_id, role in self.stores.tags.roles(tag_ids).items() if role != PARENT}

    def drop_idle(self, roles: Iterable[str]) -> None:
        """Destroys the tags per person among `roles` that are on nothing any more."""
        for role in roles:
            tag = self.stores.tags.get(role) if role.startswith(MAYBE) else None
            if tag is None or not tag.ours or self.editor.tag_use(tag.tag_id):
                continue
            self.editor.destroy_tags([tag.tag_id])
            with self.stores.transaction():
                self.stores.tags.forget(role)
            self._checked.pop(role, None)

    def tag_id(self, role: str) -> str:
        """Id of the tag for a role: the stored one if it still exists, else found by name or alias, else created."""
        if role in self._checked:
            return self._checked[role]
        stored = self.stores.tags.get(role)
        if stored is not None and self.editor.find_tag_by_id(stored.tag_id) is not None:
            self._checked[role] = stored.tag_id
            return stored.tag_id
        tag = self._find_or_create(role)
        with self.stores.transaction():
            self.stores.tags.put(tag)
        self._checked[role] = tag.tag_id
        return tag.tag_id

    def _find_or_create(self, role: str) -> TagRecord:
        name, description = self._wording(role)
        found = self.editor.find_tag(name)
        if found is not None and found.id not in {tag.tag_id for tag in self.stores.tags.all() if tag.role != role}:
            return TagRecord(role, found.id, found.name, ours=found.name.casefold() == name.casefold())
        if found is not None:  # two people of one name: the second tag carries the id
            name = f"{name} [{role.removeprefix(MAYBE)}]"
        parent = None if role == PARENT else self.tag_id(PARENT)
        made = self.editor.create_tag(name, parent_id=parent, description=description)
        return TagRecord(role, made.id, made.name, ours=True)

    def _wording(self, role: str) -> tuple[str, str]:
        if not role.startswith(MAYBE):
            return NAMES[role]
        person = self.stores.gallery.person(role.removeprefix(MAYBE)) or PersonRecord(role, role)
        return f"Sense: maybe {person.full_name}", f"Stash Sense thinks that this may be {person.full_name}."


def remove_all_tags(editor: Editor, stores: Stores) -> int:
    """Destroys every tag of ours, which takes them off all scenes and images; returns how many there were.

    Tags that only lend us their name as an alias are the user's: they stay.
    """
    ours = {tag.tag_id for tag in stores.tags.all() if tag.ours and tag.role != PARENT}
    parent = stores.tags.get(PARENT)
    found = editor.find_tag_by_id(parent.tag_id) if parent else editor.find_tag(NAMES[PARENT][0])
    if found is not None:
        ours |= {child.id for child in editor.child_tags(found.id) if child.name.startswith("Sense: ")}
    existing = sorted(tag_id for tag_id in ours if editor.find_tag_by_id(tag_id) is not None)
    if existing:
        editor.destroy_tags(existing)
    destroyed = len(existing)
    if found is not None and (parent is None or parent.ours) and not editor.child_tags(found.id):
        try:
            editor.destroy_tags([found.id])
            destroyed += 1
        except NotFoundError:
            log.debug("the parent tag was gone already")
    with stores.transaction():
        for tag in stores.tags.all():
            stores.tags.forget(tag.role)
    return destroyed
