"""Analysed scenes whose cast is held against the faces; those where nothing has changed since are not looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from stash_sense.core.calibration.evidence import read_scene
from stash_sense.core.calibration.suspects import restated, suspects
from stash_sense.core.curation.cast_not_seen import RULE, cast_not_seen
from stash_sense.core.curation.snapshots import MediaFacts
from stash_sense.core.curation.values import Finding
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.records import MediaRecord
from stash_sense.usecases.reporting import Clock, Report
from stash_sense.usecases.scene_evidence import EvidenceReader
from stash_sense.usecases.stores import Stores

PAGE = 50  # scenes committed together


@dataclass(slots=True)
class CastChecker:
    """adjusted: the reader's calibration with what the library has taught."""

    stores: Stores
    reader: EvidenceReader
    adjusted: Calibration
    clock: Clock

    def run(self, names: Mapping[str, str], report: Report) -> None:
        """names: performer id → name, of those that exist."""
        self.reader.open_gallery()
        scenes = {scene.id: scene for scene in self.stores.library.media("scene") if scene.performers}
        turn = self.stores.findings.next_turn(RULE)
        for page in self._pages():
            looked = [
                self._look(media, _alive(scenes[media.stash_id], names), names)
                for media in self._with_cast(page, scenes)
            ]
            with self.stores.transaction():
                for scene_id, stamp, found in looked:
                    self._store(scene_id, stamp, found, turn)
            for _ in page:
                report.step()
        with self.stores.transaction():
            self.stores.findings.close_others(RULE, turn, self.clock())

    def _pages(self) -> Iterator[list[MediaRecord]]:
        after = 0
        while page := self.stores.media.page(after_id=after, count=PAGE):
            after = page[-1].id
            yield page

    def _with_cast(self, page: list[MediaRecord], scenes: Mapping[str, MediaFacts]) -> list[MediaRecord]:
        return [media for media in page if self.reader.counts(media) and media.stash_id in scenes]

    def _look(
        self, media: MediaRecord, scene: MediaFacts, names: Mapping[str, str]
    ) -> tuple[str, str, list[Finding] | None]:
        """(scene, stamp, findings); None: they would be the same as last time."""
        stamp = self._stamp(media, scene)
        if self.stores.library.cast_stamp(scene.id) == stamp:
            return scene.id, stamp, None
        evidence = self.reader.evidence(media, scene.title, scene.performers)
        reading = read_scene(evidence, self.reader.calibration)
        found = restated(suspects(evidence, reading, self.reader.calibration), self.adjusted)
        return scene.id, stamp, cast_not_seen(scene, found, names)

    def _store(self, scene_id: str, stamp: str, found: list[Finding] | None, turn: int) -> None:
        if found is None:
            self.stores.findings.keep(RULE, "scene", scene_id, turn)
            return
        for one in found:
            self.stores.findings.put(one, turn, self.clock())
        self.stores.library.put_cast_stamp(scene_id, stamp)

    def _stamp(self, media: MediaRecord, scene: MediaFacts) -> str:
        """What the answer rests on: the gallery, the analysis, the user's word on it, and the cast."""
        said = [one.id for one in self.stores.decisions.standing("scene", scene.id)]
        cast = " ".join(sorted(scene.performers, key=int))
        return (
            f"{self.reader.matcher.build} {media.analysed_at} {len(said)}/{max(said, default=0)} {scene.title} {cast}"
        )


def _alive(scene: MediaFacts, names: Mapping[str, str]) -> MediaFacts:
    return replace(scene, performers=tuple(one for one in scene.performers if one in names))
