"""Looks at the machine for the self-test: the database, the data folder, the disk."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from stash_sense.adapters.store.database import FILE_NAME
from stash_sense.errors import SetupError

LITTLE_BYTES = 500_000_000  # a scene takes some 50 KB, an update of the packages half a gigabyte for a moment
NO_RIGHTS = "Give the user that Stash runs as the right to write there, or set STASH_SENSE_DATA to another folder."


def check_database(db: sqlite3.Connection, data_dir: Path) -> str:
    """Its size, after SQLite has gone through every page. Raises SetupError if it is damaged."""
    rows = [str(row[0]) for row in db.execute("PRAGMA quick_check(5)")]
    if rows != ["ok"]:
        raise SetupError("The database is damaged. Run “Set up or repair”, which moves it aside and starts a new one.")
    broken = db.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise SetupError("The database refers to rows that are gone. Run “Update gallery”, then “Re-match all scenes”.")
    return f"intact, {_megabytes((data_dir / FILE_NAME).stat().st_size)}"


def check_folder(data_dir: Path) -> str:
    """Writes a file and takes it away again. Raises SetupError."""
    try:
        with tempfile.NamedTemporaryFile(dir=data_dir, prefix=".self-test-") as trial:
            trial.write(b"trial")
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as err:
        raise SetupError(f"The data folder {data_dir} cannot be written ({err.strerror}). {NO_RIGHTS}") from err
    return f"{data_dir} can be written"


def free_bytes(data_dir: Path) -> int:
    """Raises SetupError where the system does not tell."""
    try:
        return shutil.disk_usage(data_dir).free
    except OSError as err:
        raise SetupError(
            f"The disk of {data_dir} does not say how full it is ({err.strerror}). Look there yourself."
        ) from err


def check_room(data_dir: Path) -> str:
    """Raises SetupError if little is left."""
    free = free_bytes(data_dir)
    if free < LITTLE_BYTES:
        raise SetupError(f"Only {_megabytes(free)} are free where the data folder lies. Make room there.")
    return f"{_megabytes(free)} free"


def _megabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(1, round(count / 1e6))} MB"
