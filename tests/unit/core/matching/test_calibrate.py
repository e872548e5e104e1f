from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import CALIBRATION, a_calibration, a_probe

from stash_sense.core.matching.calibrate import (
    Calibration,
    Features,
    bootstrap,
    ece,
    fit,
    operating_point,
    reliability,
    sigmoid,
)

PLAIN = Features(score=0.4, z=2.0, margin=0.1, frames=3, quality=0.6, references=2, people=500)
BETTER: dict[str, st.SearchStrategy[float]] = {
    "score": st.floats(0, 0.5),
    "z": st.floats(0, 20),
    "margin": st.floats(0, 1),
}


@given(st.sampled_from(sorted(BETTER)), st.data())
def test_more_likeness_never_makes_a_person_less_likely(name: str, data: st.DataObject) -> None:
    more = replace(PLAIN, **{name: getattr(PLAIN, name) + data.draw(BETTER[name])})
    assert a_calibration().probability(more) >= a_calibration().probability(PLAIN) - 1e-12


@given(low=st.integers(1, 10_000), more=st.integers(0, 1_000_000))
def test_a_larger_gallery_never_makes_a_person_more_likely(low: int, more: int) -> None:
    calibration = a_calibration()
    assert calibration.logit(replace(PLAIN, people=low + more)) <= calibration.logit(replace(PLAIN, people=low)) + 1e-12


def test_the_better_the_faces_the_more_a_difference_in_score_means() -> None:
    def gain(quality: float) -> float:
        low, high = (replace(PLAIN, quality=quality, score=score) for score in (0.3, 0.5))
        return a_calibration().logit(high) - a_calibration().logit(low)

    assert gain(0.9) == pytest.approx(gain(0.1) + 2.0 * 0.2 * 0.8)


def test_frames_stop_to_count_at_the_cap() -> None:
    calibration = a_calibration()
    assert calibration.logit(replace(PLAIN, frames=8)) == calibration.logit(replace(PLAIN, frames=80))
    assert calibration.logit(replace(PLAIN, frames=7)) < calibration.logit(replace(PLAIN, frames=8))


def test_nothing_is_more_certain_than_the_data_behind_it() -> None:
    certain = replace(PLAIN, score=1.0, z=50.0, margin=1.0)
    assert a_calibration().probability(certain) == CALIBRATION["ceiling"]


def test_a_poor_track_cannot_be_certain_whatever_the_prior() -> None:
    certain = replace(PLAIN, score=1.0, z=50.0, margin=1.0, quality=0.149)
    assert a_calibration().probability(certain, offset=5.0) == CALIBRATION["poor"]["ceiling"]
    assert a_calibration().probability(replace(certain, quality=0.15)) > 0.9


def test_what_quality_lacks_below_the_bound_counts_extra() -> None:
    logits = [a_calibration().logit(replace(PLAIN, score=0.0, quality=quality)) for quality in (0.3, 0.4, 0.5, 0.6)]
    assert np.diff(logits) == pytest.approx([-0.1 + 0.2, -0.1 + 0.2, -0.1])


def test_a_prior_moves_the_log_odds() -> None:
    calibration = a_calibration()
    assert calibration.probability(PLAIN, offset=1.0) == pytest.approx(sigmoid(calibration.logit(PLAIN) + 1.0))


def test_a_coefficient_of_the_wrong_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="gallery"):
        a_calibration(coefficients={**CALIBRATION["coefficients"], "gallery": 0.5})


@pytest.mark.parametrize("missing", ["coefficients", "caps", "ceiling", "bands", "scoring", "prior", "poor"])
def test_a_missing_block_is_named(missing: str) -> None:
    block: dict[str, Any] = {key: value for key, value in CALIBRATION.items() if key != missing}
    with pytest.raises(KeyError, match=missing):
        Calibration.from_pack(block)


