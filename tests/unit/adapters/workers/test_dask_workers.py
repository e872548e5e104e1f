from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.readers import PortableRecipe, held, opened, reads, tasks, until

from stash_sense.adapters.workers.dask_workers import AHEAD, DaskReaders
from stash_sense.errors import ServerError, SetupError

distributed = pytest.importorskip("distributed", reason="dask is optional")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two workers, processes of their own."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as made:
        yield made


@contextmanager
def on(cluster: Any, folder: Path, *, broken: str = "") -> Iterator[DaskReaders]:
    pack = folder / "the pack"
    pack.mkdir()
    (pack / "pack.json").write_text("{}", "utf-8")
    with closing(DaskReaders(cluster.scheduler_address, PortableRecipe(folder, broken, pack))) as readers:
        yield readers


def test_every_picture_is_read_by_this_very_code_on_the_workers(cluster: Any, tmp_path: Path) -> None:
    wanted = tasks(12)
    with on(cluster, tmp_path) as readers:
        found = list(readers.read(wanted))
    assert sorted((reading.task for reading in found), key=wanted.index) == wanted
    assert os.getpid() not in opened(tmp_path)
    assert reads(tmp_path) == sorted(task.image_id for task in wanted)
    for reading in found:
        code, pack = reading.message.split(" ")
        assert "/code-" in code  # unpacked from the cargo, not found on this machine
        assert pack == "{}"


def test_a_lost_worker_costs_no_picture(cluster: Any, tmp_path: Path) -> None:
    wanted = [*tasks(4), *tasks(1, what="kill-once"), *tasks(6, what="more")]
    with on(cluster, tmp_path) as readers:
        found = list(readers.read(wanted))
    assert sorted(reading.task.image_id for reading in found) == sorted(task.image_id for task in wanted)
    assert {reading.outcome for reading in found} == {"no_face"}
    assert reads(tmp_path).count("kill-once0") == 2


def test_a_worker_killed_from_outside_in_the_midst_of_a_picture(cluster: Any, tmp_path: Path) -> None:
    def supply():
        yield from tasks(1, what="slow")
        until(lambda: bool(opened(tmp_path)))
        os.kill(opened(tmp_path)[0], signal.SIGKILL)
        release()
        yield from tasks(6)

    with held(tmp_path) as release, on(cluster, tmp_path) as readers:
        found = sorted(reading.task.image_id for reading in readers.read(supply()))
    assert found == sorted(task.image_id for task in [*tasks(1, what="slow"), *tasks(6)])


def test_no_more_is_sent_than_the_workers_can_hold(cluster: Any, tmp_path: Path) -> None:
    taken = []

    def supply():
        for task in tasks(30):
            taken.append(task)
            yield task

    with on(cluster, tmp_path) as readers:
        sweep = readers.read(supply())
        next(sweep)
        assert len(taken) <= 2 * AHEAD
        sweep.close()


def test_a_reader_that_cannot_be_opened_is_said_so(cluster: Any, tmp_path: Path) -> None:
    with on(cluster, tmp_path, broken="refused") as readers, pytest.raises(SetupError, match="model pack is damaged"):
        list(readers.read(tasks(3)))


def test_no_scheduler_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stash_sense.adapters.workers.dask_workers.CONNECT_S", 0.5)
    with pytest.raises(SetupError, match="No Dask scheduler answers"):
        DaskReaders("tcp://127.0.0.1:9", PortableRecipe(tmp_path, pack=tmp_path))


def test_a_scheduler_that_is_away_when_it_is_asked_for_room_is_said_so(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed() -> None:
        raise OSError("the connection is closed")

    with on(cluster, tmp_path) as readers:
        monkeypatch.setattr(readers._client, "nthreads", closed)
        with pytest.raises(ServerError, match="went away"):
            list(readers.read(tasks(1)))


def test_a_scheduler_that_goes_away_is_said_so(tmp_path: Path) -> None:
    with (
        distributed.LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0") as short_lived,
        on(short_lived, tmp_path) as readers,
        pytest.raises(ServerError, match="went away"),
    ):
        for _ in readers.read(tasks(50)):
            short_lived.close()
