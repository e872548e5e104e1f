"""Reads pictures in this process, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from stash_sense.core.catalogue.values import ImageReading, ImageTask

Read = Callable[[ImageTask], ImageReading]
OpenReader = Callable[[], Read]  # loads the models: once per process. To be picklable for the other kinds of workers


class InlineReaders:
    """Implements usecases.box_ports.ImageReaders."""

    def __init__(self, open_reader: OpenReader) -> None:
        self._open = open_reader
        self._read: Read | None = None

    def read(self, tasks: Iterable[ImageTask]) -> Iterator[ImageReading]:
        if self._read is None:
            self._read = self._open()
        yield from map(self._read, tasks)

    def close(self) -> None:
        """Nothing stays open."""
