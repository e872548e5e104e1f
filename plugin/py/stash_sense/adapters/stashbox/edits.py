"""The feed of edits: whom a stash-box has merged or deleted lately.

It is read backwards by closing time until it is older than asked for: applied edits only ever arrive at its head, where the next reading
finds them. (Without the `applied` filter an edit that is closed on the way would jump over the reader; measured.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from stash_sense.adapters.stashbox.features import Features

EDITS = """
query StashSense_BoxEdits($input: EditQueryInput!) {
  queryEdits(input: $input) {
    count
    edits { closed target { __typename ... on Performer { id } } merge_sources { __typename ... on Performer { id } } }
  }
}"""

PER_PAGE = 100


def retired_ids(read: Callable[[dict[str, Any]], Mapping[str, Any]], features: Features, since: str) -> set[str]:
    """read: sends EDITS with these variables and returns `data`. since: RFC 3339."""
    by_closing = features.has("EditSortEnum", "CLOSED_AT")
    after = _instant(since)
    found: set[str] = set()
    for operation in ("MERGE", "DESTROY"):
        asked = {"operation": operation, "sort": "CLOSED_AT" if by_closing else "CREATED_AT"}
        for edit in _edits(read, asked, after if by_closing else None):
            if edit.get("closed") and _instant(edit["closed"]) >= after:
                found.update(_retired(edit, operation))
    return found


def _edits(
    read: Callable[[dict[str, Any]], Mapping[str, Any]], asked: Mapping[str, str], stop_before: datetime | None
) -> Iterator[Mapping[str, Any]]:
    """Newest first. An edit that disappears meanwhile moves the others up, so the page before is then read once more."""
    page, count = 1, None
    while True:
        fixed = {"target_type": "PERFORMER", "applied": True, "direction": "DESC", "per_page": PER_PAGE}
        answer = read({"input": {**fixed, **asked, "page": page}})["queryEdits"]
        edits = answer["edits"]
        yield from edits
        if count is not None and answer["count"] < count and page > 1:
            page, count = page - 1, answer["count"]
            continue
        count = answer["count"]
        closed = [_instant(one["closed"]) for one in edits if one.get("closed")]
        if not edits or (stop_before is not None and closed and min(closed) < stop_before):
            return
        page += 1


def _retired(edit: Mapping[str, Any], operation: str) -> list[str]:
    """A merge retires its sources, a deletion its target."""
    rows = edit.get("merge_sources") or [] if operation == "MERGE" else [edit.get("target")]
    return [str(row["id"]) for row in rows if row and row.get("id")]


def _instant(text: str) -> datetime:
    """RFC 3339, which Python 3.10 reads only with an offset in digits and three or six decimals."""
    whole, _, rest = text.replace("Z", "+00:00").partition(".")
    if rest:
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        whole += f".{digits[:6]:0<6}{rest[len(digits) :]}"
    at = datetime.fromisoformat(whole)
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)
