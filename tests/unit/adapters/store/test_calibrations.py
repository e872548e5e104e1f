"""Calibrations: the newest counts, and one that changed nothing leaves the earlier one in force."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from stash_sense.adapters.store.calibrations import CalibrationStore
from stash_sense.adapters.store.database import open_database
from stash_sense.core.run_records import CalibrationRecord
from stash_sense.errors import SetupError

ONE = CalibrationRecord("2026-01-01T00:00:00Z", "compact", "1", "ff", "adjusted", 0.8, -0.5, {"scenes": 3})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CalibrationStore]:
    with closing(open_database(tmp_path)) as db:
        yield CalibrationStore(db)


def rows(store: CalibrationStore) -> list[str]:
    return [outcome for (outcome,) in store.db.execute("SELECT outcome FROM calibration ORDER BY id")]


def plain(record: CalibrationRecord | None) -> CalibrationRecord | None:
    return record and replace(record, id=0)


def test_there_is_none_at_first(store: CalibrationStore) -> None:
    assert (store.latest(), store.in_force()) == (None, None)


def test_the_newest_takes_the_place_of_the_others(store: CalibrationStore) -> None:
    store.put(ONE)
    assert plain(store.latest()) == plain(store.in_force()) == ONE
    newer = replace(ONE, outcome="pack", slope=1.0, offset=0.0)
    store.put(newer)
    assert plain(store.in_force()) == newer
    assert rows(store) == ["pack"]


def test_too_few_are_told_and_not_used(store: CalibrationStore) -> None:
    store.put(ONE)
    refused = replace(ONE, outcome="too_few", slope=1.0, offset=0.0)
    store.put(refused)
    store.put(refused)
    assert plain(store.latest()) == refused
    assert plain(store.in_force()) == ONE
    assert rows(store) == ["adjusted", "too_few"]


def test_an_outcome_that_does_not_exist_is_refused(store: CalibrationStore) -> None:
    with pytest.raises(SetupError):
        store.put(replace(ONE, outcome="perhaps"))  # type: ignore[arg-type]


def test_it_belongs_to_one_model(store: CalibrationStore) -> None:
    assert ONE.belongs_to("compact", "1", "ff")
    assert not any(
        ONE.belongs_to(*other) for other in [("opencv", "1", "ff"), ("compact", "2", "ff"), ("compact", "1", "00")]
    )
