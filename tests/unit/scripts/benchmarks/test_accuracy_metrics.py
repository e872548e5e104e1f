from __future__ import annotations

import numpy as np
import pytest
from scripts.benchmarks.accuracy_parts import metrics
from scripts.benchmarks.accuracy_parts.metrics import Answers, Count


def test_a_name_is_right_only_on_a_track_of_that_person() -> None:
    shown = [("ann", "ann"), ("bob", "ann"), ("eve", None), ("ann", "bob")]
    assert metrics.count_names(shown, frozenset({"ann", "bob", "cid"})) == Count(right=1, wrong=2, cast=3)


def test_a_stranger_who_gets_the_own_name_is_nobody_of_the_cast() -> None:
    assert metrics.count_names([("ann", "ann")], frozenset({"bob"})) == Count(0, 1, 1)


def test_precision_recall_and_f1() -> None:
    whole = Count(6, 2, 10) + Count(2, 0, 2)
    assert (whole.precision, whole.recall, whole.f1) == (0.8, 8 / 12, 16 / 22)
    assert (Count(0, 0, 4).precision, Count(0, 0, 4).recall, Count(0, 0, 0).f1) == (1.0, 0.0, 0.0)


def test_fewest_wrong_takes_the_best_setting_that_reaches_the_recall() -> None:
    points = [Count(10, 9, 10), Count(9, 3, 10), Count(8, 4, 10), Count(4, 0, 10)]
    assert metrics.fewest_wrong(points, (0.4, 0.5, 0.8, 0.9, 1.0)) == {"0.4": 0, "0.5": 3, "0.8": 3, "0.9": 3, "1.0": 9}
    assert metrics.fewest_wrong(points[1:], (1.0,)) == {"1.0": None}


def test_best_is_by_f1() -> None:
    assert metrics.best([Count(10, 10, 10), Count(8, 1, 10), Count(3, 0, 10)]) == Count(8, 1, 10)


def answers() -> Answers:
    value = np.array([0.9, 0.8, 0.7, 0.2, 0.85, 0.6, 0.5, 0.4])
    known = np.array([True] * 4 + [False] * 4)
    return Answers(value, np.array([True, True, False, True] + [False] * 4), known, np.arange(8))


def test_dir_allows_only_so_many_strangers() -> None:
    assert metrics.dir_at(answers(), 0.0)[0] == 0.25
    share, threshold = metrics.dir_at(answers(), 0.25)  # one of four may pass: above the second best stranger
    assert share == 0.5
    assert 0.6 < threshold < 0.6001
    assert metrics.dir_at(answers(), 1.0)[0] == 0.75  # a wrong first person is never found


def test_dir_interval_draws_people_not_probes() -> None:
    many = Answers(
        np.concatenate([np.full(50, 0.9), np.full(50, 0.1), [0.5] * 4]),
        np.array([True] * 100 + [False] * 4),
        np.array([True] * 100 + [False] * 4),
        np.array([0] * 50 + [1] * 50 + [2, 3, 4, 5]),
    )
    assert metrics.dir_interval(many, 0.01, seed=1) == (0.0, 1.0)  # two people: all, half or nothing


def test_tar_at_far() -> None:
    impostor = np.arange(100) / 100
    genuine = np.array([0.975, 0.985, 0.5, 2.0])
    assert metrics.tar_at_far(genuine, impostor, 0.01) == 0.5
    assert metrics.tar_at_far(genuine, impostor, 0.02) == 0.75


def test_interval_of_scenes() -> None:
    counts = [Count(1, 0, 1)] * 30 + [Count(0, 1, 1)] * 10
    low, high = metrics.count_interval(counts, lambda one: one.precision, seed=2)
    assert 0.55 < low < 0.7
    assert 0.8 < high < 0.95
    assert metrics.count_interval([Count(1, 0, 1)] * 5, lambda one: one.recall, seed=2) == (1.0, 1.0)


def test_pairs() -> None:
    found = metrics.pairs([["a", "a", "b"], ["a", "c"]])
    assert found.precision == pytest.approx(1 / 4)
    assert found.recall == pytest.approx(1 / 3)
    assert found.groups == 2
    assert metrics.pairs([["a"], ["b"]]) == metrics.Pairs(1.0, 1.0, 2)
