"""What the status operation says about the stash-boxes that something was read from. Standard library only."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import known_catalogue
from stash_sense.core.catalogue.records import SourceStatus
from stash_sense.usecases.build_report import stated


def describe_sources(data_dir: Path, pack: str, revision: str) -> list[dict[str, Any]]:
    """One entry a stash-box. Raises CorruptDatabaseError and other StashSenseErrors."""
    db = known_catalogue(data_dir)
    if db is None:
        return []
    with closing(db):
        return [_source(one) for one in SqliteCatalogue(db).status(pack=pack, revision=revision)]


def _source(one: SourceStatus) -> dict[str, Any]:
    source = one.source
    return {
        "endpoint": source.endpoint,
        "host": source.host,
        "name": source.name,
        "people": one.with_faces,
        "faces": one.faces,
        "waiting": one.waiting_images if source.begun_at else 0,  # beyond a finished build: pictures nobody needs
        "errors": one.errors,
        "rejected": dict(one.rejected),
        "statement": f"Everybody there: {stated(source.statement)}." if source.statement else None,
        "swept_at": source.swept_at,
        "built_at": source.built_at,
        "scope": source.scope,
        "message": source.message,
        "next_step": None if source.message else one.next_step,
    }
