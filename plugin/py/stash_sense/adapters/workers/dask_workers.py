"""Reads pictures on other machines: on the workers of a Dask scheduler. Dask is an optional dependency."""

from __future__ import annotations

import importlib
import pickle
import sys
from collections.abc import Iterable, Iterator
from queue import SimpleQueue
from typing import Any

from stash_sense.adapters.workers.cargo import Portable, pack_cargo
from stash_sense.core.catalogue.values import ImageReading, ImageTask
from stash_sense.errors import ServerError, SetupError

AHEAD = 2  # tasks on their way for each thread of the workers
CONNECT_S, WORKERS_S = 20.0, 60.0


class DaskReaders:
    """Implements usecases.box_ports.ImageReaders on the workers of the scheduler at `address` ("tcp://host:8786").

    A lost worker's tasks are read by the others; workers may come and go. Raises SetupError if Dask is not installed, or there is no
    scheduler or no worker.
    """

    def __init__(self, address: str, recipe: Portable) -> None:
        try:
            self._dask: Any = importlib.import_module("distributed")
            self._travelling: Any = importlib.import_module("stash_sense.adapters.workers.travelling")
            importlib.import_module("cloudpickle").register_pickle_by_value(self._travelling)
        except ImportError as err:
            raise SetupError(
                'Reading on other machines needs Dask: install it with pip install "dask[distributed]".'
            ) from err
        self._address = address
        self._cargo = pack_cargo(recipe)
        self._client = self._connect()

    def read(self, tasks: Iterable[ImageTask]) -> Iterator[ImageReading]:
        """Raises SetupError if a worker cannot open its reader, ServerError if the scheduler is gone."""
        source = iter(tasks)
        going: dict[Any, ImageTask] = {}
        done: SimpleQueue[Any] = SimpleQueue()
        exhausted = False
        try:
            while going or not exhausted:
                while not exhausted and len(going) < self._room():
                    yield from self._finished(going, done, wait=False)
                    task = next(source, None)
                    if task is None:
                        exhausted = True
                    else:
                        future = self._send(task)
                        going[future] = task
                        future.add_done_callback(done.put)
                yield from self._finished(going, done, wait=True)
        finally:
            if going and self._client.status == "running":
                self._client.cancel(list(going))

    def close(self) -> None:
        """Leaves the scheduler and its workers to themselves."""
        self._client.close()

    def _connect(self) -> Any:
        try:
            client = self._dask.Client(self._address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as err:  # ValueError: not an address
            raise SetupError(
                f"No Dask scheduler answers at {self._address}: start “dask scheduler” there, or check the address."
            ) from err
        try:
            self._check(client)
            client.register_plugin(self._travelling.Unpacking(self._cargo.parts))
        except BaseException:
            client.close()
            raise
        return client

    def _check(self, client: Any) -> None:
        """There are workers, and they can run what we send."""
        try:
            client.wait_for_workers(1, timeout=WORKERS_S)
        except self._dask.TimeoutError as err:
            raise SetupError(
                f"The Dask scheduler at {self._address} has no workers: start “dask worker {self._address}” on the machines."
            ) from err
        ours = sys.version_info[:2]
        for address, known in client.get_versions()["workers"].items():
            theirs = tuple(known["host"]["python"].split(".")[:2]) if known else ()
            if theirs and theirs != tuple(map(str, ours)):
                raise SetupError(
                    f"The Dask worker {address} runs Python {'.'.join(theirs)}, but {ours[0]}.{ours[1]} is needed: "
                    "use the same version everywhere."
                )

    def _room(self) -> int:
        """How many tasks may be on their way."""
        try:
            threads: dict[str, int] = self._client.nthreads()
        except OSError as err:
            raise self._away() from err
        return AHEAD * max(1, sum(threads.values()))

    def _send(self, task: ImageTask) -> Any:
        cargo, there = self._cargo, self._travelling.read_there
        return self._client.submit(there, cargo.code, cargo.recipe, pickle.dumps(task), pure=False)

    def _finished(self, going: dict[Any, ImageTask], done: SimpleQueue[Any], *, wait: bool) -> Iterator[ImageReading]:
        """What has come back. wait: for the first, if nothing has."""
        while going and (wait or not done.empty()):
            future = done.get()
            yield self._reading(future, going.pop(future))
            wait = False

    def _reading(self, future: Any, task: ImageTask) -> ImageReading:
        if future.status == "finished":
            answer = pickle.loads(future.result())
            if isinstance(answer, ImageReading):
                return answer
            raise SetupError(str(answer))
        if future.status == "error":
            err = future.exception()
            return ImageReading(
                task,
                "failed",
                message=f"The machine that read this picture gave up ({type(err).__name__}); it is tried again later.",
            )
        raise self._away()

    def _away(self) -> ServerError:
        return ServerError(
            f"The Dask scheduler at {self._address} went away: start it again, then go on with the build where it was."
        )
