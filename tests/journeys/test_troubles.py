"""The machine or Stash fails in the middle: one clear sentence in Stash's log and in the panel, nothing lost, and the next run goes on."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.journeys.conftest import MakeWorld
from tests.journeys.small import CORRIDOR, PLATFORM, SPEECH, TAGS, USERS_TAG
from tests.journeys.world import DATA, World, assert_plain_words, wait_until
from tests.standin.stash import REPOSITORY
from tests.standin.store import StashError

pytestmark = pytest.mark.journey

MODELS = ("embedder.onnx", "embedder.bin")  # of either runtime


def assert_done(world: World) -> None:
    """As after an undisturbed run."""
    expected = {SPEECH: TAGS[SPEECH], PLATFORM: [USERS_TAG, *TAGS[PLATFORM]], CORRIDOR: TAGS[CORRIDOR]}
    assert {title: world.tags(title) for title in expected} == expected


# --- The data folder ---------------------------------------------------------------------------------------------------


def test_a_data_folder_that_cannot_be_written(enrolled: World, make_world: MakeWorld, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    world = make_world(enrolled, env={"STASH_SENSE_DATA": str(tmp_path / "file" / "data")})
    set_up = world.fail("Set up or repair")
    assert str(tmp_path / "file") in set_up
    assert "STASH_SENSE_DATA" in set_up
    for task in ("Update gallery", "Identify new scenes", "Remove all Stash Sense tags"):
        assert "Set up or repair" in world.fail(task)
    with pytest.raises(StashError) as refused:
        world.stash.operation({"mode": "scene", "scene_id": "1"})
    assert_plain_words(str(refused.value))
    status = world.stash.operation({"mode": "status"})
    assert [problem["fix"] for problem in status["problems"]] == ["set_up"]
    world.stash.fire("Scene.Create.Post", 1, None)
    assert world.stash.mutations == []


@pytest.mark.parametrize("task", ["Set up or repair", "Identify new scenes"])
def test_a_damaged_database_is_moved_aside_and_the_run_goes_on(analysed: World, task: str) -> None:
    database = analysed.data / "sense.db"
    for name in ("sense.db-wal", "sense.db-shm"):
        (analysed.data / name).unlink(missing_ok=True)
    damaged = b"SQLite format 3\0" + bytes(range(256)) * 64
    database.write_bytes(damaged)
    with pytest.raises(StashError, match="damaged") as told:
        analysed.stash.operation({"mode": "scene", "scene_id": "1"})
    assert_plain_words(str(told.value))
    assert "set_up" in {problem["fix"] for problem in analysed.stash.operation({"mode": "status"})["problems"]}

    said = analysed.run(task)
    (aside,) = analysed.data.glob("sense.db.damaged-*")
    assert aside.read_bytes() == damaged, "nothing is thrown away"
    assert aside.name in str(analysed.last_run()["message"])
    assert any(aside.name in line for line in analysed.stash.logged("warning"))
    assert said

    analysed.run("Update gallery")
    analysed.run("Identify new scenes")
    analysed.run("Re-match all scenes")
    assert_done(analysed)


def test_pages_that_were_overwritten_are_noticed_too(analysed: World) -> None:
    database = analysed.data / "sense.db"
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(database.read_bytes())
    data[8192 : len(data) - 4096] = b"\xa5" * (len(data) - 12288)
    database.write_bytes(bytes(data))
    analysed.run("Update gallery")
    assert len(list(analysed.data.glob("sense.db.damaged-*"))) == 1
    assert analysed.rows("PRAGMA integrity_check") == [("ok",)]


def test_a_database_of_a_newer_plugin_is_left_alone(analysed: World) -> None:
    analysed.write("PRAGMA user_version = 99")
    assert "newer version" in analysed.fail("Identify new scenes")
    assert analysed.rows("SELECT COUNT(*) FROM media") == [(3,)]


# --- The disk ----------------------------------------------------------------------------------------------------------

SEAM = '''"""Makes SQLite's own limit stand in for a full disk: sense.db may grow by a few pages only."""
import sqlite3

_connect = sqlite3.connect


def connect(*args, **kwargs):
    db = _connect(*args, **kwargs)
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    sqlite3.Connection.execute(db, f"PRAGMA max_page_count = {pages + 4}")
    return db


