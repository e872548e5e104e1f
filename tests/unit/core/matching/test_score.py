from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import CALIBRATION, a_person, a_score, looks, unit

from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.core.matching.score import (
    ArrayGallery,
    PersonScore,
    Scoring,
    person_score,
    score_probe,
    with_margins,
    without,
)
from stash_sense.core.values import Vector

SCORING = Scoring.from_pack(CALIBRATION["scoring"])
DIMS = 128


def a_gallery(people: int, references: int = 3) -> ArrayGallery:
    vectors = np.concatenate([looks(a_person(seed, DIMS), references, spread=0.6, seed=seed) for seed in range(people)])
    return ArrayGallery([f"p{seed}" for seed in range(people) for _ in range(references)], vectors)


def ask(template: Vector, gallery: ArrayGallery, scoring: Scoring = SCORING, k: int = 200) -> list[PersonScore]:
    return score_probe(template[None], ExactIndex(gallery.vectors).nearest(template[None], k), gallery, scoring)


def test_the_right_person_wins_clearly() -> None:
    first, second, *_ = ask(looks(a_person(3, DIMS), 1, spread=0.6, seed=99)[0], a_gallery(60))
    assert (first.person_id, first.references, first.people) == ("p3", 3, 60)
    assert first.score > 0.6
    assert first.z > 4 > second.z
    assert first.margin == pytest.approx(first.score - max(second.score, first.floor))
    assert second.margin == pytest.approx(second.score - first.score)


def test_an_empty_gallery_has_no_scores() -> None:
    assert score_probe(a_person(1)[None], [], ArrayGallery([], np.zeros((0, 32), np.float32)), SCORING) == []


def test_at_most_the_wanted_number_of_candidates_best_first() -> None:
    scores = ask(a_person(1, DIMS), a_gallery(30))
    assert len(scores) == SCORING.candidates
    assert [score.score for score in scores] == sorted((score.score for score in scores), reverse=True)


def test_two_views_have_to_speak_for_a_person() -> None:
    """One face like somebody else's does not win against two like the right person's; two clear faces win against a blurred mean."""
    gallery = a_gallery(40)
    right, other = looks(a_person(3, DIMS), 2, spread=0.5, seed=99), looks(a_person(5, DIMS), 1, spread=0.1, seed=98)
    nobody = unit(np.random.default_rng(900).normal(size=(1, DIMS))).astype(np.float32)
    views = np.concatenate([nobody, right, other])
    found = score_probe(views, ExactIndex(gallery.vectors).nearest(views, 60), gallery, SCORING)
    assert found[0].person_id == "p3"
    assert found[0].score > ask(nobody[0], gallery)[0].score
    single = {one.person_id: one.score for one in ask(other[0], gallery)}
    assert next(one for one in found if one.person_id == "p5").score < single["p5"]


@given(seed=st.integers(0, 50))
def test_the_order_of_exemplars_does_not_matter(seed: int) -> None:
    gallery = a_gallery(15)
    views = looks(a_person(seed % 15, DIMS), 5, spread=0.8, seed=seed)
    mixed = np.concatenate([views[:1], views[1:][::-1]])
    index = ExactIndex(gallery.vectors)
    plain, other = (score_probe(one, index.nearest(one, 45), gallery, SCORING) for one in (views, mixed))
    assert [score.person_id for score in plain] == [score.person_id for score in other]
    assert np.allclose([score.score for score in plain], [score.score for score in other], atol=1e-6)


def test_one_odd_photo_cannot_win_alone() -> None:
    probe = a_person(1, DIMS)
    odd = np.concatenate([probe[None], looks(a_person(2, DIMS), 4)])  # somebody else's photo among four others
    assert person_score(probe, odd, best_references=3) < 0.6
    assert person_score(probe, probe[None], best_references=3) == pytest.approx(1)


@given(seed=st.integers(0, 1000), count=st.integers(1, 8))
def test_a_score_is_at_least_the_template_and_at_most_the_best_reference_or_template(seed: int, count: int) -> None:
    references, probe = looks(a_person(seed), count, spread=0.8, seed=seed), a_person(seed + 1)
    score = person_score(probe, references, best_references=3)
    together = float(unit(references.sum(axis=0)) @ probe)
    assert score >= together - 1e-6
    assert score <= max(together, float((references @ probe).max())) + 1e-6


@given(seed=st.integers(0, 200))
def test_the_order_of_references_does_not_matter(seed: int) -> None:
    gallery = a_gallery(12)
    order = np.random.default_rng(seed).permutation(len(gallery.vectors))
    mixed = ArrayGallery([gallery.persons[row] for row in order], gallery.vectors[order])
    probe = a_person(seed, DIMS)
    plain, other = ask(probe, gallery), ask(probe, mixed)
    assert [score.person_id for score in plain] == [score.person_id for score in other]
    assert np.allclose([score.z for score in plain], [score.z for score in other], atol=1e-4)


def test_a_probe_that_resembles_everybody_has_a_lower_z() -> None:
    """A blurred face scores 0.1 more with all of the gallery: the same score is then worth less."""
    rng = np.random.default_rng(5)
    away = unit(rng.normal(size=(80, DIMS)))
    away = unit(away - away[:, :1] * np.eye(DIMS)[0])  # nobody has anything of the first direction
    vectors = unit(away + 0.25 * np.eye(DIMS)[0])
    gallery = ArrayGallery([f"p{row}" for row in range(80)], vectors)
    plain = unit(away[0] + 0.7 * unit(rng.normal(size=DIMS)))
    common = unit(plain + 0.8 * np.eye(DIMS)[0])
    one, two = ask(plain, gallery)[0], ask(common, gallery)[0]
    assert one.person_id == two.person_id == "p0"
    assert two.z - one.z < (two.score - one.score) / SCORING.stranger_spread(80) - 1


@pytest.mark.parametrize("people", [1, 2, 3])
def test_in_a_small_gallery_the_public_measurement_speaks(people: int) -> None:
    scores = ask(unit(a_person(0, DIMS) + 0.5 * a_person(77, DIMS)), a_gallery(people))
    assert scores[0].person_id == "p0"
    expected = (scores[0].score - SCORING.stranger_level(people)) / SCORING.stranger_spread(people)
    assert scores[0].z == pytest.approx(expected, abs=0.5)
    assert scores[0].margin <= scores[0].score - SCORING.stranger_level(people) + 1e-6


def test_the_public_measurement_is_read_along_the_logarithm_and_continued() -> None:
    assert SCORING.stranger_level(100) == pytest.approx(0.22)
    assert SCORING.stranger_level(31.6228) == pytest.approx(0.18, abs=1e-4)
    assert SCORING.stranger_level(1_000_000) > SCORING.stranger_level(4000) + 0.1
    assert SCORING.stranger_level(0.1) == pytest.approx(0.02)


def test_a_ruled_out_person_leaves_no_trace_in_the_margin() -> None:
    scores = with_margins([a_score("a", 0.7), a_score("b", 0.65), a_score("c", 0.3)])
    assert [round(score.margin, 3) for score in scores] == [0.05, -0.05, -0.4]
    (rest, _) = without(scores, {"a"})
    assert rest.person_id == "b"
    assert rest.margin == pytest.approx(0.35)


@pytest.mark.parametrize(
    "broken",
    [{"people": [1], "level": [0.1], "spread": [0.1]}, {"people": [1, 2], "level": [0.1], "spread": [0.1, 0.1]}],
)
def test_a_broken_table_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="table"):
        Scoring.from_pack({**CALIBRATION["scoring"], "strangers": broken})
