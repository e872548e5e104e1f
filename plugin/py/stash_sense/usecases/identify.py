"""Identify: scene → frames → tracks → names with probabilities → sense.db and tags; one scene at a time, each committed by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from stash_sense.core.matching.cluster import make_tracks, merge_tracks
from stash_sense.core.matching.evidence import Outcome
from stash_sense.core.matching.probe import Probe, probe_of
from stash_sense.core.matching.reasons import why_unusable
from stash_sense.core.records import MediaRecord
from stash_sense.core.values import Decision, Track
from stash_sense.errors import ItemError, MissingFileError, NotFoundError
from stash_sense.settings import Value, names_in
from stash_sense.usecases.decide import Desk
from stash_sense.usecases.enrol import read_picture
from stash_sense.usecases.keep import is_automatic, track_records
from stash_sense.usecases.matching import Matcher, Memory
from stash_sense.usecases.observe import Observation, Observer
from stash_sense.usecases.ports import Editor, Library, MediaKind, Named, Picture, Scene
from stash_sense.usecases.rematch import Rematcher
from stash_sense.usecases.reporting import Clock
from stash_sense.usecases.same_faces import carry_over
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.telling import tell_stash
from stash_sense.usecases.unknown_groups import UnknownGroups

log = logging.getLogger(__name__)

Result = Literal["done", "skipped", "failed", "gone"]

OPEN = (0.05, 0.95)  # best probabilities between these leave the decision open: more frames may settle it
MORE_ROUNDS = 2  # of further frames, together at most the first budget again (design §6)


@dataclass(frozen=True, slots=True)
class Identified:
    """Tracks of one scene or image with their decisions, not yet stored."""

    tracks: list[Track]
    probes: list[Probe]
    decisions: tuple[Decision, ...]
    memory: Memory


@dataclass(frozen=True, slots=True)
class Identifier:
    """rehearsal: look and recognise write nothing at all (for the self-test)."""

    stores: Stores
    library: Library
    editor: Editor
    observer: Observer
    matcher: Matcher
    settings: dict[str, Value]
    clock: Clock
    unknown: UnknownGroups
    rehearsal: bool = False

    def scene(self, scene: Scene, *, force: bool = False, told: Callable[[float], None] = lambda share: None) -> Result:
        """Analyses one scene unless that has been done with the same file, pack and settings. Raises SetupError, ServerError."""
        if not force and (earlier := self._earlier("scene", scene)):
            return earlier
        try:
            seen = self.look(scene, told=told)
        except ItemError as err:
            return self._failed("scene", scene, err)
        return self.store("scene", scene, seen, self.recognise(scene, seen))

    def look(self, scene: Scene, *, told: Callable[[float], None] = lambda share: None) -> Observation:
        """The faces of a scene. Raises ItemError."""
        if scene.path is None:
            raise MissingFileError("The scene has no file: run Stash's Scan task.")
        return self.observer.video(
            scene.path,
            duration_s=scene.duration_s,
            count=int(self.settings["frames_per_scene"]),
            cover_path=scene.screenshot_path,
            told=told,
        )

    def recognise(self, scene: Scene, seen: Observation) -> Identified:
        """Who was seen, after a closer look where that is open."""
        found = self._decided("scene", scene.id, seen, scene.performers)
        return self._look_closer(scene, seen, found)

    def picture(self, picture: Picture, *, force: bool = False) -> Result:
        """The same for an image; an animated one is read like a video."""
        if not force and (earlier := self._earlier("image", picture)):
            return earlier
        try:
            seen = self.look_at(picture)
        except (ItemError, NotFoundError) as err:
            return self._failed("image", picture, err)
        return self.store("image", picture, seen, self._decided("image", picture.id, seen, picture.performers))

    def look_at(self, picture: Picture) -> Observation:
        """The faces of an image. Raises ItemError, NotFoundError."""
        if picture.is_video and picture.path is not None:
            count = int(self.settings["frames_per_scene"])
            return self.observer.video(
                picture.path, duration_s=None, count=count, cover_path=None, told=lambda share: None
            )
        return self.observer.picture(read_picture(picture, self.observer.pictures, self.library))

    def is_pending(self, kind: MediaKind, item: Scene | Picture) -> bool:
        """Whether there is anything to do for it."""
        media = self.stores.media.get(kind, item.id)
        return not self.left_alone(item) and not (self._is_done(kind, item) and media is not None and media.told)

    def left_alone(self, item: Scene | Picture) -> bool:
        """Whether the settings say to keep off."""
        excluded = names_in(self.settings["excluded_tags"])
        tagged = any(tag.name.casefold() in excluded for tag in item.tags)
        return tagged or (item.organized and bool(self.settings["skip_organized"]))

    def store(self, kind: MediaKind, item: Scene | Picture, seen: Observation, found: Identified) -> Result:
        """Commits the analysis, then brings the tags in line, then accepts what the settings say to accept."""
        unusable = [face for face in seen.faces if face.quality.total <= 0]
        message = why_unusable(unusable, float(self.settings["min_face_px"])) if unusable and not found.tracks else None
        media = self._media(
            kind,
            item,
            state="analysed" if seen.faces else "no_faces",
            duration_s=seen.duration_s,
            frames=seen.frames,
            faces=len(seen.faces),
            unusable=len(unusable),
            message=message,
        )
        tracks = track_records(found.tracks, found.probes, found.decisions, found.memory, seen.step_s)
        with self.stores.transaction():
            self.matcher.introduce(
                chain.from_iterable(decision.candidates for decision in found.decisions), self.clock()
            )
            track_ids = self.stores.media.save(media, tracks)
            self._carry_decisions(track_ids, found.memory)
        if stored := self.stores.media.get(kind, item.id):
            self.unknown.take_in(stored)
        pairs = enumerate(zip(track_ids, found.decisions, strict=True))
        automatic = [track_id for index, (track_id, decision) in pairs if is_automatic(index, decision, found.memory)]
        return self.tell_stash(kind, item.id, automatic)

    @property
    def rematcher(self) -> Rematcher:
        return Rematcher(self.stores, self.library, self.editor, self.matcher, self.settings, self.clock, self.unknown)

    def decided(
        self, kind: MediaKind, stash_id: str, tracks: list[Track], cast: Sequence[Named], step_s: float
    ) -> Identified:
        """Who the tracks are; tracks that turn out to be one person are merged and decided again."""
        found, outcome = self._decide_once(kind, stash_id, tracks, cast)
        if outcome.merges:
            merged = merge_tracks(tracks, outcome.merges, self.matcher.rules, step_s=step_s)
            found, _ = self._decide_once(kind, stash_id, merged, cast)
        return found

    def _decided(self, kind: MediaKind, stash_id: str, seen: Observation, cast: Sequence[Named]) -> Identified:
        self.matcher.refresh()
        tracks = make_tracks(seen.faces, self.matcher.rules, step_s=seen.step_s)
        return self.decided(kind, stash_id, tracks, cast, seen.step_s)

    def _decide_once(
        self, kind: MediaKind, stash_id: str, tracks: list[Track], cast: Sequence[Named]
    ) -> tuple[Identified, Outcome]:
        probes = [probe_of(track) for track in tracks]
        if not self.rehearsal:
            carry_over(self.stores, kind, stash_id, tracks, self.matcher.space)
        memory = self.matcher.remember(kind, stash_id, probes)
        outcome = self.matcher.decide(probes, self.matcher.score(probes), cast, memory)
        return Identified(tracks, probes, outcome.decisions, memory), outcome

    def _look_closer(self, scene: Scene, seen: Observation, found: Identified) -> Identified:
        """More frames near the tracks whose decision is open (design §6, adaptive sampling)."""
        budget = int(self.settings["frames_per_scene"]) // MORE_ROUNDS
        for _ in range(MORE_ROUNDS):
            around = [
                face.time_s
                for index, (track, decision) in enumerate(zip(found.tracks, found.decisions, strict=True))
                if index not in found.memory.named and self._is_open(decision)
                for face in track.faces
                if face.time_s is not None
            ]
            if not around or scene.path is None or not self.observer.more(seen, scene.path, around, budget):
                break
            found = self._decided("scene", scene.id, seen, scene.performers)
        return found

    def _is_open(self, decision: Decision) -> bool:
        if not self.matcher.people:
            return False
        if decision.verdict == "insufficient":
            return True
        best = decision.candidates[0].probability if decision.candidates else 0.0
        return OPEN[0] < best < OPEN[1]

    def _carry_decisions(self, track_ids: Sequence[int], memory: Memory) -> None:
        held = [*memory.named.items(), *memory.skipped.items(), *memory.rejections]
        for index, decision in held:
            self.stores.decisions.move_track(decision.id, track_ids[index])

    def tell_stash(self, kind: MediaKind, stash_id: str, automatic: Sequence[int] = ()) -> Result:
        """Accepts the tracks `automatic`, as the settings say, and brings the tags in line."""
        desk = Desk(self.stores, self.library, self.editor, self.settings, self.clock(), learning=self.matcher.learning)
        return "done" if tell_stash(desk, kind, stash_id, automatic) else "gone"

    def _failed(self, kind: MediaKind, item: Scene | Picture, err: Exception) -> Result:
        """Notes the failure for the panel; an earlier analysis of the same file stays, and a missing file is not tagged:
        its drive may be away, and thousands of scenes with it."""
        log.warning("%s %s: %s", kind, item.id, err)
        before = self.stores.media.get(kind, item.id)
        same_file = before is not None and before.fingerprint == (item.fingerprint or "")
        if before is not None and before.state != "failed" and (same_file or isinstance(err, MissingFileError)):
            return "failed"
        with self.stores.transaction():
            self.stores.media.save(self._media(kind, item, state="failed", message=str(err)), [])
        if not isinstance(err, (MissingFileError, NotFoundError)):
            self.tell_stash(kind, item.id)
        return "failed"

    def _earlier(self, kind: MediaKind, item: Scene | Picture) -> Result | None:
        """What to answer without looking at the file again; None if it has to be analysed."""
        if self.left_alone(item):
            return "skipped"
        if not self._is_done(kind, item):
            return None
        media = self.stores.media.get(kind, item.id)
        if media is None or media.told:
            return "skipped"
        self.rematcher.some([media])  # analysed, but a kill came before the tags were written
        return "done"

    def _is_done(self, kind: MediaKind, item: Scene | Picture) -> bool:
        media, space = self.stores.media.get(kind, item.id), self.matcher.space
        return (
            media is not None
            and media.state != "failed"
            and media.fingerprint == (item.fingerprint or "")
            and (media.pack, media.revision, media.analysis) == (space.pack, space.revision, self._analysis())
        )

    def _analysis(self) -> str:
        return f"frames={self.settings['frames_per_scene']} min_face={self.settings['min_face_px']}"

    def _media(
        self,
        kind: MediaKind,
        item: Scene | Picture,
        *,
        state: Literal["analysed", "no_faces", "failed"],
        message: str | None,
        duration_s: float | None = None,
        frames: int = 0,
        faces: int = 0,
        unusable: int = 0,
    ) -> MediaRecord:
        return MediaRecord(
            kind=kind,
            stash_id=item.id,
            fingerprint=item.fingerprint or "",
            state=state,
            pack=self.matcher.space.pack,
            revision=self.matcher.space.revision,
            analysis=self._analysis(),
            analysed_at=self.clock(),
            duration_s=duration_s,
            frames=frames,
            faces=faces,
            unusable=unusable,
            gallery_build=max(self.matcher.build, 0),
            message=message,
        )
