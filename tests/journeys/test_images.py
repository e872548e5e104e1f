"""Pictures: one, many, a zip gallery with the people of all its pictures taken together, and pictures that move."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from tests.journeys.conftest import MakeWorld
from tests.journeys.shapes import IMAGE, mismatch
from tests.journeys.small import MAYBE, SPEECH, USERS_TAG
from tests.journeys.world import DATA, World, copy_data, library_of, named_in, person_called, with_verdict
from tests.standin.library import BIDEN, COLLINS, OBAMA, DemoLibrary
from tests.standin.rows import ImageRow
from tests.standin.scenery import Actor, Script, background, draw_frame
from tests.standin.stash import StandIn

pytestmark = pytest.mark.journey

REVIEW = "Sense: to review"


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, demo_library: DemoLibrary, site: Path) -> Iterator[World]:
    """The demo's pictures and people, gallery done."""
    folder = tmp_path_factory.mktemp("pictures")
    copy_data(site, folder / DATA / "site")
    with StandIn(config_dir=folder) as stash:
        ids = {name: stash.add_performer(name, image=image).id for name, image in demo_library.references.items()}
        for picture in demo_library.pictures:
            tagged = [ids[name] for name in picture.tagged]
            ids[picture.path.name] = stash.add_image(picture.path, performers=tagged).id
        ids["gallery"] = stash.add_gallery(demo_library.gallery, title="White House visit").id
        stash.settings["stash-sense"] = {"frames_per_scene": 10}
        world = World(stash, ids)
        world.run("Update gallery")
        yield world


@pytest.fixture
def world(learned: World, make_world: MakeWorld) -> World:
    return make_world(learned)


def tags(world: World, image_id: int) -> list[str]:
    return world.stash.tag_names(world.stash.store.images[image_id])


def in_gallery(world: World) -> list[ImageRow]:
    rows = [row for row in world.stash.store.images.values() if world.ids["gallery"] in row.gallery_ids]
    return sorted(rows, key=lambda row: row.files[0].path)


def test_a_picture_that_shows_one_performer_is_a_reference(world: World) -> None:
    origins = world.rows("SELECT origin, person_id FROM reference WHERE origin = 'image'")
    assert origins == [("image", f"performer:{world.ids[COLLINS]}")]


def test_one_picture(world: World) -> None:
    reception = world.ids["reception.jpg"]
    before = library_of(world.stash, ours=False)
    assert world.run("identify_images", {"image_ids": [reception]}) == "Analysed 1 item."
    view = world.image(reception)
    assert mismatch(IMAGE, view) is None
    assert view["image_id"] == str(reception)
    assert named_in(view) == {BIDEN, COLLINS}
    assert all(person["candidates"][0]["probability"] >= 0.5 for person in with_verdict(view, "suggested"))
    assert tags(world, reception) == [MAYBE.format(COLLINS), MAYBE.format(BIDEN), REVIEW]
    assert library_of(world.stash, ours=False) == before
    assert {one.field for one in world.stash.mutations} == {"tagCreate", "bulkImageUpdate"}


def test_many_pictures_and_no_second_look(world: World) -> None:
    both = [world.ids["reception.jpg"], world.ids["portrait.jpg"]]
    assert world.run("identify_images", {"image_ids": both}) == "Analysed 2 items."
    assert tags(world, both[1]) == [MAYBE.format(COLLINS), REVIEW]
    changes = len(world.stash.mutations)
    assert "2 were up to date" in world.run("identify_images", {"image_ids": both})
    assert world.stash.mutations[changes:] == []


def test_a_zip_gallery_is_looked_at_as_a_whole(world: World, demo_library: DemoLibrary) -> None:
    said = world.run("identify_images", {"gallery_id": world.ids["gallery"]})
    people = frozenset().union(*demo_library.gallery_people)
    assert said == f"Analysed 3 items. {len(people)} people recognised over 3 pictures."
    rows = in_gallery(world)
    for row, truth in zip(rows, demo_library.gallery_people, strict=True):
        assert named_in(world.image(row.id)) == truth
        assert {name for name in tags(world, row.id) if name.startswith("Sense: maybe")} == set(
            map(MAYBE.format, truth)
        )
    assert tags(world, rows[2].id) == ["Sense: done", "Sense: unknown person"], "Grace Hopper alone"
    assert with_verdict(world.image(rows[2].id), "suggested") == []


