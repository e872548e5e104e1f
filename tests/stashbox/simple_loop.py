"""How a stash-box is usually listed: page after page until the rows asked for are as many as the count. The baseline that loses people."""

from __future__ import annotations

from dataclasses import dataclass

from tests.stashbox.world_box import WorldBox

from stash_sense.core.catalogue.values import Ask, Direction, SortKey
from stash_sense.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Listing:
    """rows: with repetitions."""

    ids: frozenset[str]
    rows: int
    requests: int


def simple_loop(
    box: WorldBox, *, per_page: int = 25, sort: SortKey = "CREATED_AT", direction: Direction = "DESC"
) -> Listing:
    """Where a page is refused, it begins anew with a smaller one."""
    ids: list[str] = []
    page = 1
    while True:
        try:
            answer = box.page(Ask(page, per_page, sort, direction))
        except RefusedError:
            ids, page, per_page = [], 1, max(per_page // 2, 1)
            continue
        ids += [row.box_id for row in answer.rows]
        if page * per_page >= answer.count:
            return Listing(frozenset(ids), len(ids), box.requests)
        if len(answer.rows) < per_page and answer.rows and page == 1:
            per_page = len(answer.rows)  # kindly: a cap is noticed
        page += 1
