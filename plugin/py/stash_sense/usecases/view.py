"""What the panel is told about a scene or an image (design §10)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from stash_sense.core.records import CandidateRecord, MediaKind, MediaRecord, Named, PersonRecord, TrackRecord
from stash_sense.usecases.stores import Stores

CANDIDATES_SHOWN = 5


def media_view(stores: Stores, kind: MediaKind, stash_id: str, cast: Sequence[Named]) -> dict[str, Any]:
    """The `scene` object. cast: the performers that are on the scene or image in Stash now."""
    media = stores.media.get(kind, stash_id)
    queued = kind == "scene" and stores.queue.holds(stash_id)
    tracks = stores.media.tracks(media.id) if media else []
    return {
        f"{kind}_id": stash_id,
        "state": "queued" if queued else media.state if media else "not_analysed",
        "message": media.message if media else None,
        "analysed_at": media.analysed_at if media else None,
        "sampled": _sampled(media),
        "people": [_person(stores, track) for track in tracks],
        "cast": [_cast_member(stores, performer, tracks) for performer in cast],
    }


def data_url(jpeg: bytes | None) -> str | None:
    """JPEG bytes as an image address that needs no request."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}" if jpeg else None


def _sampled(media: MediaRecord | None) -> dict[str, int] | None:
    return {"frames": media.frames, "faces": media.faces, "unusable": media.unusable} if media else None


def _person(stores: Stores, track: TrackRecord) -> dict[str, Any]:
    decision = stores.decisions.of_track(track.id)
    known = stores.gallery.person(track.person_id) if track.person_id else None
    group = stores.unknown_pages.group_of(track.id) if track.verdict in {"unknown", "rejected"} else None
    return track_view(
        track,
        person=identity_view(stores, known) if known else None,
        decision=(decision.id, decision.actor) if decision else None,
        elsewhere={"group_id": str(group[0]), "scenes": group[1], "images": group[2]} if group else None,
        candidates=[_candidate(stores, candidate) for candidate in track.candidates[:CANDIDATES_SHOWN]],
    )


def track_view(
    track: TrackRecord,
    *,
    candidates: Sequence[Mapping[str, Any]],
    person: Mapping[str, Any] | None = None,
    decision: tuple[int, str] | None = None,
    elsewhere: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """One of the people of a scene. decision: the newest that stands, and by whom."""
    return {
        "track_id": str(track.id),
        "verdict": track.verdict,
        "why": track.why,
        "crop": data_url(track.crop),
        "faces": track.faces,
        "frames": track.frames,
        "best_time_s": track.best_time_s,
        "segments": [list(segment) for segment in track.segments],
        "quality": round(track.quality, 3),
        "person": person,
        "decision_id": str(decision[0]) if decision else None,
        "decided_by": decision[1] if decision else None,
        "elsewhere": elsewhere,
        "candidates": list(candidates),
    }


def _candidate(stores: Stores, candidate: CandidateRecord) -> dict[str, Any]:
    person = stores.gallery.person(candidate.person_id) or PersonRecord(candidate.person_id, candidate.person_id)
    return candidate_view(candidate, identity_view(stores, person))


def candidate_view(candidate: CandidateRecord, identity: Mapping[str, Any]) -> dict[str, Any]:
    """A person held against a track."""
    return {
        **identity,
        "probability": round(candidate.probability, 4),
        "score": round(candidate.score, 4),
        "references": candidate.references,
    }


def identity_view(stores: Stores, person: PersonRecord) -> dict[str, Any]:
    """Who somebody is, with the best picture there is."""
    return identity_with(person, stores.gallery.best_crop(person.id))


def identity_with(person: PersonRecord, crop: bytes | None) -> dict[str, Any]:
    """Who somebody is, with this picture."""
    return {
        "person_id": person.id,
        "name": person.name,
        "disambiguation": person.disambiguation,
        "performer_id": person.performer_id,
        "stash_ids": [dict(link) for link in person.links],
        "crop": data_url(crop),
    }


def _cast_member(stores: Stores, performer: Named, tracks: Sequence[TrackRecord]) -> dict[str, Any]:
    person_id = f"performer:{performer.id}"
    seen = any(
        track.person_id == person_id
        or (track.verdict == "suggested" and track.candidates and track.candidates[0].person_id == person_id)
        for track in tracks
    )
    reason = None
    if not seen:
        known = stores.gallery.is_known(person_id)
        reason = "not recognised in the frames looked at" if known else "no reference photo"
    return {"performer_id": performer.id, "name": performer.name, "seen": seen, "reason": reason}


class PeopleSource(Protocol):
    """A gallery package, for looking people up."""

    def search(self, text: str, count: int) -> list[PersonRecord]: ...

    def links_to(self, person_id: str) -> Sequence[Mapping[str, str]]:
        """All stash ids that lead to the person, also those that were merged away."""
        ...

    def crop(self, person_id: str) -> bytes | None: ...


def search_people(
    stores: Stores, text: str, packages: Sequence[PeopleSource] = (), count: int = 20
) -> list[dict[str, Any]]:
    """People whose name contains `text`: of the library, then of the packages; a performer of the library is not shown twice."""
    wanted = text.strip()
    if not wanted:
        return []
    found: dict[str, dict[str, Any]] = {}
    for person in stores.gallery.search(wanted, count):
        shown = person if person.performer_id else stores.gallery.performer_with(person.links) or person
        found.setdefault(shown.id, identity_view(stores, shown))
    for package in packages:
        for person in package.search(wanted, count):
            performer = stores.gallery.performer_with(package.links_to(person.id))
            if performer is not None:
                found.setdefault(performer.id, identity_view(stores, performer))
            elif person.id not in found:
                found[person.id] = {**identity_view(stores, person), "crop": data_url(package.crop(person.id))}
    return list(found.values())[:count]
