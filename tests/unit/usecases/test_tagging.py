from __future__ import annotations

from dataclasses import replace

from tests.unit.usecases.worlds import World

from stash_sense.core.records import MediaRecord, PersonRecord, TrackRecord
from stash_sense.settings import effective
from stash_sense.usecases.tagging import Tagger, remove_all_tags, wanted_roles


def media(state: str = "analysed") -> MediaRecord:
    return MediaRecord("scene", "1", "f", state, "test", "1", "a", "now")


def test_done_can_be_switched_off_so_that_only_what_needs_attention_remains(jane: World) -> None:
    off = effective({"done_tag": False, "person_tags": False})
    tracks = jane.stores.media.tracks(jane.stores.media.get("scene", "1").id)
    assert wanted_roles(media("no_faces"), [], off) == {"no_faces"}
    assert wanted_roles(media(), tracks, off) == {"to_review", "unknown_person"}
    assert wanted_roles(media(), [], off) == set()
    assert wanted_roles(media("failed"), [], off) == {"failed"}


def test_a_renamed_tag_is_still_ours(jane: World) -> None:
    renamed = jane.stash.find_tag("Sense: to review")
    jane.stash.tags[renamed.id] = "Look at this"
    jane.choose(jane.track_of("Jane"), "skip")
    assert "Look at this" not in jane.stash.tag_names()


def test_a_tag_found_by_alias_is_used_but_never_destroyed(world: World) -> None:
    mine = world.stash.add_tag("Watched by robot")
    world.stash.aliases[mine.id] = "sense: DONE"
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: []
    world.identifier().scene(world.stash.scene_rows["1"])
    assert "Watched by robot" in world.stash.tag_names()
    remove_all_tags(world.stash, world.stores)
    assert set(world.stash.tags.values()) == {"Watched by robot"}


def test_removing_all_tags_leaves_no_trace_of_ours(jane: World) -> None:
    mine = jane.stash.add_tag("Mine")
    jane.stash.change("scene", ["1"], add_tags=[mine.id])
    assert remove_all_tags(jane.stash, jane.stores) == 4
    assert set(jane.stash.tags.values()) == {"Mine"}
    assert jane.stash.tag_names() == {"Mine"}
    assert jane.stores.tags.all() == []


def test_the_parent_stays_while_the_user_keeps_tags_below_it(jane: World) -> None:
    parent = jane.stash.find_tag("Stash Sense")
    jane.stash.add_tag("Mine", parent_id=parent.id)
    remove_all_tags(jane.stash, jane.stores)
    assert set(jane.stash.tags.values()) == {"Stash Sense", "Mine"}


def test_tags_made_before_the_database_was_lost_are_found_and_removed(jane: World) -> None:
    for tag in jane.stores.tags.all():
        jane.stores.tags.forget(tag.role)
    remove_all_tags(jane.stash, jane.stores)
    assert jane.stash.tags == {}


def test_a_tag_deleted_by_the_user_is_made_again(jane: World) -> None:
    jane.stash.destroy_tags([jane.stash.find_tag("Sense: unknown person").id])
    jane.identifier().scene(jane.stash.scene_rows["1"], force=True)
    assert "Sense: unknown person" in jane.stash.tag_names()


def test_two_people_of_one_name_have_two_tags(world: World) -> None:
    for number in ("1", "2"):
        world.stores.gallery.put_person(PersonRecord(f"performer:{number}", "Jane", performer_id=number), "now")
    tagger = Tagger(world.stash, world.stores)
    ids = {tagger.tag_id("maybe:performer:1"), tagger.tag_id("maybe:performer:2")}
    assert len(ids) == 2
    assert {world.stash.tags[tag_id] for tag_id in ids} == {"Sense: maybe Jane", "Sense: maybe Jane [performer:2]"}


def test_nothing_is_written_when_nothing_changes(jane: World) -> None:
    jane.stash.writes.clear()
    jane.desk().refresh_tags("scene", "1")
    assert jane.stash.writes == []


def test_a_suggestion_without_candidates_is_no_suggestion() -> None:
    track = TrackRecord(b"", 1, 1, 0.5, None, b"", (), 0.0, {}, "suggested", None, "")
    assert wanted_roles(media(), [replace(track)], effective({})) == {"done"}
