from __future__ import annotations

from stash_sense.adapters.workers.inline import InlineReaders
from stash_sense.core.catalogue.values import ImageReading, ImageTask

TASKS = [ImageTask("https://box.example/graphql", "p1", str(n), f"https://box.example/images/{n}") for n in range(3)]


def test_the_reader_is_opened_once_and_only_when_needed() -> None:
    opened = []

    def open_reader():
        opened.append(1)
        return lambda task: ImageReading(task, "no_face")

    readers = InlineReaders(open_reader)
    assert opened == []
    for _ in range(2):
        assert [reading.task for reading in readers.read(TASKS)] == TASKS
    assert opened == [1]


def test_a_task_is_taken_only_when_the_one_before_has_been_read() -> None:
    log = []

    def tasks():
        for task in TASKS:
            log.append(f"take {task.image_id}")
            yield task

    def read(task: ImageTask) -> ImageReading:
        log.append(f"read {task.image_id}")
        return ImageReading(task, "no_face")

    for _ in InlineReaders(lambda: read).read(tasks()):
        pass
    assert log == ["take 0", "read 0", "take 1", "read 1", "take 2", "read 2"]
