"""What the status operation says about stash-boxes and gallery packages. Standard library only.

What most libraries do not have is imported only where there is something to say: the modules behind it take as long as all the rest.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stash_sense.adapters.catalogue.database import DAMAGED, is_known
from stash_sense.adapters.store.database import CorruptDatabaseError
from stash_sense.adapters.store.findings import FindingStore
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.errors import StashSenseError

LISTED = 200
OUTDATED = "outdated_stash_id"  # usecases.outdated_ids.RULE


def describe(stores: SqliteStores, data_dir: Path, *, pack: str, revision: str) -> dict[str, Any]:
    """{sources, packages, outdated, problems}. pack, revision: of the model pack in use."""
    packages = _packages(stores, data_dir, pack, revision)
    sources, trouble = _sources(data_dir, pack, revision)
    lost = [{"code": "gallery", "message": one["problem"], "fix": None} for one in packages if one["problem"]]
    return {
        "sources": sources,
        "packages": packages,
        "outdated": [_outdated(evidence) for evidence in FindingStore(stores.db).open(OUTDATED, LISTED)],
        "problems": [*trouble, *lost],
    }


def _packages(stores: SqliteStores, data_dir: Path, pack: str, revision: str) -> list[dict[str, Any]]:
    galleries = stores.packages.all()
    if not galleries:
        return []
    from stash_sense.entry.status_packages import describe_package

    return [describe_package(gallery, data_dir, pack, revision) for gallery in galleries]


def _sources(data_dir: Path, pack: str, revision: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is known of the stash-boxes, and the problem if that cannot be read; the galleries in use do not suffer from it."""
    if not is_known(data_dir):
        return [], []
    from stash_sense.entry.status_sources import describe_sources

    try:
        return describe_sources(data_dir, pack, revision), []
    except CorruptDatabaseError:
        message, fix = DAMAGED, "build_gallery"
    except StashSenseError as err:
        message, fix = str(err), None
    return [], [{"code": "catalogue", "message": message, "fix": fix}]


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
