"""Stash's job queue: strictly serial, first in first out, the last ten finished jobs can still be looked up."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

KEPT_FINISHED = 10
FINAL = ("FINISHED", "CANCELLED", "FAILED")
UPDATE_EVERY_S = 0.1
SUBSCRIBER_LAG = 100


@dataclass
class Job:
    """One job as GraphQL shows it. progress is 0 until the first report, as measured in a real Stash."""

    id: int
    description: str
    status: str = "READY"
    progress: float | None = 0.0
    addTime: str = ""
    startTime: str | None = None
    endTime: str | None = None
    error: str | None = None
    subTasks: list[str] | None = None
    cancelled: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    over: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    last_shown: float = field(default=0.0, repr=False, compare=False)


class JobError(Exception):
    """The job could not be started or failed inside Stash: it ends as FAILED with this text."""


Run = Callable[[Job, Callable[[float], None]], None]
Event = tuple[str, Job]


class JobQueue:
    """Runs one job at a time in its own thread. A stopped job gives its place to the next one at once."""

    def __init__(self, report_error: Callable[[str], None]) -> None:
        self._report_error = report_error
        self._changed = threading.Condition(threading.RLock())
        self._waiting: list[tuple[Job, Run]] = []
        self._graveyard: list[Job] = []
        self._subscribers: list[queue.Queue[Event]] = []
        self._last_id = 0
        self._closed = False
        self._dispatcher = threading.Thread(target=self._dispatch, name="standin-jobs", daemon=True)
        self._dispatcher.start()

    def add(self, description: str, run: Run) -> Job:
        with self._changed:
            self._last_id += 1
            job = Job(self._last_id, description, addTime=_now())
            self._waiting.append((job, run))
            self._tell("ADD", job)
            self._changed.notify_all()
        return job

    def stop(self, job_id: int) -> None:
        """READY: taken off the queue; RUNNING: told to stop; anything else: no effect."""
        with self._changed:
            for job, _ in list(self._waiting):
                if job.id != job_id:
                    continue
                if job.status == "READY":
                    job.status = "CANCELLED"
                    self._bury(job)
                elif job.status == "RUNNING":
                    job.status = "STOPPING"
                    self._tell("UPDATE", job)
                job.cancelled.set()

    def stop_all(self) -> None:
        for job in self.queued():
            self.stop(job.id)

    def queued(self) -> list[Job]:
        with self._changed:
            return [replace(job) for job, _ in self._waiting]

    def find(self, job_id: int) -> Job | None:
        with self._changed:
            known = [*(job for job, _ in self._waiting), *self._graveyard]
            return next((replace(job) for job in known if job.id == job_id), None)

    def wait_idle(self, timeout_s: float = 600.0) -> None:
        """Until nothing waits or runs. Raises TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._waiting, timeout_s):
                raise TimeoutError(f"still queued after {timeout_s} s: {[job.description for job in self.queued()]}")

    @contextmanager
    def subscribed(self) -> Iterator[queue.Queue[Event]]:
        """Events (ADD, UPDATE, REMOVE) from now on; a subscriber that lags by 100 loses the newest."""
        events: queue.Queue[Event] = queue.Queue(SUBSCRIBER_LAG)
        with self._changed:
            self._subscribers.append(events)
        try:
            yield events
        finally:
            with self._changed:
                self._subscribers.remove(events)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self.stop_all()
            self._changed.notify_all()
        self._dispatcher.join(10)

    def _dispatch(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._waiting)
                if not self._waiting:
                    return
                job, run = self._waiting[0]
                job.status, job.startTime = "RUNNING", _now()
                self._tell("UPDATE", job)
            self._execute(job, run)

    def _execute(self, job: Job, run: Run) -> None:
        error: str | None = None
        try:
            run(job, lambda value: self._progress(job, value))
        except JobError as err:
            error = str(err)
            self._report_error(f"task failed due to error: {error}")
        with self._changed:
            if error is not None:
                job.status, job.error = "FAILED", error
            else:
                job.status = "CANCELLED" if job.status == "STOPPING" else "FINISHED"
            job.endTime = _now()
            self._bury(job)

    def _progress(self, job: Job, value: float) -> None:
        with self._changed:
            job.progress = min(max(value, 0.0), 1.0)
            moment = datetime.now(timezone.utc).timestamp()
            if moment - job.last_shown >= UPDATE_EVERY_S or job.progress >= 1.0:
                job.last_shown = moment
                self._tell("UPDATE", job)

    def _bury(self, job: Job) -> None:
        self._waiting = [entry for entry in self._waiting if entry[0].id != job.id]
        self._graveyard = [*self._graveyard, job][-KEPT_FINISHED:]
        self._tell("REMOVE", job)
        job.over.set()
        self._changed.notify_all()

    def _tell(self, kind: str, job: Job) -> None:
        for events in self._subscribers:
            if not events.full():
                events.put_nowait((kind, replace(job)))


def _now() -> str:
    return datetime.now(timezone.utc).isoformat().replace("+00:00", "Z")
