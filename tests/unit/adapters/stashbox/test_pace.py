"""Downloads take turns, host by host."""

from __future__ import annotations

import pytest
from tests.fakes import Time

from stash_sense.adapters.stashbox.limiter import Limiter
from stash_sense.adapters.stashbox.pace import LimiterPace
from stash_sense.core.catalogue.values import ImageReading, ImageTask
from stash_sense.errors import ServerError


@pytest.fixture
def pace(limiter: Limiter) -> LimiterPace:
    return LimiterPace(limiter)


def refusal(retry_after_s: float | None) -> ImageReading:
    task = ImageTask("https://box.test/graphql", "p", "i", "https://pictures.test/i")
    return ImageReading(task, "failed", message="Slow down.", retry_after_s=retry_after_s)


def test_each_host_has_its_own_pace(pace: LimiterPace, time: Time) -> None:
    for _ in range(4):
        pace.turn("https://pictures.test/a", 60)
        pace.turn("https://other.test/a", 60)
    assert sum(time.slept) == pytest.approx(3.0)


def test_a_refusal_stops_everybody_for_so_long(pace: LimiterPace, time: Time) -> None:
    pace.answered(refusal(30.0))
    pace.turn("https://pictures.test/a", 600)
    assert sum(time.slept) == pytest.approx(30.0)


def test_a_failure_without_a_time_stops_nobody(pace: LimiterPace, time: Time) -> None:
    pace.answered(refusal(None))
    pace.turn("https://pictures.test/a", 600)
    assert time.slept == []


def test_who_asks_for_hours_is_left_for_another_time(pace: LimiterPace) -> None:
    pace.answered(refusal(7200.0))
    with pytest.raises(ServerError, match=r"pictures\.test asks us to leave it alone for 120 minutes"):
        pace.turn("https://pictures.test/a", 600)


def test_an_address_that_is_none_waits_for_nobody(pace: LimiterPace, time: Time) -> None:
    pace.turn("not an address", 1)
    pace.turn("https://x:port/", 1)
    assert time.slept == []
