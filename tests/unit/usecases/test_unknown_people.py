from __future__ import annotations

import pytest
from tests.fake_stash import jpeg
from tests.unit.usecases.unknown_worlds import XAVER, YAN, ZOE, analysed, group_with, groups, scenes_of
from tests.unit.usecases.worlds import World

from stash_sense.errors import RequestError
from stash_sense.usecases.unknown_people import (
    group_of,
    ignore,
    part,
    people_page,
    person_page,
    rejoin,
    suggestions,
)
from stash_sense.usecases.view import media_view


@pytest.fixture
def three(world: World) -> World:
    """Zoe in four scenes, Yan in two, Xaver in one."""
    return analysed(world, {"1": [ZOE, YAN], "2": [ZOE], "3": [ZOE, YAN], "4": [ZOE, XAVER]})


def page(world: World, **how: object) -> dict[str, object]:
    return people_page(world.stores, **{"page": 1, "per_page": 10, "least": 1, "ignored": False, **how})


def test_people_come_by_the_number_of_their_scenes(three: World) -> None:
    found = page(three)
    assert (found["total"], found["ignored"]) == (3, 0)
    assert [item["scenes"] for item in found["items"]] == [4, 2, 1]
    first = found["items"][0]
    assert sorted(first["scene_ids"]) == ["1", "2", "3", "4"]
    assert sorted(crop["scene_id"] for crop in first["crops"]) == ["1", "2", "3", "4"], "out of different scenes"
    assert all(crop["crop"].startswith("data:image/jpeg") for crop in first["crops"])


def test_pages_and_the_least_number_of_scenes(three: World) -> None:
    assert [item["scenes"] for item in page(three, page=2, per_page=2)["items"]] == [1]
    assert page(three, page=9)["items"] == []
    assert page(three, least=2)["total"] == 2


def test_one_person_with_all_faces(three: World) -> None:
    shown = person_page(three.stores, group_with(three, "1", "2", "3", "4").id, 1)
    assert [shown[key] for key in ("scenes", "tracks", "ignored")] == [4, 4, False]
    assert sorted(one["scene_id"] for one in shown["members"]) == ["1", "2", "3", "4"]
    assert person_page(three.stores, int(shown["group_id"]), 2)["members"] == []


def test_who_it_may_be_comes_from_the_tracks_candidates_and_from_names_given(three: World) -> None:
    group = group_with(three, "1", "2", "3", "4")
    three.stash.add_performer("Mary", image=jpeg(3))
    three.update_gallery()
    three.rematcher().all(three.report())
    members = three.stores.unknown_pages.places(group.id)
    person = next(one.id for one in three.stores.gallery.people() if one.name == "Mary")
    three.stores.media.set_verdict(members[0].track_id, "accepted", person_id=person, why="")
    (first, *_) = suggestions(three.stores, group.id)
    assert (first["name"], first["probability"], first["tracks"]) == ("Mary", None, 1)


def test_faces_taken_out_are_somebody_else_and_come_back(three: World) -> None:
    group = group_with(three, "1", "2", "3", "4")
    ids = {one.stash_id: one.track_id for one in three.stores.unknown_pages.places(group.id)}
    made = part(three.stores, group.id, [ids["1"], ids["2"]], as_one=True)
    assert [scenes_of(three, one) for one in made] == [{"1", "2"}]
    assert scenes_of(three, group.id) == {"3", "4"}
    rejoin(three.stores, group.id, [ids["1"], ids["2"]])
    assert scenes_of(three, group.id) == {"1", "2", "3", "4"}
    assert group_of(three.stores, made[0]).id == group.id, "an old address leads to where the faces are"
    assert len(groups(three)) == 3
    singly = part(three.stores, group.id, [ids["1"], ids["2"]], as_one=False)
    assert [scenes_of(three, one) for one in singly] == [{"1"}, {"2"}]


def test_somebody_ignored_is_out_of_the_list_until_restored(three: World) -> None:
    group = group_with(three, "1", "2", "3", "4")
    ignore(three.stores, group.id, ignored=True)
    assert (page(three)["total"], page(three)["ignored"]) == (2, 1)
    (item,) = page(three, ignored=True)["items"]
    assert (item["group_id"], item["ignored"]) == (str(group.id), True)
    ignore(three.stores, group.id, ignored=False)
    assert page(three)["total"] == 3


def test_impossible_wishes_are_refused_in_words(three: World) -> None:
    group = group_with(three, "1", "2", "3", "4")
    ids = [one.track_id for one in three.stores.unknown_pages.places(group.id)]
    other = three.stores.unknown_pages.places(group_with(three, "1", "3").id)[0].track_id
    for act, words in (
        (lambda: part(three.stores, group.id, ids, as_one=True), "all faces"),
        (lambda: part(three.stores, group.id, [], as_one=True), "at least one"),
        (lambda: part(three.stores, group.id, [other], as_one=True), "not in this group"),
        (lambda: part(three.stores, group.id, [99999], as_one=True), "not in this group"),
        (lambda: rejoin(three.stores, group.id, [99999]), "not in this group"),
        (lambda: person_page(three.stores, 4711, 1), "not in the list any more"),
        (lambda: ignore(three.stores, 4711, ignored=True), "not in the list any more"),
    ):
        with pytest.raises(RequestError, match=words):
            act()


def test_the_scene_panel_knows_where_else_somebody_is_seen(three: World) -> None:
    people = media_view(three.stores, "scene", "4", [])["people"]
    assert sorted((one["elsewhere"]["scenes"], one["elsewhere"]["images"]) for one in people) == [(0, 0), (3, 0)]
    assert {one["elsewhere"]["group_id"] for one in people} == {
        str(group.id) for group in groups(three) if group.scenes != 2
    }
