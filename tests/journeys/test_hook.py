"""The hook during a scan: off until the user wants it, then one job for however many scenes, and nothing is left behind."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.journeys.conftest import MakeWorld
from tests.journeys.small import CORRIDOR, SPEECH
from tests.journeys.world import PLUGIN_ID, World, named_in
from tests.standin.library import OBAMA
from tests.standin.stash import StandIn

pytestmark = pytest.mark.journey

ASKS = "StashSense_RunTask"
LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.fixture
def inbox(tmp_path: Path, clips: dict[str, Path]) -> Path:
    """A folder that Stash has not scanned: one clip with a person, three without."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    shutil.copyfile(clips[SPEECH], folder / "a speech.mp4")
    for number in range(3):
        (folder / f"corridor {number}.mp4").write_bytes(clips[CORRIDOR].read_bytes() + bytes(number))
    return folder


def turn_on(world: World) -> None:
    world.stash.operation({"mode": "settings", "values": {"identify_on_scan": True}})
    assert world.stash.settings[PLUGIN_ID]["identify_on_scan"] is True
    assert world.stash.settings[PLUGIN_ID]["frames_per_scene"] == 10, "other settings stay"


def scan(world: World, folder: Path) -> list[int]:
    """Ids of the scenes that the scan has added."""
    before = set(world.stash.store.scenes)
    world.stash.scan(folder)
    return sorted(set(world.stash.store.scenes) - before)


def queued(world: World) -> list[int]:
    return [row[0] for row in world.rows("SELECT scene_id FROM queue ORDER BY scene_id")]


def states(world: World, ids: Sequence[int]) -> set[str]:
    return {world.stash.operation({"mode": "scene", "scene_id": str(one)})["state"] for one in ids}


def test_off_until_the_user_wants_it(enrolled: World, inbox: Path) -> None:
    new = scan(enrolled, inbox)
    enrolled.stash.jobs.wait_idle()
    assert len(new) == 4
    assert (queued(enrolled), enrolled.stash.requests.count(ASKS)) == ([], 0)
    assert states(enrolled, new) == {"not_analysed"}


@pytest.mark.parametrize("parallel_tasks", [1, 4])
def test_a_scan_asks_for_one_job_however_many_scenes_it_adds(
    enrolled: World, make_world: MakeWorld, inbox: Path, parallel_tasks: int
) -> None:
    world = make_world(enrolled, parallel_tasks=parallel_tasks)
    turn_on(world)
    with world.stash.jobs.subscribed() as events:
        new = scan(world, inbox)
        world.stash.jobs.wait_idle()
        added: list[str] = []
        while not events.empty():
            kind, job = events.get_nowait()
            added += [job.description] if kind == "ADD" else []
    assert added == ["Scanning...", "Running plugin task: Stash Sense: process queue"]
    assert world.stash.requests.count(ASKS) == 1
    assert (queued(world), world.rows("SELECT * FROM queue_job")) == ([], [])
    assert states(world, new) == {"analysed", "no_faces"}
    assert named_in(world.stash.operation({"mode": "scene", "scene_id": str(new[0])})) <= {OBAMA}
    assert world.last_run()["state"] == "finished"


def test_scenes_wait_visibly_until_their_job_has_its_turn(enrolled: World, inbox: Path) -> None:
    turn_on(enrolled)
    enrolled.stash.faults.add("unauthorized", 99, operation="StashSense_FindScenes")
    new = scan(enrolled, inbox / "a speech.mp4")
    enrolled.stash.jobs.wait_idle()
    enrolled.stash.faults.clear()
    assert states(enrolled, new) == {"queued"}
    status = enrolled.stash.operation({"mode": "status"})
    assert status["queue"]["waiting"] == 1
    assert status["runs"][0]["state"] == "failed"
    enrolled.run("process_queue")
    assert states(enrolled, new) == {"analysed"}


