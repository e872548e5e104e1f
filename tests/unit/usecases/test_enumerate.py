"""Nobody is lost: thousands of awkward stash-boxes, with people who write while we read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import pytest
from tests.stashbox.memory_sweeps import MemorySweeps
from tests.stashbox.random_worlds import Kind, a_world
from tests.stashbox.simple_loop import simple_loop
from tests.stashbox.watch import Outcome, enumerated
from tests.stashbox.world import BoxWorld, WorldPerson
from tests.stashbox.world_box import WorldBox

from stash_sense.core.catalogue.heirs import Fate
from stash_sense.core.catalogue.values import Ask, BoxPerson, Page, Part, Shortfall
from stash_sense.errors import RefusedError, ServerError
from stash_sense.usecases.enumerate import Enumeration, look_up_fates


def quietly(done: float, total: float) -> None:
    assert 0 <= done <= total or total == 0


def enumeration(world: BoxWorld, sweeps: MemorySweeps | None = None, **box: frozenset[str]) -> Enumeration:
    ticks = count()
    return Enumeration(WorldBox(world, **box), sweeps or MemorySweeps(), lambda: f"2026-01-01T00:00:{next(ticks)}Z")


def is_true(outcome: Outcome) -> bool:
    """ "Complete" names an instant at which as many were live as it says, and all of them are known (live or seen to go since)."""
    known = outcome.ids | set(outcome.vanished)
    return any(len(live) == outcome.statement.count and live <= known for live in outcome.instants)


@pytest.mark.parametrize(("kind", "seeds"), [("quiet", 700), ("writes", 700), ("hard deletes", 700), ("storm", 150)])
def test_whoever_was_there_all_the_time_is_found(kind: Kind, seeds: int) -> None:
    for seed in range(seeds):
        outcome = enumerated(seed, kind)
        assert outcome.stayed <= outcome.ids, (kind, seed)
        if outcome.statement.complete:
            assert is_true(outcome), (kind, seed)
        else:
            assert kind == "storm", (kind, seed)  # where others rest for a while, it comes to an end


@pytest.mark.parametrize("kind", ["writes", "hard deletes"])
def test_writes_between_count_and_rows_do_not_deceive_it(kind: Kind) -> None:
    for seed in range(300):
        outcome = enumerated(seed, kind, between=0.2)
        assert outcome.stayed <= outcome.ids, (kind, seed)
        assert outcome.statement.complete, (kind, seed)
        assert is_true(outcome), (kind, seed)


def test_in_a_quiet_world_the_ids_are_those_of_the_database() -> None:
    for seed in range(300):
        outcome = enumerated(seed, "quiet")
        assert outcome.ids == outcome.world.live(), seed
        assert outcome.statement.found == outcome.statement.count == len(outcome.ids), seed
        assert outcome.vanished == {}, seed


def test_those_who_vanish_meanwhile_are_accounted_for() -> None:
    fates = set()
    for seed in range(120):
        outcome = enumerated(seed, "hard deletes", people=60, page_cap=7)
        for box_id, fate in outcome.vanished.items():
            row = outcome.world.people.get(box_id)
            assert row is None or row.deleted, (seed, box_id)
            fates.add(fate.state)
    assert fates == {"merged", "deleted"}


def test_the_usual_page_loop_loses_people_where_this_does_not() -> None:
    lost = {"loop": 0, "ours": 0}
    for seed in range(100):
        world = a_world(seed, people=120, page_cap=10)
        listing = simple_loop(WorldBox(world))
        assert listing.rows == len(world.live())  # the number of rows gives nothing away
        lost["loop"] += len(world.live() - listing.ids)
        lost["ours"] += len(world.live() - enumerated(seed, "quiet", people=120, page_cap=10).ids)
    assert lost["ours"] == 0
    assert lost["loop"] > 500


def test_everybody_in_one_page_takes_three_requests() -> None:
    world = a_world(1, people=77, page_cap=None)
    enum = enumeration(world)
    statement = enum.run(quietly)
    assert (statement.method, statement.requests, statement.complete) == ("snapshot", 3, True)
    assert statement.found == len(world.live())


def test_two_readings_prove_each_other() -> None:
    """120 people in pages of 10: a count, twelve pages, changes since, a count, twelve pages; and the namesakes across page edges."""
    world = a_world(1, people=120, page_cap=10)
    world.ties = "row"
    statement = enumeration(world).run(quietly)
    assert (statement.method, statement.complete) == ("pages", True)
    assert 2 * 12 + 3 <= statement.requests <= 2 * 12 + 3 + 12


def test_pages_shrink_until_the_server_answers() -> None:
    world = a_world(3, people=120, page_cap=None)
    world.refuse_rows = 30
    enum = enumeration(world)
    statement = enum.run(quietly)
    assert statement.complete
    assert {row.box_id for row in enum.sweeps.people(1)} == world.live()


def test_a_server_that_refuses_the_smallest_page_ends_it() -> None:
    world = a_world(3, people=120, page_cap=None)
    world.refuse_rows = 5
    with pytest.raises(RefusedError):
        enumeration(world).run(quietly)


def test_a_box_without_anybody_is_complete() -> None:
    statement = enumeration(BoxWorld()).run(quietly)
    assert (statement.complete, statement.found, statement.requests) == (True, 0, 1)


def test_a_server_without_sorts_and_instants_is_proven_too() -> None:
    lacks = frozenset({"snapshot", "sort NAME", "sort CREATED_AT", "sort UPDATED_AT", "updated"})
    for seed in range(60):
        world = a_world(seed, "writes", people=77, page_cap=10)
        enum = enumeration(world, lacks=lacks)
        statement = enum.run(quietly)
        assert statement.complete, seed


@dataclass(slots=True)
class LyingBox(WorldBox):
    """Counts `ghosts` people whom it never lists, all of them women born in 1990, as after a broken index."""

    ghosts: int = 3
    filters: bool = True

    def page(self, ask: Ask) -> Page:
        page = WorldBox.page(self, ask if self.filters else Ask(ask.page, ask.per_page, ask.sort, ask.direction))
        is_theirs = ask.part.gender in ("", "FEMALE") and ask.part.birth_year in (None, 1990) and not ask.part.name
        return Page(page.count + self.ghosts * (is_theirs or not self.filters), page.rows)


def test_a_shortfall_is_said_and_where_it_is() -> None:
    world = a_world(5, people=77, page_cap=10)
    statement = Enumeration(LyingBox(world), MemorySweeps(), lambda: "now").run(quietly)
    assert not statement.complete
    assert statement.count - statement.found == 3
    assert statement.short == (Shortfall("female, born in 1990", 3),)


def test_filters_that_do_nothing_are_noticed() -> None:
    world = a_world(5, people=77, page_cap=10)
    statement = Enumeration(LyingBox(world, filters=False), MemorySweeps(), lambda: "now").run(quietly)
    assert not statement.complete
    assert sum(short.missing for short in statement.short) == 3
    assert statement.requests < 500  # 8 for the usual loop


def test_hundreds_of_namesakes_across_many_pages_are_all_found() -> None:
    world = BoxWorld(seed=4, page_cap=10)
    for number in range(150):
        world.create(WorldPerson(f"{number:03d}", "Jane 100%_\\" if number < 110 else f"P {number}"))
    enum = enumeration(world)
    statement = enum.run(quietly)
    assert (statement.complete, statement.found) == (True, 150)


class KilledError(BaseException):
    pass


@dataclass(slots=True)
class FrailBox(WorldBox):
    """The process dies with its second request: before the server has it, or before the answer is stored."""

    left: int = 1
    is_answered: bool = False

    def page(self, ask: Ask) -> Page:
        if self.left > 0:
            self.left -= 1
            return WorldBox.page(self, ask)
        if self.is_answered:
            WorldBox.page(self, ask)
        raise KilledError


@pytest.mark.parametrize("is_answered", [False, True])
def test_killed_at_every_request_it_goes_on_where_it_was(is_answered: bool) -> None:
    for seed in range(20):
        world = a_world(seed, "quiet", people=77, page_cap=10)
        plain = enumerated(seed, "quiet", people=77, page_cap=10)
        sweeps, kills = MemorySweeps(), 0
        while True:
            box = FrailBox(world, is_answered=is_answered)
            try:
                statement = Enumeration(box, sweeps, lambda: "now").run(quietly)
                break
            except KilledError:
                kills += 1
        assert kills >= plain.requests - 2
        assert (statement.complete, statement.requests) == (True, plain.requests)
        assert {row.box_id for row in sweeps.people(1)} == world.live()


def test_a_failing_server_leaves_a_sweep_to_go_on_with() -> None:
    world, sweeps = a_world(7, people=77, page_cap=10), MemorySweeps()

    def fail(world: BoxWorld, request: int) -> None:
        if request == 6:
            raise ServerError("The server is away: try again later.")

    world.before_request = fail
    with pytest.raises(ServerError):
        enumeration(world, sweeps).run(quietly)
    assert sweeps.position is not None
    assert enumeration(world, sweeps).run(quietly).complete
    assert sweeps.sweep_id == 1


def test_a_position_nobody_can_read_begins_anew() -> None:
    world, sweeps = a_world(7, people=24, page_cap=10), MemorySweeps()
    sweeps.start("", "", '{"of": "another version"}')
    assert enumeration(world, sweeps).run(quietly).complete
    assert sweeps.sweep_id == 2


def test_merges_are_followed_to_their_end() -> None:
    world = BoxWorld()
    for name in "abcdefg":
        world.create(WorldPerson(name, name))
    world.merge("a", "b")
    world.merge("b", "c")  # a and b point at c now
    world.merge("d", "e")
    world.soft_delete("e")  # d points at a deleted row
    world.hard_delete("f")
    fates, known = look_up_fates(WorldBox(world), ["a", "b", "d", "f", "g"])
    assert fates == {
        "a": Fate("merged", "c"),
        "b": Fate("merged", "c"),
        "d": Fate("merged"),
        "f": Fate("deleted"),
        "g": Fate("live"),
    }
    assert set(known) == set("abcdefg")


@dataclass(slots=True)
class StumblingBox(WorldBox):
    """Cannot tell about one person, whom it lists only at first."""

    broken: str = ""

    def page(self, ask: Ask) -> Page:
        page = WorldBox.page(self, ask)
        rows = tuple(row for row in page.rows if self.requests < 12 or row.box_id != self.broken)
        return Page(page.count, rows)

    def people(self, box_ids: Sequence[str]) -> Mapping[str, BoxPerson | None]:
        found = WorldBox.people(self, box_ids)
        return {box_id: person for box_id, person in found.items() if box_id != self.broken}


def test_a_person_the_server_cannot_tell_about_is_kept_and_nothing_is_claimed() -> None:
    world, sweeps = a_world(5, people=77, page_cap=10), MemorySweeps()
    broken = sorted(world.live())[30]
    statement = Enumeration(StumblingBox(world, broken=broken), sweeps, lambda: "now").run(quietly)
    assert {row.box_id for row in sweeps.people(1)} == world.live()
    assert not statement.complete
    assert statement.short == (Shortfall("who came, went or moved while everybody was read", 1),)


def test_an_heir_the_server_cannot_tell_about_stays_the_heir() -> None:
    world = BoxWorld()
    for name in "ab":
        world.create(WorldPerson(name, name))
    world.merge("a", "b")
    fates, _known = look_up_fates(StumblingBox(world, broken="b"), ["a", "b"])
    assert fates == {"a": Fate("merged", "b")}


def test_parts_are_asked_by_the_server_s_own_filters() -> None:
    world = a_world(2, people=77, page_cap=None)
    box = WorldBox(world)
    women = box.page(Ask(1, 1000, part=Part(gender="FEMALE")))
    assert women.count == len(women.rows) == sum(p.gender == "FEMALE" and not p.deleted for p in world.people.values())
