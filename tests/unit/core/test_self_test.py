from __future__ import annotations

import pytest

from stash_sense.core.self_test import Measured, Sample, by_references, hours

STAGES = {"decode": 0.5, "detect": 1.0, "embed": 0.5, "match": 0.1}


def a_scene(seconds: float = 2.0, **changes: int) -> Measured:
    return Measured(seconds, STAGES, **{"frames": 10, "faces": 5, "people": 2, "named": 1, **changes})


def test_performers_are_told_apart_by_their_references() -> None:
    told = by_references({0: 4, 1: 3, 2: 2, 3: 1, 4: 1, 20: 9}, None)
    assert [group["people"] for group in told["groups"]] == [4, 3, 3, 10]
    assert [group["recall"] for group in told["groups"]] == [0.0, None, None, None]
    assert (told["performers"], told["measured"], told["expected_recall"]) == (20, False, None)


def test_recall_over_all_performers_counts_those_without_a_face() -> None:
    told = by_references({0: 5, 1: 5, 4: 10}, {"1": 0.6, "2": 0.8, "4": 0.9})
    assert told["expected_recall"] == round((5 * 0.6 + 10 * 0.9) / 20, 3)
    assert [group["recall"] for group in told["groups"]] == [0.0, 0.6, 0.8, 0.9]


def test_an_incomplete_measurement_gives_no_figure_over_all() -> None:
    assert by_references({1: 1, 4: 1}, {"1": 0.5})["expected_recall"] is None
    assert by_references({1: 1}, {"1": 0.5})["expected_recall"] == 0.5


def test_nobody_at_all() -> None:
    assert by_references({}, {"1": 0.5})["expected_recall"] is None


def test_speed_is_the_mean_by_stage() -> None:
    speed = Sample([a_scene(2.0), a_scene(4.0, faces=0, people=0, named=0)]).speed()
    assert (speed["scenes"], speed["seconds"], speed["stages"]) == (2, 3.0, STAGES)
    assert (speed["faces_per_frame"], speed["with_faces"], speed["people"], speed["named"]) == (0.25, 1, 2, 1)


def test_a_wider_spread_gives_a_wider_range() -> None:
    steady = Sample([a_scene(3.0)] * 8).estimate(1200)
    mixed = Sample([a_scene(seconds) for seconds in (1.0, 5.0) * 4]).estimate(1200)
    assert steady == {
        "scenes": 1200, "low_h": 1.0, "high_h": 1.2, "text": "1,200 scenes to be analysed: about 60 to 72 minutes.",
    }  # fmt: skip
    assert mixed["low_h"] < 1.0 < mixed["high_h"]
    assert mixed["high_h"] > steady["high_h"]
    assert Sample([a_scene(1.0), a_scene(100.0)]).estimate(3600)["low_h"] > 0


def test_one_scene_and_none_that_wait_are_said_so() -> None:
    sample = Sample([a_scene(3.0)] * 8)
    assert sample.estimate(1)["text"] == "1 scene to be analysed: about a minute."
    assert sample.estimate(0)["text"] == "No scene waits to be analysed."


def test_nothing_measured_gives_no_figures() -> None:
    assert Sample().speed() is None
    assert Sample(failed=["It is gone."]).estimate(10) is None


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.0, 0.01, "about a minute"),
        (0.1, 0.3, "about 6 to 18 minutes"),
        (1.0, 1.9, "about 60 to 114 minutes"),
        (2.6, 4.4, "about 3 to 4 hours"),
        (2.1, 2.2, "about 2 hours"),
        (1000.0, 1500.0, "about 1,000 to 1,500 hours"),
    ],
)
def test_hours_in_words(low: float, high: float, text: str) -> None:
    assert hours(low, high) == text
