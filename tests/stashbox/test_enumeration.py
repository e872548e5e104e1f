"""Enumeration through the real client, over HTTP: what the model in one process shows holds on the wire."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.stashbox.memory_sweeps import MemorySweeps
from tests.stashbox.random_worlds import Kind, Writers, a_world
from tests.stashbox.server import box_server

from stash_sense.adapters.stashbox.box import open_box
from stash_sense.adapters.stashbox.limiter import Limiter
from stash_sense.usecases.enumerate import Enumeration


@pytest.mark.parametrize("seed", [3, 5, 8])
@pytest.mark.parametrize("kind", ["quiet", "hard deletes"])
@pytest.mark.parametrize("without", [frozenset(), frozenset({"Performer.updated", "Performer.merged_into_id"})])
def test_over_http(tmp_path: Path, seed: int, kind: Kind, without: frozenset[str]) -> None:
    world = a_world(seed, kind, people=60, page_cap=7)
    writers = world.before_request
    assert isinstance(writers, Writers)
    sweeps = MemorySweeps()
    with box_server(world, without=without) as server:
        box = open_box(server.config(), limiter=Limiter(tmp_path / "limits.db"))
        statement = Enumeration(box, sweeps, lambda: "2026-01-01T00:00:00Z").run(lambda done, total: None)
    found = {row.box_id for row in sweeps.people(1)}
    assert statement.complete
    assert writers.stayed <= found
    if kind == "quiet":
        assert found == world.live()
        assert statement.found == statement.count == len(found)
