"""A library whose performers have no image of their own, and the stash-boxes that know what they look like."""

from __future__ import annotations

import copy
import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image
from tests.journeys.small import FRAMES, PLATFORM
from tests.journeys.world import DATA, PLUGIN_ID, World, beginning, copy_data
from tests.standin.library import BIDEN, COLLINS, NO_PHOTO, OBAMA, STRANGER
from tests.standin.scenery import photo_bytes
from tests.standin.stash import StandIn
from tests.stashbox.building import a_performer, a_picture, a_scene
from tests.stashbox.server import BoxServer, box_server
from tests.stashbox.world import BoxWorld

from stash_sense.adapters.galleries.package import Package

ELSE = "Ann Else"  # nobody has a picture of her
LEARN = "Learn faces from stash-boxes"
KEYS = {"First": "first-box-key-4711-do-not-tell", "Second": "second-box-key-0815-do-not-tell"}

# Waiting is what the limiter and the retries are tested for elsewhere; here nobody waits longer than a moment.
SEAM = '''"""Lets nobody sleep long."""
import time

_sleep = time.sleep
time.sleep = lambda seconds: _sleep(min(seconds, 0.01))
'''


@cache
def a_wall() -> bytes:
    """A picture without a face."""
    target = io.BytesIO()
    Image.new("RGB", (600, 900), (90, 120, 150)).save(target, "JPEG")
    return target.getvalue()


def show(world: BoxWorld, performer: str, *photos: str) -> None:
    """Gives a performer pictures; every file has bytes of its own."""
    for photo in photos:
        image = a_picture(world, performer, f"{performer} {photo}", "", height=900 + len(world.images))
        data = a_wall() if photo == "wall" else photo_bytes(photo)
        world.images[image].data = data + f"{performer} {photo}".encode()


def merged(world: BoxWorld, name: str, target: str) -> str:
    """Somebody who was merged into `target` long ago."""
    source = a_performer(world, name, pictures=0)
    world.merge(source, target)
    return source


@dataclass(frozen=True)
class BoxIds:
    """Ids on the boxes by name. old: merged into the person of that name. scene: with Collins and the stranger."""

    first: Mapping[str, str]
    old: Mapping[str, str]
    second: Mapping[str, str]
    scene: str


def first_world() -> tuple[BoxWorld, dict[str, str], dict[str, str], str]:
    """Everybody but Biden; Collins and the stranger were entered twice and merged."""
    world = BoxWorld(ties="row")
    ids = {name: a_performer(world, name, pictures=0, gender="FEMALE") for name in (COLLINS, STRANGER, ELSE)}
    ids[OBAMA] = a_performer(world, OBAMA, pictures=0, gender="MALE")
    show(world, ids[OBAMA], "obama-2012", "obama-2010", "wall")
    show(world, ids[COLLINS], "collins-1992")
    show(world, ids[STRANGER], "hopper-1984")
    old = {name: merged(world, f"Old {name}", ids[name]) for name in (COLLINS, STRANGER)}
    return world, ids, old, a_scene(world, PLATFORM, ids[COLLINS], ids[STRANGER])


def second_world() -> tuple[BoxWorld, dict[str, str]]:
    world = BoxWorld(seed=2, ties="row")
    ids = {BIDEN: a_performer(world, BIDEN, pictures=0, gender="MALE", birth_date="1942-11-20")}
    show(world, ids[BIDEN], "biden-2010")
    return world, ids


@dataclass
class Boxes:
    """Two stash-boxes that answer on 127.0.0.1. What a test does to them is put right by `heal`."""

    first: BoxServer
    second: BoxServer
    ids: BoxIds
    kept: tuple[BoxWorld, BoxWorld]

    def both(self) -> tuple[BoxServer, BoxServer]:
        return self.first, self.second

    def heal(self) -> None:
        for server, name, world in zip(self.both(), KEYS, self.kept, strict=True):
            server.world, server.key = copy.deepcopy(world), KEYS[name]
            server.faults.clear()
            server.image_faults.clear()
            server.broken.clear()
            server.seen.clear()

    def entered(self) -> list[dict[str, Any]]:
        """As the user has entered them in Stash."""
        return [
            {"name": name, "endpoint": server.endpoint, "api_key": KEYS[name], "max_requests_per_minute": 600_000}
            for name, server in zip(KEYS, self.both(), strict=True)
        ]

    def pictures_asked(self) -> int:
        return sum(not one.operation for server in self.both() for one in server.seen)

    def asked(self) -> int:
        return sum(len(server.seen) for server in self.both())


