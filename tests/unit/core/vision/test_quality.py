from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.vision import imaging, quality
from stash_sense.core.vision.quality import QualitySpec

FRONTAL = np.array([[38.3, 51.7], [73.5, 51.5], [56.0, 71.7], [56.1, 92.3]])
CROP = np.kron(np.random.default_rng(2).integers(40, 210, (28, 28, 1)), np.ones((4, 4, 3))).astype(np.uint8)
GOOD = {"size": 200.0, "sharpness": 0.3, "pose": 0.02, "confidence": 0.99, "exposure": 1.0, "mirror": 0.99}


def test_a_perfect_face_is_worth_one_and_names_no_lack() -> None:
    assert quality.assess(GOOD, QualitySpec()).total == pytest.approx(1)


@pytest.mark.parametrize(
    ("part", "worst"), [("size", 5), ("sharpness", 0), ("pose", 2), ("confidence", 0), ("exposure", 0), ("mirror", -1)]
)
def test_one_bad_part_cannot_hide_and_is_named(part: str, worst: float) -> None:
    judged = quality.assess({**GOOD, part: worst}, QualitySpec())
    assert judged.total < 0.4
    assert judged.weakest() == part


@given(st.fixed_dictionaries(dict.fromkeys(quality.PARTS, st.floats())))
def test_any_measure_gives_numbers_from_0_to_1(raw: dict[str, float]) -> None:
    judged = quality.assess(raw, QualitySpec())
    assert 0 <= judged.total <= 1
    assert all(0 <= getattr(judged, part) <= 1 for part in quality.PARTS)


def test_weights_decide_what_counts() -> None:
    weights = {**dict.fromkeys(quality.PARTS, 0.0), "size": 1.0}
    assert quality.assess({**GOOD, "exposure": 0.0}, QualitySpec(weights=weights)).total == pytest.approx(1)


def test_blur_and_enlargement_cost_sharpness_but_light_does_not() -> None:
    sharp = quality.sharpness(imaging.to_gray(CROP))
    small = imaging.resize(imaging.resize(CROP, 28, 28), 112, 112)
    smaller = imaging.resize(imaging.resize(CROP, 14, 14), 112, 112)
    assert sharp > quality.sharpness(imaging.to_gray(small)) > quality.sharpness(imaging.to_gray(smaller))
    assert quality.sharpness(imaging.to_gray(CROP // 2)) == pytest.approx(sharp, rel=0.05)
    assert quality.sharpness(np.full((112, 112), 80, np.float32)) == 0
    assert quality.sharpness(np.zeros((2, 2), np.float32)) == 0


@given(turn=st.floats(-3, 3), scale=st.floats(0.1, 20), x=st.floats(-1e3, 1e3))
def test_roll_and_size_are_no_pose(turn: float, scale: float, x: float) -> None:
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    assert quality.turn_away(scale * FRONTAL @ rotation + x) < 0.05


def test_the_further_the_head_turns_the_larger_the_pose() -> None:
    turned = [quality.turn_away(FRONTAL + np.array([[0, 0], [0, 0], [shift, 0], [0, 0]])) for shift in (0, 5, 10, 18)]
    assert turned == sorted(turned)
    assert turned[-1] > 0.8
    nodding = FRONTAL + np.array([[0, 0], [0, 0], [0, 12], [0, 0]])
    assert quality.turn_away(nodding) > 0.3
    assert np.isfinite(quality.turn_away(np.zeros((4, 2))))


def test_darkness_glare_and_fog_cost_exposure() -> None:
    gray = imaging.to_gray(CROP)
    assert quality.exposure(gray) > 0.95
    for bad in (gray * 0.08, np.minimum(gray * 4, 255), gray * 0.05 + 120):
        assert quality.exposure(bad) < 0.5
