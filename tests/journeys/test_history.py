"""What was decided, and what Stash's own pages show of it: through real plugin processes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.shapes import DECISION, PERFORMER, TEXT, YES, mismatch
from tests.journeys.small import PLATFORM, SPEECH
from tests.journeys.unknown_shapes import BATCH
from tests.journeys.world import World, assert_plain_words, person_called, with_verdict
from tests.standin.library import BIDEN, COLLINS, OBAMA
from tests.standin.store import StashError

pytestmark = pytest.mark.journey

NAME = "Zoe <img src=x onerror=alert(1)>"
ENTRY = {**BATCH, "can_undo": YES}


def history(world: World, **args: Any) -> dict[str, Any]:
    answer: dict[str, Any] = world.stash.operation({"mode": "history", **args})
    for one in answer["items"]:
        assert mismatch(ENTRY if "batch_id" in one else DECISION, one) is None
    return answer


def item(world: World, title: str, name: str, action: str = "accept") -> dict[str, str]:
    track = person_called(world.scene(title), name)["track_id"]
    return {"scene_id": str(world.ids[title]), "track_id": track, "action": action}


def performer(world: World, name: str) -> dict[str, Any]:
    answer: dict[str, Any] = world.stash.operation({"mode": "performer", "performer_id": str(world.ids[name])})
    assert mismatch(PERFORMER, answer) is None
    return answer


def test_a_batch_is_one_entry_before_and_after_it_is_taken_back(analysed: World) -> None:
    track = with_verdict(analysed.scene(PLATFORM), "unknown")[0]["track_id"]
    by_itself = {"scene_id": str(analysed.ids[PLATFORM]), "track_id": track, "action": "assign", "name": NAME}
    analysed.stash.operation({"mode": "decide", **by_itself})
    items = [item(analysed, SPEECH, OBAMA), item(analysed, PLATFORM, COLLINS)]
    analysed.run("decide_many", {"items": items, "what": "2 people in 2 scenes"})
    batch, decision = history(analysed)["items"]
    assert (batch["what"], batch["state"], batch["done"], batch["can_undo"]) == (
        "2 people in 2 scenes",
        "done",
        2,
        True,
    )
    assert (decision["name"], decision["changes"]) == (
        NAME,
        f"{NAME} was added to the scene. The performer was created.",
    )
    analysed.run("undo_many", {"batch_id": batch["batch_id"]})
    after = history(analysed)
    assert [(one.get("state"), one["can_undo"]) for one in after["items"]] == [("undone", False), (None, True)]
    assert after["total"] == 2
    assert analysed.performers(SPEECH) == set()


def test_it_comes_in_pages(analysed: World) -> None:
    for _ in range(2):
        made = analysed.stash.operation({"mode": "decide", **item(analysed, SPEECH, OBAMA)})
        analysed.stash.operation({"mode": "undo", "decision_id": made["decision_id"]})
    whole = [one["decision_id"] for one in history(analysed)["items"]]
    assert len(whole) == 4
    pages = [history(analysed, page=page, per_page=3) for page in (1, 2, 3)]
    assert [one["decision_id"] for page in pages for one in page["items"]] == whole
    assert [(page["total"], page["page"], page["per_page"]) for page in pages] == [(4, 1, 3), (4, 2, 3), (4, 3, 3)]
    assert history(analysed, per_page=1000)["per_page"] == 50
    assert history(analysed, page="10000000000000000000000")["items"] == []


def test_a_performer_is_known_and_waits_until_it_is_decided(analysed: World) -> None:
    before = performer(analysed, OBAMA)
    assert (before["references"], before["waiting_scenes"], before["waiting_images"]) == (1, 1, 0)
    analysed.stash.operation({"mode": "decide", **item(analysed, SPEECH, OBAMA)})
    after = performer(analysed, OBAMA)
    assert after["references"] > 1
    assert after["waiting_scenes"] == 0
    assert performer(analysed, BIDEN)["waiting_scenes"] == 0


def test_our_tags_are_known_by_their_ids_also_when_renamed(analysed: World) -> None:
    tags = analysed.stash.operation({"mode": "tags"})
    assert mismatch(dict.fromkeys(tags, TEXT), tags) is None
    names = {row.name: str(row.id) for row in analysed.stash.store.tags.values()}
    assert tags["to_review"] == names["Sense: to review"]
    assert tags["parent"] == names["Stash Sense"]
    assert not [role for role in tags if role.startswith("maybe:")]
    analysed.stash.store.tags[int(tags["to_review"])].name = "Who is it?"
    analysed.run("Re-match all scenes")
    assert analysed.stash.operation({"mode": "tags"})["to_review"] == tags["to_review"]


@pytest.mark.parametrize(
    "args",
    [{"mode": "history", "page": "x"}, {"mode": "history", "per_page": "x"}, {"mode": "performer", "performer_id": "x"}, {"mode": "performer"}],
    ids=lambda args: "-".join(args.values()),
)  # fmt: skip
def test_an_impossible_wish_is_answered_with_a_sentence(analysed: World, args: dict[str, str]) -> None:
    with pytest.raises(StashError) as refused:
        analysed.stash.operation(args)
    assert_plain_words(str(refused.value))
