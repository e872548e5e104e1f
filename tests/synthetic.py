"""Analysed scenes and references put straight into sense.db, as vectors: thousands of them where decoding videos would take hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tests.builders import unit

from stash_sense.core.codec import join_blobs, to_blob
from stash_sense.core.gallery_records import PackRecord, ReferenceRecord
from stash_sense.core.records import DecisionRecord, MediaRecord, PersonRecord, TrackRecord
from stash_sense.core.values import EmbeddingSpace, Vector, Vectors
from stash_sense.usecases.stores import Stores

AT = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Synthetic:
    """Writes into `stores`, in transactions of its own. Performers are called "Performer 4"."""

    stores: Stores
    space: EmbeddingSpace

    def centre(self, performer: int) -> Vector:
        """What the performer looks like; others are as unlike as strangers are."""
        return unit(np.random.default_rng(performer).normal(size=self.space.dims))

    def look(self, performer: int, likeness: float, seed: int) -> Vector:
        """A vector at this cosine to the performer's centre."""
        centre = self.centre(performer)
        noise = np.random.default_rng([performer, seed]).normal(size=self.space.dims)
        across = unit(noise - (noise @ centre) * centre)
        return unit(likeness * centre + np.sqrt(1 - likeness**2) * across)

    def enrol(self, performers: Mapping[int, Sequence[Vector]], *, choice: str = "compact") -> None:
        """Performers with their references; the gallery is of this pack."""
        with self.stores.transaction():
            for performer, vectors in performers.items():
                person = PersonRecord(f"performer:{performer}", f"Performer {performer}", None, str(performer))
                self.stores.gallery.put_person(person, AT)
                for number, vector in enumerate(vectors):
                    self.refer(performer, vector, "performer", f"{performer}-{number}")
            self.stores.spaces.use(PackRecord(choice, self.space.pack, self.space.revision))
            self.stores.gallery.bump()

    def refer(self, performer: int, vector: Vector, origin: str, origin_id: str) -> None:
        """One more reference, in the caller's transaction."""
        self.stores.gallery.add_reference(
            ReferenceRecord(
                person_id=f"performer:{performer}",
                origin=origin,
                origin_id=origin_id,
                content_hash=f"{origin} {origin_id} {performer}",
                pack=self.space.pack,
                revision=self.space.revision,
                state="used",
                quality=0.8,
                vector=to_blob(vector),
                crop=b"",
                added_at=AT,
            )
        )

    def analyse(
        self,
        scene: int,
        templates: Iterable[Vector],
        *,
        kind: str = "scene",
        exemplars: Sequence[Vectors] = (),
        **changes: object,
    ) -> list[int]:
        """A scene with one good track per template, each in frames of its own; returns the tracks' ids. exemplars: of each track."""
        values = {"pack": self.space.pack, "revision": self.space.revision, "state": "analysed", **changes}
        media = MediaRecord(
            kind, str(scene), f"oshash:{scene}", values["state"], values["pack"], values["revision"], "", AT
        )
        blobs = [join_blobs(vectors) for vectors in exemplars]
        tracks = [
            replace(_track(template, place), exemplars=blobs[place] if blobs else b"")
            for place, template in enumerate(templates)
        ]
        with self.stores.transaction():
            return self.stores.media.save(media, tracks)

    def decide(
        self,
        scene: int,
        template: Vector,
        action: str,
        performer: int | None,
        *,
        actor: str = "user",
        added: bool = True,
    ) -> int:
        """A standing decision on the track of this template."""
        with self.stores.transaction():
            return self.stores.decisions.add(
                DecisionRecord(
                    at=AT,
                    actor=actor,
                    action=action,
                    state="done",
                    kind="scene",
                    stash_id=str(scene),
                    track_id=None,
                    person_id=None if performer is None else f"performer:{performer}",
                    template=to_blob(template),
                    after={"added": added},
                    pack=self.space.pack,
                    revision=self.space.revision,
                )
            )


def _track(template: Vector, place: int) -> TrackRecord:
    frames = list(range(1000 * place, 1000 * place + 6))
    return TrackRecord(
        template=to_blob(template),
        faces=6,
        frames=6,
        quality=0.8,
        best_time_s=1.0,
        crop=b"",
        segments=((float(place), place + 1.0),),
        screen_time_s=10.0 - place,
        evidence={"size_px": 90.0, "confidence": 0.95, "weakest": "size", "frame_numbers": frames, "kind": "frame"},
        verdict="unknown",
        person_id=None,
        why="",
    )


def fill_library(
    made: Synthetic, scenes: Iterable[int], *, seed: int = 1, resemblance: tuple[float, float] = (0.05, 0.45)
) -> dict[int, list[int]]:
    """Analyses scenes of two performers each, of whom every third has no reference; returns the cast of each scene.

    Performers 1 to 60 exist. Who has a reference is mostly found; who has none resembles somebody else (cosine: resemblance, from and to).
    """
    rng = np.random.default_rng(seed)
    made.enrol({number: [made.centre(number)] if number % 3 else [] for number in range(1, 61)})
    casts: dict[int, list[int]] = {}
    for scene in scenes:
        cast = [int(one) for one in rng.choice(np.arange(1, 61), 2, replace=False)]
        templates = []
        for performer in cast:
            known = performer % 3 > 0
            whom = performer if known else int(rng.choice([one for one in range(1, 61) if one % 3 and one not in cast]))
            likeness = rng.uniform(0.35, 0.85) if known else rng.uniform(*resemblance)
            templates.append(made.look(whom, float(likeness), scene))
        made.analyse(scene, templates)
        casts[scene] = cast
    return casts
