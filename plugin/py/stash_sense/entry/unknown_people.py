"""The operations of the page of unknown people that ask nothing of Stash: standard library only."""

from __future__ import annotations

from typing import Any

from stash_sense.entry.arguments import number, numbers, whole
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import open_stores
from stash_sense.settings import truth
from stash_sense.usecases.batch_view import batch_view
from stash_sense.usecases.unknown_people import ignore, part, people_page, person_page, rejoin

PER_PAGE, MOST_PER_PAGE = 24, 100
LEAST, LEAST_IGNORED = (
    2,
    1,
)  # a person seen once is nobody "across the library", but whoever was ignored has to be found again
BATCHES_SHOWN = 5


def unknown_people(request: Request) -> dict[str, Any]:
    """{page, per_page, min_scenes, ignored} → people without a name by the number of scenes, and what was named last."""
    args = request.args
    ignored = truth(args.get("ignored"))
    with open_stores(request) as stores:
        found = people_page(
            stores,
            page=whole(args, "page", 1, least=1),
            per_page=whole(args, "per_page", PER_PAGE, least=1, most=MOST_PER_PAGE),
            least=whole(args, "min_scenes", LEAST_IGNORED if ignored else LEAST, least=1),
            ignored=ignored,
        )
        return {**found, "batches": [batch_view(stores, batch) for batch in stores.batches.of_groups(BATCHES_SHOWN)]}


def unknown_person(request: Request) -> dict[str, Any]:
    """{group_id, page} → all faces of one of them, and who it may be."""
    with open_stores(request) as stores:
        return person_page(stores, number(request.args, "group_id"), whole(request.args, "page", 1, least=1))


def part_group(request: Request) -> dict[str, Any]:
    """{group_id, track_ids, as_one} → these faces are somebody else: each by itself, or all of them one other person."""
    args = request.args
    with open_stores(request) as stores:
        as_one = truth(args.get("as_one"))
        made = part(stores, number(args, "group_id"), numbers(args, "track_ids"), as_one=as_one)
        return {"group_ids": [str(group) for group in made]}


def rejoin_group(request: Request) -> dict[str, Any]:
    """{group_id, track_ids} → takes part_group back."""
    with open_stores(request) as stores:
        rejoin(stores, number(request.args, "group_id"), numbers(request.args, "track_ids"))
        return {"group_id": str(number(request.args, "group_id"))}


def ignore_group(request: Request) -> dict[str, Any]:
    """{group_id, ignored} → takes somebody whom nobody wants to name out of the list, or puts them back."""
    ignored = truth(request.args.get("ignored", True))
    with open_stores(request) as stores:
        ignore(stores, number(request.args, "group_id"), ignored=ignored)
        return {"group_id": str(number(request.args, "group_id")), "ignored": ignored}
