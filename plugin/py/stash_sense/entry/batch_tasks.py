"""Many decisions as a job in Stash's queue: with progress, and safe to be stopped at any instant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from stash_sense.core.batch_records import BatchItem, BatchRecord
from stash_sense.entry.arguments import number, optional, subject, text
from stash_sense.entry.batches import batches_at, only_batch
from stash_sense.entry.engine import Engine
from stash_sense.entry.protocol import Request
from stash_sense.entry.tasks import run_task
from stash_sense.entry.wiring import now
from stash_sense.entry.wiring_galleries import look_up
from stash_sense.entry.wiring_learning import learning_of
from stash_sense.errors import RequestError
from stash_sense.usecases.batches import Batches
from stash_sense.usecases.decide import Desk
from stash_sense.usecases.learning import ENROLLED_PER_TRACK
from stash_sense.usecases.reporting import Report, counted

ACTIONS = ("accept", "reject", "assign", "skip")


def decide_many(request: Request) -> str:
    """{batch_id} → goes on with a batch; {items, what} → stores these decisions as one and carries it out."""
    items = None if request.args.get("batch_id") is not None else _items(request.args)

    def work(engine: Engine, report: Report) -> str:
        batches = _batches(engine, request)
        with only_batch(request.data_dir):
            batch_id = number(request.args, "batch_id") if items is None else _stored(engine, request, items)
            report.expect(batches.left_to_do(batch_id))
            batches.carry_out(batch_id, lambda failed: report.step(failed=failed))
        return _told(engine, batch_id, report.failed)

    return run_task(request, "decide_many", work)


def undo_many(request: Request) -> str:
    """{batch_id} → takes a whole batch back."""
    batch_id = number(request.args, "batch_id")

    def work(engine: Engine, report: Report) -> str:
        batches = _batches(engine, request)
        with only_batch(request.data_dir):
            report.expect(batches.left_to_undo(batch_id))
            batches.undo(batch_id, lambda failed: report.step(failed=failed))
        left = sum(item.state == "undone" for item in engine.stores.batches.with_message(batch_id))
        kept = (
            f" {counted(left, 'item was left as it is', 'items were left as they are')} now: the page says why."
            if left
            else ""
        )
        return f"Taken back: {_what(engine, batch_id)}.{kept}"

    return run_task(request, "undo_many", work)


def _batches(engine: Engine, request: Request) -> Batches:
    look = partial(look_up, engine.stores, request.data_dir)
    learning = partial(learning_of, engine.stores, request.data_dir)
    return batches_at(Desk(engine.stores, engine.library, engine.editor, engine.settings, now(), look, learning))


def _stored(engine: Engine, request: Request, items: list[BatchItem]) -> int:
    what = optional(request.args, "what") or counted(len(items), "decision", "decisions")
    with engine.stores.transaction():
        return engine.stores.batches.add(BatchRecord(at=now(), what=what, faces=ENROLLED_PER_TRACK), items)


def _told(engine: Engine, batch_id: int, failed: int) -> str:
    told = f"Done: {_what(engine, batch_id)}."
    return f"{told} {counted(failed, 'item', 'items')} could not be done: the page says why." if failed else told


def _what(engine: Engine, batch_id: int) -> str:
    batch = engine.stores.batches.get(batch_id)
    return batch.what if batch else "nothing"


def _items(args: Mapping[str, Any]) -> list[BatchItem]:
    given = args.get("items")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise RequestError("The task needs a batch_id, or items: a list of decisions.")
    return [_item(one) for one in given]


def _item(one: Mapping[str, Any]) -> BatchItem:
    kind, stash_id = subject(one)
    action = text(one, "action")
    if action not in ACTIONS:
        raise RequestError(f"There is no action called {action}: use {', '.join(ACTIONS[:-1])} or {ACTIONS[-1]}.")
    performer = optional(one, "performer_id")
    person_id = optional(one, "person_id") or (f"performer:{performer}" if performer else None)
    return BatchItem(kind, stash_id, number(one, "track_id"), action, person_id)
