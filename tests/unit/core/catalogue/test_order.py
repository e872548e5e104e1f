"""Which pictures come first, when failures are tried again, what a build takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stash_sense.core.catalogue.order import estimate, hopeless, later, preferred, retry_at
from stash_sense.core.catalogue.records import KnownImage, Plan
from stash_sense.core.catalogue.values import BoxImage


def an_image(image_id: str, width: int | None = None, height: int | None = None, place: int = 0) -> KnownImage:
    return KnownImage("person", BoxImage(image_id, f"https://x/{image_id}", width, height), place)


SIZED = st.builds(an_image, st.uuids().map(str), st.integers(1, 5000), st.integers(1, 5000), st.integers(0, 9))


def test_portraits_come_first_and_the_taller_of_them() -> None:
    images = [an_image("wide", 900, 600), an_image("small", 400, 600), an_image("tall", 800, 1200)]
    assert [one.image.id for one in preferred(images)] == ["tall", "small", "wide"]


def test_without_sizes_the_server_s_order_counts() -> None:
    images = [an_image("b", place=1), an_image("a", place=2), an_image("c", place=0)]
    assert [one.image.id for one in preferred(images)] == ["c", "b", "a"]


@given(st.lists(SIZED, unique_by=lambda one: one.image.id), st.randoms())
def test_the_order_does_not_depend_on_how_the_server_breaks_ties(images: list[KnownImage], random: object) -> None:
    shuffled = list(images)
    random.shuffle(shuffled)
    assert preferred(shuffled) == preferred(images)


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(100, 100, None), (99, 500, "image_too_small"), (-1, -1, "not_an_image"), (None, None, None), (0, 0, None)],
)
def test_what_the_size_alone_tells(width: int | None, height: int | None, expected: str | None) -> None:
    assert hopeless(an_image("x", width, height), 100) == expected


@pytest.mark.parametrize(
    ("failures", "after_s", "expected"),
    [
        (0, None, "2026-01-01T00:00:00Z"),
        (0, 90.2, "2026-01-01T00:01:31Z"),
        (1, None, "2026-01-01T00:05:00Z"),
        (2, 60.0, "2026-01-01T00:10:00Z"),
        (30, None, "2026-01-02T00:00:00Z"),
    ],
)
def test_failures_are_tried_again_later_and_later(failures: int, after_s: float | None, expected: str) -> None:
    assert retry_at("2026-01-01T00:00:00Z", failures, after_s) == expected


def test_later_crosses_months() -> None:
    assert later("2026-01-31T23:59:59Z", 1) == "2026-02-01T00:00:00Z"
    assert later("2026-02-01T00:00:00Z", -86_400) == "2026-01-31T00:00:00Z"


def test_the_slower_of_download_and_reading_counts() -> None:
    numbers = {"people": 100, "requests": 1, "unread_images": 300.0, "bytes_per_image": 1e6}
    slow_net = estimate("x", **numbers, per_minute=60, readers=4)
    slow_eyes = estimate("x", **numbers, per_minute=6000, readers=1)
    assert slow_net.hours == pytest.approx(301 / 3600, abs=0.01)
    assert slow_eyes.hours == pytest.approx(300 * 0.15 / 3600, abs=0.01)
    assert slow_net.gigabytes == 0.3
    plan = Plan((slow_net, slow_eyes))
    assert (plan.requests, plan.images, plan.gigabytes) == (2, 600, 0.6)
