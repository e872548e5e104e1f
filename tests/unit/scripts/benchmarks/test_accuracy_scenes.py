from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from scripts.benchmarks.accuracy_parts import plan as planning
from scripts.benchmarks.accuracy_parts import render
from scripts.benchmarks.accuracy_parts.pipeline import Known, truth_of
from scripts.benchmarks.accuracy_parts.plan import EASY, HARD, Plan, Portrait

from stash_sense.core.values import Box, Detection, Face, Quality

POINTS = np.zeros((4, 2), np.float32)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A white disc, 90 pixels wide, for a face."""
    image = np.full((250, 250, 3), 40, np.uint8)
    cv2.circle(image, (125, 125), 45, (250, 250, 250), -1)
    cv2.imwrite(str(tmp_path / "face.png"), image)
    return tmp_path / "face.png"


def drawn(photo: Path, seed: int = 3, style: planning.Style = EASY) -> Plan:
    people = [[Portrait(name, photo, 90.0)] for name in ("ann", "bob", "eve")]
    return planning.draw_up("one", style, people[:2], people[2:], seed)


def test_a_plan_follows_from_its_seed(photo: Path) -> None:
    assert drawn(photo) == drawn(photo)
    assert drawn(photo) != drawn(photo, seed=4)


def test_everybody_is_seen_and_there_are_empty_stretches(photo: Path) -> None:
    plans = [drawn(photo, seed) for seed in range(20)]
    assert all(plan.cast == {"ann", "bob"} and plan.strangers == {"eve"} for plan in plans)
    assert any(not shot.actors for plan in plans for shot in plan.shots)
    assert all(shot.start_s < shot.end_s for plan in plans for shot in plan.shots)


def test_sizes_stay_within_the_style(photo: Path) -> None:
    for style in (EASY, HARD):
        plans = [drawn(photo, seed, style) for seed in range(20)]
        sizes = [size for plan in plans for shot in plan.shots for actor in shot.actors for size in actor.size]
        assert style.faces[0] <= min(sizes) < max(sizes) <= style.faces[1]


def test_the_face_is_drawn_where_the_plan_says(photo: Path) -> None:
    plan = next(
        one for one in (drawn(photo, seed) for seed in range(50)) if any(_plain(a) for s in one.shots for a in s.actors)
    )
    shot, actor = next((s, a) for s in plan.shots for a in s.actors if _plain(a))
    time_s = (shot.start_s + shot.end_s) / 2
    x, y, size = render.where(actor, render.progress(shot, time_s), time_s)
    image = render.frame(plan, time_s)
    inside = image[round(y) - 5 : round(y) + 5, round(x) - 5 : round(x) + 5].mean()
    rim = image[round(y) - 3 : round(y) + 3, round(x + 0.62 * size) - 2 : round(x + 0.62 * size) + 2].mean()
    assert inside > 150
    assert rim < 0.6 * inside


def _plain(actor: planning.Actor) -> bool:
    return not actor.cover and actor.light > 0.8 and not actor.smear and not actor.blur and actor.size[0] > 70


def test_a_face_belongs_to_the_person_drawn_there_or_to_nobody(photo: Path) -> None:
    plan = drawn(photo)
    shot = next(one for one in plan.shots if len(one.actors) > 1)
    time_s = shot.start_s + 1
    spots = [
        (actor.portrait.name, *render.where(actor, render.progress(shot, time_s), time_s)) for actor in shot.actors
    ]
    faces = [_found(x, y, size, time_s) for _, x, y, size in spots] + [_found(-900, -900, 60, time_s)]
    assert [name for name, _ in truth_of(plan, faces)] == [spot[0] for spot in spots] + [None]


def _found(x: float, y: float, size: float, time_s: float) -> Face:
    box = Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)
    vector = np.eye(4, dtype=np.float32)[0]
    return Face(7, time_s, Detection(box, POINTS, 0.9), Quality(0.5, 1, 1, 1, 1, 1, 0.3), vector, b"")


def test_faces_come_back_from_the_cache_as_they_were(tmp_path: Path) -> None:
    kept = Known(tmp_path / "one.npz", {7: [_found(50, 60, 40, 2.0)], 9: []})
    kept.save()
    back = Known(tmp_path / "one.npz").load()
    assert set(back.frames) == {7, 9}
    assert back.frames[9] == []
    face = back.frames[7][0]
    assert (face.frame, face.time_s, face.size_px) == (7, 2.0, 40)
    assert face.quality.mirror == pytest.approx(0.3)
    assert face.vector.tolist() == [1, 0, 0, 0]
