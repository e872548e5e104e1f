"""Read ahead: the next items are made in a second thread while the present one is worked on (decoding beside inference)."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class _End(Generic[T]):
    """The source is exhausted, or failed with `error`."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterable[T], count: int) -> Iterator[T]:
    """`items` in order, with up to `count` of them made in advance; an error of the source is raised where it would have come.

    Closing the iterator early stops the thread.
    """
    if count < 1:
        raise ValueError(f"count is {count}, needs 1 or more")
    made: queue.Queue[T | _End[T]] = queue.Queue(maxsize=count)
    stop = threading.Event()

    def put(item: T | _End[T]) -> None:
        while not stop.is_set():
            try:
                made.put(item, timeout=0.1)
            except queue.Full:
                continue
            return

    def work() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                put(item)
                if stop.is_set():
                    return
        except BaseException as err:  # handed to the consumer, who raises it
            error = err
        put(_End(error))

    thread = threading.Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := made.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stop.set()
        thread.join()
