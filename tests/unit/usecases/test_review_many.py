from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.fake_package import BOX
from tests.unit.usecases.batch_worlds import batches, cast, performers, shown
from tests.unit.usecases.review_worlds import (
    JANE,
    MARY,
    UMA,
    face,
    person,
    planned,
    said,
    started,
    waiting,
    wish,
)
from tests.unit.usecases.unknown_worlds import analysed
from tests.unit.usecases.worlds import World

from stash_sense.errors import RequestError
from stash_sense.usecases.ports import Named, StashId
from stash_sense.usecases.review_many import CHANGES, Chosen, Wish, plan_view, what
from stash_sense.usecases.undo import undo


@pytest.fixture
def many(world: World) -> World:
    return waiting(world)


def counts(world: World, wished: Wish) -> dict[str, int]:
    """Those that are not 0."""
    found = planned(world, wished).counts()
    assert list(found) == list(CHANGES)
    return {change: count for change, count in found.items() if count}


def put_on(world: World, scene_id: str, person_id: str) -> None:
    row = world.stash.scene_rows[scene_id]
    performer = world.stash.performer_rows[person_id.removeprefix("performer:")]
    world.stash.scene_rows[scene_id] = replace(row, performers=(*row.performers, Named(performer.id, performer.name)))


# --- Plans -----------------------------------------------------------------------------------------------------------


def test_everybody_who_waits(many: World) -> None:
    many.stash.writes.clear()
    found = planned(many, wish())
    assert (
        said(many, wish()) == "7 performers (3 different ones) will be added to 6 scenes. 1 performer will be created."
    )
    assert what(found) == "7 people (3 different ones) in 6 scenes"
    assert counts(many, wish()) == {"add": 7}
    view = plan_view(many.stores, found)
    assert [(row["name"], row["scenes"], row["creates"], row["performer_id"] is None) for row in view["people"]] == [
        (JANE, 3, False, False),
        (MARY, 2, False, False),
        (f"name of {UMA}", 2, True, True),
    ]
    assert all(row["crop"].startswith("data:image/jpeg;base64,") for row in view["people"])
    assert len(view["items"]) == 7
    assert {"scene_id": "5", "track_id": str(face(many, "5", UMA).track_id), "person_id": UMA} in view["items"]
    assert many.stash.writes == []
    assert many.stores.batches.get(1) is None, "looking changes nothing"


def test_one_person_is_called_by_name(many: World) -> None:
    jane = wish(person_id=person(many, JANE))
    assert said(many, jane) == f"{JANE} will be added to 3 scenes."
    assert what(planned(many, jane)) == f"{JANE} in 3 scenes"
    assert said(many, replace(jane, action="reject")) == f"{JANE} will be ruled out in 3 scenes."
    assert what(planned(many, replace(jane, action="reject"))) == f"{JANE} ruled out in 3 scenes"
    one = Wish("accept", items=[face(many, "1", person(many, JANE)), face(many, "3", person(many, MARY))])
    assert said(many, one) == "2 performers will be added to 2 scenes.", "each once"


def test_scenes_and_pictures_are_counted_apart(many: World) -> None:
    many.stash.add_picture("8")
    many.pictures.files["/pictures/8.jpg"] = b"jpeg" + bytes([3])
    many.stash.files["/image/8/image"] = b"jpeg" + bytes([3])
    assert many.identifier().picture(many.stash.picture_rows["8"]) == "done"
    mary = person(many, MARY)
    assert said(many, wish(person_id=mary)) == f"{MARY} will be added to 2 scenes and 1 picture."
    assert said(many, wish(person_id=mary, kind="image")) == f"{MARY} will be added to 1 picture."
    (item,) = plan_view(many.stores, planned(many, wish(kind="image")))["items"]
    assert item == {"image_id": "8", "track_id": str(face(many, "8", mary, "image").track_id), "person_id": mary}


def test_who_is_there_already_is_confirmed_and_counted_apart(many: World) -> None:
    jane = person(many, JANE)
    for scene_id in ("1", "2"):
        put_on(many, scene_id, jane)
    assert said(many, wish(person_id=jane)) == f"{JANE} will be added to 1 scene. 2 scenes have the performer already."
    assert counts(many, wish(person_id=jane)) == {"add": 1, "has": 2}
    assert what(planned(many, wish(person_id=jane))) == f"{JANE} in 3 scenes"
    put_on(many, "4", jane)
    assert said(many, wish(person_id=jane)) == (
        "3 faces will be confirmed; nothing is added. 3 scenes have the performer already."
    )
    batches(many).carry_out(started(many, wish(person_id=jane)))
    assert [many.verdicts(scene_id) for scene_id in ("1", "4")] == [["accepted"], ["accepted"]]


