"""The folder <data>/galleries: which packages lie there, and bringing others in and out."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from stash_sense.adapters.galleries.archive import Archive, Progress, need_space, silent, write_zip
from stash_sense.adapters.galleries.download import Download, Patience
from stash_sense.adapters.galleries.manifest import FILES, MANIFEST, UPDATE, check_sizes, parse, read_manifest, verify
from stash_sense.adapters.galleries.package import check_space
from stash_sense.adapters.galleries.staging import NoSpaceError, plain_words, put_in_place, staged, sweep_leftovers
from stash_sense.core.catalogue.package import BUILT, IMPORTED, Manifest, file_name
from stash_sense.errors import RequestError, SetupError

if TYPE_CHECKING:  # not at run time: an export needs no numpy
    from stash_sense.core.values import EmbeddingSpace

DOWNLOADS = ".downloads"


@dataclass(frozen=True, slots=True)
class GalleryFolders:
    """Fits usecases.packages.GalleryFolders. root: <data>/galleries."""

    root: Path
    patience: Patience = field(default_factory=Patience)

    def folder(self, name: str, build_id: str) -> Path:
        """Raises RequestError for what cannot be a name."""
        try:
            return self.root / file_name(name) / file_name(build_id)
        except ValueError as err:
            raise RequestError(f"{err}.") from err

    def builds(self, name: str) -> list[str]:
        """The builds of a package on the disk, whole or not, oldest first."""
        with contextlib.suppress(OSError):
            return sorted(one.name for one in (self.root / name).iterdir() if one.is_dir() and one.name[0] != ".")
        return []

    def manifest(self, name: str, build_id: str) -> Manifest:
        """After quick checks. Raises SetupError."""
        manifest = read_manifest(self.folder(name, build_id))
        check_sizes(self.folder(name, build_id), manifest)
        return manifest

    def verify(self, name: str, build_id: str, progress: Progress = silent) -> Manifest:
        """Every byte. Raises SetupError naming the file that differs."""
        return verify(self.folder(name, build_id), progress)

    def take(
        self, source: str, space: EmbeddingSpace | None, *, name: str | None = None, progress: Progress = silent
    ) -> tuple[str, Manifest]:
        """Brings a package or an update in; returns the name it lies under here and its manifest. Nothing is activated.

        source: folder, zip file, or http(s) address. space: of the pack in use. name: for a package; else its own, "imported" for one that was
        built from stash-boxes elsewhere, so that it stands beside what is built here. An update goes where its base lies.
        Raises SetupError, SpaceMismatchError, ServerError, RequestError; then nothing was brought in.
        """
        if "://" in source:
            return self._download(Download(source, self.root / DOWNLOADS, self.patience), space, name, progress)
        path = Path(source).expanduser()
        if path.is_dir():
            return self._take_folder(path, space, name, progress)
        return self._take_file(path, space, name, progress)

    def export(self, name: str, build_id: str, target: str, progress: Progress = silent) -> Path:
        """Writes a verified copy of a build: to a zip file if `target` ends in .zip, into it as a zip if it is a folder, else as a new folder."""
        folder, path = self.folder(name, build_id), Path(target).expanduser()
        verify(folder)
        files = [folder / file for file in (MANIFEST, *FILES)]
        if path.is_dir():
            path = path / f"stash-sense-{name}-{build_id}.zip"
        if path.suffix.lower() == ".zip":
            write_zip(path, files, progress)
            return path
        with plain_words(path.parent), staged(path.parent) as fresh:
            _copy(files, fresh, progress)
            put_in_place(fresh, path)
        return path

    def write_update(self, name: str, base: str, build_id: str, target: str, progress: Progress = silent) -> Path:
        """Writes the file that leads from the build `base` to `build_id`."""
        from stash_sense.adapters.galleries.update import write_update

        path = Path(target).expanduser()
        if path.is_dir():
            path = path / f"stash-sense-{name}-{base}-{build_id}.zip"
        return write_update(self.folder(name, base), self.folder(name, build_id), path, progress)

    def tidy(self, name: str, keep: Collection[str]) -> None:
        """Removes all builds of a package but `keep`, and what killed processes have left. What is in use elsewhere is left for the next time."""
        sweep_leftovers(self.root / name)
        for build_id in self.builds(name):
            if build_id not in keep:
                shutil.rmtree(self.root / name / build_id, ignore_errors=True)
        with contextlib.suppress(OSError):
            (self.root / name).rmdir()  # only if it is empty

    # Bringing in

    def _download(
        self, download: Download, space: EmbeddingSpace | None, name: str | None, progress: Progress
    ) -> tuple[str, Manifest]:
        path = download.fetch(progress)
        try:
            taken = self._take_file(path, space, name, silent, shown=download.shown)
        except NoSpaceError:
            raise  # next time there may be room, and nothing has to be downloaded again
        except (SetupError, RequestError):
            download.drop()
            raise
        download.drop()
        return taken

    def _take_file(
        self, path: Path, space: EmbeddingSpace | None, name: str | None, progress: Progress, shown: str = ""
    ) -> tuple[str, Manifest]:
        with plain_words(path), contextlib.closing(Archive(path, shown)) as archive:
            if UPDATE in archive.names():
                return self._take_update(archive, space, progress)
            if MANIFEST not in archive.names():
                raise SetupError(f"{archive.shown} is no package: it has no {MANIFEST}.")
            manifest = parse(archive.text(MANIFEST), f"{archive.shown}: {MANIFEST}")
            here = self._admitted(manifest, space, name)
            with staged(self.root / here) as fresh:
                archive.extract(fresh, manifest.files, progress)
                (fresh / MANIFEST).write_bytes(archive.text(MANIFEST))
                self._settle(fresh, here, manifest)
        return here, manifest

    def _take_folder(
        self, path: Path, space: EmbeddingSpace | None, name: str | None, progress: Progress
    ) -> tuple[str, Manifest]:
        manifest = read_manifest(path)
        check_sizes(path, manifest)
        here = self._admitted(manifest, space, name)
        with plain_words(self.root), staged(self.root / here) as fresh:
            _copy([path / file for file in (MANIFEST, *FILES)], fresh, progress)
            try:
                verify(fresh)
            except SetupError as err:
                raise SetupError(str(err).replace(str(fresh), str(path))) from err
            self._settle(fresh, here, manifest)
        return here, manifest

    def _take_update(self, archive: Archive, space: EmbeddingSpace | None, progress: Progress) -> tuple[str, Manifest]:
        from stash_sense.adapters.galleries.update import Applying, base_of, read_update

        target = read_update(archive).target
        folders = [self.root / one.name / build for one in self.root.glob("[!.]*") for build in self.builds(one.name)]
        base = base_of(archive, folders)
        here = base.parent.name
        self._admitted(target, space, here)
        if target.build_id in self.builds(here):
            with contextlib.suppress(SetupError):
                if (manifest := self.verify(here, target.build_id)).content == target.content:
                    return here, manifest
            shutil.rmtree(self.folder(here, target.build_id))
        Applying(archive, base, base.parent, progress=progress).apply()
        return here, self.manifest(here, target.build_id)

    def _admitted(self, manifest: Manifest, space: EmbeddingSpace | None, name: str | None) -> str:
        """The name it gets here. Raises SpaceMismatchError, RequestError."""
        check_space(manifest, space)
        here = name or (IMPORTED if manifest.name == BUILT else manifest.name)
        return self.folder(here, manifest.build_id).parent.name

    def _settle(self, fresh: Path, name: str, manifest: Manifest) -> None:
        """Puts a complete folder in place, unless the very same build is there already and sound."""
        target = self.folder(name, manifest.build_id)
        if target.exists():
            with contextlib.suppress(SetupError):
                if verify(target).content == manifest.content:
                    return
                raise RequestError(f"Another gallery has the build {manifest.build_id} already: remove that one first.")
            shutil.rmtree(target)
        put_in_place(fresh, target)


def _copy(files: Collection[Path], folder: Path, progress: Progress) -> None:
    total, done = sum(file.stat().st_size for file in files), 0
    need_space(folder, total)
    for file in files:
        shutil.copyfile(file, folder / file.name)
        done += file.stat().st_size
        progress(done, total)
