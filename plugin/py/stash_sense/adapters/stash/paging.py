"""Reading long lists from Stash without losing or repeating a row that is written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from stash_sense.errors import NotFoundError

PAGE = 100  # rows per request

Row = Mapping[str, Any]


def by_id(
    fetch: Callable[[dict[str, Any], dict[str, Any]], Sequence[Row]],
    extra: Mapping[str, Any],
    *,
    after: int = 0,
    size: int = PAGE,
) -> Iterator[Row]:
    """All rows by ascending id: each page asks for ids above the last one seen.

    fetch: object filter and find filter → rows. extra: further conditions of the object filter. after: only ids above it. size: of a page.
    """
    last = after
    page = {"per_page": size, "sort": "id", "direction": "ASC"}
    while True:
        rows = fetch({**extra, "id": {"value": last, "modifier": "GREATER_THAN"}}, page)
        yield from rows
        if len(rows) < size:
            return
        last = int(rows[-1]["id"])


def by_ids(fetch: Callable[[Sequence[str]], Sequence[Row]], ids: Sequence[str], at_once: int = PAGE) -> Iterator[Row]:
    """The rows of those ids that still exist, in the order given, each once. at_once: rows per request.

    Stash refuses a whole list if one id in it is gone, so such a list is halved until the missing one stands alone.
    """
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), at_once):
        yield from _existing(fetch, unique[start : start + at_once])


def _existing(fetch: Callable[[Sequence[str]], Sequence[Row]], ids: Sequence[str]) -> Iterator[Row]:
    try:
        rows = fetch(ids)
    except NotFoundError:
        if len(ids) > 1:
            middle = len(ids) // 2
            yield from _existing(fetch, ids[:middle])
            yield from _existing(fetch, ids[middle:])
        return
    yield from rows
