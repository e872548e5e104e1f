"""What checks of reference sites have shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.catalogue.site_report import SiteReport

_COLUMNS = "host, at, pack, revision, people, pages, failed, pictures, faces, matching, elsewhere, outcomes, message"


class SiteStore(Store):
    """usecases.stores.SiteStore."""

    def get(self, host: str) -> SiteReport | None:
        row = self.db.execute(f"SELECT {_COLUMNS} FROM site_report WHERE host = ?", (host,)).fetchone()
        return _report(row) if row else None

    def all(self) -> list[SiteReport]:
        """By host."""
        return [_report(row) for row in self.db.execute(f"SELECT {_COLUMNS} FROM site_report ORDER BY host")]

    def put(self, report: SiteReport) -> None:
        """Takes the place of the site's last one."""
        self.db.execute(
            f"INSERT OR REPLACE INTO site_report ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                report.host, report.at, report.pack, report.revision, report.people, report.pages, report.failed, report.pictures,
                report.faces, report.matching, report.elsewhere, json.dumps(dict(report.outcomes), sort_keys=True), report.message,
            ),
        )  # fmt: skip


def _report(row: Sequence[Any]) -> SiteReport:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return SiteReport(**{**values, "outcomes": json.loads(values["outcomes"])})
