"""Builds over a world without a network, with the real catalogue.db, enumeration, identities and admission."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.stashbox.building import Killed, Shelf, Workshop, a_performer, a_picture, a_scene, shown
from tests.stashbox.world import BoxWorld

from stash_sense.errors import ServerError, StorageError


@pytest.fixture
def world() -> BoxWorld:
    return BoxWorld()


@pytest.fixture
def shop(tmp_path: Path, world: BoxWorld) -> Workshop:
    return Workshop(tmp_path, {"box.test": world})


# Scope


def test_everybody_with_a_face_is_published(shop: Workshop, world: BoxWorld) -> None:
    for name in ("Ann", "Bea", "Cleo"):
        a_performer(world, name)
    a_performer(world, "Dora", pictures=0)
    sentence = shop.build("all")
    assert shop.names() == ["Ann", "Bea", "Cleo"]
    assert sentence.startswith("The gallery from stash-boxes knows 3 people by 6 faces. box.test: complete, 4 of 4 at ")


def test_linked_reads_only_the_library_s_performers(shop: Workshop, world: BoxWorld) -> None:
    ann, _ = a_performer(world, "Ann"), a_performer(world, "Bea")
    shop.shelf = Shelf([("Ann", ann)])
    shop.build("linked")
    assert shop.names() == ["Ann"]
    assert world.requests == 1, "a look-up is enough, nobody asks for lists"


def test_an_endpoint_may_be_written_in_another_way(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann")
    shop.shelf = Shelf([("Ann", ann)], endpoint="http://Box.test/graphql/")
    shop.build("linked")
    assert shop.names() == ["Ann"]
    world.soft_delete(ann)
    shop.build("linked")
    assert shop.findings.keys() == {"rule", f"performer:1 http://Box.test/graphql/ {ann}"}


def test_whom_a_linked_id_was_merged_into_is_learned_and_kept_up_to_date(shop: Workshop, world: BoxWorld) -> None:
    old, new = a_performer(world, "Old", pictures=0), a_performer(world, "Ann")
    world.merge(old, new)
    shop.shelf = Shelf([("Ann", old)])
    assert shop.build("linked") == "The gallery from stash-boxes knows 1 person by 2 faces."
    assert {one.box_id: one.retired for one in shop.desk.people[0].ids} == {new: False, old: True}
    world.rename(new, "Anna")
    shop.build("linked")
    assert shop.names() == ["Anna"]


def test_co_stars_are_those_on_the_library_s_scenes(shop: Workshop, world: BoxWorld) -> None:
    ann, bea, _ = (a_performer(world, name) for name in ("Ann", "Bea", "Cleo"))
    shop.shelf = Shelf([("Ann", ann)], [a_scene(world, "one", ann, bea)])
    shop.build("costars")
    assert shop.names() == ["Ann", "Bea"]


def test_linked_people_come_first_then_co_stars_then_those_with_most_scenes(shop: Workshop, world: BoxWorld) -> None:
    ids = {name: a_performer(world, name, pictures=1) for name in ("Ann", "Bea", "Cleo", "Dora")}
    a_scene(world, "two", ids["Bea"])
    shop.shelf = Shelf([("Dora", ids["Dora"])], [a_scene(world, "one", ids["Cleo"])])
    shop.readers.at_once = 1
    shop.build("all")
    order = [next(p.name for p in world.people.values() if image in p.images) for image in shop.readers.read_ids]
    assert order == ["Dora", "Cleo", "Bea", "Ann"]
    assert [len(people) for _, people in shop.desk.packages] == [1, 2, 4], "each level can be used at once"


def test_a_limit_leaves_out_the_last(shop: Workshop, world: BoxWorld) -> None:
    for name in ("Ann", "Bea", "Cleo"):
        a_performer(world, name)
    shop.options = type(shop.options)(shop.options.caps, limit=2, by_scenes=False)
    shop.build("all")
    assert shop.names() == ["Ann", "Bea"]


# Failures


def test_a_picture_that_failed_once_is_asked_for_again_at_the_end(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann")
    shop.readers.failures[world.people[ann].images[0]] = 1
    assert "could not be read" not in shop.build()
    assert len(shop.faces("Ann")) == 2


def test_a_picture_that_keeps_failing_is_left_for_the_next_build(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann")
    bad = world.people[ann].images[0]
    shop.readers.failures[bad] = 2
    assert shop.build().endswith("1 picture could not be read now: the next build tries again.")
    assert shop.statuses()[0].errors == 1
    shop.build()
    assert bad not in shop.faces("Ann"), "not before five minutes have passed"
    shop.clock.second += 300
    shop.build()
    assert len(shop.faces("Ann")) == 2
    assert shop.statuses()[0].errors == 0


def test_a_server_that_asks_for_a_moment_gets_it_at_the_end(shop: Workshop, world: BoxWorld) -> None:
    ann = a_performer(world, "Ann")
    first, second = world.people[ann].images
    shop.readers.failures = {first: 1, second: 1}
    shop.readers.retry_after_s = {first: 50.0, second: 3600.0}
    assert shop.build().endswith("1 picture could not be read now: the next build tries again.")
    assert shop.faces("Ann") == [first]


def test_a_full_disk_of_ours_is_no_trouble_of_a_source(shop: Workshop, world: BoxWorld) -> None:
    a_performer(world, "Ann")

    def full(_count: int) -> None:
        raise StorageError("The disk is full.")

    shop.readers.after = full
    with pytest.raises(StorageError, match="full"):
        shop.build()
    assert shop.statuses()[0].source.message is None


def test_a_source_in_trouble_does_not_hold_up_the_others(tmp_path: Path) -> None:
    worlds = {"one.test": BoxWorld(), "two.test": BoxWorld()}
    a_performer(worlds["one.test"], "Ann")
    a_performer(worlds["two.test"], "Bea")

    def away(_world: BoxWorld, _request: int) -> None:
        raise ServerError("one.test is away.")

    worlds["one.test"].before_request = away
    shop = Workshop(tmp_path, worlds)
    assert "one.test could not be read to the end: one.test is away." in shop.build()
    assert shop.names() == ["Bea"]
    assert [one.source.message for one in shop.statuses()] == ["one.test is away.", None]
    worlds["one.test"].before_request = None
    shop.build()
    assert shop.names() == ["Ann", "Bea"]
    assert [one.source.message for one in shop.statuses()] == [None, None]


def test_a_build_without_any_source_fails(shop: Workshop, world: BoxWorld) -> None:
    def away(_world: BoxWorld, _request: int) -> None:
        raise ServerError("box.test is away.")

    world.before_request = away
    with pytest.raises(ServerError, match=r"box\.test is away\."):
        shop.build()
    assert shop.desk.packages == []


def test_it_stops_asking_when_every_download_fails(shop: Workshop, world: BoxWorld) -> None:
    for number in range(60):
        performer = a_performer(world, f"P{number:02d}", pictures=1)
        shop.readers.failures[world.people[performer].images[0]] = 9
    sentence = shop.build()
    assert "40 pictures in a row could not be downloaded (The connection broke.)" in sentence
    assert len(shop.readers.read_ids) == 40


# Several boxes


def two_boxes(tmp_path: Path) -> tuple[Workshop, str, str]:
    worlds = {"one.test": BoxWorld(), "two.test": BoxWorld()}
    ann = a_performer(worlds["one.test"], "Ann")
    ann2 = a_performer(
        worlds["two.test"],
        "Ann Two",
        pictures=1,
        urls=[("https://www.iafd.com/person.rme/perfid=annexample/gender=f/ann.htm", "IAFD")],
    )
    worlds["one.test"].people[ann].urls = [
        ("https://www.iafd.com/person.rme/perfid=annexample/gender=f/ann.htm", "IAFD")
    ]
    for image in worlds["two.test"].people[ann2].images:
        worlds["two.test"].images[image].data = b"Ann"
    return Workshop(tmp_path, worlds), ann, ann2


def test_one_person_on_two_boxes_is_one_person(tmp_path: Path) -> None:
    shop, ann, ann2 = two_boxes(tmp_path)
    shop.build()
    (person,) = shop.desk.people
    assert person.id == f"box:one.test:{ann}"
    assert [one.box_id for one in person.ids] == [ann, ann2]
    assert sorted(Counter(face.source for face in person.faces).values()) == [1, 2]
    assert "Ann Two" in person.aliases


def test_a_source_of_medium_trust_adds_only_what_agrees(tmp_path: Path) -> None:
    shop, _, ann2 = two_boxes(tmp_path)
    a_picture(shop.worlds["two.test"], ann2, "wrong", "Bea", height=901)
    a_performer(shop.worlds["two.test"], "Stranger")
    shop.trust["two.test"] = "medium"
    shop.build()
    (person,) = shop.desk.people
    assert Counter(face.source for face in person.faces) == {
        "https://one.test/graphql": 2,
        "https://two.test/graphql": 1,
    }
    assert len(shop.readers.read_ids) == 4, "a stranger's pictures could not be vouched for, so they are not downloaded"


# Kills


def crowd(world: BoxWorld) -> None:
    for number in range(12):
        performer = a_performer(world, f"P{number:02d}", pictures=number % 5)
        if number % 3 == 0:
            a_picture(world, performer, f"odd {number}", "no_face", height=910)
            a_picture(world, performer, f"group {number}", f"P{number:02d} Other", height=905)


def test_killed_anywhere_it_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    calm = Workshop(tmp_path / "calm", {"box.test": BoxWorld()})
    crowd(calm.worlds["box.test"])
    calm.build()
    downloads = len(calm.readers.read_ids)
    expected = shown(calm.desk.people)
    assert len(expected) == 9

    for moment in range(downloads):
        shop = Workshop(tmp_path / f"killed {moment}", {"box.test": BoxWorld()})
        crowd(shop.worlds["box.test"])
        shop.readers.after = a_kill(moment)
        with pytest.raises(Killed):
            shop.build()
        requests = shop.worlds["box.test"].requests
        shop.readers.after = lambda _count: None
        shop.build()
        assert shown(shop.desk.people) == expected
        assert len(shop.readers.read_ids) <= downloads + 9, "only what was under way is read again"
        assert shop.worlds["box.test"].requests == requests, "neither sweep nor details are read again"


def a_kill(moment: int) -> Any:
    def strike(count: int) -> None:
        if count == moment:
            raise Killed

    return strike


def test_killed_between_requests_it_goes_on(tmp_path: Path) -> None:
    calm = Workshop(tmp_path / "calm", {"box.test": BoxWorld()})
    crowd(calm.worlds["box.test"])
    calm.build()
    requests = calm.worlds["box.test"].requests
    for moment in range(1, requests + 1):
        shop = Workshop(tmp_path / f"killed {moment}", {"box.test": BoxWorld()})
        crowd(shop.worlds["box.test"])

        def strike(_world: BoxWorld, request: int, moment: int = moment) -> None:
            if request == moment:
                raise Killed

        shop.worlds["box.test"].before_request = strike
        with pytest.raises(Killed):
            shop.build()
        shop.build()
        assert shown(shop.desk.people) == shown(calm.desk.people)
        assert shop.worlds["box.test"].requests == requests + 1
