"""Analysed scenes held against their cast: stored tracks matched again, each scene against the gallery without its own faces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from stash_sense.core.calibration.evidence import SceneEvidence, Sight
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.probe import Probe
from stash_sense.core.records import MediaRecord
from stash_sense.usecases.holdout import Holdout
from stash_sense.usecases.keep import stored_probe
from stash_sense.usecases.matching import Matcher, score_all
from stash_sense.usecases.stores import Stores


@dataclass(slots=True)
class EvidenceReader:
    """calibration: the pack's own model."""

    stores: Stores
    matcher: Matcher
    calibration: Calibration
    _from_scene: dict[str, frozenset[int]] = field(
        default_factory=dict
    )  # scene id → rows of the gallery that it has put there

    def open_gallery(self) -> None:
        """Gallery and origins of its rows as of one instant; read again if a decision came between, since a lock would keep hooks waiting."""
        space = self.matcher.space
        while True:
            self.matcher.refresh()
            origins = self.stores.gallery.rows_of_scenes(pack=space.pack, revision=space.revision)
            if self.stores.gallery.build() == self.matcher.build:
                break
        rows: dict[str, set[int]] = {}
        for row, scene_id in origins:
            rows.setdefault(scene_id, set()).add(row)
        self._from_scene = {scene_id: frozenset(places) for scene_id, places in rows.items()}

    def counts(self, media: MediaRecord) -> bool:
        """Whether it is a scene whose faces may be compared with the gallery's."""
        space = self.matcher.space
        here = (media.pack, media.revision) == (space.pack, space.revision)
        return media.kind == "scene" and media.state == "analysed" and here

    def evidence(self, media: MediaRecord, title: str, performer_ids: Collection[str]) -> SceneEvidence:
        """performer_ids: who is on the scene in Stash."""
        scene_id = media.stash_id
        probes = self._probes(media)
        holdout = Holdout(self.matcher.gallery, self._from_scene.get(scene_id, frozenset()))
        own_doing = self._own_doing(scene_id)
        performers = frozenset(f"performer:{one}" for one in performer_ids)
        return SceneEvidence(
            scene_id=scene_id,
            title=title,
            cast=performers - own_doing,
            known=frozenset(person for person in performers - own_doing if holdout.knows(person)),
            people=holdout.people,
            sights=self._sights(scene_id, probes, holdout),
            own_doing=own_doing & performers,
        )

    def _sights(self, scene_id: str, probes: Sequence[Probe], holdout: Holdout) -> list[Sight]:
        memory = self.matcher.remember("scene", scene_id, probes)
        scored = score_all([probe.views for probe in probes], holdout, self.calibration.scoring)
        named = {index: one for index, one in memory.named.items() if one.actor == "user"}
        return [
            Sight(
                probe=probe,
                scores=scores,
                named=named[index].person_id if index in named else None,
                undecided=index in memory.skipped or (index in memory.named and index not in named),
                rejected=frozenset(memory.rejected[index]),
            )
            for index, (probe, scores) in enumerate(zip(probes, scored, strict=True))
        ]

    def _probes(self, media: MediaRecord) -> list[Probe]:
        return [stored_probe(track, self.matcher.space.dims) for track in self.stores.media.tracks(media.id)]

    def _own_doing(self, scene_id: str) -> frozenset[str]:
        """Performers whom the program itself has put on the scene."""
        decisions = self.stores.decisions.standing("scene", scene_id)
        return frozenset(
            str(one.person_id) for one in decisions if one.actor == "auto" and one.after.get("added") is True
        )
