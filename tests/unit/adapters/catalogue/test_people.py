"""Chains, wishes and changes of the people in catalogue.db."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.adapters.catalogue.conftest import BOX

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.core.catalogue.values import BoxPerson

NOW, THEN = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
ANN = BoxPerson(
    BOX, "a", "live", "Ann", "the first", ("Annie",), "FEMALE", "1990-05", None, "DE", ("https://x/ann",), (), (), None, 7, "u1"
)  # fmt: skip


def merged(box_id: str, heir: str | None) -> BoxPerson:
    return BoxPerson(BOX, box_id, "merged", box_id, heir=heir)


def test_details_come_back_as_they_were_stored(catalogue: SqliteCatalogue) -> None:
    assert catalogue.people.put(ANN, NOW)
    assert catalogue.people.details(BOX, "a") == ANN
    assert list(catalogue.people.all()) == [ANN]


def test_only_real_changes_count(catalogue: SqliteCatalogue) -> None:
    catalogue.people.put(ANN, NOW)
    assert not catalogue.people.put(ANN, THEN)
    assert not catalogue.people.put(replace(ANN, updated="u2", scene_count=8), THEN)
    assert catalogue.people.put(replace(ANN, updated="u2", country=None), THEN)


def test_a_change_seen_by_a_sweep_asks_for_the_details_again(catalogue: SqliteCatalogue) -> None:
    people = catalogue.people
    people.put(ANN, NOW)
    people.want(BOX, ["a"], 1)

    def unread(stale_before: str = "") -> list[str]:
        return people.to_read(BOX, stale_before=stale_before, now=THEN, by_scenes=True)

    assert (unread(), unread(THEN)) == ([], ["a"])
    catalogue.db.execute("UPDATE box_person SET updated = 'u2'")
    assert unread() == ["a"]
    people.put(replace(ANN, updated="u2"), THEN)
    assert unread() == []


def test_failed_look_ups_wait(catalogue: SqliteCatalogue) -> None:
    catalogue.people.want(BOX, ["a", "b"], 0)
    catalogue.people.failed(BOX, "a", "No answer.", THEN)
    assert catalogue.people.to_read(BOX, stale_before="", now=NOW, by_scenes=False) == ["b"]
    assert catalogue.people.to_read(BOX, stale_before="", now=THEN, by_scenes=False) == ["a", "b"]


def test_nobody_s_level_is_raised(catalogue: SqliteCatalogue) -> None:
    people = catalogue.people
    people.want(BOX, ["a"], 0)
    people.want(BOX, ["a", "b"], 1)
    assert [people.find(BOX, one).level for one in "ab"] == [0, 1]
    people.unwant(BOX)
    assert people.wanted(BOX) == []


def test_those_with_most_scenes_come_first(catalogue: SqliteCatalogue) -> None:
    for box_id, scenes in (("a", 1), ("b", None), ("c", 9)):
        catalogue.people.put(replace(ANN, box_id=box_id, name=box_id, scene_count=scenes, updated=None), NOW)
    catalogue.people.want_everybody(BOX)
    order = [catalogue.people.to_read(BOX, stale_before=THEN, now=THEN, by_scenes=one) for one in (True, False)]
    assert order == [["c", "a", "b"], ["a", "b", "c"]]
    catalogue.people.limit(BOX, 2, by_scenes=True)
    assert catalogue.people.wanted(BOX) == ["a", "c"]


def test_merges_are_followed_to_the_end(catalogue: SqliteCatalogue) -> None:
    people = catalogue.people
    for person in (merged("x", "y"), merged("y", "z"), replace(ANN, box_id="z")):
        people.put(person, NOW)
    assert people.settle_heirs(BOX) == []
    assert [people.find(BOX, one).heir for one in "xy"] == ["z", "z"]
    people.put(merged("x", "y"), THEN)
    assert people.find(BOX, "x").heir == "z", "what the server redirects to in the middle is known already"


def test_a_merge_into_a_deleted_one_leads_nowhere(catalogue: SqliteCatalogue) -> None:
    catalogue.people.put(merged("x", "y"), NOW)
    assert catalogue.people.settle_heirs(BOX) == ["y"]
    catalogue.people.put_gone(BOX, "y", NOW)
    assert catalogue.people.settle_heirs(BOX) == []
    assert catalogue.people.find(BOX, "x").heir is None


def test_a_ring_of_merges_is_broken(catalogue: SqliteCatalogue) -> None:
    for person in (merged("x", "y"), merged("y", "z"), merged("z", "x")):
        catalogue.people.put(person, NOW)
    assert catalogue.people.settle_heirs(BOX) == []
    assert {catalogue.people.find(BOX, one).heir for one in "xyz"} == {None}


def test_somebody_who_is_listed_again_is_read_again(catalogue: SqliteCatalogue) -> None:
    people, db = catalogue.people, catalogue.db
    people.put(ANN, NOW)
    people.put_gone(BOX, "a", NOW)
    db.execute("INSERT INTO sweep (endpoint, state, started_at, position) VALUES (?, 'finished', ?, '')", (BOX, NOW))
    for box_id, state in (("a", "live"), ("b", "live"), ("c", "deleted")):
        db.execute("INSERT INTO sweep_person VALUES (1, ?, 'Name', 'u1', 1, 1, ?, NULL)", (box_id, state))
    changes = people.absorb(BOX)
    assert (changes.new, changes.changed) == (1, 1)
    assert (people.find(BOX, "a").state, people.swept(BOX)) == ("listed", ["a", "b"])
    people.put(replace(ANN, box_id="d"), NOW)
    assert people.vanished(BOX) == ["d"]
