"""Self-test: what works here and how fast, each part by itself; nothing is stored but the result, nothing is tagged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from stash_sense.core.self_test import Measured, Row, Sample, by_references
from stash_sense.errors import SetupError, StashSenseError
from stash_sense.usecases.identify import Identifier
from stash_sense.usecases.matching import Matcher
from stash_sense.usecases.ports import Scene
from stash_sense.usecases.reporting import Report, counted
from stash_sense.usecases.stopwatch import Stopwatch
from stash_sense.usecases.stores import Stores

log = logging.getLogger(__name__)

SCENES = 8  # looked at; more would say little more and keep the queue waiting
PROBES = 50  # references that the index is asked for
FOUND = 0.99  # cosine of a reference with itself, after the index has shortened its numbers
LIBRARY = (ImportError, OSError, ValueError, RuntimeError, LookupError)  # what libraries raise
# A package of which files are gone may import as an empty one: so much more comes of those that open models and videos. Elsewhere these two
# are mistakes of our own and end the task.
DAMAGED = (*LIBRARY, AttributeError, TypeError)

NO_SCENES = "There is no scene with a file yet. Add scenes to Stash and run its Scan task."
NO_FACES = (
    "No face was found in any of them. Check that your scenes show faces, and that “Smallest face” is not set too high."
)
FEW = "Give them an image in Stash, accept them in a scene, or run “Learn faces from stash-boxes”; then run “Update gallery”."


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to look at. look: a text if all is well. Raises SetupError and the like with the sentence and its remedy."""

    key: str
    title: str
    look: Callable[[], str]
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Analyses scenes without leaving a trace. identifier: with a rehearsal's parts, see usecases/stopwatch.py."""

    identifier: Identifier
    watch: Stopwatch

    def run(self, scene: Scene, told: Callable[[float], None]) -> Measured:
        """Raises ItemError."""
        self.watch.clear()
        start = self.watch.seconds()
        seen = self.identifier.look(scene, told=told)
        before, begun = sum(self.watch.stages().values()), self.watch.seconds()
        found = self.identifier.recognise(scene, seen)
        over = self.watch.seconds()
        closer = sum(self.watch.stages().values()) - before  # frames of a closer look
        stages = {**self.watch.stages(), "match": max(0.0, over - begun - closer)}
        named = sum(decision.verdict in {"suggested", "accepted"} for decision in found.decisions)
        return Measured(over - start, stages, seen.frames, len(seen.faces), len(found.tracks), named)


