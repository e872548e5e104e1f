"""What the gallery builder needs of catalogue.db; adapters/catalogue fits. Nothing commits by itself outside `transaction()`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from stash_sense.core.catalogue.records import KnownFace, KnownImage, KnownPerson, Source, SourceStatus, SweepChanges
from stash_sense.core.catalogue.values import BoxImage, BoxPerson, ImageReading
from stash_sense.core.curation.values import Finding


class SourceStore(Protocol):
    def all(self) -> list[Source]:
        """In the order in which they were first seen."""
        ...

    def get(self, endpoint: str) -> Source | None: ...
    def put(self, source: Source) -> None:
        """Adds it, or brings host, name, kind and trust up to date."""
        ...

    def begin(self, endpoint: str, now: str, *, oldest: str) -> None:
        """Opens a build, or goes on with one that was cut short and was begun at `oldest` or later."""
        ...

    def finish(self, endpoint: str, now: str, scope: str) -> None: ...
    def note(self, endpoint: str, message: str | None) -> None: ...


class PeopleStore(Protocol):
    """Each method is about one endpoint. level: place of the scope in SCOPES; lower is read first."""

    def unwant(self, endpoint: str) -> None: ...
    def want(self, endpoint: str, box_ids: Collection[str], level: int) -> None:
        """Ids never seen are added; nobody's level is raised."""
        ...

    def want_everybody(self, endpoint: str) -> None:
        """Everybody live or only listed, at the last level."""
        ...

    def want_heirs(self, endpoint: str) -> None:
        """Whom a wanted one was merged into is wanted as much."""
        ...

    def limit(self, endpoint: str, count: int, *, by_scenes: bool) -> None:
        """Leaves only the first `count` of the wanted ones wanted."""
        ...

    def absorb(self, endpoint: str) -> SweepChanges:
        """Takes over what the last finished sweep has seen."""
        ...

    def vanished(self, endpoint: str) -> list[str]:
        """Known as live or listed, but not in the last finished sweep."""
        ...

    def swept(self, endpoint: str) -> list[str]:
        """Ids that the last finished sweep has seen live."""
        ...

    def to_read(self, endpoint: str, *, stale_before: str, now: str, by_scenes: bool) -> list[str]:
        """Wanted ids in order whose details have to be read: never read, `updated` has moved, or read before `stale_before` ("": never)."""
        ...

    def put(self, person: BoxPerson, now: str) -> bool:
        """Stores the details as they are upstream now, cleared fields included; True if anything but instants and counts changed."""
        ...

    def put_gone(self, endpoint: str, box_id: str, now: str) -> bool: ...
    def settle_heirs(self, endpoint: str) -> list[str]:
        """Follows merges to the end of their chains; returns heirs about whom nothing is known yet."""
        ...

    def failed(self, endpoint: str, box_id: str, message: str, retry_at: str) -> None: ...
    def find(self, endpoint: str, box_id: str) -> KnownPerson | None: ...
    def details(self, endpoint: str, box_id: str) -> BoxPerson | None:
        """One person as `all` has them."""
        ...

    def wanted(self, endpoint: str) -> list[str]:
        """Wanted people who are not known to be gone, by id."""
        ...

    def all(self) -> Iterator[BoxPerson]:
        """Everybody whose details were read, also merged and deleted ones, without pictures; in a fixed order."""
        ...

    def hungry(self, endpoint: str, *, level: int, pack: str, revision: str, now: str, by_scenes: bool) -> list[str]:
        """Live people wanted at `level`, in order, with pictures that have not been read for this pack and may be."""
        ...


class ImageStore(Protocol):
    def put_list(self, endpoint: str, box_id: str, images: Sequence[BoxImage]) -> bool:
        """The pictures the person has now; those it has no more are marked gone. True if any came, went or moved elsewhere."""
        ...

    def of(self, endpoint: str, box_id: str) -> list[KnownImage]: ...
    def twin(self, endpoint: str, image_id: str, *, pack: str, revision: str) -> KnownImage | None:
        """The same picture as read for whomever on this box."""
        ...

    def put_reading(self, reading: ImageReading, *, outcome: str, pack: str, revision: str, now: str) -> None: ...
    def put_outcome(
        self, endpoint: str, image: KnownImage, *, outcome: str, pack: str, revision: str, now: str
    ) -> None:
        """What is known without downloading it."""
        ...

    def failed(self, reading: ImageReading, retry_at: str) -> None: ...
    def forget_person(self, endpoint: str, box_id: str) -> None:
        """All of the person's pictures are gone."""
        ...

    def read_count(self, endpoint: str) -> int:
        """Pictures that were read, whatever came of it."""
        ...

    def average(self, endpoint: str) -> tuple[float, float] | None:
        """Pictures a person, and bytes a picture, as far as known; None where nothing was read yet."""
        ...


class FaceStore(Protocol):
    def of(self, endpoint: str, box_id: str, *, pack: str, revision: str) -> list[KnownFace]: ...
    def add(self, reading: ImageReading, *, pack: str, revision: str) -> None:
        """The faces of one picture instead of those it had, with their crops; spare until they are admitted."""
        ...

    def copy(self, endpoint: str, image_id: str, *, from_id: str, to_id: str, pack: str, revision: str) -> None: ...
    def set_state(self, face_id: int, state: str, reason: str | None) -> None: ...
    def keep_crops(self, endpoint: str, box_id: str, best: int | None, fresh: Collection[str]) -> None:
        """Of the pictures `fresh` only the face `best` keeps its crop."""
        ...

    def crop(self, face_id: int) -> bytes | None: ...
    def drop_gone(self, endpoint: str, box_id: str) -> bool:
        """Faces of pictures the person has no more; True if there were any."""
        ...

    def drop_retired(self) -> None:
        """Faces of people who were merged or deleted."""
        ...

    def drop_other_packs(self, *, pack: str, revision: str) -> None: ...
    def counts(self, endpoint: str, *, pack: str, revision: str) -> tuple[int, int]:
        """Live people with a face in use, and faces in use."""
        ...


class GalleryState(Protocol):
    def changes(self) -> int: ...
    def bump(self) -> None: ...
    def is_published(self) -> bool:
        """Whether the last package shows everything."""
        ...

    def build_id(self) -> str | None: ...
    def put_published(self, changes: int, build_id: str) -> None: ...
    def decided_by(self) -> str | None:
        """What all faces were last decided by: rules, caps and who belongs together, as a hash."""
        ...

    def put_decided_by(self, text: str) -> None: ...


class Catalogue(Protocol):
    """Every store over one connection."""

    def transaction(self) -> AbstractContextManager[None]: ...
    def status(self, *, pack: str, revision: str) -> list[SourceStatus]:
        """Every source as counted last."""
        ...

    def count(self, endpoint: str, *, pack: str, revision: str) -> None:
        """Counts anew what `status` tells of a source."""
        ...

    @property
    def sources(self) -> SourceStore: ...
    @property
    def people(self) -> PeopleStore: ...
    @property
    def images(self) -> ImageStore: ...
    @property
    def faces(self) -> FaceStore: ...
    @property
    def gallery(self) -> GalleryState: ...


class FindingStore(Protocol):
    """Findings of one rule in sense.db, which is another database than the catalogue: it commits by itself."""

    def replace(self, rule: str, found: Sequence[Finding], now: str) -> int:
        """New ones are opened, known ones brought up to date, those whose cause is gone closed; dismissed ones stay so until they say
        something else.

        Returns how many are open.
        """
        ...
