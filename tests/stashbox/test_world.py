"""The model behaves as the running server that was measured (shared/docs/stash-box-measured.md)."""

from __future__ import annotations

import pytest
from tests.stashbox.random_worlds import a_world
from tests.stashbox.simple_loop import simple_loop
from tests.stashbox.world import BoxWorld, Filters, TooLarge, WorldPerson, rfc3339
from tests.stashbox.world_box import WorldBox


def a_box(*names: str, **shape: int) -> BoxWorld:
    world = BoxWorld(**shape)
    for name in names:
        world.create(WorldPerson(name.lower(), name))
    return world


def ids(world: BoxWorld, *, filters: Filters = Filters(), per_page: int = 100) -> list[str]:  # noqa: B008 — a constant
    return [person.id for person in world.query_performers(1, per_page, "NAME", "ASC", filters)[1]]


def test_rows_are_always_as_many_as_the_count_while_ids_repeat_and_the_holes_stay() -> None:
    world = a_world(1, people=120, page_cap=None)
    world.ties, world.refuse_rows, world.refuse_per_page = "page", None, None
    first, second = (simple_loop(WorldBox(world), per_page=10) for _ in range(2))
    assert first.rows == len(world.live())
    assert len(first.ids) < len(world.live())
    assert first.ids == second.ids


def test_without_ties_nothing_is_lost_while_nobody_writes() -> None:
    world = a_box(*(f"N{number:03d}" for number in range(95)))
    assert simple_loop(WorldBox(world), per_page=10).ids == world.live()


def test_one_page_with_everybody_has_no_holes() -> None:
    world = a_world(2, people=120, page_cap=None)
    world.refuse_rows = world.refuse_per_page = None
    count, rows = world.query_performers(1, 10_000)
    assert count == len(rows) == len({row.id for row in rows})


@pytest.mark.parametrize(("page", "per_page", "rows"), [(1, 0, 25), (0, 10, 10), (-3, 10, 10), (4, 10, 0), (3, 13, 4)])
def test_odd_pages_are_answered(page: int, per_page: int, rows: int) -> None:
    world = a_box(*(f"N{number}" for number in range(30)))
    count, found = world.query_performers(page, per_page)
    assert (count, len(found)) == (30, rows)


def test_caps_are_silent_and_refusals_are_not() -> None:
    world = a_box("A", "B", "C", page_cap=2)
    assert ids(world) == ["a", "b"]
    world.page_cap, world.refuse_rows = None, 2
    with pytest.raises(TooLarge):
        ids(world)
    assert ids(world, per_page=2) == ["a", "b"]
    world.refuse_per_page = 1
    with pytest.raises(TooLarge):
        ids(world, per_page=2)


def test_names_are_searched_as_patterns() -> None:
    world = a_box("Jane Doe", "JANE", "J_ne", "100%")
    assert ids(world, filters=Filters(name="jane")) == ["jane", "jane doe"]
    assert ids(world, filters=Filters(name="j_ne")) == ["jane", "j_ne", "jane doe"]
    assert ids(world, filters=Filters(name="j\\_ne")) == ["j_ne"]
    assert ids(world, filters=Filters(name='"Jane Doe"')) == []


def test_gender_and_birth_year_filter() -> None:
    world = a_box("A", "B", "C")
    world.people["a"].gender, world.people["a"].birth_date = "FEMALE", "1990-05"
    assert ids(world, filters=Filters(gender="FEMALE")) == ["a"]
    assert ids(world, filters=Filters(gender="UNKNOWN")) == ["b", "c"]
    assert ids(world, filters=Filters(birth_year=1990)) == ["a"]
    assert ids(world, filters=Filters(birth_year=1989, birth_year_modifier="NOT_EQUALS")) == ["a"]


def test_merges_are_rewritten_to_the_last_target() -> None:
    world = a_box("X", "Y", "Z")
    world.merge("x", "y")
    world.merge("y", "z")
    assert [world.people[box_id].merged_into_id for box_id in "xy"] == ["z", "z"]
    assert (world.merged_ids("z"), world.merged_ids("y")) == (["x", "y"], [])
    assert world.live() == {"z"}


def test_a_target_that_is_deleted_afterwards_keeps_its_redirects() -> None:
    world = a_box("X", "Y")
    world.merge("x", "y")
    world.soft_delete("y")
    assert (world.people["x"].merged_into_id, world.merged_ids("y")) == ("y", ["x"])
    assert world.live() == set()


def test_a_soft_deletion_clears_lists_and_moves_updated() -> None:
    world = a_box("X")
    person = world.people["x"]
    person.aliases, before = ["Y"], person.updated
    world.soft_delete("x")
    assert (person.aliases, person.updated > before) == ([], True)


def test_a_hard_deletion_leaves_nothing() -> None:
    world = a_box("X")
    world.hard_delete("x")
    assert world.find_performer("x") is None


def test_instants_are_written_with_trailing_zeros_cut() -> None:
    assert rfc3339(86_400_000_000 + 7_200_000_000) == "2020-01-02T02:00:00Z"
    assert rfc3339(39) == "2020-01-01T00:00:00.000039Z"
    assert rfc3339(500_000) == "2020-01-01T00:00:00.5Z"
