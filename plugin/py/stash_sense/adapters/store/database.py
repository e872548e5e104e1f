"""sense.db: opening, transactions and plain words for what SQLite says when it cannot go on."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from stash_sense.adapters.store.migrate import MIGRATIONS, migrate
from stash_sense.errors import SetupError, StashSenseError, StorageError

log = logging.getLogger(__name__)

FILE_NAME = "sense.db"
BUSY_TIMEOUT_S = 10.0


class CorruptDatabaseError(SetupError):
    """The file is damaged; a task moves it aside and starts afresh."""


class Database(sqlite3.Connection):
    """A connection whose errors are ours: no sqlite3.Error leaves the adapters."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        with plain_words():
            return super().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        with plain_words():
            return super().executemany(sql, parameters)


@contextmanager
def plain_words() -> Iterator[None]:
    """Turns sqlite3 errors into sentences that say what to do."""
    try:
        yield
    except sqlite3.ProgrammingError:  # a fault of ours, not of the file
        raise
    except sqlite3.Error as err:
        raise _explained(err) from err


def _explained(err: sqlite3.Error) -> StashSenseError:
    text = str(err).lower()
    if "full" in text:
        return StorageError(
            "The disk with the Stash Sense data folder is full: free some space, then start the task again."
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text or "permission" in text:
        return StorageError("Stash Sense cannot write to its data folder: check that the user Stash runs as owns it.")
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return CorruptDatabaseError(
            "The Stash Sense database is damaged: run “Set up or repair”, which moves it aside and starts a new one."
        )
    if "locked" in text or "busy" in text:
        return SetupError("The Stash Sense database is busy: another task is writing. Try again in a minute.")
    if "disk i/o" in text:
        return StorageError(
            "The disk with the Stash Sense data folder reports errors: check it, then start the task again."
        )
    return SetupError(f"The Stash Sense database refused ({err}): run “Set up or repair”.")


def open_database(data_dir: Path, *, create: bool = True) -> Database:
    """The database in `data_dir`, at the newest schema, ready for use beside other processes.

    create: make folder and file if they are not there. Raises SetupError with the remedy.
    """
    path = data_dir / FILE_NAME
    if not create and not path.exists():
        raise SetupError("Stash Sense has not been set up yet: run the task “Set up or repair”.")
    return open_file(path, MIGRATIONS, backup=path)


def open_file(path: Path, steps: Sequence[Path], *, backup: Path | None) -> Database:
    """The database in `path`, made if need be, at the last of `steps`. backup: see migrate."""
    _make_folder(path.parent)
    with plain_words():
        db: Database = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, factory=Database)
        try:
            _configure(db)
            migrate(db, steps, backup=backup)
        except BaseException:
            db.close()
            raise
    return db


def _configure(db: Database) -> None:
    db.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    if db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")


def _make_folder(data_dir: Path) -> None:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise SetupError(
            f"The data folder {data_dir} cannot be made ({err.strerror}): check that the user Stash runs as may write there."
        ) from err


def open_or_replace(data_dir: Path) -> tuple[Database, str | None]:
    """Like open_database, for tasks: a damaged file is moved aside and a new one made; the sentence tells so (None if all is well)."""
    if (db := undamaged(lambda: open_database(data_dir))) is not None:
        return db, None
    aside = move_aside(data_dir / FILE_NAME)
    message = f"The database was damaged: it was moved aside to {aside.name} and a new one was started. Run “Update gallery” and “Identify new scenes” again."
    log.warning("%s", message)
    return open_database(data_dir), message


def undamaged(open_: Callable[[], Database]) -> Database | None:
    """What `open_` opens; None where the file is damaged."""
    try:
        db = open_()
    except CorruptDatabaseError:
        return None
    try:
        whole = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except CorruptDatabaseError:
        whole = False
    if not whole:
        db.close()
    return db if whole else None


def move_aside(path: Path) -> Path:
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    try:
        path.replace(aside)
        for suffix in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                path.with_name(path.name + suffix).replace(aside.with_name(aside.name + suffix))
    except OSError as err:
        raise SetupError(
            f"The database {path} is damaged and cannot be moved aside ({err.strerror}): rename it by hand."
        ) from err
    return aside


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: BEGIN IMMEDIATE, then COMMIT, or ROLLBACK on any exception."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(StashSenseError):
            db.execute("ROLLBACK")
        raise
