"""Batches of decisions, as the panel is told about them. Standard library only."""

from __future__ import annotations

from typing import Any

from stash_sense.core.batch_records import BatchRecord
from stash_sense.usecases.stores import Stores


def batch_view(stores: Stores, batch: BatchRecord) -> dict[str, Any]:
    """A batch as the panel shows it."""
    counts = stores.batches.counts(batch.id)
    return {
        "batch_id": str(batch.id),
        "at": batch.at,
        "what": batch.what,
        "state": batch.state,
        "total": sum(counts.values()),
        "done": counts.get("undone" if batch.state in {"undoing", "undone"} else "done", 0),
        "failed": counts.get("failed", 0),
        "person_id": batch.person_id,
        "group_id": None if batch.group_id is None else str(batch.group_id),
        "notes": [
            {f"{item.kind}_id": item.stash_id, "state": item.state, "message": item.message}
            for item in stores.batches.with_message(batch.id)
        ],
    }
