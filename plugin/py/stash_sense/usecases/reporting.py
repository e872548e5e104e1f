"""A task's run: progress for Stash, a heartbeat and the outcome for the panel."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from stash_sense.usecases.ports import Progress
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)

Clock = Callable[[], str]  # the present instant, UTC, ISO 8601


@dataclass(slots=True)
class Report:
    """Counts what a run has done; every step is committed at once, so a kill loses nothing."""

    stores: Stores
    clock: Clock
    progress: Progress
    run_id: int
    total: int = 0
    done: int = 0
    failed: int = 0

    @classmethod
    def open(cls, stores: Stores, kind: str, clock: Clock, progress: Progress) -> Report:
        with stores.transaction():
            run_id = stores.runs.start(kind, clock())
        return cls(stores, clock, progress, run_id)

    def expect(self, total: int) -> None:
        """How many items there will be."""
        self.total = total
        self._tell()

    def step(self, *, failed: bool = False) -> None:
        """One item is finished and committed."""
        self.done += 1
        self.failed += failed
        self.total = max(self.total, self.done)
        self._tell()

    def within(self, share: float) -> None:
        """How far the present item is, 0..1; only Stash's progress bar shows it."""
        self.progress(self.done + min(max(share, 0.0), 1.0), max(self.total, self.done + 1))

    def close(self, message: str, *, ok: bool = True) -> None:
        with self.stores.transaction():
            self.stores.runs.finish(self.run_id, self.clock(), ok=ok, message=message)
        log.info("%s", message)

    def _tell(self) -> None:
        with self.stores.transaction():
            self.stores.runs.beat(
                self.run_id, self.clock(), done=self.done, total=self.total, failed=self.failed, message=None
            )
        self.progress(self.done, max(self.total, 1))


def counted(count: int, one: str, many: str) -> str:
    """ "1 scene", "2 scenes", "12,040 scenes"."""
    return f"{count:,} {one if count == 1 else many}"
