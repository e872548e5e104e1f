"""The rules about single scenes, performers and unknown people."""

from __future__ import annotations

from stash_sense.core.calibration.suspects import Suspect
from stash_sense.core.curation.cast_not_seen import cast_not_seen
from stash_sense.core.curation.no_reference import no_reference
from stash_sense.core.curation.outdated_stash_id import Outdated, outdated_stash_id
from stash_sense.core.curation.rules import in_words
from stash_sense.core.curation.snapshots import MediaFacts
from stash_sense.core.curation.unknown_in_many_scenes import unknown_in_many_scenes
from stash_sense.core.curation.untagged_scenes import untagged_scenes
from stash_sense.core.unknown_records import UnknownGroup

SCENE = MediaFacts("scene", "7", "Tea", ("3", "4"))
NAMES = {"3": "Mary Roe", "4": "Jane Doe", "5": "Zoe"}


def a_suspect(kind: str, performer: int, probability: float) -> Suspect:
    return Suspect("7", "Tea", kind, f"performer:{performer}", probability, 0)


def test_who_is_not_seen_is_told_with_who_is_seen_instead() -> None:
    (finding,) = cast_not_seen(SCENE, [a_suspect("missing", 5, 0.99), a_suspect("not_seen", 3, 0.02)], NAMES)
    assert finding.key == "performer:3 scene:7"
    assert finding.title == "Mary Roe is not seen in “Tea”"
    assert finding.why.endswith("Zoe is seen clearly and not on the cast.")
    assert (finding.confidence, finding.weight) == (0.95, 1.0), "a face turned away leaves no trace"
    assert finding.evidence["seen_instead"] == [{"performer_id": "5", "name": "Zoe", "probability": 0.99}]


def test_somebody_missing_alone_or_not_on_the_cast_any_more_is_no_finding() -> None:
    assert cast_not_seen(SCENE, [a_suspect("missing", 5, 0.99)], NAMES) == []
    assert cast_not_seen(SCENE, [a_suspect("not_seen", 9, 0.01)], NAMES) == []


def test_confidence_is_that_none_of_the_faces_is_theirs() -> None:
    (finding,) = cast_not_seen(SCENE, [a_suspect("not_seen", 3, 0.08)], NAMES)
    assert finding.confidence == 0.92


def test_unknown_people_count_from_three_scenes_and_pictures_on() -> None:
    groups = [UnknownGroup(1, "open", 2, 0, 2, 9), UnknownGroup(2, "open", 1, 2, 3, 1200)]
    (finding,) = unknown_in_many_scenes(groups)
    assert (finding.key, finding.weight) == ("unknown:2", 3.0)
    assert finding.title == "Somebody without a name is in 1 scene and 2 pictures"
    assert "1,200 good faces" in finding.why


def test_only_performers_on_scenes_miss_a_reference() -> None:
    without = [("3", "Mary Roe", "no_face"), ("4", "Jane Doe", "no_image"), ("5", "Zoe", "enrolled")]
    first, second = no_reference(without, {"3": 12, "5": 1})
    assert first.why == "Mary Roe is on 12 scenes, but no face was found in the performer's image."
    assert second.why == "Zoe is on 1 scene, but no usable face is known."
    assert first.weight > second.weight


def test_a_scene_with_performers_or_tags_that_exist_is_not_untagged() -> None:
    scenes = [
        MediaFacts("scene", "1", "A", ("3",)),
        MediaFacts("scene", "2", "B", (), ("8",)),
        MediaFacts("scene", "3", "C", ("99",), ("77",)),  # both are gone from Stash
        MediaFacts("scene", "4", "D"),
    ]
    found = list(untagged_scenes(scenes, performers={"3"}, tags={"8"}, analysed={"4"}))
    assert [(one.key, one.weight) for one in found] == [("scene:3", 0.0), ("scene:4", 1.0)]
    assert found[1].why == "Nothing says who or what is in it. People were seen in it."


def test_an_outdated_stash_id_says_what_became_of_it() -> None:
    gone = outdated_stash_id(Outdated("12", "Ann", "https://box.test/graphql", "a-1"))
    assert gone.key == "performer:12 https://box.test/graphql a-1"
    assert gone.why == "The person behind it was deleted on box.test."
    assert (gone.evidence["became"], gone.actions) == ("deleted", ("remove_stash_id",))
    merged = outdated_stash_id(Outdated("12", "Ann", "https://box.test/graphql", "a-1", "b-2", "Bea"))
    assert merged.why == "The person behind it was merged into Bea on box.test."
    assert (merged.evidence["became"], merged.actions) == ("merged", ("replace_stash_id",))


def test_a_run_is_summed_up_in_one_sentence() -> None:
    assert in_words({}) == "Nothing to suggest."
    assert in_words({"untagged_scenes": 1}) == "1 suggestion: 1 scene without performers and tags."
    counted = in_words({"outdated_stash_id": 2, "untagged_scenes": 1200})
    assert counted == "1,202 suggestions: 2 outdated stash ids, 1,200 scenes without performers and tags."
