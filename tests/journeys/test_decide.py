"""Accept, reject, name, take back: what is written to the scene, and that taking back leaves it as it was."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.shapes import HISTORY, SCENE, mismatch
from tests.journeys.small import MAYBE, PLATFORM, SPEECH, TAGS, USERS_TAG
from tests.journeys.world import (
    World,
    assert_plain_words,
    library_of,
    named_in,
    person_called,
    with_verdict,
)
from tests.standin.library import BIDEN, COLLINS, NO_PHOTO, OBAMA
from tests.standin.store import StashError

pytestmark = pytest.mark.journey


def decide(world: World, title: str, track: dict[str, Any], action: str, **who: str) -> dict[str, Any]:
    args = {"mode": "decide", "scene_id": str(world.ids[title]), "track_id": track["track_id"], "action": action}
    answer: dict[str, Any] = world.stash.operation({**args, **who})
    assert set(answer) == {"decision_id", "scene"}
    assert mismatch(SCENE, answer["scene"]) is None
    return answer


def undo(world: World, decision_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = world.stash.operation({"mode": "undo", "decision_id": decision_id})
    assert_plain_words(answer["message"])
    return answer


def references(world: World) -> list[tuple[Any, ...]]:
    return world.rows("SELECT person_id, origin, origin_id, state FROM reference ORDER BY id")


def test_accepting_adds_the_performer_and_taking_it_back_takes_it_off(analysed: World) -> None:
    before, known, view = library_of(analysed.stash, ours=False), references(analysed), analysed.scene(SPEECH)
    answer = decide(analysed, SPEECH, person_called(view, OBAMA), "accept")
    assert analysed.performers(SPEECH) == {OBAMA}
    assert analysed.tags(SPEECH) == ["Sense: done"]
    (accepted,) = with_verdict(answer["scene"], "accepted")
    assert (accepted["person"]["name"], accepted["decided_by"]) == (OBAMA, "user")
    assert accepted["decision_id"] == answer["decision_id"]
    assert len(references(analysed)) > len(known), "the confirmed faces are references now"
    assert MAYBE.format(OBAMA) not in {tag.name for tag in analysed.stash.store.tags.values()}

    undone = undo(analysed, answer["decision_id"])
    assert analysed.performers(SPEECH) == set()
    assert analysed.tags(SPEECH) == TAGS[SPEECH]
    assert references(analysed) == known
    assert undone["scene"] == view
    assert library_of(analysed.stash, ours=False) == before


def test_rejecting_leaves_the_scene_without_the_name_for_good(analysed: World) -> None:
    before, view = library_of(analysed.stash, ours=False), analysed.scene(PLATFORM)
    answer = decide(analysed, PLATFORM, person_called(view, COLLINS), "reject")
    assert named_in(answer["scene"]) == set()
    assert analysed.performers(PLATFORM) == {NO_PHOTO}
    assert analysed.tags(PLATFORM) == [USERS_TAG, "Sense: done", "Sense: unknown person"]

    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(PLATFORM)) == set()
    analysed.run("identify", {"scene_ids": [str(analysed.ids[PLATFORM])], "force": True})
    assert named_in(analysed.scene(PLATFORM)) == set()

    undo(analysed, answer["decision_id"])
    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(PLATFORM)) == {COLLINS}
    assert analysed.tags(PLATFORM) == [USERS_TAG, *TAGS[PLATFORM]]
    assert library_of(analysed.stash, ours=False) == before


def test_a_stranger_is_given_a_new_name_which_is_gone_again_after_taking_it_back(analysed: World) -> None:
    before, view = library_of(analysed.stash, ours=False), analysed.scene(PLATFORM)
    (stranger,) = with_verdict(view, "unknown")
    answer = decide(analysed, PLATFORM, stranger, "assign", name="Grace Hopper")
    made = {row.name: row for row in analysed.stash.store.performers.values()}
    assert analysed.performers(PLATFORM) == {NO_PHOTO, "Grace Hopper"}
    assert named_in(answer["scene"]) == {COLLINS, "Grace Hopper"}
    assert analysed.tags(PLATFORM) == [USERS_TAG, MAYBE.format(COLLINS), "Sense: to review"]
    found = analysed.stash.operation({"mode": "search_people", "q": "hopper"})
    assert [(one["name"], one["performer_id"]) for one in found] == [("Grace Hopper", str(made["Grace Hopper"].id))]

    undo(analysed, answer["decision_id"])
    assert analysed.performers(PLATFORM) == {NO_PHOTO}
    assert analysed.scene(PLATFORM) == view
    assert analysed.stash.operation({"mode": "search_people", "q": "hopper"}) == []
    assert library_of(analysed.stash, ours=False) == before


def test_somebody_else_may_be_named_than_suggested(analysed: World) -> None:
    speech = analysed.scene(SPEECH)
    decide(analysed, SPEECH, person_called(speech, OBAMA), "assign", performer_id=str(analysed.ids[BIDEN]))
    assert analysed.performers(SPEECH) == {BIDEN}
    assert named_in(analysed.scene(SPEECH)) == {BIDEN}


def test_matching_again_keeps_what_was_decided(analysed: World) -> None:
    speech, platform = analysed.scene(SPEECH), analysed.scene(PLATFORM)
    decide(analysed, SPEECH, person_called(speech, OBAMA), "accept")
    decide(analysed, PLATFORM, person_called(platform, COLLINS), "accept")
    decide(analysed, PLATFORM, with_verdict(platform, "unknown")[0], "skip")
    shown = {title: verdicts(analysed.scene(title)) for title in (SPEECH, PLATFORM)}
    changes = len(analysed.stash.mutations)
    analysed.run("Update gallery")
    analysed.run("Re-match all scenes")
    assert {title: verdicts(analysed.scene(title)) for title in (SPEECH, PLATFORM)} == shown
    assert analysed.stash.mutations[changes:] == []
    ids = [str(analysed.ids[title]) for title in (SPEECH, PLATFORM)]
    analysed.run("identify", {"scene_ids": ids, "force": "true"})
    assert {title: verdicts(analysed.scene(title)) for title in (SPEECH, PLATFORM)} == shown
    assert analysed.stash.mutations[changes:] == []


def verdicts(view: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    people = view["people"]
    return sorted(
        (one["verdict"], one["person"]["name"] if one["person"] else None, one["decision_id"]) for one in people
    )


def test_taking_back_leaves_alone_what_the_user_has_changed_since(analysed: World) -> None:
    made = decide(analysed, SPEECH, person_called(analysed.scene(SPEECH), OBAMA), "accept")
    row = analysed.stash.store.scenes[analysed.ids[SPEECH]]
    row.performer_ids = [analysed.ids[BIDEN]]  # the user has taken Obama off and put Biden on
    undone = undo(analysed, made["decision_id"])
    assert "meanwhile" in undone["message"]
    assert analysed.performers(SPEECH) == {BIDEN}


def test_a_performer_who_was_there_before_stays_when_the_acceptance_is_taken_back(analysed: World) -> None:
    row = analysed.stash.store.scenes[analysed.ids[SPEECH]]
    row.performer_ids = [analysed.ids[OBAMA]]
    made = decide(analysed, SPEECH, person_called(analysed.scene(SPEECH), OBAMA), "accept")
    undone = undo(analysed, made["decision_id"])
    assert "was on the scene before" in undone["message"]
    assert analysed.performers(SPEECH) == {OBAMA}


def test_the_history_tells_every_decision_and_can_take_each_back_once(analysed: World) -> None:
    view = analysed.scene(PLATFORM)
    first = decide(analysed, PLATFORM, person_called(view, COLLINS), "accept")["decision_id"]
    second = decide(analysed, PLATFORM, with_verdict(view, "unknown")[0], "assign", name="G. Hopper")["decision_id"]
    undo(analysed, first)
    answer = analysed.stash.operation({"mode": "history"})
    assert mismatch(HISTORY, answer) is None
    history = answer["items"]
    assert [(one["what"], one["can_undo"]) for one in history] == [("undo", False), ("assign", True), ("accept", False)]
    assert [one["undone"] for one in history] == [False, False, True]
    assert history[1]["decision_id"] == second
    assert "The performer was created." in history[1]["changes"]
    with pytest.raises(StashError) as refused:
        undo(analysed, first)
    assert_plain_words(str(refused.value))


@pytest.mark.parametrize(
    "args",
    [
        {"track_id": "9999", "action": "accept"},
        {"track_id": "1", "action": "marry"},
        {"track_id": "1", "action": "assign"},
        {"track_id": "1", "action": "assign", "performer_id": "4711"},
        {"track_id": "x", "action": "accept"},
    ],
    ids=lambda args: "-".join(args.values()),
)
def test_an_impossible_wish_is_answered_with_a_sentence_and_changes_nothing(
    analysed: World, args: dict[str, str]
) -> None:
    before, notes = library_of(analysed.stash), analysed.rows("SELECT * FROM decision")
    with pytest.raises(StashError) as refused:
        analysed.stash.operation({"mode": "decide", "scene_id": str(analysed.ids[SPEECH]), **args})
    assert_plain_words(str(refused.value))
    assert library_of(analysed.stash) == before
    assert analysed.rows("SELECT * FROM decision") == notes
    assert analysed.stash.mutations == []


def test_adding_by_itself_needs_the_users_leave_and_can_be_taken_back(enrolled: World) -> None:
    enrolled.stash.operation({"mode": "settings", "values": {"auto_accept": 60}})
    enrolled.run("Identify new scenes")
    assert enrolled.performers(SPEECH) == {OBAMA}
    assert enrolled.tags(SPEECH) == ["Sense: done"]
    (accepted,) = with_verdict(enrolled.scene(SPEECH), "accepted")
    assert accepted["decided_by"] == "auto"
    undo(enrolled, accepted["decision_id"])
    assert enrolled.performers(SPEECH) == set()


def test_settings_say_which_tags_are_written(enrolled: World) -> None:
    enrolled.stash.operation({"mode": "settings", "values": {"person_tags": False, "done_tag": False}})
    enrolled.run("Identify new scenes")
    assert enrolled.tags(SPEECH) == ["Sense: to review"]
    assert enrolled.tags("Corridor") == ["Sense: no faces"]


def test_removing_all_tags_leaves_no_trace(enrolled: World) -> None:
    before = library_of(enrolled.stash)
    enrolled.run("Identify new scenes")
    assert library_of(enrolled.stash) != before
    said = enrolled.run("Remove all Stash Sense tags")
    assert library_of(enrolled.stash) == before
    assert_plain_words(said)
    enrolled.run("Re-match all scenes")
    assert enrolled.tags(SPEECH) == TAGS[SPEECH], "they come back when the user wants them again"


def test_renamed_tags_are_still_ours_and_the_users_tag_of_our_name_stays(enrolled: World) -> None:
    stash = enrolled.stash
    users = stash.add_tag("Check this", aliases=["Sense: to review"])
    enrolled.run("Identify new scenes")
    assert users.id in stash.store.scenes[enrolled.ids[SPEECH]].tag_ids
    done = next(tag for tag in stash.store.tags.values() if tag.name == "Sense: done")
    done.name = "All seen"
    enrolled.run("identify", {"scene_ids": [str(enrolled.ids["Corridor"])], "force": True})
    assert enrolled.tags("Corridor") == ["All seen", "Sense: no faces"]
    enrolled.run("Remove all Stash Sense tags")
    assert {tag.name for tag in stash.store.tags.values()} == {USERS_TAG, "Check this"}
