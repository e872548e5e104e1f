"""Findings as rows of sense.db. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

FindingState = Literal["open", "closed", "dismissed"]


@dataclass(frozen=True, slots=True)
class SubjectRecord:
    kind: str
    object_id: str
    name: str


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A stored finding. reason, dismissed_at: of a dismissed one."""

    id: int
    rule: str
    title: str
    why: str
    confidence: float
    evidence: Mapping[str, Any]
    actions: tuple[str, ...]
    state: FindingState
    found_at: str
    reason: str | None = None
    dismissed_at: str | None = None
    subjects: tuple[SubjectRecord, ...] = ()