def test_a_flag_of_a_job_that_is_gone_heals(enrolled: World, inbox: Path) -> None:
    turn_on(enrolled)
    enrolled.write("INSERT INTO queue_job (only_row, job_id, asked_at) VALUES (1, '4711', ?)", LONG_AGO)
    new = scan(enrolled, inbox)
    enrolled.stash.jobs.wait_idle()
    assert enrolled.stash.requests.count(ASKS) == 1
    assert states(enrolled, new) == {"analysed", "no_faces"}
    assert queued(enrolled) == []


def test_a_job_stopped_by_the_user_leaves_the_rest_for_the_next_scan(enrolled: World, inbox: Path) -> None:
    turn_on(enrolled)
    stash = enrolled.stash
    with stash.jobs.subscribed() as events:
        stash.queue_scan([inbox])
        job = next(job for _, job in iter(events.get, None) if job.description.endswith("process queue"))
        stash.jobs.stop(job.id)  # before it could begin
    stash.jobs.wait_idle()
    waiting = queued(enrolled)
    assert len(waiting) == 4
    enrolled.write("UPDATE queue_job SET asked_at = ?", LONG_AGO)
    (inbox / "late.mp4").write_bytes((inbox / "corridor 0.mp4").read_bytes() + bytes(9))
    late = scan(enrolled, inbox)
    stash.jobs.wait_idle()
    assert states(enrolled, [*waiting, *late]) == {"analysed", "no_faces"}
    assert queued(enrolled) == []


def test_what_waited_when_stash_was_restarted_is_taken_by_identify_new(
    enrolled: World, make_world: MakeWorld, inbox: Path
) -> None:
    turn_on(enrolled)
    new = scan_and_quit(enrolled, inbox)
    again = make_world(enrolled)
    assert queued(again) == new
    assert states(again, new) == {"queued"}
    again.run("Identify new scenes")
    assert states(again, new) == {"analysed", "no_faces"}
    assert queued(again) == []


def test_what_waited_when_stash_was_restarted_is_taken_with_the_next_scan(
    enrolled: World, make_world: MakeWorld, inbox: Path
) -> None:
    turn_on(enrolled)
    new = scan_and_quit(enrolled, inbox)
    again = make_world(enrolled)
    again.write("UPDATE queue_job SET asked_at = ?", LONG_AGO)
    (inbox / "late.mp4").write_bytes((inbox / "corridor 0.mp4").read_bytes() + bytes(9))
    late = scan(again, inbox)
    again.stash.jobs.wait_idle()
    assert states(again, [*new, *late]) == {"analysed", "no_faces"}


def scan_and_quit(world: World, folder: Path) -> list[int]:
    """Scans and takes the job for the queue away, as a Stash does that is shut down: its jobs live in memory only."""
    stash: StandIn = world.stash
    known = set(stash.store.scenes)
    with stash.jobs.subscribed() as events:
        scanning = stash.queue_scan([folder])
        job = next(job for _, job in iter(events.get, None) if job.description.endswith("process queue"))
        stash.jobs.stop(job.id)
        stash.wait_for(scanning)
    stash.jobs.wait_idle()
    return sorted(set(stash.store.scenes) - known)


def test_a_scene_that_is_deleted_while_it_waits_is_dropped(enrolled: World, inbox: Path) -> None:
    turn_on(enrolled)
    new = scan_and_quit(enrolled, inbox)
    enrolled.stash.store.destroy("scene", new[1:])
    said = enrolled.run("process_queue")
    assert queued(enrolled) == []
    assert said == "Analysed 1 item."


def test_the_hook_says_nothing_above_debug_and_survives_a_stash_that_refuses(enrolled: World, inbox: Path) -> None:
    turn_on(enrolled)
    enrolled.stash.faults.add("html", 99)
    new = scan(enrolled, inbox)
    enrolled.stash.faults.clear()
    assert queued(enrolled) == new, "they wait for the next scan or for Identify new scenes"
    assert enrolled.rows("SELECT * FROM queue_job") == []
    assert [line.text for line in enrolled.stash.log if line.level in {"warning", "error"}] == []
