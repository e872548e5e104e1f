"""Findings: something the user may want to put right in the library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stash_sense.adapters.store.base import Store


class FindingStore(Store):
    """usecases.catalogue_ports.FindingStore."""

    def replace(self, rule: str, found: Mapping[str, Mapping[str, object]], now: str) -> int:
        """Subject → evidence. New ones are opened, known ones brought up to date, those whose cause is gone closed; dismissed ones stay so.

        Returns how many are open.
        """
        rows = self.db.execute("SELECT subject, evidence, state FROM finding WHERE rule = ?", (rule,)).fetchall()
        known = {subject: (evidence, state) for subject, evidence, state in rows}
        for subject, evidence in found.items():
            text = json.dumps(evidence, sort_keys=True, ensure_ascii=False)
            if subject not in known or known[subject] != (text, "open"):
                self._open(rule, subject, text, now)
        for subject in known.keys() - found.keys():
            self.db.execute(
                "UPDATE finding SET state = 'closed', updated_at = ? WHERE rule = ? AND subject = ? AND state = 'open'",
                (now, rule, subject),
            )
        return int(
            self.db.execute("SELECT COUNT(*) FROM finding WHERE rule = ? AND state = 'open'", (rule,)).fetchone()[0]
        )

    def open(self, rule: str, count: int) -> list[dict[str, Any]]:
        """The evidence of open findings, oldest first."""
        rows = self.db.execute(
            "SELECT evidence FROM finding WHERE rule = ? AND state = 'open' ORDER BY id LIMIT ?", (rule, count)
        )
        return [json.loads(evidence) for (evidence,) in rows]

    def _open(self, rule: str, subject: str, evidence: str, now: str) -> None:
        """A finding that was dismissed comes back only if its evidence is another one."""
        self.db.execute(
            "INSERT INTO finding (rule, subject, evidence, state, created_at, updated_at) VALUES (?, ?, ?, 'open', ?, ?) "
            "ON CONFLICT (rule, subject) DO UPDATE SET "
            "state = CASE WHEN state = 'dismissed' AND evidence = excluded.evidence THEN 'dismissed' ELSE 'open' END, "
            "updated_at = CASE WHEN state = 'dismissed' AND evidence = excluded.evidence THEN updated_at ELSE excluded.updated_at END, "
            "evidence = excluded.evidence",
            (rule, subject, evidence, now, now),
        )
