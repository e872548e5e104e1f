from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from stash_sense.adapters.store.database import FILE_NAME, open_database, open_or_replace, transaction
from stash_sense.adapters.store.migrate import MIGRATIONS, migrate, statements
from stash_sense.errors import SetupError

NEWEST = int(MIGRATIONS[-1].name[:4])


def version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_database_has_the_newest_schema_and_the_promised_modes(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "data")) as db:
        assert version(db) == NEWEST
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert db.execute("PRAGMA busy_timeout").fetchone()[0] == 10_000


def test_operations_do_not_make_a_database(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="Set up or repair"):
        open_database(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_step_and_its_number_are_one_transaction(tmp_path: Path) -> None:
    good = tmp_path / "0001_a.sql"
    good.write_text("CREATE TABLE a (x);\n")
    bad = tmp_path / "0002_b.sql"
    bad.write_text("CREATE TABLE b (x);\nCREATE TABLE a (x);\n")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db, [good, bad])
        assert version(db) == 1
        assert [name for (name,) in db.execute("SELECT name FROM sqlite_master")] == ["a"]


def test_the_file_is_copied_before_an_update(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    newest = NEWEST + 1
    step = tmp_path / f"{newest:04d}_more.sql"
    step.write_text("CREATE TABLE more (x);\n")
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as db:
        migrate(db, [*MIGRATIONS, step], backup=tmp_path / FILE_NAME)
    with closing(sqlite3.connect(tmp_path / f"{FILE_NAME}.before-{newest:04d}")) as copy:
        assert version(copy) == newest - 1


def test_the_second_step_keeps_every_reference(tmp_path: Path) -> None:
    row = (7, "performer:1", "confirmed", "3", "hash", "compact", "1", "used", 0.5, b"v", b"c", "now")
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as db:
        migrate(db, MIGRATIONS[:1])
        db.execute("INSERT INTO person (id, name, links, updated_at) VALUES ('performer:1', 'Ann', '[]', 'now')")
        db.execute(f"INSERT INTO reference VALUES ({', '.join('?' * 12)})", row)
    with closing(open_database(tmp_path)) as db:
        assert db.execute("SELECT * FROM reference").fetchall() == [(*row, None, None)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        db.execute("UPDATE reference SET origin = 'site'")
        db.execute("DELETE FROM person")
        assert db.execute("SELECT COUNT(*) FROM reference").fetchone()[0] == 0, "references go with their person"


def test_a_database_of_a_newer_plugin_is_refused(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(SetupError, match="newer version"):
        open_database(tmp_path)


def test_statements_end_where_sqlite_says_so() -> None:
    script = "-- a; comment\nCREATE TABLE a (x); -- more\nINSERT INTO a VALUES (';');\n"
    assert [line.count("\n") for line in statements(script)] == [1, 0]


def test_an_exception_rolls_back(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as db:
        with pytest.raises(KeyError), transaction(db):
            db.execute("INSERT INTO queue (scene_id, reason, queued_at) VALUES (1, 'scan', 'now')")
            raise KeyError
        assert db.execute("SELECT COUNT(*) FROM queue").fetchone()[0] == 0


@pytest.mark.parametrize("damage", ["garbage", "middle"])
def test_a_damaged_database_is_moved_aside_and_said_so(tmp_path: Path, damage: str) -> None:
    with closing(open_database(tmp_path)) as db, transaction(db):
        for number in range(500):
            db.execute("INSERT INTO queue (scene_id, reason, queued_at) VALUES (?, ?, 'now')", (number, "x" * 200))
    path = tmp_path / FILE_NAME
    data = bytearray(path.read_bytes())
    if damage == "garbage":
        data = bytearray(b"this is no database at all" * 100)
    else:
        data[4096 * 3 : 4096 * 30] = os.urandom(4096 * 27)
    path.write_bytes(data)
    db, notice = open_or_replace(tmp_path)
    with closing(db):
        assert "moved aside" in notice
        assert db.execute("SELECT COUNT(*) FROM queue").fetchone()[0] == 0
    (aside,) = [kept for kept in tmp_path.glob("*.damaged-*") if not kept.name.endswith(("-wal", "-shm"))]
    assert aside.read_bytes() == bytes(data)


def test_a_sound_database_gives_no_notice(tmp_path: Path) -> None:
    db, notice = open_or_replace(tmp_path)
    db.close()
    assert notice is None


def test_an_operation_on_a_damaged_database_names_the_remedy(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is no database at all" * 100)
    with pytest.raises(SetupError, match="damaged: run “Set up or repair”"):
        open_database(tmp_path, create=False)


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as db:
        db.execute("INSERT INTO queue (scene_id, reason, queued_at) VALUES (0, 'scan', 'now')")
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")  # SQLite then answers as it does on a full disk
        with pytest.raises(SetupError, match="full: free some space"), transaction(db):
            for number in range(1, 1000):
                db.execute("INSERT INTO queue (scene_id, reason, queued_at) VALUES (?, ?, 'now')", (number, "x" * 500))
        assert db.execute("SELECT COUNT(*) FROM queue").fetchone()[0] == 1
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SetupError, match=r"data folder .* cannot be made"):
        open_database(tmp_path / "file" / "data")


def test_a_database_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    with closing(open_database(tmp_path)) as db:
        db.execute("PRAGMA query_only = ON")  # root may write anywhere, so the refusal comes from SQLite itself
        with pytest.raises(SetupError, match="cannot write to its data folder"):
            db.execute("INSERT INTO queue (scene_id, reason, queued_at) VALUES (1, 'scan', 'now')")


def test_a_lock_held_too_long_is_said(tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as one, closing(open_database(tmp_path)) as two:
        two.execute("PRAGMA busy_timeout = 1")
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(SetupError, match="busy"):
            two.execute("BEGIN IMMEDIATE")
