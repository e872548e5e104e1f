"""The compact pack on real public-domain portraits: the same person is alike, different people are not, odd input does no harm."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stash_sense.adapters.models.encoder import PackEncoder, open_encoder, shown
from stash_sense.adapters.models.packs import load_pack
from stash_sense.core.values import Box, Detection, Face, Frame, Image
from stash_sense.core.vision import imaging
from stash_sense.errors import SetupError

ROOT = Path(__file__).parents[4]
COMPACT = ROOT / "plugin" / "models" / "compact"
PHOTOS = ROOT / "tests" / "data" / "photos"


@pytest.fixture(scope="module")
def encoder() -> PackEncoder:
    return open_encoder(COMPACT, runtime=os.environ.get("STASH_SENSE_RUNTIME"), threads=1, min_face_px=36)


def photo(name: str) -> Image:
    return imaging.decode((PHOTOS / f"{name}.jpg").read_bytes())


def largest(encoder: PackEncoder, image: Image) -> Face:
    faces = encoder.encode(Frame(image, 0), encoder.detect(image, thorough=True))
    return max(faces, key=lambda face: face.size_px)


def on_canvas(image: Image, face_px: float, found: Face, size: tuple[int, int] = (1920, 1080)) -> Image:
    """The photo scaled so that its face is `face_px` wide, a third into a gray frame."""
    scale = face_px / found.size_px
    small = imaging.resize(image, round(image.shape[1] * scale), round(image.shape[0] * scale))
    canvas = np.full((size[1], size[0], 3), 110, np.uint8)
    top, left = size[1] // 3, size[0] // 3
    part = small[: size[1] - top, : size[0] - left]
    canvas[top : top + part.shape[0], left : left + part.shape[1]] = part
    return canvas


def test_the_same_person_is_alike_and_others_are_not(encoder: PackEncoder) -> None:
    names = ("obama-2009", "obama-2012", "biden-2010", "collins-1992", "hopper-1984")
    first, second, *others = (largest(encoder, photo(name)).vector for name in names)
    assert first @ second > 0.5
    assert max(first @ other for other in others) < 0.3
    assert encoder.space.dims == len(first) == 512


@pytest.mark.parametrize("face_px", [60, 120, 400])
def test_a_face_is_found_and_known_again_at_any_size(encoder: PackEncoder, face_px: int) -> None:
    image = photo("obama-2012")
    close = largest(encoder, image)
    frame = on_canvas(image, face_px, close)
    (face,) = encoder.encode(Frame(frame, 7, 12.5), encoder.detect(frame))
    assert face.size_px == pytest.approx(face_px, rel=0.15)
    assert face.vector @ close.vector > 0.6
    assert (face.frame, face.time_s, face.kind) == (7, 12.5, "frame")
    assert 0.3 < face.quality.total <= 1


def test_a_tight_crop_without_surroundings_is_found_by_the_thorough_look(encoder: PackEncoder) -> None:
    image = photo("obama-2012")
    box = largest(encoder, image).detection.box
    tight = image[round(box.top) : round(box.bottom), round(box.left) : round(box.right)]
    assert len(encoder.detect(tight, thorough=True)) == 1


@pytest.mark.parametrize("quarter_turns", [0.25, -0.4])
def test_a_tilted_head_is_levelled(encoder: PackEncoder, quarter_turns: float) -> None:
    image = photo("obama-2012")
    upright, turn = largest(encoder, image), quarter_turns * np.pi / 2
    height, width = image.shape[:2]
    middle = np.array([width / 2, height / 2])
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = np.column_stack([rotation, middle - rotation @ middle])
    tilted = largest(encoder, imaging.warp_affine(image, matrix, width, height))
    assert tilted.vector @ upright.vector > 0.75


def test_small_dark_and_blurred_faces_are_worth_less(encoder: PackEncoder) -> None:
    image = photo("obama-2012")
    good = largest(encoder, image)
    dark = largest(encoder, (image * 0.12).astype(np.uint8))
    small = imaging.resize(image, image.shape[1] // 14, image.shape[0] // 14)
    blurred = largest(encoder, imaging.resize(small, image.shape[1], image.shape[0]))
    assert good.quality.total > 0.6
    assert dark.quality.exposure < 0.5 < good.quality.exposure
    assert blurred.quality.sharpness < good.quality.sharpness / 2
    assert max(dark.quality.total, blurred.quality.total) < good.quality.total


def test_faces_below_the_smallest_size_count_for_nothing_but_are_there() -> None:
    encoder = open_encoder(COMPACT, runtime=os.environ.get("STASH_SENSE_RUNTIME"), threads=1, min_face_px=100)
    image = photo("obama-2012")
    frame = on_canvas(image, 70, largest(encoder, image))
    (face,) = encoder.encode(Frame(frame, 0), encoder.detect(frame))
    assert face.quality.total == 0
    assert face.quality.size > 0.5


@pytest.mark.parametrize("shape", [(1, 1, 3), (0, 5, 3), (2, 900, 3), (40, 40), (64, 64, 4), (200, 200, 1)])
@pytest.mark.parametrize("thorough", [False, True])
def test_odd_pictures_have_no_face_and_do_no_harm(encoder: PackEncoder, shape: tuple[int, ...], thorough: bool) -> None:
    assert encoder.detect(np.full(shape, 128, np.uint8), thorough=thorough) == []


def test_a_gray_picture_is_a_picture(encoder: PackEncoder) -> None:
    gray = photo("obama-2012").mean(axis=2).astype(np.uint8)
    assert largest(encoder, gray).vector @ largest(encoder, photo("obama-2012")).vector > 0.6


def test_boxes_over_the_edge_and_broken_keypoints_do_no_harm(encoder: PackEncoder) -> None:
    image = photo("collins-1992")
    same = np.zeros((6, 2), np.float32)
    spread = np.array([[-90, -50], [-60, -50], [-75, -30], [-75, -10], [-99, -40], [-50, -40]], np.float32)
    detections = [
        Detection(Box(-100, -100, 0, 0), same, 0.9),
        Detection(Box(-100, -100, 0, 0), spread, 0.9),
        Detection(Box(0, 0, 1, 1), np.full((6, 2), np.nan, np.float32), 0.9),
    ]
    faces = encoder.encode(Frame(image, 0), detections)
    assert len(faces) == 1
    assert np.isfinite(faces[0].vector).all()
    assert 0 <= faces[0].quality.total < 0.5
    assert encoder.encode(Frame(image, 0), []) == []


def test_crops_for_showing_are_small_jpegs(encoder: PackEncoder) -> None:
    image = photo("obama-2012")
    face = largest(encoder, image)
    assert len(face.crop) <= 6 * 1024
    assert imaging.decode(face.crop).shape == (160, 160, 3)
    noise = np.random.default_rng(1).integers(0, 255, (400, 400, 3), dtype=np.uint8)
    assert len(shown(noise, face.detection)) <= 6 * 1024


def test_a_detector_of_another_kind_is_refused_in_words() -> None:
    pack = load_pack(COMPACT)
    other = replace(pack, detector=replace(pack.detector, kind="retina"))
    with pytest.raises(SetupError, match="newer Stash Sense"):
        PackEncoder(other, None, None, min_face_px=36)  # type: ignore[arg-type]  # refused before it is used
