"""Scenes whose cast is worth a look."""

from __future__ import annotations

from typing import Any

from tests.unit.core.calibration.scenes import BOB, CALIBRATION, JANE, MARY, STRANGER, ZOE, a_scene, a_sight

from stash_sense.core.calibration.evidence import SceneEvidence, read_scene
from stash_sense.core.calibration.suspects import restated, suspects
from stash_sense.core.matching.adjust import Adjustment

CLEAR, VAGUE = 0.7, 0.3


def found(scene: SceneEvidence) -> list[tuple[Any, ...]]:
    listed = suspects(scene, read_scene(scene, CALIBRATION), CALIBRATION)
    return [(one.kind, one.person_id, one.both) for one in listed]


def test_somebody_seen_clearly_who_is_not_on_the_cast() -> None:
    scene = a_scene(a_sight({JANE: CLEAR}), a_sight({ZOE: CLEAR}, frames=[8]), cast=[JANE])
    (one,) = suspects(scene, read_scene(scene, CALIBRATION), CALIBRATION)
    assert (one.kind, one.person_id, one.scene_id, one.title, one.frames) == ("missing", ZOE, "1", "A scene", 5)
    assert one.probability > 0.95


def test_a_vague_or_poor_sight_is_no_reason() -> None:
    assert found(a_scene(a_sight({JANE: CLEAR}), a_sight({ZOE: VAGUE}, frames=[8]), cast=[JANE])) == []
    poor = a_sight({ZOE: 0.95}, frames=[8], quality=0.2)
    assert found(a_scene(a_sight({JANE: CLEAR}), poor, cast=[JANE])) == []


def test_what_the_user_has_settled_is_not_asked_again() -> None:
    for settled in ({"named": ZOE}, {"undecided": True}, {"rejected": frozenset({ZOE})}):
        sight = a_sight({ZOE: CLEAR}, frames=[8], **settled)
        assert found(a_scene(a_sight({JANE: CLEAR}), sight, cast=[JANE])) == []


def test_somebody_who_is_not_in_the_library_cannot_be_missing() -> None:
    assert found(a_scene(a_sight({JANE: CLEAR}), a_sight({STRANGER: CLEAR}, frames=[8]), cast=[JANE])) == []


def test_one_of_the_cast_whom_nobody_seen_can_be() -> None:
    assert found(a_scene(a_sight({JANE: CLEAR}), cast=[JANE, MARY])) == [("not_seen", MARY, False)]


def test_not_without_references_nor_where_somebody_seen_may_be_the_one() -> None:
    assert found(a_scene(a_sight({JANE: CLEAR}), cast=[JANE, BOB], known=[JANE])) == []
    assert found(a_scene(a_sight({JANE: CLEAR}), a_sight({ZOE: VAGUE}, frames=[8]), cast=[JANE, MARY])) == []
    assert found(a_scene(a_sight({JANE: CLEAR, MARY: 0.69}), cast=[JANE, MARY])) == [], "look-alikes"
    assert found(a_scene(a_sight({ZOE: VAGUE}), cast=[JANE, MARY])) == [], "nobody was seen at all"


def test_one_tagged_for_the_other() -> None:
    scene = a_scene(a_sight({JANE: CLEAR}), a_sight({ZOE: CLEAR}, frames=[8]), cast=[JANE, MARY])
    assert found(scene) == [("missing", ZOE, True), ("not_seen", MARY, True)]


def test_pieces_of_a_missing_person_are_one_entry() -> None:
    pieces = [a_sight({ZOE: CLEAR}, frames=[8]), a_sight({ZOE: 0.8}, frames=[9])]
    assert found(a_scene(a_sight({JANE: CLEAR}), *pieces, cast=[JANE])) == [("missing", ZOE, False)]


def test_a_calibration_that_turned_out_too_bold_is_not_believed() -> None:
    scene = a_scene(a_sight({JANE: CLEAR}), a_sight({ZOE: 0.6}, frames=[8]), cast=[JANE, MARY])
    before = suspects(scene, read_scene(scene, CALIBRATION), CALIBRATION)
    assert [(one.kind, one.both) for one in before] == [("missing", True), ("not_seen", True)]
    timid = CALIBRATION.adjusted(Adjustment(1.0, -4.0))
    assert [(one.kind, one.both) for one in restated(before, timid)] == [("not_seen", False)]
    bolder = CALIBRATION.adjusted(Adjustment(1.0, 1.0))
    assert [one.probability for one in restated(before, bolder)] == [one.probability for one in before]
