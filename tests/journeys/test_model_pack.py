"""Another model pack: the gallery is made anew beside the old one, decisions stay, and what is not there is said."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.small import PLATFORM, SPEECH, TAGS
from tests.journeys.test_kill import by_signal, killed
from tests.journeys.world import World, named_in, person_called, wait_until
from tests.standin.jobs import Job
from tests.standin.library import COLLINS, OBAMA

pytestmark = pytest.mark.journey

COMPACT = Path(__file__).parents[2] / "plugin" / "models" / "compact"
MINE = {"mine": 3, "compact": 0}  # references of each pack after the change


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A pack of the user's own: compact without the flip, so its vectors are others."""
    folder = Path(shutil.copytree(COMPACT, tmp_path / "mine"))
    body = json.loads((folder / "pack.json").read_text("utf-8")) | {"name": "mine", "revision": "7"}
    body["embedder"]["flip"] = False
    (folder / "pack.json").write_text(json.dumps(body), "utf-8")
    return folder


def choose(world: World, pack: str, **more: Any) -> None:
    world.stash.operation({"mode": "settings", "values": {"model_pack": pack, **more}})


def status(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.stash.operation({"mode": "status"})
    return found


def problems(world: World) -> dict[str, tuple[str, str | None]]:
    return {one["code"]: (one["message"], one["fix"]) for one in status(world)["problems"]}


def references(world: World) -> dict[str, int]:
    found = dict(world.rows("SELECT pack, COUNT(*) FROM reference WHERE origin = 'performer' GROUP BY pack"))
    return {pack: found.get(pack, 0) for pack in MINE}


def packs_of_scenes(world: World) -> set[str]:
    return {pack for (pack,) in world.rows("SELECT DISTINCT pack FROM media")}


def half_way(world: World, job: Job) -> bool:
    """The first face of the new gallery is there."""
    return wait_until(lambda: references(world)["mine"] > 0, job.over.wait)


def test_the_old_gallery_is_in_use_until_the_new_one_is_complete(analysed: World, mine: Path) -> None:
    choose(analysed, str(mine))
    said = analysed.run("Set up model pack")
    assert (
        said
        == "The model pack “mine” is ready. Run “Update gallery” to learn your performers' faces with it; until then “compact” stays in use."
    )
    message, fix = problems(analysed)["pack_change"]
    assert "“compact”, which stays in use until" in message
    assert fix == "update_gallery"
    assert (status(analysed)["pack"]["name"], status(analysed)["gallery"]["people"]) == ("compact", 3)

    assert killed(analysed, "Update gallery", half_way, by_signal)
    analysed.run("identify", {"scene_ids": [analysed.ids[SPEECH]], "force": True})
    assert packs_of_scenes(analysed) == {"compact"}, "cut short: scenes are looked at with the old pack still"
    assert named_in(analysed.scene(SPEECH)) == {OBAMA}
    assert status(analysed)["gallery"]["references"] == 3

    assert "“mine” is in use now: run “Identify new scenes”" in analysed.run("Update gallery")
    assert references(analysed) == MINE
    assert "pack_change" not in problems(analysed)
    assert (status(analysed)["pack"]["name"], status(analysed)["pack"]["revision"]) == ("mine", "7")
    assert analysed.run("Identify new scenes") == "Analysed 3 items."
    assert packs_of_scenes(analysed) == {"mine"}
    assert {title: analysed.tags(title) for title in (SPEECH,)} == {SPEECH: TAGS[SPEECH]}


def test_decisions_and_confirmed_faces_stand(analysed: World, mine: Path) -> None:
    scene_id = str(analysed.ids[SPEECH])
    track = person_called(analysed.scene(SPEECH), OBAMA)["track_id"]
    made = analysed.stash.operation({"mode": "decide", "scene_id": scene_id, "track_id": track, "action": "accept"})
    wrong = person_called(analysed.scene(PLATFORM), COLLINS)["track_id"]
    analysed.stash.operation(
        {"mode": "decide", "scene_id": str(analysed.ids[PLATFORM]), "track_id": wrong, "action": "reject"}
    )
    confirmed = "SELECT COUNT(*) FROM reference WHERE origin = 'confirmed' AND pack = ?"
    assert analysed.rows(confirmed, "compact")[0][0] > 0
    choose(analysed, str(mine))
    analysed.run("Update gallery")
    analysed.run("Identify new scenes")
    assert analysed.rows(confirmed, "mine") == analysed.rows(confirmed, "compact")
    person = person_called(analysed.scene(SPEECH), OBAMA)
    assert (person["verdict"], person["decision_id"]) == ("accepted", made["decision_id"])
    assert named_in(analysed.scene(PLATFORM)) == set(), "she was ruled out, and stays so"
    back = analysed.stash.operation({"mode": "undo", "decision_id": made["decision_id"]})
    assert back["scene"]["people"][0]["verdict"] == "suggested"
    assert OBAMA not in analysed.performers(SPEECH)


def test_a_licence_has_to_be_accepted_first(untouched: World) -> None:
    choose(untouched, "buffalo_l")
    sentence = untouched.fail("Set up model pack")
    if os.environ.get("STASH_SENSE_RUNTIME") == "ncnn":
        assert sentence.endswith("runs in onnxruntime only, and here the models run in ncnn: choose “compact”.")
        return
    assert "non-commercial research purposes only" in sentence
    assert "“Accepted model licences”" in sentence
    assert problems(untouched)["pack"] == (sentence, None)
    choose(untouched, "buffalo_l", accept_licence="Buffalo_L")
    message, fix = problems(untouched)["pack"]
    assert "has not been downloaded yet (289 MB)" in message
    assert fix == "set_up_pack"


def test_without_its_models_a_pack_is_not_used(analysed: World) -> None:
    choose(analysed, "opencv")
    assert "has not been downloaded yet (39 MB). Run the task “Set up model pack”." in analysed.fail("Update gallery")
    analysed.run("identify", {"scene_ids": [analysed.ids[SPEECH]], "force": True})
    assert named_in(analysed.scene(SPEECH)) == {OBAMA}, "the old gallery is in use as before"
    offered = {
        pack["name"]: (pack["chosen"], pack["in_use"], pack["ready"], pack["provisional"])
        for pack in status(analysed)["packs"]
    }
    assert offered == {
        "buffalo_l": (False, False, False, True),
        "compact": (False, True, True, False),
        "opencv": (True, False, False, True),
    }
    choose(analysed, "compact")
    assert "pack" not in problems(analysed)


def test_a_folder_that_is_gone_is_said_and_the_gallery_stays(analysed: World, mine: Path) -> None:
    choose(analysed, str(mine / "elsewhere"))
    assert "has no readable pack.json" in problems(analysed)["pack"][0]
    assert "has no readable pack.json" in analysed.fail("Update gallery")
    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(SPEECH)) == {OBAMA}
