"""People who are known from a gallery package only: suggested, shown, accepted, and known again afterwards."""

from __future__ import annotations

import pytest
from tests.builders import a_person
from tests.fake_package import BOX, FakePackage
from tests.unit.usecases.worlds import World, with_jane_and_a_stranger

from stash_sense.errors import RequestError, UncertainError
from stash_sense.settings import effective
from stash_sense.usecases.elsewhere import note_elsewhere
from stash_sense.usecases.library_people import follow_performers
from stash_sense.usecases.ports import Performer, StashId
from stash_sense.usecases.undo import undo
from stash_sense.usecases.view import media_view, search_people

ROE = "box:box.example:roe"


@pytest.fixture
def boxed(world: World) -> World:
    """Scene 1 shows Jane, a performer, and Roe, whom only the package knows."""
    with_jane_and_a_stranger(world)
    world.packages.append(FakePackage({ROE: ("roe",)}, {2**62: (ROE, a_person(9))}))
    assert world.identifier().scene(world.stash.scene_rows["1"]) == "done"
    return world


def roe(world: World) -> int:
    media = world.stores.media.get("scene", "1")
    (track,) = [t for t in world.stores.media.tracks(media.id) if t.candidates and t.candidates[0].person_id == ROE]
    return track.id


def test_somebody_from_a_package_is_suggested_with_name_picture_and_stash_id(boxed: World) -> None:
    people = media_view(boxed.stores, "scene", "1", [])["people"]
    (candidate,) = [one["candidates"][0] for one in people if one["candidates"][0]["person_id"] == ROE]
    assert candidate["name"] == f"name of {ROE}"
    assert candidate["performer_id"] is None
    assert candidate["stash_ids"] == [{"endpoint": BOX, "stash_id": "roe"}]
    assert candidate["crop"].startswith("data:image/jpeg;base64,")
    assert f"Sense: maybe name of {ROE}" in boxed.stash.tag_names()


def test_accepting_makes_the_performer_with_its_stash_id_and_undo_takes_it_back(boxed: World) -> None:
    decision = boxed.choose(roe(boxed), "accept")
    (made,) = [one for one in boxed.stash.performer_rows.values() if one.name == f"name of {ROE}"]
    assert [(link.endpoint, link.stash_id) for link in made.stash_ids] == [(BOX, "roe")]
    undo(boxed.desk(), decision)
    assert made.id not in boxed.stash.performer_rows


def test_after_an_undo_the_person_is_suggested_from_the_package_again(boxed: World) -> None:
    decision = boxed.choose(roe(boxed), "accept")
    boxed.rematcher().all(boxed.report())
    boxed.update_gallery()
    assert boxed.stores.gallery.person(ROE) is None, "by now everything names the performer"
    undo(boxed.desk(), decision)
    people = media_view(boxed.stores, "scene", "1", [])["people"]
    (name,) = [one["candidates"][0]["name"] for one in people if one["candidates"][0]["person_id"] == ROE]
    assert name == f"name of {ROE}"
    assert roe(boxed) == boxed.stores.decisions.get(decision).track_id


def test_after_an_undo_nobody_is_left_who_is_gone(boxed: World) -> None:
    boxed.packages.clear()
    decision = boxed.choose(roe(boxed), "assign", name="Newcomer")
    boxed.rematcher().all(boxed.report())
    undo(boxed.desk(), decision)
    known = {person.id for person in boxed.stores.gallery.people()}
    people = media_view(boxed.stores, "scene", "1", [])["people"]
    assert {candidate["person_id"] for one in people for candidate in one["candidates"]} <= known


@pytest.fixture
def cut_short(boxed: World) -> World:
    """Roe has been put on the scene, but the answer was lost."""
    change = boxed.stash.change

    def carried_out_without_a_word(*args: object, **kwargs: object) -> None:
        change(*args, **kwargs)
        raise UncertainError("Stash did not answer in time.")

    boxed.stash.change = carried_out_without_a_word
    with pytest.raises(UncertainError):
        boxed.choose(roe(boxed), "accept")
    boxed.stash.change = change
    return boxed


def test_a_decision_cut_short_goes_on_with_the_performer_it_made_and_not_with_a_namesake(cut_short: World) -> None:
    (made,) = cut_short.stash.scene_rows["1"].performers
    rows = cut_short.stash.performer_rows
    namesake = Performer("0", rows[made.id].name)
    cut_short.stash.performer_rows = {namesake.id: namesake, **rows}
    decision = cut_short.choose(roe(cut_short), "accept")
    assert [one.id for one in cut_short.stash.scene_rows["1"].performers] == [made.id]
    undo(cut_short.desk(), decision)
    assert (made.id in cut_short.stash.performer_rows, "0" in cut_short.stash.performer_rows) == (False, True)


def test_a_decision_cut_short_is_taken_back_before_somebody_else_is_named(cut_short: World) -> None:
    cut_short.choose(roe(cut_short), "assign", name="Zoe")
    assert [one.name for one in cut_short.stash.scene_rows["1"].performers] == ["Zoe"]


def test_somebody_who_has_the_stash_id_by_now_is_not_made_twice(boxed: World) -> None:
    boxed.stash.performer_rows["77"] = Performer("77", "Another name", stash_ids=(StashId(f"{BOX}/", "roe"),))
    before = set(boxed.stash.performer_rows)
    decision = boxed.choose(roe(boxed), "accept")
    assert set(boxed.stash.performer_rows) == before
    assert "77" in {one.id for one in boxed.stash.scene_rows["1"].performers}
    undo(boxed.desk(), decision)
    assert set(boxed.stash.performer_rows) == before, "who was there before stays"


