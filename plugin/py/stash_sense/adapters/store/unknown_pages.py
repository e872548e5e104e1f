"""Groups of unknown people, as the panel shows them. Counts that a decision or an analysis has outdated are put right before they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stash_sense.adapters.store.base import Store
from stash_sense.core.unknown_records import UnknownGroup, UnknownMember, UnknownPlace, UnnamedTrack

_GROUP = "id, state, scenes, images, tracks, faces, gone_into"
_MEMBER = (
    "unknown_member.track_id, media.kind, media.stash_id, unknown_member.quality, unknown_member.faces, "
    "track.best_time_s, track.crop"
)
_JOINED = "FROM unknown_member JOIN media ON media.id = unknown_member.media_id "
LOOKED_THROUGH = 40  # of the best members, for pictures out of different scenes


class UnknownPageStore(Store):
    def count_again(self) -> None:
        """Brings the counts in line with the members; in the caller's transaction. Most of the time there is nothing to do: see is_counted."""
        self.db.execute(
            "UPDATE unknown_group SET counted = 1, (scenes, images, tracks, faces) = ("
            "SELECT COUNT(DISTINCT CASE WHEN media.kind = 'scene' THEN media.id END), "
            "COUNT(DISTINCT CASE WHEN media.kind = 'image' THEN media.id END), COUNT(*), COALESCE(SUM(unknown_member.faces), 0) "
            f"{_JOINED} WHERE group_id = unknown_group.id AND open = 1) WHERE counted = 0"
        )

    def is_counted(self) -> bool:
        return self.db.execute("SELECT 1 FROM unknown_group WHERE counted = 0 LIMIT 1").fetchone() is None

    def page(self, *, state: str, least: int, offset: int, count: int) -> tuple[int, list[UnknownGroup]]:
        """How many groups have been seen in `least` scenes and images or more, and some of them: those in most scenes first."""
        where = "FROM unknown_group WHERE state = ? AND tracks > 0 AND scenes + images >= ?"
        total = int(self.db.execute(f"SELECT COUNT(*) {where}", (state, least)).fetchone()[0])
        rows = self.db.execute(
            f"SELECT {_GROUP} {where} ORDER BY scenes DESC, images DESC, faces DESC, id LIMIT ? OFFSET ?",
            (state, least, count, offset),
        )
        return total, [UnknownGroup(*row) for row in rows]

    def group(self, group_id: int) -> UnknownGroup | None:
        row = self.db.execute(f"SELECT {_GROUP} FROM unknown_group WHERE id = ?", (group_id,)).fetchone()
        return UnknownGroup(*row) if row else None

    def set_state(self, group_id: int, state: str) -> None:
        self.db.execute("UPDATE unknown_group SET state = ? WHERE id = ? AND state <> 'gone'", (state, group_id))

    def group_of(self, track_id: int) -> tuple[int, int, int] | None:
        """The group of a track without a name, and in how many other scenes and images that person has been seen without one."""
        row = self.db.execute(
            "SELECT group_id, media_id, scenes - (media.kind = 'scene'), images - (media.kind = 'image'), counted "
            "FROM unknown_member JOIN media ON media.id = media_id JOIN unknown_group ON unknown_group.id = group_id "
            "WHERE track_id = ? AND open = 1 AND unknown_group.state = 'open'",
            (track_id,),
        ).fetchone()
        if row is None:
            return None
        group_id, media_id, scenes, images, counted = row
        if not counted:
            scenes, images = self.db.execute(
                "SELECT COUNT(DISTINCT CASE WHEN media.kind = 'scene' THEN media.id END), "
                f"COUNT(DISTINCT CASE WHEN media.kind = 'image' THEN media.id END) {_JOINED} "
                "WHERE group_id = ? AND open = 1 AND media_id <> ?",
                (group_id, media_id),
            ).fetchone()
        return int(group_id), int(scenes), int(images)

    def members(self, group_id: int, *, offset: int = 0, count: int) -> Iterator[UnknownMember]:
        """Some of the group's tracks without a name, best first."""
        rows = self.db.execute(
            f"SELECT {_MEMBER} {_JOINED} JOIN track ON track.id = unknown_member.track_id "
            "WHERE group_id = ? AND open = 1 ORDER BY unknown_member.quality DESC LIMIT ? OFFSET ?",
            (group_id, count, offset),
        )
        return map(_member, rows)

    def places(self, group_id: int) -> list[UnknownPlace]:
        """All of them as `members`, without the pictures."""
        rows = self.db.execute(
            f"SELECT track_id, media.kind, CAST(media.stash_id AS TEXT) {_JOINED} WHERE group_id = ? AND open = 1 "
            "ORDER BY unknown_member.quality DESC",
            (group_id,),
        )
        return [UnknownPlace(*row) for row in rows]

    def crops(self, group_id: int, count: int) -> list[UnknownMember]:
        """Some of the best, out of different scenes and images as far as there are."""
        rows = self.db.execute(
            "SELECT track_id, media_id FROM unknown_member WHERE group_id = ? AND open = 1 ORDER BY quality DESC LIMIT ?",
            (group_id, LOOKED_THROUGH),
        ).fetchall()
        first = {media_id: track_id for track_id, media_id in reversed(rows)}
        rest = [track_id for track_id, _ in rows if track_id not in first.values()]
        order = {track_id: place for place, (track_id, _) in enumerate(rows)}
        chosen = [*sorted(first.values(), key=order.__getitem__), *rest][:count]
        return [self._one(track_id) for track_id in chosen]

    def stash_ids(self, group_id: int, kind: str, count: int) -> list[str]:
        """Some of the scenes or images that the person has been seen in best."""
        rows = self.db.execute(
            f"SELECT media.stash_id {_JOINED} WHERE group_id = ? AND open = 1 AND media.kind = ? ORDER BY unknown_member.quality DESC LIMIT ?",
            (group_id, kind, LOOKED_THROUGH),
        )
        return [str(stash_id) for stash_id in dict.fromkeys(stash_id for (stash_id,) in rows)][:count]

    def tracks(self, track_ids: Sequence[int]) -> list[UnnamedTrack]:
        """The given tracks, as far as they are in a group."""
        found = []
        for track_id in track_ids:
            row = self.db.execute(
                "SELECT track.id, track.media_id, track.template, media.kind, media.stash_id, group_id "
                f"{_JOINED} JOIN track ON track.id = unknown_member.track_id WHERE unknown_member.track_id = ?",
                (track_id,),
            ).fetchone()
            if row:
                number, media_id, template, kind, stash_id, group_id = row
                found.append(UnnamedTrack(number, media_id, template, (), kind, str(stash_id), group_id))
        return found

    def leanings(self, group_id: int, count: int) -> list[tuple[str, float, float, int]]:
        """Whom the gallery holds nearest to the group's tracks: (person, highest probability, mean score, tracks), likeliest first."""
        rows = self.db.execute(
            "SELECT person_id, MAX(probability), AVG(score), COUNT(*) FROM candidate WHERE track_id IN "
            "(SELECT track_id FROM unknown_member WHERE group_id = ? AND open = 1) GROUP BY person_id "
            "ORDER BY SUM(probability) DESC, AVG(score) DESC, person_id LIMIT ?",
            (group_id, count),
        )
        return [(person, probability, score, tracks) for person, probability, score, tracks in rows]

    def named_in(self, group_id: int) -> list[tuple[str, int]]:
        """Whom tracks of the group have been named as: (person, tracks), most first."""
        rows = self.db.execute(
            "SELECT track.person_id, COUNT(*) FROM unknown_member JOIN track ON track.id = unknown_member.track_id "
            "WHERE group_id = ? AND open = 0 AND track.person_id IS NOT NULL GROUP BY track.person_id ORDER BY COUNT(*) DESC, track.person_id",
            (group_id,),
        )
        return [(person, tracks) for person, tracks in rows]

    def _one(self, track_id: int) -> UnknownMember:
        row = self.db.execute(
            f"SELECT {_MEMBER} {_JOINED} JOIN track ON track.id = unknown_member.track_id WHERE unknown_member.track_id = ?",
            (track_id,),
        ).fetchone()
        return _member(row)


def _member(row: Sequence[Any]) -> UnknownMember:
    track_id, kind, stash_id, quality, faces, best_time_s, crop = row
    return UnknownMember(track_id, kind, str(stash_id), quality, faces, best_time_s, crop)
