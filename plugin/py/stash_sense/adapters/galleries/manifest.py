"""manifest.json on the disk, and the files it vouches for. Standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from stash_sense.core.catalogue.package import FileEntry, Manifest, decode, encode
from stash_sense.errors import SetupError

MANIFEST = "manifest.json"
PEOPLE = "people.db"
VECTORS = "vectors.usearch"
UPDATE = "update.json"  # what an update has in place of a manifest
FILES = (PEOPLE, VECTORS)
CHUNK = 1 << 20
MOST = 4 << 20  # bytes of a manifest; a real one has some thousand

REMEDY = "Import or build it again."


def read_manifest(folder: Path) -> Manifest:
    """What `folder` says about itself. Raises SetupError: no package, damaged, or of another format."""
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            return parse(file.read(MOST), str(path))
    except OSError as err:
        raise SetupError(f"{folder} is no gallery: {MANIFEST} cannot be read ({err.strerror}).") from err


def parse(data: bytes, where: str) -> Manifest:
    """The manifest in `data`. Raises SetupError naming `where`."""
    try:
        manifest = decode(data.decode("utf-8"))
        if set(manifest.files) != set(FILES):
            raise ValueError(
                f"it lists {', '.join(sorted(manifest.files)) or 'no files'} and not {' and '.join(FILES)}"
            )
    except (ValueError, RecursionError) as err:  # broken UTF-8 and broken JSON are ValueErrors too
        raise SetupError(f"{where} cannot be used: {err}. {REMEDY}") from err
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(encode(manifest), "utf-8")


def entries(folder: Path) -> dict[str, FileEntry]:
    """The files of a package as they are now."""
    return {name: entry_of(folder / name) for name in FILES}


def entry_of(path: Path) -> FileEntry:
    return FileEntry(hash_file(path), path.stat().st_size)


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Raises SetupError naming the first file that is missing or has another size."""
    for name, entry in manifest.files.items():
        try:
            size = (folder / name).stat().st_size
        except OSError as err:
            raise SetupError(f"The gallery in {folder} has no readable {name} ({err.strerror}). {REMEDY}") from err
        if size != entry.size:
            raise SetupError(f"The gallery in {folder} is damaged: {name} has {size} bytes, not {entry.size}. {REMEDY}")


def verify(folder: Path, progress: Callable[[float, float], None] = lambda done, total: None) -> Manifest:
    """The manifest of a package whose every byte has been checked. Raises SetupError naming the file that differs.

    progress: bytes read, bytes to read.
    """
    manifest = read_manifest(folder)
    check_sizes(folder, manifest)
    total, done = sum(entry.size for entry in manifest.files.values()), 0
    for name, entry in manifest.files.items():
        before = done
        try:
            found = hash_file(folder / name, lambda read, before=before: progress(before + read, total))  # type: ignore[misc]
        except OSError as err:
            raise SetupError(f"{name} of the gallery in {folder} cannot be read ({err.strerror}). {REMEDY}") from err
        if found != entry.sha256:
            raise SetupError(f"The gallery in {folder} is damaged: {name} is not what was written. {REMEDY}")
        done += entry.size
    return manifest


def hash_file(path: Path, progress: Callable[[int], None] = lambda read: None) -> str:
    """sha256 of a file, hexadecimal."""
    digest, read = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            read += len(chunk)
            progress(read)
    return digest.hexdigest()
