"""“Calibrate on my library”: stored tracks and the user's tags in, an adjustment and a report out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from tests.builders import CALIBRATION, a_calibration
from tests.fake_stash import SPACE, a_scene
from tests.synthetic import Synthetic, fill_library
from tests.unit.usecases.worlds import World

from stash_sense.core.calibration.judge import LEAST_SCENES
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.run_records import CalibrationRecord
from stash_sense.errors import ServerError
from stash_sense.usecases.calibrate import PAGE, Calibrator
from stash_sense.usecases.ports import Named

SCENES = 150
BOLD = a_calibration(coefficients={**CALIBRATION["coefficients"], "intercept": -5.0})  # states too much


def on(*performers: int) -> tuple[Named, ...]:
    return tuple(Named(str(number), f"Performer {number}") for number in performers)


def calibrator(world: World, calibration: Calibration = BOLD, **changes: Any) -> Calibrator:
    values = {"fingerprint": "ff", "wanted": 0.98, **changes}
    return Calibrator(
        stores=world.stores,
        library=world.stash,
        matcher=world.matcher(),
        calibration=calibration,
        clock=world.clock,
        **values,
    )


def calibrate(world: World, calibration: Calibration = BOLD, **changes: Any) -> str:
    return calibrator(world, calibration, **changes).run(world.report("calibrate"))


def latest(world: World) -> CalibrationRecord:
    record = world.stores.calibrations.latest()
    assert record is not None
    return record


@pytest.fixture
def made(world: World) -> Synthetic:
    return Synthetic(world.stores, SPACE)


@pytest.fixture
def tagged(world: World, made: Synthetic) -> World:
    """150 analysed scenes, each with the two performers who are in it."""
    for scene, cast in fill_library(made, range(1, SCENES + 1)).items():
        world.stash.scene_rows[str(scene)] = a_scene(str(scene), performers=on(*cast))
    return world


def small(world: World, made: Synthetic, cast: Iterable[int], looks: list[Any], scene: int = 1) -> None:
    """One analysed scene in a gallery of performers 1 to 20."""
    made.enrol({number: [made.centre(number)] for number in range(1, 21)})
    made.analyse(scene, looks)
    world.stash.scene_rows[str(scene)] = a_scene(str(scene), performers=on(*cast))


# --- The whole ------------------------------------------------------------------------------------------------------------


def test_a_model_that_is_too_bold_here_is_toned_down(tagged: World) -> None:
    build = tagged.stores.gallery.build()
    said = calibrate(tagged)
    record = latest(tagged)
    figures = record.figures
    assert record.outcome == "adjusted"
    assert record.offset < -0.5
    assert (record.pack, record.revision, record.fingerprint) == (SPACE.pack, SPACE.revision, "ff")
    assert figures["tracks"] == 2 * SCENES
    assert figures["right"] + figures["wrong"] + sum(figures["left_out"].values()) == 2 * SCENES
    assert min(figures["right"], figures["wrong"]) > 40
    assert figures["after"]["error"] < figures["before"]["error"]
    assert figures["after"]["loss"] < figures["before"]["loss"]
    assert sum(one["names"] for one in figures["after"]["bins"]) == figures["right"] + figures["wrong"]
    assert said.startswith(f"Calibrated on {figures['scenes']} scenes with {figures['right'] + figures['wrong']} names")
    assert "“Re-match all scenes”" in said
    assert tagged.stores.gallery.build() == build + 1
    assert tagged.stores.media.matched_before(tagged.stores.gallery.build()) == SCENES


def test_the_same_library_again_changes_nothing_more(tagged: World) -> None:
    calibrate(tagged)
    first, build = latest(tagged), tagged.stores.gallery.build()
    said = calibrate(tagged)
    assert replace(latest(tagged), at=first.at, id=first.id) == first
    assert tagged.stores.gallery.build() == build
    assert "“Re-match all scenes”" not in said


def test_nothing_is_written_to_stash_and_no_setting_changes(tagged: World) -> None:
    before = tagged.stores.settings.load()
    calibrate(tagged)
    assert tagged.stash.writes == []
    assert tagged.stores.settings.load() == before


def test_progress_counts_every_analysed_item(tagged: World) -> None:
    calibrate(tagged)
    assert PAGE < SCENES
    assert tagged.shares[-1] == 1.0
    assert tagged.shares == sorted(tagged.shares)


def test_cut_short_the_old_calibration_stays(tagged: World) -> None:
    calibrate(tagged)
    before, build = latest(tagged), tagged.stores.gallery.build()
    cut = calibrator(tagged)
    asked = tagged.stash.scenes
    pages = iter([1, 2])

    def scenes(*, ids: Any = None) -> Any:
        if next(pages) == 2:
            raise ServerError("Stash is away.")
        return asked(ids=ids)

    tagged.stash.scenes = scenes
    with pytest.raises(ServerError):
        cut.run(tagged.report("calibrate"))
    assert latest(tagged) == before
    assert tagged.stores.gallery.build() == build


def test_back_to_the_packs_own(tagged: World) -> None:
    calibrate(tagged)
    build = tagged.stores.gallery.build()
    assert "is in use again. Run “Re-match all scenes”" in calibrator(tagged).reset()
    record = latest(tagged)
    assert (record.outcome, record.slope, record.offset, record.figures) == ("reset", 1.0, 0.0, {})
    assert tagged.stores.gallery.build() == build + 1
    assert "already" in calibrator(tagged).reset()
    assert tagged.stores.gallery.build() == build + 1


def test_of_another_model_it_starts_anew(tagged: World) -> None:
    """What was fitted to another model is no measure for whether probabilities change."""
    calibrate(tagged)
    build = tagged.stores.gallery.build()
    calibrator(tagged, fingerprint="other").reset()
    assert tagged.stores.gallery.build() == build, "it was not in use any more"


# --- Too few ----------------------------------------------------------------------------------------------------------------


def test_with_too_few_it_says_how_many_there_are_and_changes_nothing(world: World, made: Synthetic) -> None:
    small(world, made, [1, 2], [made.look(1, 0.8, 1), made.look(2, 0.8, 1)])
    build = world.stores.gallery.build()
    said = calibrate(world)
    assert said.startswith(
        f"Too little to calibrate on: 1 scene with 2 right and 0 wrong names; needed are {LEAST_SCENES} scenes and 20 names of each kind. "
        "Nothing was changed."
    )
    assert world.stores.calibrations.in_force() is None
    assert latest(world).figures["needed"] == {"scenes": 30, "right": 20, "wrong": 20}
    assert "proposals" not in latest(world).figures
    assert world.stores.gallery.build() == build


def test_too_few_later_leave_the_earlier_one_in_force(tagged: World) -> None:
    calibrate(tagged)
    before = latest(tagged)
    for scene in range(10, SCENES + 1):
        del tagged.stash.scene_rows[str(scene)]
    calibrate(tagged)
    calibrate(tagged)
    assert latest(tagged).outcome == "too_few"
    assert tagged.stores.calibrations.in_force() == before


# --- What counts ------------------------------------------------------------------------------------------------------------


def counted(world: World) -> tuple[int, int, int]:
    calibrate(world)
    figures = latest(world).figures
    return figures["right"], figures["wrong"], figures["tracks"]


def test_a_face_confirmed_in_a_scene_does_not_testify_for_it(world: World, made: Synthetic) -> None:
    """Performer 30 is known by this very scene only: without it nobody can name her, whatever the user said."""
    look = made.look(30, 0.9, 1)
    small(world, made, [30], [look])
    decision = made.decide(1, look, "accept", 30)
    made.enrol({30: []})
    with world.stores.transaction():
        made.refer(30, look, "confirmed", str(decision))
        world.stores.gallery.bump()
    assert counted(world) == (0, 1, 1)
    made.analyse(2, [made.look(30, 0.9, 2)])
    world.stash.scene_rows["2"] = a_scene("2", performers=on(30))
    assert counted(world) == (1, 1, 2), "but it does for another scene"


def test_a_decision_made_while_the_gallery_is_opened_is_not_mixed_up(world: World, made: Synthetic) -> None:
    """Rows and their scenes are of one instant: in between performer 10 gets a face, which moves that of performer 30 by one place."""
    look = made.look(30, 0.9, 1)
    small(world, made, [30], [look])
    made.enrol({30: []})
    decision = made.decide(1, look, "accept", 30)
    with world.stores.transaction():
        made.refer(30, look, "confirmed", str(decision))
        world.stores.gallery.bump()
    one, first = calibrator(world), iter([True])

    def meanwhile() -> list[Any]:
        if next(first, False):
            with world.stores.transaction():
                made.refer(10, made.look(10, 0.9, 2), "site", "https://site.example/10")
                world.stores.gallery.bump()
        return []

    one.matcher.open_packages = meanwhile
    one.run(world.report("calibrate"))
    assert (latest(world).figures["right"], latest(world).figures["wrong"]) == (0, 1)


def test_what_the_program_added_by_itself_does_not_count(world: World, made: Synthetic) -> None:
    looks = [made.look(1, 0.8, 1), made.look(2, 0.8, 1)]
    small(world, made, [1, 2], looks)
    made.decide(1, looks[0], "accept", 1, actor="auto")
    assert counted(world) == (1, 0, 2)


def test_what_it_accepted_of_those_whom_the_user_had_tagged_leaves_the_track_open(
    world: World, made: Synthetic
) -> None:
    looks = [made.look(1, 0.8, 1), made.look(2, 0.8, 1)]
    small(world, made, [1, 2], looks)
    made.decide(1, looks[0], "accept", 1, actor="auto", added=False)
    assert counted(world) == (1, 0, 2)
    assert latest(world).figures["left_out"] == {"undecided": 1}


def test_a_rejected_suggestion_is_a_wrong_name(world: World, made: Synthetic) -> None:
    look = made.look(3, 0.8, 1)
    small(world, made, [1], [look, made.look(1, 0.8, 1)])
    made.decide(1, look, "reject", 3)
    _, wrong, _ = counted(world)
    assert wrong >= 1
    assert latest(world).figures["said"] == 1


@pytest.mark.parametrize(
    "changes", [{"pack": "another"}, {"revision": "0"}, {"kind": "image"}], ids=["pack", "revision", "image"]
)
def test_other_packs_and_images_do_not_count(world: World, made: Synthetic, changes: dict[str, Any]) -> None:
    small(world, made, [1], [made.look(1, 0.8, 1)])
    made.analyse(2, [made.look(1, 0.8, 2)], **changes)
    world.stash.scene_rows["2"] = a_scene("2", performers=on(1))
    assert counted(world) == (1, 0, 1)


def test_scenes_without_performers_and_deleted_ones_do_not_count(world: World, made: Synthetic) -> None:
    small(world, made, [], [made.look(1, 0.8, 1)])
    made.analyse(2, [made.look(1, 0.8, 2)])
    assert counted(world) == (0, 0, 0)


def test_the_cast_to_check_is_listed_with_names_the_likeliest_mistakes_first(world: World, made: Synthetic) -> None:
    small(world, made, [1], [made.look(1, 0.9, 1), made.look(2, 0.9, 1)], scene=3)
    made.analyse(4, [made.look(3, 0.9, 4), made.look(4, 0.9, 4)])
    world.stash.scene_rows["4"] = a_scene("4", title="Mixed up", performers=on(3, 5))
    made.analyse(5, [made.look(6, 0.9, 5)])
    world.stash.scene_rows["5"] = a_scene("5", performers=on(6, 7))
    said = calibrate(world, a_calibration())
    listed = latest(world).figures["check_cast"]
    assert [(one["scene_id"], one["kind"], one["name"], one["both"]) for one in listed] == [
        ("4", "missing", "Performer 4", True),
        ("4", "not_seen", "Performer 5", True),
        ("3", "missing", "Performer 2", False),
        ("5", "not_seen", "Performer 7", False),
    ]
    assert (listed[0]["title"], listed[0]["performer_id"], listed[0]["frames"]) == ("Mixed up", "4", 6)
    assert listed[0]["probability"] > 0.95 > 0.1 > listed[1]["probability"]
    assert "Too little" in said
