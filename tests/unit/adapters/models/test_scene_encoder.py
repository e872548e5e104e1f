"""What the memory of one scene reuses, and what it must not."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from stash_sense.adapters.models.encoder import PackEncoder, open_encoder
from stash_sense.core.values import Frame, Image
from stash_sense.core.vision import imaging

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def encoder() -> PackEncoder:
    folder = ROOT / "plugin" / "models" / "compact"
    return open_encoder(folder, runtime=os.environ.get("STASH_SENSE_RUNTIME"), threads=1, min_face_px=36)


def a_frame(name: str, *, left: int = 400, noise: int = 0) -> Image:
    """A portrait in a gray 720p frame."""
    portrait = imaging.decode((ROOT / "tests" / "data" / "photos" / f"{name}.jpg").read_bytes())
    height = 500
    small = imaging.resize(portrait, round(portrait.shape[1] * height / portrait.shape[0]), height)
    frame = np.full((720, 1280, 3), 100, np.uint8)
    frame[100:600, left : left + small.shape[1]] = small[:, : 1280 - left]
    grain = np.random.default_rng(noise).integers(-3, 4, frame.shape) if noise else 0
    return np.clip(frame + grain, 0, 255).astype(np.uint8)


def test_a_still_shot_is_looked_at_and_embedded_once(encoder: PackEncoder) -> None:
    scene = encoder.for_scene()
    faces = [
        face
        for index in range(4)
        for image in [a_frame("obama-2012", noise=index + 1)]
        for face in scene.encode(Frame(image, index, index * 2.0), scene.detect(image))
    ]
    assert (scene.detected, scene.embedded, scene.reused) == (1, 1, 3)
    assert [face.frame for face in faces] == [0, 1, 2, 3]
    assert [face.time_s for face in faces] == [0, 2, 4, 6]
    assert all(np.array_equal(face.vector, faces[0].vector) for face in faces)
    plain = encoder.encode(Frame(a_frame("obama-2012", noise=4), 3), encoder.detect(a_frame("obama-2012", noise=4)))
    assert plain[0].vector @ faces[3].vector > 0.95


def test_another_person_at_the_same_place_is_embedded(encoder: PackEncoder) -> None:
    scene = encoder.for_scene()
    vectors = []
    for index, name in enumerate(("obama-2012", "biden-2010", "obama-2012")):
        image = a_frame(name)
        vectors.append(scene.encode(Frame(image, index), scene.detect(image))[0].vector)
    assert (scene.detected, scene.embedded, scene.reused) == (2, 2, 1)
    assert vectors[0] @ vectors[1] < 0.3
    assert np.array_equal(vectors[0], vectors[2])


def test_the_same_face_elsewhere_is_embedded_again(encoder: PackEncoder) -> None:
    scene = encoder.for_scene()
    for index, left in enumerate((100, 700)):
        image = a_frame("obama-2012", left=left)
        scene.encode(Frame(image, index), scene.detect(image))
    assert (scene.detected, scene.embedded) == (2, 2)


def test_every_scene_starts_without_memory_and_a_thorough_look_never_uses_it(encoder: PackEncoder) -> None:
    scene, image = encoder.for_scene(), a_frame("obama-2012")
    first = scene.detect(image)
    assert len(scene.detect(image, thorough=True)) == 1
    assert scene.detect(image)[0] is first[0]
    assert scene.for_scene().detect(image)[0] is not first[0]
    assert scene.space == encoder.space


def test_an_empty_picture_does_no_harm(encoder: PackEncoder) -> None:
    assert encoder.for_scene().detect(np.zeros((0, 0, 3), np.uint8)) == []
