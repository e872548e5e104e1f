"""What was decided, by whom, what it changed, and whether it can be taken back."""

from __future__ import annotations

from typing import Any

from stash_sense.core.records import DecisionRecord
from stash_sense.usecases.stores import Stores


def history_page(stores: Stores, *, offset: int, count: int) -> list[dict[str, Any]]:
    """Decisions, newest first (design §10)."""
    return [
        {
            "decision_id": str(decision.id),
            "at": decision.at,
            "what": decision.action,
            "by": decision.actor,
            f"{decision.kind}_id": decision.stash_id,
            "changes": _changes(decision),
            "can_undo": decision.action != "undo" and decision.undone_by is None,
        }
        for decision in stores.decisions.page(offset=offset, count=count)
    ]


def _changes(decision: DecisionRecord) -> str:
    name = decision.after.get("name") or "somebody"
    if decision.action == "undo":
        return str(decision.after.get("message", "A decision was undone."))
    if decision.action == "reject":
        return f"{name} was ruled out."
    if decision.action == "skip":
        return "The person was left without a name."
    made = " The performer was created." if decision.after.get("created") else ""
    if not decision.after.get("added"):
        return f"{name} was confirmed; the performer was on the {decision.kind} already."
    return f"{name} was added to the {decision.kind}.{made}"
