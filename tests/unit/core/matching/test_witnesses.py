"""Which references are trusted: with round numbers for the rules, and with vectors like those of a face model for what a mistake can do."""

from __future__ import annotations

import numpy as np
import pytest
from scripts.benchmarks.mixture import Mixture
from tests.builders import a_person, looks

from stash_sense.core.matching.score import person_score
from stash_sense.core.matching.witnesses import BY_THE_PROGRAM, Witness, judge, worth_adding

AGREE, COPY = 0.274, 0.955  # of the pack compact
JANE, OTHER = a_person(1), a_person(9)


def states(vectors: np.ndarray, witnesses: list[Witness], *, agree_from: float = 0.25, cap: int = 20) -> list[str]:
    return [ruling.state for ruling in judge(vectors, witnesses, agree_from=agree_from, cap=cap)]


def of(source: str, count: int = 1, **more: object) -> list[Witness]:
    return [Witness(source, 0.8, **more) for _ in range(count)]


def together(*groups: np.ndarray) -> np.ndarray:
    return np.concatenate(groups)


def test_faces_of_one_scene_have_one_voice() -> None:
    vectors = together(looks(JANE, 2), looks(OTHER, 3))
    judged = states(vectors, [*of("image:1"), *of("image:2"), *of("scene:1", 3)])
    assert judged == ["used", "used", "set_aside", "set_aside", "set_aside"]


def test_two_scenes_outvote_one_picture() -> None:
    vectors = together(looks(JANE, 1), looks(OTHER, 4))
    rulings = judge(vectors, [*of("image:1"), *of("scene:1", 2), *of("scene:2", 2)], agree_from=0.25, cap=20)
    assert [ruling.state for ruling in rulings] == ["set_aside", "used", "used", "used", "used"]
    assert rulings[0].why == "not like this person in 2 other places"


@pytest.mark.parametrize("newcomers", [1, 3])
def test_the_own_image_wins_a_tie(newcomers: int) -> None:
    vectors = together(looks(OTHER, newcomers), looks(JANE, 1))
    rulings = judge(vectors, [*of("scene:1", newcomers), *of("performer:1", own=True)], agree_from=0.25, cap=20)
    assert [ruling.state for ruling in rulings] == ["set_aside"] * newcomers + ["used"]
    assert rulings[0].why == "not like the performer's own image"


def test_without_an_own_image_what_was_there_first_wins_a_tie() -> None:
    vectors = together(looks(JANE, 1), looks(OTHER, 3))
    assert states(vectors, [*of("scene:1"), *of("scene:2", 3)]) == ["used", "set_aside", "set_aside", "set_aside"]


def test_what_was_accepted_by_itself_has_half_a_voice() -> None:
    vectors = together(looks(OTHER, 1), looks(JANE, 1))
    assert states(vectors, [*of("scene:1", voice=BY_THE_PROGRAM), *of("scene:2")]) == ["set_aside", "used"]


def test_the_users_word_stands_above_all_votes() -> None:
    vectors = together(looks(JANE, 3), looks(OTHER, 1))
    sources = [*of("image:1"), *of("image:2"), *of("image:3")]
    assert states(vectors, [*sources, *of("scene:1", said="used")]) == ["set_aside", "set_aside", "set_aside", "used"]
    with_both = [*of("image:1", said="used"), *sources[1:], *of("scene:1", said="used")]
    assert states(vectors, with_both) == ["used"] * 4, "both were wanted, and the votes decide about the rest"
    refused = [*of("image:1", said="set_aside"), *of("image:2", said="set_aside"), *of("image:3"), *of("scene:1")]
    assert states(vectors, refused) == ["set_aside", "set_aside", "used", "set_aside"]


def test_everything_set_aside_by_the_user_leaves_nothing() -> None:
    assert states(looks(JANE, 2), of("image:1", 2, said="set_aside")) == ["set_aside", "set_aside"]


