"""The runs over many scenes and images: what is new, what was asked for, what the hook has queued, what lies in a gallery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from stash_sense.core.matching.cluster import make_tracks
from stash_sense.core.matching.probe import probe_of
from stash_sense.core.records import MediaRecord, TrackRecord
from stash_sense.core.values import Decision, Face
from stash_sense.usecases.identify import Identifier, Result
from stash_sense.usecases.keep import candidate_records, face_of, is_automatic, settled, stored_probe
from stash_sense.usecases.matching import Memory
from stash_sense.usecases.ports import Picture
from stash_sense.usecases.reporting import Report, counted

PAGE = 20  # scenes asked for at once


@dataclass(slots=True)
class Sweep:
    """Runs the identifier over many items and counts what came of it."""

    identifier: Identifier
    report: Report
    results: Counter[Result] = field(default_factory=Counter)

    def new(self, *, include_images: bool) -> str:
        """Every scene (and image) that has not been analysed with its present file, pack and settings."""
        library, identifier = self.identifier.library, self.identifier
        scenes = []
        for scene in library.scenes():
            if identifier.is_pending("scene", scene):
                scenes.append(scene.id)
            else:
                self._leave_queue(scene.id)
        pictures = [p.id for p in library.pictures() if identifier.is_pending("image", p)] if include_images else []
        self.report.expect(len(scenes) + len(pictures))
        self._scenes(scenes, force=False)
        self._pictures(pictures, force=False)
        return self.summary()

    def scenes(self, scene_ids: Sequence[str], *, force: bool) -> str:
        self.report.expect(len(scene_ids))
        self._scenes(scene_ids, force=force)
        return self.summary()

    def pictures(self, image_ids: Sequence[str], *, force: bool) -> str:
        self.report.expect(len(image_ids))
        self._pictures(image_ids, force=force)
        return self.summary()

    def gallery(self, gallery_id: str, *, force: bool) -> str:
        """The pictures of a gallery: each by itself, then everybody over all of them, since one person fills many pictures."""
        pictures = list(self.identifier.library.pictures(gallery_id=gallery_id))
        self.report.expect(len(pictures) + 1)
        for picture in pictures:
            self._count(self.identifier.picture(picture, force=force))
        people = GalleryPeople(self.identifier, pictures).settle()
        self.report.step()
        return f"{self.summary()} {people}"

    def queued(self) -> str:
        """Everything the hook has queued, also what it adds meanwhile; a kill leaves the rest in the queue."""
        stores, clock = self.identifier.stores, self.identifier.clock
        while True:
            with stores.transaction():
                ids = stores.queue.first(1)
                if not ids:
                    stores.queue.release_job()  # in one transaction with the look, so that no scene falls between
                    return self.summary()
                stores.queue.claim_job(clock())
            self.report.expect(self.report.done + stores.queue.count())
            self._scenes(ids, force=False)

    def summary(self) -> str:
        done, failed = self.results["done"], self.results["failed"]
        parts = [f"Analysed {counted(done, 'item', 'items')}."] if done else []
        if not done and not failed:
            parts.append("Nothing new to analyse.")
        if self.results["skipped"]:
            parts.append(f"{counted(self.results['skipped'], 'was', 'were')} up to date or excluded.")
        if failed:
            parts.append(f"{counted(failed, 'item', 'items')} could not be analysed: the Faces tab says why.")
        if done and not self.identifier.matcher.people:
            parts.append(
                "The gallery is empty, so nobody could be named: run “Update gallery”, then “Re-match all scenes”."
            )
        return " ".join(parts)

    def _scenes(self, scene_ids: Sequence[str], *, force: bool) -> None:
        for page in _pages(scene_ids):
            found = {scene.id: scene for scene in self.identifier.library.scenes(ids=page)}
            for scene_id in page:
                scene = found.get(scene_id)
                told = self.report.within
                self._count("gone" if scene is None else self.identifier.scene(scene, force=force, told=told))
                self._leave_queue(scene_id)

    def _leave_queue(self, scene_id: str) -> None:
        """A scene that has been looked at waits no longer, whichever task did it."""
        stores = self.identifier.stores
        if stores.queue.holds(scene_id):
            with stores.transaction():
                stores.queue.remove(scene_id)

    def _pictures(self, image_ids: Sequence[str], *, force: bool) -> None:
        for page in _pages(image_ids):
            found = {picture.id: picture for picture in self.identifier.library.pictures(ids=page)}
            for image_id in page:
                picture = found.get(image_id)
                self._count("gone" if picture is None else self.identifier.picture(picture, force=force))

    def _count(self, result: Result) -> None:
        self.results[result] += 1
        self.report.step(failed=result == "failed")


@dataclass(frozen=True, slots=True)
class GalleryPeople:
    """The people of a gallery's pictures decided together: more evidence for each than a single picture gives."""

    identifier: Identifier
    pictures: Sequence[Picture]

    def settle(self) -> str:
        """Clusters the stored faces of all pictures, decides once for each person, and writes the result to every picture."""
        identifier = self.identifier
        media, rows, faces = self._stored()
        identifier.matcher.refresh()
        tracks = make_tracks(faces, identifier.matcher.rules.for_pictures())
        probes = [probe_of(track) for track in tracks]
        cast = [performer for picture in self.pictures for performer in picture.performers]
        nothing = Memory({}, {}, [set() for _ in probes], [])
        outcome = identifier.matcher.decide(probes, identifier.matcher.score(probes), cast, nothing)
        by_face = {id(face): row for face, row in zip(faces, rows, strict=True)}
        chosen: dict[int, Decision] = {}
        for track, decision in zip(tracks, outcome.decisions, strict=True):
            chosen.update({by_face[id(face)].id: decision for face in track.faces})
        for record in media:
            self._write(record, chosen)
        named = {d.candidates[0].person_id for d in outcome.decisions if d.verdict in {"suggested", "accepted"}}
        return (
            f"{counted(len(named), 'person', 'people')} recognised over {counted(len(media), 'picture', 'pictures')}."
        )

    def _stored(self) -> tuple[list[MediaRecord], list[TrackRecord], list[Face]]:
        media, rows, faces = [], [], []
        for number, picture in enumerate(self.pictures):
            record = self.identifier.stores.media.get("image", picture.id)
            if record is None or record.state != "analysed":
                continue
            media.append(record)
            for track in self.identifier.stores.media.tracks(record.id, with_faces=True):
                for face in track.kept[:1]:
                    rows.append(track)
                    faces.append(face_of(face, frame=number))
        return media, rows, faces

    def _write(self, record: MediaRecord, chosen: dict[int, Decision]) -> None:
        stores, matcher = self.identifier.stores, self.identifier.matcher
        tracks = stores.media.tracks(record.id, with_faces=True)
        probes = [stored_probe(track, self.identifier.matcher.space.dims) for track in tracks]
        memory = matcher.remember("image", record.stash_id, probes)
        automatic: list[int] = []
        with stores.transaction():
            for index, track in enumerate(tracks):
                decision = chosen.get(track.id)
                if decision is None or _ruled_out(decision, memory.rejected[index]):
                    continue
                verdict, person_id, why = settled(index, decision, memory)
                stores.media.set_verdict(track.id, verdict, person_id=person_id, why=why)
                stores.media.set_candidates(track.id, candidate_records(decision.candidates))
                if is_automatic(index, decision, memory):
                    automatic.append(track.id)
        self.identifier.unknown.take_in(record)
        self.identifier.tell_stash("image", record.stash_id, automatic)


def _ruled_out(decision: Decision, rejected: set[str]) -> bool:
    return bool(decision.candidates) and decision.candidates[0].person_id in rejected


def _pages(ids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while page := list(islice(rest, PAGE)):
        yield page
