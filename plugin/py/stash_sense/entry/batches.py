"""The operations that name an unknown person everywhere and take it back. What takes longer than a moment is left to a task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from stash_sense.adapters.locks import held
from stash_sense.entry.arguments import number, numbers, optional
from stash_sense.entry.decisions import open_desk
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import now, open_stores
from stash_sense.errors import RequestError
from stash_sense.settings import truth
from stash_sense.usecases.batch_view import batch_view
from stash_sense.usecases.batches import AT_ONCE, Batches
from stash_sense.usecases.decide import Desk
from stash_sense.usecases.name_group import Naming, begin, plan, plan_view

LOCK = "batch.lock"
BUSY = "Other decisions are being carried out at the moment: wait until they are done, then try again."


def name_group(request: Request) -> dict[str, Any]:
    """{group_id, name | person_id | performer_id, track_ids, dry_run} → what it will change; or the batch, done if it was small."""
    args = request.args
    performer = optional(args, "performer_id")
    naming = Naming(
        group_id=number(args, "group_id"),
        person_id=optional(args, "person_id") or (f"performer:{performer}" if performer else None),
        name=optional(args, "name"),
        track_ids=numbers(args, "track_ids") if args.get("track_ids") is not None else None,
    )
    with open_desk(request) as desk:
        if truth(args.get("dry_run")):
            return {"plan": plan_view(plan(desk, naming))}
        with only_batch(request.data_dir):
            batch_id = begin(desk, naming)
            batches = batches_at(desk)
            if batches.left_to_do(batch_id) <= AT_ONCE:
                batches.carry_out(batch_id)
        return batch_and_start(desk, batch_id)


def undo_batch(request: Request) -> dict[str, Any]:
    """{batch_id} → takes a whole batch back if it is small; a large one is left as it is: start the task undo_many."""
    batch_id = number(request.args, "batch_id")
    with open_desk(request) as desk:
        batches = batches_at(desk)
        small = batches.left_to_undo(batch_id) <= AT_ONCE
        if small:
            with only_batch(request.data_dir):
                batches.undo(batch_id)
        return {**batch_and_start(desk, batch_id), "start": None if small else "undo_many"}


def batch(request: Request) -> dict[str, Any]:
    """{batch_id} → how far a batch is."""
    with open_stores(request) as stores:
        if (found := stores.batches.get(number(request.args, "batch_id"))) is None:
            raise RequestError("There is no such batch of decisions. Reload the page.")
        return batch_view(stores, found)


@contextmanager
def only_batch(data_dir: Path) -> Iterator[None]:
    """Two processes at one batch would make the same performer twice. Raises RequestError while another one is at work."""
    with held(data_dir / LOCK) as mine:
        if not mine:
            raise RequestError(BUSY)
        yield


def batches_at(desk: Desk) -> Batches:
    """Batches whose decisions carry the instant they are made at."""
    return Batches(desk.stores, lambda: replace(desk, now=now()))


def batch_and_start(desk: Desk, batch_id: int) -> dict[str, Any]:
    """The batch, and the task to start where it has to be carried out yet."""
    found = desk.stores.batches.get(batch_id)
    shown = batch_view(desk.stores, found) if found else None
    start = "decide_many" if shown and shown["state"] == "waiting" else None
    return {"batch": shown, "start": start}
