"""Calibrate on the library: the scenes whose performers the user has tagged say how far stated probabilities hold here.

Nothing is decoded: stored tracks are matched again, each against the gallery without its own scene. One transaction at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stash_sense.core.calibration.evidence import LabelledName, LeftOut, read_scene
from stash_sense.core.calibration.judge import Judgement, count, judge
from stash_sense.core.calibration.suspects import Suspect, restated, suspects
from stash_sense.core.matching.adjust import NONE
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.records import MediaRecord
from stash_sense.core.run_records import CalibrationOutcome, CalibrationRecord
from stash_sense.usecases.calibration_report import figures_of, sentence, too_few
from stash_sense.usecases.matching import Matcher
from stash_sense.usecases.ports import Library
from stash_sense.usecases.reporting import Clock, Report
from stash_sense.usecases.scene_evidence import EvidenceReader
from stash_sense.usecases.stores import Stores

PAGE = 100  # scenes asked for in one go


@dataclass(slots=True)
class Gathered:
    """What the scenes have said. tracks: looked at."""

    tracks: int = 0
    labelled: list[LabelledName] = field(default_factory=list)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    suspects: list[Suspect] = field(default_factory=list)


@dataclass(slots=True)
class Calibrator:
    """calibration, fingerprint: the pack's own model, and which one it is. wanted: least share of suggested names that are right, 0..1."""

    stores: Stores
    library: Library
    matcher: Matcher
    calibration: Calibration
    fingerprint: str
    wanted: float
    clock: Clock

    def run(self, report: Report) -> str:
        """Returns the sentence for the user."""
        reader = EvidenceReader(self.stores, self.matcher, self.calibration)
        reader.open_gallery()
        report.expect(self.stores.media.count())
        gathered, after = Gathered(), 0
        while page := self.stores.media.page(after_id=after, count=PAGE):
            after = page[-1].id
            self._read_page([media for media in page if reader.counts(media)], reader, gathered)
            for _ in page:
                report.step()
        return self._conclude(gathered)

    def reset(self) -> str:
        """Back to the pack's own calibration; returns the sentence for the user."""
        with self.stores.transaction():
            changed = self._put(self._record("reset"))
        return (
            "The calibration of the model pack is in use again. Run “Re-match all scenes”, so that scenes analysed earlier state it too."
            if changed
            else "The calibration of the model pack is in use already."
        )

    def _read_page(self, page: Sequence[MediaRecord], reader: EvidenceReader, gathered: Gathered) -> None:
        scenes = {scene.id: scene for scene in self.library.scenes(ids=[media.stash_id for media in page])}
        tagged = [media for media in page if media.stash_id in scenes and scenes[media.stash_id].performers]
        for media in tagged:
            scene = scenes[media.stash_id]
            evidence = reader.evidence(media, scene.title, [performer.id for performer in scene.performers])
            reading = read_scene(evidence, self.calibration)
            gathered.tracks += len(evidence.sights)
            gathered.labelled += reading.labelled
            gathered.left_out += reading.left_out
            gathered.suspects += suspects(evidence, reading, self.calibration)

    def _conclude(self, gathered: Gathered) -> str:
        counts = count(gathered.labelled)
        if not counts.enough:
            listed = self._listed(gathered.suspects)
            figures = figures_of(gathered.tracks, counts, gathered.left_out, listed)
            with self.stores.transaction():
                self.stores.calibrations.put(self._record("too_few", figures=figures))
            return too_few(counts)
        judgement = judge(gathered.labelled, self.calibration, wanted=self.wanted)
        adjusted = self.calibration.adjusted(judgement.adjustment or NONE)
        listed = self._listed(restated(gathered.suspects, adjusted))
        figures = figures_of(gathered.tracks, counts, gathered.left_out, listed, (judgement, self.wanted))
        with self.stores.transaction():
            changed = self._put(self._record("adjusted" if judgement.adjustment else "pack", judgement, figures))
        return sentence(counts, judgement, len(listed), changed=changed)

    def _listed(self, found: Sequence[Suspect]) -> list[dict[str, object]]:
        """The suspects with names, the likeliest mistakes first."""
        people = {person.id: person.full_name for person in self.stores.gallery.people()}
        ordered = sorted(
            found,
            key=lambda one: (
                not one.both,
                one.scene_id if one.both else "",
                one.kind,
                -one.probability,
                int(one.scene_id),
            ),
        )
        return [
            {
                "scene_id": one.scene_id,
                "title": one.title,
                "kind": one.kind,
                "performer_id": one.person_id.removeprefix("performer:"),
                "name": people.get(one.person_id, "somebody"),
                "probability": round(one.probability, 4),
                "frames": one.frames,
                "both": one.both,
            }
            for one in ordered
        ]

    def _record(
        self,
        outcome: CalibrationOutcome,
        judgement: Judgement | None = None,
        figures: Mapping[str, object] | None = None,
    ) -> CalibrationRecord:
        adjustment = judgement.adjustment if judgement else None
        return CalibrationRecord(
            at=self.clock(),
            pack=self.matcher.space.pack,
            revision=self.matcher.space.revision,
            fingerprint=self.fingerprint,
            outcome=outcome,
            slope=adjustment.slope if adjustment else 1.0,
            offset=adjustment.offset if adjustment else 0.0,
            figures=dict(figures or {}),
        )

    def _put(self, record: CalibrationRecord) -> bool:
        """Stores it; whether probabilities change by it. Then what was matched before is out of date, as after a change of the gallery."""
        before = self.stores.calibrations.in_force()
        mine = before is not None and before.belongs_to(record.pack, record.revision, record.fingerprint)
        old = (before.slope, before.offset) if before is not None and mine else (1.0, 0.0)
        self.stores.calibrations.put(record)
        changed = old != (record.slope, record.offset)
        if changed:
            self.stores.gallery.bump()
        return changed
