"""Enumerating a box: request after request, each committed with the position after it, until its statement can be made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from stash_sense.core.catalogue import sweep as sweeping
from stash_sense.core.catalogue.heirs import Fate, fate_of, unknown_heirs
from stash_sense.core.catalogue.position import from_text, statement_text, to_text
from stash_sense.core.catalogue.sweep import CountUp, LookUp, Sweep, Tally
from stash_sense.core.catalogue.values import Ask, BoxPerson, Listed, SortKey, Statement
from stash_sense.errors import RefusedError
from stash_sense.usecases.box_ports import Box
from stash_sense.usecases.ports import Progress

log = logging.getLogger(__name__)

LOOKUP_BATCH = 100
_SORTS: tuple[SortKey, ...] = ("NAME", "CREATED_AT", "UPDATED_AT")


class Sweeps(Protocol):
    """Where enumerations are kept; adapters/catalogue/sweeps.py fits and says what each method does."""

    def transaction(self) -> AbstractContextManager[None]: ...
    def running(self, endpoint: str) -> tuple[int, str] | None: ...
    def start(self, endpoint: str, now: str, position: str) -> int: ...
    def save(self, sweep_id: int, position: str, requests: int) -> None: ...
    def finish(self, sweep_id: int, now: str, statement: str) -> None: ...
    def see(self, sweep_id: int, rows: Sequence[Listed], request: int) -> None: ...
    def retire(self, sweep_id: int, box_id: str, fate: Fate) -> None: ...
    def unseen(self, sweep_id: int, since: int, *, after: str, count: int) -> list[str]: ...
    def witnessed(self, sweep_id: int, hinge: int) -> int: ...
    def live(self, sweep_id: int) -> int: ...
    def seen_since(self, sweep_id: int, request: int) -> int: ...
    def people(self, sweep_id: int) -> Iterator[Listed]: ...
    def vanished(self, sweep_id: int) -> dict[str, Fate]: ...


@dataclass(frozen=True, slots=True)
class Enumeration:
    """clock: the present instant, UTC, ISO 8601. The endpoint's row in `source` has to be there."""

    box: Box
    sweeps: Sweeps
    clock: Callable[[], str]

    def run(self, progress: Progress) -> Statement:
        """Finishes the running sweep of the box, or makes a new one. Whom it found: `Catalogue.people.swept`.

        Safe under a kill at any instant. Raises what the box raises; then the next run goes on with the request that failed.
        """
        sweep_id, sweep = self._resumed() or self._started()
        while (need := sweeping.need(sweep)) is not None:
            if isinstance(need, Ask):
                sweep = self._page(sweep_id, sweep, need)
            elif isinstance(need, LookUp):
                sweep = self._look_up(sweep_id, sweep, need)
            else:
                sweep = self._count_up(sweep_id, sweep, need)
            progress(*sweeping.progress(sweep))
        if sweep.statement is None:
            raise ValueError("a finished sweep has a statement")
        statement = replace(sweep.statement, requests=sweep.requests)
        with self.sweeps.transaction():
            self.sweeps.finish(sweep_id, self.clock(), statement_text(statement))
        return statement

    def _resumed(self) -> tuple[int, Sweep] | None:
        running = self.sweeps.running(self.box.endpoint)
        sweep = from_text(running[1]) if running else None
        if running is None or sweep is None:
            return None
        log.info("the enumeration of %s goes on after request %d", self.box.host, sweep.requests)
        return running[0], sweep

    def _started(self) -> tuple[int, Sweep]:
        sorts = tuple(sort for sort in _SORTS if self.box.supports(f"sort {sort}"))
        sweep = Sweep(sorts, in_one_page=self.box.supports("snapshot"))
        with self.sweeps.transaction():
            return self.sweeps.start(self.box.endpoint, self.clock(), to_text(sweep)), sweep

    def _page(self, sweep_id: int, sweep: Sweep, ask: Ask) -> Sweep:
        try:
            page = self.box.page(ask)
        except RefusedError as err:
            after = sweeping.absorb_refusal(sweep)
            if after is None:
                raise
            log.info("%s refused a page of %d people (%s): smaller ones follow", self.box.host, ask.per_page, err)
            return self._saved(sweep_id, after)
        after = sweeping.absorb_page(sweep, page, self.clock())
        return self._saved(sweep_id, after, page.rows)

    def _look_up(self, sweep_id: int, sweep: Sweep, need: LookUp) -> Sweep:
        box_ids = self.sweeps.unseen(sweep_id, need.since, after=need.after, count=LOOKUP_BATCH)
        if not box_ids:
            return self._saved(sweep_id, sweeping.absorb_lookup(sweep, "", requests=0))
        before = self.box.requests
        fates, known = look_up_fates(self.box, box_ids)
        after = sweeping.absorb_lookup(sweep, box_ids[-1], requests=max(self.box.requests - before, 1))
        live = [_listed(person) for box_id in box_ids if (person := known.get(box_id)) and person.state == "live"]
        return self._saved(sweep_id, after, live, fates)

    def _count_up(self, sweep_id: int, sweep: Sweep, need: CountUp) -> Sweep:
        tally = Tally(
            witnessed=tuple(self.sweeps.witnessed(sweep_id, hinge) for hinge in need.hinges),
            live=self.sweeps.live(sweep_id),
            seen=self.sweeps.seen_since(sweep_id, need.since) if need.since else 0,
        )
        return self._saved(sweep_id, sweeping.absorb_tally(sweep, tally))

    def _saved(
        self, sweep_id: int, sweep: Sweep, rows: Sequence[Listed] = (), fates: dict[str, Fate] | None = None
    ) -> Sweep:
        """What was seen and the position after it, in one transaction."""
        with self.sweeps.transaction():
            self.sweeps.see(sweep_id, rows, sweep.requests)
            for box_id, fate in (fates or {}).items():
                if fate.state != "live":
                    self.sweeps.retire(sweep_id, box_id, fate)
            self.sweeps.save(sweep_id, to_text(sweep), sweep.requests)
        return sweep


def look_up_fates(box: Box, box_ids: Sequence[str]) -> tuple[dict[str, Fate], dict[str, BoxPerson | None]]:
    """What became of each id, merges followed to the end of their chains; and everybody looked up on the way.

    Left out: those over whom the server stumbles. Nobody's fate is guessed.
    """
    known: dict[str, BoxPerson | None] = {}
    asked: set[str] = set()
    wanted = list(box_ids)
    while wanted:
        known.update(box.people(wanted))
        asked.update(wanted)
        wanted = [box_id for box_id in unknown_heirs(list(box_ids), known) if box_id not in asked]
    fates = {box_id: _fate(box_id, known) for box_id in box_ids if box_id in known}
    return fates, known


def _fate(box_id: str, known: Mapping[str, BoxPerson | None]) -> Fate:
    fate = fate_of(box_id, known)
    return fate if isinstance(fate, Fate) else Fate("merged", fate)  # of the heir the server would not tell


def _listed(person: BoxPerson) -> Listed:
    return Listed(person.box_id, person.name, person.updated)
