"""Reads pictures in several processes of this machine.

Not concurrent.futures: its pool gives up altogether when one process is killed, and its processes outlive ours when we are.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.context import SpawnProcess
from typing import Any

from stash_sense.adapters.workers.inline import OpenReader
from stash_sense.core.catalogue.values import ImageReading, ImageTask
from stash_sense.errors import SetupError, StashSenseError

AHEAD = 2  # tasks a process holds: one it works on, one so that it need not wait for us
DEADLY = 3  # processes that one picture may cost before it is left alone
FALSE_STARTS = 3  # processes in a row that end before they are ready
PATIENCE_S = 5.0  # for a process to end by itself

READY = "ready"


class PoolReaders:
    """Implements usecases.box_ports.ImageReaders with `workers` processes, which live until `close` or the end of this process."""

    def __init__(self, open_reader: OpenReader, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"workers is {workers}, needs 1 or more")
        self._open = open_reader
        self._count = workers
        self._workers: list[_Worker] = []
        self._false_starts = 0

    def read(self, tasks: Iterable[ImageTask]) -> Iterator[ImageReading]:
        """Raises SetupError if the models cannot be opened or the processes keep ending."""
        source = iter(tasks)
        again: deque[ImageTask] = deque()
        deaths: Counter[ImageTask] = Counter()
        exhausted = False
        try:
            while True:
                self._fill_up()
                idle = exhausted and not again
                if idle and not any(worker.given for worker in self._workers):
                    return
                worker = None if idle else self._free()
                # What is done is handed on before the caller's iterable, which may take its time, is asked for more.
                yield from self._arrived(0.0 if worker else None, again, deaths)
                if worker is None or not worker.ready:
                    continue
                task = again.popleft() if again else next(source, None)
                if task is None:
                    exhausted = True
                elif not worker.give(task):
                    again.appendleft(task)
        finally:
            if any(worker.given for worker in self._workers):  # given up half-way: nobody wants their answers any more
                self.close()

    def close(self) -> None:
        """Ends the processes."""
        gone, self._workers = self._workers, []
        for worker in gone:
            worker.channel.close()  # which is what they wait at
        for worker in gone:
            worker.end(0.0 if worker.given else PATIENCE_S)

    def pids(self) -> list[int]:
        """Of the processes that are there."""
        return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def _fill_up(self) -> None:
        while len(self._workers) < self._count:
            self._workers.append(_start(self._open))

    def _free(self) -> _Worker | None:
        ready = [worker for worker in self._workers if worker.ready and len(worker.given) < AHEAD]
        return min(ready, key=lambda worker: len(worker.given), default=None)

    def _arrived(
        self, wait_s: float | None, again: deque[ImageTask], deaths: Counter[ImageTask]
    ) -> Iterator[ImageReading]:
        """What the processes have sent; waits for a first message at most `wait_s` (None: as long as it takes)."""
        by_channel: dict[Any, _Worker] = {worker.channel: worker for worker in self._workers}
        for channel in connection.wait(list(by_channel), wait_s):
            worker = by_channel[channel]
            try:
                message = worker.channel.recv()
            except (EOFError, OSError):
                yield from self._bury(worker, again, deaths)
                continue
            if isinstance(message, ImageReading):
                worker.given.popleft()
                yield message
            elif message == READY:
                worker.ready, self._false_starts = True, 0
            else:
                raise SetupError(str(message))

    def _bury(self, worker: _Worker, again: deque[ImageTask], deaths: Counter[ImageTask]) -> Iterator[ImageReading]:
        """A process is gone, killed or crashed: its tasks are read again, unless the one it worked on does that every time."""
        self._workers.remove(worker)
        worker.channel.close()
        worker.end(0.0)
        if not worker.ready:
            self._false_starts += 1
            if self._false_starts >= FALSE_STARTS:
                raise SetupError(
                    "The processes that read pictures end as soon as they start; run the task “Set up or repair”."
                )
        if worker.given:
            deaths[worker.given[0]] += 1
            if deaths[worker.given[0]] >= DEADLY:
                yield ImageReading(
                    worker.given.popleft(),
                    "failed",
                    message="Every process that read this picture was ended; it is tried again later.",
                )
        again.extendleft(reversed(worker.given))


@dataclass(eq=False)
class _Worker:
    """given: tasks without an answer yet, the one it works on first. ready: the models are loaded."""

    process: SpawnProcess
    channel: connection.Connection
    given: deque[ImageTask] = field(default_factory=deque)
    ready: bool = False

    def give(self, task: ImageTask) -> bool:
        """False if the process is gone."""
        try:
            self.channel.send(task)
        except OSError:
            return False
        self.given.append(task)
        return True

    def end(self, patience_s: float) -> None:
        self.process.join(patience_s)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def _start(open_reader: OpenReader) -> _Worker:
    context = multiprocessing.get_context("spawn")  # a fork would copy threads' locks, the runtime's among them
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, open_reader), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _work(channel: connection.Connection, open_reader: OpenReader) -> None:
    """What a process does until the other end of the channel closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to us all; the one who started us decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        read = open_reader()
    except StashSenseError as err:
        channel.send(str(err))
        return
    try:
        channel.send(READY)
        while True:
            channel.send(read(channel.recv()))
    except (EOFError, OSError):  # nobody is there any more
        return


def _end_with_parent() -> None:
    """Ends this process with the one that started it, however that one went and whatever is being worked on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
