"""A small library with its database, for tests of the use cases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.builders import a_calibration, cluster_rules
from tests.fake_package import FakePackage
from tests.fake_stash import SPACE, FakePictures, FakeStash, FakeVideos, TableEncoder, jpeg

from stash_sense.adapters.index.exact_index import ExactIndex
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.records import PersonRecord
from stash_sense.settings import Value, effective
from stash_sense.usecases.decide import Choice, Desk
from stash_sense.usecases.enrol import Gallery
from stash_sense.usecases.identify import Identifier
from stash_sense.usecases.matching import Matcher, policy_of
from stash_sense.usecases.observe import Observer
from stash_sense.usecases.rematch import Rematcher
from stash_sense.usecases.reporting import Report
from stash_sense.usecases.unknown_groups import UnknownGroups


@dataclass
class World:
    """Everything a use case touches; nothing outside this process but the database file."""

    stores: SqliteStores
    stash: FakeStash = field(default_factory=FakeStash)
    videos: FakeVideos = field(default_factory=FakeVideos)
    pictures: FakePictures = field(default_factory=FakePictures)
    encoder: TableEncoder = field(default_factory=TableEncoder)
    settings: dict[str, Value] = field(default_factory=lambda: effective({"frames_per_scene": 10}))
    ticks: Iterator[int] = field(default_factory=lambda: count(1))
    shares: list[float] = field(default_factory=list)
    packages: list[FakePackage] = field(default_factory=list)

    def clock(self) -> str:
        return f"2026-01-01T00:00:{next(self.ticks):04d}Z"

    def progress(self, done: float, total: float) -> None:
        self.shares.append(done / total)

    def report(self, kind: str = "test") -> Report:
        return Report.open(self.stores, kind, self.clock, self.progress)

    def gallery(self) -> Gallery:
        return Gallery(
            stores=self.stores,
            library=self.stash,
            pictures=self.pictures,
            encoder=self.encoder,
            agree_from=0.25,
            sure_face=0.7,
            clock=self.clock,
        )

    def update_gallery(self) -> str:
        return self.gallery().update(self.report("update_gallery"))

    def matcher(self) -> Matcher:
        return Matcher(
            stores=self.stores,
            space=SPACE,
            rules=cluster_rules(),
            calibration=a_calibration(),
            policy=policy_of(self.settings),
            make_index=ExactIndex,
            open_packages=lambda: self.packages,
        )

    def identifier(self) -> Identifier:
        observer = Observer(self.videos, self.pictures, self.stash, self.encoder, 0.7)
        return Identifier(
            self.stores, self.stash, self.stash, observer, self.matcher(), self.settings, self.clock, self.unknown()
        )

    def rematcher(self) -> Rematcher:
        return Rematcher(self.stores, self.stash, self.stash, self.matcher(), self.settings, self.clock, self.unknown())

    def unknown(self) -> UnknownGroups:
        return UnknownGroups(self.stores, SPACE, cluster_rules())

    def desk(self) -> Desk:
        learning = self.matcher().learning
        return Desk(self.stores, self.stash, self.stash, self.settings, self.clock(), self.look_up, learning)

    def look_up(self, person_id: str) -> tuple[PersonRecord, bytes | None] | None:
        for package in self.packages:
            if (person := package.record(person_id)) is not None:
                return person, package.crop(person_id)
        return None

    def choose(self, track_id: int, action: str, **who: Any) -> int:
        return self.desk().decide(Choice("scene", "1", track_id, action, **who))

    def track_of(self, name: str) -> int:
        """The track of scene 1 whose first candidate is the performer of this name."""
        media = self.stores.media.get("scene", "1")
        people = {person.id: person.name for person in self.stores.gallery.people()}
        for track in self.stores.media.tracks(media.id):
            if track.candidates and people.get(track.candidates[0].person_id) == name:
                return track.id
        raise AssertionError(f"{name} is not the first candidate of any track")

    def verdicts(self, scene_id: str = "1", kind: str = "scene") -> list[str]:
        media = self.stores.media.get(kind, scene_id)
        return sorted(track.verdict for track in self.stores.media.tracks(media.id))


@contextmanager
def a_world(folder: Path, **parts: Any) -> Iterator[World]:
    with closing(open_database(folder)) as db:
        yield World(SqliteStores(db), **parts)


def with_jane_and_a_stranger(world: World) -> World:
    """Scene 1 shows Jane (seed 1) throughout and somebody unknown (seed 9); the gallery knows Jane and Mary (seed 3, unlike both)."""
    world.stash.add_performer("Jane", image=jpeg(1))
    world.stash.add_performer("Mary", image=jpeg(3))
    world.stash.add_scene("1")
    world.videos.seen["/videos/1.mp4"] = lambda second: [1, 9]
    world.update_gallery()
    return world