sqlite3.connect = connect
'''


def test_a_full_disk(enrolled: World, make_world: MakeWorld, tmp_path: Path) -> None:
    (tmp_path / "seam").mkdir()
    (tmp_path / "seam" / "sitecustomize.py").write_text(SEAM, "utf-8")
    world = make_world(enrolled, env={"PYTHONPATH": str(tmp_path / "seam")})
    sentence = world.fail("Identify new scenes")
    assert "is full" in sentence
    assert world.rows("PRAGMA integrity_check") == [("ok",)]
    world.stash.env.clear()
    assert (world.last_run()["state"], world.last_run()["message"]) == ("failed", sentence)
    world.run("Identify new scenes")
    assert_done(world)


def test_a_quota_on_files(enrolled: World, make_world: MakeWorld, tmp_path: Path) -> None:
    """The operating system refuses to let a file grow, as quotas and some network shares do."""
    resource = pytest.importorskip("resource", reason="this system has no limits for processes")
    assert resource
    wrapper = tmp_path / "python"
    wrapper.write_text(
        f"#!{sys.executable}\n"
        "import os, resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"os.execv({sys.executable!r}, [{sys.executable!r}, *sys.argv[1:]])\n",
        "utf-8",
    )
    wrapper.chmod(0o755)
    world = make_world(enrolled, python_path=str(wrapper))
    sentence = world.fail("Identify new scenes")
    assert "disk" in sentence
    assert world.rows("PRAGMA integrity_check") == [("ok",)]
    world.stash.python_path = sys.executable
    world.run("Identify new scenes")
    assert_done(world)


# --- The plugin's own files ----------------------------------------------------------------------------------------------


@pytest.fixture
def installed_copy(tmp_path: Path) -> Path:
    """The plugin as a user has it: a folder of its own that can be damaged."""
    folder = tmp_path / "plugins" / "stash-sense"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "plugin", folder / "plugin", ignore=ignored)
    shutil.copyfile(REPOSITORY / "stash-sense.yml", folder / "stash-sense.yml")
    return folder


def test_a_damaged_model_is_named(enrolled: World, make_world: MakeWorld, installed_copy: Path) -> None:
    pack = installed_copy / "plugin" / "models" / "compact"
    for name in MODELS:
        data = bytearray((pack / name).read_bytes())
        data[len(data) // 2] ^= 0xFF
        (pack / name).write_bytes(bytes(data))
    world = make_world(enrolled, plugins=[installed_copy / "stash-sense.yml"])
    for task in ("Update gallery", "Identify new scenes"):
        sentence = world.fail(task)
        assert any(name in sentence for name in MODELS)
        assert "damaged" in sentence
        assert "install the plugin again" in sentence
    assert any(name in world.fail("Set up or repair") for name in MODELS)
    status = world.stash.operation({"mode": "status"})
    assert status["pack"]["ok"] is False
    assert "pack" in {problem["code"] for problem in status["problems"]}
    assert world.scene(SPEECH)["state"] == "not_analysed", "what needs no model still answers"


def test_a_missing_description_of_the_pack_is_named(
    enrolled: World, make_world: MakeWorld, installed_copy: Path
) -> None:
    (installed_copy / "plugin" / "models" / "compact" / "pack.json").unlink()
    world = make_world(enrolled, plugins=[installed_copy / "stash-sense.yml"])
    assert "pack.json" in world.fail("Identify new scenes")


# --- Stash ---------------------------------------------------------------------------------------------------------------


def test_stash_goes_away_in_the_middle_and_comes_back(enrolled: World) -> None:
    stash = enrolled.stash
    job = stash.start_task("Identify new scenes")
    assert wait_until(lambda: "StashSense_UpdateScenes" in stash.requests, job.over.wait)
    stash.go_away()
    stash.wait_for(job)
    sentence = enrolled.failure_of(job)
    assert "does not answer" in sentence
    stash.come_back()
    run = enrolled.last_run()
    assert (run["state"], run["message"]) == ("failed", sentence)
    enrolled.run("Identify new scenes")
    assert_done(enrolled)


@pytest.mark.parametrize(
    ("fault", "words"), [("html", "web page"), ("empty", "cannot use"), ("unauthorized", "sign-in")]
)
def test_an_answer_that_is_none_ends_the_run_with_a_sentence(enrolled: World, fault: str, words: str) -> None:
    enrolled.stash.faults.add(fault, 99, operation="StashSense_UpdateScenes")
    sentence = enrolled.fail("Identify new scenes")
    assert words in sentence
    assert (enrolled.last_run()["state"], enrolled.last_run()["message"]) == ("failed", sentence)
    enrolled.stash.faults.clear()
    enrolled.run("Identify new scenes")
    assert_done(enrolled)


def test_passing_trouble_is_waited_for(enrolled: World) -> None:
    faults = enrolled.stash.faults
    faults.add("locked", operation="StashSense_UpdateScenes")
    faults.add("locked", operation="StashSense_CreateTag", after=1)
    faults.add("status", value=502, operation="StashSense_FindScenes")
    faults.add("drop", operation="StashSense_SceneLinks")
    faults.add("slow", 3, value=0.3, after=4)
    enrolled.run("Identify new scenes")
    assert sorted(faults.hit) == ["drop", "locked", "locked", "slow", "slow", "slow", "status"]
    assert_done(enrolled)
    assert enrolled.stash.logged("error") == []


def test_a_scene_deleted_while_it_is_analysed_is_dropped(enrolled: World) -> None:
    stash = enrolled.stash
    stash.faults.add("slow", value=0.3, operation="StashSense_SceneLinks")
    job = stash.start_task("Identify new scenes")
    assert wait_until(lambda: "StashSense_FindScenes" in stash.requests, job.over.wait)
    stash.store.destroy("scene", [enrolled.ids[CORRIDOR]])
    stash.wait_for(job)
    assert stash.processes[-1].wait().error is None
    assert enrolled.rows("SELECT COUNT(*) FROM media WHERE stash_id = ?", enrolled.ids[CORRIDOR]) == [(0,)]


def test_a_mode_nobody_knows_is_refused_in_words(enrolled: World) -> None:
    assert "no mode" in enrolled.fail("dance")
    with pytest.raises(StashError) as refused:
        enrolled.stash.operation({"mode": "status2"})
    assert_plain_words(str(refused.value))


def test_two_tasks_at_once_and_the_panel_beside_them(enrolled: World) -> None:
    """Stash runs one task at a time, but the panel asks meanwhile."""
    stash = enrolled.stash
    job = stash.start_task("Identify new scenes")
    answers = 0
    while not job.over.is_set():
        assert enrolled.scene(SPEECH)["state"] in {"not_analysed", "analysed", "running"}
        status = stash.operation({"mode": "status"})
        assert [problem["code"] for problem in status["problems"]] == []
        answers += 1
    assert answers >= 1
    assert_done(enrolled)
    assert DATA in stash.operation({"mode": "status"})["data_folder"]