def test_a_scene_that_is_gone_is_left_out(many: World) -> None:
    del many.stash.scene_rows["4"]
    for action, words in (("accept", "added to"), ("reject", "ruled out in")):
        wished = wish(action, person_id=person(many, JANE))
        assert said(many, wished) == f"{JANE} will be {words} 2 scenes. 1 scene is not in Stash any more."
        assert counts(many, wished) == {"add" if action == "accept" else "ruled_out": 2, "gone": 1}
    many.stash.scene_rows.clear()
    with pytest.raises(
        RequestError, match=r"^There is nothing to do. Nothing is added. 6 scenes are not in Stash any more.$"
    ):
        started(many, wish())
    with pytest.raises(RequestError, match=r"^There is nothing to do. Nobody is ruled out. 6 scenes"):
        started(many, wish("reject"))


def test_whom_the_user_has_ruled_out_stays_out(many: World) -> None:
    """Also as a performer whom the person from a package has become since."""
    jane, track = person(many, JANE), face(many, "3", person(many, MARY))
    many.desk().decide(_choice("3", track.track_id, jane))
    assert face(many, "3", person(many, MARY)) == track, "somebody else is still suggested"
    asked = Wish("accept", items=[replace(track, person_id=jane), face(many, "1", jane)])
    assert counts(many, asked) == {"add": 1, "ruled_out": 1}
    assert said(many, asked) == (
        f"{JANE} will be added to 1 scene. 1 face is left out: you have said that it is somebody else."
    )
    again = Wish("reject", items=[replace(track, person_id=jane)])
    assert counts(many, again) == {"decided": 1}


def _choice(scene_id: str, track_id: int, person_id: str | None = None, action: str = "reject") -> Any:
    from stash_sense.usecases.decide import Choice

    return Choice("scene", scene_id, track_id, action, person_id=person_id)


def test_what_was_decided_meanwhile_is_left_and_counted(many: World) -> None:
    jane = person(many, JANE)
    items = [face(many, scene_id, jane) for scene_id in ("1", "2", "4")]
    many.desk().decide(_choice("1", items[0].track_id, action="accept"))
    many.desk().decide(_choice("4", items[2].track_id, action="skip"))
    gone = Chosen("scene", "3", 4711, jane)
    asked = Wish("accept", items=[*items, gone])
    assert counts(many, asked) == {"add": 1, "decided": 3}
    assert said(many, asked) == f"{JANE} will be added to 1 scene. 3 people have been decided meanwhile."
    with pytest.raises(RequestError, match=r"nothing to do. Nothing is added. 1 person has been decided meanwhile\.$"):
        started(many, Wish("accept", items=[gone]))


def test_two_faces_of_one_person_in_a_scene_count_once(many: World) -> None:
    """Two tracks that nothing has joined; both get the name."""
    jane, mary = person(many, JANE), person(many, MARY)
    second = face(many, "2", mary)
    many.stores.db.execute(
        "UPDATE candidate SET person_id = ? WHERE track_id = ? AND rank = 1", (jane, second.track_id)
    )
    wished = wish(person_id=jane)
    assert counts(many, wished) == {"add": 3}
    view = plan_view(many.stores, planned(many, wished))
    assert ([row["scenes"] for row in view["people"]], len(view["items"])) == ([3], 4)
    batch_id = started(many, wished)
    batches(many).carry_out(batch_id)
    assert {key: names for key, names in cast(many).items() if names} == {key: {JANE} for key in "124"}
    assert many.verdicts("2") == ["accepted", "accepted"]
    batches(many).undo(batch_id)
    assert not any(cast(many).values())
    assert shown(many, batch_id)["notes"] == []


def test_somebody_from_a_package_whom_the_library_has_by_now_is_that_performer(many: World) -> None:
    known = many.stash.add_performer("Uma", stash_ids=(StashId("https://BOX.example/graphql/", "u1"),))
    many.update_gallery()
    assert said(many, wish(person_id=UMA)) == "Uma will be added to 2 scenes."
    (row,) = plan_view(many.stores, planned(many, wish(person_id=UMA)))["people"]
    assert (row["person_id"], row["creates"]) == (f"performer:{known.id}", False)
    # To be ruled out it is the one suggested, by the id it is suggested under.
    batches(many).carry_out(started(many, wish("reject", person_id=UMA)))
    assert (many.verdicts("5"), many.verdicts("6")) == (["rejected"], ["rejected", "unknown"])


# --- Bounds ----------------------------------------------------------------------------------------------------------


