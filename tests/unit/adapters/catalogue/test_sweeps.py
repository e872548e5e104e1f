"""Sweeps in SQLite: as the model in memory, and whole after every kill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.stashbox.memory_sweeps import MemorySweeps
from tests.stashbox.random_worlds import Kind, a_world
from tests.stashbox.watch import enumerated
from tests.stashbox.world_box import WorldBox

from stash_sense.adapters.catalogue.database import open_catalogue
from stash_sense.adapters.catalogue.sweeps import SweepStore
from stash_sense.adapters.store.database import Database
from stash_sense.core.catalogue.heirs import Fate
from stash_sense.core.catalogue.position import statement_of
from stash_sense.core.catalogue.values import Listed
from stash_sense.usecases.enumerate import Enumeration

ENDPOINT = "https://box.test/graphql"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = catalogue(tmp_path)
    yield db
    db.close()


def catalogue(folder: Path) -> Database:
    db, _message = open_catalogue(folder)
    db.execute("PRAGMA synchronous = OFF")  # a kill is played, not a power cut
    db.execute(
        "INSERT OR IGNORE INTO source (endpoint, host, name, kind, trust) VALUES (?, 'box.test', 'Box', 'stash-box', 'high')",
        (ENDPOINT,),
    )
    return db


@pytest.mark.parametrize("kind", ["quiet", "hard deletes"])
def test_it_keeps_what_the_model_in_memory_keeps(db: Database, kind: Kind) -> None:
    store = SweepStore(db)
    for seed in range(25):
        model = enumerated(seed, kind)
        statement = enumerated_in(store, seed, kind)
        sweep_id, text = store.finished(ENDPOINT) or (0, "")
        assert statement_of(text) == statement == model.statement, seed
        assert {row.box_id for row in store.people(sweep_id)} == model.ids, seed
        assert store.vanished(sweep_id) == model.vanished, seed
    assert db.execute("SELECT COUNT(*) FROM sweep").fetchone() == (1,)


def enumerated_in(store: SweepStore, seed: int, kind: Kind) -> object:
    world = a_world(seed, kind)
    return Enumeration(WorldBox(world), store, lambda: str(world.requests)).run(lambda done, total: None)


def test_sightings_are_counted_by_request(db: Database) -> None:
    store = SweepStore(db)
    with store.transaction():
        sweep_id = store.start(ENDPOINT, "now", "{}")
        store.see(sweep_id, [Listed("a", "Ann", None), Listed("b", "Bea", "2026")], 1)
        store.see(sweep_id, [Listed("b", "Bee", "2027"), Listed("c", "Cleo", None)], 3)
    assert [store.witnessed(sweep_id, hinge) for hinge in (1, 2, 3)] == [0, 1, 0]
    assert [store.seen_since(sweep_id, request) for request in (1, 2, 4)] == [3, 2, 0]
    assert store.unseen(sweep_id, 1, after="", count=9) == ["a"]
    assert store.unseen(sweep_id, 3, after="a", count=1) == ["b"]
    assert list(store.people(sweep_id)) == [
        Listed("a", "Ann", None),
        Listed("b", "Bee", "2027"),
        Listed("c", "Cleo", None),
    ]


def test_the_retired_are_told_apart_and_may_come_back(db: Database) -> None:
    store = SweepStore(db)
    with store.transaction():
        sweep_id = store.start(ENDPOINT, "now", "{}")
        store.see(sweep_id, [Listed(box_id, box_id, None) for box_id in "abc"], 1)
        store.retire(sweep_id, "a", Fate("merged", "b"))
        store.retire(sweep_id, "c", Fate("deleted"))
    assert store.vanished(sweep_id) == {"a": Fate("merged", "b"), "c": Fate("deleted")}
    assert (store.live(sweep_id), store.unseen(sweep_id, 9, after="", count=9)) == (1, ["b"])
    store.see(sweep_id, [Listed("a", "a", None)], 2)
    assert store.vanished(sweep_id) == {"c": Fate("deleted")}


def test_finishing_tells_the_source(db: Database) -> None:
    store = SweepStore(db)
    with store.transaction():
        sweep_id = store.start(ENDPOINT, "now", "{}")
        store.finish(sweep_id, "later", '{"complete": true}')
    assert store.running(ENDPOINT) is None
    assert db.execute("SELECT statement, swept_at FROM source").fetchone() == ('{"complete": true}', "later")


class KilledError(BaseException):
    pass


@dataclass(frozen=True, slots=True)
class FrailStore(SweepStore):
    """The process dies inside its second transaction: people are written, the position is not yet."""

    def save(self, sweep_id: int, position: str, requests: int) -> None:
        writes.append(requests)
        if len(writes) > 1:
            raise KilledError
        SweepStore.save(self, sweep_id, position, requests)

    def see(self, sweep_id: int, rows: Sequence[Listed], request: int) -> None:
        SweepStore.see(self, sweep_id, rows, request)


writes: list[int] = []


def test_killed_inside_every_transaction_it_loses_and_repeats_nothing(tmp_path: Path) -> None:
    for seed in range(6):
        world = a_world(seed, people=60, page_cap=10)
        model, plain = MemorySweeps(), a_world(seed, people=60, page_cap=10)
        expected = Enumeration(WorldBox(plain), model, lambda: "now").run(lambda done, total: None)
        statement, kills = None, 0
        while statement is None:
            db = catalogue(tmp_path / str(seed))  # another process
            writes.clear()
            try:
                statement = Enumeration(WorldBox(world), FrailStore(db), lambda: "now").run(lambda done, total: None)
            except KilledError:
                kills += 1
            finally:
                db.close()
        assert kills > 12
        assert statement == expected
        db = catalogue(tmp_path / str(seed))
        assert {row.box_id for row in SweepStore(db).people(1)} == world.live()
        db.close()
