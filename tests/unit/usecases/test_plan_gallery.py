"""What a build would take."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stashbox.building import Workshop, a_performer
from tests.stashbox.world import BoxWorld


@pytest.fixture
def world() -> BoxWorld:
    return BoxWorld()


@pytest.fixture
def shop(tmp_path: Path, world: BoxWorld) -> Workshop:
    return Workshop(tmp_path, {"box.test": world})


def test_a_plan_counts_and_changes_nothing(shop: Workshop, world: BoxWorld) -> None:
    for number in range(250):
        a_performer(world, f"P{number}", pictures=0)
    with shop.opened() as builder:
        plan = builder.plan("all")
        (source,) = plan.sources
        assert (source.people, source.requests, source.images) == (250, 4, 750)
        assert plan.hours == pytest.approx(754 / 240 / 60, abs=0.005), "reading is faster than the limit"
        assert plan.gigabytes == pytest.approx(0.225)
        assert builder.status() == []
    assert shop.readers.read_ids == []


def test_a_plan_learns_from_what_was_read(shop: Workshop, world: BoxWorld) -> None:
    for number in range(10):
        a_performer(world, f"P{number}", pictures=1)
    shop.build()
    a_performer(world, "New", pictures=1)
    with shop.opened() as builder:
        plan = builder.plan("all")
    assert (plan.images, plan.gigabytes) == (1, 0.0)


def test_progress_adds_up(shop: Workshop, world: BoxWorld) -> None:
    for number in range(5):
        a_performer(world, f"P{number}")
    shop.build()
    assert (shop.steps.done, shop.steps.total) == (10, 10)
