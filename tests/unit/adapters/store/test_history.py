from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.batch_records import BatchItem, BatchRecord, HistoryEntry
from stash_sense.core.records import DecisionRecord

DECISIONS = 3000


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteStores]:
    with closing(open_database(tmp_path)) as db:
        yield SqliteStores(db)


def decide(stores: SqliteStores, second: int, action: str = "accept", state: str = "done") -> int:
    at = f"2026-01-01T00:{second // 60:02d}:{second % 60:02d}Z"
    return stores.decisions.add(DecisionRecord(at, "user", action, state, "scene", "1", None, None, b"v"))


def entries(stores: SqliteStores, *, offset: int = 0, count: int = 99) -> list[tuple[str, int]]:
    return [(one.what, one.id) for one in stores.history.page(offset=offset, count=count)]


def a_batch(stores: SqliteStores, second: int, *, undone: bool = False) -> tuple[int, int]:
    """A batch of one decision and, if undone, the undo of that; returns batch and decision."""
    items = [BatchItem("scene", "1", 1)]
    batch = stores.batches.add(BatchRecord(f"2026-01-01T00:00:{second:02d}Z", "Jane in 1 scene"), items)
    decision = decide(stores, second)
    stores.batches.mark(decision, stores.batches.items(batch, "waiting")[0].id)
    stores.batches.set_state(batch, "done")
    if undone:
        stores.decisions.set_undone(decision, decide(stores, second + 1, "undo"))
        stores.batches.set_state(batch, "undone")
    return batch, decision


def test_what_was_cut_short_is_no_part_of_it(stores: SqliteStores) -> None:
    decide(stores, 1, state="pending")
    done = decide(stores, 2)
    assert stores.history.page(offset=0, count=9) == [HistoryEntry("decision", done)]
    assert stores.history.count() == 1


def test_newest_first_whatever_it_is(stores: SqliteStores) -> None:
    late = decide(stores, 50)
    early = decide(stores, 10)
    batch, _ = a_batch(stores, 30)
    assert entries(stores) == [("decision", late), ("batch", batch), ("decision", early)]


def test_two_of_one_second_keep_their_order(stores: SqliteStores) -> None:
    made = [decide(stores, 5) for _ in range(4)]
    assert [number for _, number in entries(stores)] == made[::-1]


def test_the_undo_of_a_batch_is_told_by_the_batch(stores: SqliteStores) -> None:
    batch, _ = a_batch(stores, 10, undone=True)
    other, decision = a_batch(stores, 20)
    stores.decisions.set_undone(decision, undo := decide(stores, 40, "undo"))
    assert entries(stores) == [("decision", undo), ("batch", other), ("batch", batch)]
    assert stores.history.count() == 3


def test_pages_neither_repeat_nor_leave_out(stores: SqliteStores) -> None:
    for second in range(0, 40, 2):
        decide(stores, second)
        a_batch(stores, second + 1)
    whole = entries(stores)
    pages = [entries(stores, offset=at, count=7) for at in range(0, 49, 7)]
    assert [one for page in pages for one in page] == whole
    assert len(whole) == stores.history.count() == 40


def test_a_page_costs_the_same_however_much_was_decided(stores: SqliteStores) -> None:
    few = _steps_of_a_page(stores, decisions=50)
    many = _steps_of_a_page(stores, decisions=DECISIONS)
    assert few > 100, "the steps are counted"
    assert many - few < 100


def test_the_count_reads_no_decision_itself(stores: SqliteStores) -> None:
    asked: list[str] = []
    stores.db.set_trace_callback(asked.append)
    stores.history.count()
    stores.history.page(offset=0, count=9)
    stores.db.set_trace_callback(None)
    plans = [row[3] for sql in asked for row in stores.db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    read = [step for step in plans if step.startswith("SCAN") and "CONSTANT" not in step]
    assert len(read) == 4
    assert [step for step in read if "COVERING INDEX" not in step] == []
    assert "TEMP B-TREE" not in " ".join(plans)


def _steps_of_a_page(stores: SqliteStores, *, decisions: int) -> int:
    """How much the database does for a first page after so many more decisions and their undos, in its own steps."""
    with stores.transaction():
        for _ in range(decisions):
            stores.decisions.set_undone(decide(stores, 1), decide(stores, 2, "undo"))
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    stores.db.set_progress_handler(count, 1)
    stores.history.page(offset=0, count=25)
    stores.db.set_progress_handler(None, 1)
    return steps
