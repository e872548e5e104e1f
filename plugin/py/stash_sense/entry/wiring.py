"""Builds what operations need, from the standard library alone: an operation costs little more than the start of Python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path

from stash_sense.adapters.http import HttpTransport
from stash_sense.adapters.stash.client import Access
from stash_sense.adapters.stash.editor import StashEditor
from stash_sense.adapters.stash.library import StashLibrary
from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.entry.protocol import Request
from stash_sense.settings import BY_KEY, Value, effective
from stash_sense.usecases.decide import Desk

PLUGIN = Path(__file__).resolve().parents[3]  # the folder "plugin" with py, js and models
MODELS = PLUGIN / "models"
BUNDLED = MODELS / str(BY_KEY["model_pack"].default)  # the pack that comes with the plugin


def now() -> str:
    """The present instant, UTC, to the second, as "2026-01-31T12:00:00Z"."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def access(request: Request) -> Access:
    """Where Stash is and who we are to it."""
    connection = request.connection
    return Access(connection.base_url, connection.cookie, connection.api_key)


@contextmanager
def open_stores(request: Request, *, create: bool = False) -> Iterator[SqliteStores]:
    """sense.db, closed again afterwards. Raises SetupError where there is none yet, unless `create`."""
    with closing(open_database(request.data_dir, create=create)) as db:
        yield SqliteStores(db)


def settings_of(stores: SqliteStores) -> dict[str, Value]:
    """The settings as last seen, with defaults; read from the database, not over HTTP."""
    return effective(stores.settings.load())


@contextmanager
def open_desk(request: Request) -> Iterator[Desk]:
    """Everything a decision needs."""
    with open_stores(request) as stores, closing(HttpTransport(access(request))) as graphql:
        yield Desk(stores, StashLibrary(graphql), StashEditor(graphql), settings_of(stores), now())
