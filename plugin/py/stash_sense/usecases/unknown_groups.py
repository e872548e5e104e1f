"""Unknown people across the library: each new track without a name goes to the group of its person, or begins one.

A scene's tracks are grouped right after they are stored, in a transaction of their own. What a kill leaves out is found by the next task.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from stash_sense.core.codec import from_blob, from_blobs, to_blob
from stash_sense.core.matching.centres import Centres
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.core.matching.unknown import (
    Cluster,
    agglomerate,
    combined,
    components,
    frame_bits,
    keep_ids,
    mean_of,
)
from stash_sense.core.records import MediaKind, MediaRecord
from stash_sense.core.unknown_records import UnnamedTrack
from stash_sense.core.values import EmbeddingSpace, Vector, Vectors
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)

BATCH = 1000  # tracks grouped in one transaction where many were left out

Places = dict[int, dict[int, int]]  # scene or image → frame number → bit
Banned = dict[int, dict[int, int]]  # track → group whose person it is not → row that says so


@dataclass(slots=True)
class UnknownGroups:
    """The groups of one embedding space. Their centres are read once per task and kept up to date.

    Costs per scene: one product of its unnamed tracks with all centres (100,000 groups of 512 numbers: 200 MB, some 30 ms), then SQL for the
    few groups that are near.
    """

    stores: Stores
    space: EmbeddingSpace
    rules: ClusterRules
    _centres: Centres | None = None
    _sizes: dict[int, int] = field(default_factory=dict)

    def take_in(self, media: MediaRecord) -> None:
        """Groups the tracks without a name of a scene or image that has just been stored."""
        if not self._is_ours(media):
            return
        self._catch_up()
        if tracks := self.stores.unknown.unnamed(media.id):
            self._group(tracks)

    def regroup(self) -> None:
        """Groups everybody anew, without regard to the order in which they came; ids stay with the group that most members go to."""
        self._catch_up(again=True)
        key = self._key()
        tracks = list(self.stores.unknown.members(**key))
        if tracks:
            vectors = self._vectors([track.template for track in tracks])
            banned = self._banned(tracks, vectors)
            parts = agglomerate(_singles(tracks, vectors, banned, {}), join_from=self.rules.unknown_person)
            with self.stores.transaction():
                for part, group in zip(parts, keep_ids(parts, [track.group_id for track in tracks]), strict=True):
                    self._move([tracks[index] for index in part], group, banned)
        with self.stores.transaction():
            self.stores.unknown.drop_empty(**key)
        self._centres = None
        self._load()

    def _move(self, tracks: Sequence[UnnamedTrack], group: int | None, banned: Banned) -> None:
        """Into the group, or a new one. What the user has parted or joined since the tracks were read stands."""
        if group is None or self.stores.unknown.is_gone(group):
            group = self._new()
        self.stores.unknown.move(tracks, group)
        self._note_apart(tracks, group, banned)

    def _note_apart(self, tracks: Sequence[UnnamedTrack], group: int, banned: Banned) -> None:
        rows = [row for track in tracks for row in banned.get(track.track_id, {}).values()]
        if rows:
            self.stores.unknown.place_apart(rows, group)

    def _is_ours(self, media: MediaRecord) -> bool:
        return (media.pack, media.revision) == (self.space.pack, self.space.revision)

    def _key(self) -> dict[str, str]:
        return {"pack": self.space.pack, "revision": self.space.revision}

    def _catch_up(self, *, again: bool = False) -> None:
        """At the first call of a task: everything left out by a kill or an older plugin, or that has lost its name since."""
        if self._centres is not None and not again:
            return
        self._load()
        while tracks := self.stores.unknown.left_out(**self._key(), count=BATCH):
            log.info("grouping %d unknown people left out so far", len(tracks))
            self._group(tracks)

    def _load(self) -> Centres:
        """The centres as they are now: also of groups that an operation has changed meanwhile."""
        if self._centres is None:
            self._centres = Centres(self.space.dims)
            for group, centre, size in self.stores.unknown.centres(**self._key()):
                self._centres.put(group, _from_blob(centre, self.space.dims))
                self._sizes[group] = size
        changed = self.stores.unknown.off_centre(**self._key())
        if changed:
            with self.stores.transaction():
                for group, gone, templates in changed:
                    self._settle(group, templates)
                    if gone:
                        self._centres.drop([group])
        return self._centres

    def _settle(self, group: int, templates: Sequence[bytes]) -> None:
        """Works a group's centre out anew. Nobody in it: it stays where it is, so that whoever is analysed again comes back to it."""
        self._sizes[group] = max(1, len(templates))
        mean = mean_of(self._vectors(templates)) if templates else None
        self.stores.unknown.set_centre(group, None if mean is None else to_blob(mean), self._sizes[group])
        if mean is not None and self._centres is not None:
            self._centres.put(group, mean)

    def _group(self, tracks: Sequence[UnnamedTrack]) -> None:
        """Puts the tracks into groups, all or none; groups that they show to be one person become one."""
        while not self._group_now(tracks):
            log.debug("somebody has parted or joined groups meanwhile: once more")

    def _group_now(self, tracks: Sequence[UnnamedTrack]) -> bool:
        """False if an operation has changed a group in between; then nothing was done."""
        centres = self._load()
        vectors = self._vectors([track.template for track in tracks])
        near = centres.near(vectors, join_from=self.rules.unknown_person)
        banned = self._banned(tracks, vectors)
        places: Places = {}
        clusters = [*self._stored(centres, near, tracks, vectors, places), *_singles(tracks, vectors, banned, places)]
        parts = agglomerate(clusters, join_from=self.rules.unknown_person, settled=len(near))
        written: list[tuple[list[int], Cluster]] = []
        with self.stores.transaction():
            if not self.stores.unknown.is_centred(**self._key()):
                return False
            for part in parts:
                groups = [near[index] for index in part if index < len(near)]
                new = [tracks[index - len(near)] for index in part if index >= len(near)]
                if new:
                    together = combined([clusters[index] for index in part])
                    written.append((self._write(groups, new, together, banned), together))
        for groups, together in written:
            centres.put(groups[0], together.mean)
            centres.drop(groups[1:])
            self._sizes[groups[0]] = together.size
        return True

    def _write(
        self, groups: Sequence[int], new: Sequence[UnnamedTrack], together: Cluster, banned: Banned
    ) -> list[int]:
        """New tracks and the groups they belong to as one group: the largest of them, else a new one. Returns its id, then those that are gone."""
        first, *gone = sorted(groups, key=lambda group: (-self._sizes[group], group)) or [self._new()]
        for track in new:
            self.stores.unknown.put(track, first)
        self._note_apart(new, first, banned)
        self.stores.unknown.join(gone, first)
        self.stores.unknown.set_centre(first, to_blob(together.mean), together.size)
        return [first, *gone]

    def _new(self) -> int:
        return self.stores.unknown.new_group(**self._key())

    def _meeting(self, centres: Centres, groups: Sequence[int], vectors: Vectors) -> list[int]:
        """Those of the groups that the new tracks may join with each other."""
        means = np.stack([*(centres.mean(group) for group in groups), *vectors])
        together = components(means, join_from=self.rules.unknown_person, settled=len(groups))
        known = ([groups[row] for row in rows if row < len(groups)] for rows in together)
        return sorted(group for some in known if len(some) > 1 for group in some)

    def _stored(
        self,
        centres: Centres,
        groups: Sequence[int],
        tracks: Sequence[UnnamedTrack],
        vectors: Vectors,
        places: Places,
    ) -> list[Cluster]:
        """The given groups as clusters, with as much of where they were seen as matters beside these tracks."""
        if not groups:
            return []
        seen: dict[int, dict[int, int]] = {group: {} for group in groups}
        here = {track.media_id for track in tracks}
        rows = self.stores.unknown.seen(groups, here)
        if len(meeting := self._meeting(centres, groups, vectors)) > 1:
            rows += self.stores.unknown.seen_together(meeting)
        for group, media, frames in rows:
            bits = frame_bits(frames, places.setdefault(media, {}))
            seen[group][media] = seen[group].get(media, 0) | bits
        not_in: dict[int, set[int]] = {group: set() for group in groups}
        for group, other in self.stores.unknown.not_in(groups):
            not_in[group].add(other)
        return [
            Cluster(centres.mean(group), self._sizes[group], seen[group], frozenset([group]), frozenset(not_in[group]))
            for group in groups
        ]

    def _banned(self, tracks: Sequence[UnnamedTrack], vectors: Vectors) -> Banned:
        """Tracks of which somebody has said that they are not a group's person, also as they were found by an earlier analysis."""
        banned: Banned = {}
        same = max(self.rules.same_person, self.rules.unknown_person)
        by_media: dict[tuple[MediaKind, str], list[int]] = {}
        said = self.stores.unknown.anybody_apart()
        for index, track in enumerate(tracks):
            if (track.kind, track.stash_id) in said:
                by_media.setdefault((track.kind, track.stash_id), []).append(index)
        for (kind, stash_id), rows in by_media.items():
            for row, group, template in self.stores.unknown.apart(kind, stash_id, **self._key()):
                likeness = vectors[rows] @ from_blob(template)
                if likeness.max() >= same:
                    banned.setdefault(tracks[rows[int(likeness.argmax())]].track_id, {})[group] = row
        return banned

    def _vectors(self, templates: Sequence[bytes]) -> Vectors:
        return from_blobs(templates, dims=self.space.dims)


def _singles(tracks: Sequence[UnnamedTrack], vectors: Vectors, banned: Banned, places: Places) -> list[Cluster]:
    """Each track by itself."""
    return [
        Cluster(
            vector,
            seen={track.media_id: frame_bits(track.frames, places.setdefault(track.media_id, {}))},
            groups=frozenset() if track.group_id is None else frozenset([track.group_id]),
            not_in=frozenset(banned.get(track.track_id, ())),
        )
        for track, vector in zip(tracks, vectors, strict=True)
    ]


def _from_blob(centre: bytes, dims: int) -> Vector:
    """A mean as stored: its length is not 1, and says how much the group's tracks agree."""
    return np.frombuffer(centre, dtype="<f2", count=dims).astype(np.float32)
