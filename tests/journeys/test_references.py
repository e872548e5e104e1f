"""A scene accepted for the wrong person does no harm, is shown, and the user has the last word."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.small import PLATFORM, SPEECH
from tests.journeys.world import World, assert_plain_words, named_in, person_called
from tests.standin.library import BIDEN, COLLINS, OBAMA
from tests.standin.store import StashError

pytestmark = pytest.mark.journey

STATES = "SELECT origin, state FROM reference WHERE person_id = ? ORDER BY id"


def assign(world: World, title: str, shown: str, name: str) -> str:
    track = person_called(world.scene(title), shown)
    args = {"scene_id": str(world.ids[title]), "track_id": track["track_id"], "performer_id": str(world.ids[name])}
    answer = world.stash.operation({"mode": "decide", "action": "assign", **args})
    return str(answer["decision_id"])


def disagreeing(world: World) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = world.stash.operation({"mode": "references"})
    return rows


def states(world: World, name: str) -> set[tuple[str, str]]:
    return set(world.rows(STATES, f"performer:{world.ids[name]}"))


def test_a_wrong_accept_is_set_aside_at_once_shown_and_gone_after_an_undo(analysed: World) -> None:
    assert disagreeing(analysed) == []
    decision = assign(analysed, SPEECH, OBAMA, BIDEN)
    assert states(analysed, BIDEN) == {("performer", "used"), ("confirmed", "set_aside")}
    row = disagreeing(analysed)[0]
    assert (row["name"], row["scene_id"], row["title"]) == (BIDEN, str(analysed.ids[SPEECH]), SPEECH)
    assert row["why"] == "not like the performer's own image"
    assert row["crop"].startswith("data:image/jpeg;base64,")
    assert row["beside"].startswith("data:image/jpeg;base64,")

    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(PLATFORM)) == {COLLINS}, "other scenes are as they were"
    analysed.run("Update gallery")
    assert states(analysed, BIDEN) == {("performer", "used"), ("confirmed", "set_aside")}
    assert analysed.stash.operation({"mode": "status"})["gallery"]["set_aside"] == len(disagreeing(analysed))

    analysed.stash.operation({"mode": "undo", "decision_id": decision})
    assert (disagreeing(analysed), states(analysed, BIDEN)) == ([], {("performer", "used")})


def test_the_users_word_holds_over_an_update_and_can_be_taken_back(analysed: World) -> None:
    assign(analysed, SPEECH, OBAMA, BIDEN)
    one = disagreeing(analysed)[0]["reference_id"]
    answer = analysed.stash.operation({"mode": "reference", "reference_id": one, "action": "use"})
    assert {row["state"] for row in answer["references"] if row["reference_id"] == one} == {"used"}
    analysed.run("Update gallery")
    assert states(analysed, BIDEN) == {("performer", "set_aside"), ("confirmed", "used")}
    analysed.stash.operation({"mode": "reference", "reference_id": one, "action": "restore"})
    assert states(analysed, BIDEN) == {("performer", "used"), ("confirmed", "set_aside")}


def test_a_right_accept_is_used_at_once(analysed: World) -> None:
    assign(analysed, SPEECH, OBAMA, OBAMA)
    shown = analysed.stash.operation({"mode": "references", "performer_id": str(analysed.ids[OBAMA])})
    assert {row["state"] for row in shown} == {"used"}
    assert {row["origin"] for row in shown} == {"performer", "confirmed"}


@pytest.mark.parametrize(
    "args",
    [
        {"mode": "reference", "reference_id": "4711", "action": "use"},
        {"mode": "reference", "reference_id": "1", "action": "burn"},
        {"mode": "reference", "reference_id": "x", "action": "use"},
        {"mode": "reference", "reference_id": "1"},
        {"mode": "references", "performer_id": "x"},
    ],
    ids=lambda args: "-".join(map(str, args.values())),
)
def test_an_impossible_wish_is_answered_with_a_sentence(analysed: World, args: dict[str, str]) -> None:
    before = analysed.rows("SELECT id, state, pinned_at FROM reference ORDER BY id")
    with pytest.raises(StashError) as refused:
        analysed.stash.operation(args)
    assert_plain_words(str(refused.value))
    assert analysed.rows("SELECT id, state, pinned_at FROM reference ORDER BY id") == before
