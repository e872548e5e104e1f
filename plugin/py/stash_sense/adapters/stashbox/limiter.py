"""How often a host may be asked: one row per host in a small database that all our processes on this machine share.

The rule is GCRA without a burst: each request is handed the next slot, slots of a host lie 60 / per_minute seconds apart, and nobody saves
up unused ones. So no minute ever holds more than per_minute requests, however many processes ask. Why so: docs/decisions/0020.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from stash_sense.adapters.endpoints import host_of as host_of  # part of what a limiter is asked with
from stash_sense.adapters.stash.config import DEFAULT_PER_MINUTE
from stash_sense.errors import SetupError

T = TypeVar("T")

FILE_NAME = "limits.db"
PLACE = "STASH_SENSE_LIMITS"  # environment: path of the file
BUSY_TIMEOUT_S = 30.0
FIRST_BACK_OFF_S = 10.0  # after a 429 that does not say how long; doubles with each further one
LONGEST_BACK_OFF_S = 300.0

# `stamp` is the clock at the last change: where the clock has gone back behind it, both instants move back as far (see _healed).
SCHEMA = """
CREATE TABLE IF NOT EXISTS host (
    name TEXT PRIMARY KEY,
    next_at REAL NOT NULL,
    blocked_until REAL NOT NULL,
    strikes INTEGER NOT NULL,
    stamp REAL NOT NULL
) WITHOUT ROWID"""


def limits_file(data_dir: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where the shared database is: as the environment says, else in a folder of the temporary files that is ours alone, else in `data_dir`."""
    if environ.get(PLACE):
        return Path(environ[PLACE])
    user = f"-{os.getuid()}" if sys.platform != "win32" else ""  # Windows has one temporary folder a user
    folder = Path(tempfile.gettempdir()) / f"stash-sense{user}"
    return (folder if _is_ours(folder) else data_dir) / FILE_NAME


def _is_ours(folder: Path) -> bool:
    """Makes the folder if it is not there. False if somebody else could read or change it, or put it there for us."""
    with suppress(OSError):
        folder.mkdir(mode=0o700)
    try:
        found = folder.lstat()
    except OSError:
        return False
    if sys.platform == "win32":
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


@dataclass(slots=True)
class _Row:
    next_at: float = 0.0
    blocked_until: float = 0.0
    strikes: int = 0
    stamp: float = 0.0


@dataclass(frozen=True, slots=True)
class Limiter:
    """Hands out turns. Threads and processes may share it; it can be pickled.

    clock: seconds since 1970, the same for all processes; sleep: waits that many seconds.
    """

    path: Path
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def turn(self, host: str, per_minute: int = DEFAULT_PER_MINUTE) -> float:
        """Waits until the host may be asked once more; returns the seconds waited."""
        if per_minute < 1:
            raise ValueError(f"per_minute is {per_minute}, needs 1 or more")
        waited = 0.0
        wait_s = self._change(host, lambda row, now: _take_slot(row, now, 60.0 / per_minute))
        while wait_s > 0:
            self.sleep(wait_s)
            waited += wait_s
            if self.blocked_s(host) <= 0:  # else the host has refused another request of ours in the meantime
                break
            wait_s = self._change(host, lambda row, now: _take_slot(row, now, 60.0 / per_minute))
        return waited

    def refused(self, host: str, retry_after_s: float | None = None) -> float:
        """The host answered 429: nobody asks it before `retry_after_s` has passed, or, where it does not say, a time that doubles with
        each refusal in a row. Returns the seconds everybody now waits."""
        return self._change(host, lambda row, now: _block(row, now, retry_after_s))

    def answered(self, host: str) -> None:
        """The host answered as it should, so the next refusal counts as a first one."""
        if self._read(host).strikes:
            self._change(host, _forgive)

    def blocked_s(self, host: str) -> float:
        """Seconds the host has still to be left alone; 0 if it may be asked."""
        now = self.clock()
        return max(0.0, _healed(self._read(host), now).blocked_until - now)

    def _change(self, host: str, change: Callable[[_Row, float], T]) -> T:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            now = self.clock()  # only now: waiting for the other processes took time
            row = _healed(_select(db, host), now)
            answer = change(row, now)
            row.stamp = now
            db.execute(
                "INSERT OR REPLACE INTO host (name, next_at, blocked_until, strikes, stamp) VALUES (?, ?, ?, ?, ?)",
                (host, row.next_at, row.blocked_until, row.strikes, row.stamp),
            )
            db.execute("COMMIT")
        return answer

    def _read(self, host: str) -> _Row:
        with self._open() as db:
            return _select(db, host)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one step: nothing to share between threads, nothing to carry into a forked process."""
        try:
            with closing(self._connect()) as db:
                yield db
        except sqlite3.Error as err:
            raise SetupError(
                f"The file in which requests are counted, {self.path}, cannot be used ({err}): delete it, or name another in the environment variable {PLACE}."
            ) from err

    def _connect(self) -> sqlite3.Connection:
        try:
            return _prepared(self.path)
        except sqlite3.DatabaseError as err:
            if isinstance(err, sqlite3.OperationalError):  # busy, no right to write, no such folder
                raise
            with suppress(OSError):  # damaged: it holds nothing that matters longer than minutes
                self.path.unlink()
            return _prepared(self.path)


def _prepared(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = OFF")  # after a power cut nobody needs to know when a request was sent
        db.execute(SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def _select(db: sqlite3.Connection, host: str) -> _Row:
    found = db.execute("SELECT next_at, blocked_until, strikes, stamp FROM host WHERE name = ?", (host,)).fetchone()
    return _Row(*found) if found else _Row()


def _healed(row: _Row, now: float) -> _Row:
    """The row as the present clock has it: set back by an hour, it must not make anybody wait an hour."""
    back_s = max(0.0, row.stamp - now)
    return _Row(row.next_at - back_s, row.blocked_until - back_s, row.strikes, row.stamp - back_s)


def _take_slot(row: _Row, now: float, apart_s: float) -> float:
    """Seconds until the slot handed out."""
    slot = max(row.next_at, row.blocked_until, now)
    row.next_at = slot + apart_s
    return slot - now


def _block(row: _Row, now: float, retry_after_s: float | None) -> float:
    """Requests that were under way together are refused together: a refusal during a block is no further strike."""
    if row.blocked_until <= now:
        row.strikes += 1
    wait_s = min(FIRST_BACK_OFF_S * 2.0 ** (max(row.strikes, 1) - 1), LONGEST_BACK_OFF_S)
    if retry_after_s is not None:
        wait_s = max(0.0, retry_after_s)
    row.blocked_until = max(row.blocked_until, now + wait_s)
    row.next_at = max(row.next_at, row.blocked_until)
    return row.blocked_until - now


def _forgive(row: _Row, now: float) -> None:
    row.strikes = 0
