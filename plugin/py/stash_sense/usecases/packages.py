"""Which galleries from elsewhere are in use: import, switch, go back, remove, export. The switch is one transaction; until then nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from stash_sense.core.catalogue.package import Manifest
from stash_sense.core.gallery_records import GalleryRecord
from stash_sense.errors import RequestError
from stash_sense.usecases.stores import Stores

if TYPE_CHECKING:  # not at run time: going back and exporting need no numpy
    from stash_sense.core.values import EmbeddingSpace

Progress = Callable[[float, float], None]


def silent(done: float, total: float) -> None:
    """A Progress that tells nobody."""


class GalleryFolders(Protocol):
    """The packages on the disk. A package that fails a check raises SetupError naming the file."""

    def manifest(self, name: str, build_id: str) -> Manifest: ...

    def verify(self, name: str, build_id: str, progress: Progress = ...) -> Manifest: ...

    def take(
        self, source: str, space: EmbeddingSpace | None, *, name: str | None = None, progress: Progress = ...
    ) -> tuple[str, Manifest]: ...

    def export(self, name: str, build_id: str, target: str, progress: Progress = ...) -> Path: ...

    def write_update(self, name: str, base: str, build_id: str, target: str, progress: Progress = ...) -> Path: ...

    def tidy(self, name: str, keep: Collection[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Packages:
    stores: Stores
    folders: GalleryFolders
    clock: Callable[[], str]
    progress: Progress = field(default=silent)

    def bring(self, source: str, space: EmbeddingSpace, *, name: str | None = None) -> str:
        """Imports a package or an update from a folder, a zip file or an address, and uses it from now on; returns the sentence for the user."""
        here, manifest = self.folders.take(source, space, name=name, progress=self.progress)
        gallery = self._switch(here, manifest)
        return f"The gallery “{gallery.name}” is in use now: {people_and_faces(manifest)}."

    def activate(self, name: str, build_id: str) -> GalleryRecord:
        """Uses a build that lies in the data folder, once every byte of it is verified; the build before it is kept to go back to."""
        return self._switch(name, self.folders.verify(name, build_id, self.progress))

    def rollback(self, name: str) -> str:
        """Uses the build before the present one, which is kept in turn. Raises RequestError, SetupError; then nothing changed."""
        gallery = self._known(name)
        if gallery.previous is None:
            raise RequestError(f"There is no earlier build of the gallery “{name}” to go back to.")
        manifest = self.folders.verify(name, gallery.previous, self.progress)
        self._switch(name, manifest)
        return f"The gallery “{name}” is back at the build of {manifest.created_at}: {people_and_faces(manifest)}."

    def remove(self, name: str) -> str:
        """Uses the package no more and deletes its files."""
        self._known(name)
        with self.stores.transaction():
            self.stores.packages.forget(name)
            self.stores.gallery.bump()
        self.folders.tidy(name, ())
        return f"The gallery “{name}” was removed."

    def export(self, name: str, target: str) -> str:
        """Writes the build in use to a zip file or a folder."""
        gallery = self._known(name)
        path = self.folders.export(name, gallery.build_id, target, self.progress)
        return f"The gallery “{name}” ({gallery.people:,} people, {gallery.faces:,} faces) was written to {path}."

    def export_update(self, name: str, target: str, *, base: str | None = None) -> str:
        """Writes the way from an earlier build (the previous one unless named) to the one in use."""
        gallery = self._known(name)
        start = base or gallery.previous
        if start is None:
            raise RequestError(f"There is no earlier build of the gallery “{name}” to make an update from.")
        path = self.folders.write_update(name, start, gallery.build_id, target, self.progress)
        return f"The update of the gallery “{name}” from the build {start} was written to {path}."

    def _known(self, name: str) -> GalleryRecord:
        gallery = self.stores.packages.get(name)
        if gallery is None:
            known = ", ".join(f"“{one.name}”" for one in self.stores.packages.all()) or "none"
            raise RequestError(f"There is no gallery called “{name}” in use; there are: {known}.")
        return gallery

    def _switch(self, name: str, manifest: Manifest) -> GalleryRecord:
        with self.stores.transaction():
            old = self.stores.packages.get(name)
            previous = None
            if old is not None:
                previous = old.previous if old.build_id == manifest.build_id else old.build_id
            gallery = GalleryRecord(
                name=name,
                build_id=manifest.build_id,
                previous=previous,
                pack=manifest.pack,
                revision=manifest.revision,
                people=manifest.people,
                faces=manifest.faces,
                activated_at=self.clock(),
            )
            self.stores.packages.put(gallery)
            self.stores.gallery.bump()
        self.folders.tidy(name, {build for build in (gallery.build_id, gallery.previous) if build})
        return gallery


def people_and_faces(manifest: Manifest) -> str:
    """How many, from where, and whether everybody."""
    parts = []
    for source in manifest.sources:
        said = source.statement
        if said is None:
            parts.append(source.name)
        elif said.complete:
            parts.append(f"{source.name}, complete with {said.found:,} of {said.count:,} at {said.at}")
        else:
            parts.append(f"{source.name}, {max(0, said.count - said.found):,} short of {said.count:,} at {said.at}")
    origin = f" from {'; '.join(parts)}" if parts else ""
    return f"{manifest.people:,} people with {manifest.faces:,} faces{origin}"
