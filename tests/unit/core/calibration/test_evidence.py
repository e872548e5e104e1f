"""What the tags of a scene say about a name, and what they leave open."""

from __future__ import annotations

import pytest
from tests.unit.core.calibration.scenes import BOB, CALIBRATION, JANE, MARY, STRANGER, ZOE, a_scene, a_sight

from stash_sense.core.calibration.evidence import LabelledName, Reading, SceneEvidence, read_scene

CLEAR, VAGUE = 0.7, 0.3


def read(scene: SceneEvidence) -> Reading:
    return read_scene(scene, CALIBRATION)


def labels(reading: Reading) -> list[tuple[bool, bool]]:
    return [(one.right, one.said) for one in reading.labelled]


def only(reading: Reading) -> LabelledName:
    (one,) = reading.labelled
    return one


def test_a_name_on_the_cast_is_right() -> None:
    one = only(read(a_scene(a_sight({JANE: CLEAR, ZOE: 0.2}), cast=[JANE])))
    assert (one.right, one.said, one.scene_id) == (True, False, "1")
    assert one.logit == pytest.approx(CALIBRATION.logit(one.features))


def test_the_chance_that_a_stranger_is_called_as_one_of_the_cast_grows_as_the_gallery_shrinks() -> None:
    sight = a_sight({JANE: CLEAR})
    assert only(read(a_scene(sight, cast=[JANE, BOB], known=[JANE], people=100))).chance == pytest.approx(0.01)
    assert only(read(a_scene(sight, cast=[JANE, MARY], people=4))).chance == pytest.approx(0.5)
    assert only(read(a_scene(sight, cast=[JANE], people=1))).chance == pytest.approx(0.95)


def test_a_name_that_is_not_on_a_cast_with_room_for_everybody_is_wrong() -> None:
    jane, bob = a_sight({JANE: CLEAR}), a_sight({ZOE: VAGUE})
    reading = read(a_scene(jane, bob, cast=[JANE, BOB], known=[JANE]))
    assert (reading.complete, labels(reading)) == (True, [(True, False), (False, False)])


def test_where_more_people_are_seen_than_tagged_the_cast_says_nothing_about_anybody() -> None:
    """Also not that Jane is right: taking the right names of such scenes without the wrong ones would flatter the model."""
    reading = read(a_scene(a_sight({JANE: CLEAR}), a_sight({ZOE: VAGUE}), cast=[JANE]))
    assert (reading.complete, reading.labelled, reading.left_out["incomplete"]) == (False, [], 2)


def test_poor_tracks_need_no_room_on_the_cast() -> None:
    poor = a_sight({ZOE: VAGUE}, quality=0.2, frames=[9])
    reading = read(a_scene(a_sight({JANE: CLEAR}), poor, cast=[JANE]))
    assert labels(reading) == [(True, False), (False, False)]


def test_a_scene_without_performers_says_nothing() -> None:
    assert read(a_scene(a_sight({JANE: CLEAR}), cast=[])).labelled == []


def test_pieces_of_one_person_count_once_and_are_each_right() -> None:
    pieces = [a_sight({JANE: CLEAR}, frames=[1, 2]), a_sight({JANE: 0.5}, frames=[7, 8])]
    assert labels(read(a_scene(*pieces, cast=[JANE]))) == [(True, False), (True, False)]


def test_two_tracks_of_one_frame_are_two_people_and_the_weaker_one_is_never_shown_that_name() -> None:
    two = [a_sight({JANE: CLEAR}, frames=[1, 2]), a_sight({JANE: 0.5}, frames=[2, 3])]
    reading = read(a_scene(*two, cast=[JANE, BOB], known=[JANE]))
    assert (labels(reading), reading.left_out["given_away"]) == ([(True, False)], 1)
    assert list(reading.claims) == [0]
    assert not read(a_scene(*two, cast=[JANE])).complete, "the second one is somebody, whoever it is"


def test_a_rejected_pair_is_wrong_and_the_next_name_is_asked_about() -> None:
    sight = a_sight({ZOE: CLEAR, JANE: 0.6}, rejected=frozenset({ZOE}))
    reading = read(a_scene(sight, cast=[JANE]))
    assert labels(reading) == [(False, True), (True, False)]
    wrong, right = reading.labelled
    assert wrong.features.margin == pytest.approx(0.1)
    assert right.features.margin == pytest.approx(0.6 - 0.22), "as if the rejected one were not in the gallery"


def test_a_rejection_counts_wherever_it_was_made() -> None:
    crowd = [a_sight({ZOE: CLEAR}, rejected=frozenset({ZOE})), a_sight({MARY: VAGUE}), a_sight({BOB: VAGUE})]
    assert labels(read(a_scene(*crowd, cast=[JANE]))) == [(False, True)]


def test_a_rejected_person_who_is_not_the_best_one_changes_nothing() -> None:
    sight = a_sight({JANE: CLEAR, ZOE: 0.3}, rejected=frozenset({ZOE}))
    assert labels(read(a_scene(sight, cast=[JANE]))) == [(True, False)]


def test_what_the_user_said_of_the_track_comes_before_the_cast() -> None:
    said = a_sight({JANE: CLEAR}, named=MARY)
    reading = read(a_scene(said, a_sight({BOB: VAGUE}), a_sight({ZOE: VAGUE}), cast=[JANE, MARY]))
    assert (labels(reading), reading.complete) == ([(False, True)], False)
    assert reading.labelled[0].chance == 0.0
    assert labels(read(a_scene(a_sight({JANE: CLEAR}, named=JANE), cast=[JANE]))) == [(True, True)]


def test_a_track_left_without_a_name_and_one_the_program_named_are_left_out() -> None:
    reading = read(a_scene(a_sight({JANE: CLEAR}, undecided=True), cast=[JANE]))
    assert (reading.labelled, reading.left_out["undecided"]) == ([], 1)


def test_the_program_does_not_testify_for_itself() -> None:
    reading = read(a_scene(a_sight({JANE: CLEAR}), a_sight({MARY: CLEAR}), cast=[MARY], own_doing=frozenset({JANE})))
    assert (labels(reading), reading.left_out["own_doing"]) == ([(True, False)], 1)


def test_somebody_of_a_package_may_be_a_cast_member_without_references() -> None:
    sights = a_sight({JANE: CLEAR}), a_sight({STRANGER: VAGUE})
    open_ = read(a_scene(*sights, cast=[JANE, BOB], known=[JANE]))
    assert (labels(open_), open_.left_out["unlinked"]) == ([(True, False)], 1)
    closed = read(a_scene(*sights, cast=[JANE, MARY]))
    assert labels(closed) == [(True, False), (False, False)]


def test_an_empty_gallery_has_no_names() -> None:
    reading = read(a_scene(a_sight({}), cast=[JANE], known=[], people=0))
    assert (reading.labelled, reading.left_out["nobody"]) == ([], 1)
