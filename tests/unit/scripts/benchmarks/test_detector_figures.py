"""Figures of scripts/bench detector from made-up finds; drawing and turning heads, without a model."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from scripts.benchmarks.accuracy_parts.plan import Portrait
from scripts.benchmarks.detector_parts import frames, looks, scenes, things
from scripts.benchmarks.detector_parts.frames import Drawn, Way
from scripts.benchmarks.detector_parts.turn import turned

from stash_sense.core.values import Box, Detection, Image

BLANK = np.zeros((100, 200, 3), np.uint8)


def found(x: float, y: float, width: float = 40.0) -> Detection:
    box = Box(x - width / 2, y - width / 2, x + width / 2, y + width / 2)
    return Detection(box, np.zeros((4, 2), np.float32), 0.9)


@pytest.fixture
def portrait(tmp_path: Path) -> Portrait:
    """A white disc, 90 pixels wide, for a face."""
    image = np.full((250, 250, 3), 40, np.uint8)
    cv2.circle(image, (125, 125), 45, (250, 250, 250), -1)
    cv2.imwrite(str(tmp_path / "face.png"), image)
    return Portrait("ann", tmp_path / "face.png", 90.0)


def test_hits_and_false_boxes_are_counted() -> None:
    tally = looks.Tally()
    tally.add(Drawn(BLANK, ((50.0, 50.0, 40.0), (150.0, 50.0, 40.0))), [found(52, 48), found(110, 90)], 0.01)
    tally.add(Drawn(BLANK, ()), [found(100, 50)], 0.03)
    assert tally.hits == [True, False]
    assert tally.false == [1, 1]
    figures = tally.figures()
    assert (figures["recall"], figures["false_per_frame"], figures["ms"]) == (0.5, 1.0, 20.0)


def test_a_box_beside_a_face_is_neither_a_hit_nor_false() -> None:
    tally = looks.Tally()
    tally.add(Drawn(BLANK, ((50.0, 50.0, 40.0),)), [found(50 + 0.6 * 40, 50)], 0.0)
    assert (tally.hits, tally.false) == ([False], [0])


def test_intervals_hold_the_share_and_never_vanish() -> None:
    share, low, high = looks.share([True] * 30 + [False] * 10, seed=1)
    assert share == 0.75
    assert low is not None
    assert high is not None
    assert 0.55 < low < 0.75 < high < 0.92
    assert looks.share([True] * 30, seed=1) == (1.0, 0.9, 1.0)
    assert looks.share([False] * 30, seed=1) == (0.0, 0.0, 0.1)
    assert looks.share([], seed=1) == (None, None, None)


def test_every_way_sees_the_same_frames() -> None:
    seen: dict[str, list[int]] = {"one": [], "other": []}

    def way(name: str) -> looks.Look:
        def look(image: Image) -> list[Detection]:
            seen[name].append(int(image[0, 0, 0]))
            return [found(50, 50)] if name == "one" else []

        return look

    drawn = [Drawn(np.full((100, 200, 3), level, np.uint8), ((50.0, 50.0, 40.0),)) for level in (1, 2)]
    tallies = looks.compare(iter(drawn), {name: way(name) for name in seen})
    assert seen == {"one": [1, 2], "other": [1, 2]}
    assert [sum(tally.hits) for tally in tallies.values()] == [2, 0]


def test_one_thing_is_varied_at_a_time() -> None:
    usual = Way()
    for one in frames.series():
        ways = list(one.ways.values())
        changed = {
            field
            for way in ways
            for field in Way.__dataclass_fields__
            if getattr(way, field) != getattr(usual, field) and field not in {"size", "noise"}
        }
        assert len(changed) == 1, one.name
        assert len({way.size for way in ways}) == 1


def test_faces_are_drawn_where_they_are_said_to_be(portrait: Portrait, tmp_path: Path) -> None:
    drawn = list(frames.draw([portrait], Way(face_px=120, noise=0), faces=4, made=tmp_path, seed=3))
    assert [len(one.faces) for one in drawn] == [3, 1]
    for one in drawn:
        assert one.image.shape == (1080, 1920, 3)
        for x, y, width in one.faces:
            assert width == 120
            assert one.image[round(y), round(x)].min() > 200
            assert one.image[round(y), round(x + 0.62 * width)].max() < 120


def test_turning_a_head_keeps_the_face_in_the_middle_and_the_size() -> None:
    photo = np.full((250, 250, 3), 60, np.uint8)
    cv2.ellipse(photo, (125, 125), (55, 75), 0, 0, 360, (200, 170, 150), -1)
    cv2.circle(photo, (125, 130), 6, (0, 0, 255), -1)  # the nose
    assert turned(photo, 90, 0) is photo
    right = turned(photo, 90, 45)
    left = turned(photo[:, ::-1].copy(), 90, -45)
    assert right.shape == photo.shape
    nose = np.argwhere((right[..., 2] > 240) & (right[..., 0] < 15))
    assert len(nose) > 20
    assert 125 < nose[:, 1].mean() < 125 + 45  # it points to the right
    assert np.abs(right.astype(int) - left[:, ::-1]).mean() < 4  # and the other way round


def test_a_film_stored_turned_says_where_its_faces_are() -> None:
    image = np.zeros((40, 20, 3), np.uint8)
    image[10, 5] = 255
    for turn in range(4):
        film = scenes.Film([Drawn(image, ((5.0, 10.0, 8.0),))], turn)
        stored = next(film.frames("", [1.0])).image
        row, column = np.argwhere(stored[..., 0])[0]
        ((x, y, width),) = film.faces(1.0)
        assert abs(x - column) <= 1
        assert abs(y - row) <= 1
        assert width == 8.0
        assert np.array_equal(np.rot90(stored, turn), image)


def test_pictures_of_things_are_made_again_the_same() -> None:
    first = dict(things.drawn(1, seed=4))
    assert set(first) == set(things.KINDS)
    again = dict(things.drawn(1, seed=4))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    plain = first["surroundings"]
    changed = [name for name in first if not np.array_equal(first[name], plain)]
    assert set(changed) == set(things.KINDS) - {"surroundings"}


def test_the_head_is_gone_from_what_was_behind_it(portrait: Portrait) -> None:
    ((name, image),) = list(things.behind_heads([portrait]))
    assert name == "behind a head"
    assert image.max() < 60  # nothing of the white disc