@contextmanager
def two_boxes() -> Iterator[Boxes]:
    one, first, old, scene = first_world()
    two, second = second_world()
    with ExitStack() as running:
        servers = [
            running.enter_context(box_server(copy.deepcopy(world), key=key))
            for world, key in zip((one, two), KEYS.values(), strict=True)
        ]
        yield Boxes(*servers, BoxIds(first, old, second, scene), (one, two))


def fill(stash: StandIn, clips: Mapping[str, Path], boxes: Boxes) -> World:
    """Four performers without an image, three of them with a stash id; Collins bears one that was merged away."""
    ids, first, second = boxes.ids, boxes.first.endpoint, boxes.second.endpoint
    links = {
        OBAMA: [{"endpoint": first, "stash_id": ids.first[OBAMA]}],
        COLLINS: [{"endpoint": first, "stash_id": ids.old[COLLINS]}],
        BIDEN: [{"endpoint": second, "stash_id": ids.second[BIDEN]}],
        NO_PHOTO: [],
    }
    keys = {name: stash.add_performer(name, stash_ids=link).id for name, link in links.items()}
    for title, path in clips.items():
        scene = [{"endpoint": first, "stash_id": ids.scene}] if title == PLATFORM else []
        keys[title] = stash.add_scene(path, title=title, stash_ids=scene).id
    stash.settings[PLUGIN_ID] = {"frames_per_scene": FRAMES}
    stash.stash_boxes = boxes.entered()
    return World(stash, keys)


def environment(folder: Path, seam: str = SEAM) -> dict[str, str]:
    """For plugin processes: limits of their own, and no long sleep."""
    (folder / "seam").mkdir(parents=True, exist_ok=True)
    (folder / "seam" / "sitecustomize.py").write_text(seam, "utf-8")
    return {"PYTHONPATH": str(folder / "seam"), "STASH_SENSE_LIMITS": str(folder / "limits.db")}


@contextmanager
def beside(source: World, folder: Path, data: Path | None = None, **options: Any) -> Iterator[World]:
    """Another stand-in with the library of `source`, and the data folder `data` or an empty one with the packages only."""
    copy_data(data or source.data / "site", folder / DATA if data else folder / DATA / "site")
    with beginning(source, folder, **{"env": environment(folder), **options}) as world:
        world.stash.stash_boxes = copy.deepcopy(source.stash.stash_boxes)
        yield world


# --- What is looked at ------------------------------------------------------------------------------------------------


def status(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.stash.operation({"mode": "status"})
    return found


def package_folder(world: World, name: str = "boxes") -> Path:
    ((build_id,),) = world.rows("SELECT build_id FROM gallery WHERE name = ?", name)
    return world.data / "galleries" / name / str(build_id)


def content(world: World, name: str = "boxes") -> str:
    """Says the same of two packages with the same people, faces and vectors."""
    with closing(Package.open(package_folder(world, name))) as package:
        return package.manifest.content


def in_use(world: World) -> list[tuple[Any, ...]]:
    """The packages in use."""
    return world.rows("SELECT name, build_id, previous, people, faces FROM gallery ORDER BY name")


def seen(world: World, title: str) -> dict[str, Any]:
    """The scene's answer without the instant."""
    return {**world.scene(title), "analysed_at": None}


def assert_no_key(*places: Path, world: World | None = None) -> None:
    """Nowhere in the files below, packed or not, nor in what the plugin said."""
    keys = [key.encode() for key in KEYS.values()]
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            for name, data in _contents(path):
                assert not any(key in data for key in keys), (path, name)
    if world is not None:
        said = "\n".join(line.text for line in world.stash.log)
        said += repr([(process.answer, process.answer and process.answer.error) for process in world.stash.processes])
        assert not any(key in said for key in KEYS.values())


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    if not path.is_file() or "site" in path.parts:  # the installed packages are the same before and after
        return
    yield path.name, path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, archive.read(name)


def left_over(folder: Path) -> list[int]:
    """Processes that still bear the environment of plugins whose data lie in `folder` (Linux; elsewhere nothing is seen)."""
    mark = str(folder / "limits.db").encode()
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in place.read_bytes() and int(place.parent.name) != os.getpid():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found
