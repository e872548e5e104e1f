"""The library's own references and the packages of other galleries, searched as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

import numpy as np

from stash_sense.core.matching.score import ArrayGallery
from stash_sense.core.records import PersonRecord
from stash_sense.core.values import Vectors
from stash_sense.usecases.ports import FaceIndex, Neighbour

SAME_FACE = 0.995  # cosine; the 8 bits of a package move a vector by less than 0.001, another photo of a person stays below 0.95
KEY_BITS = 64  # of a face key in a package; the part of the union stands above them


class GalleryPackage(Protocol):
    """One opened package. A neighbour's row is the key of the face."""

    @property
    def people(self) -> int: ...

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]: ...

    def person_of(self, key: int) -> str: ...

    def references(self, person_id: str) -> Vectors: ...

    def by_stash_id(self, endpoint: str, box_id: str) -> str | None: ...

    def record(self, person_id: str) -> PersonRecord | None: ...

    def crop(self, person_id: str) -> bytes | None: ...

    def close(self) -> None: ...


@dataclass(slots=True, eq=False)
class Union:
    """GalleryView and FaceIndex over the library (part 0) and its packages (parts 1 …).

    A person of a package who is a performer of the library, by a stash id of hers, goes by the performer's id, and the references of both
    count. So do those of two packages that share a stash id, under the name the first one gives.
    """

    library: ArrayGallery
    index: FaceIndex
    packages: Sequence[GalleryPackage]
    performers: Mapping[str, PersonRecord]  # performers of the library by person id, also those without a reference
    _names: dict[tuple[int, str], str] = field(default_factory=dict)
    _performer_of: dict[tuple[str, str], str] = field(default_factory=dict)
    _shared: Counter[str] = field(
        default_factory=Counter
    )  # performers with references here → in how many packages, too

    def __post_init__(self) -> None:
        if not self.packages:
            return
        for person in sorted(self.performers.values(), key=lambda person: int(person.performer_id or 0), reverse=True):
            self._performer_of.update(dict.fromkeys(_stash_ids(person), person.id))
        # A link of the library may be out of date: the package knows the ids that were merged away.
        for stash_id, performer in list(self._performer_of.items()):
            for part, package in enumerate(self.packages, 1):
                if (name := package.by_stash_id(*stash_id)) is not None:
                    self._names[part, name] = min(performer, self._names.get((part, name), performer), key=_number)
        self._shared.update(person for person in self._names.values() if person in self.library.rows)

    @property
    def people(self) -> int:
        """Persons with a reference; one whom several packages know counts in each, since counting them apart would cost a look at all."""
        return self.people_without(())

    def people_without(self, gone: Collection[str]) -> int:
        """`people` if the library had no reference of `gone`."""
        shared = self._shared.total() - sum(self._shared[person] for person in gone)
        return self.library.people - len(gone) + sum(package.people for package in self.packages) - shared

    def nearest(self, probes: Vectors, k: int) -> list[list[Neighbour]]:
        """For each probe the k nearest references of all parts, best first."""
        found = [self.index.nearest(probes, k)]
        for part, package in enumerate(self.packages, 1):
            above = part << KEY_BITS
            found.append(
                [[Neighbour(above | near.row, near.score) for near in row] for row in package.nearest(probes, k)]
            )
        if len(found) == 1:
            return found[0]
        return [sorted(chain(*rows), key=lambda near: -near.score)[:k] for rows in zip(*found, strict=True)]

    def person_of(self, row: int) -> str:
        part, key = row >> KEY_BITS, row & ((1 << KEY_BITS) - 1)
        return self.library.person_of(key) if part == 0 else self._name(part, self.packages[part - 1].person_of(key))

    def references(self, person_id: str) -> Vectors:
        return self.references_with(person_id, self.own_references(person_id))

    def own_references(self, person_id: str) -> Vectors | None:
        """Those of the library; None if there are none."""
        return self.library.references(person_id) if person_id in self.library.rows else None

    def references_with(self, person_id: str, own: Vectors | None) -> Vectors:
        """`references` if the library had just `own` of the person."""
        rows = [] if own is None else [own]
        for package in self.packages:
            rows.extend(package.references(name) for name in self._known_as(person_id, package))
        return _each_once(np.concatenate(rows)) if len(rows) > 1 else rows[0]

    def is_elsewhere(self, person_id: str) -> bool:
        """Whether a package has a face of the person."""
        return any(True for package in self.packages for _ in self._known_as(person_id, package))

    def record(self, person_id: str) -> tuple[PersonRecord, bytes | None] | None:
        """A person of a package and the picture to show; None where no package has her by this id."""
        for package in self.packages:
            if (record := package.record(person_id)) is not None:
                return record, package.crop(person_id)
        return None

    def present_name(self, person_id: str) -> str:
        """The id a person goes by now: somebody from a package may have become a performer since."""
        for part, package in enumerate(self.packages, 1):
            if person_id.startswith("box:") and package.record(person_id) is not None:
                return self._name(part, person_id)
        return person_id

    def bearers(self, links: Sequence[Mapping[str, str]]) -> set[str]:
        """The ids by which people of packages with one of these stash ids go now."""
        found = set()
        for part, package in enumerate(self.packages, 1):
            names = (package.by_stash_id(link["endpoint"], link["stash_id"]) for link in links)
            found |= {self._name(part, name) for name in names if name is not None}
        return found

    def close(self) -> None:
        for package in self.packages:
            package.close()

    def _name(self, part: int, person_id: str) -> str:
        if (part, person_id) not in self._names:
            self._names[part, person_id] = self._find_name(part, person_id)
        return self._names[part, person_id]

    def _find_name(self, part: int, person_id: str) -> str:
        record = self.packages[part - 1].record(person_id)
        ids = _stash_ids(record) if record else []
        for stash_id in ids:
            if stash_id in self._performer_of:
                return self._performer_of[stash_id]
        for earlier, package in enumerate(self.packages[: part - 1], 1):
            for stash_id in ids:
                if (name := package.by_stash_id(*stash_id)) is not None:
                    return self._name(earlier, name)
        return person_id

    def _known_as(self, person_id: str, package: GalleryPackage) -> Iterable[str]:
        """Under which ids `package` has a person of the union."""
        performer = self.performers.get(person_id)
        ids = _stash_ids(performer) if performer else []
        if performer is None and (found := self.record(person_id)) is not None:
            ids = _stash_ids(found[0])
        names = (package.by_stash_id(*stash_id) for stash_id in ids)
        return dict.fromkeys(name for name in names if name is not None)


def _each_once(vectors: Vectors) -> Vectors:
    """Without repetitions: the same picture may stand in the library and in two packages, and must not vouch for itself."""
    alike = np.triu(vectors @ vectors.T, k=1) >= SAME_FACE
    return np.asarray(vectors[~alike.any(axis=0)], dtype=np.float32)


def _stash_ids(person: PersonRecord) -> list[tuple[str, str]]:
    return [(link["endpoint"], link["stash_id"]) for link in person.links]


def _number(person_id: str) -> int:
    return int(person_id.removeprefix("performer:"))
