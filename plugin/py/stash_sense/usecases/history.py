"""What was decided, by whom, what it changed, and whether it can be taken back. Standard library only."""

from __future__ import annotations

from typing import Any

from stash_sense.core.batch_records import HistoryEntry
from stash_sense.core.records import DecisionRecord
from stash_sense.usecases.batch_view import batch_view
from stash_sense.usecases.stores import Stores

WORDS = {"scene": "scene", "image": "picture"}


def history_page(stores: Stores, *, page: int, per_page: int) -> dict[str, Any]:
    """Decisions made by themselves and batches, newest first. page: from 1."""
    entries = stores.history.page(offset=(page - 1) * per_page, count=per_page)
    shown = [_batch(stores, one) if one.what == "batch" else _decision(stores, one) for one in entries]
    return {
        "total": stores.history.count(),
        "page": page,
        "per_page": per_page,
        "items": [row for row in shown if row is not None],
    }


def _batch(stores: Stores, entry: HistoryEntry) -> dict[str, Any] | None:
    if (batch := stores.batches.get(entry.id)) is None:
        return None
    return {**batch_view(stores, batch), "can_undo": batch.state != "undone"}


def _decision(stores: Stores, entry: HistoryEntry) -> dict[str, Any] | None:
    if (decision := stores.decisions.get(entry.id)) is None:
        return None
    person = stores.gallery.person(decision.person_id) if decision.person_id else None
    undone = decision.undone_by is not None
    return {
        "decision_id": str(decision.id),
        "at": decision.at,
        "what": decision.action,
        "by": decision.actor,
        f"{decision.kind}_id": decision.stash_id,
        "changes": _changes(decision),
        "can_undo": decision.action != "undo" and not undone,
        "undone": undone,
        "name": decision.after.get("name") if decision.action != "skip" else None,
        "performer_id": person.performer_id if person and decision.action != "skip" else None,
    }


def _changes(decision: DecisionRecord) -> str:
    name, place = decision.after.get("name") or "somebody", WORDS[decision.kind]
    if decision.action == "undo":
        return str(decision.after.get("message", "A decision was undone."))
    if decision.action == "reject":
        return f"{name} was ruled out."
    if decision.action == "skip":
        return "The person was left without a name."
    made = " The performer was created." if decision.after.get("created") else ""
    if not decision.after.get("added"):
        return f"{name} was confirmed; the performer was on the {place} already."
    return f"{name} was added to the {place}.{made}"
