"""Downloads the models of a pack: pinned by size and sha256, resumed where it was cut off, in place whole or not at all."""

from __future__ import annotations

import hashlib
import logging
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from stash_sense.adapters.galleries.archive import need_space
from stash_sense.adapters.galleries.download import Download, Patience
from stash_sense.adapters.galleries.manifest import CHUNK, hash_file
from stash_sense.adapters.galleries.staging import plain_words, put_in_place, staged, sweep_leftovers
from stash_sense.adapters.models.encoder import open_encoder
from stash_sense.adapters.models.places import PackInfo, PackPlaces, Source
from stash_sense.adapters.trial import use_pack
from stash_sense.errors import ServerError, SetupError, StashSenseError

log = logging.getLogger(__name__)

PARTS = ".parts"  # below <data>/models: what has been downloaded so far
OLD = ".old-"
Progress = Callable[[float, float], None]  # bytes done, bytes in all


@dataclass(frozen=True, slots=True)
class PackShop:
    """The packs that can be had. Implements usecases.packs.PackShop."""

    places: PackPlaces
    patience: Patience = field(default_factory=Patience)

    def look_up(self, choice: str) -> PackInfo:
        """Raises SetupError if there is no such pack."""
        return self.places.look_up(choice)

    def is_whole(self, pack: PackInfo) -> bool:
        """Whether every file is there with the right content."""
        return pack.complete and all(_is(pack.folder / name, sha256) for name, sha256 in pack.files.items())

    def fetch(self, pack: PackInfo, progress: Progress) -> None:
        """Downloads what is missing. Files that somebody has put into the pack's folder by hand are taken if they are the right ones.

        Raises SetupError, ServerError; then the next call goes on, and a pack that was there is there still.
        """
        parent = self.places.downloads
        with plain_words(parent):
            parent.mkdir(parents=True, exist_ok=True)
            _sweep(parent)
            missing = [source for source in pack.sources if not _at_hand(pack, source)]
            need_space(parent, 2 * sum(source.size for source in missing))  # a download, and what is made of it
            downloads = self._fetch_all(pack, missing, progress)
            with staged(parent) as stage:
                for source, download in downloads:
                    _unpack(source, download.part, stage, pack)
                for name in pack.files:
                    if not (stage / name).exists():
                        shutil.copyfile(pack.folder / name, stage / name)
                shutil.copyfile(pack.manifest / "pack.json", stage / "pack.json")
                _replace(stage, pack.folder)
            for _, download in downloads:
                download.drop()
            shutil.rmtree(parent / PARTS, ignore_errors=True)

    def try_out(self, pack: PackInfo, runtime: str) -> None:
        """Compares every file with its sha256 and runs both models once. Raises SetupError."""
        try:
            use_pack(pack.folder, runtime)
            open_encoder(pack.folder, runtime=runtime).detect(np.zeros((64, 64, 3), np.uint8))
        except ValueError as err:
            raise SetupError(f"The model pack “{pack.name}” does not work here: {err}. Choose another one.") from err

    def _fetch_all(self, pack: PackInfo, missing: list[Source], progress: Progress) -> list[tuple[Source, Download]]:
        total, done, found = sum(source.size for source in missing), 0, []
        for source in missing:
            before = done
            found.append((source, self._fetch(pack, source, lambda got, _, had=before: progress(had + got, total))))  # type: ignore[misc]
            done += source.size
            progress(done, max(total, 1))
        return found

    def _fetch(self, pack: PackInfo, source: Source, progress: Progress) -> Download:
        """From the first address that has it."""
        problems: list[StashSenseError] = []
        for url in source.urls:
            magic = b"" if "" in source.files else b"PK"
            download = Download(
                f"{url}#sha256={source.sha256}", self.places.downloads / PARTS, self.patience, "model", magic
            )
            try:
                download.fetch(progress)
            except (SetupError, ServerError) as err:
                log.debug("%s: %s", download.shown, err)
                problems.append(err)
            else:
                return download
        raise _not_to_be_had(pack, source, problems[0])


def _not_to_be_had(pack: PackInfo, source: Source, problem: StashSenseError) -> StashSenseError:
    names = " and ".join(source.files.values())
    by_hand = f"Or put {names} into {pack.folder} yourself and run the task again."
    if isinstance(problem, ServerError):
        host = urlsplit(source.urls[0]).hostname
        return ServerError(
            f"The models of “{pack.name}” could not be downloaded: {host} cannot be reached, or the connection was cut off. "
            f"Run “Set up model pack” again later, it goes on where it was. {by_hand}"
        )
    return SetupError(f"{problem} {by_hand}")


def _at_hand(pack: PackInfo, source: Source) -> bool:
    """Whether the right files lie in the pack's folder already."""
    return all(_is(pack.folder / name, pack.files[name]) for name in source.files.values())


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and hash_file(path) == sha256


def _unpack(source: Source, part: Path, stage: Path, pack: PackInfo) -> None:
    """The files of a download in `stage`, each compared with the sha256 that pack.json states."""
    for entry, name in source.files.items():
        if entry:
            digest = _extract(part, entry, stage / name)
        else:
            shutil.copyfile(part, stage / name)
            digest = hash_file(stage / name)
        if digest != pack.files[name]:
            part.unlink(missing_ok=True)
            raise SetupError(f"The downloaded {name} is not the file that pack.json describes: run the task again.")


def _extract(part: Path, entry: str, target: Path) -> str:
    """The entry of a zip with this name, in whatever folder; its sha256. The zip is the pinned one, so it needs no further distrust."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(part) as archive:
            found = next((one for one in archive.infolist() if one.filename.rpartition("/")[2] == entry), entry)
            with archive.open(found) as source, target.open("wb") as sink:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    sink.write(chunk)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError) as err:
        part.unlink(missing_ok=True)
        raise SetupError(f"The downloaded archive has no usable {entry}: run the task again.") from err
    return digest.hexdigest()


def _replace(stage: Path, folder: Path) -> None:
    """Puts the filled folder in the place of an older one."""
    if folder.exists():
        folder.rename(folder.with_name(OLD + folder.name))
    put_in_place(stage, folder)
    shutil.rmtree(folder.with_name(OLD + folder.name), ignore_errors=True)


def _sweep(parent: Path) -> None:
    """What a killed run has left: a pack that it had moved aside comes back, half-filled folders go."""
    for old in parent.glob(OLD + "*"):
        place = old.with_name(old.name.removeprefix(OLD))
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(place)
    sweep_leftovers(parent)
