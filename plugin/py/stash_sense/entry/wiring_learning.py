"""What compares accepted faces, for operations: numpy is imported only when a face is accepted or that is undone (60 to 80 ms)."""

from __future__ import annotations

import logging
from pathlib import Path

from stash_sense.adapters.models.manifest import read_manifest
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.entry.wiring import settings_of
from stash_sense.entry.wiring_packs import info_in_use
from stash_sense.errors import SetupError
from stash_sense.usecases.learning import Learning

log = logging.getLogger(__name__)


def learning_of(stores: SqliteStores, data_dir: Path, pack: str, revision: str) -> Learning | None:
    """None where faces of this model pack cannot be compared: it is not the one in use, or the packages are missing."""
    try:
        info = info_in_use(stores.spaces.in_use(), settings_of(stores), data_dir)
        if (info.name, info.revision) != (pack, revision):
            return None
        body = read_manifest(info.manifest)
        from stash_sense.core.matching.cluster import ClusterRules
        from stash_sense.core.values import EmbeddingSpace
        from stash_sense.usecases.curate import Curator

        rules, dims = ClusterRules.from_pack(body["clustering"]), int(body["embedder"]["dims"])
    except (SetupError, ImportError, OSError, KeyError, TypeError, ValueError) as err:
        log.debug("accepted faces wait for “Update gallery”: %s", err)
        return None
    return Curator(stores, EmbeddingSpace(pack, revision, dims), rules.reference_agree, rules.reference_copy)
