"""The page of unknown people: lists, one person with all faces, and what the user says about who belongs together. Standard library only."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from stash_sense.core.records import PersonRecord
from stash_sense.core.unknown_records import UnknownGroup, UnknownMember, UnnamedTrack
from stash_sense.errors import RequestError
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.view import data_url, identity_view

CROPS_SHOWN = 4
SCENES_NAMED = 10
SUGGESTED = 5
MEMBERS_PER_PAGE = 100
GONE = "This unknown person is not in the list any more: the faces have got a name or gone to another group. Reload the page."


def people_page(stores: Stores, *, page: int, per_page: int, least: int, ignored: bool) -> dict[str, Any]:
    """Unknown people by the number of scenes they are in. least: scenes and images together. ignored: the ignored ones instead."""
    count_up(stores)
    pages = stores.unknown_pages
    state = "ignored" if ignored else "open"
    total, groups = pages.page(state=state, least=least, offset=(page - 1) * per_page, count=per_page)
    return {
        "total": total,
        "page": page,
        "per_page": per_page,
        "ignored": pages.page(state="ignored", least=1, offset=0, count=0)[0],
        "items": [_group_view(stores, group) for group in groups],
    }


def person_page(stores: Stores, group_id: int, page: int) -> dict[str, Any]:
    """One unknown person: the faces, best first, and whom the gallery holds nearest. Raises RequestError if the group is gone."""
    count_up(stores)
    group = group_of(stores, group_id)
    start = (page - 1) * MEMBERS_PER_PAGE
    members = stores.unknown_pages.members(group.id, offset=start, count=MEMBERS_PER_PAGE)
    return {
        **_counts(group),
        "page": page,
        "per_page": MEMBERS_PER_PAGE,
        "members": [_member_view(member) for member in members],
        "suggestions": suggestions(stores, group.id),
    }


def suggestions(stores: Stores, group_id: int) -> list[dict[str, Any]]:
    """Who it may be: first whom others of the group were named as, then whom the tracks' own candidates say. probability: the highest of any track."""
    found: dict[str, dict[str, Any]] = {}
    for person_id, tracks in stores.unknown_pages.named_in(group_id):
        found[person_id] = {**_identity(stores, person_id), "probability": None, "score": None, "tracks": tracks}
    for person_id, probability, score, tracks in stores.unknown_pages.leanings(group_id, SUGGESTED):
        found.setdefault(
            person_id,
            {
                **_identity(stores, person_id),
                "probability": round(probability, 4),
                "score": round(score, 4),
                "tracks": tracks,
            },
        )
    return list(found.values())[:SUGGESTED]


def group_of(stores: Stores, group_id: int) -> UnknownGroup:
    """The group, or the one that it was joined with. Raises RequestError if it is gone."""
    seen: set[int] = set()
    group = stores.unknown_pages.group(group_id)
    while group is not None and group.state == "gone" and group.gone_into is not None and group.id not in seen:
        seen.add(group.id)
        group = stores.unknown_pages.group(group.gone_into)
    if group is None or group.state == "gone":
        raise RequestError(GONE)
    return group


def count_up(stores: Stores) -> None:
    """Counts anew what decisions and analyses have changed; most of the time nothing."""
    if not stores.unknown_pages.is_counted():
        with stores.transaction():
            stores.unknown_pages.count_again()


def part(stores: Stores, group_id: int, track_ids: Collection[int], *, as_one: bool) -> list[int]:
    """Takes tracks out of a group for good: each by itself, or as one other person. Returns the new groups. Raises RequestError."""
    count_up(stores)
    group = group_of(stores, group_id)
    tracks = _tracks_in(stores, group.id, track_ids)
    if len(tracks) >= group.tracks:
        raise RequestError("These are all faces of this person, so there is nothing to take them apart from.")
    pack, revision = stores.unknown.space(group.id)
    made: list[int] = []
    with stores.transaction():
        for track in tracks:
            if not (as_one and made):
                made.append(stores.unknown.new_group(pack=pack, revision=revision))
                stores.unknown.set_centre(made[-1], track.template, 1)  # until a task works it out
            stores.unknown.put_apart(group.id, track, made[-1])
            stores.unknown.move([track], made[-1])
    count_up(stores)
    return made


def rejoin(stores: Stores, group_id: int, track_ids: Collection[int]) -> None:
    """Takes `part` back: the tracks belong to the group after all. Raises RequestError."""
    group = group_of(stores, group_id)
    tracks = _tracks_in(stores, None, track_ids)
    with stores.transaction():
        for track in tracks:
            stores.unknown.drop_apart(group.id, track)
            stores.unknown.move([track], group.id)
        for left in sorted({int(track.group_id or 0) for track in tracks} - {group.id}):
            if stores.unknown.is_empty(left):
                stores.unknown.leave(left, group.id)
    count_up(stores)


def ignore(stores: Stores, group_id: int, *, ignored: bool) -> None:
    """Somebody in the background whom nobody wants to name goes out of the list, or comes back. Raises RequestError."""
    group = group_of(stores, group_id)
    with stores.transaction():
        stores.unknown_pages.set_state(group.id, "ignored" if ignored else "open")


def _tracks_in(stores: Stores, group_id: int | None, track_ids: Collection[int]) -> list[UnnamedTrack]:
    if not track_ids:
        raise RequestError("Choose at least one face.")
    tracks = stores.unknown_pages.tracks(sorted(set(track_ids)))
    if len(tracks) < len(set(track_ids)) or any(group_id not in {None, track.group_id} for track in tracks):
        raise RequestError("Some of these faces are not in this group any more. Reload the page.")
    return tracks


def _counts(group: UnknownGroup) -> dict[str, Any]:
    return {
        "group_id": str(group.id),
        "ignored": group.state == "ignored",
        "scenes": group.scenes,
        "images": group.images,
        "tracks": group.tracks,
        "faces": group.faces,
    }


def _group_view(stores: Stores, group: UnknownGroup) -> dict[str, Any]:
    pages = stores.unknown_pages
    return {
        **_counts(group),
        "crops": [_member_view(member) for member in pages.crops(group.id, CROPS_SHOWN)],
        "scene_ids": pages.stash_ids(group.id, "scene", SCENES_NAMED),
        "image_ids": pages.stash_ids(group.id, "image", SCENES_NAMED),
    }


def _member_view(member: UnknownMember) -> dict[str, Any]:
    return {
        "track_id": str(member.track_id),
        f"{member.kind}_id": member.stash_id,
        "crop": data_url(member.crop),
        "faces": member.faces,
        "quality": round(member.quality, 3),
        "best_time_s": member.best_time_s,
    }


def _identity(stores: Stores, person_id: str) -> dict[str, Any]:
    return identity_view(stores, stores.gallery.person(person_id) or PersonRecord(person_id, person_id))
