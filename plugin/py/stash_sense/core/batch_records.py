"""Decisions made together as rows of sense.db. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stash_sense.core.records import MediaKind


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """Decisions made together. name: of a performer to be created; person_id: whom items without one of their own mean.

    faces: of each track that become references. id 0: not stored yet.
    """

    at: str
    what: str
    state: Literal["waiting", "done", "undoing", "undone"] = "waiting"
    name: str | None = None
    person_id: str | None = None
    group_id: int | None = None
    faces: int = 3
    id: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One row of the history: a decision made by itself, or a batch in place of all of its own."""

    what: Literal["decision", "batch"]
    id: int


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One decision of a batch. message: why it failed, or what an undo had to leave. faces: as of the batch, which counts where it is None."""

    kind: MediaKind
    stash_id: str
    track_id: int
    action: str = "assign"
    person_id: str | None = None
    state: Literal["waiting", "done", "failed", "undone"] = "waiting"
    message: str | None = None
    id: int = 0
    faces: int | None = None
