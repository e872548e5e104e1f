"""scripts/build-gallery as a real process, killed with SIGKILL again and again: what it ends with is what an undisturbed build ends with."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.journeys.world import wait_until
from tests.stashbox.building import a_performer, a_picture
from tests.stashbox.server import KEY, BoxServer, box_server
from tests.stashbox.world import BoxWorld

from stash_sense.adapters.galleries.manifest import verify
from stash_sense.adapters.galleries.package import Package

pytestmark = pytest.mark.journey

ROOT = Path(__file__).parents[2]
PHOTOS = sorted((ROOT / "tests/data/photos").glob("*.jpg"))
PEOPLE = 18
# How many requests the box has seen when the process is killed; the last ones fall into the pictures.
KILLS = (1, 2, 4, 6, 9, 14, 20, 27, 33, 38)


def a_world() -> BoxWorld:
    """Six faces under eighteen names; every picture has bytes of its own."""
    world = BoxWorld(ties="row")
    for number in range(PEOPLE):
        performer = a_performer(world, f"P{number:02d}", pictures=0)
        for take in range(number % 4):
            photo = PHOTOS[number % 6] if take < 2 else PHOTOS[(number + 3) % 6]
            image = a_picture(world, performer, f"{number} {take}", "", height=900 + take)
            world.images[image].data = photo.read_bytes() + f"{number} {take}".encode()
    return world


class Builds:
    """The command line on one data folder."""

    def __init__(self, folder: Path, server: BoxServer) -> None:
        self.folder = folder
        self.server = server
        self.log = folder / "log.txt"

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        path = f"{ROOT}{os.pathsep}{ROOT / 'plugin/py'}"
        environ = os.environ | {
            "PYTHONPATH": path,
            "BOX_KEY": KEY,
            "STASH_SENSE_LIMITS": str(self.folder / "limits.db"),
        }
        command = [sys.executable, "-m", "scripts.building", "--endpoint", self.server.endpoint, "--key-env", "BOX_KEY"]
        command += ["--scope", "all", "--data", str(self.folder / "data"), "--rate", "600000", "--verbose", *more]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, env=environ, stdout=log, stderr=log, cwd=self.folder, start_new_session=True
            )

    def finish(self, *more: str) -> None:
        assert self.start(*more).wait(240) == 0, self.log.read_text()

    @contextmanager
    def package(self) -> Iterator[Package]:
        with closing(sqlite3.connect(self.folder / "data/sense.db")) as db:
            ((build_id,),) = db.execute("SELECT build_id FROM gallery WHERE name = 'boxes'").fetchall()
        folder = self.folder / "data/galleries/boxes" / build_id
        verify(folder)
        with closing(Package.open(folder)) as package:
            yield package


def shown(package: Package) -> dict[str, Any]:
    with closing(sqlite3.connect(package.folder / "people.db")) as db:
        ids = [one for (one,) in db.execute("SELECT id FROM person ORDER BY id")]
    return {one: (package.record(one), package.crop(one), package.references(one)) for one in ids}


def test_ten_kills_change_nothing(tmp_path: Path) -> None:
    calm_folder, killed_folder = tmp_path / "calm", tmp_path / "killed"
    calm_folder.mkdir()
    killed_folder.mkdir()
    with box_server(a_world()) as server:
        calm = Builds(calm_folder, server)
        calm.finish("--json", "out.json", "--workers", "1")
        asked = len(server.seen)
        server.seen.clear()
        killed = Builds(killed_folder, server)
        strikes = sum(strike(killed, at) for at in KILLS)
        assert strikes >= len(KILLS) - 2, "most kills struck a build at work"
        killed.finish("--json", "out.json", "--workers", "1")
        again = len(server.seen) - asked
    assert again <= 8 * strikes, "only what was under way is asked for again"
    with calm.package() as one, killed.package() as other:
        assert one.manifest.content == other.manifest.content
        expected, found = shown(one), shown(other)
    assert len(expected) >= 10
    assert found.keys() == expected.keys()
    for person, (record, crop, references) in expected.items():
        assert (record, crop) == found[person][:2]
        assert np.array_equal(references, found[person][2])
    assert body(calm) == body(killed)
    assert body(calm)["complete"] is True
    assert body(calm)["count"] == len(body(calm)["ids"]) == PEOPLE


def strike(builds: Builds, at: int) -> bool:
    """Kills a build once the box has seen `at` requests in all; False if it was through before."""
    process = builds.start("--workers", "1")
    alive = wait_until(lambda: len(builds.server.seen) >= at, lambda seconds: ended(process, seconds))
    if alive:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return alive


def ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def body(builds: Builds) -> dict[str, Any]:
    """What --json wrote, without instants and numbers of requests."""
    found = json.loads((builds.folder / "out.json").read_text("utf-8"))
    for source in found["sources"]:
        del source["statement"], source["built_at"]
    return found


def test_no_key_is_left_anywhere(tmp_path: Path) -> None:
    with box_server(a_world()) as server:
        builds = Builds(tmp_path, server)
        builds.finish("--ids-only", "--json", "out.json")
        server.key = "another"  # so that the next run is refused
        assert builds.start("--workers", "0").wait(60) == 1
    assert b"key" in builds.log.read_bytes(), "the user is told"
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_other_machines_make_the_same_package_though_one_is_lost(tmp_path: Path) -> None:
    if importlib.util.find_spec("distributed") is None:
        pytest.skip("dask is optional")
    distributed = importlib.import_module("distributed")  # a broken installation is no reason to skip
    folders = [tmp_path / "here", tmp_path / "there"]
    for folder in folders:
        folder.mkdir()
    place = {"local_directory": str(tmp_path / "dask"), "dashboard_address": "127.0.0.1:0"}
    with box_server(a_world()) as server, distributed.LocalCluster(2, threads_per_worker=1, **place) as cluster:
        here, there = (Builds(folder, server) for folder in folders)
        here.finish("--workers", "0")
        server.seen.clear()
        process = there.start("--scheduler", cluster.scheduler_address)
        pids = [worker.pid for worker in cluster.workers.values()]
        assert wait_until(lambda: len(server.seen) >= 10, lambda seconds: ended(process, seconds))
        os.kill(pids[0], signal.SIGKILL)
        assert process.wait(240) == 0, there.log.read_text()
        with here.package() as one, there.package() as other:
            assert one.manifest.content == other.manifest.content
            assert one.manifest.faces >= 15
