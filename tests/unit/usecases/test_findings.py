"""What the panel is told about suggestions, and what it cannot do."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.usecases.worlds import World

from stash_sense.core.curation.values import Finding, Subject
from stash_sense.errors import RequestError
from stash_sense.usecases.findings import LONGEST_REASON, dismiss, findings_page, restore


@pytest.fixture
def filled(world: World) -> World:
    with world.stores.transaction():
        for rule, count in (("untagged_scenes", 5), ("no_reference", 2)):
            for number in range(1, count + 1):
                subject = Subject("scene", str(number), f"Scene {number}")
                world.stores.findings.put(
                    Finding(rule, (subject,), 1.0, "Title", "Why.", {"n": number}, ("x",)), 1, "t1"
                )
    return world


def page(world: World, **how: Any) -> dict[str, Any]:
    return findings_page(
        world.stores, **{"rule": None, "state": "open", "sort": "oldest", "page": 1, "per_page": 3, **how}
    )


def test_totals_are_true_and_pages_complete(filled: World) -> None:
    first = page(filled)
    assert (first["total"], first["by_rule"]) == (7, {"no_reference": 2, "untagged_scenes": 5})
    ids = [one["finding_id"] for number in (1, 2, 3, 4) for one in page(filled, page=number)["items"]]
    assert ids == ["1", "2", "3", "4", "5", "6", "7"]
    one = page(filled, rule="no_reference")
    assert (one["total"], len(one["items"]), one["by_rule"]) == (2, 2, first["by_rule"])
    assert page(filled, rule="nothing")["total"] == 0


def test_a_finding_has_all_that_is_shown(filled: World) -> None:
    assert page(filled)["items"][0] == {
        "finding_id": "1",
        "rule": "untagged_scenes",
        "title": "Title",
        "why": "Why.",
        "confidence": 1.0,
        "evidence": {"n": 1},
        "actions": ["x"],
        "subjects": [{"kind": "scene", "id": "1", "name": "Scene 1", "crop": None}],
        "state": "open",
        "reason": None,
        "found_at": "t1",
        "dismissed_at": None,
    }


def test_dismissing_and_restoring_move_it_between_the_lists(filled: World) -> None:
    dismiss(filled.stores, 6, None, filled.clock)
    assert page(filled)["by_rule"] == {"no_reference": 1, "untagged_scenes": 5}
    assert [one["finding_id"] for one in page(filled, state="dismissed")["items"]] == ["6"]
    restore(filled.stores, 6, filled.clock)
    assert page(filled, state="dismissed")["total"] == 0


def test_what_is_gone_settled_or_too_long_is_refused_in_words(filled: World) -> None:
    for act in (
        lambda: dismiss(filled.stores, 99, None, filled.clock),
        lambda: restore(filled.stores, 99, filled.clock),
    ):
        with pytest.raises(RequestError, match="not in the list any more"):
            act()
    filled.stores.findings.close_others("no_reference", 2, "t2")
    with pytest.raises(RequestError, match="settled already"):
        dismiss(filled.stores, 6, None, filled.clock)
    with pytest.raises(RequestError, match="at most 200"):
        dismiss(filled.stores, 1, "x" * (LONGEST_REASON + 1), filled.clock)