def test_together_the_pictures_say_more_than_alone(world: World, demo_library: DemoLibrary) -> None:
    row = in_gallery(world)[0]
    world.run("identify_images", {"image_ids": [row.id]})
    (alone,) = with_verdict(world.image(row.id), "suggested")
    world.run("identify_images", {"gallery_id": world.ids["gallery"]})
    (together,) = with_verdict(world.image(row.id), "suggested")
    assert together["candidates"][0]["name"] == alone["candidates"][0]["name"] == OBAMA
    assert "2 frames" in together["why"] or "2 pictures" in together["why"], together["why"]


def test_a_decision_on_a_picture_is_written_and_taken_back(world: World) -> None:
    reception = world.ids["reception.jpg"]
    row = world.stash.store.images[reception]
    world.run("identify_images", {"image_ids": [reception]})
    view, before = world.image(reception), library_of(world.stash, ours=False)
    track = person_called(view, BIDEN)["track_id"]
    request = {"mode": "decide", "image_id": str(reception), "track_id": track, "action": "accept"}
    answer = world.stash.operation(request)
    assert mismatch(IMAGE, answer["scene"]) is None
    assert row.performer_ids == [world.ids[BIDEN]]
    assert tags(world, reception) == [MAYBE.format(COLLINS), REVIEW]
    world.stash.operation({"mode": "undo", "decision_id": answer["decision_id"]})
    assert world.image(reception) == view
    assert library_of(world.stash, ours=False) == before


def test_pictures_are_new_items_too_where_the_user_wants_it(world: World) -> None:
    assert world.run("Identify new scenes") == "Nothing new to analyse."
    world.stash.operation({"mode": "settings", "values": {"include_images": True}})
    assert world.run("Identify new scenes") == f"Analysed {len(world.stash.store.images)} items."
    assert named_in(world.image(world.ids["reception.jpg"])) == {BIDEN, COLLINS}
    assert world.run("Identify new scenes") == "Nothing new to analyse."


@pytest.mark.parametrize("kind", ["mp4", "gif"])
def test_a_picture_that_moves(world: World, clips: dict[str, Path], tmp_path: Path, kind: str) -> None:
    path = clips[SPEECH] if kind == "mp4" else animated_gif(tmp_path / "speech.gif")
    row = world.stash.add_image(path)
    row.files[0].kind = "video"  # as Stash does with everything that ffprobe takes for a film
    assert world.run("identify_images", {"image_ids": [row.id]}) == "Analysed 1 item."
    view = world.image(row.id)
    assert named_in(view) == {OBAMA}
    assert view["sampled"]["frames"] > 1
    assert tags(world, row.id) == [MAYBE.format(OBAMA), REVIEW]


def animated_gif(path: Path) -> Path:
    script = Script((320, 240), 1, [Actor("obama-2009", (0.4, 0.5, 110), (0.6, 0.5, 120))], seed=21)
    behind = background(script.size, script.seed)
    with av.open(str(path), "w", format="gif") as out:
        stream = out.add_stream("gif", rate=8)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "rgb8"
        for number in range(8):
            pixels = np.asarray(draw_frame(script, number / 8, behind))
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="rgb8")))
        out.mux(stream.encode(None))
    return path


def test_a_picture_that_is_broken_or_gone_is_one_sentence(world: World, tmp_path: Path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    (tmp_path / "empty.png").write_bytes(b"")
    paths = [tmp_path / "broken.jpg", tmp_path / "empty.png", tmp_path / "gone.jpg"]
    ids = [world.stash.add_image(path).id for path in paths]
    said = world.run("identify_images", {"image_ids": [*ids, world.ids["reception.jpg"]]})
    assert "3 items could not be analysed" in said
    assert {world.image(one)["state"] for one in ids} == {"failed"}
    assert [tags(world, one) for one in ids] == [["Sense: failed"], ["Sense: failed"], []]
    assert named_in(world.image(world.ids["reception.jpg"])) == {BIDEN, COLLINS}


def test_removing_all_tags_clears_pictures_too(world: World) -> None:
    before = library_of(world.stash)
    world.run("identify_images", {"gallery_id": world.ids["gallery"]})
    assert library_of(world.stash) != before
    world.run("Remove all Stash Sense tags")
    assert library_of(world.stash) == before
    assert USERS_TAG not in {tag.name for tag in world.stash.store.tags.values()}
