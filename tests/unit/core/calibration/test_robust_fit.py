"""Slope and offset from labels: pulled towards the pack, and deaf to wrong tags."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.core.calibration.scenes import a_library

from stash_sense.core.calibration.judge import labels_of
from stash_sense.core.calibration.robust_fit import (
    Fitted,
    Labels,
    believed,
    fit_adjustment,
    log_losses,
    noise_under,
    probabilities,
)
from stash_sense.core.matching.adjust import NONE, Adjustment

GRID = np.linspace(-4, 6, 101)
SEEDS = range(6)


def labelled(logits: list[float], right: list[int], *, said: float = 0.0, chance: float = 0.0) -> Labels:
    count = len(logits)
    return Labels(np.array(logits), np.array(right, dtype=float), np.full(count, said), np.full(count, chance))


def stated(fitted: Fitted) -> np.ndarray:
    return probabilities(GRID, fitted.adjustment)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).max())


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.7, -0.7), (1.2, 0.5)])
def test_many_names_teach_what_holds(slope: float, offset: float) -> None:
    for seed in SEEDS:
        fitted = fit_adjustment(labels_of(a_library(seed, 3000, slope=slope, offset=offset)))
        assert fitted.adjustment.slope == pytest.approx(slope, abs=0.12)
        assert fitted.adjustment.offset == pytest.approx(offset, abs=0.25)
        assert fitted.noise < 0.02


def test_few_names_change_little() -> None:
    few = fit_adjustment(labelled([6.0, 5.0, 7.0, -3.0], [0, 1, 1, 0])).adjustment
    assert few.slope == pytest.approx(1, abs=0.15)
    assert few.offset == pytest.approx(0, abs=0.6)


def test_names_without_a_contradiction_do_not_make_the_model_cocksure() -> None:
    fitted = fit_adjustment(labelled([5.0] * 200 + [-5.0] * 200, [1] * 200 + [0] * 200)).adjustment
    assert 1.0 < fitted.slope < 1.4
    assert fitted.offset == pytest.approx(0, abs=0.05)


def test_ten_per_cent_of_wrong_tags_hardly_move_the_fit() -> None:
    """One who takes the same labels at their word is taken in."""
    for seed in SEEDS:
        clean = labels_of(a_library(seed, 1500))
        tagged = labels_of(a_library(seed, 1500, wrong_tags=0.1))
        at_their_word = Labels(tagged.logits, tagged.right, np.ones(len(tagged)), tagged.chance)
        without, robust, naive = (stated(fit_adjustment(labels)) for labels in (clean, tagged, at_their_word))
        assert apart(without, robust) < 0.06
        assert apart(without, naive) > 0.15
        assert fit_adjustment(tagged).noise == pytest.approx(0.1, abs=0.035)


def test_strangers_who_are_on_the_cast_by_chance_do_not_raise_low_probabilities() -> None:
    rng = np.random.default_rng(4)
    logits = rng.normal(-2, 3, 6000)
    right = rng.random(6000) < 1 / (1 + np.exp(-logits))
    called = right | (rng.random(6000) < 0.3)
    chance = Labels(logits, called.astype(float), np.zeros(6000), np.full(6000, 0.3))
    blind = Labels(logits, called.astype(float), np.zeros(6000), np.zeros(6000))
    truth = probabilities(GRID, NONE)
    assert apart(stated(fit_adjustment(chance)), truth) < 0.06
    assert apart(stated(fit_adjustment(blind)), truth) > 0.2


def test_what_the_user_said_of_the_track_is_taken_at_its_word() -> None:
    said = labelled([8.0], [0], said=1.0)
    concluded = labelled([8.0], [0])
    sure = np.array([0.995])
    assert believed(said, sure, 0.05)[0] == 0.0
    assert believed(concluded, sure, 0.05)[0] == pytest.approx(0.995 * 0.05 / (0.995 * 0.05 + 0.005))
    assert log_losses(said, sure, 0.05)[0] == pytest.approx(-np.log(0.005))
    assert log_losses(concluded, sure, 0.05)[0] == pytest.approx(-np.log(0.005 * 1 + 0.995 * 0.05), rel=1e-6)


def test_noise_of_a_model_that_is_left_as_it_is() -> None:
    tagged = labels_of(a_library(1, 3000, wrong_tags=0.1))
    assert noise_under(tagged, probabilities(tagged.logits, NONE)) == pytest.approx(0.1, abs=0.02)
    assert noise_under(labelled([9.0] * 50, [0] * 50), np.full(50, 0.999)) == pytest.approx(0.33), "at most a third"


def test_the_order_of_candidates_stays_whatever_the_labels_say() -> None:
    upside_down = fit_adjustment(labelled([4.0] * 500 + [-4.0] * 500, [0] * 500 + [1] * 500, said=1.0))
    assert upside_down.adjustment.slope == pytest.approx(0.2)
    with pytest.raises(ValueError, match="above 0"):
        Adjustment(0.0, 1.0)


@pytest.mark.parametrize("right", [0, 1])
def test_labels_of_one_kind_teach_nothing(right: int) -> None:
    with pytest.raises(ValueError, match="both kinds"):
        fit_adjustment(labelled([1.0, 2.0], [right, right]))
