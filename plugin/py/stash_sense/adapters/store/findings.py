"""Findings: something the user may want to put right in the library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.finding_records import FindingRecord, SubjectRecord

if TYPE_CHECKING:
    from stash_sense.core.curation.values import Finding

_FINDING = "id, rule, title, why, confidence, evidence, actions, state, created_at, reason, dismissed_at"
ORDERS = {
    "confidence": "confidence DESC, weight DESC, id",
    "newest": "created_at DESC, id DESC",
    "oldest": "created_at, id",
}
# A dismissed one stays so; `again`: until its evidence is another one.
_STATE = (
    "CASE WHEN state = 'dismissed' AND (NOT :again OR evidence = excluded.evidence) THEN 'dismissed' ELSE 'open' END"
)
_SAME = "state <> 'closed' AND evidence = excluded.evidence AND title = excluded.title AND why = excluded.why"
_PUT = f"""
INSERT INTO finding (rule, subject, evidence, state, created_at, updated_at, title, why, confidence, weight, actions, turn)
VALUES (:rule, :subject, :evidence, 'open', :now, :now, :title, :why, :confidence, :weight, :actions, :turn)
ON CONFLICT (rule, subject) DO UPDATE SET
    state = {_STATE},
    reason = CASE WHEN {_STATE} = 'dismissed' THEN reason END,
    dismissed_at = CASE WHEN {_STATE} = 'dismissed' THEN dismissed_at END,
    updated_at = CASE WHEN {_SAME} OR {_STATE} = 'dismissed' THEN updated_at ELSE excluded.updated_at END,
    evidence = excluded.evidence, title = excluded.title, why = excluded.why, confidence = excluded.confidence,
    weight = excluded.weight, actions = excluded.actions, turn = excluded.turn, present = 1
