"""When faces that were learned are taken back; standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stash_sense.usecases.decide import Desk
from stash_sense.usecases.learning import ENROLLED_PER_TRACK, REFERENCES_PER_PERSON, Accepted, Learning


@dataclass(frozen=True, slots=True)
class LearningAgain:
    """What the faces taken back have outvoted counts again, and what was left out because it was like them comes in."""

    desk: Desk
    space: tuple[str, str]
    learner: Learning

    @classmethod
    def of_faces(cls, desk: Desk, pack: str | None, revision: str | None) -> LearningAgain | None:
        """pack, revision: of the faces, where no gallery says which count. Made before a transaction: a learner may take a moment."""
        used = desk.stores.spaces.in_use()
        pack, revision = (used.pack, used.revision) if used else (pack, revision)
        if pack is None or revision is None:
            return None
        return cls(desk, (pack, revision), desk.learner(pack, revision))

    def person(self, person_id: str) -> None:
        """In the caller's transaction."""
        self.learner.sort_out(person_id)
        if self.desk.stores.gallery.agreeing(person_id) < REFERENCES_PER_PERSON:
            self.learner.learn(*self._accepted(person_id))

    def _accepted(self, person_id: str) -> Iterator[Accepted]:
        stores = self.desk.stores
        for decision_id, track_id, most in stores.decisions.accepted(person_id, most=ENROLLED_PER_TRACK):
            media = stores.media.media_of(track_id)
            if media is not None and (media.pack, media.revision) == self.space:
                yield Accepted(decision_id, person_id, media, stores.media.faces(track_id), self.desk.now, most)
