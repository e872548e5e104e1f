"""What the catalogue knows, as a package: one entry a person, with all ids that lead there and the faces in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from stash_sense.core.catalogue.package import BUILT, PackageHeader
from stash_sense.core.catalogue.records import KnownFace
from stash_sense.core.catalogue.values import (
    BoxPerson,
    PackageFace,
    PackagePerson,
    PackageSource,
    PersonId,
    person_id,
)
from stash_sense.core.identity.values import Group
from stash_sense.core.values import EmbeddingSpace
from stash_sense.usecases.catalogue_ports import Catalogue
from stash_sense.usecases.reporting import Clock


class PackageDesk(Protocol):
    """Writes packages and puts them to use."""

    def current(self, name: str) -> str | None:
        """The build of that name in use."""
        ...

    def publish(self, header: PackageHeader, people: Iterable[PackagePerson]) -> str:
        """Writes, verifies and activates; returns the build's id. Until the end the old build is in use."""
        ...


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes when something has changed since the last time."""

    catalogue: Catalogue
    desk: PackageDesk
    space: EmbeddingSpace
    clock: Clock

    def publish(self, groups: Sequence[Group]) -> bool:
        """True if a package was written."""
        current = self.desk.current(BUILT)
        if self.catalogue.gallery.is_published() and current == self.catalogue.gallery.build_id():
            return False
        changes, sources = self.catalogue.gallery.changes(), self._sources()
        if current is None and not sources:
            return False  # nobody knows anybody yet
        header = PackageHeader(BUILT, self.space, sources, self.clock(), current)
        build_id = self.desk.publish(header, self.people(groups))
        with self.catalogue.transaction():
            self.catalogue.gallery.put_published(changes, build_id)
        return True

    def people(self, groups: Iterable[Group]) -> Iterator[PackagePerson]:
        """Everybody with a face in use."""
        hosts = {source.endpoint: source.host for source in self.catalogue.sources.all()}
        for group in groups:
            live = [one for one in group.members if not one.retired]
            faces = [face for one in live for face in self._faces(one)]
            details = [person for one in live if (person := self.catalogue.people.details(one.endpoint, one.box_id))]
            if faces and details:
                known_as = person_id(hosts[details[0].endpoint], details[0].box_id)
                yield self._person(known_as, group, details, faces)

    def _person(
        self, known_as: str, group: Group, details: Sequence[BoxPerson], faces: Sequence[KnownFace]
    ) -> PackagePerson:
        lead = details[0]
        # They find the person; nobody has confirmed them.
        claims = [replace(claim, retired=True) for claim in group.claims]
        names = {name: None for one in details for name in (one.name, *one.aliases)}
        return PackagePerson(
            id=known_as,
            name=lead.name,
            ids=(*_ids(group, retired=False), *claims, *_ids(group, retired=True)),
            faces=tuple(
                PackageFace(face.endpoint, face.image_id, face.content_hash, face.quality, face.vector)
                for face in faces
            ),
            disambiguation=lead.disambiguation,
            aliases=tuple(name for name in names if name != lead.name),
            gender=next((one.gender for one in details if one.gender), None),
            birth_date=max((one.birth_date or "" for one in details), key=len) or None,
            country=next((one.country for one in details if one.country), None),
            urls=tuple(dict.fromkeys(url for one in details for url in one.urls)),
            crop=self._crop(faces),
        )

    def _faces(self, member: PersonId) -> list[KnownFace]:
        faces = self.catalogue.faces.of(
            member.endpoint, member.box_id, pack=self.space.pack, revision=self.space.revision
        )
        return [face for face in faces if face.state == "used"]

    def _crop(self, faces: Sequence[KnownFace]) -> bytes | None:
        """Of the best face that still has one."""
        for face in sorted(faces, key=lambda one: (-one.quality, one.endpoint, one.image_id)):
            if crop := self.catalogue.faces.crop(face.id):
                return crop
        return None

    def _sources(self) -> tuple[PackageSource, ...]:
        found = []
        for source in self.catalogue.sources.all():
            people, faces = self.catalogue.faces.counts(
                source.endpoint, pack=self.space.pack, revision=self.space.revision
            )
            if faces:
                found.append(PackageSource(source.endpoint, source.host, source.name, people, faces, source.statement))
        return tuple(found)


def _ids(group: Group, *, retired: bool) -> list[PersonId]:
    return [one for one in group.members if one.retired is retired]
