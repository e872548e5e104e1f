from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from stash_sense.adapters.store.database import open_database
from stash_sense.adapters.store.migrate import MIGRATIONS
from stash_sense.adapters.store.stores import SqliteStores
from stash_sense.core.gallery_records import PackRecord, ReferenceRecord
from stash_sense.core.records import PersonRecord

OLD, NEW = PackRecord("compact", "compact", "1"), PackRecord("/mine", "mine", "2")


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[SqliteStores]:
    with closing(open_database(tmp_path)) as db:
        made = SqliteStores(db)
        made.gallery.put_person(PersonRecord("performer:1", "Ann", performer_id="1"), "now")
        made.gallery.put_person(PersonRecord("performer:2", "Bea", performer_id="2"), "now")
        yield made


def a_reference(pack: PackRecord = OLD, **changes: object) -> ReferenceRecord:
    made = ReferenceRecord(
        "performer:1", "performer", "1", "hash", pack.pack, pack.revision, "used", 0.8, b"vv", b"crop", "now"
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # values of a test


def test_no_pack_is_in_use_before_the_first_gallery(stores: SqliteStores) -> None:
    assert stores.spaces.in_use() is None
    stores.gallery.add_reference(a_reference(OLD))
    assert stores.gallery.counts()["references"] == 1, "then every reference counts"


def test_only_references_of_the_pack_in_use_are_counted_and_shown(stores: SqliteStores) -> None:
    stores.gallery.add_reference(a_reference(OLD, crop=b"old"))
    stores.gallery.add_reference(a_reference(NEW, crop=b"new", quality=0.9))
    stores.gallery.add_reference(a_reference(NEW, person_id="performer:2"))
    for pack, crop, people in ((OLD, b"old", 1), (NEW, b"new", 2)):
        stores.spaces.use(pack)
        counts = stores.gallery.counts()
        assert (stores.spaces.in_use(), counts["people"], counts["references"]) == (pack, people, people)
        assert counts["performers_without"] == 2 - people
        assert (stores.gallery.best_crop("performer:1"), stores.gallery.used_count("performer:1")) == (crop, 1)


def test_what_stands_on_no_picture_is_left_behind_until_the_pack_has_it(stores: SqliteStores) -> None:
    stores.gallery.add_reference(a_reference(OLD))
    stores.gallery.add_reference(a_reference(OLD, origin="confirmed", origin_id="7"))
    stores.gallery.add_reference(a_reference(OLD, origin="site", origin_id="https://example.org"))
    assert [one.origin for one in stores.spaces.left_behind(NEW)] == ["confirmed", "site"]
    assert stores.spaces.left_behind(OLD) == []
    stores.gallery.add_reference(a_reference(NEW, origin="confirmed", origin_id="7"))
    assert [one.origin for one in stores.spaces.left_behind(NEW)] == ["site"]


def test_others_are_dropped_but_for_faces_of_scenes(stores: SqliteStores) -> None:
    for pack in (OLD, NEW):
        stores.gallery.add_reference(a_reference(pack))
        stores.gallery.add_reference(a_reference(pack, origin="confirmed", origin_id="7"))
    stores.spaces.drop_others(NEW)
    left = [
        (one.origin, one.pack)
        for pack in (OLD, NEW)
        for one in stores.gallery.references("performer:1", pack=pack.pack, revision=pack.revision)
    ]
    assert left == [("confirmed", "compact"), ("performer", "mine"), ("confirmed", "mine")]


@pytest.mark.parametrize(
    ("content", "person", "left"),
    [("hash", "performer:1", [OLD.pack]), ("other", "performer:1", []), ("hash", "performer:2", [])],
    ids=["same picture", "another picture", "another person"],
)
def test_another_pack_keeps_what_it_made_of_the_same_picture(
    stores: SqliteStores, content: str, person: str, left: list[str]
) -> None:
    for pack in (OLD, NEW):
        stores.gallery.add_reference(a_reference(pack))
    stores.spaces.drop_outdated("performer", "1", person, content, NEW)
    found = [
        pack.pack
        for pack in (OLD, NEW)
        if stores.gallery.references("performer:1", pack=pack.pack, revision=pack.revision)
    ]
    assert found == left


def test_a_gallery_from_before_is_of_the_pack_of_its_references(tmp_path: Path) -> None:
    """A database at schema 2, as the last release left it."""
    with closing(sqlite3.connect(tmp_path / "sense.db", isolation_level=None)) as db:
        for step in MIGRATIONS[:2]:
            db.executescript(step.read_text("utf-8"))
        db.execute(
            "INSERT INTO person (id, name, performer_id, links, updated_at) VALUES ('performer:1', 'Ann', 1, '[]', 'now')"
        )
        db.execute(
            "INSERT INTO reference (person_id, origin, origin_id, content_hash, pack, revision, state, quality, vector, crop, added_at) "
            "VALUES ('performer:1', 'performer', '1', 'h', 'compact', '1', 'used', 0.5, x'00', x'00', 'now')"
        )
        db.execute(
            "INSERT INTO media (kind, stash_id, fingerprint, state, pack, revision, analysis, analysed_at, frames, faces, unusable, gallery_build) "
            "VALUES ('scene', 4, 'f', 'analysed', 'compact', '1', '', 'now', 1, 1, 0, 1)"
        )
        for stash_id in (4, 5):
            db.execute(
                "INSERT INTO decision (at, actor, action, state, kind, stash_id, template, before, after) "
                "VALUES ('now', 'user', 'reject', 'done', 'scene', ?, x'00', '{}', '{}')",
                (stash_id,),
            )
        db.execute("PRAGMA user_version = 2")
    with closing(open_database(tmp_path)) as db:
        stores = SqliteStores(db)
        assert stores.spaces.in_use() == OLD
        assert [(d.pack, d.revision) for key in ("4", "5") for d in stores.decisions.standing("scene", key)] == [
            ("compact", "1"),
            (None, None),
        ]
