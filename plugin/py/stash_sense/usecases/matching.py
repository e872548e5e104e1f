"""The gallery in memory, and who the tracks of one scene or image are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from stash_sense.core.codec import from_blob, from_blobs
from stash_sense.core.matching.calibrate import Calibration
from stash_sense.core.matching.cluster import ClusterRules
from stash_sense.core.matching.evidence import Known, MatchPolicy, Outcome, decide
from stash_sense.core.matching.probe import Probe
from stash_sense.core.matching.score import ArrayGallery, GalleryView, PersonScore, Scoring, score_probe
from stash_sense.core.records import DecisionRecord, MediaKind
from stash_sense.core.values import Candidate, EmbeddingSpace, Vectors
from stash_sense.settings import Value
from stash_sense.usecases.curate import Curator
from stash_sense.usecases.ports import FaceIndex, Named, Neighbour
from stash_sense.usecases.ruled_out import links_ruled_out, stash_ids
from stash_sense.usecases.stores import Stores
from stash_sense.usecases.union import GalleryPackage, Union

NEIGHBOURS, OF_EXEMPLAR = 200, 16  # plenty for the candidates and their cohort, see score_probe


def policy_of(settings: dict[str, Value]) -> MatchPolicy:
    """The user's bounds as probabilities."""
    auto = int(settings["auto_accept"]) / 100
    return MatchPolicy(
        review_from=int(settings["review_from"]) / 100,
        auto_accept=auto if auto > 0 else None,
        min_face_px=float(settings["min_face_px"]),
    )


class Searchable(GalleryView, Protocol):
    """A gallery that is searched and scored by."""

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        """As FaceIndex.nearest."""
        ...


