"""The demo library is the same each time, shows the faces where its scripts say, and tells the truth about them."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from tests.standin.library import REFERENCES, SCRIPTS, STRANGER, WHO, DemoClip, DemoLibrary
from tests.standin.scenery import FACES, PHOTOS, Actor, Script, draw_picture, film
from tests.standin.stash import REPOSITORY, StandIn

STILL = Actor("collins-1992", (0.5, 0.5, 109), (0.5, 0.5, 109), sway_degrees=0)


@pytest.mark.parametrize("photo", sorted(PHOTOS.glob("*.jpg")), ids=lambda path: path.stem)
def test_every_photo_has_a_name_a_face_a_notice_and_a_modest_size(photo: Path) -> None:
    assert photo.stem in WHO
    assert photo.stem in FACES
    assert photo.name in (REPOSITORY / "NOTICE").read_text("utf-8")
    assert photo.stat().st_size <= 150_000


def test_clips_avoid_the_reference_photo_where_another_one_exists() -> None:
    shown = {actor.photo for script in SCRIPTS.values() for actor in script.actors}
    for person, reference in REFERENCES.items():
        others = {photo for photo, name in WHO.items() if name == person and photo != reference}
        assert reference not in shown or not others, person
    assert STRANGER not in REFERENCES


def test_a_face_is_drawn_where_the_script_says() -> None:
    picture = np.asarray(draw_picture(Script((400, 300), 1, [STILL]))).astype(int)
    photo = np.asarray(Image.open(PHOTOS / "collins-1992.jpg").convert("RGB")).astype(int)
    x, y, _ = FACES["collins-1992"]
    drawn, original = picture[130:170, 180:220], photo[y - 20 : y + 20, x - 20 : x + 20]
    assert np.abs(drawn - original).mean() < 6


def test_a_clip_is_the_same_each_time_and_as_long_as_its_script(tmp_path: Path) -> None:
    script = Script((160, 120), 2.0, [STILL])
    first, second = film(script, tmp_path / "a.mp4"), film(script, tmp_path / "b.mp4")
    assert first.read_bytes() == second.read_bytes()
    with av.open(str(first)) as container:
        duration_s = (container.duration or 0) / 1e6
        frames = list(container.decode(video=0))
    assert len(frames) == 16
    assert duration_s == pytest.approx(2.0, abs=0.1)


def test_a_turned_clip_lies_on_its_side_and_is_shown_upright(tmp_path: Path) -> None:
    script = Script((120, 160), 1.0, [STILL], turned=True)
    film(script, tmp_path / "a.mp4")
    with av.open(str(tmp_path / "a.mp4")) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (160, 120)
    upright = np.asarray(frame.to_image().rotate(frame.rotation, expand=True)).astype(int)
    drawn = np.asarray(draw_picture(script, 0.0)).astype(int)
    assert np.abs(upright - drawn).mean() < 12


def test_filling_puts_everything_into_the_stand_in(standin: StandIn, tmp_path: Path) -> None:
    film(Script((160, 120), 1.0, [STILL]), tmp_path / "one.mp4")
    clip = DemoClip("One", tmp_path / "one.mp4", frozenset({"Eileen Collins"}), frozenset(), ("Mary Roe",))
    made = DemoLibrary(tmp_path, (clip,), {"Eileen Collins": b"\xff\xd8"}, ("Mary Roe",), (), _empty_zip(tmp_path), ())
    ids = made.fill(standin)
    scene = standin.store.scenes[ids["One"]]
    assert (scene.title, scene.performer_ids) == ("One", [ids["Mary Roe"]])
    assert scene.files[0].duration == pytest.approx(1.0, abs=0.1)
    assert Image.open(io.BytesIO(scene.cover or b"")).size == (160, 120)
    assert standin.store.performers[ids["Eileen Collins"]].image == b"\xff\xd8"
    assert standin.store.galleries[ids["gallery"]].files[0].kind == "zip"


def _empty_zip(folder: Path) -> Path:
    (folder / "none.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    return folder / "none.zip"


def test_the_whole_library_is_made_and_its_truth_fits_its_scripts(demo_library: DemoLibrary) -> None:
    made = demo_library
    truth = {clip.title: (sorted(clip.people), sorted(clip.strangers)) for clip in made.clips}
    assert truth == {
        "Address to Congress": (["Barack Obama"], []),
        "In the Blue Room": (["Barack Obama", "Joe Biden"], []),
        "Before the flight": (["Eileen Collins"], []),
        "Visitors": (["Eileen Collins"], ["Grace Hopper"]),
        "Empty rooms": ([], []),
        "Filmed upright": (["Barack Obama"], []),
    }
    assert all(clip.path.stat().st_size > 10_000 for clip in made.clips)
    assert [sorted(people) for people in made.gallery_people] == [["Barack Obama"], ["Barack Obama", "Joe Biden"], []]
