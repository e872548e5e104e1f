"""The library as it was last read from Stash, for the rules of curation; and how far it has been read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from stash_sense.adapters.store.base import Store
from stash_sense.core.curation.snapshots import Facts, MediaFacts, MediaKind, ObjectKind, PerformerFacts


class LibraryStore(Store):
    # How far

    def mark(self, kind: ObjectKind) -> str | None:
        """Stash's updated_at up to which everything is known; None: nothing is known yet."""
        row = self.db.execute("SELECT mark FROM library_sweep WHERE kind = ?", (kind,)).fetchone()
        return row[0] if row else None

    def under_way(self, kind: ObjectKind) -> tuple[str | None, str] | None:
        """(since, last id) of a sweep that was cut short; since None: it reads everything. None: there is none."""
        row = self.db.execute(
            "SELECT since, last_id FROM library_sweep WHERE kind = ? AND under_way = 1", (kind,)
        ).fetchone()
        return (row[0], str(row[1])) if row else None

    def begin(self, kind: ObjectKind, *, since: str | None, next_mark: str | None) -> None:
        self.db.execute(
            "INSERT INTO library_sweep (kind, under_way, since, next_mark) VALUES (?, 1, ?, ?) ON CONFLICT (kind) DO UPDATE SET "
            "under_way = 1, since = excluded.since, next_mark = excluded.next_mark, last_id = 0",
            (kind, since, next_mark),
        )

    def finish(self, kind: ObjectKind) -> None:
        """Everything that the sweep had to read has been read."""
        self.db.execute(
            "UPDATE library_sweep SET under_way = 0, mark = next_mark, last_id = 0 WHERE kind = ? AND under_way = 1",
            (kind,),
        )

    # What

    def put(self, kind: ObjectKind, facts: Iterable[Facts], *, last_id: str | None = None) -> None:
        """last_id: so far the sweep under way has come."""
        self.db.executemany(
            "INSERT OR REPLACE INTO library_object (kind, stash_id, facts) VALUES (?, ?, ?)",
            [(kind, int(one.id), _text(one)) for one in facts],
        )
        if last_id is not None:
            self.db.execute("UPDATE library_sweep SET last_id = ? WHERE kind = ?", (int(last_id), kind))

    def drop(self, kind: ObjectKind, ids: Iterable[str]) -> None:
        self.db.executemany(
            "DELETE FROM library_object WHERE kind = ? AND stash_id = ?", [(kind, int(one)) for one in ids]
        )

    def ids(self, kind: ObjectKind) -> set[str]:
        rows = self.db.execute("SELECT stash_id FROM library_object WHERE kind = ?", (kind,))
        return {str(stash_id) for (stash_id,) in rows}

    def performers(self) -> Iterator[PerformerFacts]:
        """By ascending id."""
        for stash_id, text in self._rows("performer"):
            name, disambiguation, aliases, stash_ids, urls, birth_date, country, gender = json.loads(text)
            links = tuple((endpoint, link) for endpoint, link in stash_ids)
            yield PerformerFacts(
                stash_id, name, disambiguation, tuple(aliases), links, tuple(urls), birth_date, country, gender
            )

    def media(self, kind: MediaKind) -> Iterator[MediaFacts]:
        """By ascending id."""
        for stash_id, text in self._rows(kind):
            title, performers, tags = json.loads(text)
            yield MediaFacts(kind, stash_id, title, tuple(performers), tuple(tags))

    # Casts that were held against the faces

    def cast_stamp(self, scene_id: str) -> str | None:
        row = self.db.execute("SELECT stamp FROM cast_check WHERE scene_id = ?", (int(scene_id),)).fetchone()
        return row[0] if row else None

    def put_cast_stamp(self, scene_id: str, stamp: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO cast_check (scene_id, stamp) VALUES (?, ?)", (int(scene_id), stamp))

    def drop_cast_stamps(self, scene_ids: Iterable[str]) -> None:
        self.db.executemany("DELETE FROM cast_check WHERE scene_id = ?", [(int(one),) for one in scene_ids])

    def _rows(self, kind: ObjectKind) -> Iterator[tuple[str, str]]:
        """In pages, so that a long look keeps no snapshot of the database open."""
        last = -1
        while rows := self.db.execute(
            "SELECT stash_id, facts FROM library_object WHERE kind = ? AND stash_id > ? ORDER BY stash_id LIMIT 1000",
            (kind, last),
        ).fetchall():
            yield from ((str(stash_id), text) for stash_id, text in rows)
            last = rows[-1][0]


def _text(facts: Facts) -> str:
    if isinstance(facts, PerformerFacts):
        values: list[object] = [
            facts.name, facts.disambiguation, facts.aliases, facts.stash_ids, facts.urls, facts.birth_date, facts.country, facts.gender,
        ]  # fmt: skip
    else:
        values = [facts.title, facts.performers, facts.tags]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
