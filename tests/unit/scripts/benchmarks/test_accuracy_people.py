"""Pictures and sightings of made-up people: figures that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scripts.benchmarks.accuracy_parts import pictures, sightings
from scripts.benchmarks.accuracy_parts.large import Run
from scripts.benchmarks.accuracy_parts.pipeline import ExactGallery
from scripts.benchmarks.accuracy_parts.rules import FULL, Ours
from tests.builders import CALIBRATION, CLUSTERING, a_person, looks

from calibration.dataset import Data, Person
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules

DIMS, PHOTOS = 64, 4
RULES = replace(ClusterRules.from_pack(CLUSTERING), same_in_pictures=0.5)


def some_people(count: int, spread: float) -> Data:
    """Half of them fitted, half reported; every photo as it is only. spread: how unlike the photos of one person are."""
    people: dict[str, list[Person]] = {"fit": [], "tune": [], "report": []}
    vectors = []
    for number in range(count):
        start = number * PHOTOS
        vectors.append(looks(a_person(number, DIMS), PHOTOS, spread=spread, seed=number))
        part = "report" if number % 2 else "fit"
        people[part].append(Person(f"p{number}", tuple({0: start + place} for place in range(PHOTOS))))
    rows = count * PHOTOS
    return Data(
        np.concatenate(vectors).astype(np.float32),
        np.full(rows, 0.9, np.float32),
        np.full(rows, 90, np.float32),
        people,
    )


@pytest.fixture
def ours() -> Ours:
    nobody = ExactGallery((), np.zeros((0, DIMS), np.float32))
    return Ours(FULL, RULES, Calibration.from_pack(CALIBRATION), nobody)


def test_clear_pictures_get_their_names_and_strangers_none(ours: Ours) -> None:
    found = pictures.figures(some_people(60, 0.3), Run(20, 2), ours, 0.6, turns=3, seed=1)
    for way in ("each_by_itself", "together"):
        assert (found[way]["precision"], found[way]["recall"]) == (1.0, 1.0)
        assert found[way]["right"] == found[way]["cast"] > 20
    assert found["pictures"] > found["together"]["cast"], "strangers are in the sets"


def test_people_who_run_together_are_wrong_names(ours: Ours) -> None:
    loose = replace(ours, rules=replace(RULES, same_in_pictures=-1.0))  # every face of a set is one person
    found = pictures.figures(some_people(60, 0.3), Run(20, 2), loose, 0.6, turns=3, seed=1)
    assert found["each_by_itself"]["wrong"] == 0
    assert found["together"]["wrong"] > 0


def test_sightings_of_clear_people_are_grouped_purely() -> None:
    found = sightings.figures(some_people(40, 0.3), "report", 0.5, 2.0, seed=1)
    at = found["by_bound"]["0.5"]
    assert (at["purity"], at["inverse_purity"], at["pair_recall"]) == (1.0, 1.0, 1.0)
    assert found["people"] == 20
    assert at["groups"] <= 20


def test_people_of_one_face_spoil_the_purity() -> None:
    data = some_people(40, 0.3)
    twins = replace(data, vector=np.tile(data.vector[: 2 * PHOTOS], (20, 1)))  # two faces for forty people
    at = sightings.figures(twins, "report", 0.5, 2.0, seed=1)["by_bound"]["0.5"]
    assert at["purity"] < 0.3
    assert at["groups"] == 1
