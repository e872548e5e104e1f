"""Enumerating a random world while others write in it, and what was really there at each moment."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from tests.stashbox.memory_sweeps import MemorySweeps
from tests.stashbox.random_worlds import Kind, Writers, a_world, write
from tests.stashbox.world import BoxWorld
from tests.stashbox.world_box import WorldBox

from stash_sense.core.catalogue.heirs import Fate
from stash_sense.core.catalogue.values import Statement
from stash_sense.usecases.enumerate import Enumeration, Sweeps


@dataclass(frozen=True, slots=True)
class Outcome:
    """stayed: who was live during the whole enumeration. instants: who was live at each instant of the request that the statement names."""

    statement: Statement
    world: BoxWorld
    ids: frozenset[str]
    vanished: dict[str, Fate]
    stayed: frozenset[str]
    instants: tuple[frozenset[str], ...]
    written: int
    requests: int


def enumerated(
    seed: int, kind: Kind, *, between: float = 0.0, sweeps: Sweeps | None = None, **shape: int | None
) -> Outcome:
    """between: share of requests in the midst of which, between count and rows, somebody writes as well."""
    world = a_world(seed, kind, **shape)
    writers = world.before_request
    assert isinstance(writers, Writers)
    instants: dict[int, list[frozenset[str]]] = defaultdict(list)
    dice = random.Random(seed)

    def before(world: BoxWorld, request: int) -> None:
        writers(world, request)
        instants[request].append(frozenset(world.live()))

    def amid(world: BoxWorld, request: int) -> None:
        if request < 25 and dice.random() < between:
            write(world, dice, writers.kinds)
            writers.stayed &= world.live()
            instants[request].append(frozenset(world.live()))

    world.before_request = before
    world.between_statements = amid if between else None
    box = WorldBox(world)
    sweeps = sweeps or MemorySweeps()
    # The clock tells the number of the request, so that the statement names it.
    statement = Enumeration(box, sweeps, lambda: str(world.requests)).run(lambda done, total: None)
    return Outcome(
        statement,
        world,
        frozenset(row.box_id for row in sweeps.people(1)),
        sweeps.vanished(1),
        frozenset(writers.stayed),
        tuple(instants[int(statement.at)]),
        writers.written,
        box.requests,
    )
