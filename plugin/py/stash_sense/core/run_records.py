"""What tasks have done as rows of sense.db. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class RunRecord:
    id: int
    kind: str
    state: str
    started_at: str
    heartbeat_at: str
    finished_at: str | None
    done: int
    total: int
    failed: int
    message: str | None


CalibrationOutcome = Literal["adjusted", "pack", "too_few", "reset"]


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """One calibration on the user's library. slope, offset: fitted; 1 and 0 unless `adjusted`. pack, revision, fingerprint: of the model they adjust.

    outcome: adjusted; pack (its own calibration is as good); too_few (nothing changed); reset. figures: for the settings page.
    """

    at: str
    pack: str
    revision: str
    fingerprint: str
    outcome: CalibrationOutcome
    slope: float = 1.0
    offset: float = 0.0
    figures: dict[str, Any] = field(default_factory=dict)
    id: int = 0

    def belongs_to(self, pack: str, revision: str, fingerprint: str) -> bool:
        """Whether it was made for this very model."""
        return (self.pack, self.revision, self.fingerprint) == (pack, revision, fingerprint)