def test_performers_are_known_as_such_without_a_face_of_their_own(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.stash.performer_rows["77"] = Performer("77", "Roe", stash_ids=(StashId(BOX, "roe"),))
    world.packages.append(FakePackage({ROE: ("roe",)}, {2**62: (ROE, a_person(9))}))
    follow_performers(world.stores, list(world.stash.performers()), world.clock)
    world.identifier().scene(world.stash.scene_rows["1"])
    people = media_view(world.stores, "scene", "1", [])["people"]
    assert "77" in {candidate["performer_id"] for one in people for candidate in one["candidates"]}
    del world.stash.performer_rows["77"]
    follow_performers(world.stores, list(world.stash.performers()), world.clock)
    assert world.stores.gallery.person("performer:77") is None


def test_after_that_the_person_goes_by_the_performer(boxed: World) -> None:
    boxed.choose(roe(boxed), "accept")
    (made,) = [one for one in boxed.stash.performer_rows.values() if one.name == f"name of {ROE}"]
    boxed.stash.add_scene("2")
    boxed.videos.seen["/videos/2.mp4"] = lambda second: [9]
    boxed.identifier().scene(boxed.stash.scene_rows["2"])
    (person,) = media_view(boxed.stores, "scene", "2", [])["people"]
    assert person["candidates"][0]["person_id"] == f"performer:{made.id}"
    assert person["candidates"][0]["references"] == 4, "three from the accepted track and one of the package"


def test_a_rejection_holds_when_the_person_becomes_a_performer(boxed: World) -> None:
    boxed.choose(roe(boxed), "reject")
    boxed.stash.add_performer("Roe", stash_ids=(StashId(BOX, "roe"),))
    boxed.update_gallery()
    boxed.rematcher().all(boxed.report())
    assert boxed.verdicts() == ["rejected", "suggested"]


def test_nobody_from_a_package_is_accepted_without_asking(world: World) -> None:
    world.settings = effective({"frames_per_scene": 10, "auto_accept": 60})
    with_jane_and_a_stranger(world)
    world.packages.append(FakePackage({ROE: ("roe",)}, {2**62: (ROE, a_person(9))}))
    world.identifier().scene(world.stash.scene_rows["1"])
    assert world.verdicts() == ["accepted", "suggested"]
    assert [performer.name for performer in world.stash.scene_rows["1"].performers] == ["Jane"]


def test_a_person_found_by_name_in_a_package_can_be_assigned(jane: World) -> None:
    jane.packages.append(FakePackage({ROE: ("roe",)}, {}))
    (found,) = search_people(jane.stores, "roe", jane.packages)
    assert (found["person_id"], found["performer_id"]) == (ROE, None)
    jane.choose(jane.track_of("Jane"), "assign", person_id=ROE)
    assert f"name of {ROE}" in [performer.name for performer in jane.stash.scene_rows["1"].performers]


def test_a_person_of_no_package_cannot_be_assigned(jane: World) -> None:
    with pytest.raises(RequestError, match="none of the galleries"):
        jane.choose(jane.track_of("Jane"), "assign", person_id=ROE)


def test_a_search_shows_a_performer_once(boxed: World) -> None:
    boxed.choose(roe(boxed), "accept")
    (found,) = search_people(boxed.stores, "roe", boxed.packages)
    assert found["performer_id"] is not None


def test_a_search_knows_a_performer_by_a_stash_id_that_was_merged_away(world: World) -> None:
    world.stash.add_performer("Old name", stash_ids=(StashId(f"{BOX}/", "old-roe"),))
    follow_performers(world.stores, list(world.stash.performers()), world.clock)
    world.packages.append(FakePackage({ROE: ("roe", "old-roe")}, {}))
    (found,) = search_people(world.stores, "roe", world.packages)
    assert found["name"] == "Old name"


def test_people_nobody_mentions_any_more_are_forgotten(boxed: World) -> None:
    assert boxed.stores.gallery.person(ROE) is not None
    boxed.packages.clear()
    with boxed.stores.transaction():
        boxed.stores.gallery.bump()
    boxed.rematcher().all(boxed.report())
    boxed.update_gallery()
    assert boxed.stores.gallery.person(ROE) is None


def test_a_performer_known_from_a_package_counts_as_known_and_has_a_picture(world: World) -> None:
    world.stash.add_performer("Roe", stash_ids=(StashId(BOX, "roe"),))
    world.stash.add_performer("Mary")
    world.update_gallery()
    assert world.stores.gallery.counts()["performers_without"] == 2
    world.packages.append(FakePackage({ROE: ("roe",)}, {2**62: (ROE, a_person(9)), 5: (ROE, a_person(9))}))
    note_elsewhere(world.stores, world.packages)
    (roe_row,) = [person for person in world.stores.gallery.people() if person.name == "Roe"]
    assert world.stores.gallery.is_known(roe_row.id)
    assert world.stores.gallery.best_crop(roe_row.id) == ROE.encode()
    assert world.stores.gallery.counts()["performers_without"] == 1
    assert [person.name for person, _ in world.stores.gallery.without_reference(9)] == ["Mary"]
    note_elsewhere(world.stores, [])
    assert not world.stores.gallery.is_known(roe_row.id)
    assert world.stores.gallery.best_crop(roe_row.id) is None
