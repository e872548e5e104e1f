"""Whether an adjustment is worth having, and which bounds may be promised."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.core.calibration.scenes import CALIBRATION, a_cinema, a_library, an_observation

from stash_sense.core.calibration.evidence import LabelledName, read_scene
from stash_sense.core.calibration.judge import (
    LEAST_OF_A_KIND,
    LEAST_SCENES,
    Counts,
    count,
    curve,
    folds_of,
    judge,
    labels_of,
    least_bound,
    wilson_low,
)
from stash_sense.core.calibration.robust_fit import fit_adjustment, probabilities
from stash_sense.core.matching.calibrate import sigmoid


def test_names_are_counted_by_scene_and_kind() -> None:
    names = [
        an_observation(3, True, scene=1, said=True),
        an_observation(2, False, scene=1),
        an_observation(1, True, scene=2),
    ]
    assert count(names) == Counts(scenes=2, right=2, wrong=1, said=1)


@pytest.mark.parametrize(
    ("scenes", "right", "wrong"),
    [
        (LEAST_SCENES - 1, 100, 100),
        (100, LEAST_OF_A_KIND - 1, 100),
        (100, 100, LEAST_OF_A_KIND - 1),
    ],
)
def test_too_few_are_refused(scenes: int, right: int, wrong: int) -> None:
    assert not Counts(scenes, right, wrong, 0).enough
    assert Counts(LEAST_SCENES, LEAST_OF_A_KIND, LEAST_OF_A_KIND, 0).enough
    with pytest.raises(ValueError, match="too few"):
        judge([an_observation(1, True, scene=scene) for scene in range(100)], CALIBRATION, wanted=0.98)


def test_a_scene_lies_in_one_part_only() -> None:
    names = a_library(1, 300)
    parts: dict[str, set[int]] = {}
    for one, part in zip(names, folds_of(names).tolist(), strict=True):
        parts.setdefault(one.scene_id, set()).add(part)
    assert {len(found) for found in parts.values()} == {1}
    assert set.union(*parts.values()) == {0, 1, 2, 3, 4}


def test_a_model_that_is_off_is_put_right_out_of_fold() -> None:
    judged = judge(a_library(1, 1200, slope=0.6, offset=-1.0), CALIBRATION, wanted=0.98)
    assert judged.adjustment is not None
    assert judged.adjustment.slope == pytest.approx(0.6, abs=0.12)
    assert judged.after.error < judged.before.error / 2
    assert judged.after.loss < judged.before.loss


def test_a_model_that_holds_is_mostly_left_alone() -> None:
    kept = [judge(a_library(seed, 600), CALIBRATION, wanted=0.98) for seed in range(12)]
    assert sum(one.adjustment is None for one in kept) >= 9
    for one in kept:
        if one.adjustment is None:
            assert one.after == one.before
        else:
            assert abs(one.adjustment.offset) < 0.6, "and never changed by much"


def test_wrong_tags_alone_are_no_reason_to_change_it() -> None:
    tagged = [judge(a_library(seed, 1200, wrong_tags=0.1), CALIBRATION, wanted=0.98) for seed in range(4)]
    assert sum(one.adjustment is None for one in tagged) >= 3
    assert [one.noise for one in tagged] == pytest.approx([0.1] * 4, abs=0.04)


def test_the_order_of_the_names_does_not_matter() -> None:
    names = a_library(3, 300, slope=0.6, offset=-1.0)
    shuffled = [names[place] for place in np.random.default_rng(0).permutation(len(names))]
    one, other = judge(names, CALIBRATION, wanted=0.98), judge(shuffled, CALIBRATION, wanted=0.98)
    assert one.adjustment is not None
    assert other.adjustment is not None
    assert other.adjustment.slope == pytest.approx(one.adjustment.slope)
    assert other.after.loss == pytest.approx(one.after.loss)


def test_all_wrong_names_in_one_part_are_judged_with_the_packs_own() -> None:
    """Nothing can be learned from the other parts then, and nothing breaks."""
    names = [an_observation(4.0, True, scene=scene) for scene in range(1, 61)]
    names = [replace(one, right=folds_of(names)[place] != 0) for place, one in enumerate(names)] * 2
    judged = judge(names, CALIBRATION, wanted=0.98)
    stated = CALIBRATION.probability(names[0].features)
    assert stated == pytest.approx(sigmoid(4.0))
    assert judged.before.bins[0].stated == pytest.approx(stated)


def test_asking_scenes_as_a_whole_comes_closer_to_the_truth_than_taking_what_is_certain() -> None:
    """Right names of all scenes and wrong ones of complete casts only: then names look better than they are."""
    whole, picked, truth = [], [], []
    for scene, true in a_cinema(7, 3000):
        reading = read_scene(scene, CALIBRATION)
        whole += reading.labelled
        complete = replace(scene, own_doing=frozenset(f"performer:{number}" for number in range(100, 110)))
        every = read_scene(complete, CALIBRATION).labelled
        picked += every if reading.complete else [one for one in every if one.right]
        truth += [an_observation(logit, right, said=True) for logit, right in true]

    def at_half(names: list[LabelledName]) -> float:
        return float(probabilities(np.array([0.5]), fit_adjustment(labels_of(names)).adjustment)[0])

    true_share = at_half(truth)
    assert abs(at_half(whole) - true_share) < abs(at_half(picked) - true_share)
    assert at_half(picked) > true_share


# --- Bounds -----------------------------------------------------------------------------------------------------------


def test_precision_and_recall_at_each_bound() -> None:
    points = {point.bound: point for point in curve(np.array([0.97, 0.9, 0.6, 0.2]), np.array([1.0, 1.0, 0.0, 1.0]))}
    assert (points[0.05].precision, points[0.05].recall, points[0.05].names) == (0.75, 1.0, 4)
    assert (points[0.6].precision, points[0.6].recall, points[0.6].names) == (2 / 3, 2 / 3, 3)
    assert (points[0.97].precision, points[0.97].names) == (1.0, 1)
    assert 0.98 not in points, "nobody is named from there on"


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_confidence_bound_lies_below_the_share_and_grows_with_it(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low = wilson_low(successes, trials)
    assert 0.0 <= low <= successes / trials
    if successes < trials:
        assert wilson_low(successes + 1, trials) > low


def test_the_confidence_bound_of_a_textbook() -> None:
    assert wilson_low(0, 0) == 0.0
    assert wilson_low(10, 10) == pytest.approx(10 / (10 + 1.6449**2))
    assert wilson_low(98, 100) == pytest.approx(0.9412, abs=5e-4)


def test_the_lowest_bound_that_holds_is_proposed() -> None:
    """300 right names from 70 % on; below it every second one is wrong."""
    stated = np.concatenate([np.linspace(0.7, 0.99, 300), np.linspace(0.4, 0.69, 200)])
    right = np.concatenate([np.ones(300), np.tile([0.0, 1.0], 100)])
    bound = least_bound(stated, right, wanted=0.98)
    assert bound is not None
    assert 68 <= bound.per_cent <= 70
    assert bound.low >= 0.98
    assert bound.names >= 300


def test_one_failure_ends_the_search() -> None:
    """A bound further down that happens to pass is luck."""
    stated = np.concatenate([np.full(200, 0.95), np.full(5000, 0.3)])
    right = np.concatenate([np.tile([1.0] * 9 + [0.0], 20), np.ones(5000)])
    assert least_bound(stated, right, wanted=0.98) is None


def test_with_few_names_nothing_is_promised() -> None:
    assert least_bound(np.full(130, 0.9), np.ones(130), wanted=0.98) is None
    found = least_bound(np.full(140, 0.9), np.ones(140), wanted=0.98)
    assert found is not None
    assert (found.per_cent, found.precision) == (1, 1.0)


def test_a_bound_keeps_its_promise_on_new_scenes() -> None:
    """Of twenty libraries, in at most two may the names from the proposed bound on be right less often than was wanted."""
    broken = proposed = 0
    for seed in range(20):
        names = a_library(seed, 900, slope=0.8, offset=-0.4)
        judged = judge(names, CALIBRATION, wanted=0.95)
        if judged.suggest is None:
            continue
        proposed += 1
        adjusted = CALIBRATION.adjusted(judged.adjustment) if judged.adjustment else CALIBRATION
        fresh = a_library(1000 + seed, 9000, slope=0.8, offset=-0.4)
        shown = [one for one in fresh if adjusted.probability(one.features) * 100 >= judged.suggest.per_cent]
        broken += sum(one.right for one in shown) / len(shown) < 0.95
    assert proposed >= 15
    assert broken <= 2
