"""What tests of the gallery builder are made of: a world of people with pictures, readers that know who is on them, a desk that keeps packages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tests.stashbox.world import BoxWorld, WorldImage, WorldPerson, WorldScene, as_uuid
from tests.stashbox.world_box import WorldBox

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import open_catalogue
from stash_sense.adapters.catalogue.sweeps import SweepStore
from stash_sense.core.catalogue.admit import AdmissionRules, Caps
from stash_sense.core.catalogue.package import PackageHeader
from stash_sense.core.catalogue.records import SourceStatus
from stash_sense.core.catalogue.values import ImageReading, ImageTask, PackagePerson, ReadFace
from stash_sense.core.codec import to_blob
from stash_sense.core.values import EmbeddingSpace, Vector, Vectors
from stash_sense.usecases.box_ports import Server
from stash_sense.usecases.build_gallery import GalleryBuilder, Options, Vision
from stash_sense.usecases.enumerate import Enumeration
from stash_sense.usecases.ports import Performer, StashId
from stash_sense.usecases.publish_gallery import Publisher

SPACE = EmbeddingSpace("test", "1", 64)
RULES = AdmissionRules.from_pack(
    {
        "image_px": 100, "face_px": 40, "confidence": 0.5, "pose": 0.0, "quality": 0.3, "same": 0.3, "copy": 0.99,
        "agree": {"1": 0.4, "2": 0.38, "4": 0.36}, "dominant": 0.4,
    }
)  # fmt: skip
ENDPOINT = "https://box.test/graphql"


class Killed(BaseException):
    """What a SIGKILL is to a test inside one process: nothing catches it."""


@dataclass
class Ticks:
    """A clock that moves on by a second with every look at it."""

    second: int = 0

    def __call__(self) -> str:
        self.second += 1
        minutes, seconds = divmod(self.second, 60)
        return f"2026-01-{1 + minutes // 1440:02d}T{minutes // 60 % 24:02d}:{minutes % 60:02d}:{seconds:02d}Z"


def vector_of(who: str, picture: str) -> Vector:
    """A face: mostly the person, a little the picture; two pictures of one person have a cosine of about 0.8, two people about 0."""
    vector = _unit(who) + 0.5 * _unit(f"{who} on {picture}")
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _unit(text: str) -> Vector:
    vector = np.random.default_rng(list(hashlib.sha256(text.encode()).digest())).normal(size=SPACE.dims)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def a_picture(world: BoxWorld, performer: str, name: str, shows: str, **changes: Any) -> str:
    """Adds a picture to a performer; shows: words, each the name of a face in it, or one of NOT_A_FACE."""
    image_id = as_uuid(hashlib.sha256(f"image {name}".encode()).hexdigest())
    world.images.setdefault(image_id, WorldImage(image_id, data=shows.encode(), **changes))
    world.people[performer].images.append(image_id)
    return image_id


def a_performer(world: BoxWorld, name: str, pictures: int = 2, **changes: Any) -> str:
    """Somebody live, with pictures of their own face."""
    performer = as_uuid(hashlib.sha256(f"performer {name}".encode()).hexdigest())
    world.create(WorldPerson(performer, name, **changes))
    for number in range(pictures):
        a_picture(world, performer, f"{name} {number}", name, height=900 + number)
    return performer


def a_scene(world: BoxWorld, name: str, *performers: str) -> str:
    scene = as_uuid(hashlib.sha256(f"scene {name}".encode()).hexdigest())
    world.scenes[scene] = WorldScene(scene, name, list(performers))
    return scene


@dataclass
class WordReaders:
    """Reads the words in a picture's bytes instead of faces, some at a time and hands them back in another order.

    failures: image id → how often it fails before it can be read; retry_after_s: what the server asks for then.
    after: called before every reading with their number so far.
    """

    worlds: Sequence[BoxWorld]
    failures: dict[str, int] = field(default_factory=dict)
    retry_after_s: dict[str, float] = field(default_factory=dict)
    read_ids: list[str] = field(default_factory=list)
    after: Callable[[int], None] = field(default=lambda _count: None)
    at_once: int = 3

    def read(self, tasks: Iterable[ImageTask]) -> Iterator[ImageReading]:
        source = iter(tasks)
        while some := list(islice(source, self.at_once)):
            for task in reversed(some):
                yield self._read(task)

    def _read(self, task: ImageTask) -> ImageReading:
        self.after(len(self.read_ids))
        self.read_ids.append(task.image_id)
        if self.failures.get(task.image_id, 0) > 0:
            self.failures[task.image_id] -= 1
            wait_s = self.retry_after_s.get(task.image_id)
            return ImageReading(task, "failed", message="The connection broke.", retry_after_s=wait_s)
        image = next((found for world in self.worlds if (found := world.images.get(task.image_id))), None)
        if image is None or image.status == 404:
            return ImageReading(task, "gone")
        words = image.data.decode().split()
        content_hash = hashlib.sha256(image.data if b"#" in image.data else task.image_id.encode()).hexdigest()
        known = {"content_hash": content_hash, "size_bytes": 1000}
        if words[:1] in (["no_face"], ["unreadable"], ["not_an_image"]):
            return ImageReading(task, words[0], **known)  # type: ignore[arg-type]
        faces = tuple(
            ReadFace(
                to_blob(vector_of(word.rstrip("#"), content_hash)), 0.5 + int(content_hash[:4], 16) / 200_000,
                f"crop of {word} on {task.image_id}".encode(), 120.0, 0.9,
            )
            for word in words
        )  # fmt: skip
        return ImageReading(task, "face" if len(faces) == 1 else "several_faces", faces=faces, **known)


@dataclass
class Desk:
    """Keeps the packages that were published."""

    packages: list[tuple[PackageHeader, list[PackagePerson]]] = field(default_factory=list)

    def current(self, name: str) -> str | None:
        return f"build-{len(self.packages)}" if self.packages else None

    def publish(self, header: PackageHeader, people: Iterable[PackagePerson]) -> str:
        self.packages.append((header, list(people)))
        return f"build-{len(self.packages)}"

    @property
    def people(self) -> list[PackagePerson]:
        return self.packages[-1][1]


@dataclass
class Paces:
    """turns: addresses in the order in which they were asked for."""

    turns: list[str] = field(default_factory=list)
    answers: list[ImageReading] = field(default_factory=list)

    def turn(self, url: str, per_minute: int) -> None:
        self.turns.append(url)

    def answered(self, reading: ImageReading) -> None:
        self.answers.append(reading)


@dataclass
class Shelf:
    """A library: performers, and the stash ids of its scenes."""

    links: list[tuple[str, str]] = field(default_factory=list)  # name of a performer, stash id
    scenes: list[str] = field(default_factory=list)
    endpoint: str = ENDPOINT

    def performers(self) -> Iterator[Performer]:
        for number, (name, stash_id) in enumerate(self.links, start=1):
            yield Performer(str(number), name, stash_ids=(StashId(self.endpoint, stash_id),))

    def scene_links(self) -> Iterator[StashId]:
        return (StashId(self.endpoint, scene) for scene in self.scenes)


@dataclass
class Steps:
    """Counts what it is told."""

    failed: int = 0
    done: int = 0
    total: int = 0

    def expect(self, total: int) -> None:
        self.total = total

    def step(self, *, failed: bool = False) -> None:
        self.done += 1

    def within(self, share: float) -> None:
        return


@dataclass(frozen=True, slots=True)
class NoOwnFaces:
    """Where there is no library. Implements usecases.curate_faces.OwnFaces."""

    dims: int

    def of(self, members: Sequence[tuple[str, str]]) -> Vectors:
        return np.zeros((0, self.dims), np.float32)


@dataclass
class Workshop:
    """A builder with its surroundings; `build` may be called again and again, each time with the database opened anew."""

    folder: Path
    worlds: dict[str, BoxWorld]
    shelf: Shelf | None = None
    options: Options = field(default_factory=lambda: Options(Caps(per_source=3, total=5)))
    trust: dict[str, Any] = field(default_factory=dict)
    space: EmbeddingSpace = SPACE
    clock: Ticks = field(default_factory=Ticks)
    desk: Desk = field(default_factory=Desk)
    pace: Paces = field(default_factory=Paces)
    findings: dict[str, Any] = field(default_factory=dict)
    steps: Steps = field(default_factory=Steps)
    readers: WordReaders = field(init=False)
    boxes: dict[str, WorldBox] = field(init=False)

    def __post_init__(self) -> None:
        self.readers = WordReaders(list(self.worlds.values()))
        self.boxes = {
            host: WorldBox(world, endpoint=f"https://{host}/graphql", host=host) for host, world in self.worlds.items()
        }

    def build(self, scope: Any = "all") -> str:
        with self.opened() as builder:
            return builder.build(scope, self.steps)

    def opened(self) -> Opened:
        return Opened(self)

    def names(self) -> list[str]:
        """Of the people in the last package."""
        return sorted(person.name for person in self.desk.people)

    def faces(self, name: str) -> list[str]:
        """Ids of the pictures by which the last package knows somebody."""
        (person,) = [person for person in self.desk.people if person.name == name]
        return [face.image_id for face in person.faces]

    def statuses(self) -> list[SourceStatus]:
        with self.opened() as builder:
            return builder.status()

    def replace(self, rule: str, found: Any, now: str) -> int:
        self.findings = {"rule": rule, **{one.key: one.evidence for one in found}}
        return len(found)


@dataclass
class Opened:
    """The builder of a workshop while its database is open."""

    shop: Workshop
    db: Any = None

    def __enter__(self) -> GalleryBuilder:
        shop = self.shop
        self.db, _ = open_catalogue(shop.folder)
        catalogue = SqliteCatalogue(self.db)
        return GalleryBuilder(
            catalogue=catalogue,
            servers=[Server(box, host, trust=shop.trust.get(host, "high")) for host, box in shop.boxes.items()],
            vision=Vision(shop.space, RULES, shop.readers, NoOwnFaces(shop.space.dims)),
            publisher=Publisher(catalogue, shop.desk, shop.space, shop.clock),
            sweeping=lambda box, progress: Enumeration(box, SweepStore(self.db), shop.clock).run(progress),
            pace=shop.pace,
            clock=shop.clock,
            library=shop.shelf,
            findings=shop,
            options=shop.options,
        )

    def __exit__(self, *_error: object) -> None:
        self.db.close()


def shown(people: Iterable[PackagePerson]) -> dict[str, Any]:
    """A package's people without what depends on when they were read."""
    return {
        person.id: (
            person.name, person.ids, person.aliases, person.gender, person.birth_date, person.urls, person.crop,
            sorted((face.source, face.image_id, face.content_hash, face.vector) for face in person.faces),
        )
        for person in people
    }  # fmt: skip
