from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fake_stash import jpeg
from tests.unit.usecases.worlds import World

from stash_sense.core.codec import to_blob
from stash_sense.core.gallery_records import ReferenceRecord
from stash_sense.errors import ServerError
from stash_sense.usecases.ports import StashId


def a_reference(vector, reference_id: int = 1, quality: float = 0.8) -> ReferenceRecord:
    return ReferenceRecord(
        "performer:1", "image", str(reference_id), f"hash{reference_id}", "test", "1", "used", quality, to_blob(vector), b"", "now", reference_id
    )  # fmt: skip


def outcome(world: World, performer_id: str) -> str:
    return world.stores.gallery.enrolment("performer", performer_id).outcome


def test_performer_images_become_references(world: World) -> None:
    world.stash.add_performer("Jane", image=jpeg(1))
    world.stash.add_performer("Mary", image=jpeg(3))
    assert world.update_gallery() == "The gallery knows 2 people by 2 faces."


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (None, "no_image"),
        (jpeg(), "no_face"),
        (jpeg(1, 3), "several_faces"),
        (jpeg(200), "low_quality"),
        (b"no picture", "unreadable"),
    ],
)
def test_images_that_cannot_serve_are_named_and_counted(world: World, image: bytes | None, said: str) -> None:
    performer = world.stash.add_performer("Jane", image=image)
    message = world.update_gallery()
    assert outcome(world, performer.id) == said
    assert "1 performer has no usable image." in message
    assert [(person.name, why) for person, why in world.stores.gallery.without_reference(10)] == [("Jane", said)]


def test_an_unchanged_image_is_not_read_again(world: World) -> None:
    world.stash.add_performer("Jane", image=jpeg(1))
    world.update_gallery()
    world.update_gallery()
    assert len(world.stash.fetched) == 1


def test_a_new_address_of_the_same_bytes_is_not_looked_at_again(world: World) -> None:
    performer = world.stash.add_performer("Jane", image=jpeg(1))
    world.update_gallery()
    world.stash.files["/performer/new"] = jpeg(1)
    world.stash.performer_rows[performer.id] = replace(performer, image_path="/performer/new")
    build, detected = world.stores.gallery.build(), world.encoder.detected
    world.update_gallery()
    assert (world.encoder.detected, world.stores.gallery.build()) == (detected, build)


def test_a_changed_image_replaces_the_reference(world: World) -> None:
    performer = world.stash.add_performer("Jane", image=jpeg(1))
    world.update_gallery()
    world.stash.files["/performer/new"] = jpeg(5)
    world.stash.performer_rows[performer.id] = replace(performer, image_path="/performer/new")
    world.update_gallery()
    (reference,) = world.stores.gallery.references(f"performer:{performer.id}", pack="test", revision="1")
    assert reference.quality == 0.8
    assert world.stores.gallery.counts()["references"] == 1


def test_pictures_of_exactly_one_performer_and_one_face_are_learned(world: World) -> None:
    jane = world.stash.add_performer("Jane")
    mary = world.stash.add_performer("Mary")
    world.pictures.files.update({"/pictures/1.jpg": jpeg(1), "/pictures/2.jpg": jpeg(1, 3), "/pictures/3.jpg": jpeg(1)})
    world.stash.add_picture("1", performers=world.stash.named(jane))
    world.stash.add_picture("2", performers=world.stash.named(jane))
    world.stash.add_picture("3", performers=world.stash.named(jane) + world.stash.named(mary))
    world.update_gallery()
    references = world.stores.gallery.references(f"performer:{jane.id}", pack="test", revision="1")
    assert [(reference.origin, reference.origin_id) for reference in references] == [("image", "1")]


def test_a_picture_that_vanishes_takes_its_reference_along(world: World) -> None:
    jane = world.stash.add_performer("Jane")
    world.pictures.files["/pictures/1.jpg"] = jpeg(1)
    world.stash.add_picture("1", performers=world.stash.named(jane))
    world.update_gallery()
    world.stash.picture_rows.clear()
    world.update_gallery()
    assert world.stores.gallery.counts()["references"] == 0


def test_a_picture_given_to_somebody_else_follows(world: World) -> None:
    jane, mary = world.stash.add_performer("Jane"), world.stash.add_performer("Mary")
    world.pictures.files["/pictures/1.jpg"] = jpeg(1)
    world.stash.add_picture("1", performers=world.stash.named(jane))
    world.update_gallery()
    world.stash.add_picture("1", performers=world.stash.named(mary))
    world.update_gallery()
    assert world.stores.gallery.used_count(f"performer:{jane.id}") == 0
    assert world.stores.gallery.used_count(f"performer:{mary.id}") == 1


def test_a_reference_that_disagrees_with_the_others_is_set_aside(world: World) -> None:
    jane = world.stash.add_performer("Jane", image=jpeg(1))
    for number, shown in enumerate([1, 1, 1, 5], start=1):
        world.pictures.files[f"/pictures/{number}.jpg"] = jpeg(shown) + bytes([0] * number)
        world.stash.add_picture(str(number), performers=world.stash.named(jane))
    message = world.update_gallery()
    assert "1 reference disagrees" in message
    states = {
        reference.origin_id: reference.state
        for reference in world.stores.gallery.references(f"performer:{jane.id}", pack="test", revision="1")
        if reference.origin == "image"
    }
    assert states == {"1": "used", "2": "used", "3": "used", "4": "set_aside"}


def test_a_deleted_performer_is_forgotten_and_its_tracks_lose_the_name(jane: World) -> None:
    jane.choose(jane.track_of("Jane"), "accept")
    (performer,) = [row for row in jane.stash.performer_rows.values() if row.name == "Jane"]
    del jane.stash.performer_rows[performer.id]
    jane.update_gallery()
    assert jane.stores.gallery.person(f"performer:{performer.id}") is None
    assert jane.verdicts() == ["unknown", "unknown"]


@pytest.mark.parametrize("trace", ["alias", "stash id"])
def test_a_merged_performer_hands_its_faces_over(jane: World, trace: str) -> None:
    link = StashId("https://stashdb.org/graphql", "abc")
    (old,) = [row for row in jane.stash.performer_rows.values() if row.name == "Jane"]
    jane.stash.performer_rows[old.id] = replace(old, stash_ids=(link,))
    jane.update_gallery()
    jane.choose(jane.track_of("Jane"), "accept")
    del jane.stash.performer_rows[old.id]
    heir = jane.stash.add_performer(
        "Jane Doe", **({"aliases": ("jane",)} if trace == "alias" else {"stash_ids": (link,)})
    )
    for _ in range(2):  # the second sweep must not take the inherited face for a vanished one
        jane.update_gallery()
    assert jane.stores.gallery.used_count(f"performer:{heir.id}") == 4
    media = jane.stores.media.get("scene", "1")
    assert f"performer:{heir.id}" in {track.person_id for track in jane.stores.media.tracks(media.id)}


def test_stash_gone_in_mid_run_keeps_what_was_done_and_goes_on_there(world: World) -> None:
    world.stash.add_performer("Jane", image=jpeg(1))
    broken = world.stash.add_performer("Mary", image=jpeg(3))
    fetch = world.stash.fetch

    def gone(path: str) -> tuple[bytes, str]:
        if path == broken.image_path:
            raise ServerError("Stash is away.")
        return fetch(path)

    world.stash.fetch = gone
    with pytest.raises(ServerError):
        world.update_gallery()
    assert world.stores.gallery.counts()["references"] == 1
    world.stash.fetch = fetch
    world.update_gallery()
    assert world.stores.gallery.counts()["references"] == 2
