"""What the status operation says about stash-boxes and gallery packages. Standard library only."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from stash_sense.adapters.catalogue.catalogue import SqliteCatalogue
from stash_sense.adapters.catalogue.database import DAMAGED, known_catalogue
from stash_sense.adapters.galleries.package import Package
from stash_sense.adapters.store.database import CorruptDatabaseError
from stash_sense.adapters.store.findings import FindingStore
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.catalogue.records import SourceStatus
from stash_sense.core.records import GalleryRecord
from stash_sense.entry.wiring_galleries import folder_of
from stash_sense.errors import StashSenseError
from stash_sense.usecases.build_report import stated
from stash_sense.usecases.outdated_ids import RULE

LISTED = 200


def describe(stores: SqliteStores, data_dir: Path, *, pack: str, revision: str) -> dict[str, Any]:
    """{sources, packages, outdated, problems}. pack, revision: of the model pack in use."""
    packages = [_package(gallery, data_dir, pack, revision) for gallery in stores.packages.all()]
    sources, trouble = _sources(data_dir, pack, revision)
    return {
        "sources": sources,
        "packages": packages,
        "outdated": [_outdated(evidence) for evidence in FindingStore(stores.db).open(RULE, LISTED)],
        "problems": [
            *trouble,
            *(
                {"code": "gallery", "message": one["problem"], "fix": None}
                for one in packages
                if one["problem"] is not None
            ),
        ],
    }


def _sources(data_dir: Path, pack: str, revision: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is known of the stash-boxes, and the problem if that cannot be read; the galleries in use do not suffer from it."""
    try:
        db = known_catalogue(data_dir)
        if db is None:
            return [], []
        with closing(db):
            return [_source(one) for one in SqliteCatalogue(db).status(pack=pack, revision=revision)], []
    except CorruptDatabaseError:
        message, fix = DAMAGED, "build_gallery"
    except StashSenseError as err:
        message, fix = str(err), None
    return [], [{"code": "catalogue", "message": message, "fix": fix}]


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


def _package(gallery: GalleryRecord, data_dir: Path, pack: str, revision: str) -> dict[str, Any]:
    sources: list[dict[str, str]] = []
    problem = None
    try:
        with closing(Package.open(folder_of(data_dir, gallery))) as package:
            sources = [{"name": one.name, "host": one.host} for one in package.manifest.sources]
        if (gallery.pack, gallery.revision) != (pack, revision):
            problem = f"The gallery “{gallery.name}” is of the model pack {gallery.pack} and waits for that pack, or to be built again."
    except StashSenseError as err:
        problem = str(err)
    return {
        "name": gallery.name,
        "build_id": gallery.build_id,
        "people": gallery.people,
        "faces": gallery.faces,
        "activated_at": gallery.activated_at,
        "can_roll_back": gallery.previous is not None,
        "sources": sources,
        "problem": problem,
    }


def _outdated(evidence: dict[str, Any]) -> dict[str, Any]:
    became = f"merged into {evidence['new_name']}" if evidence["became"] == "merged" else "deleted"
    return {
        "performer_id": evidence["performer_id"],
        "name": evidence["name"],
        "reason": f"{became} on {evidence['endpoint'].split('/')[2]}",
        "endpoint": evidence["endpoint"],
        "stash_id": evidence["stash_id"],
        "new_stash_id": evidence["new_stash_id"],
    }
