"""Schema steps: NNNN_what.sql, each in one transaction with its number, with a copy of the file made before the first one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from stash_sense.errors import SetupError

MIGRATIONS = tuple(sorted((Path(__file__).parent / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql")))


def migrate(db: sqlite3.Connection, steps: Sequence[Path], *, backup: Path | None = None) -> None:
    """Brings `db` to the last step. backup: the database file, copied to <name>.before-NNNN where there is something to lose.

    Two processes may arrive at once: the number is read again inside the transaction. Raises SetupError if the file is from a newer plugin.
    """
    current = _version(db)
    newest = max((int(step.name[:4]) for step in steps), default=0)
    if current > newest:
        raise SetupError("The Stash Sense database was made by a newer version of the plugin: update the plugin.")
    if current == newest:
        return
    if backup is not None and current > 0:
        _copy(db, backup, backup.with_name(f"{backup.name}.before-{newest:04d}"))
    for step in sorted(steps):
        _apply(db, step, int(step.name[:4]))


def _apply(db: sqlite3.Connection, step: Path, number: int) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        if number > _version(db):
            for statement in statements(step.read_text("utf-8")):
                db.execute(statement)  # executescript() would commit the open transaction first
            db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one; a statement ends with the line that completes it."""
    lines: list[str] = []
    for line in script.splitlines():
        lines.append(line)
        if ";" in line and sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines.clear()
    if "".join(lines).strip():
        yield "\n".join(lines)


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _copy(db: sqlite3.Connection, source: Path, target: Path) -> None:
    import shutil  # only here: every operation passes through this module

    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    try:
        shutil.copyfile(source, target)
    except OSError as err:
        raise SetupError(
            f"The database cannot be copied before its update ({err.strerror}): free some space and try again."
        ) from err
