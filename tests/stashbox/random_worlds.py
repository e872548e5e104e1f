"""Awkward stash-boxes from a seed: namesakes, equal creation times, caps, refusals, and people who write while we read."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import Literal

from tests.stashbox.world import BoxWorld, WorldPerson, as_uuid

GENDERS = ("FEMALE", "FEMALE", "FEMALE", "MALE", "TRANSGENDER_FEMALE", "NON_BINARY", None)
NAMES = ("Ann", "Ann", "ann", "Bea", "Bea_100%", "Cleo\\x", "Dora", "Eve", "Fay", "Gil", "Hana", "Ivy")
Kind = Literal["quiet", "writes", "hard deletes", "storm"]
WRITES = {
    "quiet": 0.0,
    "writes": 0.15,
    "hard deletes": 0.15,
    "storm": 0.7,
}  # share of requests before which somebody writes


@dataclass(slots=True)
class Writers:
    """What other users do between our requests, from a seed. until: request after which they rest; None: never.

    at_start: who was live when the enumeration began. history: the people live after each request, by its number.
    """

    dice: random.Random
    share: float
    until: int | None
    kinds: tuple[str, ...]
    at_start: set[str] = field(default_factory=set)
    stayed: set[str] = field(default_factory=set)
    written: int = 0

    def __call__(self, world: BoxWorld, request: int) -> None:
        if request == 1:
            self.at_start = world.live()
            self.stayed = world.live()
        if (self.until is None or request <= self.until) and self.dice.random() < self.share:
            for _ in range(self.dice.choice((1, 1, 1, 2, 7))):
                write(world, self.dice, self.kinds)
                self.written += 1
        self.stayed &= world.live()


def write(world: BoxWorld, dice: random.Random, kinds: tuple[str, ...]) -> None:
    """One change somebody makes."""
    live = sorted(world.live())
    kind = dice.choice(kinds)
    if kind == "create" or len(live) < 3:
        world.create(a_person(dice, f"new {world.now}"))
    elif kind == "rename":
        world.rename(dice.choice(live), dice.choice(("0 first", "zz last", *NAMES)))
    elif kind == "touch":
        world.touch(dice.choice(live))
    elif kind == "hard":
        world.hard_delete(dice.choice(live))
    elif kind == "swap":  # the count stays
        world.hard_delete(dice.choice(live))
        world.create(a_person(dice, f"new {world.now}"))
    elif kind == "soft":
        world.soft_delete(dice.choice(live))
    else:
        source, target = dice.sample(live, 2)
        world.merge(source, target)


def a_person(dice: random.Random, salt: str) -> WorldPerson:
    box_id = as_uuid(hashlib.sha256(f"{salt} {dice.random()}".encode()).hexdigest())
    name = dice.choice(NAMES) if dice.random() < 0.5 else f"Person {dice.randrange(10**6)}"
    born = dice.choice((None, "1990", "1990-05-17", "1985-01", "2001"))
    return WorldPerson(box_id, name, gender=dice.choice(GENDERS), birth_date=born)


def a_world(seed: int, kind: Kind = "quiet", *, people: int | None = None, page_cap: int | None = -1) -> BoxWorld:
    """page_cap -1: drawn too, with the refusals."""
    dice = random.Random(seed)
    count = dice.choice((0, 1, 2, 9, 24, 40, 77, 120)) if people is None else people
    world = BoxWorld(seed=seed, ties=dice.choice(("row", "plan", "page", "page")))
    for number in range(count):
        person = world.create(a_person(dice, f"{seed} {number}"))
        if dice.random() < 0.5:
            person.created = person.updated = dice.choice((0, 0, 5_000_000, 5_000_001))
    for _ in range(count // 10):
        write(world, dice, ("soft", "hard", "merge", "merge"))
    if page_cap == -1:
        world.page_cap = dice.choice((None, 3, 7, 10, 25))
        if world.page_cap is None:
            world.refuse_rows = dice.choice((None, 30))
            world.refuse_per_page = dice.choice((None, 10, 25, 100))
    else:
        world.page_cap = page_cap
    kinds = {
        "quiet": ("touch",),
        "writes": ("create", "rename", "touch", "soft", "merge"),
        "hard deletes": ("create", "rename", "hard", "swap", "swap", "merge"),
        "storm": ("create", "rename", "touch", "soft", "merge", "hard", "swap"),
    }[kind]
    until = None if kind == "storm" else dice.choice((10, 30))
    world.before_request = Writers(random.Random(seed + 1), WRITES[kind], until, kinds)
    return world
