"""What the last self-test has shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stash_sense.adapters.store.base import Store


class SelfTestStore(Store):
    def last(self) -> tuple[str, dict[str, Any]] | None:
        """Instant and result; None before the first one."""
        row = self.db.execute("SELECT at, result FROM self_test").fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def put(self, now: str, result: Mapping[str, Any]) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO self_test (only_row, at, result) VALUES (1, ?, ?)", (now, json.dumps(result))
        )
