"""The self-test as a real task: with everything in order, with broken parts, and killed on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.journeys.test_kill import assert_whole, by_signal, killed, on_request
from tests.journeys.world import World, assert_plain_words, library_of

pytestmark = pytest.mark.journey

TASK = "Self-test"
KEPT = ("media", "track", "face", "candidate", "reference", "decision", "tag", "queue", "enrolment", "person")


def report(world: World) -> dict[str, Any]:
    told: dict[str, Any] = world.stash.operation({"mode": "self_test_report"})
    assert set(told) == {"at", "rows", "speed", "references", "estimate"}
    for row in told["rows"]:
        assert set(row) == {"key", "title", "level", "text", "fix"}
        assert "Traceback" not in row["text"]
    return told


def levels(told: dict[str, Any]) -> dict[str, str]:
    return {row["key"]: row["level"] for row in told["rows"]}


def tables(world: World) -> dict[str, list[tuple[Any, ...]]]:
    return {table: world.rows(f"SELECT * FROM {table}") for table in KEPT}


def test_it_says_what_works_and_leaves_no_trace(enrolled: World) -> None:
    assert report(enrolled)["at"] is None
    before, kept = library_of(enrolled.stash), tables(enrolled)
    said = enrolled.run(TASK)
    assert_plain_words(said)
    told = report(enrolled)
    assert levels(told) == {
        "folder": "ok", "disk": "ok", "database": "ok", "packages": "ok", "models": "ok", "gallery": "ok", "scenes": "ok", "performers": "warning",
    }  # fmt: skip
    speed = told["speed"]
    assert (speed["scenes"], speed["with_faces"], speed["people"], speed["named"]) == (3, 2, 3, 2)
    assert min(speed["stages"]["decode"], speed["stages"]["detect"], speed["stages"]["embed"]) > 0
    assert told["estimate"]["scenes"] == 3
    assert 0 < told["estimate"]["low_h"] <= told["estimate"]["high_h"]
    assert [group["people"] for group in told["references"]["groups"]] == [1, 3, 0, 0]
    assert (library_of(enrolled.stash), tables(enrolled)) == (before, kept)
    assert enrolled.stash.mutations == []
    run = enrolled.last_run()
    assert (run["kind"], run["state"], run["done"]) == ("self_test", "finished", run["total"])


def test_after_everything_is_analysed_nothing_waits(analysed: World) -> None:
    analysed.run(TASK)
    assert report(analysed)["estimate"]["scenes"] == 0


def test_missing_files_and_a_damaged_one_stop_nothing(enrolled: World, tmp_path: Path) -> None:
    scenes = enrolled.stash.store.scenes
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    ids = [enrolled.ids[title] for title in ("Platform", "Corridor")]
    scenes[ids[0]].files[0].path = str(tmp_path / "gone.mp4")
    scenes[ids[1]].files[0].path = str(broken)
    assert_plain_words(enrolled.run(TASK))
    told = report(enrolled)
    row = next(row for row in told["rows"] if row["key"] == "scenes")
    assert row["level"] == "failed"
    assert row["text"].startswith("2 of 3 scenes could not be read. ")
    assert told["speed"]["scenes"] == 1


def test_no_scenes_at_all(enrolled: World) -> None:
    enrolled.stash.store.scenes.clear()
    assert_plain_words(enrolled.run(TASK))
    told = report(enrolled)
    assert levels(told)["scenes"] == "failed"
    assert (told["speed"], told["estimate"]) == (None, None)


def test_a_damaged_model_is_found_and_the_other_parts_are_looked_at(enrolled: World) -> None:
    own = enrolled.stash.config_dir / "own-pack"
    own.mkdir()
    source = Path(__file__).parents[2] / "plugin" / "models" / "compact"
    for file in source.iterdir():
        (own / file.name).write_bytes(file.read_bytes())
    manifest = own / "pack.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"name": "compact"', '"name": "mine"'), "utf-8")
    (own / "detector.onnx").write_bytes(b"damaged")
    (own / "detector.bin").write_bytes(b"damaged")
    enrolled.write("UPDATE gallery_state SET choice = ?, pack = 'mine'", str(own))
    enrolled.stash.operation({"mode": "settings", "values": {"model_pack": str(own)}})
    assert_plain_words(enrolled.run(TASK))
    told = report(enrolled)
    model = next(row for row in told["rows"] if row["key"] == "models")
    assert model["level"] == "failed"
    assert "detector" in model["text"]
    assert "“Set up or repair”" in model["text"]
    assert {"folder": "ok", "database": "ok"}.items() <= levels(told).items()
    assert told["speed"] is None
    assert told["references"]["performers"] == 4


def test_a_folder_without_a_pack_is_a_row_of_its_own(enrolled: World) -> None:
    enrolled.write("UPDATE gallery_state SET choice = '/nowhere/pack', pack = 'gone'")
    enrolled.stash.operation({"mode": "settings", "values": {"model_pack": "/nowhere/pack"}})
    assert_plain_words(enrolled.run(TASK))
    assert levels(report(enrolled))["models"] == "failed"


def test_killed_on_the_way_the_earlier_result_stays(enrolled: World) -> None:
    enrolled.run(TASK)
    before = report(enrolled)
    assert killed(enrolled, TASK, on_request("StashSense_FindScenes"), by_signal)
    assert_whole(enrolled)
    assert report(enrolled) == before
    assert_plain_words(enrolled.run(TASK))
    assert report(enrolled)["at"] >= before["at"]
