"""The measured thresholds of the compact pack: complete, and of sane size."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stash_sense.core.catalogue.admit import AdmissionRules
from stash_sense.core.matching.calibrate import Calibration, Features
from stash_sense.core.matching.cluster import ClusterRules

BODY = json.loads((Path(__file__).parents[2] / "plugin/models/compact/pack.json").read_text("utf-8"))
CALIBRATION = Calibration.from_pack(BODY["calibration"])
CLEAR = Features(score=0.65, z=6.0, margin=0.35, frames=6, quality=0.85, references=3, people=300)


def test_the_clustering_block_is_complete() -> None:
    rules = ClusterRules.from_pack(BODY["clustering"])
    assert 0.1 < rules.same_person < 0.5
    assert rules.time_bonus < rules.same_person / 2  # a mild prior


@pytest.mark.parametrize("people", [1, 3, 300, 100_000])
def test_a_clear_match_is_clear_in_every_gallery(people: int) -> None:
    assert CALIBRATION.probability(replace(CLEAR, people=people)) > 0.9


@pytest.mark.parametrize("people", [1, 3, 30, 1000])
def test_the_usual_best_stranger_is_not_named(people: int) -> None:
    level = CALIBRATION.scoring.stranger_level(people)
    assert CALIBRATION.probability(replace(CLEAR, people=people, score=level, z=0.0, margin=0.0, references=1)) < 0.1


def test_a_poor_track_is_not_suggested_at_the_default_bound() -> None:
    assert CALIBRATION.probability(replace(CLEAR, quality=0.35)) < 0.5


def test_the_admission_block_is_complete_and_stricter_the_fewer_faces_are_known() -> None:
    rules = AdmissionRules.from_pack(BODY["admission"])
    assert [count for count, _ in rules.agree] == [1, 2, 4]
    assert 0.5 > rules.agree_from(1) > rules.agree_from(2) > rules.agree_from(4) > rules.same > 0.2
    assert rules.copy > 0.9  # the nearest different photos of one person lie around 0.88
    assert rules.quality > BODY["quality"]["min"]
    assert {name: one["fmr"] < 0.002 for name, one in BODY["admission"]["errors"].items()} == dict.fromkeys(
        ["1", "2", "4", "dominant"], True
    )
