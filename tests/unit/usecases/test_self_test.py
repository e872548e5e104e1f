"""The self-test over a fake library: what it says, and that it leaves no trace but its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from tests.fake_stash import jpeg
from tests.unit.usecases.worlds import World

from stash_sense.errors import DecodeError, ServerError, SetupError
from stash_sense.usecases.observe import Observer
from stash_sense.usecases.self_test import Part, Rehearsal, SelfTest
from stash_sense.usecases.stopwatch import Stopwatch, TimedEncoder, TimedFrames


def raising(error: Exception) -> Callable[[], str]:
    def look() -> str:
        raise error

    return look


def fine() -> str:
    return "fine"


def rehearsal(world: World) -> Rehearsal:
    ticks = count()
    watch = Stopwatch(lambda: float(next(ticks)))
    frames, encoder = TimedFrames(world.videos, watch), TimedEncoder(world.encoder, watch)
    observer = Observer(frames, world.pictures, world.stash, encoder, 0.7)
    return Rehearsal(replace(world.identifier(), observer=observer, rehearsal=True), watch)


def a_test(world: World, **changes: Any) -> SelfTest:
    parts: dict[str, Any] = {
        "parts": (Part("folder", "Data folder", fine), Part("database", "Database", fine)),
        "models": Part("models", "Models", fine),
        "rehearse": lambda: rehearsal(world),
        "matcher": world.matcher,
        "recall": lambda: {"1": 0.6, "2": 0.8, "4": 0.9},
        "clock": world.clock,
    }
    return SelfTest(world.stores, **{**parts, **changes})


def result(world: World) -> dict[str, Any]:
    found = world.stores.self_tests.last()
    assert found is not None
    return found[1]


def levels(world: World) -> dict[str, str]:
    return {row["key"]: row["level"] for row in result(world)["rows"]}


def dump(world: World) -> list[str]:
    """Everything in sense.db but the runs and the result."""
    return [
        line
        for line in world.stores.db.iterdump()
        if not line.startswith(('INSERT INTO "run"', 'INSERT INTO "self_test"'))
    ]


def test_everything_works(jane: World) -> None:
    before, writes = dump(jane), list(jane.stash.writes)
    said = a_test(jane).run(jane.report("self_test"))
    told = result(jane)
    assert set(levels(jane).values()) == {"ok"}
    assert said.startswith("Everything works. A scene takes ")
    assert told["speed"]["scenes"] == 1
    assert (told["speed"]["with_faces"], told["speed"]["people"], told["speed"]["named"]) == (1, 2, 1)
    assert all(seconds > 0 for stage, seconds in told["speed"]["stages"].items())
    assert told["references"]["expected_recall"] == 0.6
    assert told["estimate"]["scenes"] == 0, "scene 1 has been analysed"
    assert (dump(jane), jane.stash.writes) == (before, writes), "nothing is stored or tagged"
    assert jane.shares[-1] == 1.0


def test_scenes_are_taken_evenly_and_those_that_wait_are_counted(jane: World) -> None:
    seen: list[str] = []
    for number in range(2, 42):
        jane.stash.add_scene(str(number))
        jane.videos.seen[f"/videos/{number}.mp4"] = lambda second: [1]
    jane.stash.add_scene("99", path=None)
    frames = jane.videos.frames
    jane.videos.frames = lambda path, seconds, **how: (seen.append(path), frames(path, seconds, **how))[1]
    said = a_test(jane).run(jane.report())
    assert result(jane)["speed"]["scenes"] == 8
    numbers = sorted({int(path.removeprefix("/videos/").removesuffix(".mp4")) for path in seen})
    assert numbers[0] <= 5
    assert numbers[-1] >= 37
    assert result(jane)["estimate"]["scenes"] == 41
    assert "41 scenes to be analysed: about" in said


def test_a_failing_part_never_stops_the_others(jane: World) -> None:
    parts = (
        Part("folder", "Data folder", raising(SetupError("It is full: make room there."))),
        Part("disk", "Disk space", raising(OSError(5, "broken"))),
        Part("database", "Database", raising(ServerError("Stash is away."))),
    )
    said = a_test(jane, parts=parts).run(jane.report())
    assert levels(jane) == {
        "folder": "failed", "disk": "failed", "database": "failed", "models": "ok", "gallery": "ok", "scenes": "ok", "performers": "ok",
    }  # fmt: skip
    rows = {row["key"]: row["text"] for row in result(jane)["rows"]}
    assert rows["folder"] == "It is full: make room there."
    assert rows["disk"] == "It does not work here (OSError). Run “Set up or repair”."
    assert rows["database"] == "Stash is away."
    assert said.startswith("To be looked after: data folder, disk space, database.")


def test_a_package_without_its_files_is_told_and_a_mistake_of_ours_is_not_hidden(jane: World) -> None:
    empty = raising(AttributeError("module 'onnxruntime' has no attribute 'InferenceSession'"))
    a_test(jane, models=Part("models", "Models", empty)).run(jane.report())
    assert levels(jane)["models"] == "failed"
    with pytest.raises(AttributeError):
        a_test(jane, parts=(Part("folder", "Data folder", empty),)).run(jane.report())


def test_without_models_no_scene_is_tried(jane: World) -> None:
    broken = Part(
        "models", "Models", raising(SetupError("detector.onnx is damaged. Run “Set up or repair”.")), "set_up"
    )
    test = a_test(jane, models=broken, rehearse=raising(AssertionError()), recall=raising(SetupError("No pack.")))
    test.run(jane.report())
    assert levels(jane) == {"folder": "ok", "database": "ok", "models": "failed", "performers": "ok"}
    assert (result(jane)["speed"], result(jane)["estimate"], result(jane)["references"]["measured"]) == (
        None,
        None,
        False,
    )


def test_missing_files_are_counted_and_the_rest_is_measured(jane: World) -> None:
    jane.stash.add_scene("2")
    probe = jane.videos.probe

    def gone(path: str) -> Any:
        if "2" in path:
            raise DecodeError("The file is not there: run Stash's Clean task.")
        return probe(path)

    jane.videos.probe = gone
    a_test(jane).run(jane.report())
    row = next(row for row in result(jane)["rows"] if row["key"] == "scenes")
    assert (row["level"], row["text"]) == (
        "failed",
        "1 of 2 scenes could not be read. The file is not there: run Stash's Clean task.",
    )
    assert result(jane)["speed"]["scenes"] == 1


def test_no_scenes_no_performers(world: World) -> None:
    a_test(world).run(world.report())
    told = {row["key"]: row for row in result(world)["rows"]}
    assert told["scenes"]["text"].endswith("yet. Add scenes to Stash and run its Scan task.")
    assert told["gallery"]["text"] == "Nobody can be recognised yet. Run “Update gallery”."
    assert told["performers"]["fix"] == "update_gallery"


def test_scenes_without_a_face_are_a_reason_to_look(jane: World) -> None:
    jane.videos.seen["/videos/1.mp4"] = lambda second: []
    a_test(jane).run(jane.report())
    row = next(row for row in result(jane)["rows"] if row["key"] == "scenes")
    assert row["level"] == "failed"
    assert "Smallest face" in row["text"]


def test_performers_without_a_face_are_named_with_a_remedy(jane: World) -> None:
    jane.stash.add_performer("Zoe")
    jane.update_gallery()
    a_test(jane).run(jane.report())
    row = next(row for row in result(jane)["rows"] if row["key"] == "performers")
    assert row["level"] == "warning"
    assert row["text"].startswith("1 of 3 have no face to be recognised by. Give them an image in Stash, ")


def test_an_index_that_loses_faces_is_found_out(jane: World) -> None:
    class Blind:
        def __init__(self, vectors: Any) -> None:
            self.size = len(vectors)

        def nearest(self, probes: Any, k: int) -> list[list[Any]]:
            return [[] for _ in probes]

    def matcher() -> Any:
        made = jane.matcher()
        made.make_index = Blind
        return made

    a_test(jane, matcher=matcher).run(jane.report())
    row = next(row for row in result(jane)["rows"] if row["key"] == "gallery")
    assert row["text"] == "2 of 2 faces were not found again. Run “Update gallery”."


def test_a_kill_before_the_end_leaves_the_earlier_result(jane: World) -> None:
    a_test(jane).run(jane.report())
    before = jane.stores.self_tests.last()
    with pytest.raises(KeyboardInterrupt):
        a_test(jane, parts=(Part("x", "X", raising(KeyboardInterrupt())),)).run(jane.report())
    assert jane.stores.self_tests.last() == before


def test_decisions_made_with_another_pack_are_left_alone(jane: World) -> None:
    """A real analysis gives them the template of the new track; a rehearsal must not, since the old analysis stays."""
    jane.choose(jane.track_of("Jane"), "reject")
    jane.stores.db.execute("UPDATE decision SET pack = 'old'")
    jane.stores.db.execute("UPDATE media SET pack = 'old'")
    before = jane.stores.db.execute("SELECT pack, template FROM decision").fetchall()
    a_test(jane).run(jane.report())
    assert jane.stores.db.execute("SELECT pack, template FROM decision").fetchall() == before


def test_the_person_performers_image_counts_as_one_reference(world: World) -> None:
    world.stash.add_performer("Jane", image=jpeg(1))
    world.update_gallery()
    a_test(world).run(world.report())
    assert [group["people"] for group in result(world)["references"]["groups"]] == [0, 1, 0, 0]
