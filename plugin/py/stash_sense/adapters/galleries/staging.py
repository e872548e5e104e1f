"""Folders that appear whole or not at all: everything is written beside and renamed into place."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from stash_sense.adapters.locks import held
from stash_sense.errors import SetupError, StashSenseError, StorageError


class NoSpaceError(StorageError):
    """The disk is full; what was downloaded is kept for the next try."""


PREFIX = ".stash-sense-"  # also used in folders of the user, where exports are written
LOCK = ".lock"


@contextlib.contextmanager
def plain_words(folder: Path) -> Iterator[None]:
    """Turns OSErrors of reading and writing below `folder` into sentences that say what to do."""
    try:
        yield
    except OSError as err:
        raise explained(err, folder) from err


def explained(err: OSError, folder: Path) -> StashSenseError:
    if err.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NoSpaceError(
            f"The disk with {folder} is full: free some space and try again. The gallery in use stays as it was."
        )
    if err.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return SetupError(f"{err.filename or folder} cannot be read or written ({err.strerror}): check its rights.")
    return SetupError(
        f"{err.filename or folder} cannot be read or written ({err.strerror or err}): check path and disk."
    )


@contextlib.contextmanager
def staged(parent: Path) -> Iterator[Path]:
    """An empty folder below `parent` to fill and then `put_in_place`; what is left of it at the end is removed.

    Its lock beside it dies with this process, so that the next one, or `sweep_leftovers`, knows what a kill has left and removes it.
    """
    with plain_words(parent):
        parent.mkdir(parents=True, exist_ok=True)
        sweep_leftovers(parent)
        folder = parent / f"{PREFIX}{secrets.token_hex(8)}"
        lock = folder.with_name(folder.name + LOCK)
        try:
            with held(lock):
                folder.mkdir()
                try:
                    yield folder
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
        finally:
            with contextlib.suppress(OSError):
                lock.unlink()


def put_in_place(folder: Path, target: Path) -> None:
    """Renames a staged folder to `target`, which must not exist, once its files are safely on the disk."""
    for file in folder.iterdir():
        sync(file)
    sync(folder)
    folder.rename(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Waits until a file or folder is on the disk; file systems that cannot wait for folders are excused."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as err:
        if not path.is_dir() or err.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)


def sweep_leftovers(parent: Path) -> None:
    """Removes what killed processes have left in `parent`; a folder that is being filled just now is left alone."""
    with contextlib.suppress(OSError):
        for lock in parent.glob(f"{PREFIX}*{LOCK}"):
            with held(lock) as free:
                if free:
                    shutil.rmtree(lock.with_name(lock.name.removesuffix(LOCK)), ignore_errors=True)
            if free:
                with contextlib.suppress(OSError):
                    lock.unlink()
