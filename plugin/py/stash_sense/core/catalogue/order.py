"""Which pictures of a person are looked at first, when a failed one is tried again, and what a build will take. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from stash_sense.core.catalogue.records import KnownImage, SourcePlan

PORTRAIT = 2 / 3  # width by height of the pictures that stash-boxes ask for; they list those closest to it first
PER_REQUEST = 100  # people or scenes that one request asks for
IMAGES_PER_PERSON = 3.0  # boxes differ: 1.0 to 5 (docs/stash-box.md)
BYTES_PER_IMAGE = 300_000.0
READ_S = 0.15  # one picture on one core, for a plan before anything was measured
FIRST_RETRY_S = 300
LONGEST_RETRY_S = 86_400


def preferred(images: Iterable[KnownImage]) -> list[KnownImage]:
    """The order in which a person's pictures are read: as the server lists them, with its ties broken by id.

    A server without sizes: its own order.
    """
    return sorted(images, key=_rank)


def _rank(known: KnownImage) -> tuple[bool, float, int, int, str]:
    width, height = known.image.width, known.image.height
    if not width or not height or width < 0 or height < 0:
        return True, 0.0, 0, known.place, known.image.id
    return False, round(abs(width / height - PORTRAIT), 6), -height, 0, known.image.id


def hopeless(known: KnownImage, image_px: int) -> str | None:
    """What reading it would come to, if its size alone tells; None if it has to be read. image_px: least shorter side."""
    width, height = known.image.width, known.image.height
    if width is None or height is None:
        return None
    if width < 0 or height < 0:  # how stash-box says of a drawing that it has no size in pixels
        return "not_an_image"
    return "image_too_small" if 0 < min(width, height) < image_px else None


def retry_at(now: str, failures: int, retry_after_s: float | None = None) -> str:
    """When to try again what has failed `failures` times before: at once, then later and later; never before the server allows it.

    now, result: UTC, ISO 8601.
    """
    wait_s = 0.0 if failures == 0 else min(FIRST_RETRY_S * 2.0 ** (failures - 1), LONGEST_RETRY_S)
    return later(now, max(wait_s, retry_after_s or 0.0))


def later(now: str, seconds: float) -> str:
    """The instant so many seconds after `now`, rounded up to a whole second."""
    instant = datetime.fromisoformat(now.replace("Z", "+00:00")) + timedelta(seconds=-(-seconds // 1))
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def estimate(
    endpoint: str,
    *,
    people: int,
    requests: int,
    unread_images: float,
    bytes_per_image: float | None,
    per_minute: int,
    readers: int,
) -> SourcePlan:
    """requests: to the server itself. readers: pictures read at the same time. Downloads and reading overlap, so the slower one counts."""
    images = round(unread_images)
    seconds = requests * 60 / per_minute + images * max(60 / per_minute, READ_S / readers)
    size = images * (BYTES_PER_IMAGE if bytes_per_image is None else bytes_per_image)
    return SourcePlan(endpoint, people, requests, images, round(seconds / 3600, 2), round(size / 1e9, 3))
