"""A stash-box, the network, the disk or the user's hand gets in the way of a build: a sentence says so, and the gallery in use stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journeys.boxes import ELSE, KEYS, LEARN, SEAM, Boxes, content, environment, in_use, left_over, show, status
from tests.journeys.conftest import MakeBeside
from tests.journeys.small import SPEECH
from tests.journeys.test_build_gallery import ended
from tests.journeys.test_kill import by_signal, by_stop
from tests.journeys.world import World, assert_plain_words, named_in, wait_until
from tests.standin.jobs import Job
from tests.standin.library import OBAMA
from tests.standin.stash import REPOSITORY
from tests.stashbox.server import BoxServer

pytestmark = pytest.mark.journey

EVERYBODY = {"scope": "all"}
FULL = """
import sqlite3

_connect = sqlite3.connect


def connect(path, *args, **kwargs):
    db = _connect(path, *args, **kwargs)
    if str(path).endswith("catalogue.db"):
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        sqlite3.Connection.execute(db, f"PRAGMA max_page_count = {pages}")
    return db


sqlite3.connect = connect
"""
WORDS = {
    "key": "{host} does not accept the API key",
    "not_authorized": "{host} does not let this account read",
    "page": "{host} answers with a web page",
    "shield": "the protection before {host}",
    "too_fast": "{host} asks to be left alone for 60 minutes",
    "status": "answers with error 502",
    "drop": "{host} does not answer",
}


def spoil(server: BoxServer, trouble: str) -> None:
    if trouble == "key":
        server.key = "another one"
    else:
        value = {"too_fast": "3600", "status": "502"}.get(trouble, "")
        server.faults.add(trouble, value, times=99)  # type: ignore[arg-type]


def sentence_of(server: BoxServer, trouble: str) -> str:
    return WORDS[trouble].format(host=server.base_url.removeprefix("http://")).casefold()


@pytest.mark.parametrize("trouble", WORDS)
def test_a_box_in_trouble_does_not_hold_up_the_other(learned: World, boxes: Boxes, trouble: str) -> None:
    before = in_use(learned)
    spoil(boxes.first, trouble)
    said = learned.run("build_gallery", EVERYBODY)
    assert said.startswith(
        "The gallery from stash-boxes knows 3 people by 4 faces. First could not be read to the end: "
    )
    assert sentence_of(boxes.first, trouble) in said.casefold(), said
    assert "Second: complete, 1 of 1" in said
    assert_plain_words(said)
    first, second = status(learned)["sources"]
    assert first["message"] is not None
    assert first["message"] in said
    assert (first["people"], first["next_step"]) == (2, None)
    assert (second["message"], second["scope"]) == (None, "all")
    assert [row[:1] + row[3:] for row in in_use(learned)] == [("boxes", 3, 4)], before


def test_without_any_box_the_run_fails_and_the_gallery_stays(learned: World, boxes: Boxes) -> None:
    before = in_use(learned)
    spoil(boxes.first, "key")
    spoil(boxes.second, "page")
    sentence = learned.fail(LEARN)
    assert sentence_of(boxes.first, "key") in sentence.casefold()
    assert (learned.last_run()["state"], learned.last_run()["message"]) == ("failed", sentence)
    del learned.stash.stash_boxes[1:]
    learned.stash.stash_boxes[0]["endpoint"] = "http://127.0.0.1:9/graphql"
    assert "127.0.0.1:9 does not answer: it refused the connection" in learned.fail("build_gallery", EVERYBODY)
    assert in_use(learned) == before
    learned.run("Identify new scenes")
    assert named_in(learned.scene(SPEECH)) == {OBAMA}


def test_a_box_that_asks_for_a_moment_gets_it(linked: World, boxes: Boxes) -> None:
    boxes.first.faults.add("too_fast", "1")
    boxes.first.image_faults.add("too_fast", "1")
    boxes.second.image_faults.add("cut")
    assert linked.run(LEARN) == "The gallery from stash-boxes knows 3 people by 4 faces."


def test_a_full_disk_is_said_and_the_build_goes_on_later(
    learned: World, boxes: Boxes, make_beside: MakeBeside, tmp_path: Path
) -> None:
    cramped = make_beside(learned, learned.data, env=environment(tmp_path / "full", SEAM + FULL))
    before = in_use(cramped)
    assert "is full: free some space" in cramped.fail("build_gallery", EVERYBODY)
    assert in_use(cramped) == before
    cramped.stash.env = environment(tmp_path / "beside-1")
    assert "First: complete, 4 of 4" in cramped.run("build_gallery", EVERYBODY)


def test_a_damaged_catalogue_is_said_and_read_again(learned: World, boxes: Boxes) -> None:
    before = content(learned)
    path = learned.data / "catalogue.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)  # whole enough to be opened
    path.write_bytes(bytes(data))
    shown = status(learned)
    (problem,) = shown["problems"]
    assert (problem["code"], problem["fix"], shown["sources"]) == ("catalogue", "build_gallery", [])
    assert_plain_words(problem["message"])
    assert [one["name"] for one in shown["packages"]] == ["boxes"]
    assert shown["runs"], "the rest is told all the same"
    learned.run(LEARN)
    assert content(learned) == before
    assert "moved aside" in learned.last_run()["message"]
    assert status(learned)["problems"] == []


def struck(world: World, boxes: Boxes, at: int, kill: object) -> bool:
    """A build of everybody, killed once the boxes have been asked `at` times."""
    boxes.first.seen.clear()
    boxes.second.seen.clear()
    job: Job = world.stash.start_task("build_gallery", EVERYBODY)
    alive = wait_until(lambda: boxes.asked() >= at, job.over.wait)
    if alive:
        kill(world, job)  # type: ignore[operator]
    world.stash.wait_for(job)
    world.stash.processes[-1].done.wait(60)
    return alive and "killed" in str(world.stash.processes[-1].wait().error)


def test_killed_again_and_again_it_ends_with_the_same(learned: World, boxes: Boxes, make_beside: MakeBeside) -> None:
    show(boxes.first.world, boxes.ids.first[ELSE], "obama-2009", "collins-1992")
    boxes.first.world.touch(boxes.ids.first[ELSE])
    killed = make_beside(learned, learned.data)
    hits = 0
    for at, kill in ((2, by_signal), (5, by_stop), (4, by_signal), (1, by_stop)):
        hits += struck(killed, boxes, at, kill)
        assert wait_until(lambda: left_over(killed.stash.config_dir) == [], lambda _s: False), "its helpers end too"
        if hits == 1:
            killed.run("identify", {"scene_ids": [killed.ids[SPEECH]], "force": True})
            assert named_in(killed.scene(SPEECH)) == {OBAMA}, "the old gallery is in use meanwhile"
    assert hits >= 3
    killed.run("build_gallery", EVERYBODY)
    learned.run("build_gallery", EVERYBODY)
    assert content(killed) == content(learned)
    runs = [state for (state,) in killed.rows("SELECT state FROM run WHERE kind = 'build_gallery' ORDER BY id")]
    assert runs == ["finished", *["failed"] * (len(runs) - 2), "finished"]


def test_two_builds_at_once(learned: World, boxes: Boxes, tmp_path: Path) -> None:
    """The command line works on the data folder of Stash while a task is started there."""
    before = in_use(learned)
    boxes.first.faults.add("slow", 600)
    environ = os.environ | learned.stash.env | {"BOX_KEY": KEYS["First"]}
    environ["PYTHONPATH"] = f"{REPOSITORY}{os.pathsep}{REPOSITORY / 'plugin' / 'py'}"
    command = [sys.executable, "-m", "scripts.building", "--endpoint", boxes.first.endpoint, "--key-env", "BOX_KEY"]
    with (tmp_path / "log").open("wb") as log:
        other = subprocess.Popen(
            [*command, "--scope", "all", "--workers", "0", "--data", str(learned.data)],
            env=environ, stdout=log, stderr=log, cwd=tmp_path,
        )  # fmt: skip
    try:
        assert wait_until(lambda: len(boxes.first.seen) > 0, lambda seconds: ended(other, seconds))
        words = "Another build of the gallery is at work: wait until it has finished, or stop it."
        assert learned.fail(LEARN) == words
        assert learned.fail("remove_gallery", {"name": "boxes"}) == words
        assert in_use(learned) == before
    finally:
        other.kill()
        other.wait()
    assert learned.run(LEARN) == "The gallery from stash-boxes knows 3 people by 4 faces."
