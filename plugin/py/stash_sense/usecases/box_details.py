"""Who people are: their details as the box has them now, who was merged into whom, who is gone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from stash_sense.core.catalogue.order import PER_REQUEST, retry_at
from stash_sense.core.catalogue.values import BoxPerson
from stash_sense.usecases.box_ports import Box
from stash_sense.usecases.catalogue_ports import Catalogue
from stash_sense.usecases.reporting import Clock

log = logging.getLogger(__name__)

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Details:
    """Reads details of one box; every person is committed by itself."""

    catalogue: Catalogue
    clock: Clock

    def read(self, box: Box, box_ids: Sequence[str], step: Step) -> None:
        """Looks up `box_ids`, then those whom they were merged into, to the end of every chain."""
        self._read(box, box_ids, step)
        asked = set(box_ids)
        while heirs := [heir for heir in self._heirs(box.endpoint) if heir not in asked]:
            asked |= set(heirs)
            self._read(box, heirs, lambda: None)

    def _heirs(self, endpoint: str) -> list[str]:
        with self.catalogue.transaction():
            return self.catalogue.people.settle_heirs(endpoint)

    def _read(self, box: Box, box_ids: Sequence[str], step: Step) -> None:
        for some in batches(box_ids, PER_REQUEST):
            found = box.people(some)
            for box_id in some:
                with self.catalogue.transaction():
                    if box_id in found:
                        self._store(box.endpoint, box_id, found[box_id])
                    else:
                        self._failed(box.endpoint, box_id)
                step()

    def _store(self, endpoint: str, box_id: str, person: BoxPerson | None) -> None:
        now = self.clock()
        people = self.catalogue.people
        changed = people.put_gone(endpoint, box_id, now) if person is None else people.put(person, now)
        if person is not None and person.state == "live":
            if self.catalogue.images.put_list(endpoint, box_id, person.images):
                self.catalogue.faces.drop_gone(endpoint, box_id)
                changed = True
        else:
            # The faces stay until the build is through: the heir has the same pictures, and they need not be downloaded twice.
            self.catalogue.images.forget_person(endpoint, box_id)
        if changed:
            self.catalogue.gallery.bump()

    def _failed(self, endpoint: str, box_id: str) -> None:
        known = self.catalogue.people.find(endpoint, box_id)
        log.warning("%s: no usable answer about performer %s", endpoint, box_id)
        self.catalogue.people.failed(
            endpoint,
            box_id,
            "The server gave no usable answer about this performer.",
            retry_at(self.clock(), known.failures if known else 0),
        )


def batches(values: Iterable[str], count: int) -> list[list[str]]:
    """`values` in lists of at most `count`."""
    listed = list(values)
    return [listed[start : start + count] for start in range(0, len(listed), count)]
