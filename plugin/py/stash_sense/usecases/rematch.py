"""Re-match: stored tracks against the present gallery and calibration, without decoding a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from stash_sense.core.codec import from_blobs, join_blobs, split_blob, to_blob
from stash_sense.core.matching.probe import Probe, pick_exemplars
from stash_sense.core.matching.score import PersonScore
from stash_sense.core.matching.template import build_template
from stash_sense.core.records import MediaRecord, TrackRecord
from stash_sense.settings import Value
from stash_sense.usecases.decide import Desk
from stash_sense.usecases.in_stash import in_stash
from stash_sense.usecases.keep import candidate_records, is_automatic, settled, stored_probe
from stash_sense.usecases.matching import Matcher
from stash_sense.usecases.ports import Editor, Library, Picture, Scene
from stash_sense.usecases.reporting import Clock, Report
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.tagging import Tagger, wanted_roles
from stash_sense.usecases.telling import tell_stash
from stash_sense.usecases.unknown_groups import UnknownGroups

BATCH = 200  # media scored in one go


@dataclass(frozen=True, slots=True)
class Rematcher:
    stores: Stores
    library: Library
    editor: Editor
    matcher: Matcher
    settings: dict[str, Value]
    clock: Clock
    unknown: UnknownGroups

    def all(self, report: Report) -> int:
        """Every analysed scene and image of the pack in use; returns how many."""
        report.expect(self.stores.media.count())
        done, after = 0, 0
        while page := self.stores.media.page(after_id=after, count=BATCH):
            after = page[-1].id
            mine = [
                media
                for media in page
                if (media.pack, media.revision) == (self.matcher.space.pack, self.matcher.space.revision)
            ]
            self.some(mine)
            done += len(mine)
            for _ in page:
                report.step()
        self.unknown.regroup()
        return done

    def some(self, batch: Sequence[MediaRecord]) -> None:
        """Scores all tracks of the batch at once, then settles each scene or image by itself."""
        self.matcher.refresh()
        tracks = [self.stores.media.tracks(media.id) for media in batch]
        probes = [[stored_probe(track, self.matcher.space.dims) for track in row] for row in tracks]
        scores = iter(self.matcher.score(list(chain.from_iterable(probes))))
        items = in_stash(self.library, [(media.kind, media.stash_id) for media in batch])
        for media, row, of_row in zip(batch, tracks, probes, strict=True):
            item = items.get((media.kind, media.stash_id))
            scored = [next(scores) for _ in row]
            if item is None:  # deleted in Stash: nothing is left to say about it
                with self.stores.transaction():
                    self.stores.media.forget(media.kind, media.stash_id)
                continue
            self._settle(media, item, row, of_row, scored)

    def _settle(
        self,
        media: MediaRecord,
        item: Scene | Picture,
        tracks: list[TrackRecord],
        probes: list[Probe],
        scores: list[list[PersonScore]],
    ) -> None:
        memory = self.matcher.remember(media.kind, media.stash_id, probes)
        outcome = self.matcher.decide(probes, scores, item.performers, memory)
        merged = {index: group for group in outcome.merges for index in group}
        automatic: list[int] = []
        with self.stores.transaction():
            self.matcher.introduce(
                chain.from_iterable(decision.candidates for decision in outcome.decisions), self.clock()
            )
            for index, (track, decision) in enumerate(zip(tracks, outcome.decisions, strict=True)):
                group = merged.get(index, (index,))
                lead = max(group, key=lambda member: (member in memory.named, probes[member].quality, -member))
                if index != lead:
                    continue
                if len(group) > 1:
                    self._merge(track, [tracks[member] for member in group if member != lead])
                verdict, person_id, why = settled(index, decision, memory)
                self.stores.media.set_verdict(track.id, verdict, person_id=person_id, why=why)
                self.stores.media.set_candidates(track.id, candidate_records(decision.candidates))
                if is_automatic(index, decision, memory):
                    automatic.append(track.id)
            self.stores.media.set_matched(media.id, self.matcher.build)
        self.unknown.take_in(media)
        self._tell_stash(media, item, automatic)

    def _tell_stash(self, media: MediaRecord, item: Scene | Picture, automatic: Sequence[int]) -> None:
        desk = Desk(self.stores, self.library, self.editor, self.settings, self.clock(), learning=self.matcher.learning)
        roles = wanted_roles(media, self.stores.media.tracks(media.id), self.settings)
        if not automatic and Tagger(self.editor, self.stores).is_in_line(item.tags, roles):
            with self.stores.transaction():
                self.stores.media.set_told(media.id)
            return  # thousands of scenes, and for most of them nothing has changed
        tell_stash(desk, media.kind, media.stash_id, automatic)

    def _merge(self, lead: TrackRecord, others: Sequence[TrackRecord]) -> None:
        together = [lead, *others]
        vectors = from_blobs([track.template for track in together], dims=self.matcher.space.dims)
        weights = np.array([track.quality * track.faces for track in together])
        frames = sorted({number for track in together for number in track.evidence["frame_numbers"]})
        merged = replace(
            lead,
            template=to_blob(build_template(vectors, weights)),
            faces=sum(track.faces for track in together),
            frames=sum(track.frames for track in together),
            quality=float(
                np.average([track.quality for track in together], weights=[track.faces for track in together])
            ),
            segments=tuple(sorted(chain.from_iterable(track.segments for track in together))),
            screen_time_s=sum(track.screen_time_s for track in together),
            evidence={**lead.evidence, "frame_numbers": frames},
            exemplars=self._exemplars(together),
        )
        self.stores.media.merge_into(merged, [track.id for track in others])

    def _exemplars(self, together: Sequence[TrackRecord]) -> bytes:
        """The best of all, as far as their tracks' quality tells."""
        vectors = [split_blob(track.exemplars, dims=self.matcher.space.dims) for track in together]
        qualities = [track.quality for track, own in zip(together, vectors, strict=True) for _ in own]
        return join_blobs(pick_exemplars(np.concatenate(vectors), qualities)) if qualities else b""
