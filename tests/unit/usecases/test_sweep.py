from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fake_stash import TableEncoder, jpeg
from tests.unit.usecases.worlds import World, with_jane_and_a_stranger

from stash_sense.core.values import Detection, Image
from stash_sense.errors import ServerError
from stash_sense.settings import effective
from stash_sense.usecases.sweep import Sweep


def sweep(world: World) -> Sweep:
    return Sweep(world.identifier(), world.report("identify"))


def test_only_what_is_new_is_analysed_and_failures_are_counted(jane: World) -> None:
    jane.stash.add_scene("2")
    jane.videos.seen["/videos/2.mp4"] = lambda second: [3]
    jane.stash.add_scene("3")
    message = sweep(jane).new(include_images=False)
    assert message == "Analysed 1 item. 1 item could not be analysed: the Faces tab says why."
    assert {name for name, _, _ in jane.videos.asked} == {"/videos/1.mp4", "/videos/2.mp4"}


def test_nothing_new_says_so(jane: World) -> None:
    assert sweep(jane).new(include_images=True) == "Nothing new to analyse."


def test_images_take_part_if_wanted(jane: World) -> None:
    jane.stash.add_picture("7")
    jane.pictures.files["/pictures/7.jpg"] = jpeg(3)
    assert sweep(jane).new(include_images=False) == "Nothing new to analyse."
    assert sweep(jane).new(include_images=True) == "Analysed 1 item."
    assert jane.verdicts("7", "image") == ["suggested"]


def test_an_empty_gallery_is_said(world: World) -> None:
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: [1]
    assert "The gallery is empty" in sweep(world).new(include_images=False)
    assert world.verdicts() == ["unknown"]


def test_the_queue_is_worked_off_and_released(world: World) -> None:
    with_jane_and_a_stranger(world)
    with world.stores.transaction():
        world.stores.queue.add(["1", "404"], reason="scan", now=world.clock())
        world.stores.queue.claim_job(world.clock())
    sweep(world).queued()
    assert world.stores.queue.count() == 0
    assert world.stores.queue.job() is None
    assert world.verdicts() == ["suggested", "unknown"]


def test_what_a_hook_adds_meanwhile_is_taken_too(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.stash.add_scene("2")

    class Hooked(TableEncoder):
        def detect(self, image: Image, *, thorough: bool = False) -> list[Detection]:
            if not thorough and not world.stores.media.get("scene", "2"):
                world.stores.queue.add(["2"], reason="scan", now="now")
            return super().detect(image, thorough=thorough)

    world.encoder = Hooked()
    world.videos.seen = {"/videos/1.mp4": lambda second: [1], "/videos/2.mp4": lambda second: []}
    with world.stores.transaction():
        world.stores.queue.add(["1"], reason="scan", now=world.clock())
    sweep(world).queued()
    assert world.stores.media.get("scene", "2").state == "no_faces"
    assert world.stores.queue.count() == 0


def test_stash_gone_leaves_the_rest_in_the_queue(world: World) -> None:
    with_jane_and_a_stranger(world)
    with world.stores.transaction():
        world.stores.queue.add(["1"], reason="scan", now=world.clock())
    world.stash.refuse = ServerError("Stash is away.")
    with pytest.raises(ServerError):
        sweep(world).queued()
    assert world.stores.queue.first(10) == ["1"]


def test_progress_reaches_one_and_each_scene_moves_it(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.shares.clear()
    sweep(world).scenes(["1"], force=False)
    assert world.shares == sorted(world.shares)
    assert world.shares[-1] == 1.0
    assert len(world.shares) > 5


def test_a_person_is_settled_over_all_pictures_of_a_gallery(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.stash.galleries["5"] = ["1", "2", "3"]
    for number in ("1", "2", "3"):
        world.pictures.files[f"/pictures/{number}.jpg"] = jpeg(1, 9) if number != "3" else jpeg(9)
        world.stash.add_picture(number)
    message = sweep(world).gallery("5", force=False)
    assert message.endswith("1 person recognised over 3 pictures.")
    assert [world.verdicts(number, "image") for number in ("1", "2", "3")] == [["suggested", "unknown"]] * 2 + [
        ["unknown"]
    ]
    media = world.stores.media.get("image", "1")
    (jane,) = [track for track in world.stores.media.tracks(media.id) if track.verdict == "suggested"]
    assert jane.why.startswith("2 ")
    assert {tag.name for tag in world.stash.picture_rows["1"].tags} >= {"Sense: maybe Jane", "Sense: to review"}


def test_auto_accept_holds_for_galleries_too(world: World) -> None:
    with_jane_and_a_stranger(world)
    world.settings = effective({"auto_accept": 90})
    world.stash.galleries["5"] = ["1", "2"]
    for number in ("1", "2"):
        world.pictures.files[f"/pictures/{number}.jpg"] = jpeg(1)
        world.stash.add_picture(number)
    sweep(world).gallery("5", force=False)
    assert [[performer.name for performer in row.performers] for row in world.stash.picture_rows.values()] == [
        ["Jane"]
    ] * 2


def test_a_scene_with_another_file_is_pending_again(jane: World) -> None:
    identifier = jane.identifier()
    scene = jane.stash.scene_rows["1"]
    assert not identifier.is_pending("scene", scene)
    assert identifier.is_pending("scene", replace(scene, fingerprint="new"))
