"""How still the faces of a track stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.builders import a_face, a_person

from stash_sense.core.matching.probe import still_share
from stash_sense.core.values import Face
from stash_sense.core.vision.bias import Bias


def seen_at(
    seconds: list[float], *, pixels: int = 1, moved: float = 0.0, grown: float = 0.0, kind: str = "frame"
) -> list[Face]:
    """Faces 120 pixels wide; every second one moved and grown by so many pixels. pixels: whose vector, the same for all."""
    faces = []
    for place, second in enumerate(seconds):
        odd = place % 2
        face = a_face(a_person(pixels), time_s=second, left=100.0 + odd * moved, size_px=120.0 + odd * grown)
        faces.append(replace(face, frame=place))
    return faces


MINUTES = [float(at) for at in range(0, 120, 12)]


def test_a_picture_on_the_wall_stands_still() -> None:
    assert still_share(seen_at(MINUTES)) == 1.0
    assert still_share(seen_at(MINUTES, moved=4.0, grown=1.0)) == 1.0


@pytest.mark.parametrize("change", [{"moved": 30.0}, {"grown": 30.0}])
def test_a_person_sways(change: dict[str, float]) -> None:
    assert still_share(seen_at(MINUTES, **change)) == 0.0


def test_other_pixels_in_the_same_place_are_a_person() -> None:
    faces = [replace(face, vector=a_person(index)) for index, face in enumerate(seen_at(MINUTES))]
    assert still_share(faces) == 0.0


def test_few_instants_and_short_spans_tell_nothing() -> None:
    assert still_share(seen_at(MINUTES[:5])) == 0.0
    assert still_share(seen_at([float(at) for at in range(30)])) == 0.0
    assert still_share([]) == 0.0


def test_two_cameras_see_the_picture_in_two_places() -> None:
    other = [replace(face, frame=face.frame + 100) for face in seen_at(MINUTES, pixels=2)]
    assert still_share([*seen_at(MINUTES), *other]) == 1.0
    assert still_share([*seen_at(MINUTES), *other[:3]]) == pytest.approx(10 / 13)


def test_faces_without_a_time_never_stand_still() -> None:
    faces = [replace(face, time_s=None) for face in seen_at(MINUTES)]
    assert still_share(faces) == 0.0


def test_the_bias_of_faces_of_other_quality_does_not_make_the_pixels_others() -> None:
    faces = seen_at(MINUTES)
    bias = Bias(np.array([0.3, 0.9], np.float32), np.stack([0.3 * a_person(8), 0.1 * a_person(9)]))
    qualities = np.linspace(0.6, 0.68, len(faces))
    taken = bias.taken_off(np.stack([face.vector for face in faces]), qualities)
    assert len({row.tobytes() for row in taken}) == len(faces)
    assert still_share([replace(face, vector=row) for face, row in zip(faces, taken, strict=True)]) == 1.0
