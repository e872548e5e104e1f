"""People who wait for review, from the tables that triggers keep (0009_review.sql): a page costs the same however many wait."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.matching.stills import MOVING_FRAMES, STILL_FROM
from stash_sense.core.records import CandidateRecord, TrackRecord
from stash_sense.core.review_records import Sort, WaitingMedia, WaitingTrack, Wanted

_ORDER: dict[Sort, str] = {
    "probability": "best DESC, media_id DESC",
    "unsure": "least, media_id",
    "newest": "media_id DESC",
    "people": "people DESC, media_id DESC",
}
_IDS = "(SELECT value FROM json_each(?))"
_AMONG = (
    f"media_id IN (SELECT id FROM media WHERE kind = 'scene' AND stash_id IN {_IDS} "
    f"UNION ALL SELECT id FROM media WHERE kind = 'image' AND stash_id IN {_IDS})"
)
# A decision that stands, on the track at hand.
_STANDING = (
    "SELECT 1 FROM decision WHERE decision.track_id = track.id AND decision.state = 'done' AND decision.undone_by IS NULL "
    "AND decision.action <> 'undo'"
)
# Of each scene or image: all people, and those that have been decided.
_REST = (
    f"SELECT media_id, COUNT(*), SUM(verdict IN ('accepted', 'rejected') OR (verdict <> 'suggested' AND EXISTS ({_STANDING}))) "
    "FROM track WHERE media_id"
)

Query = tuple[str, list[Any]]  # SQL and its parameters


class ReviewStore(Store):
    def counts(self, wanted: Wanted) -> tuple[int, int]:
        """In how many scenes and images somebody wanted waits, and how many people that are."""
        if wanted.person_id is not None:
            where, values = _where(wanted, "probability")
            row = self.db.execute(f"SELECT COUNT(DISTINCT media_id), COUNT(*) FROM waiting_track WHERE {where}", values)
            media, people = row.fetchone()
            return int(media), int(people)
        return self._count("waiting_media", "best", wanted), self._count("waiting_track", "probability", wanted)

    def page(self, wanted: Wanted, *, sort: Sort, offset: int, count: int, candidates: int) -> list[WaitingMedia]:
        """Some of those scenes and images. candidates: so many of each person are read."""
        order, values = self._ordered(wanted, sort)
        found = self.db.execute(f"{order} LIMIT ? OFFSET ?", (*values, count, offset))
        ids = [int(media_id) for (media_id,) in found]
        shown = self._shown(ids, wanted, candidates)
        media = {row[0]: row[1:] for row in self._of("SELECT id, kind, stash_id, analysed_at FROM media WHERE id", ids)}
        rest = {row[0]: row[1:] for row in self._of(_REST, ids, " GROUP BY media_id")}
        items = []
        for media_id in ids:
            if (
                not shown[media_id] or media_id not in media or media_id not in rest
            ):  # decided or analysed anew since the first of these questions
                continue
            (kind, stash_id, analysed_at), (tracks, decided) = media[media_id], rest[media_id]
            people = tuple(shown[media_id])
            items.append(
                WaitingMedia(kind, str(stash_id), analysed_at, people, decided, tracks - decided - len(people))
            )
        return items

    def performers(self, count: int) -> list[tuple[str, int]]:
        """Who is suggested for most tracks, whatever the probability: (person, tracks)."""
        rows = self.db.execute(
            "SELECT person_id, tracks FROM waiting_person ORDER BY tracks DESC, person_id LIMIT ?", (count,)
        )
        return [(person_id, int(tracks)) for person_id, tracks in rows]

    def tracks(self, wanted: Wanted) -> list[WaitingTrack]:
        """All that are wanted, the most probable first."""
        where, values = _where(wanted, "probability")
        rows = self.db.execute(
            "SELECT track_id, kind, (SELECT stash_id FROM media WHERE media.id = media_id), person_id FROM waiting_track "
            f"WHERE {where} ORDER BY probability DESC, track_id",
            values,
        )
        return [WaitingTrack(track_id, kind, str(stash_id), person) for track_id, kind, stash_id, person in rows]

    def given(self, track_ids: Collection[int]) -> dict[int, WaitingTrack]:
        """Those of the tracks that still exist, by id."""
        rows = self._of(
            "SELECT track.id, media.kind, media.stash_id, waiting_track.person_id FROM track JOIN media ON media.id = track.media_id "
            "LEFT JOIN waiting_track ON waiting_track.track_id = track.id WHERE track.id",
            track_ids,
        )
        return {row[0]: WaitingTrack(row[0], row[1], str(row[2]), row[3]) for row in rows}

    def stills(self, track_ids: Collection[int]) -> set[int]:
        """Those of the tracks that nobody is accepted for by itself: as still as a picture on the wall, while somebody else moves."""
        rows = self.db.execute(
            f"SELECT track.id FROM track WHERE track.id IN {_IDS} AND json_extract(track.evidence, '$.still') >= ? "
            "AND EXISTS (SELECT 1 FROM track AS other WHERE other.media_id = track.media_id AND other.frames >= ? "
            "AND COALESCE(json_extract(other.evidence, '$.still'), 0) < ?)",
            (json.dumps(sorted(track_ids)), STILL_FROM, MOVING_FRAMES, STILL_FROM),
        )
        return {track_id for (track_id,) in rows}

    def _count(self, table: str, column: str, wanted: Wanted) -> int:
        where, values = _where(wanted, column)
        if (
            wanted.kind is None and wanted.among is None
        ):  # all of a table are counted faster, and most of them are wanted
            sql = f"SELECT (SELECT COUNT(*) FROM {table}) - (SELECT COUNT(*) FROM {table} WHERE {column} < ?)"
        else:
            sql = f"SELECT COUNT(*) FROM {table} WHERE {where}"
        return int(self.db.execute(sql, values).fetchone()[0])

    def _ordered(self, wanted: Wanted, sort: Sort) -> Query:
        """The scenes and images wanted, in order: no more rows are looked at than the page is far, but for the people counted above a bound."""
        if wanted.person_id is not None or (sort == "people" and self._is_anybody_below(wanted.least)):
            where, values = _where(wanted, "probability")
            grouped = (
                "SELECT media_id, MAX(probability) AS best, MIN(probability) AS least, COUNT(*) AS people FROM waiting_track "
                f"WHERE {where} GROUP BY media_id"
            )
            return f"SELECT media_id FROM ({grouped}) ORDER BY {_ORDER[sort]}", values
        if sort == "unsure":  # of each scene the least probable one that is wanted
            where, values = _where(wanted, "probability")
            first = (
                "NOT EXISTS (SELECT 1 FROM waiting_track AS other WHERE other.media_id = one.media_id AND other.probability >= ? "
                "AND (other.probability, other.track_id) < (one.probability, one.track_id))"
            )
            sql = f"SELECT media_id FROM waiting_track AS one WHERE {where} AND {first} ORDER BY probability, media_id"
            return sql, [*values, wanted.least]
        # "+": the order is to be read from an index, not the bound
        where, values = _where(wanted, "best" if sort == "probability" else "+best")
        return f"SELECT media_id FROM waiting_media WHERE {where} ORDER BY {_ORDER[sort]}", values

    def _is_anybody_below(self, least: float) -> bool:
        row = self.db.execute("SELECT EXISTS (SELECT 1 FROM waiting_track WHERE probability < ?)", (least,)).fetchone()
        return bool(row[0])

    def _shown(self, media_ids: Sequence[int], wanted: Wanted, candidates: int) -> dict[int, list[TrackRecord]]:
        """The people wanted of these scenes and images, as the operation `scene` shows them."""
        person, values = (" AND waiting_track.person_id = ?", [wanted.person_id]) if wanted.person_id else ("", [])
        rows = self.db.execute(
            "SELECT track.id, track.media_id, track.faces, track.frames, track.quality, track.best_time_s, track.crop, track.segments, "
            "track.screen_time_s, track.why FROM waiting_track JOIN track ON track.id = waiting_track.track_id "
            f"WHERE waiting_track.media_id IN {_IDS} AND waiting_track.probability >= ?{person} "
            "ORDER BY track.screen_time_s DESC, track.id",
            (json.dumps(media_ids), wanted.least, *values),
        ).fetchall()
        best = self._candidates([row[0] for row in rows])
        found: dict[int, list[TrackRecord]] = {media_id: [] for media_id in media_ids}
        for row in rows:
            found[row[1]].append(_track(row, best[row[0]][:candidates]))
        return found

    def _candidates(self, track_ids: Sequence[int]) -> dict[int, list[CandidateRecord]]:
        found: dict[int, list[CandidateRecord]] = {track_id: [] for track_id in track_ids}
        columns = "track_id, person_id, score, z, margin, probability, reference_count, rank"
        for row in self._of(f"SELECT {columns} FROM candidate WHERE track_id", track_ids, " ORDER BY track_id, rank"):
            found[row[0]].append(CandidateRecord(*row[1:]))
        return found

    def _of(self, sql: str, ids: Collection[int], rest: str = "") -> list[Any]:
        """`sql` ends with the column that is to be one of `ids`."""
        return self.db.execute(f"{sql} IN {_IDS}{rest}", (json.dumps(list(ids)),)).fetchall()


def _where(wanted: Wanted, column: str) -> Query:
    """Conditions on waiting_media or waiting_track. column: what has to reach the bound."""
    conditions, values = [f"{column} >= ?"], list[Any]([wanted.least])
    if wanted.person_id is not None:
        conditions.append("person_id = ?")
        values.append(wanted.person_id)
    if wanted.kind is not None:
        conditions.append("kind = ?")
        values.append(wanted.kind)
    if wanted.among is not None:
        conditions.append(_AMONG)
        values += [json.dumps([int(one) for one in wanted.among.get(kind, ())]) for kind in ("scene", "image")]
    return " AND ".join(conditions), values


def _track(row: Sequence[Any], candidates: Sequence[CandidateRecord]) -> TrackRecord:
    track_id, media_id, faces, frames, quality, best_time_s, crop, segments, screen_time_s, why = row
    return TrackRecord(
        template=b"",
        faces=faces,
        frames=frames,
        quality=quality,
        best_time_s=best_time_s,
        crop=crop,
        segments=tuple((float(start), float(end)) for start, end in json.loads(segments)),
        screen_time_s=screen_time_s,
        evidence={},
        verdict="suggested",
        person_id=None,
        why=why,
        candidates=tuple(candidates),
        id=track_id,
        media_id=media_id,
    )
