"""SIGKILL at random instants: the database is whole, and an undisturbed run afterwards ends with what it would have ended with anyway."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import numpy as np
import pytest
from tests.journeys.conftest import MakeWorld
from tests.journeys.small import MAYBE, SPEECH
from tests.journeys.world import World, wait_until
from tests.standin.jobs import Job
from tests.standin.library import OBAMA

pytestmark = pytest.mark.journey

SEED = 20261123
KILLS = 20  # of each task
IN_A_ROW = 2  # in one world, before the run that is left undisturbed
MOST_WORLDS = 30  # a kill that came too late does not count
SAME = 0.999  # cosine of two templates that were made from the same frames

MEDIA = "SELECT kind, stash_id, fingerprint, state, frames, faces, unusable, duration_s, message, analysis, told FROM media ORDER BY kind, stash_id"
TRACKS = """
SELECT media.stash_id, track.verdict, track.person_id, track.faces, track.frames, track.why, track.best_time_s, track.segments, track.template
FROM track JOIN media ON media.id = track.media_id ORDER BY media.stash_id, track.screen_time_s DESC, track.best_time_s, track.faces"""
FACES = "SELECT COUNT(*) FROM face"
CANDIDATES = """
SELECT media.stash_id, candidate.rank, candidate.person_id, candidate.reference_count, candidate.probability
FROM candidate JOIN track ON track.id = candidate.track_id JOIN media ON media.id = track.media_id
ORDER BY media.stash_id, track.screen_time_s DESC, track.best_time_s, candidate.rank"""
REFERENCES = "SELECT person_id, origin, origin_id, content_hash, state, vector FROM reference ORDER BY person_id, origin, origin_id"
PEOPLE = "SELECT id, name, performer_id FROM person ORDER BY id"
ENROLMENTS = "SELECT origin, origin_id, version, outcome FROM enrolment ORDER BY origin, origin_id"
TOLD = "SELECT media.stash_id, media.id FROM media WHERE told = 1 ORDER BY media.stash_id"

Kill = Callable[[World, Job], None]


def outcome(world: World) -> dict[str, Any]:
    """What a run leaves behind, without row ids and times."""
    return {
        "media": world.rows(MEDIA),
        "tracks": [row[:-1] for row in world.rows(TRACKS)],
        "faces": world.rows(FACES),
        "candidates": [(*row[:-1], round(row[-1], 2)) for row in world.rows(CANDIDATES)],
        "references": [row[:-1] for row in world.rows(REFERENCES)],
        "people": world.rows(PEOPLE),
        "enrolments": world.rows(ENROLMENTS),
        "tags": {scene.title: world.stash.tag_names(scene) for scene in world.stash.store.scenes.values()},
        "all tags": sorted(tag.name for tag in world.stash.store.tags.values()),
        "performers": {scene.title: list(scene.performer_ids) for scene in world.stash.store.scenes.values()},
    }


def vectors(world: World) -> np.ndarray:
    """Templates and references in the order of `outcome`, one per row."""
    blobs = [row[-1] for sql in (TRACKS, REFERENCES) for row in world.rows(sql)]
    return np.stack([np.frombuffer(blob, np.float16).astype(np.float32) for blob in blobs])


def assert_same(world: World, undisturbed: World) -> None:
    found, wanted = outcome(world), outcome(undisturbed)
    for part in wanted:
        assert found[part] == wanted[part], part
    likeness = (vectors(world) * vectors(undisturbed)).sum(axis=1)
    assert likeness.min() > SAME


def assert_whole(world: World) -> None:
    """The database opens and is what SQLite and the schema promise."""
    with closing(sqlite3.connect(world.data / "sense.db", timeout=10)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def by_stop(world: World, job: Job) -> None:
    """As the user's click on the job's cross: Stash kills the process."""
    world.stash.stop_job(job)


def by_signal(world: World, job: Job) -> None:
    """As the kernel does when memory is short."""
    os.kill(world.stash.processes[-1].pid, signal.SIGKILL)


def killed(world: World, task: str, instant: Callable[[World, Job], bool], kill: Kill) -> bool:
    """Starts the task and kills it at `instant`; False if the task was over by then."""
    count = len(world.stash.processes)
    job = world.stash.start_task(task)
    wait_until(lambda: len(world.stash.processes) > count, job.over.wait)
    process = world.stash.processes[-1]
    alive = instant(world, job) and not process.done.is_set()
    if alive:
        kill(world, job)
    job.over.wait(60)
    process.done.wait(60)
    return alive


def after(delay_s: float) -> Callable[[World, Job], bool]:
    return lambda world, job: not world.stash.processes[-1].done.wait(delay_s)


def on_request(operation: str) -> Callable[[World, Job], bool]:
    """When Stash has received the request of that name and has not answered it yet."""

    def instant(world: World, job: Job) -> bool:
        seen = world.stash.requests.count(operation)
        world.stash.faults.add("slow", value=0.4, operation=operation)
        found = wait_until(lambda: world.stash.requests.count(operation) > seen, job.over.wait)
        world.stash.faults.clear()
        return found

    return instant


def length_of(world: World, task: str) -> float:
    """Seconds from start to end of an undisturbed run of the task in this world."""
    started = time.monotonic()
    world.run(task)
    return time.monotonic() - started


@pytest.mark.parametrize("task", ["Update gallery", "Identify new scenes"])
def test_twenty_random_instants(untouched: World, enrolled: World, make_world: MakeWorld, task: str) -> None:
    start = untouched if task == "Update gallery" else enrolled
    undisturbed = make_world(start)
    length_s = length_of(undisturbed, task)
    chance = random.Random(f"{SEED} {task}")
    struck = 0
    for _ in range(MOST_WORLDS):
        if struck >= KILLS:
            break
        world = make_world(start)
        done_before: list[tuple[Any, ...]] = []
        for _ in range(IN_A_ROW):
            instant = after(chance.uniform(0.05, 0.9 * length_s))
            hit = killed(world, task, instant, chance.choice([by_stop, by_signal]))
            struck += hit
            length_s *= 1.0 if hit else 0.8  # too late: the machine was busier when the length was taken
            kept, done_before = done_before, told(world)
            assert set(kept) <= set(done_before), "what was finished is not done again"
        world.run(task)
        assert set(done_before) <= set(told(world))
        assert_whole(world)
        assert_same(world, undisturbed)
    assert struck >= KILLS


def told(world: World) -> list[tuple[Any, ...]]:
    """What is finished for good, by row; the database may not have its tables, or not even exist yet."""
    if not (world.data / "sense.db").exists():
        return []
    assert_whole(world)
    return world.rows(TOLD) if world.rows("SELECT 1 FROM sqlite_master WHERE name = 'media'") else []


OPERATIONS = ("StashSense_CreateTag", "StashSense_UpdateScenes", "StashSense_SceneLinks", "StashSense_FindScenes")


def test_a_kill_while_stash_is_asked_or_told(enrolled: World, make_world: MakeWorld) -> None:
    undisturbed = make_world(enrolled)
    undisturbed.run("Identify new scenes")
    for operation in OPERATIONS:
        world = make_world(enrolled)
        assert killed(world, "Identify new scenes", on_request(operation), by_signal), operation
        assert_whole(world)
        world.run("Identify new scenes")
        assert_same(world, undisturbed)
        assert MAYBE.format(OBAMA) in world.tags(SPEECH)


def test_a_stopped_run_is_shown_as_stopped_and_the_next_task_begins_at_once(enrolled: World) -> None:
    assert killed(enrolled, "Identify new scenes", on_request("StashSense_UpdateScenes"), by_stop)
    job = enrolled.stash.run_task("Identify new scenes")
    assert job.status == "FINISHED"
    states = enrolled.rows("SELECT state, message FROM run WHERE kind = 'identify_new' ORDER BY id")
    assert [state for state, _ in states] == ["failed", "finished"]
    assert "nothing is lost" in states[0][1]


def test_no_process_of_ours_outlives_a_kill(enrolled: World) -> None:
    assert killed(enrolled, "Identify new scenes", on_request("StashSense_FindScenes"), by_signal)
    pid = enrolled.stash.processes[-1].pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
