"""Packages as one file: zips whose every entry is known by name and size before a byte of it is written."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from stash_sense.adapters.galleries.manifest import CHUNK, MOST
from stash_sense.adapters.galleries.staging import PREFIX, NoSpaceError, plain_words, sync
from stash_sense.core.catalogue.package import FileEntry
from stash_sense.errors import SetupError

Progress = Callable[[float, float], None]  # bytes done, bytes in all


def silent(done: float, total: float) -> None:
    """A Progress that tells nobody."""


def write_zip(target: Path, files: Sequence[Path], progress: Progress = silent) -> None:
    """`target` with `files` under their own names, whole or not at all. Vectors do not get smaller, so only small files are deflated."""
    total, done = sum(file.stat().st_size for file in files), 0
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with plain_words(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
                for file in files:
                    _add(archive, file, lambda read, before=done: progress(before + read, total))  # type: ignore[misc]
                    done += file.stat().st_size
            sync(beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def _add(archive: zipfile.ZipFile, file: Path, told: Callable[[int], None]) -> None:
    entry = zipfile.ZipInfo.from_file(file, file.name, strict_timestamps=False)
    entry.compress_type = zipfile.ZIP_STORED if file.suffix in {".usearch", ".i8"} else zipfile.ZIP_DEFLATED
    read = 0
    with file.open("rb") as source, archive.open(entry, "w", force_zip64=True) as sink:
        while chunk := source.read(CHUNK):
            sink.write(chunk)
            read += len(chunk)
            told(read)


class Archive:
    """An opened zip of ours. Its entries are looked at by name only: nothing in it decides where a file is written."""

    def __init__(self, path: Path, shown: str = "") -> None:
        """shown: what to call it, if not by its path. Raises SetupError if `path` is no zip or holds anything a package does not."""
        self.shown = shown or str(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as err:
            raise SetupError(
                f"{self.shown} is no package: it is not a zip file, or it was cut off on the way."
            ) from err
        except OSError as err:
            raise SetupError(f"{self.shown} cannot be read ({err.strerror}): check the path.") from err
        try:
            self._entries = self._listed()
        except SetupError:
            self.close()
            raise

    def close(self) -> None:
        self._zip.close()

    def names(self) -> set[str]:
        return set(self._entries)

    def text(self, name: str) -> bytes:
        """A small file, at most as long as a manifest may be. Raises SetupError."""
        with self._plain_words(name), self._zip.open(self._entry(name)) as file:
            data = file.read(MOST + 1)
        if len(data) > MOST:
            raise SetupError(f"{self.shown} is no package: its {name} is far too long.")
        return data

    def extract(self, folder: Path, files: Mapping[str, FileEntry], progress: Progress = silent) -> None:
        """Writes `files` into `folder`, each checked while it is written. Raises SetupError naming the first that differs."""
        total, done = sum(entry.size for entry in files.values()), 0
        for name, entry in files.items():
            if self._entry(name).file_size != entry.size:
                raise self._differs(name)
        need_space(folder, total)
        for name, entry in files.items():
            self._extract(folder / name, entry, lambda read, before=done: progress(before + read, total))  # type: ignore[misc]
            done += entry.size

    def _extract(self, target: Path, expected: FileEntry, told: Callable[[int], None]) -> None:
        digest, read = hashlib.sha256(), 0
        with (
            self._plain_words(target.name),
            self._zip.open(self._entry(target.name)) as source,
            target.open("wb") as sink,
        ):
            while chunk := source.read(CHUNK):
                read += len(chunk)
                if read > expected.size:  # whatever the zip says about its own sizes
                    break
                digest.update(chunk)
                sink.write(chunk)
                told(read)
        if read != expected.size or digest.hexdigest() != expected.sha256:
            raise self._differs(target.name)

    def _listed(self) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            if entry.is_dir():
                continue
            name = entry.filename.rpartition("/")[2]  # people zip the folder as well as what is in it
            parts = entry.filename.split("/")
            if (
                len(parts) > 2
                or ".." in parts
                or "\\" in entry.filename
                or not name
                or name in found
                or entry.flag_bits & 1
            ):
                raise SetupError(f"{self.shown} is no package: there is no place in one for {entry.filename[:80]!r}.")
            found[name] = entry
        return found

    def _entry(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._entries[name]
        except KeyError:
            raise SetupError(f"{self.shown} is no whole package: {name} is missing.") from None

    def _differs(self, name: str) -> SetupError:
        return SetupError(f"{self.shown} is damaged: {name} is not what was written. Copy or download it again.")

    def _plain_words(self, name: str) -> _Unzipping:
        return _Unzipping(self, name)


class _Unzipping:
    """What goes wrong while an entry is unpacked, as a sentence."""

    def __init__(self, archive: Archive, name: str) -> None:
        self._archive, self._name = archive, name

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, err: BaseException | None, trace: object) -> None:
        if isinstance(err, (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)):
            raise self._archive._differs(self._name) from err


def need_space(folder: Path, size: int) -> None:
    """Raises NoSpaceError if `size` bytes will not fit on the disk of `folder`."""
    free = shutil.disk_usage(folder).free
    if size > free:
        shown = folder.parent if folder.name.startswith(PREFIX) else folder
        raise NoSpaceError(
            f"{-(-size // 10**6):,} MB are needed in {shown} and {free / 1e6:,.0f} MB are free: free some space and try again. "
            "The gallery in use stays as it was."
        )