def test_nobody_below_the_bound_is_taken(many: World) -> None:
    jane = person(many, JANE)
    for scene_id, probability in (("1", 0.9499), ("2", 0.95), ("4", 0.99)):
        many.stores.db.execute(
            "UPDATE candidate SET probability = ? WHERE track_id = ? AND rank = 1",
            (probability, face(many, scene_id, jane).track_id),
        )
    steps = planned(many, wish(least=0.95, person_id=jane)).steps
    assert [step.stash_id for step in steps] == ["4", "2"], "the most probable first"
    with pytest.raises(RequestError, match=r"^Nobody who waits for review fits this any more. Reload the page.$"):
        planned(many, wish(least=0.995, person_id=jane))


def test_a_picture_on_the_wall_is_only_taken_by_hand(many: World) -> None:
    """Scene 2: Mary hangs there as still as a picture, while Jane moves."""
    mary = person(many, MARY)
    track = face(many, "2", mary)
    many.stores.db.execute(
        "UPDATE track SET evidence = json_set(evidence, '$.still', 0.9) WHERE id = ?", (track.track_id,)
    )
    assert counts(many, wish(person_id=mary)) == {"add": 1, "still": 1}
    assert said(many, wish(person_id=mary)) == (
        f"{MARY} will be added to 1 scene. 1 face is left out that may be a picture on the wall: accept it by hand if it is not."
    )
    assert len(plan_view(many.stores, planned(many, wish(person_id=mary)))["items"]) == 1
    batches(many).carry_out(started(many, wish(person_id=mary)))
    assert cast(many)["2"] == set()
    assert counts(many, Wish("accept", items=[track])) == {"add": 1}
    assert counts(many, wish("reject", least=0.0, person_id=mary)) == {"ruled_out": 1}


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([], "Choose at least one person"),
        ([("2", 1, None)], "not of the scene"),
        ([("1", 1, "box:b:9")], "in none of the galleries"),
        ([("1", 1, "performer:4711")], "not in Stash any more"),
    ],
)
def test_an_impossible_wish_is_refused_in_words(
    many: World, items: list[tuple[str, int, str | None]], words: str
) -> None:
    first = face(many, "1", person(many, JANE)).track_id
    chosen = [Chosen("scene", scene_id, first, person_id) for scene_id, _, person_id in items]
    with pytest.raises(RequestError, match=words):
        started(many, Wish("accept", items=chosen))
    assert many.stores.batches.get(1) is None


# --- Carried out -----------------------------------------------------------------------------------------------------


def test_three_people_are_added_and_one_made_and_all_taken_back(many: World) -> None:
    tags = {key: many.stash.tag_names(key) for key in many.stash.scene_rows}
    known = many.stores.gallery.people()
    batch_id = started(many, wish())
    batches(many).carry_out(batch_id)
    assert many.stores.batches.of_groups(9) == [], "the list of unknown people has nothing to do with it"
    uma = f"name of {UMA}"
    everywhere = {"1": {JANE}, "2": {JANE, MARY}, "3": {MARY}, "4": {JANE}, "5": {uma}, "6": {uma}}
    assert cast(many) == everywhere
    assert performers(many) == sorted([JANE, MARY, uma])
    (made,) = [row for row in many.stash.performer_rows.values() if row.name == uma]
    assert made.stash_ids == (StashId(BOX, "u1"),)
    assert shown(many, batch_id) | {"at": "", "batch_id": ""} == {
        "batch_id": "", "at": "", "what": "7 people (3 different ones) in 6 scenes", "state": "done", "total": 7, "done": 7, "failed": 0,
        "person_id": None, "group_id": None, "notes": [],
    }  # fmt: skip
    batches(many).undo(batch_id)
    assert not any(cast(many).values())
    assert performers(many) == sorted([JANE, MARY])
    assert {key: many.stash.tag_names(key) for key in many.stash.scene_rows} == tags
    assert many.stores.gallery.people() == known
    assert shown(many, batch_id)["notes"] == []


def test_people_are_ruled_out_and_come_back(many: World) -> None:
    tags = {key: many.stash.tag_names(key) for key in many.stash.scene_rows}
    batch_id = started(many, wish("reject"))
    assert shown(many, batch_id)["what"] == "7 people (3 different ones) ruled out in 6 scenes"
    batches(many).carry_out(batch_id)
    assert [many.verdicts(key) for key in "1236"] == [
        ["rejected"],
        ["rejected"] * 2,
        ["rejected"],
        ["rejected", "unknown"],
    ]
    assert not any(cast(many).values())
    with pytest.raises(RequestError, match="Nobody who waits"):
        planned(many, wish())
    batches(many).undo(batch_id)
    assert {key: many.stash.tag_names(key) for key in many.stash.scene_rows} == tags
    assert counts(many, wish()) == {"add": 7}


