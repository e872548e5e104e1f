"""The gallery follows the library: new and changed images, people who are renamed, merged, deleted; references that disagree."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.small import MAYBE, PLATFORM, SPEECH, TAGS
from tests.journeys.world import World, named_in, person_called
from tests.standin.library import BIDEN, COLLINS, NO_PHOTO, OBAMA
from tests.standin.scenery import PHOTOS, photo_bytes

pytestmark = pytest.mark.journey


def read_again(world: World) -> set[str]:
    """What “Update gallery” has looked at, by origin."""
    world.write("UPDATE enrolment SET read_at = 'before'")
    world.run("Update gallery")
    return {
        name for (name,) in world.rows("SELECT origin || ' ' || origin_id FROM enrolment WHERE read_at != 'before'")
    }


def change_image(world: World, name: str, image: bytes | None) -> None:
    """As the user does it in Stash: the image has another address from then on."""
    world.stash.store.clock_shift_s += 5
    row = world.stash.store.performers[world.ids[name]]
    row.image = image
    world.stash.store.touch(row)


def used(world: World, name: str) -> int:
    sql = "SELECT COUNT(*) FROM reference JOIN person ON person.id = person_id WHERE name = ? AND state = 'used'"
    return int(world.rows(sql, name)[0][0])


def test_only_what_has_changed_is_read_again(analysed: World) -> None:
    assert read_again(analysed) == set()
    change_image(analysed, OBAMA, photo_bytes("obama-2010"))
    assert read_again(analysed) == {f"performer {analysed.ids[OBAMA]}"}
    assert used(analysed, OBAMA) == 1
    change_image(analysed, NO_PHOTO, photo_bytes("hopper-1984"))
    assert read_again(analysed) == {f"performer {analysed.ids[NO_PHOTO]}"}
    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(PLATFORM)) == {COLLINS, NO_PHOTO}, "who was unknown has a face now"


def test_an_image_that_is_taken_away_takes_its_reference_with_it(analysed: World) -> None:
    change_image(analysed, OBAMA, None)
    analysed.run("Update gallery")
    assert used(analysed, OBAMA) == 0
    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(SPEECH)) == set()
    assert analysed.tags(SPEECH) == ["Sense: done", "Sense: unknown person"]


def test_a_deleted_performer_is_suggested_no_more(analysed: World) -> None:
    analysed.stash.store.destroy("performer", [analysed.ids[OBAMA]])
    analysed.run("Update gallery")
    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(SPEECH)) == set()
    assert analysed.tags(SPEECH) == ["Sense: done", "Sense: unknown person"]
    assert MAYBE.format(OBAMA) not in {tag.name for tag in analysed.stash.store.tags.values()}
    assert analysed.stash.operation({"mode": "search_people", "q": OBAMA}) == []


def test_a_merged_performer_keeps_faces_and_decisions(analysed: World) -> None:
    stash = analysed.stash
    track = person_called(analysed.scene(SPEECH), OBAMA)["track_id"]
    made = stash.operation(
        {"mode": "decide", "scene_id": str(analysed.ids[SPEECH]), "track_id": track, "action": "accept"}
    )
    heir = stash.add_performer("Barack H. Obama", alias_list=[OBAMA])
    stash.merge_performers(stash.store.performers[analysed.ids[OBAMA]], heir)
    analysed.run("Update gallery")
    analysed.run("Re-match all scenes")
    assert named_in(analysed.scene(SPEECH)) == {"Barack H. Obama"}
    assert person_called(analysed.scene(SPEECH), "Barack H. Obama")["decision_id"] == made["decision_id"]
    assert used(analysed, "Barack H. Obama") >= 1
    assert analysed.performers(SPEECH) == {"Barack H. Obama"}


def test_a_renamed_performer_is_called_by_the_new_name(analysed: World) -> None:
    analysed.stash.store.performers[analysed.ids[OBAMA]].name = "President Obama"
    assert read_again(analysed) == set()
    assert named_in(analysed.scene(SPEECH)) == {"President Obama"}


def test_pictures_of_one_performer_become_references_and_a_wrong_one_is_set_aside(enrolled: World) -> None:
    for photo in ("obama-2009", "obama-2010", "hopper-1984"):
        enrolled.stash.add_image(PHOTOS / f"{photo}.jpg", performers=[enrolled.ids[OBAMA]])
    enrolled.stash.add_image(PHOTOS / "biden-2010.jpg", performers=[enrolled.ids[BIDEN], enrolled.ids[OBAMA]])
    said = enrolled.run("Update gallery")
    assert used(enrolled, OBAMA) == 3
    assert "1 reference disagrees with the person's others: set aside." in said
    aside = enrolled.rows("SELECT origin, origin_id FROM reference WHERE state = 'set_aside'")
    assert aside == [("image", "3")]
    assert enrolled.stash.operation({"mode": "status"})["gallery"]["set_aside"] == 1
    enrolled.run("Identify new scenes")
    assert enrolled.tags(PLATFORM)[1:] == TAGS[PLATFORM], "Grace Hopper is not called Obama"


def test_an_empty_gallery_is_said_and_nobody_is_named(untouched: World) -> None:
    said = untouched.run("Identify new scenes")
    assert "The gallery is empty" in said
    assert untouched.tags(SPEECH) == ["Sense: done", "Sense: unknown person"]
    status = untouched.stash.operation({"mode": "status"})
    assert [(one["code"], one["fix"]) for one in status["problems"]] == [("empty_gallery", "update_gallery")]
    untouched.run("Update gallery")
    untouched.run("Re-match all scenes")
    assert untouched.tags(SPEECH) == TAGS[SPEECH]


def test_a_library_without_anything_is_no_trouble(untouched: World, tmp_path: Path) -> None:
    for kind in ("scene", "performer", "tag"):
        untouched.stash.store.table(kind).clear()
    assert untouched.run("Update gallery") == "The gallery knows 0 people by 0 faces."
    assert untouched.run("Identify new scenes") == "Nothing new to analyse."
    assert untouched.run("Re-match all scenes") == "0 scenes and images matched again."
    assert untouched.run("Remove all Stash Sense tags").startswith("0 tags were removed.")
    assert untouched.stash.mutations == []
