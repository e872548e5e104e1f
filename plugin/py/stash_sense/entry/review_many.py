"""The operation that accepts or rejects many suggestions at once. What takes longer than a moment is left to the task decide_many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stash_sense.adapters.locks import held
from stash_sense.entry.arguments import number, one_of, optional, subject
from stash_sense.entry.batches import LOCK, batch_and_start, batches_at
from stash_sense.entry.decisions import open_desk
from stash_sense.entry.protocol import Request
from stash_sense.entry.review import wanted_of
from stash_sense.errors import RequestError
from stash_sense.settings import Value, truth
from stash_sense.usecases.batches import AT_ONCE
from stash_sense.usecases.review_many import Action, Chosen, Wish, begin, plan, plan_view

ACTIONS: tuple[Action, ...] = ("accept", "reject")


def review_many(request: Request) -> dict[str, Any]:
    """{action, items | where, dry_run} → what it will change; or the batch, done if it was small."""
    with open_desk(request) as desk:
        wish = _wish(request, desk.settings)
        if truth(request.args.get("dry_run")):
            return {"plan": plan_view(desk.stores, plan(desk, wish))}
        batch_id, batches = begin(desk, wish), batches_at(desk)
        if batches.left_to_do(batch_id) <= AT_ONCE:
            with held(request.data_dir / LOCK) as mine:
                if mine:  # else a long batch is at work: this one waits its turn in Stash's queue
                    batches.carry_out(batch_id)
        return batch_and_start(desk, batch_id)


def _wish(request: Request, settings: Mapping[str, Value]) -> Wish:
    args = request.args
    action = one_of(args, "action", ACTIONS)
    if action is None:
        raise RequestError("The request needs an action: accept or reject.")
    items, where = args.get("items"), args.get("where")
    if (items is None) == (where is None):
        raise RequestError("Say either which faces are meant (items) or which of all that wait (where).")
    if where is None:
        return Wish(action, items=_items(items))
    if not isinstance(where, Mapping):
        raise RequestError("“where” has to be an object with min_probability, person_id, kind or studio_id.")
    return Wish(action, wanted=wanted_of(request, where, settings))


def _items(given: Any) -> list[Chosen]:
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise RequestError("“items” has to be a list of faces with scene_id or image_id, and track_id.")
    found = []
    for one in given:
        kind, stash_id = subject(one)
        found.append(Chosen(kind, stash_id, number(one, "track_id"), optional(one, "person_id")))
    return found
