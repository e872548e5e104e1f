"""Who is lost: the usual page loop and our enumeration on the same stash-boxes, while others write there.

    scripts/bench enumeration [--json OUT]        ENUMERATION_WORLDS: worlds of each kind (500)

Counts, not times: the boxes are models (tests/stashbox/world.py), so the figures are the same on every machine.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any, get_args

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "plugin" / "py"))

from tests.stashbox.memory_sweeps import MemorySweeps
from tests.stashbox.random_worlds import Kind, Writers, a_person, a_world
from tests.stashbox.simple_loop import simple_loop
from tests.stashbox.world import BoxWorld
from tests.stashbox.world_box import WorldBox

from scripts.benchmarks.telling import tell
from stash_sense.core.catalogue.values import Direction, SortKey
from stash_sense.usecases.enumerate import Enumeration

WORLDS = int(os.environ.get("ENUMERATION_WORLDS", "500"))
LOOPS: dict[str, tuple[SortKey, Direction]] = {
    "loop CREATED_AT DESC": ("CREATED_AT", "DESC"),  # the server's default
    "loop NAME ASC": ("NAME", "ASC"),
}
LARGE, LARGE_CAP = 20_000, 100


def main(json_out: str | Path | None = None) -> int:
    """Counts, prints JSON (also to `json_out`); returns 1 if anybody was lost or a statement was untrue."""
    kinds = {kind: _kind(kind) for kind in get_args(Kind)}
    large = {"one page": _large(None), f"pages of {LARGE_CAP}": _large(LARGE_CAP)}
    ours = [row["ours"] for row in kinds.values()] + [row["ours"] for row in large.values()]
    met = all(row["lost"] == 0 and row["untrue"] == 0 for row in ours)
    result = {"benchmark": "enumeration", "worlds_of_each_kind": WORLDS, "kinds": kinds, "large": large, "met": met}
    return tell(result, json_out, met=met)


def _kind(kind: Kind) -> dict[str, dict[str, Any]]:
    rows: dict[str, Counter[str]] = {name: Counter() for name in (*LOOPS, "ours")}
    for seed in range(WORLDS):
        for name, order in LOOPS.items():
            rows[name].update(_loop(a_world(seed, kind), order, per_page=10))
        rows["ours"].update(_ours(a_world(seed, kind)))
    return {name: _told(row) for name, row in rows.items()}


def _large(page_cap: int | None) -> dict[str, dict[str, Any]]:
    """As many people as a small public box has: two thirds share two creation times, half of them have one of a hundred names, nobody writes."""
    rows = {}
    for name, order in LOOPS.items():
        rows[name] = _told(_loop(_crowd(page_cap), order, per_page=LARGE_CAP))
    rows["ours"] = _told(_ours(_crowd(page_cap)))
    return rows


def _crowd(page_cap: int | None) -> BoxWorld:
    dice = random.Random(1)
    world = BoxWorld(seed=1, page_cap=page_cap)
    for number in range(LARGE):
        person = a_person(dice, str(number))
        if number % 2:
            person.name = f"Jane {dice.randrange(100)}"
        person.created = person.updated = dice.choice((0, 5, dice.randrange(10**12)))
        person.deleted = dice.random() < 0.05
        world.people[person.id] = person
    return world


def _loop(world: BoxWorld, order: tuple[SortKey, Direction], *, per_page: int) -> Counter[str]:
    start = world.live()
    listing = simple_loop(WorldBox(world), per_page=per_page, sort=order[0], direction=order[1])
    lost = _stayed(world, start) - listing.ids
    rows = {"people": len(start), "requests": listing.requests, "lost": len(lost), "worlds_with_losses": bool(lost)}
    return Counter({**rows, "rows_returned": listing.rows})


def _ours(world: BoxWorld) -> Counter[str]:
    start, moments = world.live(), {}
    writers = world.before_request

    def before(world: BoxWorld, request: int) -> None:
        if writers is not None:
            writers(world, request)
        moments[str(request)] = frozenset(world.live()) if writers is not None else start

    world.before_request = before
    box, sweeps = WorldBox(world), MemorySweeps()
    statement = Enumeration(box, sweeps, lambda: str(world.requests)).run(lambda done, total: None)
    found = {row.box_id for row in sweeps.people(1)}
    world.before_request = writers
    lost = _stayed(world, start) - found
    there = moments.get(statement.at, frozenset())
    is_true = not statement.complete or (len(there) == statement.count and there <= found | set(sweeps.vanished(1)))
    return Counter(
        {
            "people": len(start),
            "requests": box.requests,
            "lost": len(lost),
            "worlds_with_losses": bool(lost),
            "complete": statement.complete,
            "by_one_page": statement.method == "snapshot",
            "untrue": not is_true,
        }
    )


def _stayed(world: BoxWorld, start: set[str]) -> set[str]:
    """Who was live all the time."""
    writers = world.before_request
    return writers.stayed if isinstance(writers, Writers) and writers.at_start else start


def _told(row: Counter[str]) -> dict[str, int]:
    return {name: int(value) for name, value in row.items()}


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:2]))
