"""Slope and offset on a pack's log odds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import CALIBRATION, a_calibration

from stash_sense.core.matching.adjust import NONE, Adjustment, fingerprint
from stash_sense.core.matching.calibrate import Features, sigmoid

LIKELY = Features(0.7, 8.0, 0.3, 5, 0.8, 4, 100)
scores = st.floats(-0.2, 1.0)


def at(score: float, quality: float = 0.8) -> Features:
    return Features(score, 0.0, 0.0, 5, quality, 4, 100)


@given(scores, scores, st.floats(0.2, 4.0), st.floats(-3, 3))
def test_an_adjustment_keeps_the_order_and_the_ceilings(one: float, other: float, slope: float, offset: float) -> None:
    plain = a_calibration()
    adjusted = plain.adjusted(Adjustment(slope, offset))
    assert adjusted.logit(at(one)) == pytest.approx(slope * plain.logit(at(one)) + offset)
    if plain.logit(at(one)) <= plain.logit(at(other)):
        assert adjusted.probability(at(one)) <= adjusted.probability(at(other))
    assert adjusted.probability(at(one)) <= plain.ceiling
    assert adjusted.probability(at(one, quality=0.1)) <= plain.poor_ceiling


def test_a_prior_comes_on_top() -> None:
    adjusted = a_calibration().adjusted(Adjustment(0.5, -1.0))
    assert adjusted.probability(at(0.4), offset=1.0) == pytest.approx(sigmoid(adjusted.logit(at(0.4)) + 1.0))


def test_adjusting_again_replaces_and_none_is_the_pack_itself() -> None:
    plain = a_calibration()
    assert plain.adjusted(Adjustment(0.5, -1.0)).adjusted(NONE) == plain
    assert plain.adjusted(NONE).logit(LIKELY) == plain.logit(LIKELY)


def test_the_fingerprint_follows_the_model_and_not_its_spelling() -> None:
    assert fingerprint(CALIBRATION) == fingerprint(dict(reversed(list(CALIBRATION.items()))))
    assert fingerprint(CALIBRATION) != fingerprint({**CALIBRATION, "ceiling": 0.9})
