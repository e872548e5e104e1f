"""A sweep survives as text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.stashbox.memory_sweeps import MemorySweeps
from tests.stashbox.random_worlds import a_world
from tests.stashbox.world_box import WorldBox

from stash_sense.core.catalogue.cover import cover_of
from stash_sense.core.catalogue.position import from_text, statement_of, statement_text, to_text
from stash_sense.core.catalogue.sweep import Hinge, Sweep
from stash_sense.core.catalogue.values import Part, Shortfall, Statement
from stash_sense.usecases.enumerate import Enumeration


class Remembering(MemorySweeps):
    def save(self, sweep_id: int, position: str, requests: int) -> None:
        texts.append(position)
        super().save(sweep_id, position, requests)


texts: list[str] = []


def test_every_position_of_many_sweeps_is_the_same_again() -> None:
    texts.clear()
    for seed in range(10):
        world = a_world(seed, "storm", people=60, page_cap=5)
        Enumeration(WorldBox(world), Remembering(), lambda: "2026-01-01T00:00:00Z").run(lambda done, total: None)
    for text in texts:
        sweep = from_text(text)
        assert sweep is not None
        assert to_text(sweep) == text
    kinds = {key for text in texts for key, value in json.loads(text).items() if value}
    assert {"walk", "cover", "hinges", "watermark", "found"} <= kinds


def test_what_is_known_to_be_missing_is_kept() -> None:
    short = (Shortfall("born in 1990", 2), Shortfall("somewhere", 1))
    cover = replace(
        cover_of(Part(name="Jane"), sorts=("NAME",), size=10, request=3, spend=99),
        short=short,
    )
    sweep = Sweep(("NAME",), stage="parts", cover=cover, short=short, whole=Hinge(2, 7, "now"))
    assert from_text(to_text(sweep)) == sweep


@pytest.mark.parametrize("text", ["", "{}", "[]", "7", '{"sorts": [], "later": 1}', "null"])
def test_what_is_not_a_position_is_none(text: str) -> None:
    assert from_text(text) is None


def test_a_statement_is_the_same_again() -> None:
    statement = Statement(False, 7, 9, "2026-01-01T00:00:00Z", "pages", 12, (Shortfall("born in 1990", 2),))
    assert statement_of(statement_text(statement)) == statement
