"""The pictures of people become faces: a few at a time, best first, until there are enough; a person's faces are committed together."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from stash_sense.core.catalogue.order import hopeless, later, preferred, retry_at
from stash_sense.core.catalogue.records import SAME_BYTES, KnownImage
from stash_sense.core.catalogue.values import ImageReading, ImageTask
from stash_sense.errors import ServerError
from stash_sense.usecases.box_details import Step
from stash_sense.usecases.box_ports import ImageReaders, Server
from stash_sense.usecases.catalogue_ports import Catalogue
from stash_sense.usecases.curate_faces import Curator
from stash_sense.usecases.reporting import Clock

log = logging.getLogger(__name__)

GIVE_UP_AFTER = 40  # downloads in a row that failed: then the server is away, and asking on would only annoy it


class Pace(Protocol):
    """Keeps downloads within what the server allows."""

    def turn(self, url: str, per_minute: int) -> None:
        """Waits until the picture may be asked for. Raises ServerError where that would take too long."""
        ...

    def answered(self, reading: ImageReading) -> None:
        """What became of it: a refusal slows everybody down."""
        ...


@dataclass(slots=True)
class _Person:
    """Somebody whose pictures are being read. left: pictures not asked for yet, best first. open: ids of pictures under way."""

    box_id: str
    left: deque[KnownImage]
    open: set[str] = field(default_factory=set)
    arrived: list[ImageReading] = field(default_factory=list)
    images: dict[str, KnownImage] = field(default_factory=dict)


@dataclass(slots=True)
class PictureReading:
    """Reads the pictures of people of one box. In one thread: the readers take tasks and give readings in ours.

    failed: people and pictures that could not be read. early_s: how long before its time a picture may be tried again.
    """

    server: Server
    catalogue: Catalogue
    curator: Curator
    readers: ImageReaders
    pace: Pace
    clock: Clock
    step: Step
    failed: set[tuple[str, str]] = field(default_factory=set)
    early_s: float = 0.0
    _people: dict[str, _Person] = field(default_factory=dict)
    _tasks: deque[ImageTask] = field(default_factory=deque)
    _failed_in_a_row: int = 0

    @property
    def endpoint(self) -> str:
        return self.server.box.endpoint

    def read(self, box_ids: Iterable[str]) -> None:
        """Raises ServerError once downloads keep failing; what was read until then is kept."""
        waiting = iter(box_ids)
        while self._tasks or self._open_next(waiting):
            for reading in self.readers.read(self._feed(waiting)):
                self.pace.answered(reading)
                self._arrived(reading)

    def _feed(self, waiting: Iterator[str]) -> Iterator[ImageTask]:
        while self._tasks or self._open_next(waiting):
            task = self._tasks.popleft()
            self.pace.turn(task.url, self.server.per_minute)
            yield task

    def _open_next(self, waiting: Iterator[str]) -> bool:
        """Takes up people until there is a picture to be read; False if there is nobody left."""
        for box_id in waiting:
            images = preferred(self.catalogue.images.of(self.endpoint, box_id))
            now = later(self.clock(), self.early_s)
            left = deque(image for image in images if self._is_due(image, now))
            self._people[box_id] = _Person(box_id, left, images={image.image.id: image for image in images})
            self._go_on(self._people[box_id])
            if self._tasks:
                return True
        return False

    def _is_due(self, known: KnownImage, now: str) -> bool:
        if known.state == "gone" or (known.retry_at is not None and known.retry_at > now):
            return False
        space = self.curator.space
        return known.state == "listed" or (known.pack, known.revision) != (space.pack, space.revision)

    def _go_on(self, person: _Person) -> None:
        """Asks for the next pictures of a person, or is done with them."""
        while True:
            missing = self._missing(person)
            if missing == 0:
                del self._people[person.box_id]
                self.step()
                return
            self._open_round(person, missing)
            if person.open:
                return
            self._commit(person)

    def _missing(self, person: _Person) -> int:
        """How many pictures to read next."""
        if not person.left:
            return 0
        with self.catalogue.transaction():
            standing = self.curator.decide((self.endpoint, person.box_id))
            if standing.changed:
                self.catalogue.gallery.bump()
        if self.server.trust != "high" and not standing.firm:
            return 0  # of a source that is not trusted alone nothing can be used yet: the pictures wait
        return standing.lacking

    def _open_round(self, person: _Person, count: int) -> None:
        while person.left and len(person.open) < count:
            known = person.left.popleft()
            if not self._known_without_reading(person, known):
                person.open.add(known.image.id)
                self._tasks.append(ImageTask(self.endpoint, person.box_id, known.image.id, known.image.url))

    def _known_without_reading(self, person: _Person, known: KnownImage) -> bool:
        space = self.curator.space
        pack, revision = space.pack, space.revision
        outcome = hopeless(known, self.curator.rules.image_px)
        twin = (
            None if outcome else self.catalogue.images.twin(self.endpoint, known.image.id, pack=pack, revision=revision)
        )
        if outcome is None and twin is None:
            return False
        image = known if twin is None else KnownImage(
            person.box_id, known.image, known.place, content_hash=twin.content_hash, size_bytes=0
        )  # fmt: skip
        with self.catalogue.transaction():
            self.catalogue.images.put_outcome(
                self.endpoint, image, outcome=outcome or str(twin and twin.outcome), pack=pack, revision=revision, now=self.clock()
            )  # fmt: skip
            if twin is not None:
                self.catalogue.faces.copy(
                    self.endpoint, known.image.id, from_id=twin.box_id, to_id=person.box_id, pack=pack, revision=revision
                )  # fmt: skip
        return True

    def _arrived(self, reading: ImageReading) -> None:
        self._failed_in_a_row = self._failed_in_a_row + 1 if reading.outcome == "failed" else 0
        person = self._people[reading.task.person]
        person.open.discard(reading.task.image_id)
        person.arrived.append(reading)
        if not person.open:
            self._commit(person)
            self._go_on(person)
        if self._failed_in_a_row >= GIVE_UP_AFTER:
            raise ServerError(
                f"{self._failed_in_a_row} pictures in a row could not be downloaded ({reading.message}). What was read is kept: start the build again later."
            )

    def _commit(self, person: _Person) -> None:
        """One transaction for the pictures of a round and what they change."""
        place = {image_id: index for index, image_id in enumerate(person.images)}
        readings = sorted(person.arrived, key=lambda one: place[one.task.image_id])
        person.arrived = []
        with self.catalogue.transaction():
            hashes = {
                image.content_hash
                for image in self.catalogue.images.of(self.endpoint, person.box_id)
                if image.state == "read" and image.outcome != SAME_BYTES and not self._is_due(image, self.clock())
            }
            for reading in readings:
                self._store(person, reading, hashes)
            standing = self.curator.decide((self.endpoint, person.box_id))
            fresh = [reading.task.image_id for reading in readings]
            self.catalogue.faces.keep_crops(self.endpoint, person.box_id, standing.best, fresh)
            if standing.changed:
                self.catalogue.gallery.bump()

    def _store(self, person: _Person, reading: ImageReading, hashes: set[str | None]) -> None:
        now, space = self.clock(), self.curator.space
        subject = (person.box_id, reading.task.image_id)
        if reading.outcome == "failed":
            self.failed.add(subject)
            failures = person.images[reading.task.image_id].failures
            log.warning("%s: picture %s: %s", self.endpoint, reading.task.image_id, reading.message)
            self.catalogue.images.failed(reading, retry_at(now, failures, reading.retry_after_s))
            return
        self.failed.discard(subject)
        repeated = bool(reading.content_hash) and reading.content_hash in hashes
        outcome = SAME_BYTES if repeated else reading.outcome
        self.catalogue.images.put_reading(reading, outcome=outcome, pack=space.pack, revision=space.revision, now=now)
        if not repeated:
            hashes.add(reading.content_hash or None)
            self.catalogue.faces.add(reading, pack=space.pack, revision=space.revision)
