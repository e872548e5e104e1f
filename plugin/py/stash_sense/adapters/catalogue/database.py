"""catalogue.db: what stash-boxes have told us. It can be made again, so it is neither backed up nor repaired."""

from __future__ import annotations

import logging
from pathlib import Path

from stash_sense.adapters.store.database import Database, move_aside, open_file, undamaged

log = logging.getLogger(__name__)

FILE_NAME = "catalogue.db"
DAMAGED = "What was read from stash-boxes is damaged: the next build moves it aside and reads it again. The galleries in use are not affected."
MIGRATIONS = tuple(sorted((Path(__file__).parent / "migrations").glob("[0-9][0-9][0-9][0-9]_*.sql")))


def open_catalogue(data_dir: Path) -> tuple[Database, str | None]:
    """The catalogue in `data_dir`; a damaged one is moved aside and a new one made, and the sentence tells so (None if all is well)."""
    path = data_dir / FILE_NAME
    if (db := undamaged(lambda: open_file(path, MIGRATIONS, backup=None))) is not None:
        return db, None
    aside = move_aside(path)
    message = f"What was read from stash-boxes was damaged: it was moved aside to {aside.name} and is read again. The gallery in use is not affected."
    log.warning("%s", message)
    return open_file(path, MIGRATIONS, backup=None), message


def known_catalogue(data_dir: Path) -> Database | None:
    """The catalogue for a look at it; None where nothing has been built yet. Raises CorruptDatabaseError; the next build sees to it."""
    return open_file(data_dir / FILE_NAME, MIGRATIONS, backup=None) if is_known(data_dir) else None


def is_known(data_dir: Path) -> bool:
    """Whether something has been read from stash-boxes."""
    return (data_dir / FILE_NAME).exists()
