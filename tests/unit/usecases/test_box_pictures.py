"""Pictures of people become references, each downloaded once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.stashbox.building import Workshop, a_performer, a_picture
from tests.stashbox.world import BoxWorld


@pytest.fixture
def world() -> BoxWorld:
    return BoxWorld()


@pytest.fixture
def shop(tmp_path: Path, world: BoxWorld) -> Workshop:
    return Workshop(tmp_path, {"box.test": world})


def test_no_more_pictures_are_downloaded_than_the_cap_asks_for(shop: Workshop, world: BoxWorld) -> None:
    a_performer(world, "Ann", pictures=9)
    shop.build()
    assert len(shop.faces("Ann")) == 3
    assert len(shop.readers.read_ids) == 3


def test_useless_pictures_are_replaced_by_the_next_ones(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann", pictures=0)
    for number in range(3):
        a_picture(world, ann, f"bad {number}", "no_face", height=900)
    for number in range(3):
        a_picture(world, ann, f"good {number}", "Ann", height=1000 + number)
    shop.build()
    assert len(shop.faces("Ann")) == 3
    assert shop.statuses()[0].rejected == {"no_face": 3}


def test_a_wrong_face_is_set_aside_by_the_others(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann", pictures=2)
    wrong = a_picture(world, ann, "wrong", "Bea", height=901)
    shop.build()
    assert wrong not in shop.faces("Ann")
    assert shop.statuses()[0].rejected == {"disagrees": 1}


def test_of_a_group_photo_only_the_face_that_agrees_is_taken(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann", pictures=2)
    group = a_picture(world, ann, "group", "Bea Ann", height=1200)
    shop.build()
    assert shop.faces("Ann").count(group) == 1
    assert shop.statuses()[0].rejected == {"group_photo": 1}


def test_the_same_bytes_under_another_id_count_once(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann", pictures=0)
    a_picture(world, ann, "first", "Ann#")
    a_picture(world, ann, "second", "Ann#")
    shop.build()
    assert len(shop.faces("Ann")) == 1
    assert shop.statuses()[0].rejected == {"same_bytes": 1}


def test_a_picture_of_two_people_is_downloaded_once(shop: Workshop, world: BoxWorld) -> None:
    ann, bea = a_performer(world, "Ann"), a_performer(world, "Bea")
    for performer in (ann, bea):
        shared = a_picture(world, performer, "both", "Ann Bea")
    shop.build()
    assert Counter(shop.readers.read_ids)[shared] == 1
    assert shared in shop.faces("Ann")
    assert shared in shop.faces("Bea")


def test_what_the_size_tells_is_not_downloaded(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann")
    a_picture(world, ann, "tiny", "Ann", width=50, height=80)
    shop.build()
    assert len(shop.readers.read_ids) == 2
    assert shop.statuses()[0].rejected == {"image_too_small": 1}


def test_only_the_best_face_keeps_its_crop(shop: Workshop, world: BoxWorld) -> None:
    a_performer(world, "Ann", pictures=3)
    shop.build()
    (ann,) = shop.desk.people
    best = max(ann.faces, key=lambda face: face.quality)
    assert ann.crop == f"crop of Ann on {best.image_id}".encode()


def test_downloads_wait_their_turn(shop: Workshop, world: BoxWorld) -> None:
    a_performer(world, "Ann", pictures=2)
    shop.build()
    assert shop.pace.turns == [f"https://box.test/images/{image}" for image in world.people[a_id(world)].images]
    assert [reading.outcome for reading in shop.pace.answers] == ["face", "face"]


def a_id(world: BoxWorld) -> str:
    return next(iter(world.people))