def test_a_fit_finds_the_coefficients_behind_the_data() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(40_000, 3)) * [1.0, 0.1, 5.0] + [0.0, 0.3, 2.0]
    truth = np.array([1.5, -8.0, 0.2])
    labels = (rng.random(40_000) < 1 / (1 + np.exp(-(0.7 + rows @ truth)))).astype(float)
    found = fit(rows, labels, l2=0.01)
    assert np.allclose(found.weights, truth, rtol=0.06)
    assert found.intercept == pytest.approx(0.7, abs=0.12)
    assert ece(found.probabilities(rows), labels) < 0.01


def test_a_column_that_would_get_the_wrong_sign_is_left_out() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(5000, 2))
    labels = (rng.random(5000) < 1 / (1 + np.exp(-(rows @ [2.0, -0.5])))).astype(float)
    found = fit(rows, labels, l2=1.0, signs=[1, 1])
    assert found.weights[1] == 0
    assert found.weights[0] > 1.5


def test_a_constant_column_and_separate_classes_do_no_harm() -> None:
    rows = np.column_stack([np.repeat([0.0, 1.0], 50), np.full(100, 3.0)])
    found = fit(rows, rows[:, 0], l2=1.0)
    assert found.weights[1] == 0
    assert found.probabilities(rows)[[0, -1]] == pytest.approx([0.04, 0.96], abs=0.04)


def test_a_fit_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        fit(np.zeros((3, 1)), np.ones(3), l2=1.0)


def test_importance_counts_like_repetition() -> None:
    rng = np.random.default_rng(3)
    rows, labels = rng.normal(size=(60, 2)), (rng.random(60) < 0.5).astype(float)
    share = rng.integers(1, 4, 60)
    many = fit(np.repeat(rows, share, axis=0), np.repeat(labels, share), l2=1e-6)
    weighed = fit(rows, labels, l2=1e-6, importance=share.astype(float))
    assert np.allclose(many.weights, weighed.weights, atol=1e-4)


@given(st.integers(1, 9))
def test_perfect_calibration_has_no_error(tenths: int) -> None:
    stated = np.full(100, tenths / 10)
    labels = (np.arange(100) < 10 * tenths).astype(float)
    assert ece(stated, labels) == pytest.approx(0, abs=1e-9)


def test_ece_is_the_mean_distance_of_stated_and_true() -> None:
    stated, labels = np.array([0.9, 0.9, 0.9, 0.9, 0.2]), np.array([1.0, 1.0, 0.0, 0.0, 0.0])
    assert ece(stated, labels) == pytest.approx((4 * 0.4 + 1 * 0.2) / 5)
    assert [(part.count, part.right) for part in reliability(stated, labels)] == [(1, 0.0), (4, 0.5)]
    assert ece(np.zeros(0), np.zeros(0)) == 0


def test_an_operating_point_lets_so_many_strangers_through() -> None:
    strangers, right = np.linspace(0, 0.99, 100), np.array([0.5, 0.97, 0.995, 1.0])
    point = operating_point(right, strangers, enrolled=5, fpir=0.05)
    assert (strangers >= point.threshold).sum() == 5
    assert point.dir == pytest.approx(3 / 5)


def test_a_bootstrap_interval_holds_the_mean() -> None:
    values = np.random.default_rng(4).normal(2.0, 1.0, 400)
    low, high = bootstrap(400, lambda rows: float(values[rows].mean()), rng=np.random.default_rng(5), rounds=400)
    assert low < float(values.mean()) < high
    assert high - low == pytest.approx(4 * 1.0 / 20, rel=0.3)


@pytest.mark.parametrize(
    ("track", "seen"),
    [
        ({"quality": 0.5, "frames": 2}, True),
        ({"quality": 0.5, "frames": 1}, False),
        ({"quality": 0.6, "frames": 1}, True),
        ({"quality": 0.39, "frames": 9}, False),
        ({"quality": 0.9, "frames": 9, "confidence": 0.1}, False),
    ],
)
def test_a_track_is_seen_well_in_enough_frames_or_one_good_one(track: dict[str, Any], seen: bool) -> None:
    assert a_calibration().bands.sees(a_probe(**track)) is seen