RETURNING id"""


class FindingStore(Store):
    # Written by the rules

    def replace(self, rule: str, found: Sequence[Finding], now: str) -> int:
        """All findings of a rule at once; those that were dismissed come back if their evidence is another one. Returns how many are open."""
        turn = self.next_turn(rule)
        for one in found:
            self.put(one, turn, now, again=True)
        self.close_others(rule, turn, now)
        return self.count(rule=rule, state="open")

    def next_turn(self, rule: str) -> int:
        """The number of the run of a rule that begins now; one that was cut short has used its own."""
        row = self.db.execute("SELECT MAX(turn) FROM finding WHERE rule = ?", (rule,)).fetchone()
        return int(row[0] or 0) + 1

    def put(self, finding: Finding, turn: int, now: str, *, again: bool = False) -> None:
        """Opens it, or brings it up to date. again: a dismissed one comes back if its evidence is another one."""
        row = self.db.execute(
            _PUT,
            {
                "rule": finding.rule,
                "subject": finding.key,
                "evidence": json.dumps(finding.evidence, sort_keys=True, ensure_ascii=False),
                "now": now,
                "title": finding.title,
                "why": finding.why,
                "confidence": finding.confidence,
                "weight": finding.weight,
                "actions": json.dumps(finding.actions),
                "turn": turn,
                "again": again,
            },
        ).fetchone()
        self.db.executemany(
            "INSERT OR REPLACE INTO finding_subject (finding_id, place, kind, object_id, name) VALUES (?, ?, ?, ?, ?)",
            [(row[0], place, one.kind, int(one.id), one.name) for place, one in enumerate(finding.subjects)],
        )

    def keep(self, rule: str, kind: str, object_id: str, turn: int) -> None:
        """The rule would say again what it said of this object, so its findings stay as they are."""
        self.db.execute(
            "UPDATE finding SET turn = ? WHERE rule = ? AND present = 1 AND id IN "
            "(SELECT finding_id FROM finding_subject WHERE kind = ? AND object_id = ?)",
            (turn, rule, kind, int(object_id)),
        )

    def close_others(self, rule: str, turn: int, now: str) -> None:
        """What this run has not found is over; what was dismissed stays in memory."""
        self.db.execute(
            "UPDATE finding SET present = 0, updated_at = CASE state WHEN 'open' THEN :now ELSE updated_at END, "
            "state = CASE state WHEN 'open' THEN 'closed' ELSE state END WHERE rule = :rule AND turn <> :turn AND present = 1",
            {"rule": rule, "turn": turn, "now": now},
        )

    def prune(self, kind: str, object_ids: Iterable[str]) -> None:
        """The objects are gone from Stash, and with them whatever was said of them."""
        self.db.executemany(
            "DELETE FROM finding WHERE id IN (SELECT finding_id FROM finding_subject WHERE kind = ? AND object_id = ?)",
            [(kind, int(one)) for one in object_ids],
        )

    def objects(self, kind: str) -> set[str]:
        """Ids of all objects of the kind that a finding is about."""
        rows = self.db.execute("SELECT DISTINCT object_id FROM finding_subject WHERE kind = ?", (kind,))
        return {str(object_id) for (object_id,) in rows}

    # Read by the panel

    def open(self, rule: str, count: int) -> list[dict[str, Any]]:
        """The evidence of open findings, oldest first."""
        rows = self.db.execute(
            "SELECT evidence FROM finding WHERE rule = ? AND state = 'open' ORDER BY id LIMIT ?", (rule, count)
        )
        return [json.loads(evidence) for (evidence,) in rows]

    def count(self, *, rule: str | None, state: str) -> int:
        where, values = _where(rule, state)
        return int(self.db.execute(f"SELECT COUNT(*) FROM finding WHERE {where}", values).fetchone()[0])

    def by_rule(self, state: str) -> dict[str, int]:
        """Rule → how many findings are in the state; rules without one are left out."""
        rows = self.db.execute(
            "SELECT rule, COUNT(*) FROM finding WHERE state = ? GROUP BY rule ORDER BY rule", (state,)
        )
        return {rule: int(count) for rule, count in rows}

    def page(self, *, rule: str | None, state: str, sort: str, offset: int, count: int) -> list[FindingRecord]:
        """sort: one of ORDERS. What lies before the page is skipped in an index, without a look at the rows."""
        where, values = _where(rule, state)
        ids = self.db.execute(
            f"SELECT id FROM finding WHERE {where} ORDER BY {ORDERS[sort]} LIMIT ? OFFSET ?", (*values, count, offset)
        ).fetchall()
        found = (self.get(finding_id) for (finding_id,) in ids)
        return [one for one in found if one is not None]

    def get(self, finding_id: int) -> FindingRecord | None:
        row = self.db.execute(f"SELECT {_FINDING} FROM finding WHERE id = ?", (finding_id,)).fetchone()
        return self._record(row) if row else None

    # Said by the user

    def dismiss(self, finding_id: int, reason: str | None, now: str) -> None:
        """It is fine as it is, now and whenever the rule finds it again."""
        self.db.execute(
            "UPDATE finding SET state = 'dismissed', reason = ?, dismissed_at = ?, updated_at = ? WHERE id = ?",
            (reason, now, now, finding_id),
        )

    def restore(self, finding_id: int, now: str) -> None:
        """Takes `dismiss` back: open again, or closed if its cause is gone."""
        self.db.execute(
            "UPDATE finding SET state = CASE present WHEN 1 THEN 'open' ELSE 'closed' END, reason = NULL, dismissed_at = NULL, updated_at = ? "
            "WHERE id = ? AND state = 'dismissed'",
            (now, finding_id),
        )

    def _record(self, row: Sequence[Any]) -> FindingRecord:
        finding_id, rule, title, why, confidence, evidence, actions, state, at, reason, dismissed_at = row
        subjects = self.db.execute(
            "SELECT kind, object_id, name FROM finding_subject WHERE finding_id = ? ORDER BY place", (finding_id,)
        )
        return FindingRecord(
            finding_id, rule, title, why, confidence, json.loads(evidence), tuple(json.loads(actions)), state, at, reason, dismissed_at,
            tuple(SubjectRecord(kind, str(object_id), name) for kind, object_id, name in subjects),
        )  # fmt: skip


def _where(rule: str | None, state: str) -> tuple[str, tuple[str, ...]]:
    return ("state = ?", (state,)) if rule is None else ("state = ? AND rule = ?", (state, rule))
