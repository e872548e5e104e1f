from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from tests.readers import Recipe, done, held, opened, reads, tasks, until

from stash_sense.adapters.workers.pool import AHEAD, PoolReaders
from stash_sense.core.catalogue.values import ImageTask
from stash_sense.errors import SetupError

ROOT = Path(__file__).parents[4]


@contextmanager
def a_pool(folder: Path, workers: int = 2, *, broken: str = "") -> Iterator[PoolReaders]:
    with closing(PoolReaders(Recipe(folder, broken), workers)) as pool:
        yield pool


def test_every_picture_is_read_once_by_processes_that_open_once(tmp_path: Path) -> None:
    wanted = tasks(20)
    with a_pool(tmp_path) as pool:
        first = [reading.task for reading in pool.read(wanted[:10])]
        second = [reading.task for reading in pool.read(wanted[10:])]
    assert sorted(first, key=wanted.index) == wanted[:10]
    assert sorted(second, key=wanted.index) == wanted[10:]
    assert reads(tmp_path) == sorted(task.image_id for task in wanted)
    assert 1 <= len(opened(tmp_path)) <= 2
    assert os.getpid() not in opened(tmp_path)


def test_nothing_to_read_is_fine(tmp_path: Path) -> None:
    with a_pool(tmp_path, 1) as pool:
        assert list(pool.read([])) == []


def test_a_killed_process_is_replaced_and_its_pictures_are_read_again(tmp_path: Path) -> None:
    wanted = [*tasks(4), *tasks(1, what="kill-once"), *tasks(9, what="more")]
    with a_pool(tmp_path) as pool:
        found = list(pool.read(wanted))
    assert sorted(reading.task.image_id for reading in found) == sorted(task.image_id for task in wanted)
    assert {reading.outcome for reading in found} == {"no_face"}
    assert reads(tmp_path).count("kill-once0") == 2


def test_a_picture_that_ends_every_process_is_left_for_later_and_costs_no_other(tmp_path: Path) -> None:
    wanted = [*tasks(1, what="kill"), *tasks(5)]
    with a_pool(tmp_path) as pool:
        outcomes = {reading.task.image_id: reading for reading in pool.read(wanted)}
    assert outcomes["kill0"].outcome == "failed"
    assert "tried again later" in outcomes["kill0"].message
    assert {reading.outcome for name, reading in outcomes.items() if name != "kill0"} == {"no_face"}
    assert len(outcomes) == 6
    assert reads(tmp_path).count("kill0") == 3


def test_no_more_is_taken_than_the_processes_can_hold(tmp_path: Path) -> None:
    taken: list[ImageTask] = []

    def supply() -> Iterator[ImageTask]:
        for task in [*tasks(2 * AHEAD, what="slow"), *tasks(10)]:
            taken.append(task)
            assert len(taken) - len(done(tmp_path)) <= 2 * AHEAD, "for each one more an answer must have come"
            if len(taken) == 2 * AHEAD:
                release()
            yield task

    with held(tmp_path) as release, a_pool(tmp_path) as pool:
        assert len(list(pool.read(supply()))) == 2 * AHEAD + 10


def test_what_is_done_comes_before_more_is_asked_for(tmp_path: Path) -> None:
    handed: list[str] = []

    def supply() -> Iterator[ImageTask]:
        yield from tasks(1)
        until(lambda: bool(reads(tmp_path)))
        pool._workers[0].channel.poll(10)  # its answer has arrived
        yield from tasks(1, what="second")
        assert handed[0] == "ok0"
        yield from tasks(1, what="third")

    with a_pool(tmp_path, 1) as pool:
        for reading in pool.read(supply()):
            handed.append(reading.task.image_id)  # noqa: PERF401  # supply() looks at it meanwhile
    assert handed == ["ok0", "second0", "third0"]


def test_a_sweep_given_up_half_way_leaves_nothing_for_the_next(tmp_path: Path) -> None:
    with a_pool(tmp_path) as pool:
        sweep = pool.read(tasks(10))
        next(sweep)
        sweep.close()
        later = tasks(3, what="later")
        assert sorted(reading.task.image_id for reading in pool.read(later)) == [task.image_id for task in later]


@pytest.mark.parametrize(
    ("broken", "said"), [("refused", "The model pack is damaged"), ("killed", "end as soon as they start")]
)
def test_a_reader_that_cannot_be_opened_is_said_so(tmp_path: Path, broken: str, said: str) -> None:
    with a_pool(tmp_path, broken=broken) as pool, pytest.raises(SetupError, match=said):
        list(pool.read(tasks(3)))


def test_closing_ends_the_processes(tmp_path: Path) -> None:
    with a_pool(tmp_path) as pool:
        list(pool.read(tasks(4)))
        pids = pool.pids()
        assert len(pids) == 2
    assert not any(alive(pid) for pid in pids)


def test_the_processes_die_with_their_parent_even_if_it_is_killed(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from tests.readers import Recipe, tasks
from stash_sense.adapters.workers.pool import PoolReaders
if __name__ == "__main__":
    print("up", flush=True)
    list(PoolReaders(Recipe(Path({str(tmp_path)!r})), 2).read(tasks(4, what="slow")))
"""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'plugin/py'}"}
    with held(tmp_path):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment) as parent:
            assert parent.stdout.readline() == b"up\n"
            until(lambda: len(reads(tmp_path)) == 2)  # both are in the midst of a picture
            parent.send_signal(signal.SIGKILL)
        until(lambda: not any(alive(pid) for pid in opened(tmp_path)))
    assert len(opened(tmp_path)) == 2


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}
