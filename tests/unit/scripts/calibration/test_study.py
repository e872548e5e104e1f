"""What is reported of a calibration, from answers made by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scripts.benchmarks  # noqa: F401  # puts scripts/ on the path, as scripts/calibrate does
from tests.builders import a_calibration, a_person, looks

from calibration import study
from calibration.dataset import Data
from calibration.simulate import Answer, Asked, ExactGallery, Shape, World, ask, best_answers
from stash_sense.core.matching.calibrate import Features


def an_answer(held: int, *, right: bool, best: int) -> Answer:
    """best: references of whoever was taken for the person."""
    return Answer(Features(0.5, 3.0, 0.1, 4, 0.7, best, 50), right, 60.0, held)


def test_people_are_told_apart_by_their_own_references_and_not_by_the_winners() -> None:
    answers = [
        an_answer(1, right=True, best=1),
        an_answer(1, right=False, best=9),  # lost to somebody with many
        an_answer(2, right=True, best=2),
        an_answer(3, right=True, best=3),  # too unsure to be named
        an_answer(5, right=True, best=5),
        an_answer(0, right=False, best=1),  # a stranger
    ]
    found = study.Table(
        np.zeros((6, 1)),
        np.array([one.right for one in answers], float),
        np.array([one.known for one in answers]),
        answers,
    )
    chance = np.array([0.9, 0.9, 0.9, 0.3, 0.9, 0.9])
    assert study.by_references(chance, found, 0.6) == {"1": 0.5, "2": 0.5, "4": 1.0}


def test_an_answer_knows_how_many_references_the_person_has() -> None:
    ann, bob = a_person(1), a_person(2)
    vectors = np.concatenate([looks(ann, 3, seed=1), looks(bob, 1, seed=2)])
    world = World(
        ExactGallery(["ann", "ann", "ann", "bob"], vectors),
        [Asked(one[None], 3, 0.8, 80.0, truth) for one, truth in ((ann, "ann"), (ann, "bob"), (bob, None))],
    )
    found = list(best_answers(world, a_calibration().scoring))
    assert [(one.held, one.right, one.known) for one in found] == [
        (3, True, True),
        (1, False, True),
        (0, False, False),
    ]


def test_better_faces_weigh_more_in_a_track_and_each_row_is_a_frame() -> None:
    vectors = np.eye(3, dtype=np.float32)
    data = Data(vectors, np.array([0.8, 0.4, 0.5], np.float32), np.array([90, 40, 50], np.float32), {})
    asked = ask(data, np.array([0, 0, 1]), Shape(1.0), "ann")
    assert (asked.frames, asked.size_px, asked.truth) == (3, 90.0, "ann")
    assert asked.quality == pytest.approx((0.8 * 0.8 * 2 + 0.4 * 0.4) / 2.0)
    assert asked.views[0] == pytest.approx(np.array([4.0, 1.0, 0.0]) / np.sqrt(17), abs=1e-6)
