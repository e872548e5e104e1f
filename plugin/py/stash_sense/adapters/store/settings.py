"""The mirror of the plugin settings, so that hooks and tools need no HTTP."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stash_sense.adapters.store.base import Store


class SettingStore(Store):
    def load(self) -> dict[str, Any]:
        """What was stored last; keys that were never set are absent."""
        rows = self.db.execute("SELECT key, value FROM setting")
        return {key: json.loads(value) for key, value in rows}

    def save(self, values: Mapping[str, Any]) -> None:
        """Replaces the whole mirror."""
        self.db.execute("DELETE FROM setting")
        rows = [(key, json.dumps(value)) for key, value in values.items()]
        self.db.executemany("INSERT INTO setting (key, value) VALUES (?, ?)", rows)
