"""Decisions made together: stored first, then carried out one by one, each committed by itself; undone the same way, the last one first.

Killed at any instant, the next run goes on: an item is done if there is a decision for it, and a decision that a kill cut short is gone on with.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from stash_sense.core.batch_records import BatchItem, BatchRecord
from stash_sense.errors import NotFoundError, RequestError
from stash_sense.usecases.decide import Choice, Desk
from stash_sense.usecases.learn_again import LearningAgain
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.undo import take_away
from stash_sense.usecases.undo import undo as take_back

log = logging.getLogger(__name__)

Step = Callable[[bool], None]  # called after each item; True: it failed
AT_ONCE = 5  # items carried out while the panel waits: each asks Stash some eight times, a second in all


@dataclass(frozen=True, slots=True)
class Batches:
    """desk: as of this instant."""

    stores: Stores
    desk: Callable[[], Desk]

    def carry_out(self, batch_id: int, step: Step = lambda failed: None) -> None:
        """Does what is waiting. What cannot be done is noted beside it; raises ServerError where Stash is away, then the rest goes on waiting."""
        if self._batch(batch_id).state not in {"waiting", "done"}:
            raise RequestError("This has been taken back, so there is nothing to go on with.")
        for item in self.stores.batches.items(batch_id, "waiting"):
            step(not self._carry_out(batch_id, item.id))
        with self.stores.transaction():
            self.stores.batches.set_state(batch_id, "done")

    def undo(self, batch_id: int, step: Step = lambda failed: None) -> None:
        """Takes back what was done; what had to be left is noted beside it. Raises RequestError if all is undone already, ServerError."""
        if self._batch(batch_id).state == "undone":
            raise RequestError("This has been undone already.")
        with self.stores.transaction():
            self.stores.batches.set_state(batch_id, "undoing")
        for item in self.stores.batches.items(batch_id, "waiting"):
            if self.stores.batches.is_begun(item.id):  # Stash has perhaps been told: done to the end, it can be undone
                self._carry_out(batch_id, item.id)
            else:
                self._note(item, "undone")
        for item in reversed(self.stores.batches.items(batch_id, "done")):
            step(not self._take_back(item))
        self._drop_performers(batch_id)
        self._learn_again(batch_id)
        with self.stores.transaction():
            self.stores.batches.set_state(batch_id, "undone")

    def left_to_do(self, batch_id: int) -> int:
        """How many items carry_out has before it."""
        self._batch(batch_id)
        return len(self.stores.batches.items(batch_id, "waiting"))

    def left_to_undo(self, batch_id: int) -> int:
        """How many items undo has before it."""
        self._batch(batch_id)
        return len(self.stores.batches.items(batch_id, "waiting", "done"))

    def _batch(self, batch_id: int) -> BatchRecord:
        if (batch := self.stores.batches.get(batch_id)) is None:
            raise RequestError("There is no such batch of decisions. Reload the page.")
        return batch

    def _carry_out(self, batch_id: int, item_id: int) -> bool:
        batch, item = self._batch(batch_id), self.stores.batches.item(item_id)  # as those before it have left them
        if (made := self.stores.batches.decision_of(item.id)) is None:
            try:
                if self.stores.batches.is_overruled(item.id) and not self.stores.batches.is_begun(item.id):
                    raise RequestError("You have decided otherwise about this face meanwhile.")
                self.desk().decide(_choice(batch, item))
            except (RequestError, NotFoundError) as err:
                log.warning("%s %s: %s", item.kind, item.stash_id, err)
                self._note(item, "failed", str(err))
                return False
            made = self.stores.batches.decision_of(item.id)
        else:  # a kill came before the tags were written
            self.desk().refresh_tags(item.kind, item.stash_id)
        with self.stores.transaction():
            self.stores.batches.set_item(item.id, "done")
            if made and made[1]:
                self._follow(batch, item, made[1])
        return True

    def _follow(self, batch: BatchRecord, item: BatchItem, person_id: str) -> None:
        """Who was new or from a package is a performer now: the items to come mean that one, so that nobody is made or looked for again."""
        if item.person_id is not None and item.person_id != person_id:
            self.stores.batches.set_person_of_items(batch.id, item.person_id, person_id)
        if _names_the_batch(batch, item) and person_id != batch.person_id:
            self.stores.batches.set_person(batch.id, person_id)

    def _take_back(self, item: BatchItem) -> bool:
        """False: something had changed since and was left."""
        made = self.stores.batches.decision_of(item.id)
        if made is None or not made[2]:
            # Not ours, or taken back before: perhaps by a run that was cut off before the tags were written.
            self.desk().refresh_tags(item.kind, item.stash_id)
            self._note(item, "undone")
            return True
        undone = take_back(self.desk(), made[0], learn=False)
        self._note(item, "undone", undone.message if undone.left else None)
        return not undone.left

    def _drop_performers(self, batch_id: int) -> None:
        """A performer made for the batch goes too where the decision that made it was taken back by itself before."""
        for performer_id, chosen in self.stores.batches.performers_made(batch_id):
            if self.stores.gallery.person(f"performer:{performer_id}") is not None:
                take_away(self.desk(), performer_id, chosen)

    def _learn_again(self, batch_id: int) -> None:
        """Once for each person, and not after each item: until then some of their good references may be out of use."""
        for person_id, pack, revision in self.stores.batches.people(batch_id):
            again = LearningAgain.of_faces(self.desk(), pack, revision)
            with self.stores.transaction():
                if again is not None:
                    again.person(person_id)
                self.stores.gallery.bump()

    def _note(self, item: BatchItem, state: str, message: str | None = None) -> None:
        with self.stores.transaction():
            self.stores.batches.set_item(item.id, state, message)


def _choice(batch: BatchRecord, item: BatchItem) -> Choice:
    own = item.person_id is not None
    return Choice(
        kind=item.kind,
        stash_id=item.stash_id,
        track_id=item.track_id,
        action=item.action,
        person_id=item.person_id or batch.person_id,
        name=None if own else batch.name,
        faces=batch.faces if item.faces is None else item.faces,
        batch_item=item.id,
    )


def _names_the_batch(batch: BatchRecord, item: BatchItem) -> bool:
    """Whether the item is about the person that the batch gives a name to."""
    return item.person_id is None and (batch.name or batch.person_id) is not None
