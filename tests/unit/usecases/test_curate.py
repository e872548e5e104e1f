"""Accepted faces become references, and a wrong one cannot poison a person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.builders import a_person, looks
from tests.fake_stash import SPACE, jpeg
from tests.unit.usecases.worlds import World

from stash_sense.core.codec import from_blob, to_blob
from stash_sense.core.gallery_records import PackRecord, ReferenceRecord
from stash_sense.core.records import PersonRecord
from stash_sense.errors import RequestError
from stash_sense.usecases.curate import Curator
from stash_sense.usecases.decide import Choice
from stash_sense.usecases.learning import Accepted, LearnLater
from stash_sense.usecases.references import Word, references_view
from stash_sense.usecases.undo import undo

JANE, STRANGER = 1, 9


def curator(world: World, copy_from: float = 1.0) -> Curator:
    return Curator(world.stores, SPACE, 0.25, copy_from)


def scene(world: World, scene_id: str, *people: int) -> None:
    world.stash.add_scene(scene_id)
    world.videos.seen[f"/videos/{scene_id}.mp4"] = lambda second: list(people)
    world.identifier().scene(world.stash.scene_rows[scene_id])


def tracks(world: World, scene_id: str) -> list[Any]:
    return world.stores.media.tracks(world.stores.media.get("scene", scene_id).id)


def accept(world: World, scene_id: str, performer_id: str, actor: str = "user") -> int:
    (track,) = tracks(world, scene_id)
    choice = Choice("scene", scene_id, track.id, "assign", performer_id=performer_id, actor=actor)
    return world.desk().decide(choice)


def performer(world: World, name: str) -> str:
    return next(row.id for row in world.stash.performer_rows.values() if row.name == name)


def references(world: World, name: str) -> list[tuple[str, str]]:
    rows = world.stores.gallery.references(
        f"performer:{performer(world, name)}", pack=SPACE.pack, revision=SPACE.revision
    )
    return [(row.origin, row.state) for row in rows]


def rematched(world: World, scene_id: str) -> tuple[str, str | None, float | None]:
    world.rematcher().all(world.report())
    (track,) = tracks(world, scene_id)
    best = track.candidates[0] if track.candidates else None
    return track.verdict, best and best.person_id, best and round(best.probability, 3)


def a_reference(seed_or_vector: Any, origin_id: str, **changes: Any) -> ReferenceRecord:
    vector = to_blob(seed_or_vector)
    values: dict[str, Any] = {"origin": "image", "state": "used", "quality": 0.8, **changes}
    return ReferenceRecord(
        "performer:7", origin_id=origin_id, content_hash=origin_id, pack=SPACE.pack, revision=SPACE.revision,
        vector=vector, crop=b"\xff\xd8", added_at="now", **values,
    )  # fmt: skip


@pytest.fixture
def known(world: World) -> World:
    """Jane (seed 1) and Mary (seed 3) have an image; scene 1 shows Jane, scenes 2 and 3 a stranger."""
    world.stash.add_performer("Jane", image=jpeg(JANE))
    world.stash.add_performer("Mary", image=jpeg(3))
    world.update_gallery()
    scene(world, "1", JANE)
    scene(world, "2", STRANGER)
    scene(world, "3", STRANGER)
    return world


def test_a_right_accept_is_learned_at_once(known: World) -> None:
    accept(known, "1", performer(known, "Jane"))
    assert references(known, "Jane") == [("performer", "used"), *[("confirmed", "used")] * 3]


def test_a_wrong_accept_is_set_aside_at_once_and_changes_no_other_scene(known: World) -> None:
    before = {one: rematched(known, one) for one in ("1", "3")}
    accept(known, "2", performer(known, "Jane"))
    assert references(known, "Jane") == [("performer", "used"), *[("confirmed", "set_aside")] * 3]
    assert {one: rematched(known, one) for one in ("1", "3")} == before
    assert before["1"][:2] == ("suggested", f"performer:{performer(known, 'Jane')}")
    assert before["3"][0] == "unknown"


def test_two_right_accepts_outvote_a_wrong_image_and_undo_brings_it_back(known: World) -> None:
    mary = performer(known, "Mary")  # whose image shows somebody else than the stranger the user knows as Mary
    first, second = accept(known, "2", mary), accept(known, "3", mary)
    assert set(references(known, "Mary")) == {("performer", "set_aside"), ("confirmed", "used")}
    undo(known.desk(), second)
    assert references(known, "Mary") == [("performer", "used"), *[("confirmed", "set_aside")] * 3]
    undo(known.desk(), first)
    assert references(known, "Mary") == [("performer", "used")]


def test_faces_left_out_as_copies_come_in_when_the_others_are_taken_back(known: World) -> None:
    jane = performer(known, "Jane")
    scene(known, "4", JANE)
    first = accept(known, "1", jane)
    accept(known, "4", jane)
    undo(known.desk(), first)
    rows = known.stores.gallery.references(f"performer:{jane}", pack=SPACE.pack, revision=SPACE.revision)
    (decision,) = known.stores.decisions.standing("scene", "4")
    assert [row.origin_id for row in rows if row.origin == "confirmed"] == [str(decision.id)] * 3


def test_what_was_accepted_by_itself_outvotes_nobody(known: World) -> None:
    mary = performer(known, "Mary")
    accept(known, "2", mary, actor="auto")
    accept(known, "3", mary, actor="auto")
    assert references(known, "Mary")[0] == ("performer", "used")
    assert {state for _, state in references(known, "Mary")[1:]} == {"set_aside"}


def test_two_tracks_of_one_scene_are_one_witness(known: World) -> None:
    mary, media = performer(known, "Mary"), known.stores.media.get("scene", "2")
    (track,) = known.stores.media.tracks(media.id, with_faces=True)
    known.stores.media.save(media, [track, replace(track, segments=((99.0, 99.5),))])
    for one in tracks(known, "2"):
        known.desk().decide(Choice("scene", "2", one.id, "assign", performer_id=mary))
    assert references(known, "Mary")[0] == ("performer", "used")


def test_a_scene_that_shows_nothing_new_adds_nothing(known: World) -> None:
    jane = f"performer:{performer(known, 'Jane')}"
    known.stores.gallery.add_reference(replace(a_reference(a_person(JANE), "1"), person_id=jane))
    (track,) = tracks(known, "1")
    known.desk().decide(Choice("scene", "1", track.id, "accept"))
    before = references(known, "Jane")
    assert [origin for origin, _ in before] == ["performer", "image", *["confirmed"] * 3]
    faces = known.stores.media.faces(track.id)
    again = Accepted(99, jane, known.stores.media.get("scene", "1"), faces, "now")
    curator(known, copy_from=-1.0).learn(again)
    assert references(known, "Jane") == before, "everything is like what is there"
    curator(known, copy_from=0.999).learn(again)
    assert len(references(known, "Jane")) == 7, (
        "the three that are there already were not added again, the two others were"
    )


def test_twenty_references_leave_room_for_a_new_look(world: World) -> None:
    world.stores.gallery.put_person(PersonRecord("performer:7", "Zoe", performer_id="7"), "now")
    for number, vector in enumerate(looks(a_person(1), 20, spread=0.1)):
        world.stores.gallery.add_reference(a_reference(vector, str(number)))
    new = looks(a_person(1), 1, spread=1.2, seed=5)[0]
    added = world.stores.gallery.add_reference(a_reference(new, "new", state="spare"))
    assert curator(world).sort_out("performer:7")
    rows = {
        row.id: row.state
        for row in world.stores.gallery.references("performer:7", pack=SPACE.pack, revision=SPACE.revision)
    }
    assert rows[added] == "used"
    assert sorted(rows.values()).count("used") == 20
    assert not curator(world).sort_out("performer:7"), "a second look changes nothing"


def in_many_ways(world: World, count: int) -> None:
    """Somebody, performer 7, with so many confirmed references of as many looks."""
    world.stores.gallery.put_person(PersonRecord("performer:7", "Zoe", performer_id="7"), "now")
    for number, vector in enumerate(looks(a_person(1), count, spread=0.5)):
        world.stores.gallery.add_reference(a_reference(vector, str(number), origin="confirmed", state="spare"))


def zoes(world: World, revision: str = SPACE.revision) -> list[ReferenceRecord]:
    return world.stores.gallery.references("performer:7", pack=SPACE.pack, revision=revision)


def test_no_more_spare_references_are_kept_than_can_be_needed(world: World) -> None:
    world.stores.spaces.use(PackRecord("x", SPACE.pack, SPACE.revision))
    in_many_ways(world, 50)
    image = world.stores.gallery.add_reference(a_reference(zoes_like(zoes(world)[0]), "i", quality=0.1, state="spare"))
    pinned = zoes(world)[1].id
    world.stores.references.pin(pinned, "set_aside", "now")
    for one in zoes(world):
        world.stores.gallery.add_reference(replace(one, revision="0", id=0, pinned_at=None))
    curator(world).sort_out("performer:7")
    left = [one.id for one in zoes(world)]
    assert [one.state for one in zoes(world)].count("used") == 20
    assert len(left) == 42, "twenty in use, twenty spare, the user's word, and the picture, which is not from a scene"
    assert {image, pinned} <= set(left)
    keys = {one.origin_id for one in zoes(world)}
    assert {one.origin_id for one in zoes(world, "0")} == keys, "nor does another pack carry them over once more"
    assert not curator(world).sort_out("performer:7")
    assert [one.id for one in zoes(world)] == left


def zoes_like(reference: ReferenceRecord) -> Any:
    return from_blob(reference.vector)


def test_a_gallery_of_another_pack_in_use_loses_nothing(world: World) -> None:
    world.stores.spaces.use(PackRecord("x", "another", "1"))
    in_many_ways(world, 50)
    curator(world).sort_out("performer:7")
    assert len(zoes(world)) == 50


def test_what_was_not_kept_is_learned_again_when_others_go(known: World) -> None:
    jane, decisions = performer(known, "Jane"), []
    for number in range(10, 26):
        known.videos.duration_s = 100.0 + number  # other frames in each, so that no face is a copy of another
        scene(known, str(number), JANE)
        decisions.append(accept(known, str(number), jane))
    assert len(references(known, "Jane")) == 40, "16 scenes have given 48 faces"
    for decision in decisions[4:]:
        undo(known.desk(), decision)
    rows = known.stores.gallery.references(f"performer:{jane}", pack=SPACE.pack, revision=SPACE.revision)
    assert sorted(row.origin_id for row in rows[1:]) == sorted(str(one) for one in decisions[:4] * 3)


def test_without_numpy_the_faces_wait_for_the_next_update(known: World) -> None:
    jane = performer(known, "Jane")
    (track,) = tracks(known, "1")
    desk = replace(known.desk(), learning=lambda pack, revision: None)
    desk.decide(Choice("scene", "1", track.id, "assign", performer_id=jane))
    assert references(known, "Jane") == [("performer", "used"), *[("confirmed", "spare")] * 3]
    known.update_gallery()
    assert references(known, "Jane") == [("performer", "used"), *[("confirmed", "used")] * 3]


# --- The user's word -----------------------------------------------------------------------------------------------


def say(world: World, reference_id: str, action: str) -> None:
    Word(world.stores, world.clock(), curator(world)).say(int(reference_id), action)


def shown(world: World, name: str | None = None) -> list[dict[str, Any]]:
    person = f"performer:{performer(world, name)}" if name else None
    return references_view(world.stores, person, lambda kind, ids: {one: f"Title {one}" for one in ids})


def test_what_disagrees_is_shown_with_where_it_comes_from(known: World) -> None:
    decision = accept(known, "2", performer(known, "Jane"))
    first = shown(known)[0]
    assert {row["state"] for row in shown(known)} == {"set_aside"}
    assert (first["name"], first["scene_id"], first["title"], first["decision_id"]) == (
        "Jane",
        "2",
        "Title 2",
        str(decision),
    )
    assert first["why"] == "not like the performer's own image"
    assert first["beside"].startswith("data:image/jpeg")
    assert [row["origin"] for row in shown(known, "Jane")] == ["performer", *["confirmed"] * 3]


def test_the_users_word_outlives_every_update_until_it_is_taken_back(known: World) -> None:
    accept(known, "2", performer(known, "Jane"))
    one = shown(known)[0]["reference_id"]
    say(known, one, "use")
    assert references(known, "Jane") == [("performer", "set_aside"), *[("confirmed", "used")] * 3]
    known.update_gallery()
    assert references(known, "Jane") == [("performer", "set_aside"), *[("confirmed", "used")] * 3]
    assert [row["why"] for row in shown(known) if row["reference_id"] == one] == ["in use, as you said"]
    say(known, one, "restore")
    assert references(known, "Jane") == [("performer", "used"), *[("confirmed", "set_aside")] * 3]


def test_a_reference_set_aside_by_the_user_stays_so(known: World) -> None:
    accept(known, "1", performer(known, "Jane"))
    image = shown(known, "Jane")
    own = next(row for row in image if row["origin"] == "performer")
    build = known.stores.gallery.build()
    say(known, own["reference_id"], "set_aside")
    assert known.stores.gallery.build() > build, "tasks have to read the gallery again"
    known.update_gallery()
    assert references(known, "Jane")[0] == ("performer", "set_aside")
    assert next(row for row in shown(known) if row["origin"] == "performer")["why"] == "set aside by you"


def test_without_numpy_the_users_word_waits_for_nobody(known: World) -> None:
    accept(known, "2", performer(known, "Jane"))
    one = shown(known)[0]["reference_id"]
    Word(known.stores, known.clock(), LearnLater(known.stores)).say(int(one), "use")
    row = next(row for row in shown(known) if row["reference_id"] == one)
    assert (row["state"], row["said"], row["why"]) == ("used", True, "in use, as you said")


@pytest.mark.parametrize(("number", "action"), [(9999, "use"), (1, "burn")])
def test_an_impossible_wish_changes_nothing(known: World, number: int, action: str) -> None:
    before, build = references(known, "Jane"), known.stores.gallery.build()
    with pytest.raises(RequestError):
        say(known, str(number), action)
    assert (references(known, "Jane"), known.stores.gallery.build()) == (before, build)
