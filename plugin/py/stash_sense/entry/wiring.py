"""What every entry needs: where things lie, the clock, the database. Standard library only, and as little of it as possible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.entry.protocol import Request
from stash_sense.settings import BY_KEY, Value, effective

PLUGIN = Path(__file__).resolve().parents[3]  # the folder "plugin" with py, js and models
MODELS = PLUGIN / "models"
BUNDLED = MODELS / str(BY_KEY["model_pack"].default)  # the pack that comes with the plugin


def now() -> str:
    """The present instant, UTC, to the second, as "2026-01-31T12:00:00Z"."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def open_stores(request: Request, *, create: bool = False) -> Iterator[SqliteStores]:
    """sense.db, closed again afterwards. Raises SetupError where there is none yet, unless `create`."""
    with closing(open_database(request.data_dir, create=create)) as db:
        yield SqliteStores(db)


def settings_of(stores: SqliteStores) -> dict[str, Value]:
    """The settings as last seen, with defaults; read from the database, not over HTTP."""
    return effective(stores.settings.load())
