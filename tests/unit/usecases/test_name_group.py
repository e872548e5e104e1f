from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fake_package import BOX, FakePackage
from tests.unit.usecases.unknown_worlds import YAN, ZOE, analysed, group_with, groups
from tests.unit.usecases.worlds import World

from stash_sense.errors import RequestError
from stash_sense.usecases.batches import Batches
from stash_sense.usecases.name_group import Naming, begin, plan, plan_view
from stash_sense.usecases.ports import StashId
from stash_sense.usecases.unknown_people import rejoin


@pytest.fixture
def zoe(world: World) -> World:
    """Somebody unknown in scenes 1 to 4; the library has a Mary."""
    world.stash.add_performer("Mary")
    world.update_gallery()
    return analysed(world, {str(number): [ZOE] for number in range(1, 5)})


def naming(world: World, **who: object) -> Naming:
    return Naming(groups(world)[0].id, **who)


def mary(world: World) -> str:
    return next(f"performer:{one.id}" for one in world.stash.performer_rows.values() if one.name == "Mary")


def sentence(world: World, **who: object) -> str:
    return plan(world.desk(), naming(world, **who)).sentence()


def test_a_new_name_says_that_a_performer_will_be_created(zoe: World) -> None:
    zoe.stash.writes.clear()
    assert sentence(zoe, name=" Jane Doe ") == "Jane Doe will be created as a performer and added to 4 scenes."
    assert zoe.stash.writes == []
    assert zoe.stores.batches.get(1) is None, "looking changes nothing"


def test_scenes_that_have_her_are_counted_apart(zoe: World) -> None:
    (row,) = zoe.stash.performer_rows.values()
    for key in ("1", "2"):
        zoe.stash.scene_rows[key] = replace(zoe.stash.scene_rows[key], performers=zoe.stash.named(row))
    assert sentence(zoe, person_id=mary(zoe)) == "Mary will be added to 2 scenes. 2 scenes have this performer already."
    planned = plan_view(plan(zoe.desk(), naming(zoe, person_id=mary(zoe))))
    assert planned["counts"] == {"add": 2, "has": 2, "ruled_out": 0, "gone": 0}
    assert len(planned["track_ids"]) == 4


def test_scenes_of_which_the_user_said_no_are_left_out(zoe: World) -> None:
    member = next(one for one in zoe.stores.unknown_pages.places(groups(zoe)[0].id) if one.stash_id == "3")
    zoe.desk().decide(_reject(member.track_id, mary(zoe)))
    del zoe.stash.scene_rows["4"]
    assert sentence(zoe, person_id=mary(zoe)) == (
        "Mary will be added to 2 scenes. 1 scene is left out: you said there that this is not Mary. 1 scene is not in Stash any more."
    )
    Batches(zoe.stores, zoe.desk).carry_out(begin(zoe.desk(), naming(zoe, person_id=mary(zoe))))
    assert len(zoe.stores.batches.of_groups(9)) == 1
    assert {key: len(row.performers) for key, row in zoe.stash.scene_rows.items()} == {"1": 1, "2": 1, "3": 0}


def test_who_was_ruled_out_as_somebody_of_a_package_is_so_as_a_performer(zoe: World) -> None:
    zoe.packages.append(FakePackage({"box:b:1": ("u1",)}, {}))
    with zoe.stores.transaction():
        zoe.stores.gallery.put_person(zoe.look_up("box:b:1")[0], "now")
    member = next(one for one in zoe.stores.unknown_pages.places(groups(zoe)[0].id) if one.stash_id == "3")
    zoe.desk().decide(_reject(member.track_id, "box:b:1"))
    (unlike,) = zoe.stash.performer_rows.values()
    made = zoe.stash.add_performer("Roe", stash_ids=(StashId("https://BOX.example/graphql/", "u1"),))
    zoe.update_gallery()
    assert sentence(zoe, person_id=f"performer:{made.id}") == (
        "Roe will be added to 3 scenes. 1 scene is left out: you said there that this is not Roe."
    )
    assert sentence(zoe, person_id=f"performer:{unlike.id}") == "Mary will be added to 4 scenes."


def _reject(track_id: int, person_id: str) -> object:
    from stash_sense.usecases.decide import Choice

    return Choice("scene", "3", track_id, "reject", person_id=person_id)


def test_only_the_faces_that_were_ticked(zoe: World) -> None:
    ids = [one.track_id for one in zoe.stores.unknown_pages.places(groups(zoe)[0].id)]
    wish = naming(zoe, name="Jane", track_ids=ids[:2])
    Batches(zoe.stores, zoe.desk).carry_out(begin(zoe.desk(), wish))
    assert sum(bool(row.performers) for row in zoe.stash.scene_rows.values()) == 2
    assert groups(zoe)[0].scenes == 2
    with pytest.raises(RequestError, match="not in this group any more"):
        begin(zoe.desk(), wish)


def test_somebody_from_a_package_whom_the_library_has_is_that_performer(zoe: World) -> None:
    zoe.packages.append(FakePackage({"box:b:1": ("u1",)}, {}))
    assert sentence(zoe, person_id="box:b:1").startswith("name of box:b:1 will be created as a performer")
    zoe.stash.add_performer("Known here", stash_ids=(StashId(BOX, "u1"),))
    zoe.update_gallery()
    assert sentence(zoe, person_id="box:b:1") == "Known here will be added to 4 scenes."


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ({"name": "mary"}, "a performer called Mary already"),
        ({"name": "  "}, "needs a name"),
        ({}, "Say who it is"),
        ({"person_id": "performer:4711"}, "not in Stash any more"),
        ({"person_id": "box:b:9"}, "in none of the galleries"),
        ({"name": "X", "track_ids": [12345]}, "not in this group"),
        ({"name": "X", "track_ids": []}, "left without a name"),
    ],
    ids=str,
)
def test_an_impossible_wish_is_refused_in_words(zoe: World, who: dict[str, object], words: str) -> None:
    with pytest.raises(RequestError, match=words):
        begin(zoe.desk(), naming(zoe, **who))
    assert zoe.stores.batches.get(1) is None


def test_a_group_that_is_gone_is_refused(zoe: World) -> None:
    with pytest.raises(RequestError, match="not in the list any more"):
        plan(zoe.desk(), Naming(4711, name="X"))


def test_nothing_left_to_do_is_said(zoe: World) -> None:
    wish = naming(zoe, name="X")
    zoe.stash.scene_rows.clear()
    with pytest.raises(RequestError, match=r"nothing to do.*4 scenes are not in Stash any more"):
        begin(zoe.desk(), wish)


def test_a_group_that_was_joined_with_another_is_that_one(zoe: World) -> None:
    (old,) = groups(zoe)
    analysed(zoe, {"5": [YAN]})
    yan = group_with(zoe, "5")
    rejoin(zoe.stores, yan.id, [one.track_id for one in zoe.stores.unknown_pages.places(old.id)])
    batch_id = begin(zoe.desk(), Naming(old.id, name="Jane"))
    assert zoe.stores.batches.get(batch_id).group_id == yan.id
    assert len(zoe.stores.batches.items(batch_id, "waiting")) == 5


def test_naming_reads_no_picture(zoe: World) -> None:
    """A group of thousands of tracks has 6 KB of crop for each."""
    wish, asked = naming(zoe, name="Jane"), list[str]()
    zoe.stores.db.set_trace_callback(asked.append)
    begin(zoe.desk(), wish)
    zoe.stores.db.set_trace_callback(None)
    assert asked
    assert [sql for sql in asked if "track.crop" in sql] == []
