"""What the rules ask of Stash: everything or what has changed, by ascending id."""

from __future__ import annotations

from typing import Any

import pytest
from tests.fakes import FakeTransport

from stash_sense.adapters.stash.facts import IDS_PER_PAGE, StashFacts, earlier
from stash_sense.adapters.stash.paging import PAGE
from stash_sense.core.curation.snapshots import MediaFacts, PerformerFacts

PERFORMER = {
    "id": "4", "name": "Jane", "disambiguation": None, "alias_list": ["JD"], "urls": None, "gender": None, "birthdate": None,
    "country": None, "stash_ids": [{"endpoint": "https://box/graphql", "stash_id": "a"}],
}  # fmt: skip


def a_scene(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(number),
        "title": "",
        "files": [{"basename": f"{number}.mp4"}],
        "performers": [],
        "tags": [],
        **changes,
    }


def scenes(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"findScenes": {"scenes": list(rows)}}


def test_performers_that_have_changed_are_listed_and_looked_up() -> None:
    listed = {"findPerformers": {"performers": [{"id": "2"}, {"id": "4"}]}}
    transport = FakeTransport(
        {
            "StashSense_FactsPerformerIds": listed,
            "StashSense_FactsPerformers": {"findPerformers": {"performers": [PERFORMER]}},
        }
    )
    facts = StashFacts(transport)
    found = list(facts.changed("performer", since="2026-01-31T12:00:00+01:00", after="2"))
    assert found == [PerformerFacts("4", "Jane", "", ("JD",), (("https://box/graphql", "a"),))]
    (asked,) = transport.variables("StashSense_FactsPerformerIds")
    assert asked["filter"] == {"updated_at": {"value": "2026-01-31T10:00:00+01:00", "modifier": "GREATER_THAN"}}
    assert transport.variables("StashSense_FactsPerformers") == [{"ids": ["4"]}]
    assert facts.ids("performer") == ["2", "4"]


def test_scenes_go_by_id_from_where_a_sweep_was_cut_short() -> None:
    row = a_scene(PAGE + 7, title="Tea", performers=[{"id": "4"}], tags=[{"id": "1"}])
    first = [a_scene(number) for number in range(8, PAGE + 8)][:-1]
    transport = FakeTransport({"StashSense_FactsScenes": [scenes(*first, row), scenes()]})
    found = list(StashFacts(transport).changed("scene", since=None, after="7"))
    assert found[0] == MediaFacts("scene", "8", "8.mp4")
    assert found[-1] == MediaFacts("scene", str(PAGE + 7), "Tea", ("4",), ("1",))
    filters = [asked["filter"] for asked in transport.variables("StashSense_FactsScenes")]
    assert filters == [{"id": {"value": value, "modifier": "GREATER_THAN"}} for value in (7, PAGE + 7)]


def test_pictures_are_read_only_if_they_tell_people_apart() -> None:
    row = {"id": "3", "title": "", "visual_files": [], "performers": [{"id": "4"}, {"id": "5"}], "tags": []}
    transport = FakeTransport(
        {
            "StashSense_FactsImages": {"findImages": {"images": [row]}},
            "StashSense_FactsImageIds": {"findImages": {"images": [{"id": "3"}]}},
        }
    )
    facts = StashFacts(transport)
    assert list(facts.changed("image", since="2026-01-31T12:00:00Z", after="0")) == [
        MediaFacts("image", "3", "", ("4", "5"))
    ]
    assert facts.ids("image") == ["3"]
    for name in ("StashSense_FactsImages", "StashSense_FactsImageIds"):
        (asked,) = transport.variables(name)
        assert asked["filter"]["performer_count"] == {"value": 1, "modifier": "GREATER_THAN"}
    assert transport.variables("StashSense_FactsImageIds")[0]["page"]["per_page"] == IDS_PER_PAGE


def test_the_newest_change_is_asked_for_and_there_may_be_none() -> None:
    transport = FakeTransport(
        {
            "StashSense_NewestScene": {"findScenes": {"scenes": [{"updated_at": "2026-01-31T12:00:00Z"}]}},
            "StashSense_NewestImage": {"findImages": {"images": []}},
            "StashSense_FactsTagIds": {"findTags": {"tags": [{"id": "1"}, {"id": "2"}]}},
        }
    )
    facts = StashFacts(transport)
    assert (facts.newest("scene"), facts.newest("image")) == ("2026-01-31T12:00:00Z", None)
    assert facts.tags() == {"1", "2"}


@pytest.mark.parametrize(
    ("instant", "before"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T10:00:00Z"),
        ("2026-03-01T01:30:00.123456+01:00", "2026-02-28T23:30:00+01:00"),
        ("2026-01-31T12:00:00.5-08:00", "2026-01-31T10:00:00-08:00"),
    ],
)
def test_an_instant_is_put_back_in_its_own_zone(instant: str, before: str) -> None:
    assert earlier(instant) == before
