from __future__ import annotations

import json
from typing import Any

from tests.unit.usecases.batch_worlds import NAME, batches, named, with_zoe
from tests.unit.usecases.worlds import World

from stash_sense.usecases.history import history_page
from stash_sense.usecases.undo import undo

MARKED_UP = "Zoe <img src=x onerror=alert(1)>"


def stranger(world: World) -> int:
    media = world.stores.media.get("scene", "1")
    (track,) = [track for track in world.stores.media.tracks(media.id) if track.verdict == "unknown"]
    return track.id


def history(world: World, page: int = 1, per_page: int = 25) -> dict[str, Any]:
    found = history_page(world.stores, page=page, per_page=per_page)
    assert json.loads(json.dumps(found)) == found
    return found


def rows(world: World, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(one.get(key) for key in keys) for one in history(world)["items"]]


def test_nothing_was_decided_yet(world: World) -> None:
    assert history(world) == {"total": 0, "page": 1, "per_page": 25, "items": []}


def test_it_tells_what_each_decision_changed(jane: World) -> None:
    decision = jane.choose(jane.track_of("Jane"), "accept")
    undo(jane.desk(), decision)
    newest, oldest = history(jane)["items"]
    assert oldest == {
        "decision_id": str(decision), "at": oldest["at"], "what": "accept", "by": "user", "scene_id": "1", "changes": "Jane was added to the scene.",
        "can_undo": False, "undone": True, "name": "Jane", "performer_id": oldest["performer_id"],
    }  # fmt: skip
    assert oldest["performer_id"] in jane.stash.performer_rows
    assert (newest["what"], newest["changes"]) == ("undo", "Jane was taken off the scene.")
    assert (newest["can_undo"], newest["undone"], newest["name"]) == (False, False, "Jane")


def test_a_name_is_text_and_a_performer_who_is_gone_has_no_page(jane: World) -> None:
    decision = jane.choose(stranger(jane), "assign", name=MARKED_UP)
    assert rows(jane, "name", "changes") == [
        (MARKED_UP, f"{MARKED_UP} was added to the scene. The performer was created.")
    ]
    made = history(jane)["items"][0]["performer_id"]
    assert jane.stash.performer_rows[made].name == MARKED_UP
    undo(jane.desk(), decision)
    assert rows(jane, "name", "performer_id") == [(MARKED_UP, None), (MARKED_UP, None)]


def test_ruling_out_and_leaving_without_a_name_name_whom_they_are_about(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "reject")
    jane.choose(stranger(jane), "skip")
    told = rows(jane, "what", "changes", "name", "can_undo")
    assert told == [
        ("skip", "The person was left without a name.", None, True),
        ("reject", "Jane was ruled out.", "Jane", True),
    ]


def test_what_the_program_did_by_itself_is_told_apart(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "accept", actor="auto")
    assert rows(jane, "by") == [("auto",)]


def test_a_batch_is_one_row_in_place_of_its_decisions(world: World) -> None:
    zoe = with_zoe(world)
    batch_id = named(zoe, name=NAME)
    waiting = history(zoe)
    assert [(one["state"], one["done"], one["can_undo"]) for one in waiting["items"]] == [("waiting", 0, True)]
    batches(zoe).carry_out(batch_id)
    (row,) = history(zoe)["items"]
    assert row == {
        "batch_id": str(batch_id), "at": row["at"], "what": f"{NAME} in 5 scenes", "state": "done", "total": 5, "done": 5, "failed": 0,
        "person_id": row["person_id"], "group_id": "1", "notes": [], "can_undo": True,
    }  # fmt: skip
    batches(zoe).undo(batch_id)
    assert rows(zoe, "batch_id", "state", "can_undo") == [(str(batch_id), "undone", False)]
    assert history(zoe)["total"] == 1


def test_one_decision_of_a_batch_taken_back_by_itself_is_told_until_the_batch_is(world: World) -> None:
    zoe = with_zoe(world)
    batch_id = named(zoe, name=NAME)
    batches(zoe).carry_out(batch_id)
    first = zoe.stores.batches.items(batch_id, "done")[0]
    undo(zoe.desk(), zoe.stores.batches.decision_of(first.id)[0])
    assert rows(zoe, "batch_id", "what") == [(None, "undo"), (str(batch_id), f"{NAME} in 5 scenes")]
    assert history(zoe)["total"] == 2
    batches(zoe).undo(batch_id)
    assert rows(zoe, "batch_id") == [(str(batch_id),)]
    assert history(zoe)["total"] == 1


def test_decisions_and_batches_come_by_their_instant(world: World) -> None:
    zoe = with_zoe(world)
    zoe.choose(stranger(zoe), "skip")
    batch_id = named(zoe, name=NAME)
    assert rows(zoe, "batch_id", "what") == [(str(batch_id), f"{NAME} in 5 scenes"), (None, "skip")]


def test_every_entry_is_on_one_page(jane: World) -> None:
    track = jane.track_of("Jane")
    for _ in range(4):
        undo(jane.desk(), jane.choose(track, "accept"))
    whole = [one["decision_id"] for one in history(jane)["items"]]
    pages = [history(jane, page, 3) for page in (1, 2, 3, 4)]
    assert [one["decision_id"] for page in pages for one in page["items"]] == whole
    assert [len(page["items"]) for page in pages] == [3, 3, 2, 0]
    assert {(page["total"], page["per_page"]) for page in pages} == {(8, 3)}