def score_all(views: Sequence[Vectors], gallery: Searchable, scoring: Scoring) -> list[list[PersonScore]]:
    """score_probe of several tracks, each given as its Probe.views, with two searches."""
    if not views:
        return []
    first = gallery.nearest(np.stack([own[0] for own in views]), NEIGHBOURS)
    others = np.concatenate([own[1:] for own in views])
    found = iter(gallery.nearest(others, OF_EXEMPLAR) if len(others) else [])
    return [
        score_probe(own, [near, *(next(found) for _ in own[1:])], gallery, scoring)
        for own, near in zip(views, first, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Memory:
    """Standing decisions of one scene or image held against its (new) tracks.

    named: track index → accepted decision; skipped: track index → decision to leave it; rejected: persons ruled out, per track.
    """

    named: dict[int, DecisionRecord]
    skipped: dict[int, DecisionRecord]
    rejected: list[set[str]]
    rejections: list[tuple[int, DecisionRecord]]


@dataclass(slots=True)
class Matcher:
    """Holds the gallery of one embedding space: the library's references and the active packages. Reloads it when one of them changes.

    open_packages: opens the active packages, as they are now.
    """

    stores: Stores
    space: EmbeddingSpace
    rules: ClusterRules
    calibration: Calibration
    policy: MatchPolicy
    make_index: Callable[[Vectors], FaceIndex]
    open_packages: Callable[[], Sequence[GalleryPackage]] = tuple
    build: int = -1
    _gallery: Union | None = None
    _bearers: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # stash id → performers of the library

    def refresh(self) -> Union:
        """The gallery as it is now: read again if the references in use or the active packages have changed."""
        build = self.stores.gallery.build()
        if self._gallery is None or build != self.build:
            self.close()
            self._gallery, self.build = self._read(), build
        return self._gallery

    def close(self) -> None:
        """Lets go of the packages' files."""
        if self._gallery is not None:
            self._gallery.close()
            self._gallery = None

    @property
    def gallery(self) -> Union:
        """What is searched: as it was at the last refresh."""
        return self._gallery or self.refresh()

    def _read(self) -> Union:
        rows = list(self.stores.gallery.used(pack=self.space.pack, revision=self.space.revision))
        vectors = from_blobs([vector for _, vector, _ in rows], dims=self.space.dims)
        library = ArrayGallery([person_id for person_id, _, _ in rows], vectors)
        packages = self.open_packages()
        performers = {one.id: one for one in self.stores.gallery.people() if one.performer_id is not None}
        self._bearers = {}
        for one in performers.values():
            for key in stash_ids(one.links):
                self._bearers.setdefault(key, set()).add(one.id)
        return Union(library, self.make_index(vectors), packages, performers)

    def learning(self, pack: str, revision: str) -> Curator | None:
        """What compares accepted faces; None for those of another pack, which “Update gallery” reads again."""
        if (pack, revision) != (self.space.pack, self.space.revision):
            return None
        return Curator(self.stores, self.space, self.rules.reference_agree, self.rules.reference_copy)

    @property
    def people(self) -> int:
        return self.gallery.people

    def introduce(self, candidates: Iterable[Candidate], now: str) -> None:
        """Notes those candidates in sense.db who are known from a package only, so that the panel can show them without it."""
        for person_id in sorted({candidate.person_id for candidate in candidates}):
            if (found := self.gallery.record(person_id)) is not None:
                self.stores.gallery.put_person(found[0], now, crop=found[1])

    def score(self, probes: Sequence[Probe]) -> list[list[PersonScore]]:
        """The persons nearest to each probe, best first."""
        return score_all([probe.views for probe in probes], self.gallery, self.calibration.scoring)

    def decide(
        self, probes: Sequence[Probe], scores: Sequence[Sequence[PersonScore]], cast: Sequence[Named], memory: Memory
    ) -> Outcome:
        """Who each track is. Persons already named by the user on other tracks are given to nobody else."""
        performers = frozenset(f"performer:{performer.id}" for performer in cast)
        costars = frozenset(self.stores.media.costars(performers)) if performers else frozenset()
        taken = {str(decision.person_id) for decision in memory.named.values()}
        ruled_out: list[Collection[str]] = [
            memory.rejected[index] | (set() if index in memory.named else taken) for index in range(len(probes))
        ]
        known = Known(cast=performers, costars=costars, rejected=ruled_out)
        return decide(probes, scores, policy=self.policy, calibration=self.calibration, known=known)

    def remember(self, kind: MediaKind, stash_id: str, probes: Sequence[Probe]) -> Memory:
        """Which of the tracks earlier decisions on this scene or image were about, by likeness of the templates."""
        memory = Memory({}, {}, [set() for _ in probes], [])
        for decision in self.stores.decisions.standing(kind, stash_id):
            if decision.template is None or not self._is_ours(decision):
                continue
            likeness = [float(probe.template @ from_blob(decision.template)) for probe in probes]
            self._apply(decision, likeness, memory)
        return memory

    def _is_ours(self, decision: DecisionRecord) -> bool:
        """Whether the decision's template may be compared with ours."""
        return (decision.pack, decision.revision) == (self.space.pack, self.space.revision)

    def _apply(self, decision: DecisionRecord, likeness: Sequence[float], memory: Memory) -> None:
        alike = [index for index, value in enumerate(likeness) if value >= self.rules.same_person]
        if decision.action == "reject" and decision.person_id is not None:
            if alike:
                ids = self._ids_of(decision.person_id, decision)
                for index in alike:
                    memory.rejected[index] |= ids
                memory.rejections.append((max(alike, key=lambda index: likeness[index]), decision))
            return
        free = [index for index in alike if index not in memory.named]
        if free:
            best = max(free, key=lambda index: likeness[index])
            (memory.skipped if decision.action == "skip" else memory.named)[best] = decision

    def _ids_of(self, person_id: str, rejection: DecisionRecord) -> set[str]:
        """Every id that somebody who was ruled out may have now: made a performer since, or deleted and known from a package only."""
        links = links_ruled_out(self.stores, rejection)
        found = {person_id, self.gallery.present_name(person_id), *self.gallery.bearers(links)}
        return found.union(*(self._bearers.get(key, ()) for key in stash_ids(links)))
