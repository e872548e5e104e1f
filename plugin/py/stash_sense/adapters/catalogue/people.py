"""The people of the stash-boxes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stash_sense.core.catalogue.records import SCOPES, KnownPerson, SweepChanges
from stash_sense.core.catalogue.values import BoxPerson

_DETAILS = (
    "name, disambiguation, aliases, gender, birth_date, death_date, country, urls, merged_ids, scene_count, updated"
)
_BY_NAME = "wanted, name, box_id"
_BY_SCENES = "wanted, scene_count IS NULL, scene_count DESC, name, box_id"
# `updated` and `read_updated` differ where a sweep has seen a change since the details were read.
_UNREAD = "(read_at IS NULL OR state = 'listed' OR updated IS NOT read_updated OR read_at < :stale_before)"
_LAST_SWEEP = "(SELECT MAX(id) FROM sweep WHERE endpoint = :endpoint AND state = 'finished')"
_LONGEST_CHAIN = 20  # merges of merges; a ring of them must not hold us up


@dataclass(frozen=True, slots=True)
class PeopleStore:
    """usecases.catalogue_ports.PeopleStore."""

    db: sqlite3.Connection

    # Who is wanted

    def unwant(self, endpoint: str) -> None:
        self.db.execute("UPDATE box_person SET wanted = NULL WHERE endpoint = ? AND wanted IS NOT NULL", (endpoint,))

    def want(self, endpoint: str, box_ids: Collection[str], level: int) -> None:
        """Ids never seen are added; nobody's level is raised."""
        self.db.executemany(
            "INSERT INTO box_person (endpoint, box_id, state, name, wanted) VALUES (?, ?, 'listed', '', ?) "
            "ON CONFLICT (endpoint, box_id) DO UPDATE SET wanted = MIN(COALESCE(wanted, excluded.wanted), excluded.wanted)",
            [(endpoint, box_id, level) for box_id in box_ids],
        )

    def want_everybody(self, endpoint: str) -> None:
        """Everybody live or only listed, at the last level."""
        self.db.execute(
            "UPDATE box_person SET wanted = ? WHERE endpoint = ? AND wanted IS NULL AND state IN ('listed', 'live')",
            (len(SCOPES) - 1, endpoint),
        )

    def want_heirs(self, endpoint: str) -> None:
        """Whom a wanted one was merged into is wanted as much."""
        self.db.execute(
            "UPDATE box_person SET wanted = MIN(COALESCE(box_person.wanted, old.level), old.level) FROM "
            "(SELECT heir, MIN(wanted) AS level FROM box_person WHERE endpoint = :endpoint AND state = 'merged' "
            "AND wanted IS NOT NULL AND heir IS NOT NULL GROUP BY heir) AS old "
            "WHERE box_person.endpoint = :endpoint AND box_person.box_id = old.heir",
            {"endpoint": endpoint},
        )

    def limit(self, endpoint: str, count: int, *, by_scenes: bool) -> None:
        """Leaves only the first `count` of the wanted ones wanted."""
        self.db.execute(
            "UPDATE box_person SET wanted = NULL WHERE endpoint = :endpoint AND wanted IS NOT NULL AND box_id NOT IN "
            "(SELECT box_id FROM box_person WHERE endpoint = :endpoint AND wanted IS NOT NULL "
            f"ORDER BY {_order(by_scenes)} LIMIT :count)",
            {"endpoint": endpoint, "count": count},
        )

    # What sweeps tell

    def absorb(self, endpoint: str) -> SweepChanges:
        """Takes over what the last finished sweep has seen."""
        seen = (
            f"sweep_person.sweep_id = {_LAST_SWEEP} AND sweep_person.state = 'live' "
            "AND sweep_person.box_id = box_person.box_id"
        )
        where = {"endpoint": endpoint}
        changed = self.db.execute(
            "UPDATE box_person SET name = sweep_person.name, updated = sweep_person.updated, "
            "state = CASE WHEN box_person.state = 'live' THEN 'live' ELSE 'listed' END, heir = NULL "
            f"FROM sweep_person WHERE {seen} AND endpoint = :endpoint "
            "AND (box_person.state IN ('merged', 'deleted') OR box_person.updated IS NOT sweep_person.updated OR box_person.name IS NOT sweep_person.name)",
            where,
        ).rowcount
        new = self.db.execute(
            "INSERT OR IGNORE INTO box_person (endpoint, box_id, state, name, updated) "
            f"SELECT :endpoint, box_id, 'listed', name, updated FROM sweep_person WHERE sweep_id = {_LAST_SWEEP} AND state = 'live'",
            where,
        ).rowcount
        return SweepChanges(new, changed)

    def vanished(self, endpoint: str) -> list[str]:
        """Known as live or listed, but not in the last finished sweep."""
        rows = self.db.execute(
            "SELECT box_id FROM box_person WHERE endpoint = :endpoint AND state IN ('listed', 'live') AND box_id NOT IN "
            f"(SELECT box_id FROM sweep_person WHERE sweep_id = {_LAST_SWEEP} AND state = 'live') ORDER BY box_id",
            {"endpoint": endpoint},
        )
        return [box_id for (box_id,) in rows]

    def swept(self, endpoint: str) -> list[str]:
        """Ids that the last finished sweep has seen live."""
        rows = self.db.execute(
            f"SELECT box_id FROM sweep_person WHERE sweep_id = {_LAST_SWEEP} AND state = 'live' ORDER BY box_id",
            {"endpoint": endpoint},
        )
        return [box_id for (box_id,) in rows]

    # Details

    def to_read(self, endpoint: str, *, stale_before: str, now: str, by_scenes: bool) -> list[str]:
        """Wanted ids in order whose details have to be read: never read, `updated` has moved, or read before `stale_before` ("": never)."""
        rows = self.db.execute(
            f"SELECT box_id FROM box_person WHERE endpoint = :endpoint AND wanted IS NOT NULL AND {_UNREAD} "
            "AND (state IN ('listed', 'live') OR wanted = 0) AND (retry_at IS NULL OR retry_at <= :now) "
            f"ORDER BY {_order(by_scenes)}",
            {"endpoint": endpoint, "stale_before": stale_before, "now": now},
        )
        return [box_id for (box_id,) in rows]

    def put(self, person: BoxPerson, now: str) -> bool:
        """Stores the details as they are upstream now, cleared fields included; True if anything but instants and counts changed."""
        old = self.db.execute(
            f"SELECT state, {_DETAILS} FROM box_person WHERE endpoint = ? AND box_id = ?",
            (person.endpoint, person.box_id),
        ).fetchone()
        details = (
            person.name, person.disambiguation, _json(person.aliases), person.gender, person.birth_date, person.death_date,
            person.country, _json(person.urls), _json(person.merged_ids), person.scene_count, person.updated,
        )  # fmt: skip
        self.db.execute(
            f"INSERT INTO box_person (endpoint, box_id, state, heir, {_DETAILS}, read_updated, read_at) "
            f"VALUES ({', '.join('?' * 17)}) ON CONFLICT (endpoint, box_id) DO UPDATE SET "
            # The server's own redirect may point into the middle of a chain that has been followed to its end already.
            "heir = CASE WHEN state = 'merged' AND excluded.state = 'merged' THEN heir ELSE excluded.heir END, "
            f"state = excluded.state, {', '.join(f'{name} = excluded.{name}' for name in _DETAILS.split(', '))}, "
            "read_updated = excluded.read_updated, read_at = excluded.read_at, failures = 0, retry_at = NULL, message = NULL",
            (person.endpoint, person.box_id, person.state, person.heir, *details, person.updated, now),
        )
        return old is None or tuple(old[:-2]) != (person.state, *details[:-2])

    def put_gone(self, endpoint: str, box_id: str, now: str) -> bool:
        """The server knows no such id (any more)."""
        old = self.find(endpoint, box_id)
        self.db.execute(
            "INSERT INTO box_person (endpoint, box_id, state, name, read_at) VALUES (?, ?, 'deleted', '', ?) "
            "ON CONFLICT (endpoint, box_id) DO UPDATE SET state = 'deleted', heir = NULL, read_at = excluded.read_at, "
            "read_updated = updated, failures = 0, retry_at = NULL, message = NULL",
            (endpoint, box_id, now),
        )
        return old is None or old.state != "deleted"

    def settle_heirs(self, endpoint: str) -> list[str]:
        """Follows merges to the end of their chains; returns heirs about whom nothing is known yet."""
        for _ in range(_LONGEST_CHAIN):
            moved = self.db.execute(
                "UPDATE box_person SET heir = next.heir FROM box_person AS next WHERE box_person.endpoint = :endpoint "
                "AND box_person.state = 'merged' AND next.endpoint = :endpoint AND next.box_id = box_person.heir "
                "AND next.state IN ('merged', 'deleted') AND next.heir IS NOT box_person.heir",
                {"endpoint": endpoint},
            ).rowcount
            if not moved:
                break
        else:
            self._break_rings(endpoint)
        rows = self.db.execute(
            "SELECT DISTINCT heir FROM box_person WHERE endpoint = :endpoint AND state = 'merged' AND heir IS NOT NULL "
            "AND heir NOT IN (SELECT box_id FROM box_person WHERE endpoint = :endpoint AND read_at IS NOT NULL) ORDER BY heir",
            {"endpoint": endpoint},
        )
        return [heir for (heir,) in rows]

    def _break_rings(self, endpoint: str) -> None:
        self.db.execute(
            "UPDATE box_person SET heir = NULL WHERE endpoint = :endpoint AND state = 'merged' AND heir IN "
            "(SELECT box_id FROM box_person WHERE endpoint = :endpoint AND state = 'merged')",
            {"endpoint": endpoint},
        )

    def failed(self, endpoint: str, box_id: str, message: str, retry_at: str) -> None:
        self.db.execute(
            "UPDATE box_person SET failures = failures + 1, message = ?, retry_at = ? WHERE endpoint = ? AND box_id = ?",
            (message, retry_at, endpoint, box_id),
        )

    def find(self, endpoint: str, box_id: str) -> KnownPerson | None:
        row = self.db.execute(
            "SELECT box_id, name, state, heir, wanted, failures FROM box_person WHERE endpoint = ? AND box_id = ?",
            (endpoint, box_id),
        ).fetchone()
        return KnownPerson(*row) if row else None

    def details(self, endpoint: str, box_id: str) -> BoxPerson | None:
        """One person as `all` has them."""
        row = self.db.execute(
            f"SELECT endpoint, box_id, state, heir, {_DETAILS} FROM box_person WHERE endpoint = ? AND box_id = ? "
            "AND read_at IS NOT NULL AND state != 'listed'",
            (endpoint, box_id),
        ).fetchone()
        return _person(row) if row else None

    def wanted(self, endpoint: str) -> list[str]:
        """Wanted people who are not known to be gone, by id."""
        rows = self.db.execute(
            "SELECT box_id FROM box_person WHERE endpoint = ? AND wanted IS NOT NULL AND state IN ('listed', 'live') ORDER BY box_id",
            (endpoint,),
        )
        return [box_id for (box_id,) in rows]

    def all(self) -> Iterator[BoxPerson]:
        """Everybody whose details were read, also merged and deleted ones, without pictures; in a fixed order."""
        rows = self.db.execute(
            f"SELECT endpoint, box_id, state, heir, {_DETAILS} FROM box_person WHERE read_at IS NOT NULL AND state != 'listed' "
            "ORDER BY (SELECT rowid FROM source WHERE source.endpoint = box_person.endpoint), box_id"
        )
        return map(_person, rows)

    def hungry(self, endpoint: str, *, level: int, pack: str, revision: str, now: str, by_scenes: bool) -> list[str]:
        """Live people wanted at `level`, in order, with pictures that have not been read for this pack and may be."""
        rows = self.db.execute(
            "SELECT box_id FROM box_person WHERE endpoint = :endpoint AND state = 'live' AND wanted = :level AND EXISTS "
            "(SELECT 1 FROM box_image WHERE box_image.endpoint = :endpoint AND box_image.box_id = box_person.box_id AND "
            "(box_image.retry_at IS NULL OR box_image.retry_at <= :now) AND "
            "(box_image.state = 'listed' OR (box_image.state = 'read' AND (pack IS NOT :pack OR revision IS NOT :revision)))) "
            f"ORDER BY {_order(by_scenes)}",
            {"endpoint": endpoint, "level": level, "pack": pack, "revision": revision, "now": now},
        )
        return [box_id for (box_id,) in rows]


def _order(by_scenes: bool) -> str:
    return _BY_SCENES if by_scenes else _BY_NAME


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _person(row: Sequence[Any]) -> BoxPerson:
    (endpoint, box_id, state, heir, name, disambiguation, aliases, gender, birth_date, death_date, country, urls, merged_ids,
     scene_count, updated) = row  # fmt: skip
    return BoxPerson(
        endpoint=endpoint,
        box_id=box_id,
        state=state,
        name=name,
        disambiguation=disambiguation,
        aliases=tuple(json.loads(aliases)),
        gender=gender,
        birth_date=birth_date,
        death_date=death_date,
        country=country,
        urls=tuple(json.loads(urls)),
        merged_ids=tuple(json.loads(merged_ids)),
        heir=heir,
        scene_count=scene_count,
        updated=updated,
    )
