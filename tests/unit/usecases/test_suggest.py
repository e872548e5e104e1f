"""Looking for suggestions: every rule over a library, again and again, while things change, are dismissed and get killed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.builders import a_calibration, cluster_rules, unit
from tests.curation import FactLibrary
from tests.fake_stash import SPACE
from tests.synthetic import Synthetic
from tests.unit.usecases.worlds import World

from stash_sense.core.curation import unknown_in_many_scenes
from stash_sense.core.curation.outdated_stash_id import Outdated, outdated_stash_id
from stash_sense.core.curation.values import Finding
from stash_sense.core.records import TagRecord
from stash_sense.usecases import findings as panel
from stash_sense.usecases.check_casts import CastChecker
from stash_sense.usecases.mean_faces import bounds_of, mean_faces
from stash_sense.usecases.ports import Performer
from stash_sense.usecases.scene_evidence import EvidenceReader
from stash_sense.usecases.suggest import Suggestions

BORN = {"birth_date": "1990-01-31"}


@pytest.fixture
def library() -> FactLibrary:
    """Jane Doe twice, Mary once; a scene without anything."""
    made = FactLibrary(tag_ids={"50", "60"})
    made.performer(1, "Jane Doe", **BORN)
    made.performer(2, "Jane Doe", disambiguation="2", **BORN)
    made.performer(3, "Mary Roe")
    made.scene(10, 1, 3)
    made.scene(11, tags=[50])
    made.scene(12)
    return made


def engine(world: World, library: FactLibrary, **parts: Any) -> Suggestions:
    return Suggestions(world.stores, library, world.clock, **parts)


def look(world: World, library: FactLibrary, *, full: bool = False, **parts: Any) -> str:
    return engine(world, library, **parts).run(world.report("find_suggestions"), full=full)


def shown(world: World, rule: str | None = None, state: str = "open") -> list[str]:
    page = panel.findings_page(world.stores, rule=rule, state=state, sort="confidence", page=1, per_page=100)
    assert page["total"] == len(page["items"])
    return [" ".join(f"{one['kind']}:{one['id']}" for one in item["subjects"]) for item in page["items"]]


def first(world: World, state: str = "open") -> dict[str, Any]:
    page = panel.findings_page(world.stores, rule=None, state=state, sort="oldest", page=1, per_page=1)
    found: dict[str, Any] = page["items"][0]
    return found


# --- A run ----------------------------------------------------------------------------------------------------------------


def test_every_rule_says_what_it_has_found(world: World, library: FactLibrary) -> None:
    said = look(world, library)
    assert said == "2 suggestions: 1 pair of performers that may be one person, 1 scene without performers and tags."
    assert shown(world, "duplicate_performers") == ["performer:1 performer:2"]
    assert shown(world, "untagged_scenes") == ["scene:12"]
    run = world.stores.runs.recent(1)[0]
    assert run.done == run.total > 0


def test_what_is_put_right_goes_away_and_what_comes_back_is_told_again(world: World, library: FactLibrary) -> None:
    look(world, library)
    library.scene(12, 3)
    library.performer(2, "Jane Doe", birth_date="1985-05-05")
    assert look(world, library) == "Nothing to suggest."
    library.scene(12)
    library.performer(2, "Jane Doe", disambiguation="2", **BORN)
    look(world, library)
    assert shown(world) == ["scene:12", "performer:1 performer:2"]


def test_what_is_said_follows_what_has_changed(world: World, library: FactLibrary) -> None:
    look(world, library)
    before = first(world)
    library.performer(2, "Jane Doe", disambiguation="the other", country="CZ", **BORN)
    library.performer(1, "Jane Doe", country="CZ", **BORN)
    look(world, library)
    after = first(world)
    assert (after["finding_id"], after["found_at"]) == (before["finding_id"], before["found_at"])
    assert after["confidence"] > before["confidence"]
    assert after["title"] == "Jane Doe and Jane Doe (the other) may be one person"
    assert after["subjects"][1]["name"] == "Jane Doe (the other)"


@pytest.mark.parametrize("kind", ["scene", "image"])
def test_two_on_one_scene_or_picture_are_two_people(world: World, library: FactLibrary, kind: str) -> None:
    look(world, library)
    library.scene(20, 1, 2, kind=kind)
    look(world, library)
    assert shown(world, "duplicate_performers") == []


def test_our_own_tags_and_tags_that_are_gone_say_nothing_about_a_scene(world: World, library: FactLibrary) -> None:
    with world.stores.transaction():
        world.stores.tags.put(TagRecord("done", "60", "Sense: done", True))
    library.scene(13, tags=[60])
    library.scene(14, tags=[999])
    look(world, library)
    assert shown(world, "untagged_scenes") == ["scene:12", "scene:13", "scene:14"]
    library.tag_ids.discard("50")
    look(world, library)
    assert sorted(shown(world, "untagged_scenes")) == ["scene:11", "scene:12", "scene:13", "scene:14"]


# --- Gone, dismissed, killed ------------------------------------------------------------------------------------------------


def test_deleted_and_merged_objects_take_their_findings_with_them(world: World, library: FactLibrary) -> None:
    look(world, library)
    panel.dismiss(world.stores, int(first(world)["finding_id"]), "sisters", world.clock)
    library.merge(2, 1)
    library.destroy("scene", 12)
    assert look(world, library) == "Nothing to suggest."
    assert shown(world, state="dismissed") == []


def test_a_dismissed_one_stays_dismissed_and_can_be_restored(world: World, library: FactLibrary) -> None:
    look(world, library)
    number = int(first(world)["finding_id"])
    said = panel.dismiss(world.stores, number, "sisters", world.clock)
    assert (said["state"], said["reason"]) == ("dismissed", "sisters")
    library.performer(2, "Jane Doe", country="CZ", **BORN)
    look(world, library)
    assert shown(world, "duplicate_performers") == []
    assert first(world, "dismissed")["reason"] == "sisters"
    said = panel.restore(world.stores, number, world.clock)
    assert (said["state"], said["reason"]) == ("open", None)
    assert shown(world, "duplicate_performers") == ["performer:1 performer:2"]


def test_a_run_killed_anywhere_is_finished_by_the_next_one(world: World, library: FactLibrary) -> None:
    for number in range(100, 400):
        library.scene(number)
    for dies_after in (0, 3, 120, 250, 305):
        library.dies_after = dies_after
        try:
            look(world, library, full=True)
        except KeyboardInterrupt:
            continue
    library.dies_after = None
    look(world, library)
    assert world.stores.findings.by_rule("open") == {"duplicate_performers": 1, "untagged_scenes": 301}


def test_a_rule_killed_in_the_middle_closes_nothing(
    world: World, library: FactLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100, 110):
        library.scene(number)
    look(world, library)
    monkeypatch.setattr("stash_sense.usecases.suggest.CHUNK", 3)
    put, left = type(world.stores.findings).put, [7]

    def dying(store: Any, *args: Any, **how: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        put(store, *args, **how)

    with monkeypatch.context() as patch:
        patch.setattr(type(world.stores.findings), "put", dying)
        with pytest.raises(KeyboardInterrupt):
            look(world, library)
    assert world.stores.findings.by_rule("open") == {"duplicate_performers": 1, "untagged_scenes": 11}
    library.scene(100, 3)
    look(world, library)
    assert world.stores.findings.by_rule("open") == {"duplicate_performers": 1, "untagged_scenes": 10}


# --- With faces ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def made(world: World) -> Synthetic:
    return Synthetic(world.stores, SPACE)


def faces_of(world: World) -> Any:
    def faces() -> Any:
        templates = mean_faces(world.stores, SPACE)
        bounds = bounds_of(cluster_rules(), a_calibration().scoring, agree=0.4, people=20)
        return (templates, bounds) if templates else None

    return faces


def checker(world: World) -> CastChecker:
    calibration = a_calibration()
    return CastChecker(
        world.stores, EvidenceReader(world.stores, world.matcher(), calibration), calibration, world.clock
    )


def test_faces_join_namesakes(world: World, library: FactLibrary, made: Synthetic) -> None:
    library.performer(1, "Jane Doe")
    library.performer(2, "Jane Doe", disambiguation="2")
    look(world, library, faces=faces_of(world))
    assert shown(world, "duplicate_performers") == []
    looks = [made.look(1, 0.9, seed) for seed in range(4)]
    made.enrol({1: looks[:2], 2: looks[2:], 3: [made.centre(3)]})
    look(world, library, faces=faces_of(world))
    assert shown(world, "duplicate_performers") == ["performer:1 performer:2"]


def test_a_mean_face_is_the_mean_also_across_chunks(
    world: World, made: Synthetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stash_sense.usecases.mean_faces.CHUNK", 2)
    looks = [made.look(1, 0.8, seed) for seed in range(5)]
    made.enrol({1: looks, 2: [made.centre(2)], 3: []})
    found = mean_faces(world.stores, SPACE)
    assert found is not None
    assert (list(found.ids), list(found.references)) == (["1", "2"], [5, 1])
    assert np.allclose(found.vectors[0], unit(np.sum(looks, axis=0)), atol=2e-3)


def test_a_look_alike_has_to_be_the_likelier_the_larger_the_library() -> None:
    rules, scoring = cluster_rules(), a_calibration().scoring
    small, large = (bounds_of(rules, scoring, agree=0.4, people=people).alone for people in (100, 100_000))
    assert 0.4 <= small < large
    assert bounds_of(rules, scoring, agree=None, people=2).agree == rules.unknown_person


def test_a_performer_on_a_scene_without_a_reference_is_told(
    world: World, library: FactLibrary, made: Synthetic
) -> None:
    made.enrol({1: [made.centre(1)], 2: [], 3: []})
    look(world, library)
    assert shown(world, "no_reference") == ["performer:3"], "the second one is on no scene"
    assert first(world)["rule"] == "duplicate_performers"


def test_somebody_on_the_cast_who_is_never_seen_is_told_until_that_changes(
    world: World, library: FactLibrary, made: Synthetic
) -> None:
    made.enrol({number: [made.centre(number)] for number in range(1, 21)})
    made.analyse(10, [made.look(1, 0.9, 1)])
    look(world, library, casts=checker(world))
    assert shown(world, "cast_not_seen") == ["scene:10 performer:3"]
    library.scene(10, 1)
    look(world, library, casts=checker(world))
    assert shown(world, "cast_not_seen") == []


def test_a_scene_is_matched_again_only_if_something_has_changed(
    world: World, library: FactLibrary, made: Synthetic, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.enrol({number: [made.centre(number)] for number in range(1, 21)})
    made.analyse(10, [made.look(1, 0.9, 1)])
    matched: list[str] = []
    evidence = EvidenceReader.evidence

    def counting(reader: EvidenceReader, media: Any, *rest: Any) -> Any:
        matched.append(media.stash_id)
        return evidence(reader, media, *rest)

    monkeypatch.setattr(EvidenceReader, "evidence", counting)
    for _ in range(2):
        look(world, library, casts=checker(world))
        assert (matched, shown(world, "cast_not_seen")) == (["10"], ["scene:10 performer:3"])
    made.enrol({21: [made.centre(21)]})
    look(world, library, casts=checker(world))
    assert (matched, shown(world, "cast_not_seen")) == (["10", "10"], ["scene:10 performer:3"])


def test_without_anything_to_check_casts_with_what_was_said_stays(
    world: World, library: FactLibrary, made: Synthetic
) -> None:
    made.enrol({number: [made.centre(number)] for number in range(1, 21)})
    made.analyse(10, [made.look(1, 0.9, 1)])
    look(world, library, casts=checker(world))
    look(world, library)
    assert shown(world, "cast_not_seen") == ["scene:10 performer:3"]


def test_unknown_people_in_many_scenes_are_told(world: World, library: FactLibrary, made: Synthetic) -> None:
    for scene in range(30, 30 + unknown_in_many_scenes.LEAST):
        made.analyse(scene, [made.look(70, 0.95, scene)])
    world.unknown().regroup()
    look(world, library)
    (group,) = shown(world, "unknown_in_many_scenes")
    assert group.startswith("unknown:")


def test_outdated_stash_ids_come_from_what_boxes_have_told(world: World, library: FactLibrary) -> None:
    library.performer(3, "Mary Roe", stash_ids=(("https://box.test/graphql", "a-1"),))

    def outdated(performers: list[Performer]) -> list[Finding]:
        return [
            outdated_stash_id(Outdated(one.id, one.name, link.endpoint, link.stash_id))
            for one in performers
            for link in one.stash_ids
        ]

    look(world, library, outdated=outdated)
    assert shown(world, "outdated_stash_id") == ["performer:3"]
    look(world, library)
    assert shown(world, "outdated_stash_id") == ["performer:3"], (
        "the gallery builder's word stands where it is not asked"
    )
    library.destroy("performer", 3)
    look(world, library)
    assert shown(world, "outdated_stash_id") == []
