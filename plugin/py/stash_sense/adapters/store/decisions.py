"""Decisions: append-only, so that every write can be told and undone."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.records import DecisionRecord, MediaKind

_COLUMNS = "at, actor, action, state, kind, stash_id, track_id, person_id, template, before, after, undone_by, id, pack, revision"


class DecisionStore(Store):
    def add(self, decision: DecisionRecord) -> int:
        cursor = self.db.execute(
            "INSERT INTO decision (at, actor, action, state, kind, stash_id, track_id, person_id, template, before, after, pack, revision) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                decision.at, decision.actor, decision.action, decision.state, decision.kind, int(decision.stash_id), decision.track_id,
                decision.person_id, decision.template, json.dumps(decision.before), json.dumps(decision.after),
                decision.pack, decision.revision,
            ),
        )  # fmt: skip
        return int(cursor.fetchone()[0])

    def get(self, decision_id: int) -> DecisionRecord | None:
        row = self.db.execute(f"SELECT {_COLUMNS} FROM decision WHERE id = ?", (decision_id,)).fetchone()
        return _decision(row) if row else None

    def finish(self, decision_id: int, *, person_id: str | None, after: dict[str, Any]) -> None:
        """Stash has been told."""
        self.db.execute(
            "UPDATE decision SET state = 'done', person_id = ?, after = ? WHERE id = ?",
            (person_id, json.dumps(after), decision_id),
        )

    def drop_pending(self, decision_id: int) -> None:
        """Stash refused: the decision was never made."""
        self.db.execute("DELETE FROM decision WHERE id = ? AND state = 'pending'", (decision_id,))

    def pending(self, track_id: int) -> DecisionRecord | None:
        """A decision that a kill or a silent server cut short between telling Stash and noting it."""
        row = self.db.execute(
            f"SELECT {_COLUMNS} FROM decision WHERE track_id = ? AND state = 'pending' AND action != 'undo' ORDER BY id DESC LIMIT 1",
            (track_id,),
        ).fetchone()
        return _decision(row) if row else None

    def begun_undo(self, decision: DecisionRecord) -> int | None:
        """The undo of this decision that was cut short, Stash told or not."""
        rows = self.db.execute(
            "SELECT id, before FROM decision WHERE kind = ? AND stash_id = ? AND action = 'undo' AND state = 'pending'",
            (decision.kind, int(decision.stash_id)),
        )
        return next((int(number) for number, before in rows if json.loads(before)["decision_id"] == decision.id), None)

    def set_undone(self, decision_id: int, by: int) -> None:
        self.db.execute("UPDATE decision SET undone_by = ? WHERE id = ?", (by, decision_id))

    def standing(self, kind: MediaKind, stash_id: str) -> list[DecisionRecord]:
        """The decisions on a scene or image that count: done, not undone, oldest first."""
        rows = self.db.execute(
            f"SELECT {_COLUMNS} FROM decision WHERE kind = ? AND stash_id = ? AND state = 'done' AND undone_by IS NULL AND action != 'undo' ORDER BY id",
            (kind, int(stash_id)),
        )
        return [_decision(row) for row in rows]

    def of_track(self, track_id: int) -> DecisionRecord | None:
        """The newest standing decision on a track."""
        row = self.db.execute(
            f"SELECT {_COLUMNS} FROM decision WHERE track_id = ? AND state = 'done' AND undone_by IS NULL AND action != 'undo' ORDER BY id DESC LIMIT 1",
            (track_id,),
        ).fetchone()
        return _decision(row) if row else None

    def newest(self, track_ids: Collection[int]) -> dict[int, tuple[int, str]]:
        """of_track of several: id and actor, by track."""
        rows = self.db.execute(
            "SELECT track_id, MAX(id), actor FROM decision WHERE track_id IN (SELECT value FROM json_each(?)) AND state = 'done' "
            "AND undone_by IS NULL AND action != 'undo' GROUP BY track_id",
            (json.dumps(list(track_ids)),),
        )
        return {track_id: (number, actor) for track_id, number, actor in rows}

    def rejections(self, track_ids: Collection[int]) -> list[DecisionRecord]:
        """Standing decisions that say who these tracks are not."""
        rows = self.db.execute(
            f"SELECT {_COLUMNS} FROM decision WHERE track_id IN (SELECT value FROM json_each(?)) AND action = 'reject' AND state = 'done' "
            "AND undone_by IS NULL ORDER BY id",
            (json.dumps(list(track_ids)),),
        )
        return [_decision(row) for row in rows]

    def accepted(self, person_id: str, *, most: int) -> list[tuple[int, int, int]]:
        """Standing decisions that say that a track is this person, with the track, as far as that may still give faces; oldest first.

        Third: how many of its faces become references, `most` unless a batch has said so.
        """
        rows = self.db.execute(
            "SELECT decision.id, decision.track_id, COALESCE(batch_item.faces, batch.faces, ?) AS most FROM decision "
            "JOIN track ON track.id = decision.track_id JOIN media ON media.id = track.media_id "
            "LEFT JOIN batch_item ON batch_item.id = decision.batch_item LEFT JOIN batch ON batch.id = batch_item.batch_id "
            "WHERE decision.person_id = ? AND decision.action IN ('accept', 'assign') AND decision.state = 'done' "
            "AND decision.undone_by IS NULL AND most > (SELECT COUNT(*) FROM reference WHERE origin = 'confirmed' "
            "AND origin_id = CAST(decision.id AS TEXT) AND reference.pack = media.pack AND reference.revision = media.revision) "
            "ORDER BY decision.id",
            (most, person_id),
        )
        return [(decision_id, track_id, faces) for decision_id, track_id, faces in rows]

    def move_track(self, decision_id: int, track_id: int | None) -> None:
        """A new analysis found the same person again under another track id (None: not found any more)."""
        self.db.execute("UPDATE decision SET track_id = ? WHERE id = ?", (track_id, decision_id))

    def put_template(self, decision_id: int, template: bytes, *, pack: str, revision: str) -> None:
        """The same face as another model pack sees it."""
        self.db.execute(
            "UPDATE decision SET template = ?, pack = ?, revision = ? WHERE id = ?",
            (template, pack, revision, decision_id),
        )

    def repoint(self, old_person: str, new_person: str) -> None:
        self.db.execute("UPDATE decision SET person_id = ? WHERE person_id = ?", (new_person, old_person))


def _decision(row: Sequence[Any]) -> DecisionRecord:
    at, actor, action, state, kind, stash_id, track_id, person_id, template, before, after, *rest = row
    return DecisionRecord(
        at,
        actor,
        action,
        state,
        kind,
        str(stash_id),
        track_id,
        person_id,
        template,
        json.loads(before),
        json.loads(after),
        *rest,
    )
