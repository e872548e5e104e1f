"""What the user (or, above `auto_accept`, the program) decides about a track; every write can be taken back.

Order of writing: note the decision as pending, tell Stash, note it as done. Killed in between, the pending row remembers what Stash looked like
before, so that a second try and its undo still know what was ours.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any

from stash_sense.core.records import CandidateRecord, DecisionRecord, MediaKind, MediaRecord, PersonRecord, TrackRecord
from stash_sense.errors import NotFoundError, RequestError, ServerError, StashSenseError, UncertainError
from stash_sense.settings import Value
from stash_sense.usecases.cut_short import made_already, to_go_on_with
from stash_sense.usecases.learning import ENROLLED_PER_TRACK, Accepted, Learning, LearnLater
from stash_sense.usecases.library_people import bearer_of, person_of
from stash_sense.usecases.ports import Editor, Library, Picture, Scene, StashId
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.tagging import Tagger, wanted_roles

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for. Who: name (a new performer), else person_id, else performer_id, else (accept) the first candidate.

    faces: at most so many of the track become references. batch_item: the item of a batch that asks.
    """

    kind: MediaKind
    stash_id: str
    track_id: int
    action: str
    person_id: str | None = None
    performer_id: str | None = None
    name: str | None = None
    actor: str = "user"
    faces: int = ENROLLED_PER_TRACK
    batch_item: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a decision touches.

    now: the instant, ISO 8601. look_up: a person of a gallery package by id, with the picture to show.
    learning: what compares faces of a model pack (name, revision); None where nothing can be compared just now.
    """

    stores: Stores
    library: Library
    editor: Editor
    settings: Mapping[str, Value]
    now: str
    look_up: Callable[[str], tuple[PersonRecord, bytes | None] | None] = lambda person_id: None
    learning: Callable[[str, str], Learning | None] = lambda pack, revision: None

    def decide(self, choice: Choice) -> int:
        """Carries the choice out; returns the decision's id. Raises RequestError, NotFoundError, ServerError; then nothing was decided.

        Tags that cannot be written just now are left to the next run: the decision stands.
        """
        media, track = self._subject(choice)
        if choice.action in {"accept", "assign"}:
            decision_id = self._accept(choice, media, track)
        elif choice.action in {"reject", "skip"}:
            decision_id = self._turn_down(choice, media, track)
        else:
            raise RequestError(f"There is no action called {choice.action}: use accept, reject, assign or skip.")
        self.refresh_tags(choice.kind, choice.stash_id)
        return decision_id

    def refresh_tags(self, kind: MediaKind, stash_id: str) -> None:
        """write_tags for after a decision: what fails is left to the next run and only logged."""
        try:
            self.write_tags(kind, stash_id)
        except ServerError as err:
            log.warning("%s %s: the tags are not up to date: %s", kind, stash_id, err)
            with self.stores.transaction():
                if media := self.stores.media.get(kind, stash_id):
                    self.stores.media.set_matched(media.id, media.gallery_build)

    def write_tags(self, kind: MediaKind, stash_id: str) -> None:
        """Brings our tags on a scene or image in line with what is stored. Raises NotFoundError, ServerError."""
        media = self.stores.media.get(kind, stash_id)
        if media is None:
            return
        roles = wanted_roles(media, self.stores.media.tracks(media.id), self.settings)
        Tagger(self.editor, self.stores).sync(kind, stash_id, self.current(kind, stash_id).tags, roles)

    def current(self, kind: MediaKind, stash_id: str) -> Scene | Picture:
        """The scene or image as Stash has it now. Raises NotFoundError."""
        found = self.library.scenes(ids=[stash_id]) if kind == "scene" else self.library.pictures(ids=[stash_id])
        for item in found:
            return item
        raise NotFoundError(f"The {kind} is not in Stash any more.")

    def learner(self, pack: str, revision: str) -> Learning:
        """What accepted faces of this model pack go to."""
        return self.learning(pack, revision) or LearnLater(self.stores)

    def still_there(self, kind: MediaKind, stash_id: str) -> bool:
        """Whether Stash still has the scene or image."""
        try:
            self.current(kind, stash_id)
        except NotFoundError:
            return False
        return True

    def _subject(self, choice: Choice) -> tuple[MediaRecord, TrackRecord]:
        media, track = self.stores.media.media_of(choice.track_id), self.stores.media.track(choice.track_id)
        if media is None or track is None or (media.kind, media.stash_id) != (choice.kind, choice.stash_id):
            raise RequestError("This result is out of date: the file has been analysed again. Reload the page.")
        return media, track

    def _accept(self, choice: Choice, media: MediaRecord, track: TrackRecord) -> int:
        item = self.current(choice.kind, choice.stash_id)
        person = self._person(choice, track)
        if track.verdict == "accepted":
            if (
                person is not None
                and track.person_id == person.id
                and (made := self.stores.decisions.of_track(track.id))
            ):
                return made.id
            raise RequestError("This person has a name already: undo that decision first.")
        cut_short = to_go_on_with(self.stores, self.editor, choice.kind, item, track.id, person, choice.name)
        performers = [performer.id for performer in item.performers]
        start: dict[str, Any] = {
            "performers": performers,
            "track": _state(track),
            "new_name": choice.name,
            "person_id": person.id if person else None,  # as a package calls them, if they come from one
        }
        before = cut_short.before if cut_short else start
        decision_id = cut_short.id if cut_short else self._note(choice, media, track, person, before)
        try:
            person, created = self._with_performer(person, choice, again=cut_short is not None)
            added = person.performer_id not in performers
            if added:
                self.editor.change(choice.kind, [choice.stash_id], add_performers=[str(person.performer_id)])
        except UncertainError:
            raise  # perhaps it was carried out: the pending row keeps what was there before
        except StashSenseError:
            with self.stores.transaction():
                self.stores.decisions.drop_pending(decision_id)
            raise
        added = added or person.performer_id not in before["performers"]
        after = {"performer_id": person.performer_id, "name": person.full_name, "added": added, "created": created}
        accepted = Accepted(decision_id, person.id, media, self.stores.media.faces(track.id), self.now, choice.faces)
        learner = self.learner(media.pack, media.revision)  # before the transaction: it may take a moment
        with self.stores.transaction():
            self.stores.gallery.put_person(person, self.now)
            learner.learn(accepted)
            self.stores.gallery.bump()
            self.stores.media.set_verdict(track.id, "accepted", person_id=person.id, why=_accepted_why(choice))
            self.stores.decisions.finish(decision_id, person_id=person.id, after=after)
            self._mark(decision_id, choice)
        return decision_id

    def _turn_down(self, choice: Choice, media: MediaRecord, track: TrackRecord) -> int:
        if track.verdict == "accepted":
            raise RequestError("This person has a name already: undo that decision first.")
        if choice.action == "reject" and not (choice.person_id or track.candidates):
            raise RequestError("There is no suggestion to reject here.")
        person_id = choice.person_id or (track.candidates[0].person_id if track.candidates else None)
        person = self.stores.gallery.person(person_id or "")
        name = person.full_name if person else "this person"
        before = {"track": _state(track), "candidates": [asdict(candidate) for candidate in track.candidates]}
        rest = track.candidates
        verdict, why = "unknown", "left without a name by you"
        if choice.action == "reject":
            rest = _ranked([candidate for candidate in track.candidates if candidate.person_id != person_id])
            verdict, why = "rejected", f"you said that this is not {name}"
            if rest and rest[0].probability * 100 >= int(self.settings["review_from"]):
                verdict, why = "suggested", f"the next best after {name}, whom you ruled out"
        with self.stores.transaction():
            decision_id = self._note(
                choice,
                media,
                track,
                person,
                before,
                state="done",
                after={"name": name, "links": list(person.links) if person else []},
            )
            self.stores.media.set_candidates(track.id, rest)
            self.stores.media.set_verdict(track.id, verdict, person_id=None, why=why)
        return decision_id

    def _person(self, choice: Choice, track: TrackRecord) -> PersonRecord | None:
        """Who is meant; None where a performer has to be created first."""
        if choice.name:
            return None
        person_id = choice.person_id or (f"performer:{choice.performer_id}" if choice.performer_id else None)
        if person_id is None and choice.action == "accept" and track.candidates:
            person_id = track.candidates[0].person_id
        if person_id is None:
            raise RequestError("Say who it is: a person, a performer or a new name is needed.")
        return self.person(person_id)

    def person(self, person_id: str) -> PersonRecord:
        """Somebody of the gallery, the library or a package by id. Raises RequestError."""
        if (person := self.stores.gallery.person(person_id)) is not None:
            return person
        if person_id.startswith("box:"):
            if (found := self.look_up(person_id)) is not None:
                return found[0]
            raise RequestError("This person is in none of the galleries any more: search again.")
        for performer in self.library.performers(ids=[person_id.removeprefix("performer:")]):
            return person_of(performer)
        raise RequestError("This performer is not in Stash any more: run “Update gallery”.")

    def _with_performer(self, person: PersonRecord | None, choice: Choice, *, again: bool) -> tuple[PersonRecord, bool]:
        """The person with a performer in Stash, and whether that had to be created."""
        if person is not None and person.performer_id is not None:
            return person, False
        name = person.name if person else str(choice.name).strip()
        if not name:
            raise RequestError("A new performer needs a name.")
        links = [StashId(link["endpoint"], link["stash_id"]) for link in person.links] if person else []
        if again and (made := made_already(self.library, name, links)) is not None:
            return person_of(made), True
        if links and (known := bearer_of(self.library, links)) is not None:
            return person_of(known), False
        performer = self.editor.create_performer(
            name, disambiguation=person.disambiguation if person else None, stash_ids=links
        )
        return person_of(performer), True

    def _note(
        self,
        choice: Choice,
        media: MediaRecord,
        track: TrackRecord,
        person: PersonRecord | None,
        before: dict[str, Any],
        *,
        state: str = "pending",
        after: dict[str, Any] | None = None,
    ) -> int:
        decision = DecisionRecord(
            at=self.now,
            actor=choice.actor,
            action=choice.action,
            state=state,
            kind=choice.kind,
            stash_id=choice.stash_id,
            track_id=track.id,
            person_id=person.id if person else None,
            template=track.template,
            before=before,
            after=after or {},
            pack=media.pack,
            revision=media.revision,
        )
        with nullcontext() if state == "done" else self.stores.transaction():  # done: the caller's transaction
            decision_id = self.stores.decisions.add(decision)
            self._mark(decision_id, choice)
        return decision_id

    def _mark(self, decision_id: int, choice: Choice) -> None:
        if choice.batch_item is not None:
            self.stores.batches.mark(decision_id, choice.batch_item)


def _accepted_why(choice: Choice) -> str:
    return "added by itself, as your settings say" if choice.actor == "auto" else "confirmed by you"


def _state(track: TrackRecord) -> dict[str, Any]:
    return {"verdict": track.verdict, "person_id": track.person_id, "why": track.why}


def _ranked(candidates: Sequence[CandidateRecord]) -> tuple[CandidateRecord, ...]:
    return tuple(CandidateRecord(**{**asdict(candidate), "rank": rank}) for rank, candidate in enumerate(candidates, 1))
