"""Many suggestions accepted or rejected at once: what that will change, and the batch that does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from stash_sense.core.batch_records import BatchItem, BatchRecord
from stash_sense.core.records import DecisionRecord, MediaKind, PersonRecord
from stash_sense.core.review_records import WaitingTrack, Wanted
from stash_sense.errors import RequestError
from stash_sense.usecases.decide import Desk
from stash_sense.usecases.in_stash import Place
from stash_sense.usecases.learning import ENROLLED_PER_TRACK, REFERENCES_PER_PERSON
from stash_sense.usecases.reporting import counted
from stash_sense.usecases.review import people_called
from stash_sense.usecases.ruled_out import is_ruled_out, stash_ids
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.view import data_url
from stash_sense.usecases.wording import places_in_words, verb

Action = Literal["accept", "reject"]
Change = Literal["add", "has", "ruled_out", "gone", "decided", "still"]
# still: a picture on the wall, left out unless it was chosen by itself. ruled_out: of an accept left out, of a reject done.
CHANGES: tuple[Change, ...] = ("add", "has", "ruled_out", "gone", "decided", "still")
DONE: Mapping[Action, Collection[Change]] = {"accept": {"add", "has"}, "reject": {"ruled_out"}}
PEOPLE_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """A face chosen by itself. person_id: None: the first candidate."""

    kind: MediaKind
    stash_id: str
    track_id: int
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: these faces, or (None) every suggested person that is wanted."""

    action: Action
    items: Sequence[Chosen] | None = None
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one face."""

    kind: MediaKind
    stash_id: str
    track_id: int
    person: PersonRecord
    change: Change

    @property
    def place(self) -> Place:
        return self.kind, self.stash_id


@dataclass(frozen=True, slots=True)
class Plan:
    """steps: every face that was there to be looked at, in order. decided: how many others had been decided or analysed anew."""

    action: Action
    steps: Sequence[Step]
    decided: int

    def todo(self) -> list[Step]:
        """What will be done."""
        return [step for step in self.steps if step.change in DONE[self.action]]

    def counts(self) -> dict[str, int]:
        """By change; two faces of one person in one scene count once."""
        found = Counter(change for change, _, _ in {(step.change, step.place, step.person.id) for step in self.steps})
        counts: dict[str, int] = {change: found[change] for change in CHANGES}
        counts.update(gone=len(self.places("gone")), decided=found["decided"] + self.decided)
        return counts

    def places(self, *changes: Change) -> set[Place]:
        return {step.place for step in self.steps if step.change in changes}

    def creates(self) -> set[str]:
        """Who has no performer yet and will get one."""
        accepts = self.action == "accept"
        return {step.person.id for step in self.todo() if accepts and step.person.performer_id is None}


def plan(desk: Desk, wish: Wish) -> Plan:
    """What the wish would change; writes nothing. Raises RequestError for what cannot be done, ServerError."""
    tracks, decided = _tracks(desk.stores, wish)
    people = _people(desk, {str(track.person_id) for track in tracks}, wish.action)
    casts = _casts(desk, tracks)
    said_no: dict[int, list[DecisionRecord]] = {}
    for rejection in desk.stores.decisions.rejections([track.track_id for track in tracks]):
        said_no.setdefault(int(rejection.track_id or 0), []).append(rejection)
    by_itself = wish.items is not None or wish.action == "reject"
    stills = set[int]() if by_itself else desk.stores.review.stills([track.track_id for track in tracks])
    steps = []
    for track in tracks:
        person, cast = people[str(track.person_id)], casts.get((track.kind, track.stash_id))
        out = any(is_ruled_out(desk.stores, one, person) for one in said_no.get(track.track_id, ()))
        change = _change(wish.action, person, cast, out=out, still=track.track_id in stills)
        steps.append(Step(track.kind, track.stash_id, track.track_id, person, change))
    return Plan(wish.action, steps, decided)


def begin(desk: Desk, wish: Wish) -> int:
    """Stores the batch that carries the plan out; returns its id. Raises RequestError where nothing would be done."""
    planned = plan(desk, wish)
    todo = planned.todo()
    if not todo:
        raise RequestError(f"There is nothing to do. {sentence(planned)}")
    tracks = Counter(step.person.id for step in todo)
    items = [
        BatchItem(
            step.kind,
            step.stash_id,
            step.track_id,
            wish.action,
            step.person.id,
            # So many tracks together fill the person's references with faces of as many scenes as there is room for.
            faces=max(1, min(ENROLLED_PER_TRACK, REFERENCES_PER_PERSON // tracks[step.person.id])),
        )
        for step in todo
    ]
    with desk.stores.transaction():
        return desk.stores.batches.add(BatchRecord(desk.now, what(planned), faces=ENROLLED_PER_TRACK), items)


def sentence(planned: Plan) -> str:
    """The plan in words."""
    return " ".join([_first_words(planned), *_more_words(planned)])


def what(planned: Plan) -> str:
    """The batch in words: "43 people in 39 scenes", "Jane Doe ruled out in 12 scenes"."""
    out = " ruled out" if planned.action == "reject" else ""
    return (
        f"{_who(planned.todo(), 'person', 'people')}{out} in {places_in_words(planned.places(*DONE[planned.action]))}"
    )


def plan_view(stores: Stores, planned: Plan) -> dict[str, Any]:
    """The plan as the panel shows it. items: all that will be done, to be sent along with the order to do it."""
    return {
        "sentence": sentence(planned),
        "counts": planned.counts(),
        "people": _people_view(stores, planned),
        "items": [
            {f"{step.kind}_id": step.stash_id, "track_id": str(step.track_id), "person_id": step.person.id}
            for step in planned.todo()
        ],
    }


def _tracks(stores: Stores, wish: Wish) -> tuple[list[WaitingTrack], int]:
    """The faces that wait, with who is meant; and how many of those asked for do not wait any more."""
    if wish.items is None:
        found = stores.review.tracks(wish.wanted) if wish.wanted else []
        if not found:
            raise RequestError("Nobody who waits for review fits this any more. Reload the page.")
        return found, 0
    if not wish.items:
        raise RequestError("Choose at least one person.")
    chosen = {one.track_id: one for one in wish.items}
    given = stores.review.given(chosen)
    waiting = []
    for track_id, one in chosen.items():
        track = given.get(track_id)
        if track is not None and (track.kind, track.stash_id) != (one.kind, one.stash_id):
            raise RequestError("Some of these faces are not of the scene they were asked for with. Reload the page.")
        if track is not None and track.person_id is not None:
            waiting.append(WaitingTrack(track_id, one.kind, one.stash_id, one.person_id or track.person_id))
    return waiting, len(chosen) - len(waiting)


def _people(desk: Desk, person_ids: Collection[str], action: Action) -> dict[str, PersonRecord]:
    """Who is meant by each id. To be accepted, somebody from a package whom the library has by now is that performer."""
    if action == "reject":
        return people_called(desk.stores, person_ids)
    people = desk.stores.gallery.some(person_ids)
    people.update({person_id: desk.person(person_id) for person_id in person_ids if person_id not in people})
    if all(person.performer_id is not None for person in people.values()):
        return people
    performers = [person for person in desk.stores.gallery.people() if person.performer_id is not None]
    bearers = {key: performer for performer in performers for key in stash_ids(performer.links)}
    for person_id, person in people.items():
        if person.performer_id is None:
            people[person_id] = next(
                (bearers[key] for key in sorted(stash_ids(person.links)) if key in bearers), person
            )
    return people


def _casts(desk: Desk, tracks: Collection[WaitingTrack]) -> dict[Place, frozenset[str]]:
    """The performers of every scene and image that Stash still has."""
    found: dict[Place, frozenset[str]] = {}
    kinds: tuple[MediaKind, ...] = ("scene", "image")
    for kind in kinds:
        ids = list(dict.fromkeys(track.stash_id for track in tracks if track.kind == kind))
        found.update({(kind, stash_id): cast for stash_id, cast in desk.library.casts(kind, ids).items()})
    return found


def _change(action: Action, person: PersonRecord, cast: Collection[str] | None, *, out: bool, still: bool) -> Change:
    if cast is None:
        return "gone"
    if action == "reject":
        return "decided" if out else "ruled_out"
    if still:
        return "still"
    if out:
        return "ruled_out"
    return "has" if person.performer_id in cast else "add"


def _who(steps: Sequence[Step], one: str, many: str) -> str:
    """By name if it is one person, else how many; a person counts once for each scene."""
    people = {step.person.id: step.person for step in steps}
    if len(people) == 1:
        return next(iter(people.values())).full_name
    times = len({(step.place, step.person.id) for step in steps})
    different = f" ({len(people):,} different ones)" if len(people) < times else ""
    return f"{counted(times, one, many)}{different}"


def _first_words(planned: Plan) -> str:
    todo = planned.todo()
    if planned.action == "reject":
        ruled_out = places_in_words(planned.places("ruled_out"))
        return f"{_who(todo, 'person', 'people')} will be ruled out in {ruled_out}." if todo else "Nobody is ruled out."
    if added := [step for step in todo if step.change == "add"]:
        return f"{_who(added, 'performer', 'performers')} will be added to {places_in_words(planned.places('add'))}."
    return (
        f"{counted(len(todo), 'face', 'faces')} will be confirmed; nothing is added." if todo else "Nothing is added."
    )


def _more_words(planned: Plan) -> list[str]:
    words, counts = [], planned.counts()
    if made := len(planned.creates()):
        words.append(f"{counted(made, 'performer', 'performers')} will be created.")
    if has := planned.places("has"):
        words.append(f"{places_in_words(has)} {verb(len(has), 'has', 'have')} the performer already.")
    if planned.action == "accept" and (out := counts["ruled_out"]):
        left = f"{counted(out, 'face', 'faces')} {verb(out, 'is', 'are')} left out"
        words.append(f"{left}: you have said that {verb(out, 'it is', 'they are')} somebody else.")
    if still := counts["still"]:
        left = (
            f"{counted(still, 'face', 'faces')} {verb(still, 'is', 'are')} left out that may be a picture on the wall"
        )
        words.append(f"{left}: accept {verb(still, 'it', 'them')} by hand if {verb(still, 'it is', 'they are')} not.")
    if gone := planned.places("gone"):
        words.append(f"{places_in_words(gone)} {verb(len(gone), 'is', 'are')} not in Stash any more.")
    if decided := counts["decided"]:
        words.append(f"{counted(decided, 'person has', 'people have')} been decided meanwhile.")
    return words


def _people_view(stores: Stores, planned: Plan) -> list[dict[str, Any]]:
    places = Counter(person_id for _, person_id in {(step.place, step.person.id) for step in planned.todo()})
    people = {step.person.id: step.person for step in planned.todo()}
    most = sorted(people.values(), key=lambda person: (-places[person.id], person.full_name, person.id))[:PEOPLE_SHOWN]
    crops = stores.gallery.best_crops([person.id for person in most])
    creates = planned.creates()
    return [
        {
            "person_id": person.id,
            "name": person.full_name,
            "performer_id": person.performer_id,
            "creates": person.id in creates,
            "scenes": places[person.id],
            "crop": data_url(crops.get(person.id)),
        }
        for person in most
    ]
