"""Suggestions with real processes: found, put right in Stash, dismissed, restored, and a run killed in the middle."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from tests.journeys.shapes import ANY, NUMBER, TEXT, WHOLE, Maybe, OneOf, mismatch
from tests.journeys.test_kill import assert_whole, by_signal, by_stop, killed, on_request
from tests.journeys.world import World, assert_plain_words, library_of
from tests.packages import REVISION
from tests.standin.store import StashError
from tests.synthetic import Synthetic

from stash_sense.adapters.locks import held
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.values import EmbeddingSpace

pytestmark = pytest.mark.journey

TASK = "Look for suggestions"
SPACE = EmbeddingSpace("compact", REVISION, 512)
FINDING = {
    "finding_id": TEXT,
    "rule": TEXT,
    "title": TEXT,
    "why": TEXT,
    "confidence": NUMBER,
    "evidence": ANY,
    "actions": [TEXT],
    "subjects": [
        {"kind": OneOf("performer", "scene", "image", "unknown"), "id": TEXT, "name": TEXT, "crop": Maybe(TEXT)}
    ],
    "state": OneOf("open", "dismissed"),
    "reason": Maybe(TEXT),
    "found_at": TEXT,
    "dismissed_at": Maybe(TEXT),
}
PAGE = {"total": WHOLE, "by_rule": ANY, "page": WHOLE, "per_page": WHOLE, "items": [FINDING]}
SPITEFUL = "<img src=x onerror=alert(1)>"


@pytest.fixture
def library(enrolled: World) -> World:
    """The small library; a performer twice with a name that is HTML, and 120 scenes with nobody and nothing."""
    first = enrolled.stash.add_performer(SPITEFUL, birthdate="1990-01-31", urls=["https://twitter.com/spiteful"])
    second = enrolled.stash.add_performer(SPITEFUL, disambiguation="2", urls=["x.com/Spiteful"])
    enrolled.ids |= {"first": first.id, "second": second.id}
    enrolled.stash.add_scene(None, title="Hers", performers=[first.id])
    for number in range(120):
        enrolled.ids[f"Bare {number}"] = enrolled.stash.add_scene(None, title=f"Bare {number}").id
    return enrolled


def findings(world: World, **args: Any) -> dict[str, Any]:
    found: dict[str, Any] = world.stash.operation({"mode": "findings", **args})
    assert mismatch(PAGE, found) is None
    return found


def pair(world: World, **args: Any) -> dict[str, Any]:
    (found,) = findings(world, rule="duplicate_performers", **args)["items"]
    return dict(found)


def test_suggestions_are_found_and_nothing_is_written(library: World) -> None:
    before = library_of(library.stash)
    said = library.run(TASK)
    assert_plain_words(said)
    counts = findings(library)["by_rule"]
    assert counts["duplicate_performers"] == 1
    assert counts["untagged_scenes"] == 122, "with two of the small library's scenes"
    assert said.startswith(f"{sum(counts.values())} suggestions: 1 pair of performers that may be one person")
    found = pair(library)
    assert [one["name"] for one in found["subjects"]] == [SPITEFUL, f"{SPITEFUL} (2)"]
    assert found["why"].startswith("The same page on x")
    assert library_of(library.stash) == before
    run = library.last_run()
    assert (run["kind"], run["state"], run["done"]) == ("find_suggestions", "finished", run["total"])


def test_the_second_run_reads_only_what_has_changed(library: World) -> None:
    library.stash.store.clock_shift_s = -86_400  # what is there has been there for a day
    for row in [*library.stash.store.scenes.values(), *library.stash.store.performers.values()]:
        library.stash.store.touch(row)
    library.stash.store.clock_shift_s = 0
    library.run(TASK)
    changed = library.stash.store.scenes[library.ids["Bare 7"]]
    changed.performer_ids = [library.ids["first"]]
    library.stash.store.touch(changed)
    library.run(TASK)
    seen = len(library.stash.requests)
    library.run(TASK)
    asked = library.stash.requests[seen:]
    assert asked.count("StashSense_FactsScenes") == 1
    assert findings(library)["by_rule"]["untagged_scenes"] == 121


def test_a_merge_or_a_scene_together_ends_the_matter(library: World) -> None:
    library.run(TASK)
    number = pair(library)["finding_id"]
    scene = library.stash.store.scenes[library.ids["Bare 1"]]
    scene.performer_ids = [library.ids["first"], library.ids["second"]]
    library.stash.store.touch(scene)
    library.run(TASK)
    assert findings(library, rule="duplicate_performers")["items"] == []
    scene.performer_ids = []
    library.stash.store.touch(scene)
    library.run(TASK)
    assert pair(library)["finding_id"] == number
    performers = library.stash.store.performers
    library.stash.merge_performers(performers[library.ids["second"]], performers[library.ids["first"]])
    library.run(TASK)
    assert findings(library, rule="duplicate_performers")["total"] == 0
    assert library.rows("SELECT COUNT(*) FROM finding WHERE rule = 'duplicate_performers'") == [(0,)]


def test_what_was_dismissed_stays_so_until_it_is_restored(library: World) -> None:
    library.run(TASK)
    number = pair(library)["finding_id"]
    said = library.stash.operation({"mode": "dismiss", "finding_id": number, "reason": "Two people"})["finding"]
    assert mismatch(FINDING, said) is None
    library.run(TASK, {"full": "true"})
    assert "duplicate_performers" not in findings(library)["by_rule"]
    assert pair(library, state="dismissed")["reason"] == "Two people"
    library.stash.operation({"mode": "restore", "finding_id": number})
    assert pair(library)["finding_id"] == number


def test_somebody_on_the_cast_who_is_never_seen_is_told(library: World) -> None:
    with closing(open_database(library.data)) as db:
        made = Synthetic(SqliteStores(db), SPACE)
        ids = [library.stash.add_performer(f"Actor {number}").id for number in range(20)]
        made.enrol({one: [made.centre(one)] for one in ids})
        scene = library.stash.add_scene(None, title="Tea", performers=ids[:2])
        made.analyse(scene.id, [made.look(ids[0], 0.95, 1)])
    library.run(TASK)
    (found,) = findings(library, rule="cast_not_seen")["items"]
    assert [one["name"] for one in found["subjects"]] == ["Tea", "Actor 1"]
    assert found["confidence"] > 0.9


@pytest.mark.parametrize("kill", [by_stop, by_signal])
@pytest.mark.parametrize("request_name", ["StashSense_FactsScenes", "StashSense_FactsTagIds"])
def test_a_run_killed_in_the_middle_is_finished_by_the_next(library: World, kill: Any, request_name: str) -> None:
    assert killed(library, TASK, on_request(request_name), kill)
    assert_whole(library)
    library.run(TASK)
    assert findings(library)["by_rule"]["untagged_scenes"] == 122
    assert pair(library)["state"] == "open"


def test_there_is_only_one_run_at_a_time(library: World) -> None:
    with held(library.data / "suggestions.lock") as mine:
        assert mine
        assert library.fail(TASK) == "Suggestions are being looked for already: wait until that is done."
    library.run(TASK)


@pytest.mark.parametrize(
    "args",
    [
        {"mode": "findings", "state": "closed"},
        {"mode": "findings", "sort": "beauty"},
        {"mode": "findings", "page": "x"},
        {"mode": "dismiss"},
        {"mode": "dismiss", "finding_id": "4711"},
        {"mode": "restore", "finding_id": "x"},
    ],
    ids=str,
)
def test_an_impossible_wish_is_answered_with_a_sentence(enrolled: World, args: dict[str, Any]) -> None:
    with pytest.raises(StashError) as refused:
        enrolled.stash.operation(args)
    assert_plain_words(str(refused.value))


def test_before_the_first_run_the_list_is_empty(enrolled: World) -> None:
    assert findings(enrolled, page=7) == {"total": 0, "by_rule": {}, "page": 7, "per_page": 25, "items": []}
