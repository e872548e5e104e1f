from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteStores]:
    with closing(open_database(tmp_path)) as db:
        yield SqliteStores(db)


def scanned(stores: SqliteStores, act: Callable[[], object]) -> list[str]:
    """The tables that `act` looks through from end to end."""
    asked: list[str] = []
    stores.db.set_trace_callback(asked.append)
    act()
    stores.db.set_trace_callback(None)
    plans = [row[3] for sql in asked for row in stores.db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    return [step for step in plans if step.startswith("SCAN") and "CONSTANT" not in step]


@pytest.mark.parametrize(
    "act",
    [
        lambda stores: stores.decisions.pending(1),
        lambda stores: stores.decisions.of_track(1),
        lambda stores: stores.decisions.accepted("performer:1", most=3),
        lambda stores: stores.decisions.repoint("performer:1", "performer:2"),
        lambda stores: stores.media.rule_out("performer:1"),
        lambda stores: stores.batches.decision_of(1),
        lambda stores: stores.batches.is_overruled(1),
        lambda stores: stores.batches.performers_made(1),
    ],
)
def test_a_decision_is_found_without_a_look_at_all(stores: SqliteStores, act: Callable[[SqliteStores], object]) -> None:
    assert scanned(stores, lambda: act(stores)) == []
