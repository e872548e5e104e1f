"""A small world behind a real HTTP server, and boxes opened to it with a clock that only sleeping moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.fakes import Time
from tests.stashbox.server import BoxServer, box_server
from tests.stashbox.world import BoxWorld, WorldImage, WorldPerson, WorldScene, as_uuid

from stash_sense.adapters.stashbox.box import StashBox, open_box
from stash_sense.adapters.stashbox.client import Patience
from stash_sense.adapters.stashbox.limiter import Limiter

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(64) + b"\xff\xd9"


def uid(number: int) -> str:
    return as_uuid(f"{number:032x}")


def a_world(people: int = 12) -> BoxWorld:
    """Person k is called "Person 00k"; person 1 has everything, person 3 is alone in having no gender."""
    world = BoxWorld()
    for number in range(1, people + 1):
        world.create(WorldPerson(uid(number), f"Person {number:03}", gender="FEMALE", birth_date="1990-05"))
    world.images["i1"] = WorldImage("i1", JPEG, width=600, height=900)
    world.images["i2"] = WorldImage("i2", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", -1, -1)
    first = world.people[uid(1)]
    first.disambiguation, first.aliases = "the first", ["One", "Una"]
    first.urls = [("https://example.org/one", "example")]
    first.birth_date, first.country, first.images = "1990-05-17", "NL", ["i2", "i1"]
    if people >= 3:
        world.people[uid(3)].gender = None
    world.scenes[uid(900)] = WorldScene(uid(900), "A scene", [uid(1), uid(2)])
    return world


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def limiter(tmp_path: Path, time: Time) -> Limiter:
    return Limiter(tmp_path / "limits.db", time.clock, time.sleep)


@pytest.fixture
def serve() -> Iterator[Callable[..., BoxServer]]:
    with ExitStack() as stack:
        yield lambda world=None, **options: stack.enter_context(
            box_server(a_world() if world is None else world, **options)
        )


@pytest.fixture
def connect(limiter: Limiter, time: Time) -> Iterator[Callable[..., StashBox]]:
    """`connect(server, read_s=…, api_key=…)`: patience by its own names, the rest is the configuration's."""
    opened: list[StashBox] = []

    def open_to(server: BoxServer, **changes: Any) -> StashBox:
        waits = {key: changes.pop(key) for key in list(changes) if key in Patience.__dataclass_fields__}
        patience = Patience(**{"attempts": 3, "pause_s": 2.0, "sleep": time.sleep, **waits})
        opened.append(open_box(server.config(**changes), limiter=limiter, patience=patience))
        return opened[-1]

    yield open_to
    for box in opened:
        box.close()