def test_each_person_gives_faces_of_as_many_scenes_as_there_is_room_for(many: World) -> None:
    for number in range(11, 19):
        many.videos.duration_s = 100.0 + number
        analysed(many, {str(number): [1]})
    jane, mary = person(many, JANE), person(many, MARY)
    batch_id = started(many, wish(kind="scene"))
    items = many.stores.batches.items(batch_id, "waiting")
    assert {(one.person_id, one.faces) for one in items} == {(jane, 1), (mary, 3), (UMA, 3)}
    batches(many).carry_out(batch_id)
    rows = "SELECT person_id, MAX(faces) FROM (SELECT person_id, origin_id, COUNT(*) AS faces FROM reference WHERE origin = 'confirmed' "
    learned = dict(many.stores.db.execute(f"{rows} GROUP BY person_id, origin_id) GROUP BY person_id").fetchall())
    assert (learned[jane], learned[mary]) == (1, 3)
    undone = next(one for one in many.stores.batches.items(batch_id, "done") if one.person_id == jane)
    undo(many.desk(), many.stores.batches.decision_of(undone.id)[0])
    learned = dict(many.stores.db.execute(f"{rows} GROUP BY person_id, origin_id) GROUP BY person_id").fetchall())
    assert learned[jane] == 1, "what is learned again keeps to it"


# --- Batches about several people ------------------------------------------------------------------------------------


def test_a_performer_whose_making_was_taken_back_by_itself_goes_with_the_batch(many: World) -> None:
    """Two people from packages; of one the first decision, which made the performer, is undone before."""
    batch_id = started(many, wish())
    batches(many).carry_out(batch_id)
    first = next(one for one in many.stores.batches.items(batch_id, "done") if one.person_id == UMA)
    undo(many.desk(), many.stores.batches.decision_of(first.id)[0])
    assert len(performers(many)) == 3, "still in the other scene"
    batches(many).undo(batch_id)
    assert performers(many) == sorted([JANE, MARY])
    assert many.stores.gallery.person(UMA) is not None


def test_only_the_first_of_a_package_looks_for_a_performer(many: World) -> None:
    batch_id = started(many, wish(person_id=UMA))
    asked: list[object] = []
    real = many.stash.performers
    many.stash.performers = lambda **more: asked.append(more) or real(**more)  # type: ignore[method-assign]
    batches(many).carry_out(batch_id)
    assert asked == [{}], "all performers are read once"
    ids = {one.person_id for one in many.stores.batches.items(batch_id, "done")}
    (made,) = [row.id for row in many.stash.performer_rows.values() if row.name not in {JANE, MARY}]
    assert ids == {UMA, f"performer:{made}"}


def test_what_the_user_says_about_a_face_meanwhile_counts(many: World) -> None:
    jane = person(many, JANE)
    batch_id = started(many, wish(person_id=jane))
    many.desk().decide(_choice("2", face(many, "2", jane).track_id))
    many.desk().decide(_choice("4", face(many, "4", jane).track_id, action="skip"))
    batches(many).carry_out(batch_id)
    assert {key: names for key, names in cast(many).items() if names} == {"1": {JANE}}
    notes = [(note["scene_id"], note["state"], note["message"]) for note in shown(many, batch_id)["notes"]]
    assert sorted(notes) == [
        ("2", "failed", "You have decided otherwise about this face meanwhile."),
        ("4", "failed", "You have decided otherwise about this face meanwhile."),
    ]
    batches(many).undo(batch_id)
    assert not any(cast(many).values())


def test_after_the_undo_each_person_is_learned_again(many: World) -> None:
    rows = "SELECT person_id, origin, state FROM reference ORDER BY id"
    before = many.stores.db.execute(rows).fetchall()
    batch_id = started(many, wish())
    batches(many).carry_out(batch_id)
    learned = many.stores.db.execute(rows).fetchall()
    assert len({person_id for person_id, origin, _ in learned if origin == "confirmed"}) == 3
    batches(many).undo(batch_id)
    assert many.stores.db.execute(rows).fetchall() == before


@pytest.mark.parametrize("call", [1, 2, 3, 7, 8, 11, 14])
def test_killed_anywhere_it_goes_on_and_can_be_taken_back(many: World, call: int) -> None:
    """Each item asks Stash for its scene twice, to decide and for the tags."""
    before = {key: many.stash.tag_names(key) for key in many.stash.scene_rows}
    batch_id = started(many, wish())
    for act, people in ((batches(many).carry_out, 3), (batches(many).undo, 2)):
        many.stash.dies["scenes"] = call
        with pytest.raises(KeyboardInterrupt):
            act(batch_id)
        act(batch_id)
        assert len(performers(many)) == people
    assert not any(cast(many).values())
    assert {key: many.stash.tag_names(key) for key in many.stash.scene_rows} == before
