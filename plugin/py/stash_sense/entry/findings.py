"""The operations of the tab “Suggestions”: standard library only, nothing is asked of Stash."""

from __future__ import annotations

from typing import Any

from stash_sense.entry.arguments import number, optional, whole
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import now, open_stores
from stash_sense.errors import RequestError
from stash_sense.usecases import findings as suggestions

PER_PAGE, MOST_PER_PAGE = 25, 100
STATES = ("open", "dismissed")
SORTS = ("confidence", "newest", "oldest")


def findings(request: Request) -> dict[str, Any]:
    """{rule, state, sort, page, per_page} → suggestions, surest first."""
    args = request.args
    with open_stores(request) as stores:
        return suggestions.findings_page(
            stores,
            rule=optional(args, "rule"),
            state=_one_of(optional(args, "state") or "open", STATES, "state"),
            sort=_one_of(optional(args, "sort") or "confidence", SORTS, "order"),
            page=whole(args, "page", 1, least=1),
            per_page=whole(args, "per_page", PER_PAGE, least=1, most=MOST_PER_PAGE),
        )


def dismiss(request: Request) -> dict[str, Any]:
    """{finding_id, reason} → the suggestion, which is fine as it is."""
    with open_stores(request) as stores:
        reason = optional(request.args, "reason")
        return {"finding": suggestions.dismiss(stores, number(request.args, "finding_id"), reason, now)}


def restore(request: Request) -> dict[str, Any]:
    """{finding_id} → the suggestion, after `dismiss` was taken back."""
    with open_stores(request) as stores:
        return {"finding": suggestions.restore(stores, number(request.args, "finding_id"), now)}


def _one_of(value: str, known: tuple[str, ...], what: str) -> str:
    if value not in known:
        raise RequestError(f"There is no {what} called {value}: use {', '.join(known[:-1])} or {known[-1]}.")
    return value
