"""Calibrations on the user's library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.run_records import CalibrationRecord

_COLUMNS = "at, pack, revision, fingerprint, outcome, slope, offset, figures, id"


class CalibrationStore(Store):
    def latest(self) -> CalibrationRecord | None:
        """The newest, also one that changed nothing."""
        return self._one("ORDER BY id DESC")

    def in_force(self) -> CalibrationRecord | None:
        """The newest that had enough to go by. Whether it belongs to the model in use is for the caller to see."""
        return self._one("WHERE outcome <> 'too_few' ORDER BY id DESC")

    def put(self, record: CalibrationRecord) -> None:
        """Adds one and drops what it makes out of date: all others, or with too_few only others of that kind."""
        self.db.execute(
            "DELETE FROM calibration" + (" WHERE outcome = 'too_few'" if record.outcome == "too_few" else "")
        )
        self.db.execute(
            "INSERT INTO calibration (at, pack, revision, fingerprint, outcome, slope, offset, figures) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.at, record.pack, record.revision, record.fingerprint, record.outcome, record.slope, record.offset,
                json.dumps(record.figures),
            ),
        )  # fmt: skip

    def _one(self, which: str) -> CalibrationRecord | None:
        row = self.db.execute(f"SELECT {_COLUMNS} FROM calibration {which} LIMIT 1").fetchone()
        return _record(row) if row else None


def _record(row: Sequence[Any]) -> CalibrationRecord:
    at, pack, revision, fingerprint, outcome, slope, offset, figures, calibration_id = row
    return CalibrationRecord(
        at, pack, revision, fingerprint, outcome, slope, offset, json.loads(figures), calibration_id
    )
