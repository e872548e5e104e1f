from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.gallery_records import GalleryRecord

ONE = GalleryRecord("boxes", "b1", None, "compact", "1", 3, 9, "2026-11-23T12:00:00Z")


def test_one_row_a_name(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as db:
        packages = SqliteStores(db).packages
        packages.put(ONE)
        packages.put(replace(ONE, name="ann"))
        newer = replace(ONE, build_id="b2", previous="b1")
        packages.put(newer)
        assert packages.all() == [replace(ONE, name="ann"), newer]
        assert packages.get("boxes") == newer
        packages.forget("boxes")
        assert packages.get("boxes") is None
