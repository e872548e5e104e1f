"""A Python without our packages: every task names the one that repairs it, and what needs no package works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.conftest import MakeWorld
from tests.journeys.shapes import SCENE, STATUS, mismatch
from tests.journeys.small import SPEECH, TAGS
from tests.journeys.world import World, assert_plain_words, person_called
from tests.standin.library import OBAMA

pytestmark = pytest.mark.journey

TASKS: list[tuple[str, dict[str, Any]]] = [
    ("Update gallery", {}),
    ("Identify new scenes", {}),
    ("Re-match all scenes", {}),
    ("Remove all Stash Sense tags", {}),
    ("identify", {"scene_ids": ["1"]}),
    ("identify_images", {"image_ids": ["1"]}),
    ("process_queue", {}),
]
REMEDY = "run the task “Set up or repair”"


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter with nothing but the standard library, not even pip."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    base = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([base, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / ("python.exe" if os.name == "nt" else "python")
    found = subprocess.run([str(python), "-c", "import numpy"], capture_output=True, check=False)
    assert found.returncode == 1, "numpy must not be there"
    return str(python)


@pytest.fixture
def bare(analysed: World, make_world: MakeWorld, bare_python: str) -> World:
    """Analysed earlier, then Stash was given another Python."""
    return make_world(analysed, python_path=bare_python)


@pytest.mark.parametrize(("task", "args"), TASKS, ids=[task for task, _ in TASKS])
def test_every_task_names_the_one_that_repairs(bare: World, task: str, args: dict[str, Any]) -> None:
    sentence = bare.fail(task, args)
    assert REMEDY in sentence
    run = bare.last_run()
    assert (run["state"], run["message"]) == ("failed", sentence)
    assert bare.stash.mutations == []


def test_the_panel_is_told_what_is_missing(bare: World) -> None:
    status = bare.stash.operation({"mode": "status"})
    assert mismatch(STATUS, status) is None
    assert status["dependencies"]["ok"] is False
    (problem,) = status["problems"]
    assert (problem["code"], problem["fix"]) == ("dependencies", "set_up")
    assert REMEDY in problem["message"]
    assert_plain_words(problem["message"])


def test_the_panel_still_shows_and_takes_decisions(bare: World) -> None:
    view = bare.scene(SPEECH)
    assert mismatch(SCENE, view) is None
    decide: Callable[..., Any] = bare.stash.operation
    track = person_called(view, OBAMA)["track_id"]
    made = decide({"mode": "decide", "scene_id": str(bare.ids[SPEECH]), "track_id": track, "action": "accept"})
    assert bare.performers(SPEECH) == {OBAMA}
    assert bare.tags(SPEECH) == ["Sense: done"]
    decide({"mode": "undo", "decision_id": made["decision_id"]})
    assert bare.performers(SPEECH) == set()
    assert bare.tags(SPEECH) == TAGS[SPEECH]
    assert [one["what"] for one in decide({"mode": "history"})["items"]] == ["undo", "accept"]
    assert [one["name"] for one in decide({"mode": "search_people", "q": "obama"})] == [OBAMA]
    assert decide({"mode": "settings", "values": {"review_from": 60}})[2]["value"] == 60


def test_the_hook_still_queues(bare: World) -> None:
    bare.stash.operation({"mode": "settings", "values": {"identify_on_scan": True}})
    bare.stash.fire("Scene.Create.Post", bare.ids[SPEECH], None)
    bare.stash.jobs.wait_idle()
    assert bare.rows("SELECT scene_id FROM queue") == [(bare.ids[SPEECH],)]
    assert REMEDY in bare.last_run()["message"]


def test_before_anything_was_ever_set_up(bare_python: str, make_world: MakeWorld, untouched: World) -> None:
    world = make_world(untouched, python_path=bare_python)
    assert not (world.data / "sense.db").exists()
    for args in ({"mode": "scene", "scene_id": "1"}, {"mode": "history"}, {"mode": "search_people", "q": "a"}):
        with pytest.raises(Exception, match="Set up or repair") as refused:
            world.stash.operation(args)
        assert_plain_words(str(refused.value))
    assert world.stash.operation({"mode": "tags"}) == {}, "a page of scene cards asks without being asked to"
    world.stash.fire("Scene.Create.Post", 1, None)
    assert not (world.data / "sense.db").exists(), "a hook makes no database"
    assert mismatch(STATUS, world.stash.operation({"mode": "status"})) is None
    assert REMEDY in world.fail("Identify new scenes")


def test_setting_up_brings_the_tasks_back(bare: World, tmp_path: Path) -> None:
    bare.stash.python_path = sys.executable
    assert "installed and works" in bare.run("Set up or repair")
    bare.run("Re-match all scenes")
    assert bare.tags(SPEECH) == TAGS[SPEECH]
