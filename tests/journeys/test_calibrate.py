"""“Calibrate on my library” with real processes: many scenes that were never decoded, since their faces lie in sense.db as vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.conftest import MakeWorld, set_up
from tests.journeys.test_kill import assert_whole, by_signal, by_stop, killed
from tests.journeys.world import DATA, World, assert_plain_words, wait_until
from tests.packages import REVISION
from tests.standin.jobs import Job
from tests.standin.stash import StandIn
from tests.synthetic import Synthetic, fill_library

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.values import EmbeddingSpace

pytestmark = pytest.mark.journey

TASK = "Calibrate on my library"
SCENES, PERFORMERS = 240, 60
SPACE = EmbeddingSpace("compact", REVISION, 512)
LOOK_ALIKES = (0.3, 0.6)  # strangers of whom the pack thinks too much
PROBABILITIES = "SELECT track_id, probability FROM candidate WHERE rank = 1 ORDER BY track_id"
STORED = "SELECT outcome, slope, offset, figures FROM calibration ORDER BY id"


@pytest.fixture(scope="module")
def _tagged(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Iterator[World]:
    """240 analysed scenes, matched with the pack's own calibration, and the performers the user has tagged."""
    folder = set_up(tmp_path_factory.mktemp("tagged"), site)
    with closing(open_database(folder / DATA, create=True)) as db:
        casts = fill_library(Synthetic(SqliteStores(db), SPACE), range(1, SCENES + 1), resemblance=LOOK_ALIKES)
    with StandIn(config_dir=folder) as stash:
        for number in range(1, PERFORMERS + 1):
            assert stash.add_performer(f"Performer {number}").id == number
        for scene, cast in casts.items():
            assert stash.add_scene(None, title=f"Scene {scene}", performers=cast).id == scene
        world = World(stash, {})
        world.run("rematch")
        yield world


@pytest.fixture
def tagged(_tagged: World, make_world: MakeWorld) -> World:
    return make_world(_tagged)


def calibration(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.stash.operation({"mode": "calibration"})
    return found


def problems(world: World) -> list[tuple[str, str | None]]:
    return [(one["code"], one["fix"]) for one in world.stash.operation({"mode": "status"})["problems"]]


def test_from_the_first_run_to_the_way_back(tagged: World) -> None:
    assert calibration(tagged)["state"] == "never"
    before = tagged.rows(PROBABILITIES)
    changes = len(tagged.stash.mutations)
    said = tagged.run(TASK)
    assert_plain_words(said)
    assert "“Re-match all scenes”" in said

    found = calibration(tagged)
    assert (found["state"], found["in_use"], found["note"], found["pack"]) == ("adjusted", True, None, "compact")
    assert found["tracks"] == 2 * SCENES
    assert found["adjustment"]["offset"] < 0 or found["adjustment"]["slope"] < 1
    assert found["after"]["error"] < found["before"]["error"]
    assert found["to_rematch"] == SCENES
    assert tagged.rows(PROBABILITIES) == before, "nothing is restated behind the user's back"
    assert len(tagged.stash.mutations) == changes

    tagged.run("Re-match all scenes")
    assert calibration(tagged)["to_rematch"] == 0
    after = tagged.rows(PROBABILITIES)
    assert sum(new[1] < old[1] - 0.01 for old, new in zip(before, after, strict=True)) > 30
    assert max(probability for _, probability in after) <= 0.998

    assert "is in use again" in tagged.run("calibrate", {"reset": True})
    assert (calibration(tagged)["state"], calibration(tagged)["in_use"]) == ("reset", False)
    tagged.run("Re-match all scenes")
    assert tagged.rows(PROBABILITIES) == before
    assert [run["kind"] for run in tagged.stash.operation({"mode": "status"})["runs"]][:2] == [
        "rematch",
        "reset_calibration",
    ]


def test_a_proposal_becomes_a_setting_only_when_the_user_takes_it(tagged: World) -> None:
    tagged.run("calibrate", {"precision": "90"})
    by_key = {one["key"]: one for one in calibration(tagged)["proposals"]}
    proposed = by_key["review_from"]
    assert (proposed["current"], calibration(tagged)["wanted"]) == (60, 0.9)
    assert proposed["low"] >= 0.9
    assert proposed["names"] >= 50
    tagged.stash.operation({"mode": "settings", "values": {"review_from": proposed["value"]}})
    assert {one["key"]: one["current"] for one in calibration(tagged)["proposals"]}["review_from"] == proposed["value"]


def test_another_calibration_of_the_pack_puts_it_out_of_use_and_says_so(tagged: World) -> None:
    before = tagged.rows(PROBABILITIES)
    tagged.run(TASK)
    assert ("calibration", "calibrate") not in problems(tagged)
    tagged.write("UPDATE calibration SET fingerprint = 'of an older version'")
    assert ("calibration", "calibrate") in problems(tagged)
    found = calibration(tagged)
    assert (found["in_use"], found["proposals"]) == (False, [])
    assert_plain_words(found["note"])
    tagged.run("Re-match all scenes")
    assert tagged.rows(PROBABILITIES) == before
    tagged.run(TASK)
    assert ("calibration", "calibrate") not in problems(tagged)


def test_a_library_with_little_in_it_is_told_so(analysed: World) -> None:
    said = analysed.run(TASK)
    assert said.startswith("Too little to calibrate on: 0 scenes with 0 right and 0 wrong names; needed are 30 scenes")
    assert_plain_words(said)
    assert calibration(analysed)["state"] == "too_few"
    assert calibration(analysed)["in_use"] is False


@pytest.mark.parametrize("precision", ["most", 40, "99.9"])
def test_a_precision_that_is_none(analysed: World, precision: object) -> None:
    said = analysed.fail("calibrate", {"precision": precision})
    assert said == "The precision wanted is a number from 50 to 99.5, in per cent."


def on_page(number: int) -> Any:
    """When Stash is asked for the cast of that many pages, and has not answered yet."""

    def instant(world: World, job: Job) -> bool:
        wanted = world.stash.requests.count("StashSense_FindScenes") + number
        world.stash.faults.add("slow", value=0.3, operation="StashSense_FindScenes")
        found = wait_until(lambda: world.stash.requests.count("StashSense_FindScenes") >= wanted, job.over.wait)
        world.stash.faults.clear()
        return found

    return instant


def test_killed_at_any_page_the_old_calibration_stays(tagged: World) -> None:
    undisturbed = tagged
    undisturbed.run("calibrate", {"precision": 90})
    old = undisturbed.rows(STORED)
    build = undisturbed.rows("SELECT build FROM gallery_state")
    for kill, instant in ((by_signal, on_page(1)), (by_stop, on_page(2)), (by_signal, on_page(3))):
        assert killed(undisturbed, TASK, instant, kill)
        assert_whole(undisturbed)
        assert undisturbed.rows(STORED) == old
        assert undisturbed.rows("SELECT build FROM gallery_state") == build
        assert calibration(undisturbed)["in_use"] is True
    undisturbed.run("calibrate", {"precision": 90})
    assert undisturbed.rows(STORED) == old
