"""Analyses: media, their tracks, the faces kept as evidence, and the candidates."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.records import CandidateRecord, FaceRecord, MediaKind, MediaRecord, TrackRecord

_MEDIA = "kind, stash_id, fingerprint, state, pack, revision, analysis, analysed_at, duration_s, frames, faces, unusable, gallery_build, message, told, id"
_TRACK = "template, faces, frames, quality, best_time_s, crop, segments, screen_time_s, evidence, verdict, person_id, why, exemplars, id, media_id"
_FACE = "frame, time_s, kind, box, landmarks, confidence, quality, parts, vector, crop, id"


class MediaStore(Store):
    def get(self, kind: MediaKind, stash_id: str) -> MediaRecord | None:
        row = self.db.execute(
            f"SELECT {_MEDIA} FROM media WHERE kind = ? AND stash_id = ?", (kind, int(stash_id))
        ).fetchone()
        return _media(row) if row else None

    def page(self, *, after_id: int, count: int) -> list[MediaRecord]:
        """Media that could be analysed, by ascending row id."""
        rows = self.db.execute(
            f"SELECT {_MEDIA} FROM media WHERE state IN ('analysed', 'no_faces') AND id > ? ORDER BY id LIMIT ?",
            (after_id, count),
        )
        return [_media(row) for row in rows]

    def count(self) -> int:
        """How many media `page` gives."""
        return int(self.db.execute("SELECT COUNT(*) FROM media WHERE state IN ('analysed', 'no_faces')").fetchone()[0])

    def matched_before(self, build: int) -> int:
        """How many of them were last matched against an older state of the gallery."""
        return int(
            self.db.execute(
                "SELECT COUNT(*) FROM media WHERE state = 'analysed' AND gallery_build < ?", (build,)
            ).fetchone()[0]
        )

    def save(self, media: MediaRecord, tracks: Sequence[TrackRecord]) -> list[int]:
        """Replaces the analysis of this scene or image; returns the new track ids in the order given."""
        self.forget(media.kind, media.stash_id)
        cursor = self.db.execute(
            "INSERT INTO media (kind, stash_id, fingerprint, state, pack, revision, analysis, analysed_at, duration_s, frames, faces, unusable, "
            "gallery_build, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                media.kind, int(media.stash_id), media.fingerprint, media.state, media.pack, media.revision, media.analysis, media.analysed_at,
                media.duration_s, media.frames, media.faces, media.unusable, media.gallery_build, media.message,
            ),
        )  # fmt: skip
        media_id = int(cursor.fetchone()[0])
        return [self._add_track(media_id, track) for track in tracks]

    def forget(self, kind: MediaKind, stash_id: str) -> None:
        self.db.execute("DELETE FROM media WHERE kind = ? AND stash_id = ?", (kind, int(stash_id)))

    def set_matched(self, media_id: int, build: int) -> None:
        """Its tracks have been held against this state of the gallery; Stash does not know yet."""
        self.db.execute("UPDATE media SET gallery_build = ?, told = 0 WHERE id = ?", (build, media_id))

    def set_told(self, media_id: int) -> None:
        """The tags in Stash say what is stored."""
        self.db.execute("UPDATE media SET told = 1 WHERE id = ?", (media_id,))

    def _add_track(self, media_id: int, track: TrackRecord) -> int:
        cursor = self.db.execute(
            "INSERT INTO track (media_id, template, faces, frames, quality, best_time_s, crop, segments, screen_time_s, evidence, verdict, "
            "person_id, why, exemplars) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                media_id, track.template, track.faces, track.frames, track.quality, track.best_time_s, track.crop, json.dumps(track.segments),
                track.screen_time_s, json.dumps(track.evidence), track.verdict, track.person_id, track.why,
                track.exemplars,
            ),
        )  # fmt: skip
        track_id = int(cursor.fetchone()[0])
        self.db.executemany(
            "INSERT INTO face (track_id, frame, time_s, kind, box, landmarks, confidence, quality, parts, vector, crop) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    track_id, face.frame, face.time_s, face.kind, json.dumps(face.box), json.dumps(face.landmarks), face.confidence,
                    face.quality, json.dumps(face.parts), face.vector, face.crop,
                )
                for face in track.kept
            ],
        )  # fmt: skip
        self._add_candidates(track_id, track.candidates)
        return track_id

    def _add_candidates(self, track_id: int, candidates: Sequence[CandidateRecord]) -> None:
        self.db.executemany(
            "INSERT INTO candidate (track_id, rank, person_id, score, z, margin, probability, reference_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(track_id, c.rank, c.person_id, c.score, c.z, c.margin, c.probability, c.references) for c in candidates],
        )

    def tracks(self, media_id: int, *, with_faces: bool = False) -> list[TrackRecord]:
        """The tracks of one analysis with their candidates, longest on screen first."""
        rows = self.db.execute(
            f"SELECT {_TRACK} FROM track WHERE media_id = ? ORDER BY screen_time_s DESC, id", (media_id,)
        ).fetchall()
        tracks = [replace(_track(row), candidates=tuple(self._candidates(row[13]))) for row in rows]
        return [replace(track, kept=tuple(self.faces(track.id))) for track in tracks] if with_faces else tracks

    def track(self, track_id: int) -> TrackRecord | None:
        row = self.db.execute(f"SELECT {_TRACK} FROM track WHERE id = ?", (track_id,)).fetchone()
        return replace(_track(row), candidates=tuple(self._candidates(track_id))) if row else None

    def media_of(self, track_id: int) -> MediaRecord | None:
        row = self.db.execute(
            f"SELECT {', '.join('media.' + name.strip() for name in _MEDIA.split(','))} FROM media JOIN track ON track.media_id = media.id "
            "WHERE track.id = ?",
            (track_id,),
        ).fetchone()
        return _media(row) if row else None

    def faces(self, track_id: int) -> list[FaceRecord]:
        rows = self.db.execute(f"SELECT {_FACE} FROM face WHERE track_id = ? ORDER BY quality DESC, id", (track_id,))
        return [_face(row) for row in rows]

    def _candidates(self, track_id: int) -> Iterator[CandidateRecord]:
        rows = self.db.execute(
            "SELECT person_id, score, z, margin, probability, reference_count, rank FROM candidate WHERE track_id = ? ORDER BY rank",
            (track_id,),
        )
        return (CandidateRecord(*row) for row in rows)

    def set_verdict(self, track_id: int, verdict: str, *, person_id: str | None, why: str) -> None:
        self.db.execute(
            "UPDATE track SET verdict = ?, person_id = ?, why = ? WHERE id = ?", (verdict, person_id, why, track_id)
        )

    def set_candidates(self, track_id: int, candidates: Sequence[CandidateRecord]) -> None:
        # The first one last: whoever moves up is of interest to a trigger.
        self.db.execute(
            "DELETE FROM candidate WHERE track_id = ?1 AND rank > (SELECT MIN(rank) FROM candidate WHERE track_id = ?1)",
            (track_id,),
        )
        self.db.execute("DELETE FROM candidate WHERE track_id = ?", (track_id,))
        self._add_candidates(track_id, candidates)

    def waiting_for(self, person_id: str, *, least: float) -> dict[MediaKind, int]:
        """In how many scenes and images the person is suggested, as the first candidate and with this probability or a higher one."""
        rows = self.db.execute(
            # The verdict out of its index: in the row of the track it stands behind the crop, which would have to be read.
            "SELECT media.kind, COUNT(DISTINCT media.id) FROM candidate JOIN track AS waiting INDEXED BY track_verdict "
            "ON waiting.verdict = 'suggested' AND waiting.id = candidate.track_id JOIN track ON track.id = candidate.track_id "
            "JOIN media ON media.id = track.media_id WHERE candidate.person_id = ? AND candidate.probability >= ? "
            "AND candidate.rank = (SELECT MIN(other.rank) FROM candidate AS other WHERE other.track_id = candidate.track_id) GROUP BY media.kind",
            (person_id, least),
        )
        return {kind: int(count) for kind, count in rows}

    def costars(self, person_ids: Collection[str]) -> set[str]:
        """Persons confirmed in the same scenes and images as one of `person_ids`."""
        marks = ", ".join("?" * len(person_ids))
        rows = self.db.execute(
            "SELECT DISTINCT other.person_id FROM track one JOIN track other ON other.media_id = one.media_id "
            f"WHERE one.person_id IN ({marks}) AND one.verdict = 'accepted' AND other.verdict = 'accepted'",
            tuple(person_ids),
        )
        return {person_id for (person_id,) in rows} - set(person_ids)

    def merge_into(self, lead: TrackRecord, others: Sequence[int]) -> None:
        """Writes `lead`, which has taken in the tracks `others`, and drops those; their faces become the lead's."""
        self.db.executemany("UPDATE face SET track_id = ? WHERE track_id = ?", [(lead.id, other) for other in others])
        self.db.executemany(
            "UPDATE decision SET track_id = ? WHERE track_id = ?", [(lead.id, other) for other in others]
        )
        self.db.executemany("DELETE FROM track WHERE id = ?", [(other,) for other in others])
        self.db.execute(
            "UPDATE track SET template = ?, faces = ?, frames = ?, quality = ?, segments = ?, screen_time_s = ?, evidence = ?, exemplars = ? "
            "WHERE id = ?",
            (
                lead.template, lead.faces, lead.frames, lead.quality, json.dumps(lead.segments), lead.screen_time_s,
                json.dumps(lead.evidence), lead.exemplars, lead.id,
            ),
        )  # fmt: skip

    def repoint(self, old_person: str, new_person: str) -> None:
        """After a merge in Stash: what was about one person is now about another."""
        self.db.execute("UPDATE track SET person_id = ? WHERE person_id = ?", (new_person, old_person))
        self.db.execute("UPDATE candidate SET person_id = ? WHERE person_id = ?", (new_person, old_person))

    def rule_out(self, person_id: str) -> None:
        """Takes the person off the candidates of the tracks for which the user has ruled them out, and off those where they stand twice.

        The next run matches these scenes and images again and tells Stash.
        """
        rows = self.db.execute(
            "SELECT candidate.track_id, track.media_id, MIN(candidate.rank) = (SELECT MIN(other.rank) FROM candidate AS other "
            "WHERE other.track_id = candidate.track_id) FROM candidate JOIN track ON track.id = candidate.track_id "
            "JOIN decision ON decision.track_id = candidate.track_id AND decision.person_id = candidate.person_id "
            "WHERE candidate.person_id = ? AND decision.action = 'reject' AND decision.state = 'done' AND decision.undone_by IS NULL "
            "GROUP BY candidate.track_id, track.media_id",
            (person_id,),
        ).fetchall()
        for track_id, media_id, was_first in rows:
            self.db.execute("DELETE FROM candidate WHERE track_id = ? AND person_id = ?", (track_id, person_id))
            if was_first:  # else somebody else is the one suggested
                self.db.execute(
                    "UPDATE track SET verdict = 'rejected', person_id = NULL, why = 'you said that this is not the one suggested' "
                    "WHERE id = ? AND verdict = 'suggested'",
                    (track_id,),
                )
            self.db.execute("UPDATE media SET told = 0 WHERE id = ?", (media_id,))
        self.db.execute(
            "DELETE FROM candidate WHERE person_id = ? AND rank > (SELECT MIN(other.rank) FROM candidate AS other "
            "WHERE other.track_id = candidate.track_id AND other.person_id = candidate.person_id)",
            (person_id,),
        )

    def drop_person(self, person_id: str) -> None:
        """The person is gone from Stash: takes the name off every track."""
        self.db.execute(
            "UPDATE track SET verdict = 'unknown', person_id = NULL, why = 'the performer was deleted in Stash' WHERE person_id = ?",
            (person_id,),
        )
        self.db.execute("DELETE FROM candidate WHERE person_id = ?", (person_id,))


def _media(row: Sequence[Any]) -> MediaRecord:
    values = list(row)
    values[1], values[-2] = str(values[1]), bool(values[-2])  # stash_id, told
    return MediaRecord(*values)


def _track(row: Sequence[Any]) -> TrackRecord:
    (
        template,
        faces,
        frames,
        quality,
        best,
        crop,
        segments,
        screen,
        evidence,
        verdict,
        person,
        why,
        exemplars,
        track_id,
        media_id,
    ) = row
    spans = tuple((float(start), float(end)) for start, end in json.loads(segments))
    return TrackRecord(
        template,
        faces,
        frames,
        quality,
        best,
        crop,
        spans,
        screen,
        json.loads(evidence),
        verdict,
        person,
        why,
        id=track_id,
        media_id=media_id,
        exemplars=exemplars,
    )


def _face(row: Sequence[Any]) -> FaceRecord:
    frame, time_s, kind, box, landmarks, confidence, quality, parts, vector, crop, face_id = row
    points = tuple(tuple(point) for point in json.loads(landmarks))
    return FaceRecord(
        frame,
        time_s,
        kind,
        tuple(json.loads(box)),
        points,
        confidence,
        quality,
        json.loads(parts),
        vector,
        crop,
        face_id,
    )