@dataclass(slots=True)
class SelfTest:
    """parts: of the machine, looked at first. models: uses both models once. rehearse, matcher: made only if the models work.

    recall: block calibration.report.by_references of the pack; raises SetupError where there is no pack.
    """

    stores: Stores
    parts: Sequence[Part]
    models: Part
    rehearse: Callable[[], Rehearsal]
    matcher: Callable[[], Matcher]
    recall: Callable[[], Mapping[str, float] | None]
    clock: Callable[[], str]
    rows: list[Row] = field(default_factory=list)

    def run(self, report: Report) -> str:
        """Returns the sentence for the user; the whole result is in sense.db then."""
        report.expect(len(self.parts) + 5 + SCENES)
        for part in self.parts:
            self._look(part, report)
        works = self._look(self.models, report, DAMAGED)
        sample, waiting = Sample(), 0
        if works:
            self._look(Part("gallery", "Gallery and index", self._gallery), report)
            sample, waiting = self._scenes(report)
        report.expect(report.done + 2)
        references = self._references(report)
        estimate = sample.estimate(waiting)
        result: dict[str, Any] = {
            "rows": [asdict(row) for row in self.rows],
            "speed": sample.speed(),
            "references": references,
            "estimate": estimate,
        }
        with self.stores.transaction():
            self.stores.self_tests.put(self.clock(), result)
        report.step()
        return self._sentence(sample.speed(), estimate)

    def _look(self, part: Part, report: Report, broken: tuple[type[Exception], ...] = LIBRARY) -> bool:
        """Whether the part works; what it says, or the error does, becomes a row. broken: errors that mean that it does not."""
        try:
            row = Row(part.key, part.title, "ok", part.look())
        except StashSenseError as err:
            row = Row(part.key, part.title, "failed", str(err), part.fix)
        except broken as err:
            log.debug("%s", part.key, exc_info=True)
            text = f"It does not work here ({type(err).__name__}). Run “Set up or repair”."
            row = Row(part.key, part.title, "failed", text, part.fix)
        self.rows.append(row)
        report.step(failed=row.level == "failed")
        return row.level == "ok"

    def _gallery(self) -> str:
        """Asks the index for references that it holds. Raises SetupError if it does not find them."""
        matcher = self.matcher()
        try:
            gallery = matcher.refresh()
            vectors = gallery.library.vectors
            if not len(vectors):
                if gallery.people:
                    return f"no faces of your library yet; {counted(gallery.people, 'person', 'people')} known from galleries"
                raise SetupError("Nobody can be recognised yet. Run “Update gallery”.")
            some = vectors[:: max(1, len(vectors) // PROBES)][:PROBES]
            missed = sum(not near or near[0].score < FOUND for near in gallery.nearest(some, 1))
            if missed:
                raise SetupError(f"{missed} of {len(some)} faces were not found again. Run “Update gallery”.")
            people = counted(gallery.people, "person", "people")
            return f"{people}; {counted(len(some), 'face', 'faces')} looked for and found"
        finally:
            matcher.close()

    def _scenes(self, report: Report) -> tuple[Sample, int]:
        """What analysing a few scenes has shown, and how many wait to be analysed."""
        waiting, measured, failed = 0, [], list[str]()

        def look() -> str:
            nonlocal waiting
            rehearsal = self.rehearse()
            chosen, waiting = self._choose(rehearsal.identifier)
            if not chosen:
                raise SetupError(NO_SCENES)
            report.expect(report.done + len(chosen) + 3)
            for scene in chosen:
                try:
                    measured.append(rehearsal.run(scene, report.within))
                except (StashSenseError, *DAMAGED) as err:
                    log.debug("scene %s", scene.id, exc_info=True)
                    failed.append(str(err) if isinstance(err, StashSenseError) else "It could not be read.")
                report.step()
            return self._seen(Sample(measured, failed))

        self._look(Part("scenes", "Your scenes", look), report, DAMAGED)
        return Sample(measured, failed), waiting

    @staticmethod
    def _choose(identifier: Identifier) -> tuple[list[Scene], int]:
        """Scenes evenly over the library, and how many wait to be analysed. Two passes of ids, since a library may be large."""
        waiting, ids = 0, []
        for scene in identifier.library.scenes():
            waiting += identifier.is_pending("scene", scene)
            if scene.path is not None and not identifier.left_alone(scene):
                ids.append(scene.id)
        places = min(SCENES, len(ids))
        picked = [ids[(2 * place + 1) * len(ids) // (2 * places)] for place in range(places)]
        return list(identifier.library.scenes(ids=picked)) if picked else [], waiting

    @staticmethod
    def _seen(sample: Sample) -> str:
        speed = sample.speed()
        if speed is None:
            raise SetupError(f"None of {len(sample.failed)} scenes could be read. {sample.failed[0]}")
        if sample.failed:
            total = len(sample.failed) + len(sample.scenes)
            raise SetupError(f"{len(sample.failed)} of {total} scenes could not be read. {sample.failed[0]}")
        if not speed["with_faces"]:
            raise SetupError(f"{counted(speed['scenes'], 'scene', 'scenes')} looked at. {NO_FACES}")
        return (
            f"{counted(speed['scenes'], 'scene', 'scenes')} looked at, {speed['with_faces']} with faces; "
            f"{counted(speed['people'], 'person', 'people')} seen, {speed['named']} of them with a name"
        )

    def _references(self, report: Report) -> dict[str, Any]:
        try:
            recall = self.recall()
        except StashSenseError:
            recall = None
        told = by_references(self.stores.references.numbers(), recall)
        nobody = told["groups"][0]["people"]
        title, total = "Performers", told["performers"]
        if not total:
            text = "None of your performers is known yet. Run “Update gallery”."
            row = Row("performers", title, "warning", text, "update_gallery")
        elif nobody:
            text = f"{nobody:,} of {total:,} have no face to be recognised by. {FEW}"
            row = Row("performers", title, "warning", text, "build_gallery")
        else:
            row = Row("performers", title, "ok", f"all {total:,} can be recognised")
        self.rows.append(row)
        report.step()
        return told

    def _sentence(self, speed: dict[str, Any] | None, estimate: dict[str, Any] | None) -> str:
        wrong = [row.title.lower() for row in self.rows if row.level != "ok"]
        parts = [f"To be looked after: {', '.join(wrong)}."] if wrong else ["Everything works."]
        if speed is not None:
            parts.append(f"A scene takes {speed['seconds']:.1f} s.")
        if estimate is not None and estimate["scenes"]:
            parts.append(estimate["text"])
        return " ".join(parts)
