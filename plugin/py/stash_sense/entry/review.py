"""The operation behind the page of people to review: standard library only, and no HTTP client unless a studio is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stash_sense.core.records import MediaKind
from stash_sense.core.review_records import Sort, Wanted
from stash_sense.entry.arguments import number, one_of, optional, share, whole
from stash_sense.entry.protocol import Request
from stash_sense.entry.wiring import open_stores, settings_of
from stash_sense.settings import Value
from stash_sense.usecases.review import review_page

PER_PAGE, MOST_PER_PAGE = 24, 50
SORTS: tuple[Sort, ...] = ("probability", "unsure", "newest", "people")
KINDS: tuple[MediaKind, ...] = ("scene", "image")


def review(request: Request) -> dict[str, Any]:
    """{page, per_page, min_probability, person_id | performer_id, kind, studio_id, sort} → scenes and images in which somebody is suggested."""
    args = request.args
    with open_stores(request) as stores:
        return review_page(
            stores,
            wanted_of(request, args, settings_of(stores)),
            sort=one_of(args, "sort", SORTS) or "probability",
            page=whole(args, "page", 1, least=1),
            per_page=whole(args, "per_page", PER_PAGE, least=1, most=MOST_PER_PAGE),
        )


def wanted_of(request: Request, args: Mapping[str, Any], settings: Mapping[str, Value]) -> Wanted:
    """Which of the suggested people are meant; without a bound those that are suggested as the settings say. Raises RequestError, ServerError."""
    performer = optional(args, "performer_id")
    kind = one_of(args, "kind", KINDS)
    return Wanted(
        least=share(args, "min_probability", int(settings["review_from"]) / 100),
        person_id=optional(args, "person_id") or (f"performer:{performer}" if performer else None),
        kind=kind,
        among=_of_studio(request, args, [kind] if kind else KINDS),
    )


def _of_studio(
    request: Request, args: Mapping[str, Any], kinds: Sequence[MediaKind]
) -> dict[MediaKind, list[str]] | None:
    """The studio's scenes and images, as Stash says; None: no studio is asked for."""
    if optional(args, "studio_id") is None:
        return None
    studio_id = str(number(args, "studio_id"))
    from stash_sense.entry.wiring_stash import open_library  # costs as much as all the rest of this operation

    with open_library(request) as library:
        return {kind: library.ids_of_studio(kind, studio_id) for kind in kinds}
