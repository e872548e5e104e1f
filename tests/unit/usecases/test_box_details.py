"""What changes on a box is followed: fields, pictures, merges, deletions."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stashbox.building import Shelf, Workshop, a_performer, a_picture
from tests.stashbox.world import BoxWorld
from tests.stashbox.world_box import WorldBox


@pytest.fixture
def world() -> BoxWorld:
    return BoxWorld()


@pytest.fixture
def shop(tmp_path: Path, world: BoxWorld) -> Workshop:
    return Workshop(tmp_path, {"box.test": world})


def test_an_unchanged_box_costs_one_request_and_no_package(shop: Workshop, world: BoxWorld) -> None:
    for name in ("Ann", "Bea"):
        a_performer(world, name)
    shop.build()
    before, read, packages = world.requests, len(shop.readers.read_ids), len(shop.desk.packages)
    shop.build()
    assert world.requests - before <= 4, "a snapshot, and what proves it"
    assert (len(shop.readers.read_ids), len(shop.desk.packages)) == (read, packages)


def test_cleared_fields_are_cleared_and_only_new_pictures_are_read(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann", aliases=["Annie"], birth_date="1990-01-01", gender="FEMALE")
    shop.build()
    read = len(shop.readers.read_ids)
    world.people[ann].aliases, world.people[ann].birth_date = [], None
    new = a_picture(world, ann, "new", "Ann")
    world.touch(ann)
    shop.build()
    (person,) = shop.desk.people
    assert (person.aliases, person.birth_date, person.gender) == ((), None, "FEMALE")
    assert shop.readers.read_ids[read:] == [new]


def test_a_picture_taken_down_is_taken_out(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann", pictures=3)
    shop.build()
    gone = world.people[ann].images[0]
    world.destroy_image(gone)
    world.touch(ann)
    shop.build()
    assert len(shop.faces("Ann")) == 2
    assert gone not in shop.faces("Ann")


@pytest.mark.parametrize("how", ["hard_delete", "soft_delete"])
def test_a_deleted_person_is_published_no_more(shop: Workshop, world: BoxWorld, how: str) -> None:
    ann, _ = a_performer(world, "Ann"), a_performer(world, "Bea")
    shop.shelf = Shelf([("Ann of mine", ann)])
    shop.build()
    getattr(world, how)(ann)
    shop.build()
    assert shop.names() == ["Bea"]
    (subject,) = shop.findings.keys() - {"rule"}
    assert shop.findings["rule"] == "outdated_stash_id"
    assert (subject, shop.findings[subject]["became"]) == (f"performer:1 https://box.test/graphql {ann}", "deleted")


def test_a_merged_person_s_ids_lead_to_the_heir(shop: Workshop, world: BoxWorld) -> None:
    ann, bea, cleo = (a_performer(world, name, pictures=1) for name in ("Ann", "Bea", "Cleo"))
    shop.shelf = Shelf([("Ann of mine", ann)])
    shop.build()
    world.merge(ann, bea)
    world.merge(bea, cleo)
    shop.build()
    (person,) = shop.desk.people
    assert [(one.box_id, one.retired) for one in person.ids] == [
        (cleo, False),
        *((i, True) for i in sorted([ann, bea])),
    ]
    evidence = shop.findings[f"performer:1 https://box.test/graphql {ann}"]
    assert (evidence["became"], evidence["new_stash_id"], evidence["new_name"]) == ("merged", cleo, "Cleo")


def test_a_linked_id_that_nobody_lists_is_asked_about_once(
    shop: Workshop, world: BoxWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = a_performer(world, "Old"), a_performer(world, "Ann")
    world.merge(old, new)
    shop.shelf = Shelf([("Ann", old)])
    asked: list[str] = []
    look_up = WorldBox.people
    monkeypatch.setattr(WorldBox, "people", lambda box, ids: asked.extend(ids) or look_up(box, ids))
    shop.build("all")
    assert sorted(asked) == sorted([old, new])


def test_a_merge_into_somebody_deleted_since_leads_nowhere(shop: Workshop, world: BoxWorld) -> None:
    ann, bea = a_performer(world, "Ann"), a_performer(world, "Bea")
    a_performer(world, "Cleo")
    shop.shelf = Shelf([("Ann of mine", ann)])
    world.merge(ann, bea)
    world.soft_delete(bea)
    shop.build("linked")
    assert shop.findings[f"performer:1 https://box.test/graphql {ann}"]["became"] == "deleted"


def test_pictures_that_went_over_with_a_merge_are_not_downloaded_again(shop: Workshop, world: BoxWorld) -> None:
    ann, bea = a_performer(world, "Ann"), a_performer(world, "Bea", pictures=0)
    images = list(world.people[ann].images)
    shop.build()
    world.merge(ann, bea)
    world.people[bea].images = images
    shop.build()
    assert sorted(shop.readers.read_ids) == sorted(images)
    assert sorted(shop.faces("Bea")) == sorted(images)


def test_another_pack_reads_everything_again(shop: Workshop, world: BoxWorld) -> None:
    a_performer(world, "Ann")
    shop.build()
    shop.space = type(shop.space)("test", "2", shop.space.dims)
    shop.build()
    assert len(shop.readers.read_ids) == 4
    header, people = shop.desk.packages[-1]
    assert (header.space.revision, len(people[0].faces)) == ("2", 2)


def test_another_cap_is_heeded_without_downloading(shop: Workshop, world: BoxWorld) -> None:
    a_performer(world, "Ann", pictures=3)
    shop.build()
    shop.options = type(shop.options)(type(shop.options.caps)(1, 1))
    shop.build()
    assert len(shop.faces("Ann")) == 1
    assert len(shop.readers.read_ids) == 3
