"""Groups of unknown people, as the tasks keep them: who is in which, and who must stay apart."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.records import MediaKind
from stash_sense.core.unknown_records import UnnamedTrack

UNNAMED = (
    "('unknown', 'rejected')"  # verdicts of tracks that were seen well and have no name; the triggers say the same
)
_SEEN = "SELECT unknown_member.group_id, unknown_member.media_id, track.evidence FROM unknown_member"
_TRACK = "track.id, track.media_id, track.template, track.evidence, media.kind, media.stash_id"


class UnknownStore(Store):
    # Tracks

    def unnamed(self, media_id: int) -> list[UnnamedTrack]:
        """The tracks of one scene or image that have no name and are in no group yet."""
        rows = self.db.execute(
            f"SELECT {_TRACK}, NULL FROM track JOIN media ON media.id = track.media_id "
            f"WHERE track.media_id = ? AND track.verdict IN {UNNAMED} AND track.id NOT IN (SELECT track_id FROM unknown_member) ORDER BY track.id",
            (media_id,),
        )
        return [_track(row) for row in rows]

    def left_out(self, *, pack: str, revision: str, count: int) -> list[UnnamedTrack]:
        """The first `count` such tracks of the whole library: left by a kill, or by a plugin that did not group yet."""
        rows = self.db.execute(
            f"SELECT {_TRACK}, NULL FROM track JOIN media ON media.id = track.media_id WHERE track.id IN ("
            f"SELECT track.id FROM track INDEXED BY track_verdict LEFT JOIN unknown_member ON unknown_member.track_id = track.id "
            f"JOIN media ON media.id = track.media_id WHERE track.verdict IN {UNNAMED} AND unknown_member.track_id IS NULL "
            "AND media.pack = ? AND media.revision = ? LIMIT ?) ORDER BY track.id",
            (pack, revision, count),
        )
        return [_track(row) for row in rows]

    def members(self, *, pack: str, revision: str) -> Iterator[UnnamedTrack]:
        """Every track in a group of this pack, also those that have got a name since."""
        rows = self.db.execute(
            f"SELECT {_TRACK}, unknown_member.group_id FROM unknown_member JOIN track ON track.id = unknown_member.track_id "
            "JOIN media ON media.id = track.media_id WHERE media.pack = ? AND media.revision = ? ORDER BY track.id",
            (pack, revision),
        )
        return map(_track, rows)

    def seen(self, group_ids: Collection[int], media_ids: Collection[int]) -> list[tuple[int, int, tuple[int, ...]]]:
        """(group, scene or image, frames) of the groups' tracks in `media_ids`."""
        rows = self.db.execute(
            f"{_SEEN} INDEXED BY unknown_member_media JOIN track ON track.id = unknown_member.track_id "
            "WHERE unknown_member.media_id IN (SELECT value FROM json_each(?)) AND group_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(media_ids)), json.dumps(sorted(group_ids))),
        )
        return [(group, place, _frames(evidence)) for group, place, evidence in rows]

    def seen_together(self, group_ids: Collection[int]) -> list[tuple[int, int, tuple[int, ...]]]:
        """As `seen`, wherever two of the groups are."""
        groups = json.dumps(sorted(group_ids))
        rows = self.db.execute(
            f"{_SEEN} JOIN track ON track.id = unknown_member.track_id WHERE group_id IN (SELECT value FROM json_each(?)) "
            "AND unknown_member.media_id IN (SELECT media_id FROM unknown_member WHERE group_id IN (SELECT value FROM json_each(?)) "
            "GROUP BY media_id HAVING COUNT(DISTINCT group_id) > 1)",
            (groups, groups),
        )
        return [(group, place, _frames(evidence)) for group, place, evidence in rows]

    # Groups

    def off_centre(self, *, pack: str, revision: str) -> list[tuple[int, bool, list[bytes]]]:
        """Groups whose members have come or gone since their centre was worked out: whether they are gone, and the templates they have now."""
        groups = self.db.execute(
            "SELECT id, state = 'gone' FROM unknown_group WHERE centred = 0 AND pack = ? AND revision = ? ORDER BY id",
            (pack, revision),
        ).fetchall()
        return [(group, bool(gone), self._templates(group)) for group, gone in groups]

    def is_centred(self, *, pack: str, revision: str) -> bool:
        """Whether off_centre would give nothing."""
        row = self.db.execute(
            "SELECT 1 FROM unknown_group WHERE centred = 0 AND pack = ? AND revision = ? LIMIT 1", (pack, revision)
        ).fetchone()
        return row is None

    def _templates(self, group_id: int) -> list[bytes]:
        rows = self.db.execute(
            "SELECT track.template FROM unknown_member JOIN track ON track.id = unknown_member.track_id WHERE group_id = ? ORDER BY track_id",
            (group_id,),
        )
        return [template for (template,) in rows]

    def set_centre(self, group_id: int, centre: bytes | None, size: int) -> None:
        """None: nobody is in it, and the centre stays where it was for those who come back."""
        self.db.execute(
            "UPDATE unknown_group SET centre = COALESCE(?, centre), size = ?, centred = 1 WHERE id = ?",
            (centre, size, group_id),
        )

    def centres(self, *, pack: str, revision: str) -> Iterator[tuple[int, bytes, int]]:
        """Group, centre and size of all that are not gone."""
        rows = self.db.execute(
            "SELECT id, centre, size FROM unknown_group WHERE state <> 'gone' AND centre IS NOT NULL AND pack = ? AND revision = ? ORDER BY id",
            (pack, revision),
        )
        return ((group, centre, size) for group, centre, size in rows)

    def new_group(self, *, pack: str, revision: str) -> int:
        row = self.db.execute(
            "INSERT INTO unknown_group (pack, revision, state) VALUES (?, ?, 'open') RETURNING id", (pack, revision)
        ).fetchone()
        return int(row[0])

    def space(self, group_id: int) -> tuple[str, str]:
        """Pack and revision of a group's vectors."""
        pack, revision = self.db.execute(
            "SELECT pack, revision FROM unknown_group WHERE id = ?", (group_id,)
        ).fetchone()
        return pack, revision

    def put(self, track: UnnamedTrack, group_id: int) -> None:
        """The track is in this group from now on."""
        self.db.execute(
            "INSERT INTO unknown_member (track_id, group_id, media_id, quality, faces, open) "
            f"SELECT id, ?, media_id, quality, faces, verdict IN {UNNAMED} FROM track WHERE id = ? "
            "ON CONFLICT (track_id) DO UPDATE SET group_id = excluded.group_id",
            (group_id, track.track_id),
        )

    def move(self, tracks: Sequence[UnnamedTrack], group_id: int) -> None:
        """Into the group from the one that each was read in; a track that has gone elsewhere since stays there."""
        self.db.executemany(
            "UPDATE unknown_member SET group_id = ? WHERE track_id = ? AND group_id = ?",
            [(group_id, track.track_id, track.group_id) for track in tracks if track.group_id != group_id],
        )

    def join(self, gone: Sequence[int], into: int) -> None:
        """Groups that turned out to be the person of another one; what was said about them goes along."""
        for group in gone:
            self.db.execute("UPDATE unknown_member SET group_id = ? WHERE group_id = ?", (into, group))
            self.db.execute("UPDATE unknown_apart SET group_id = ? WHERE group_id = ?", (into, group))
            self.db.execute("UPDATE unknown_apart SET now_in = ? WHERE now_in = ?", (into, group))
            self.leave(group, into)

    def leave(self, group_id: int, into: int | None) -> None:
        """The group is gone: nobody is in it any more. A task that has its centre in memory learns so from off_centre."""
        self.db.execute(
            "UPDATE unknown_group SET state = 'gone', gone_into = ?, centre = NULL, centred = 0 WHERE id = ?",
            (into, group_id),
        )

    def is_gone(self, group_id: int) -> bool:
        row = self.db.execute("SELECT state FROM unknown_group WHERE id = ?", (group_id,)).fetchone()
        return row is None or row[0] == "gone"

    def is_empty(self, group_id: int) -> bool:
        row = self.db.execute("SELECT 1 FROM unknown_member WHERE group_id = ? LIMIT 1", (group_id,)).fetchone()
        return row is None

    def drop_empty(self, *, pack: str, revision: str) -> None:
        """Groups without a track are gone, and so are those of other packs; ignored ones of this pack stay for when the person is seen again."""
        self.db.execute(
            "UPDATE unknown_group SET state = 'gone', centre = NULL WHERE state <> 'gone' AND id NOT IN (SELECT group_id FROM unknown_member) "
            "AND (state = 'open' OR pack <> ? OR revision <> ?)",
            (pack, revision),
        )

    # Who must stay apart

    def put_apart(self, group_id: int, track: UnnamedTrack, now_in: int) -> None:
        self.db.execute(
            "INSERT INTO unknown_apart (group_id, kind, stash_id, template, now_in) VALUES (?, ?, ?, ?, ?)",
            (group_id, track.kind, int(track.stash_id), track.template, now_in),
        )

    def apart(self, kind: MediaKind, stash_id: str, *, pack: str, revision: str) -> list[tuple[int, int, bytes]]:
        """(row, group, template): faces of this scene or image, as this pack sees them, that are not the group's person."""
        rows = self.db.execute(
            "SELECT unknown_apart.id, group_id, template FROM unknown_apart JOIN unknown_group ON unknown_group.id = group_id "
            "WHERE kind = ? AND stash_id = ? AND pack = ? AND revision = ? ORDER BY unknown_apart.id",
            (kind, int(stash_id), pack, revision),
        )
        return [(row, group, template) for row, group, template in rows]

    def place_apart(self, rows: Sequence[int], now_in: int) -> None:
        """Notes the group that the faces have come to instead."""
        self.db.executemany("UPDATE unknown_apart SET now_in = ? WHERE id = ?", [(now_in, row) for row in rows])

    def not_in(self, group_ids: Collection[int]) -> list[tuple[int, int]]:
        """(group, other): groups that hold a face which is not the other group's person."""
        rows = self.db.execute(
            "SELECT DISTINCT now_in, group_id FROM unknown_apart WHERE now_in IN (SELECT value FROM json_each(?)) AND now_in <> group_id",
            (json.dumps(sorted(group_ids)),),
        )
        return [(group, other) for group, other in rows]

    def drop_apart(self, group_id: int, track: UnnamedTrack) -> None:
        self.db.execute(
            "DELETE FROM unknown_apart WHERE group_id = ? AND kind = ? AND stash_id = ? AND template = ?",
            (group_id, track.kind, int(track.stash_id), track.template),
        )

    def anybody_apart(self) -> set[tuple[str, str]]:
        """The scenes and images that `apart` says something of."""
        rows = self.db.execute("SELECT DISTINCT kind, stash_id FROM unknown_apart")
        return {(kind, str(stash_id)) for kind, stash_id in rows}


def _track(row: Sequence[Any]) -> UnnamedTrack:
    track_id, media_id, template, evidence, kind, stash_id, group_id = row
    return UnnamedTrack(track_id, media_id, template, _frames(evidence), kind, str(stash_id), group_id)


def _frames(evidence: str) -> tuple[int, ...]:
    return tuple(json.loads(evidence)["frame_numbers"])