def test_beyond_the_cap_the_most_redundant_is_spare_and_a_new_look_gets_in() -> None:
    same, new = looks(JANE, 20, spread=0.1), looks(JANE, 1, spread=1.2, seed=5)
    judged = states(together(same, new), [Witness(f"image:{i}", 0.9) for i in range(20)] + of("scene:1"))
    assert (judged.count("used"), judged.count("spare"), judged[-1]) == (20, 1, "used")


def test_what_the_user_wants_used_is_used_beyond_the_cap() -> None:
    judged = states(looks(JANE, 4), [Witness(f"image:{i}", 0.9, said="used") for i in range(4)], cap=2)
    assert judged == ["used"] * 4


def test_near_copies_are_not_worth_adding() -> None:
    known = looks(JANE, 2, spread=0.8)
    faces = together(known[:1], looks(JANE, 3, spread=0.8, seed=7))
    assert 0 not in worth_adding(known, faces, [0.9] * 4, most=3, copy_from=COPY)
    assert worth_adding(known[:0], np.repeat(faces[:1], 4, axis=0), [0.2, 0.9, 0.5, 0.4], most=3, copy_from=COPY) == [1]
    assert worth_adding(known, faces[:0], [], most=3, copy_from=COPY) == []


def test_the_most_different_are_added_first() -> None:
    known, near, far = looks(JANE, 1), looks(JANE, 1, spread=0.5, seed=2), looks(JANE, 1, spread=1.5, seed=3)
    assert worth_adding(known, together(near, far), [0.8, 0.8], most=1, copy_from=COPY) == [1]


# --- A wrong accept, with vectors like those of a face model -----------------------------------------------------------


@pytest.fixture(scope="module")
def people() -> list[np.ndarray]:
    """The faces of 200 people, seven or more of each."""
    vectors, owners = next(Mixture(seed=11).rows(6000))
    found = [vectors[owners == owner] for owner in np.unique(owners)]
    return [faces for faces in found if len(faces) >= 9][:200]


@pytest.mark.parametrize("own", [1, 2, 5])
def test_a_wrong_accept_is_set_aside_and_does_not_lower_the_person(people: list[np.ndarray], own: int) -> None:
    caught, before, after = 0, [], []
    for faces, stranger in zip(people[::2], people[1::2], strict=False):
        vectors = together(faces[:own], stranger[:3])
        witnesses = [
            *of("performer:1", own=True),
            *(Witness(f"image:{i}", 0.8) for i in range(own - 1)),
            *of("scene:9", 3),
        ]
        judged = states(vectors, witnesses, agree_from=AGREE)
        kept = vectors[[index for index, state in enumerate(judged) if state == "used"]]
        caught += judged[own:] == ["set_aside"] * 3
        for probe in faces[7:9]:
            before.append(person_score(probe, faces[:own], best_references=3))
            after.append(person_score(probe, kept, best_references=3))
    pairs = len(people) // 2
    assert caught >= 0.9 * pairs, "the rest are look-alikes, who agree with the person"
    assert np.mean(np.array(after) < np.array(before) - 0.05) < 0.05, "the person's own faces score as before"


def test_a_right_accept_is_hardly_ever_set_aside(people: list[np.ndarray]) -> None:
    kept = sum(
        states(faces[:4], [*of("performer:1", own=True), *of("scene:1", 3)], agree_from=AGREE) == ["used"] * 4
        for faces in people
    )
    assert kept >= 0.97 * len(people)


def test_three_faces_of_a_stranger_no_longer_outvote_two_photos(people: list[np.ndarray]) -> None:
    """What every vector counting alike would do: the stranger's three against the person's two."""
    from stash_sense.core.matching.template import outliers

    vectors = together(people[0][:2], people[1][:3])
    assert outliers(vectors, agree_from=AGREE) == [True, True, False, False, False]
    sources = [*of("performer:1", own=True), *of("image:1"), *of("scene:9", 3)]
    assert states(vectors, sources, agree_from=AGREE) == ["used", "used", "set_aside", "set_aside", "set_aside"]
